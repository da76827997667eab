/**
 * Volume-weighted average price of the last `length` bars, in the unit of prices; session-vwap.ts has that
 * of a session. Who calls says which price of a bar counts. Warm after `length` bars; NaN also where none of
 * them had volume, since a price at which nothing traded is no average. A flat price gives itself, up to
 * rounding.
 */

import { createRollingSum, type RollingSum, readRollingSum, updateRollingSum } from './rolling/sum.ts'

export interface RollingVwap {
  /** Of price × volume. */
  readonly values: RollingSum
  readonly volumes: RollingSum
}

export function createRollingVwap(length: number): RollingVwap {
  return { values: createRollingSum(length), volumes: createRollingSum(length) }
}

/** Takes the next finite bar in. NaN for any other, and before it is warm. */
export function updateRollingVwap(vwap: RollingVwap, price: number, volume: number): number {
  if (!Number.isFinite(price * volume)) return Number.NaN
  updateRollingSum(vwap.values, price * volume)
  updateRollingSum(vwap.volumes, volume)
  return readRollingVwap(vwap)
}

export function readRollingVwap({ values, volumes }: RollingVwap): number {
  // Without volume that is 0 ÷ 0, which is NaN, as it should be.
  return readRollingSum(values) / readRollingSum(volumes)
}
