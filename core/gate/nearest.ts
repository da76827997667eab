/**
 * The nearest admissible order: what would have to change about a denied one, and nothing more. For people
 * who were denied; nothing is decided by it.
 *
 * It begins with an order in which all is changed (one lot, a sound stop, one target that pays for it, a
 * limit at the reference, conflicts cancelled), takes back each change that is not needed, and then brings
 * the rest as close to the proposer's order as the judge lets it. What it returns was judged and passed.
 */

import { LIMITS } from '#graveyard/limits.ts'
import type { Order, Price, Quantity } from '../contract.ts'
import { formatPrice, formatQuantity, mulDivUp } from '../math.ts'
import type { ParsedOrder } from './parse-order.ts'

/** Amounts as integers; what is absent stays as the proposer has it. */
export interface Change {
  readonly quantity?: Quantity
  readonly limit?: Price
  readonly stop?: Price
  /** Beside a changed stop that trails: the distance that the proposer gave it. */
  readonly stopTrail?: Price
  /** Of one target for the whole quantity, in the place of all others. */
  readonly target?: Price
  readonly cancelFirst?: readonly string[]
}

export interface Question {
  readonly parsed: ParsedOrder
  readonly tick: Price
  readonly lot: Quantity
  /** Entry that the gate derived; NaN when there is none. */
  readonly entry: Price
  /** NaN when there is no mark. */
  readonly reference: Price
  /** Own working orders that the order would trade against. */
  readonly conflicts: readonly string[]
  /** True when nothing stands in the way of the order with this change. */
  passes(change: Change): boolean
}

export type Answer =
  | { readonly found: true; readonly change: Change }
  /**
   * `tried` is the most careful order that was judged: what stands in its way stands in the way of them all.
   */
  | { readonly found: false; readonly tried: Change }

/** Bounds the work on one answer, whatever the order: beyond it the best so far is given. */
export const JUDGEMENTS_MAX = 64
const HUNDREDTHS = 10_000
const MIN_STOP = Math.round(LIMITS.minStopDistance * HUNDREDTHS)
const MAX_STOP = Math.round(LIMITS.maxStopDistance * HUNDREDTHS)
/** Of the entry, in hundredths of a percent: for whoever finds the tightest stop too tight. */
const MIDDLE_STOP = 500

/** Which terms are changed. Stop and target are reckoned from the entry, so that they go where it goes. */
interface Draft {
  quantity?: Quantity
  limit?: Price
  /** Ticks between entry and stop. */
  stop?: number
  target?: true
  cancelFirst?: readonly string[]
}

/** The change that is given up last comes last: a smaller order is asked for before another stop. */
const TERMS = ['limit', 'target', 'cancelFirst', 'stop', 'quantity'] as const

export function findNearest(question: Question): Answer {
  let left = JUDGEMENTS_MAX
  const passes = (draft: Draft): boolean => left-- > 0 && question.passes(toChange(question, draft))
  const tight = widestDraft(question, MIN_STOP)
  if (!(question.parsed.quantity > 0)) return { found: false, tried: {} }
  const { target: _, ...ownTargets } = tight
  const start = [tight, ownTargets, widestDraft(question, MIDDLE_STOP)].find(passes)
  if (start === undefined) return { found: false, tried: toChange(question, tight) }
  const draft = tuneAll(question, withoutNeedless(start, passes), passes)
  return { found: true, change: toChange(question, draft) }
}

/** Everything that may be changed, changed. */
function widestDraft(question: Question, stopShare: number): Draft {
  const { parsed, lot, tick, reference, conflicts } = question
  const draft: Draft = { quantity: lot, target: true }
  if (parsed.order.type === 'limit' && reference > 0) draft.limit = onTick(reference, tick, -parsed.side)
  if (conflicts.length > 0) draft.cancelFirst = [...parsed.cancelFirst, ...conflicts]
  draft.stop = ticksOf(question, entryOf(question, draft), stopShare)
  return draft
}

function withoutNeedless(start: Draft, passes: (draft: Draft) => boolean): Draft {
  let draft = start
  for (const term of TERMS) {
    if (draft[term] === undefined) continue
    const kept: Draft = { ...draft }
    delete kept[term]
    if (passes(kept)) draft = kept
  }
  return draft
}

