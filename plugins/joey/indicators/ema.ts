/**
 * Exponential moving average, smoothing 2 ÷ (length + 1), seeded with the mean of the first `length`
 * values.
 */

export interface Ema {
  readonly length: number
  /** Values seen, at most `length`. */
  count: number
  /** Until the seed is complete the sum of what was seen, then the average. */
  value: number
}

export function createEma(length: number): Ema {
  return { length, count: 0, value: 0 }
}

/** Takes the next value in. NaN before there are `length` of them. */
export function updateEma(ema: Ema, value: number): number {
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
