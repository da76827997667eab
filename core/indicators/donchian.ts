/**
 * Donchian channel (R. Donchian's rule of the 1950s): highest high and lowest low of the last `length` bars,
 * in the unit of prices, which are above 0. Warm after `length` bars. Flat bars give one price three times.
 *
 * A breakout is measured against the bars before it: read first, then update. The extremes are searched anew
 * only when one drops out; the bars themselves are kept, for the extremes of fewer of them.
 */

import { checkLength } from './checks.ts'

export interface Donchian {
  readonly length: number
  /** Slot of the oldest bar. */
  next: number
  readonly highs: number[]
  readonly lows: number[]
  /** Of the bars there are; 0 before the first. */
  top: number
  bottom: number
}

export interface DonchianReading {
  readonly upper: number
  readonly middle: number
  readonly lower: number
}

const UNKNOWN: DonchianReading = Object.freeze({ upper: Number.NaN, middle: Number.NaN, lower: Number.NaN })

export function createDonchian(length: number): Donchian {
  return { length: checkLength(length), next: 0, highs: [], lows: [], top: 0, bottom: 0 }
}

/** Takes the next bar in; `top` and `bottom` then cover it too. A bar that is not finite is left out. */
export function updateDonchian(channel: Donchian, high: number, low: number): void {
  if (!Number.isFinite(high + low)) return
  const { highs, lows, next, length } = channel
  const oldHigh = highs[next]
  const oldLow = lows[next]
  highs[next] = high
  lows[next] = low
  channel.next = next + 1 === length ? 0 : next + 1
  if (highs.length === 1 || high >= channel.top) channel.top = high
  else if (oldHigh === channel.top) channel.top = highestHigh(channel, length)
  if (lows.length === 1 || low <= channel.bottom) channel.bottom = low
  else if (oldLow === channel.bottom) channel.bottom = lowestLow(channel, length)
}

/** NaN before there are `length` bars. */
export function readDonchian({ length, highs, top, bottom }: Donchian): DonchianReading {
  if (highs.length < length) return UNKNOWN
  return { upper: top, middle: (top + bottom) / 2, lower: bottom }
}

/** Over the last `bars` bars, or over all there are. */
export function highestHigh(channel: Donchian, bars: number): number {
  let highest = 0
  for (let age = 1; age <= bars; age++) {
    const high = channel.highs[slotOf(channel, age)]
    if (high !== undefined && high > highest) highest = high
  }
  return highest
}

export function lowestLow(channel: Donchian, bars: number): number {
  let lowest = Number.MAX_SAFE_INTEGER
  for (let age = 1; age <= bars; age++) {
    const low = channel.lows[slotOf(channel, age)]
    if (low !== undefined && low < lowest) lowest = low
  }
  return lowest
}

/** Age 1 is the newest bar. */
function slotOf(channel: Donchian, age: number): number {
  return channel.next - age < 0 ? channel.next - age + channel.length : channel.next - age
}
