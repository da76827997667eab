/**
 * Exponential moving average in the unit of its values: each new one weighs 2 ÷ (length + 1). The seed is
 * the mean of the first `length` values, so it is warm after them. (Some others seed with the first value
 * alone.) A flat series gives its value, up to rounding.
 */

import { checkLength } from './checks.ts'

export interface Ema {
  readonly length: number
  /** Values seen, at most `length`. */
  count: number
  /** Until the seed is complete the sum of what was seen, then the average. */
  value: number
}

export function createEma(length: number): Ema {
  return { length: checkLength(length), count: 0, value: 0 }
}

/** Takes the next finite value in. NaN for any other, and before it is warm. */
export function updateEma(ema: Ema, value: number): number {
  if (!Number.isFinite(value)) return Number.NaN
  if (ema.count === ema.length) {
    ema.value += ((value - ema.value) * 2) / (ema.length + 1)
    return ema.value
  }
  ema.value += value
  ema.count++
  if (ema.count < ema.length) return Number.NaN
  ema.value /= ema.length
  return ema.value
}

export function readEma(ema: Ema): number {
  return ema.count === ema.length ? ema.value : Number.NaN
}
