/**
 * What is noticed about the rows of one symbol while its files are checked.
 *
 * Called for every selected row of a survey. Memory is the same after ten rows and after ten billion; floats
 * are fine here, because nothing is decided from them.
 */

import type { MarketRows, TimeMs } from '#core/contract.ts'
import { DAY } from '#core/time.ts'
import type { Layout } from './csv-header.ts'
import { countMissing } from './gaps.ts'
import { createSample, type Sample, takeSample } from './sample.ts'
import { awakeHours, type Range, type SessionLookup } from './sessions.ts'

export interface Track {
  readonly symbol: string
  readonly kind: MarketRows['kind']
  readonly sessionless: boolean
  readonly sessions: SessionLookup
  /** Of all files; Infinity, and minus Infinity, while no row is selected. */
  first: TimeMs
  last: TimeMs
  rows: number
  outside: number
  /** Rows at night, or on a day without session; 0 for what has none. */
  nights: number
  /** The hours that a row lay in last when it was none of those. */
  awake: Range
  /** That its files of trades or quotes are stamped by. */
  readonly clocks: Set<Layout['clock']>
  /** Of rows with two times: how much earlier they were received than they happened, where they were. */
  readonly early: Sample
  /** Rows with two times that were received at their time or later. */
  late: number
  zeroVolume: number
  /** Lowest and highest price. */
  least: number
  most: number
  gaps: number
  /** The longest one. */
  gap: { readonly count: number; readonly from: TimeMs; readonly to: TimeMs; readonly daily: boolean }
  /** Steps between two rows that look like a split: the first hundred. */
  readonly jumps: Jump[]
  outliers: number
  outlier: { readonly time: TimeMs; readonly price: number } | undefined
  /** Usual height of a bar as a part of its price: a running median. */
  usual: number
  /** The row before, and the close before that. */
  time: TimeMs
  close: number
  high: number
  low: number
  earlier: number
}

/** One unit became `numerator` ÷ `denominator`: 7:1, or 1:2 for a reverse split. */
export interface Jump {
  readonly from: TimeMs
  readonly to: TimeMs
  readonly before: number
  readonly after: number
  readonly numerator: number
  readonly denominator: number
}

export function createTrack(
  symbol: string,
  kind: MarketRows['kind'],
  sessionless: boolean,
  sessions: SessionLookup,
): Track {
  return {
    symbol,
    kind,
    sessionless,
    sessions,
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
    rows: 0,
    outside: 0,
    nights: 0,
    awake: { from: 0, to: 0 },
    clocks: new Set(),
    early: createSample(),
    late: 0,
    zeroVolume: 0,
    least: Number.POSITIVE_INFINITY,
    most: 0,
    gaps: 0,
    gap: { count: 0, from: 0, to: 0, daily: false },
    jumps: [],
    outliers: 0,
    outlier: undefined,
    usual: 0,
    time: Number.NaN,
    close: 0,
    high: 0,
    low: 0,
    earlier: 0,
  }
}

/** `length` of the bar that ends at `time`; 1 for a trade or quote. */
export function watchRow(track: Track, time: TimeMs, length: TimeMs, registers: Float64Array): void {
  track.rows++
  if (time < track.first) track.first = time
  if (time > track.last) track.last = time
  if (track.kind === 'quotes') return
  const isBar = track.kind === 'bars'
  const open = registers[1] ?? 0
  const close = isBar ? (registers[4] ?? 0) : open
  const high = isBar ? (registers[2] ?? 0) : open
  const low = isBar ? (registers[3] ?? 0) : open
  if (isBar && registers[5] === 0) track.zeroVolume++
  if (low < track.least) track.least = low
  if (high > track.most) track.most = high
  const before = track.time
  if (isBar && time - before > length) noteGap(track, before, time, length)
  // Later than the row before, and not by so much that the price may have gone anywhere.
  const isNear = time > before && time - before <= NEAR
  if (isNear && isStep(track.close, open)) noteJump(track, time, open, close)
  // The first bar after a split may still begin with an order of the old price.
  else if (isNear && isStep(track.close, close)) noteJump(track, time, close, close)
  if (isNear && isBar) judgeBefore(track, open)
  const height = (high - low) / close
  if (track.rows === 1) track.usual = height
  track.usual = track.usual < height ? track.usual * 1.02 + TINY : track.usual * 0.98
  track.earlier = isNear ? track.close : 0
  track.time = time
  track.close = close
  track.high = high
  track.low = low
}

/** Of every row in the range of days, also when it is left out as outside the session. */
export function watchNight(track: Track, start: TimeMs, end: TimeMs): void {
  if (track.sessionless || (start >= track.awake.from && end <= track.awake.to)) return
  const hours = awakeHours(track.sessions, start, end)
  if (hours === undefined) track.nights++
  else track.awake = hours
}

/** How much later a row was received than it happened, ms. */
export function watchClocks(track: Track, delay: TimeMs): void {
  if (delay < 0) takeSample(track.early, -delay)
  else track.late++
}

/** The longest that the exchanges were shut in a century: three trading days and a weekend. */
const NEAR = 8 * DAY
/** No split that is worth telling moves a price by less. */
const STEP = 1.25
function isStep(before: number, after: number): boolean {
  return after > before * STEP || before > after * STEP
}

/** Lets the median leave 0, where a bar without height began. */
const TINY = 1e-5

function noteGap(track: Track, from: TimeMs, to: TimeMs, length: TimeMs): void {
  const count = countMissing(track.sessions, track.sessionless, from, to, length)
  track.gaps += count
  if (count > track.gap.count) track.gap = { count, from, to, daily: length >= DAY }
}

/** From one close to the next open within a twenty-fifth of n:1 or 3:2, either way. */
const NEARNESS = 0.04
const JUMPS_MAX = 100

function noteJump(track: Track, to: TimeMs, after: number, close: number): void {
  const before = track.close
  // A single wrong print comes back within its bar.
  if (before > after ? before <= close * STEP : close <= before * STEP) return
  const ratio = before > after ? before / after : after / before
  const isThree = Math.abs(ratio - 1.5) <= 1.5 * NEARNESS
  const whole = Math.round(ratio)
  if (!isThree && !(whole >= 2 && whole <= 20 && Math.abs(ratio - whole) <= whole * NEARNESS)) return
  const [more, fewer] = isThree ? [3, 2] : [whole, 1]
  const [numerator, denominator] = before > after ? [more, fewer] : [fewer, more]
  if (track.jumps.length < JUMPS_MAX)
    track.jumps.push({ from: track.time, to, before, after, numerator, denominator })
}

/** So many bars tell what is usual. */
const WARM_UP = 30
const HEIGHTS = 20
const LEAST = 0.05

/**
 * The bar before is an outlier when its high or low lies beyond the close before it and the open after it by
 * more than 5 % and more than 20 usual heights: the price went there and came straight back.
 */
function judgeBefore(track: Track, open: number): void {
  const { earlier } = track
  if (earlier === 0 || track.rows < WARM_UP) return
  const limit = Math.max(LEAST, HEIGHTS * track.usual) * earlier
  const isHigh = track.high - Math.max(earlier, open) > limit
  if (!isHigh && Math.min(earlier, open) - track.low <= limit) return
  track.outliers++
  track.outlier ??= { time: track.time, price: isHigh ? track.high : track.low }
}
