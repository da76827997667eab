/**
 * Average true range as J. W. Wilder defined it (New Concepts in Technical Trading Systems, 1978), in the
 * unit of prices. The first bar has no close before it, so its true range is high − low; the first average
 * is the plain mean of `length` ranges, later ones take 1 ÷ length of each new range. Warm after `length`
 * bars. Bars without a range that stand still give 0; after movement it falls towards 0.
 */

import { trueRange } from './bar-values.ts'
import { checkLength } from './checks.ts'

export interface Atr {
  readonly length: number
  /** Bars seen, at most `length`. */
  count: number
  previousClose: number
  /** Until there are `length` bars the sum of their ranges, then the average. */
  value: number
}

export function createAtr(length: number): Atr {
  return { length: checkLength(length), count: 0, previousClose: 0, value: 0 }
}

/** Takes the next finite bar in. NaN for any other, and before it is warm. */
export function updateAtr(atr: Atr, high: number, low: number, close: number): number {
  if (!Number.isFinite(high + low + close)) return Number.NaN
  const range = atr.count > 0 ? trueRange(high, low, atr.previousClose) : high - low
  atr.previousClose = close
  if (atr.count === atr.length) {
    atr.value += (range - atr.value) / atr.length
  } else {
    atr.value += range
    if (++atr.count === atr.length) atr.value /= atr.length
  }
  return readAtr(atr)
}

export function readAtr(atr: Atr): number {
  return atr.count === atr.length ? atr.value : Number.NaN
}
