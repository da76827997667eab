/**
 * Simple moving average: the plain mean of the last `length` values, in their unit. Warm after `length`
 * values. A flat series gives its value, up to rounding.
 */

import { checkLength } from './checks.ts'

export interface Sma {
  readonly length: number
  /** Slot of the oldest value. */
  next: number
  sum: number
  readonly values: number[]
}

export function createSma(length: number): Sma {
  return { length: checkLength(length), next: 0, sum: 0, values: [] }
}

/** Takes the next finite value in. NaN for any other, and before it is warm. */
export function updateSma(sma: Sma, value: number): number {
  if (!Number.isFinite(value)) return Number.NaN
  const { values, next, length } = sma
  sma.sum += value - (values[next] ?? 0)
  values[next] = value
  sma.next = next + 1 === length ? 0 : next + 1
  // Sums above 2^53 drift; one made anew each time round keeps the error within one window.
  if (sma.next === 0) sma.sum = values.reduce((sum, each) => sum + each, 0)
  return readSma(sma)
}

export function readSma(sma: Sma): number {
  return sma.values.length === sma.length ? sma.sum / sma.length : Number.NaN
}
