/**
 * Directional movement as J. W. Wilder defined it (New Concepts in Technical Trading Systems, 1978): +DI and
 * −DI are the shares, in percent, that movement up and down has in the true range, ADX is the average of
 * their difference ÷ their sum (DX), in percent.
 *
 * The sums begin with `length` changes; each later one takes 1 ÷ length of the sum away. +DI and −DI are
 * warm after `length` + 1 bars, ADX after 2 × `length`: its seed is the mean of the first `length` DX. Bars
 * that stand still without a range have both DI at 0; DX is 0 where neither direction moved.
 */

import { trueRange } from './bar-values.ts'
import { checkLength } from './checks.ts'

export interface Adx {
  readonly length: number
  /** Changes seen, at most 2 × `length` − 1; −1 before the first bar. */
  count: number
  previousHigh: number
  previousLow: number
  previousClose: number
  /** Wilder's running sums. */
  range: number
  plus: number
  minus: number
  /** Until it is warm the sum of DX, then their average. */
  average: number
}

export interface AdxReading {
  readonly adx: number
  readonly plusDi: number
  readonly minusDi: number
}

const UNKNOWN: AdxReading = Object.freeze({ adx: Number.NaN, plusDi: Number.NaN, minusDi: Number.NaN })

export function createAdx(length: number): Adx {
  return {
    length: checkLength(length),
    count: -1,
    previousHigh: 0,
    previousLow: 0,
    previousClose: 0,
    range: 0,
    plus: 0,
    minus: 0,
    average: 0,
  }
}

/** Takes the next finite bar in. NaN for any other, and in each part before it is warm. */
export function updateAdx(adx: Adx, high: number, low: number, close: number): AdxReading {
  if (!Number.isFinite(high + low + close)) return UNKNOWN
  if (adx.count < 0) adx.count = 0
  else takeChange(adx, high, low)
  adx.previousHigh = high
  adx.previousLow = low
  adx.previousClose = close
  return readAdx(adx)
}

export function readAdx({ length, count, range, plus, minus, average }: Adx): AdxReading {
  if (count < length) return UNKNOWN
  return {
    adx: count < 2 * length - 1 ? Number.NaN : average,
    plusDi: range === 0 ? 0 : 100 * (plus / range),
    minusDi: range === 0 ? 0 : 100 * (minus / range),
  }
}

function takeChange(adx: Adx, high: number, low: number): void {
  const { length } = adx
  const up = high - adx.previousHigh
  const down = adx.previousLow - low
  const keep = adx.count < length ? 1 : 1 - 1 / length
  adx.range = adx.range * keep + trueRange(high, low, adx.previousClose)
  adx.plus = adx.plus * keep + (up > down && up > 0 ? up : 0)
  adx.minus = adx.minus * keep + (down > up && down > 0 ? down : 0)
  const warm = 2 * length - 1
  const isWarm = adx.count === warm
  if (!isWarm) adx.count++
  if (adx.count < length) return
  const moved = adx.plus + adx.minus
  const dx = moved === 0 ? 0 : 100 * (Math.abs(adx.plus - adx.minus) / moved)
  if (isWarm) {
    adx.average += (dx - adx.average) / length
  } else {
    adx.average += dx
    if (adx.count === warm) adx.average /= length
  }
}
