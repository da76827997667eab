/**
 * The price of one symbol in a bounded number of candles: when there are twice as many as wanted, neighbours
 * are joined. Bars go before trades, trades before the middles of quotes.
 */

import type { MarketRows, Price, TimeMs } from '#core/contract.ts'

/** Time of its last row, open, high, low, close. */
export type Candle = [time: TimeMs, open: Price, high: Price, low: Price, close: Price]

export interface Candles {
  kind: MarketRows['kind']
  rows: Candle[]
  /** Rows in a candle, and in the newest one so far. */
  stride: number
  inLast: number
}

const RANK = { bars: 2, trades: 1, quotes: 0 } as const

export function createCandles(kind: MarketRows['kind']): Candles {
  return { kind, rows: [], stride: 1, inLast: 0 }
}

/** False when rows of this kind are not what this series is made of. */
export function takes(candles: Candles, kind: MarketRows['kind']): boolean {
  if (kind === candles.kind) return true
  if (RANK[kind] < RANK[candles.kind]) return false
  Object.assign(candles, createCandles(kind))
  return true
}

export function addCandle(
  candles: Candles,
  limit: number,
  time: TimeMs,
  open: Price,
  high: Price,
  low: Price,
  close: Price,
): void {
  const last = candles.rows.at(-1)
  if (last !== undefined && candles.inLast < candles.stride) {
    last[0] = time
    if (high > last[2]) last[2] = high
    if (low < last[3]) last[3] = low
    last[4] = close
    candles.inLast++
    return
  }
  candles.rows.push([time, open, high, low, close])
  candles.inLast = 1
  if (candles.rows.length < 2 * limit) return
  candles.rows = joinPairs(candles.rows)
  candles.stride *= 2
  candles.inLast = candles.stride
}

/** At most `limit`. */
export function readCandles({ rows }: Candles, limit: number): readonly Candle[] {
  return rows.length > limit ? joinPairs(rows) : rows
}

export function joinPairs(rows: readonly Candle[]): Candle[] {
  const joined: Candle[] = []
  for (let index = 0; index < rows.length; index += 2) {
    const [first, second = first] = [rows[index], rows[index + 1]]
    if (first === undefined || second === undefined) continue
    const [high, low] = [Math.max(first[2], second[2]), Math.min(first[3], second[3])]
    joined.push([second[0], first[1], high, low, second[4]])
  }
  return joined
}
