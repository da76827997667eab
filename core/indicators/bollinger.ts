/**
 * Bollinger bands (J. Bollinger, Bollinger on Bollinger Bands, 2001): the mean of the last `length` values
 * and bands `multiple` population standard deviations above and below it, in the unit of the values.
 * `bandwidth` is (upper − lower) ÷ middle; `percentB` is where the last value stands between the bands, 0 at
 * the lower, 1 at the upper; both are plain ratios. Warm after `length` values. A flat window has all three
 * lines on its value, bandwidth 0 and percentB 0.5; the bandwidth of others around 0 is NaN.
 */

import { checkMultiple } from './checks.ts'
import {
  createRollingMoments,
  type RollingMoments,
  readRollingMoments,
  updateRollingMoments,
} from './rolling/moments.ts'

export interface Bollinger {
  readonly multiple: number
  /** The value taken in last; 0 before the first. */
  last: number
  readonly moments: RollingMoments
}

export interface BollingerReading {
  readonly upper: number
  readonly middle: number
  readonly lower: number
  readonly bandwidth: number
  readonly percentB: number
}

const UNKNOWN: BollingerReading = Object.freeze({
  upper: Number.NaN,
  middle: Number.NaN,
  lower: Number.NaN,
  bandwidth: Number.NaN,
  percentB: Number.NaN,
})

export function createBollinger(length: number, multiple: number): Bollinger {
  return { multiple: checkMultiple(multiple), last: 0, moments: createRollingMoments(length) }
}

/** Takes the next finite value in. NaN for any other, and before it is warm. */
export function updateBollinger(bollinger: Bollinger, value: number): BollingerReading {
  if (!Number.isFinite(value)) return UNKNOWN
  bollinger.last = value
  updateRollingMoments(bollinger.moments, value)
  return readBollinger(bollinger)
}

export function readBollinger({ multiple, last, moments }: Bollinger): BollingerReading {
  const { mean, deviation } = readRollingMoments(moments)
  if (Number.isNaN(mean)) return UNKNOWN
  const half = multiple * deviation
  return {
    upper: mean + half,
    middle: mean,
    lower: mean - half,
    bandwidth: half === 0 ? 0 : mean === 0 ? Number.NaN : (2 * half) / mean,
    percentB: half === 0 ? 0.5 : 0.5 + (last - mean) / (2 * half),
  }
}
