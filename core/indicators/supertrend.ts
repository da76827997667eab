/**
 * Supertrend (O. Seban, 2000s), in the unit of prices: a line `multiple` × Wilder's ATR from the middle of
 * the bar, below the market in a rising trend (`direction` 1), above it in a falling one (−1). It never
 * moves away from the market; a close beyond it turns the trend.
 *
 * Bands, ties and the first direction are those of the built-in function of TradingView's Pine Script
 * (`ta.supertrend`, which has the signs of the direction the other way round): it begins falling. Warm after
 * `length` bars. Flat bars hold the direction, with the line on the price.
 */

import { type Atr, createAtr, updateAtr } from './atr.ts'
import { checkMultiple } from './checks.ts'

export interface Supertrend {
  readonly multiple: number
  readonly atr: Atr
  /** 0 before it is warm. */
  direction: 1 | -1 | 0
  upper: number
  lower: number
  previousClose: number
}

export interface SupertrendReading {
  readonly line: number
  /** 1 rising, −1 falling, NaN before it is warm. */
  readonly direction: number
}

const UNKNOWN: SupertrendReading = Object.freeze({ line: Number.NaN, direction: Number.NaN })

export function createSupertrend(length: number, multiple: number): Supertrend {
  const atr = createAtr(length)
  return { multiple: checkMultiple(multiple), atr, direction: 0, upper: 0, lower: 0, previousClose: 0 }
}

/** Takes the next finite bar in. NaN for any other, and before it is warm. */
export function updateSupertrend(
  trend: Supertrend,
  high: number,
  low: number,
  close: number,
): SupertrendReading {
  const away = trend.multiple * updateAtr(trend.atr, high, low, close)
  if (Number.isNaN(away)) return UNKNOWN
  const middle = (high + low) / 2
  const { direction, upper, lower, previousClose } = trend
  // A band gives way only towards the market, or where the last close had left it behind.
  if (direction === 0 || middle + away < upper || previousClose > upper) trend.upper = middle + away
  if (direction === 0 || middle - away > lower || previousClose < lower) trend.lower = middle - away
  if (direction === 0) trend.direction = -1
  else if (direction < 0 && close > trend.upper) trend.direction = 1
  else if (direction > 0 && close < trend.lower) trend.direction = -1
  trend.previousClose = close
  return readSupertrend(trend)
}

export function readSupertrend({ direction, upper, lower }: Supertrend): SupertrendReading {
  if (direction === 0) return UNKNOWN
  return { line: direction > 0 ? lower : upper, direction }
}