/** Each term that stays changed goes back towards the proposer's as far as it may. */
function tuneAll(question: Question, draft: Draft, passes: (draft: Draft) => boolean): Draft {
  const { parsed, tick, lot } = question
  const tuned: Draft = { ...draft }
  if (tuned.limit !== undefined) {
    const wanted = onTick(parsed.price, tick, -parsed.side) / tick
    const limit = bisect(tuned.limit / tick, wanted, (step) => passes({ ...tuned, limit: step * tick }))
    tuned.limit = limit * tick
  }
  if (tuned.stop !== undefined)
    tuned.stop = bisect(tuned.stop, wantedStop(question, tuned), (stop) => passes({ ...tuned, stop }))
  if (tuned.quantity !== undefined) {
    const wanted = Math.ceil(parsed.quantity / lot)
    const lots = bisect(tuned.quantity / lot, wanted, (step) => passes({ ...tuned, quantity: step * lot }))
    tuned.quantity = lots * lot
  }
  return tuned
}

/**
 * The step next to a failing one, from `good`, which passes, towards `bad`, which does not: whatever lies in
 * between, what is returned passes and the next step does not.
 */
export function bisect(good: number, bad: number, passes: (step: number) => boolean): number {
  if (!Number.isSafeInteger(good) || !Number.isSafeInteger(bad)) return good
  let [low, high] = [good, bad]
  while (Math.abs(high - low) > 1) {
    const middle = low + Math.trunc((high - low) / 2)
    if (passes(middle)) low = middle
    else high = middle
  }
  return low
}

/**
 * One tick beyond the proposer's, or beyond the farthest where there is none; never closer than the tightest.
 */
function wantedStop(question: Question, draft: Draft): number {
  const { parsed, tick } = question
  const entry = entryOf(question, draft)
  const given = Math.ceil((parsed.side * (entry - parsed.stop)) / tick)
  const wanted = Number.isNaN(given) ? ticksOf(question, entry, MAX_STOP) : given
  const tightest = ticksOf(question, entry, MIN_STOP)
  return wanted < tightest ? tightest : wanted + 1
}

/** A share of the entry, in hundredths of a percent, as whole ticks. */
function ticksOf({ tick }: Question, entry: Price, share: number): number {
  return Math.max(LIMITS.minStopTicks, Math.ceil(mulDivUp(entry, share, HUNDREDTHS) / tick))
}

function entryOf({ entry, parsed }: Question, draft: Draft): Price {
  return parsed.order.type === 'limit' && draft.limit !== undefined ? draft.limit : entry
}

/** On the grid: rounded up for direction 1, down for −1. */
function onTick(price: Price, tick: Price, direction: number): Price {
  const steps = price / tick
  return (direction > 0 ? Math.ceil(steps) : Math.floor(steps)) * tick
}

function toChange(question: Question, draft: Draft): Change {
  const { quantity, limit, cancelFirst } = draft
  const { parsed, tick } = question
  const { side } = parsed
  const entry = entryOf(question, draft)
  const stop = draft.stop === undefined ? parsed.stop : onTick(entry - side * draft.stop * tick, tick, -side)
  const risk = side * (entry - stop)
  const target = onTick(entry + side * Math.ceil(risk * LIMITS.min_risk_reward), tick, side)
  return {
    ...(quantity === undefined ? {} : { quantity }),
    ...(limit === undefined ? {} : { limit }),
    ...(draft.stop === undefined || !(stop > 0) ? {} : { stop, ...trailOf(parsed) }),
    ...(draft.target === undefined || !(target > 0) ? {} : { target }),
    ...(cancelFirst === undefined ? {} : { cancelFirst }),
  }
}

/** How it follows the market is the proposer's own matter: only where it begins is moved. */
function trailOf({ stopTrail }: ParsedOrder): Pick<Change, 'stopTrail'> {
  return Number.isNaN(stopTrail) ? {} : { stopTrail }
}

/** As the members of an order that take the place of its own. */
export type OrderChange = Partial<
  Pick<Order, 'quantity' | 'limitPrice' | 'stopLoss' | 'targets' | 'cancelFirst'>
>

export function toOrderChange(change: Change): OrderChange {
  const { quantity, limit, stop, stopTrail, target, cancelFirst } = change
  const trail = stopTrail === undefined ? {} : { trail: formatPrice(stopTrail) }
  return {
    ...(quantity === undefined ? {} : { quantity: formatQuantity(quantity) }),
    ...(limit === undefined ? {} : { limitPrice: formatPrice(limit) }),
    ...(stop === undefined ? {} : { stopLoss: { price: formatPrice(stop), ...trail } }),
    ...(target === undefined ? {} : { targets: [{ price: formatPrice(target), portion: '1' }] }),
    ...(cancelFirst === undefined ? {} : { cancelFirst }),
  }
}
