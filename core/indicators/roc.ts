/**
 * Rate of change in percent: how far a value is from that of `length` values before (S. B. Achelis,
 * Technical Analysis from A to Z, "Price rate-of-change"). Warm after `length` + 1 values. A flat series
 * gives 0; NaN where the old value is 0, since nothing grows from it.
 */

import { checkLength } from './checks.ts'

export interface Roc {
  readonly length: number
  /** Slot of the oldest of `length` + 1 values. */
  next: number
  readonly values: number[]
}

export function createRoc(length: number): Roc {
  return { length: checkLength(length), next: 0, values: [] }
}

/** Takes the next finite value in. NaN for any other, and before it is warm. */
export function updateRoc(roc: Roc, value: number): number {
  if (!Number.isFinite(value)) return Number.NaN
  roc.values[roc.next] = value
  roc.next = roc.next === roc.length ? 0 : roc.next + 1
  return readRoc(roc)
}

export function readRoc({ length, next, values }: Roc): number {
  const oldest = values[next]
  const newest = values[next === 0 ? length : next - 1] ?? 0
  return oldest === undefined || oldest === 0 ? Number.NaN : 100 * ((newest - oldest) / oldest)
}
