/**
 * Gathers finer bars and trades into bars of one length. Quotes, and bars that have it already, pass through.
 *
 * Called with rows in order of time. A bar is given out as soon as something later is seen, or at the end; it
 * bears its own end even where rows before that are missing, and never an end before its last row's. Memory
 * is one bar a symbol.
 */

import type { Bar, MarketRows, Resolution, TimeMs, Trade } from '#core/contract.ts'
import { DAY, resolutionMs } from '#core/time.ts'
import { BATCH_ROWS } from './csv-batch.ts'
import { partOf, type SessionLookup } from './sessions.ts'

export interface GatherOptions {
  readonly resolution: Resolution
  readonly isSessionless: (symbol: string) => boolean
  readonly sessions: SessionLookup
}

interface Bucket {
  readonly symbol: string
  readonly sessionless: boolean
  /** NaN while it is empty. */
  end: TimeMs
  open: number
  high: number
  low: number
  close: number
  volume: number
  /** Of trades: what is smaller than a unit of volume. */
  rest: number
}

interface Gatherer extends GatherOptions {
  readonly length: TimeMs
  readonly buckets: Map<string, Bucket>
  /** Earliest end of a bucket that is not empty. */
  soonest: TimeMs
  out: MarketRows[]
}

export async function* gather(
  batches: AsyncIterable<MarketRows>,
  options: GatherOptions,
): AsyncGenerator<MarketRows, void, undefined> {
  const { resolution } = options
  const length = resolutionMs(resolution)
  const state: Gatherer = {
    ...options,
    length,
    buckets: new Map(),
    soonest: Number.POSITIVE_INFINITY,
    out: [],
  }
  for await (const batch of batches) {
    if (batch.kind === 'trades') for (const trade of batch.rows) takeTrade(state, trade)
    else if (batch.kind === 'bars' && batch.resolution !== resolution) {
      const own = resolutionMs(batch.resolution)
      for (const bar of batch.rows) takeBar(state, bar, own)
    } else passThrough(state, batch)
    // The last batch may still grow.
    while (state.out.length > 1) {
      const full = state.out.shift()
      if (full !== undefined) yield full
    }
  }
  closeBefore(state, Number.POSITIVE_INFINITY)
  yield* state.out
}

function passThrough(state: Gatherer, batch: MarketRows): void {
  for (const row of batch.rows) {
    const time = 'end' in row ? row.end : row.time
    if (time > state.soonest) closeBefore(state, time)
    emit(state, batch, row)
  }
}

/** `own`: length of the bar itself. */
function takeBar(state: Gatherer, bar: Bar, own: TimeMs): void {
  // A bucket that ends inside the bar is the one that the bar belongs to.
  const start = bar.end - own
  if (start >= state.soonest) closeBefore(state, start + 1)
  const bucket = bucketAt(state, bar.symbol, bar.end - 1, own)
  if (bucket === undefined) return
  // What a bar that overlaps the close held before it is not known: seen at the close it would be the future.
  if (bar.end > bucket.end) bucket.end = bar.end
  addPrices(bucket, bar.open, bar.high, bar.low, bar.close)
  bucket.volume += bar.volume
}

const QUANTITY_A_VOLUME = 10_000

function takeTrade(state: Gatherer, { symbol, time, price, quantity }: Trade): void {
  if (time > state.soonest) closeBefore(state, time)
  const bucket = bucketAt(state, symbol, time, 1)
  if (bucket === undefined) return
  addPrices(bucket, price, price, price, price)
  const size = bucket.rest + quantity
  bucket.rest = size % QUANTITY_A_VOLUME
  bucket.volume += (size - bucket.rest) / QUANTITY_A_VOLUME
}

function addPrices(bucket: Bucket, open: number, high: number, low: number, close: number): void {
  if (bucket.open === 0) bucket.open = open
  if (high > bucket.high) bucket.high = high
  if (low < bucket.low) bucket.low = low
  bucket.close = close
}

/**
 * The bucket of a row whose last moment is given, emptied when it is a new one; undefined where there is
 * none. `own`: length of the row.
 */
function bucketAt(state: Gatherer, symbol: string, moment: TimeMs, own: TimeMs): Bucket | undefined {
  let bucket = state.buckets.get(symbol)
  if (bucket !== undefined && moment < bucket.end) return bucket
  if (bucket === undefined) {
    bucket = { ...EMPTY, symbol, sessionless: state.isSessionless(symbol) }
    state.buckets.set(symbol, bucket)
  }
  const end = endOf(state, bucket.sessionless, moment, own)
  if (end === undefined || end === bucket.end) return end === undefined ? undefined : bucket
  // A trade at the very end belongs to the next bar.
  if (bucket.end > 0) emitBar(state, bucket)
  bucket.end = end
  if (end < state.soonest) state.soonest = end
  return bucket
}

const EMPTY = {
  end: Number.NaN,
  open: 0,
  high: 0,
  low: Number.POSITIVE_INFINITY,
  close: 0,
  volume: 0,
  rest: 0,
}

/**
 * Bars are counted from the beginning of the part of the day that they lie in, and end with it. A day's bar
 * ends with the session: what is traded behind that is in none.
 */
function endOf(
  { length, sessions }: Gatherer,
  sessionless: boolean,
  moment: TimeMs,
  own: TimeMs,
): TimeMs | undefined {
  const part = partOf(sessions, sessionless, moment - own + 1, moment)
  if (length === DAY && !sessionless) return part.close
  // A row must not be cut: where hours are full ones, the first bar begins with the hour that holds the open.
  const anchor = part.anchor - ((((part.anchor - moment - 1) % own) + own) % own)
  const within = Math.min(moment, part.end - 1)
  return Math.min(part.end, anchor + (Math.floor((within - anchor) / length) + 1) * length)
}

/** Gives out the bars that end before `time`, the earliest first. */
function closeBefore(state: Gatherer, time: TimeMs): void {
  const due: Bucket[] = []
  state.soonest = Number.POSITIVE_INFINITY
  for (const bucket of state.buckets.values()) {
    if (bucket.end < time) due.push(bucket)
    else if (bucket.end < state.soonest) state.soonest = bucket.end
  }
  due.sort((a, b) => a.end - b.end)
  for (const bucket of due) emitBar(state, bucket)
}

function emitBar(state: Gatherer, bucket: Bucket): void {
  const { symbol, end, open, high, low, close, volume } = bucket
  const { resolution } = state
  const row: Bar = { symbol, end, open, high, low, close, volume, resolution }
  Object.assign(bucket, EMPTY)
  emit(state, { kind: 'bars', resolution, rows: [] }, row)
}

function emit(state: Gatherer, like: MarketRows, row: MarketRows['rows'][number]): void {
  let last = state.out[state.out.length - 1]
  if (last === undefined || last.kind !== like.kind || last.rows.length === BATCH_ROWS) {
    last = { ...like, rows: [] } as MarketRows
    state.out.push(last)
  }
  ;(last.rows as MarketRows['rows'][number][]).push(row)
}
