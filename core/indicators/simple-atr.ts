/**
 * Average true range as a plain mean of the last `length` true ranges, in the unit of prices; atr.ts has
 * Wilder's. The first bar's range is high − low, as there. Warm after `length` bars. Bars without a range
 * that stand still give 0.
 */

import { trueRange } from './bar-values.ts'
import { createRollingSum, type RollingSum, readRollingSum, updateRollingSum } from './rolling/sum.ts'

export interface SimpleAtr {
  started: boolean
  previousClose: number
  readonly ranges: RollingSum
}

export function createSimpleAtr(length: number): SimpleAtr {
  return { started: false, previousClose: 0, ranges: createRollingSum(length) }
}

/** Takes the next finite bar in. NaN for any other, and before it is warm. */
export function updateSimpleAtr(atr: SimpleAtr, high: number, low: number, close: number): number {
  if (!Number.isFinite(high + low + close)) return Number.NaN
  updateRollingSum(atr.ranges, atr.started ? trueRange(high, low, atr.previousClose) : high - low)
  atr.started = true
  atr.previousClose = close
  return readSimpleAtr(atr)
}

export function readSimpleAtr({ ranges }: SimpleAtr): number {
  return readRollingSum(ranges) / ranges.length
}
