/**
 * Kenny, the trader: turns patterns into plans before the gate and approved decisions into submitted orders
 * after it.
 *
 * He executes every approved decision, his own and a person's alike, each once; in a backtest that only
 * observes also what was denied or held, and as many a minute as there are. He never holds a permit: core
 * redeems it for the id he names.
 */

import type {
  ArkEvent,
  Decision,
  Draft,
  EventPayloads,
  Pattern,
  Plan,
  Plugin,
  RunStarted,
  TimeMs,
  World,
} from '#core/contract.ts'
import { NOTHING } from '#core/math.ts'
import { MINUTE } from '#core/time.ts'
import { type KennyConfig, kennyConfig } from './config.ts'
import { planEntry, planExit } from './plan.ts'

export interface KennyState {
  /** Number of the last plan. */
  plans: number
  /** The run's first event says that its gate only observes. */
  observes: boolean
  /** Event times of the last submissions, oldest first; no more than the limit of a minute. */
  readonly sent: TimeMs[]
  /** The last decisions that were executed or throttled; `next` says which one is forgotten next. */
  readonly ids: string[]
  next: number
  /** Factor on sizes by the breaker that cut them. */
  readonly cuts: Record<string, number>
}

/** A decision is executed with the input it follows from, so what comes again comes at once. */
const IDS_MAX = 64

export default {
  name: 'kenny',
  version: '1.0.0',
  contract: 1,
  consumes: [
    'run/started',
    'pattern/recognised',
    'decision/approved',
    'decision/denied',
    'decision/held',
    'breaker/tripped',
    'breaker/reset',
  ],
  emits: ['plan/proposed', 'plan/dropped', 'order/submitted', 'order/throttled'],
  needs: [],
  config: kennyConfig,
  agent: { stateVersion: 4, initial, reduce },
} satisfies Plugin<KennyState, KennyConfig>

function initial(): KennyState {
  return { plans: 0, observes: false, sent: [], ids: [], next: 0, cuts: {} }
}

function reduce(state: KennyState, event: ArkEvent, config: KennyConfig, world: World): readonly Draft[] {
  if (event.type === 'pattern/recognised') return plan(state, event.payload, config, world)
  if (event.type === 'decision/approved') return execute(state, event.payload, config, world)
  if (event.type === 'decision/denied' || event.type === 'decision/held') {
    return isUngoverned(event.payload, world) ? execute(state, event.payload, config, world) : NOTHING
  }
  if (event.type === 'run/started') state.observes = isUngoverned(event.payload, world)
  if (event.type === 'breaker/tripped') noteCut(state, event.payload)
  if (event.type === 'breaker/reset') delete state.cuts[event.payload.breaker]
  return NOTHING
}

/** Core says so of a backtest that only observes; nowhere else would it be believed. */
function isUngoverned({ ungoverned }: Decision | RunStarted, world: World): boolean {
  return ungoverned === true && world.runKind() === 'backtest'
}

function noteCut({ cuts }: KennyState, { breaker, factor }: EventPayloads['breaker/tripped']): void {
  if (factor !== undefined) cuts[breaker] = factor
}

function plan(state: KennyState, pattern: Pattern, config: KennyConfig, world: World): readonly Draft[] {
  const { direction } = pattern
  if (direction !== 'long' && direction !== 'short') {
    return [{ type: 'plan/dropped', payload: { reason: 'the direction is neither long nor short' } }]
  }
  const planId = `${pattern.pattern}-${state.plans + 1}`
  const planned: Plan | string | undefined =
    pattern.action === 'exit'
      ? planExit(planId, pattern, world)
      : planEntry(planId, pattern, config, world, cutOf(state))
  if (planned === undefined) return NOTHING
  if (typeof planned === 'string') return [{ type: 'plan/dropped', payload: { reason: planned } }]
  state.plans++
  return [{ type: 'plan/proposed', payload: planned }]
}

/** The smallest of the factors in force; 1 when there is none. */
function cutOf({ cuts }: KennyState): number {
  return Math.min(1, ...Object.values(cuts))
}

function execute(state: KennyState, decision: Decision, config: KennyConfig, world: World): readonly Draft[] {
  const { decisionId: orderId, order, intent } = decision
  if (!rememberId(state, orderId)) return NOTHING
  const now = world.now()
  const { sent } = state
  while (sent.length > config.actionsPerMinute) sent.shift()
  const full = sent.length === config.actionsPerMinute && (sent[0] ?? now) > now - MINUTE
  if (full && intent === 'open' && !state.observes) {
    const reason = `${config.actionsPerMinute} orders left in the last minute`
    return [{ type: 'order/throttled', payload: { orderId, reason } }]
  }
  if (sent.length === config.actionsPerMinute) sent.shift()
  sent.push(now)
  return [{ type: 'order/submitted', payload: { orderId, order, intent } }]
}

/** Notes a decision; false when it was noted before. */
function rememberId(state: KennyState, id: string): boolean {
  if (state.ids.includes(id)) return false
  state.ids[state.next] = id
  state.next = (state.next + 1) % IDS_MAX
  return true
}
