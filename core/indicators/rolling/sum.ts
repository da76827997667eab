/**
 * Sum of the last `length` values, O(1) on average, in which nothing is ever subtracted.
 *
 * The values lie in blocks of `length`. The window is the end of the block before, whose sums from each slot
 * on are made once when it is complete, and the beginning of the block being filled. So no rounding is
 * carried from window to window, a sum of values ≥ 0 is never below 0, and a window of zeros is zero.
 */

import { checkLength } from '../checks.ts'

export interface RollingSum {
  readonly length: number
  /** Slots of the present block that are filled, at most `length`. */
  filled: number
  /** Of the present block. */
  sum: number
  /** Below `filled` the values of the present block; from there on the sums to the end of the one before. */
  readonly slots: number[]
}

export function createRollingSum(length: number): RollingSum {
  return { length: checkLength(length), filled: 0, sum: 0, slots: [] }
}

/** Takes the next value in. NaN before there are `length` of them. */
export function updateRollingSum(rolling: RollingSum, value: number): number {
  if (rolling.filled === rolling.length) beginBlock(rolling)
  rolling.slots[rolling.filled++] = value
  rolling.sum += value
  return readRollingSum(rolling)
}

export function readRollingSum({ length, filled, sum, slots }: RollingSum): number {
  if (slots.length < length) return Number.NaN
  return filled === length ? sum : (slots[filled] ?? 0) + sum
}

function beginBlock(rolling: RollingSum): void {
  const { slots } = rolling
  let sum = 0
  for (let slot = slots.length - 1; slot >= 0; slot--) {
    sum += slots[slot] ?? 0
    slots[slot] = sum
  }
  rolling.filled = 0
  rolling.sum = 0
}
