/**
 * What people and clients have told ARK, as the gate reads it: approvals, overrides, publications, client
 * orders, consents, corporate actions, drills.
 *
 * Folded from events, so it survives a restart; plain JSON. Tables are keyed by `=NAME`, so that no name can
 * meet a member that every object has.
 */

import { LIMITS } from '#graveyard/limits.ts'
import type { ArkEvent, Decision, EventPayloads, Order, Price, Side, TimeMs } from '../contract.ts'
import { parsePrice } from '../math.ts'

/** Of one table: beyond it the oldest entry goes. */
export const ENTRIES_MAX = 1_000

/** A proposal that waits for a person. */
export interface Pending {
  readonly decisionId: string
  readonly orderHash: string
  readonly order: Order
  readonly principal: string
  readonly strategy: string
  readonly intent: 'open' | 'exit'
  /** Price that it was judged at: an approval holds while the market stays near it. */
  readonly reference: Price
  readonly time: TimeMs
  readonly expires: TimeMs
  /** Rules that an approval would satisfy. */
  readonly rules: readonly string[]
}

export interface ClientOrder {
  readonly symbol: string
  readonly side: Side
  /** NaN has no JSON form: 0 = at any price. */
  readonly limit: Price
  /** 0 = until it is ended. */
  readonly expires: TimeMs
}

/** `reference` is the price that it was given at. */
export interface Approval {
  readonly reference: Price
  readonly expires: TimeMs
}

export interface Registers {
  pending: { [decisionId: string]: Pending }
  /** Approved and not yet used, by order hash. */
  approved: { [orderHash: string]: Approval }
  /** Until when a limit is lifted. */
  overrides: { [limit: string]: TimeMs }
  /** Time of ARK's own last publication by `symbol|side`; `symbol|` for one that spoke for no side. */
  publications: { [symbolAndSide: string]: TimeMs }
  clientOrders: { [id: string]: ClientOrder }
  /** Expiry by `subject|scope`. */
  consents: { [subjectAndScope: string]: TimeMs }
  /** Time of the last split of a symbol. */
  splits: { [symbol: string]: TimeMs }
  /** Symbols that their venue does not trade at present. */
  halts: { [symbol: string]: true }
  /** A halt drill passed since the box booted. */
  drillPassed: boolean
  /** Of a live run: venues that something was opened on, and whether anything was since the last halt. */
  openedVenues: { [venue: string]: true }
  openedSinceHalt: boolean
  /** Live: the session of a latched day loss is over, and a person may re-arm. */
  dayLossOver: boolean
}

export function createRegisters(): Registers {
  return {
    pending: {},
    approved: {},
    overrides: {},
    publications: {},
    clientOrders: {},
    consents: {},
    splits: {},
    halts: {},
    drillPassed: false,
    openedVenues: {},
    openedSinceHalt: false,
    dayLossOver: false,
  }
}

export function lookUp<T>(table: { readonly [key: string]: T }, name: string): T | undefined {
  // Most tables are empty most of the time, and then the key is not worth making.
  return isEmpty(table) ? undefined : table[`=${name}`]
}

export function isEmpty(table: object): boolean {
  for (const _ in table) return false
  return true
}

export function enter<T>(table: { [key: string]: T }, name: string, value: T): void {
  // Written anew at the end, so that the first key is always the oldest.
  delete table[`=${name}`]
  table[`=${name}`] = value
  const keys = Object.keys(table)
  const [oldest] = keys
  if (keys.length > ENTRIES_MAX && oldest !== undefined) delete table[oldest]
}

/** Folds one event; what needs a judgement (approvals, amendments) is the kernel's. */
export function applyRegisters(registers: Registers, event: ArkEvent): void {
  switch (event.type) {
    case 'publication/made': {
      const { side = '', symbol } = event.payload
      return enter(registers.publications, `${symbol}|${side}`, event.time)
    }
    case 'client_order/registered':
      return enter(registers.clientOrders, event.payload.clientOrderId, toClientOrder(event.payload))
    case 'client_order/ended':
      delete registers.clientOrders[`=${event.payload.clientOrderId}`]
      return
    case 'consent/recorded':
      return enter(registers.consents, consentKey(event.payload), event.payload.expires)
    case 'consent/withdrawn':
      delete registers.consents[`=${consentKey(event.payload)}`]
      return
    case 'override/granted':
      return enter(registers.overrides, event.payload.limit, event.payload.until)
    case 'override/revoked':
      delete registers.overrides[`=${event.payload.limit}`]
      return
    case 'split/applied':
      return enter(registers.splits, event.payload.symbol, event.time)
    case 'symbol/halted':
      if (event.payload.halted === true) enter(registers.halts, event.payload.symbol, true)
      else delete registers.halts[`=${event.payload.symbol}`]
      return
    case 'drill/passed':
      registers.drillPassed = true
      return
    case 'box/booted':
      registers.drillPassed = false
      return
    case 'mode/changed':
      if (event.payload.mode === 'halted') registers.openedSinceHalt = false
      return
    default:
      return
  }
}

export function consentKey({ subject, scope }: { readonly subject: string; readonly scope: string }): string {
  return `${subject}|${scope}`
}

/** Queues a decision that nothing but a missing approval stands against. */
export function queueApproval(
  registers: Registers,
  decision: Decision,
  reference: Price,
  rules: readonly string[],
  now: TimeMs,
): void {
  const { decisionId, order, orderHash, principal } = decision
  enter(registers.pending, decisionId, {
    decisionId,
    orderHash,
    order,
    principal,
    strategy: order.strategy ?? 'manual',
    intent: decision.intent,
    reference,
    time: now,
    expires: now + LIMITS.approvalLifetimeMs,
    rules,
  })
}

/**
 * Takes a decided proposal out of the queue; undefined when the word does not fit it: another hash, too late,
 * or nothing waits under that id.
 */
export function takePending(
  registers: Registers,
  { decisionId, orderHash }: EventPayloads['approval/decided'],
  now: TimeMs,
): Pending | undefined {
  const pending = lookUp(registers.pending, decisionId)
  if (pending === undefined || pending.orderHash !== orderHash) return undefined
  delete registers.pending[`=${decisionId}`]
  return now > pending.expires ? undefined : pending
}

/** True while an approval bound to this very order is in force and the market has not left it. */
export function isApproved(registers: Registers, orderHash: string, reference: Price, now: TimeMs): boolean {
  const given = lookUp(registers.approved, orderHash)
  if (given === undefined || now > given.expires) return false
  const drift = Math.abs(reference - given.reference)
  return drift <= given.reference * LIMITS.approvalDrift
}

/** Pending proposals that have not expired, oldest first. */
export function pendingApprovals(registers: Registers, now: TimeMs): readonly Pending[] {
  return Object.values(registers.pending).filter(({ expires }) => now <= expires)
}

function toClientOrder(payload: EventPayloads['client_order/registered']): ClientOrder {
  const { symbol, side, limitPrice, expires = 0 } = payload
  // What cannot be read could be any price.
  return { symbol, side, limit: limitPrice === undefined ? 0 : parsePrice(limitPrice) || 0, expires }
}
