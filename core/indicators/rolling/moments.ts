/**
 * Mean and population standard deviation of the last `length` values, O(1) on average.
 *
 * Blocks as in sum.ts; each holds its mean and its sum of squared deviations, which are updated by B. P.
 * Welford's method (Technometrics 4, 1962) and joined by that of T. F. Chan, G. H. Golub and R. J. LeVeque
 * (1979). The difference of two sums of squares would lose every digit where prices are large and moves
 * small; here a flat window has a deviation of exactly 0, at any scale.
 */

import { checkLength } from '../checks.ts'

export interface RollingMoments {
  readonly length: number
  /** Slots of the present block that are filled, at most `length`. */
  filled: number
  /** Of the present block. */
  mean: number
  squares: number
  /** Below `filled` the values of the present block; from there on the means to the end of the one before. */
  readonly means: number[]
  /** From `filled` on the squared deviations from those means. */
  readonly deviations: number[]
}

export interface Moments {
  readonly mean: number
  readonly deviation: number
}

const UNKNOWN: Moments = Object.freeze({ mean: Number.NaN, deviation: Number.NaN })

export function createRollingMoments(length: number): RollingMoments {
  return { length: checkLength(length), filled: 0, mean: 0, squares: 0, means: [], deviations: [] }
}

/** Takes the next value in. NaN before there are `length` of them. */
export function updateRollingMoments(rolling: RollingMoments, value: number): Moments {
  if (rolling.filled === rolling.length) beginBlock(rolling)
  const { filled, mean } = rolling
  rolling.means[filled] = value
  rolling.deviations[filled] = 0
  rolling.filled = filled + 1
  rolling.mean = mean + (value - mean) / rolling.filled
  rolling.squares += (value - mean) * (value - rolling.mean)
  return readRollingMoments(rolling)
}

export function readRollingMoments(rolling: RollingMoments): Moments {
  const { length, filled, mean, squares, means, deviations } = rolling
  if (means.length < length) return UNKNOWN
  if (filled === length) return { mean, deviation: Math.sqrt(squares / length) }
  const before = means[filled] ?? 0
  const gap = mean - before
  const joined = squares + (deviations[filled] ?? 0) + (gap * gap * filled * (length - filled)) / length
  return { mean: before + (gap * filled) / length, deviation: Math.sqrt(joined / length) }
}

function beginBlock(rolling: RollingMoments): void {
  const { length, means, deviations } = rolling
  let mean = 0
  let squares = 0
  for (let slot = length - 1; slot >= 0; slot--) {
    const off = (means[slot] ?? 0) - mean
    mean += off / (length - slot)
    squares += off * ((means[slot] ?? 0) - mean)
    means[slot] = mean
    deviations[slot] = squares
  }
  rolling.filled = 0
  rolling.mean = 0
  rolling.squares = 0
}
