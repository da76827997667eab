/** Folds committed events into counters and the window. Index.ts calls it from the tap, so it only counts. */

import type { ArkEvent, Decision } from '#core/contract.ts'
import { toBounded, toProposer, toSickness } from './labels.ts'
import type { Meters, OrderStatus } from './meters.ts'
import { COLUMN } from './observations.ts'
import { addTo, type Window } from './window.ts'

export interface Tally {
  readonly meters: Meters
  readonly window: Window
  readonly rules: Set<string>
  readonly agents: Set<string>
  /** Traces decided since the last pass was measured; two are as good as many. */
  readonly traces: Set<string>
  leaseHeld: boolean
}

const CHILD = /\.(?:stop|target\d*)$/

export function createTally(meters: Meters, window: Window): Tally {
  return { meters, window, rules: new Set(), agents: new Set(), traces: new Set(), leaseHeld: true }
}

/** `now` is monotonic ms. */
export function countEvent(tally: Tally, event: ArkEvent, now: number): void {
  const { meters, window } = tally
  meters.events.inc({ type: event.type })
  switch (event.type) {
    case 'market/chunk':
      addTo(window, COLUMN.ingested, event.payload.time.length, now)
      break
    case 'signal/received':
      addTo(window, COLUMN.ingested, 1, now)
      break
    case 'pattern/recognised':
      addTo(window, COLUMN.patterns, 1, now)
      addTo(window, COLUMN.confidence, event.payload.confidence, now)
      break
    case 'decision/approved':
    case 'decision/denied':
    case 'decision/held':
      countDecision(tally, event.payload, event.traceId)
      break
    case 'verdict/verified':
    case 'fill/reconciled':
      addTo(window, COLUMN.verified, 1, now)
      addTo(window, COLUMN.disagreed, event.payload.agreed ? 0 : 1, now)
      break
    case 'plugin/isolated':
      countIsolation(tally, event.payload.plugin, event.payload.reason)
      break
    case 'lease/lost':
    case 'lease/renewed':
      tally.leaseHeld = event.type === 'lease/renewed'
      break
    default:
      countOrder(tally, event, now)
  }
}

function countDecision(tally: Tally, decision: Decision, traceId: string): void {
  const { meters, rules, agents, traces } = tally
  meters.validations.inc()
  if (traceId !== '' && traces.size < 2) traces.add(traceId)
  const agent = toProposer(agents, decision.principal)
  for (const rule of decision.deniedBy) meters.denials.inc({ rule: toBounded(rules, rule), agent })
  for (const limit of decision.limitsDenied) meters.denials.inc({ rule: toBounded(rules, limit), agent })
}

function countIsolation(tally: Tally, plugin: string, text: string): void {
  const agent = toBounded(tally.agents, plugin)
  const reason = toSickness(text)
  tally.meters.quarantines.inc({ agent, reason })
  if (reason === 'silent') tally.meters.heartbeats.inc({ agent })
}

function countOrder(tally: Tally, event: ArkEvent, now: number): void {
  const status = toStatus(event)
  if (status === undefined) return
  tally.meters.orders.inc({ status })
  const tried = status === 'submitted' || status === 'throttled'
  const failed = status === 'throttled' || status === 'rejected' || status === 'lapsed'
  if (tried) addTo(tally.window, COLUMN.ordersTried, 1, now)
  if (failed && !isChild(event)) addTo(tally.window, COLUMN.ordersFailed, 1, now)
}

function toStatus(event: ArkEvent): OrderStatus | undefined {
  switch (event.type) {
    case 'order/submitted':
      return 'submitted'
    case 'order/throttled':
      return 'throttled'
    case 'order/accepted':
      return 'accepted'
    case 'order/filled':
      return event.payload.remaining === '0' ? 'filled' : 'partially_filled'
    case 'order/rejected':
      return 'rejected'
    case 'order/cancelled':
      return 'cancelled'
    case 'permit/lapsed':
      return 'lapsed'
    default:
      return undefined
  }
}

/** A stop or target was not tried on its own, so its rejection is no failed try. */
function isChild(event: ArkEvent): boolean {
  return event.type === 'order/rejected' && CHILD.test(event.payload.orderId)
}
