/**
 * Stochastic oscillator (G. Lane, 1950s), 0..100. Fast %K is where the close stands between the lowest low
 * (0) and the highest high (100) of the last `length` bars; `k` is its mean over `smoothK` bars and `d` the
 * mean of `k` over `smoothD`. With `smoothK` 1 that is the fast stochastic; with 3 the slow one, whose %K is
 * the fast %D.
 *
 * `k` is warm after `length` + `smoothK` − 1 bars, `d` after `smoothD` − 1 more. Where the bars have no
 * range, fast %K is 50: neither end of nothing. (Some others say 0, which reads as oversold.)
 */

import { createRollingExtreme, type RollingExtreme, updateRollingExtreme } from './rolling/extreme.ts'
import { createRollingSum, type RollingSum, readRollingSum, updateRollingSum } from './rolling/sum.ts'

export interface Stochastic {
  readonly highs: RollingExtreme
  readonly lows: RollingExtreme
  /** Of fast %K. */
  readonly fast: RollingSum
  /** Of `k`. */
  readonly slow: RollingSum
}

export interface StochasticReading {
  readonly k: number
  readonly d: number
}

const UNKNOWN: StochasticReading = Object.freeze({ k: Number.NaN, d: Number.NaN })

export function createStochastic(length: number, smoothK: number, smoothD: number): Stochastic {
  return {
    highs: createRollingExtreme(length, 1),
    lows: createRollingExtreme(length, -1),
    fast: createRollingSum(smoothK),
    slow: createRollingSum(smoothD),
  }
}

/** Takes the next finite bar in. NaN for any other, and in each part before it is warm. */
export function updateStochastic(
  stochastic: Stochastic,
  high: number,
  low: number,
  close: number,
): StochasticReading {
  if (!Number.isFinite(high + low + close)) return UNKNOWN
  const { highs, lows, fast, slow } = stochastic
  const top = updateRollingExtreme(highs, high)
  const bottom = updateRollingExtreme(lows, low)
  if (Number.isNaN(top)) return UNKNOWN
  const sum = updateRollingSum(fast, top === bottom ? 50 : (100 * (close - bottom)) / (top - bottom))
  if (!Number.isNaN(sum)) updateRollingSum(slow, sum / fast.length)
  return readStochastic(stochastic)
}

export function readStochastic({ fast, slow }: Stochastic): StochasticReading {
  return { k: readRollingSum(fast) / fast.length, d: readRollingSum(slow) / slow.length }
}
