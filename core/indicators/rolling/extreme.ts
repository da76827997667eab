/**
 * Highest or lowest of the last `length` values and where it stood, O(1) on average in any market. Of equal
 * values the newest counts.
 *
 * Blocks as in sum.ts. Searching anew only when the extreme drops out is simpler, but costs the whole window
 * on every bar of a steady trend.
 */

import { checkLength } from '../checks.ts'

export interface RollingExtreme {
  readonly length: number
  /** 1 = the highest value, −1 = the lowest. */
  readonly sign: 1 | -1
  /** Slots of the present block that are filled, at most `length`. */
  filled: number
  /** Of the present block, and its slot. */
  best: number
  bestSlot: number
  /** Below `filled` the values of the present block; from there on the best to the end of the one before. */
  readonly values: number[]
  /** From `filled` on the slots of those. */
  readonly slots: number[]
}

export function createRollingExtreme(length: number, sign: 1 | -1): RollingExtreme {
  return { length: checkLength(length), sign, filled: 0, best: 0, bestSlot: 0, values: [], slots: [] }
}

/** Takes the next value in. NaN before there are `length` of them. */
export function updateRollingExtreme(rolling: RollingExtreme, value: number): number {
  if (rolling.filled === rolling.length) beginBlock(rolling)
  const { filled, sign } = rolling
  if (filled === 0 || sign * value >= sign * rolling.best) {
    rolling.best = value
    rolling.bestSlot = filled
  }
  rolling.values[filled] = value
  rolling.slots[filled] = filled
  rolling.filled = filled + 1
  return readRollingExtreme(rolling)
}

export function readRollingExtreme(rolling: RollingExtreme): number {
  if (rolling.values.length < rolling.length) return Number.NaN
  return isInPresent(rolling) ? rolling.best : (rolling.values[rolling.filled] ?? Number.NaN)
}

/** Values that came after the extreme, 0..length − 1; NaN before there are `length` of them. */
export function readExtremeAge(rolling: RollingExtreme): number {
  const { length, filled, values, slots } = rolling
  if (values.length < length) return Number.NaN
  const newest = filled - 1
  return isInPresent(rolling) ? newest - rolling.bestSlot : newest + length - (slots[filled] ?? Number.NaN)
}

function isInPresent({ length, sign, filled, best, values }: RollingExtreme): boolean {
  return filled === length || sign * best >= sign * (values[filled] ?? Number.NaN)
}

function beginBlock(rolling: RollingExtreme): void {
  const { length, sign, values, slots } = rolling
  let slotOfBest = length - 1
  let best = values[slotOfBest] ?? Number.NaN
  for (let slot = length - 1; slot >= 0; slot--) {
    const value = values[slot] ?? Number.NaN
    if (sign * value > sign * best) {
      best = value
      slotOfBest = slot
    }
    values[slot] = best
    slots[slot] = slotOfBest
  }
  rolling.filled = 0
}
