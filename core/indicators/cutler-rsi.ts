/**
 * Relative strength index after D. Cutler: Wilder's formula on plain means of the last `length` changes, so
 * that it depends on them alone and not on where the series began. Warm after `length` + 1 values. 100
 * without a loss in the window, 0 without a gain, 50 where nothing moved in it.
 */

import { createRollingSum, type RollingSum, readRollingSum, updateRollingSum } from './rolling/sum.ts'

export interface CutlerRsi {
  started: boolean
  previous: number
  readonly gains: RollingSum
  readonly losses: RollingSum
}

export function createCutlerRsi(length: number): CutlerRsi {
  return { started: false, previous: 0, gains: createRollingSum(length), losses: createRollingSum(length) }
}

/** Takes the next finite value in. 0..100; NaN for any other, and before it is warm. */
export function updateCutlerRsi(rsi: CutlerRsi, value: number): number {
  if (!Number.isFinite(value)) return Number.NaN
  if (rsi.started) {
    const change = value - rsi.previous
    updateRollingSum(rsi.gains, Math.max(change, 0))
    updateRollingSum(rsi.losses, Math.max(-change, 0))
  }
  rsi.started = true
  rsi.previous = value
  return readCutlerRsi(rsi)
}

export function readCutlerRsi(rsi: CutlerRsi): number {
  const gain = readRollingSum(rsi.gains)
  const total = gain + readRollingSum(rsi.losses)
  return total === 0 ? 50 : 100 * (gain / total)
}
