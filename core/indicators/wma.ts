/**
 * Linearly weighted moving average of the last `length` values, in their unit: the oldest weighs 1, the
 * newest `length` (S. B. Achelis, Technical Analysis from A to Z, "Moving averages"). Warm after `length`
 * values. A flat series gives its value, up to rounding.
 */

import { checkLength } from './checks.ts'

export interface Wma {
  readonly length: number
  /** Slot of the oldest value. */
  next: number
  sum: number
  /** Sum of each value times its weight. */
  weighted: number
  readonly values: number[]
}

export function createWma(length: number): Wma {
  return { length: checkLength(length), next: 0, sum: 0, weighted: 0, values: [] }
}

/** Takes the next finite value in. NaN for any other, and before it is warm. */
export function updateWma(wma: Wma, value: number): number {
  if (!Number.isFinite(value)) return Number.NaN
  const { length, next, values } = wma
  const oldest = values[next]
  // Every weight falls by one, which takes the whole sum away once and the oldest value altogether.
  if (oldest === undefined) wma.weighted += (next + 1) * value
  else wma.weighted += length * value - wma.sum
  wma.sum += value - (oldest ?? 0)
  values[next] = value
  wma.next = next + 1 === length ? 0 : next + 1
  if (wma.next === 0) sumAnew(wma)
  return readWma(wma)
}

export function readWma({ length, weighted, values }: Wma): number {
  return values.length === length ? weighted / ((length * (length + 1)) / 2) : Number.NaN
}

/** Once each time round, so that rounding is not carried on from window to window. */
function sumAnew(wma: Wma): void {
  wma.sum = 0
  wma.weighted = 0
  for (const [slot, value] of wma.values.entries()) {
    wma.sum += value
    wma.weighted += (slot + 1) * value
  }
}
