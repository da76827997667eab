/**
 * Money flow index (G. Quong, A. Soudack, Stocks & Commodities, March 1989), 0..100: of the money (typical
 * price × volume) in the last `length` bars whose typical price changed, the share of those that rose. Warm
 * after `length` + 1 bars. 50 where no money flowed: a flat series, or no volume.
 */

import { typicalPrice } from './bar-values.ts'
import { createRollingSum, type RollingSum, readRollingSum, updateRollingSum } from './rolling/sum.ts'

export interface Mfi {
  started: boolean
  /** Typical price of the bar before. */
  previous: number
  readonly rising: RollingSum
  readonly falling: RollingSum
}

export function createMfi(length: number): Mfi {
  return { started: false, previous: 0, rising: createRollingSum(length), falling: createRollingSum(length) }
}

/** Takes the next finite bar in. NaN for any other, and before it is warm. */
export function updateMfi(mfi: Mfi, high: number, low: number, close: number, volume: number): number {
  const price = typicalPrice(high, low, close)
  const money = price * volume
  if (!Number.isFinite(money)) return Number.NaN
  if (mfi.started) {
    updateRollingSum(mfi.rising, price > mfi.previous ? money : 0)
    updateRollingSum(mfi.falling, price < mfi.previous ? money : 0)
  }
  mfi.started = true
  mfi.previous = price
  return readMfi(mfi)
}

export function readMfi({ rising, falling }: Mfi): number {
  const rise = readRollingSum(rising)
  const total = rise + readRollingSum(falling)
  return total === 0 ? 50 : 100 * (rise / total)
}
