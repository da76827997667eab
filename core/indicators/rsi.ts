/**
 * Relative strength index as J. W. Wilder defined it (New Concepts in Technical Trading Systems, 1978): 100
 * × average gain ÷ (average gain + average loss). The first averages are plain means of `length` changes,
 * later ones take 1 ÷ length of each new change. Warm after `length` + 1 values. 100 without a loss, 0
 * without a gain, 50 where nothing has ever moved.
 */

import { checkLength } from './checks.ts'

export interface Rsi {
  readonly length: number
  /** Changes seen, at most `length`; −1 before the first value. */
  count: number
  previous: number
  /** Sums until there are `length` changes, then averages. */
  gain: number
  loss: number
}

export function createRsi(length: number): Rsi {
  return { length: checkLength(length), count: -1, previous: 0, gain: 0, loss: 0 }
}

/** Takes the next finite value in. 0..100; NaN for any other, and before it is warm. */
export function updateRsi(rsi: Rsi, value: number): number {
  if (!Number.isFinite(value)) return Number.NaN
  const change = rsi.count < 0 ? 0 : value - rsi.previous
  rsi.previous = value
  const gain = Math.max(change, 0)
  const loss = Math.max(-change, 0)
  const { length } = rsi
  if (rsi.count === length) {
    rsi.gain += (gain - rsi.gain) / length
    rsi.loss += (loss - rsi.loss) / length
  } else {
    rsi.gain += gain
    rsi.loss += loss
    if (++rsi.count === length) {
      rsi.gain /= length
      rsi.loss /= length
    }
  }
  return readRsi(rsi)
}

export function readRsi(rsi: Rsi): number {
  if (rsi.count < rsi.length) return Number.NaN
  const total = rsi.gain + rsi.loss
  return total === 0 ? 50 : 100 * (rsi.gain / total)
}
