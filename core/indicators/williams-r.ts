/**
 * Williams %R (L. Williams, How I Made One Million Dollars, 1973), −100..0: where the close stands between
 * the lowest low (−100) and the highest high (0) of the last `length` bars. Warm after `length` bars. −50
 * where they have no range: neither end of nothing. (Some others say 0, which reads as overbought.)
 */

import {
  createRollingExtreme,
  type RollingExtreme,
  readRollingExtreme,
  updateRollingExtreme,
} from './rolling/extreme.ts'

export interface WilliamsR {
  close: number
  readonly highs: RollingExtreme
  readonly lows: RollingExtreme
}

export function createWilliamsR(length: number): WilliamsR {
  return { close: 0, highs: createRollingExtreme(length, 1), lows: createRollingExtreme(length, -1) }
}

/** Takes the next finite bar in. NaN for any other, and before it is warm. */
export function updateWilliamsR(williams: WilliamsR, high: number, low: number, close: number): number {
  if (!Number.isFinite(high + low + close)) return Number.NaN
  williams.close = close
  updateRollingExtreme(williams.highs, high)
  updateRollingExtreme(williams.lows, low)
  return readWilliamsR(williams)
}

export function readWilliamsR({ close, highs, lows }: WilliamsR): number {
  const top = readRollingExtreme(highs)
  const bottom = readRollingExtreme(lows)
  return top === bottom ? -50 : (100 * (close - top)) / (top - bottom)
}
