/**
 * What the market did after a decision: where the price went, how far for and against the order, and whether
 * the stop or the first target would have come first. Hindsight for people; nothing is decided by it.
 *
 * Fed with rows in order of time. Within one bar the stop counts as first, since nobody knows the order of
 * its prices.
 */

import type { Price, TimeMs } from '../contract.ts'
import { formatDecimal, formatPrice } from '../math.ts'
import { formatTime } from '../time.ts'

/** One row of one stream; of a row that began before the decision, high and low are its last price. */
export interface Sight {
  readonly time: TimeMs
  readonly open: Price
  readonly high: Price
  readonly low: Price
  readonly price: Price
}

export interface Terms {
  readonly side: 1 | -1
  readonly entry: Price
  /** NaN when there is none. */
  readonly stop: Price
  /** The nearest one; NaN when there is none. */
  readonly target: Price
  /** When the order would have been in the market: a resting one once its price is touched. */
  readonly enters: 'at once' | 'when it falls there' | 'when it rises there'
}

/**
 * Percent and R are signed by the order's direction: above zero is what it hoped for. R = the distance to its
 * stop.
 */
export interface Reached {
  readonly time: string
  readonly price: string
  readonly percent: string
  readonly r: string | null
}

export interface Hindsight {
  /** "1m bars of feed-synthetic". */
  readonly stream: string
  readonly rows: number
  readonly until: string
  /** True when later rows were left unread. */
  readonly cut: boolean
  /** After so many rows; fewer when there are not as many. */
  readonly after: readonly (Reached & { readonly rows: number })[]
  /** From the entry until stop or first target; null when it never entered. */
  readonly best: Reached | null
  readonly worst: Reached | null
  /** `open-ended`: it had neither stop nor target. */
  readonly outcome:
    | 'stopped out'
    | 'reached its first target'
    | 'neither so far'
    | 'never entered'
    | 'open-ended'
  readonly outcomeAt: string | null
}

export type Afterwards = Hindsight | { readonly unknown: string }

const MARKS: readonly number[] = [1, 5, 20]
const LAST_MARK = 20

export interface Tracker {
  readonly terms: Terms
  readonly after: (Reached & { readonly rows: number })[]
  rows: number
  until: TimeMs
  entered: boolean
  best: Sighted | undefined
  worst: Sighted | undefined
  outcome: Hindsight['outcome']
  outcomeAt: TimeMs | undefined
}

interface Sighted {
  readonly time: TimeMs
  readonly price: Price
}

export function createTracker(terms: Terms): Tracker {
  const entered = terms.enters === 'at once'
  return {
    terms,
    after: [],
    rows: 0,
    until: 0,
    entered,
    best: undefined,
    worst: undefined,
    outcome: entered ? whileOpen(terms) : 'never entered',
    outcomeAt: undefined,
  }
}

/** True when no later row can change anything. */
export function track(tracker: Tracker, sight: Sight): boolean {
  const { terms } = tracker
  tracker.rows++
  tracker.until = sight.time
  if (MARKS.includes(tracker.rows)) tracker.after.push({ rows: tracker.rows, ...toReached(terms, sight) })
  if (tracker.outcomeAt === undefined) {
    const before = tracker.entered
    if (!before && enters(terms, sight)) {
      tracker.entered = true
      tracker.outcome = whileOpen(terms)
    }
    if (tracker.entered) follow(tracker, sight, before)
  }
  return tracker.outcomeAt !== undefined && tracker.rows >= LAST_MARK
}

export function toHindsight(tracker: Tracker, stream: string, cut: boolean): Hindsight {
  const { terms, rows, until, after, best, worst, outcome, outcomeAt } = tracker
  return {
    stream,
    rows,
    until: formatTime(until),
    cut,
    after,
    best: best === undefined ? null : toReached(terms, best),
    worst: worst === undefined ? null : toReached(terms, worst),
    outcome,
    outcomeAt: outcomeAt === undefined ? null : formatTime(outcomeAt),
  }
}

function whileOpen({ stop, target }: Terms): Hindsight['outcome'] {
  return Number.isNaN(stop) && Number.isNaN(target) ? 'open-ended' : 'neither so far'
}

function enters({ enters, entry }: Terms, { high, low }: Sight): boolean {
  return enters === 'when it falls there' ? low <= entry : high >= entry
}

/**
 * Of the row that it entered in, what came before the entry cannot be told from what came after: no target
 * then.
 */
function follow(tracker: Tracker, sight: Sight, heldBefore: boolean): void {
  const { side, entry, stop, target } = tracker.terms
  const { time, open } = sight
  if (tracker.best === undefined) note(tracker, { time, price: entry })
  const [good, bad] = side === 1 ? [sight.high, sight.low] : [sight.low, sight.high]
  if (side * (bad - stop) <= 0) {
    const gapped = heldBefore && side * (open - stop) < 0
    note(tracker, { time, price: gapped ? open : stop })
    return settle(tracker, 'stopped out', time)
  }
  note(tracker, { time, price: bad })
  if (!heldBefore) return
  if (side * (good - target) >= 0) {
    note(tracker, { time, price: side * (open - target) > 0 ? open : target })
    return settle(tracker, 'reached its first target', time)
  }
  note(tracker, { time, price: good })
}

function settle(tracker: Tracker, outcome: Hindsight['outcome'], time: TimeMs): void {
  tracker.outcome = outcome
  tracker.outcomeAt = time
}

function note(tracker: Tracker, seen: Sighted): void {
  const { side } = tracker.terms
  const { best, worst } = tracker
  if (best === undefined || side * (seen.price - best.price) > 0) tracker.best = seen
  if (worst === undefined || side * (seen.price - worst.price) < 0) tracker.worst = seen
}

/** Floats, rounded to hundredths: hindsight reaches no rule. */
function toReached({ side, entry, stop }: Terms, { time, price }: Sighted): Reached {
  const gain = side * (price - entry)
  const risk = side * (entry - stop)
  return {
    time: formatTime(time),
    price: formatPrice(price),
    percent: formatDecimal(Math.round((gain / entry) * 10_000), 2),
    r: risk > 0 ? formatDecimal(Math.round((gain / risk) * 100), 2) : null,
  }
}
