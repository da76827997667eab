/**
 * Commodity channel index (D. Lambert, Commodities magazine, October 1980), a plain number mostly within
 * ±100: the typical price less its mean over the last `length` bars, ÷ 0.015 × the mean absolute deviation
 * from that mean. Warm after `length` bars. A flat window gives 0.
 *
 * The deviation is from a mean that moves with every bar, so each reading takes the window anew, O(length).
 */

import { typicalPrice } from './bar-values.ts'
import { checkLength } from './checks.ts'

export interface Cci {
  readonly length: number
  /** Slot of the oldest typical price. */
  next: number
  readonly prices: number[]
}

export function createCci(length: number): Cci {
  return { length: checkLength(length), next: 0, prices: [] }
}

/** Takes the next finite bar in. NaN for any other, and before it is warm. */
export function updateCci(cci: Cci, high: number, low: number, close: number): number {
  const price = typicalPrice(high, low, close)
  if (!Number.isFinite(price)) return Number.NaN
  cci.prices[cci.next] = price
  cci.next = cci.next + 1 === cci.length ? 0 : cci.next + 1
  return readCci(cci)
}

export function readCci({ length, next, prices }: Cci): number {
  if (prices.length < length) return Number.NaN
  const newest = prices[next === 0 ? length - 1 : next - 1] ?? Number.NaN
  // Measured from the newest price: equal prices then differ from their mean by exactly nothing.
  let gaps = 0
  for (let slot = 0; slot < length; slot++) gaps += newest - (prices[slot] ?? 0)
  const gap = gaps / length
  let deviations = 0
  for (let slot = 0; slot < length; slot++) deviations += Math.abs(newest - (prices[slot] ?? 0) - gap)
  return deviations === 0 ? 0 : gap / (0.015 * (deviations / length))
}
