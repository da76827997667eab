/**
 * Gathers finer bars and trades into bars of one length. Quotes, and bars that have it already, pass through.
 *
 * Called with rows in order of time. A bar is given out as soon as something later is seen, or at the end; it
 * bears its own end even where rows before that are missing. Memory is one bar a symbol.
 */

import type { Bar, MarketRows, Resolution, TimeMs, Trade } from '#core/contract.ts'
import { DAY, resolutionMs } from '#core/time.ts'
import { BATCH_ROWS } from './csv-batch.ts'
import { dayBegin, lookUpSession, type SessionLookup, tradingDay } from './sessions.ts'

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
    else if (batch.kind === 'bars' && batch.resolution !== resolution)
      for (const bar of batch.rows) takeBar(state, bar)
    else passThrough(state, batch)
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

function takeBar(state: Gatherer, bar: Bar): void {
  if (bar.end > state.soonest) closeBefore(state, bar.end)
  const bucket = bucketAt(state, bar.symbol, bar.end - 1)
  if (bucket === undefined) return
  addPrices(bucket, bar.open, bar.high, bar.low, bar.close)
  bucket.volume += bar.volume
}

const QUANTITY_A_VOLUME = 10_000

function takeTrade(state: Gatherer, { symbol, time, price, quantity }: Trade): void {
  if (time > state.soonest) closeBefore(state, time)
  const bucket = bucketAt(state, symbol, time)
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
 * The bucket that a moment of a symbol falls into, emptied when it is a new one; undefined where there is
 * none.
 */
function bucketAt(state: Gatherer, symbol: string, moment: TimeMs): Bucket | undefined {
  let bucket = state.buckets.get(symbol)
  if (bucket !== undefined && moment < bucket.end) return bucket
  if (bucket === undefined) {
    bucket = { ...EMPTY, symbol, sessionless: state.isSessionless(symbol) }
    state.buckets.set(symbol, bucket)
  }
  const end = endOf(state, bucket, moment)
  if (end === undefined) return undefined
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
 * Hours and less are those of UTC. A day ends with its regular session: what is traded behind it is in no
 * daily bar. No bar of a symbol with sessions reaches into the next day, where a split may lie between.
 */
function endOf({ length, sessions }: Gatherer, { sessionless }: Bucket, moment: TimeMs): TimeMs | undefined {
  const end = (Math.floor(moment / length) + 1) * length
  if (sessionless) return end
  const day = tradingDay(moment, false)
  if (length < DAY) return Math.min(end, dayBegin(day + 1, false))
  const close = lookUpSession(sessions, day)?.close ?? 0
  return moment < close ? close : undefined
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
