/**
 * The days of a symbol: the one that is running and the sixty before it, made from whatever bars there are.
 *
 * Joey folds every bar in, O(1) and without allocating; setups are derived from it when one is likely. Bars
 * of a day are days as they come. Shorter ones are added up by UTC date, and as soon as a bar of a whole day
 * arrives those take over. Of several short lengths only the first counts, or volume would be counted twice.
 * Plain JSON.
 */

import type { Bar, Price, Resolution, TimeMs, Volume } from '#core/contract.ts'
import { type Atr, createAtr, readAtr, updateAtr } from '#core/indicators/atr.ts'
import { createRsi, type Rsi, updateRsi } from '#core/indicators/rsi.ts'
import { DAY, resolutionMs } from '#core/time.ts'

/** About a quarter: what lies further back is no recent fall. */
export const DAYS_KEPT = 60
/** Days that a usual volume, a high or a trend is measured over at least. */
export const DAYS_NEEDED = 20
/** As the daily indicators of the sources have it. */
const INDICATOR_DAYS = 14

export interface Days {
  /** Length of the bars that are folded; empty before the first. */
  feed: Resolution | ''
  /** True when a bar is a day, so that the running day is over. */
  whole: boolean
  /** Midnight UTC that ends the running one. */
  ends: TimeMs
  /** Days seen, the running one included. */
  seen: number
  open: Price
  high: Price
  low: Price
  close: Price
  volume: Volume
  /** Slot of the oldest day before the running one. */
  next: number
  readonly highs: Price[]
  readonly lows: Price[]
  readonly closes: Price[]
  readonly volumes: Volume[]
  /** Extremes of the days before. */
  top: Price
  bottom: Price
  /** Of the last twenty of them. */
  volumeSum: Volume
  rsi: Rsi
  atr: Atr
  /** Day from which a setup that nobody sent may be proposed again. */
  restsUntil: number
}

export function createDays(): Days {
  return {
    feed: '',
    whole: false,
    ends: 0,
    seen: 0,
    open: 0,
    high: 0,
    low: 0,
    close: 0,
    volume: 0,
    next: 0,
    highs: [],
    lows: [],
    closes: [],
    volumes: [],
    top: 0,
    bottom: 0,
    volumeSum: 0,
    rsi: createRsi(INDICATOR_DAYS),
    atr: createAtr(INDICATOR_DAYS),
    restsUntil: 0,
  }
}

/** False when the bar is of a length that does not count. The bar is sound but for its open. */
export function foldDay(days: Days, bar: Bar): boolean {
  if (bar.resolution !== days.feed && !takeOver(days, bar.resolution)) return false
  const { high, low, close, volume } = bar
  if (days.whole || days.seen === 0 || bar.end > days.ends) {
    if (days.seen > 0) closeDay(days)
    days.seen++
    days.ends = Math.ceil(bar.end / DAY) * DAY
    days.open = bar.open >= low && bar.open <= high ? bar.open : close
    days.high = high
    days.low = low
    days.volume = volume
  } else {
    if (high > days.high) days.high = high
    if (low < days.low) days.low = low
    days.volume += volume
  }
  days.close = close
  return true
}

/** Prices from before a split cannot be compared with those after it, so the days begin anew. */
export function forgetDays(days: Days): void {
  Object.assign(days, createDays())
}

/** Days before the running one that are kept. */
export function pastDays(days: Days): number {
  return days.closes.length
}

/** Age 1 is the day before the running one; NaN where there is none. */
export function closeOf(days: Days, age: number): Price {
  return age === 0 ? days.close : (days.closes[slotOf(days, age)] ?? Number.NaN)
}

export function highOf(days: Days, age: number): Price {
  return age === 0 ? days.high : (days.highs[slotOf(days, age)] ?? Number.NaN)
}

export function lowOf(days: Days, age: number): Price {
  return age === 0 ? days.low : (days.lows[slotOf(days, age)] ?? Number.NaN)
}

export function volumeOf(days: Days, age: number): Volume {
  return age === 0 ? days.volume : (days.volumes[slotOf(days, age)] ?? Number.NaN)
}

/** Of the days with an age of `from` to `to`; those that there are. */
export function highestHigh(days: Days, from: number, to: number): Price {
  let highest = 0
  for (let age = from; age <= to; age++) if (highOf(days, age) > highest) highest = highOf(days, age)
  return highest
}

export function lowestLow(days: Days, from: number, to: number): Price {
  let lowest = Number.MAX_SAFE_INTEGER
  for (let age = from; age <= to; age++) if (lowOf(days, age) < lowest) lowest = lowOf(days, age)
  return lowest
}

/** Of the twenty days before the running one; NaN while there are fewer. */
export function usualVolume(days: Days): Volume {
  return days.closes.length < DAYS_NEEDED ? Number.NaN : days.volumeSum / DAYS_NEEDED
}

/** NaN unless all of these days are known. */
export function meanVolume(days: Days, from: number, to: number): Volume {
  let sum = 0
  for (let age = from; age <= to; age++) sum += volumeOf(days, age)
  return sum / (to - from + 1)
}

export function meanClose(days: Days, from: number, to: number): Price {
  let sum = 0
  for (let age = from; age <= to; age++) sum += closeOf(days, age)
  return sum / (to - from + 1)
}

/** RSI with the running day as it stands. NaN while there are too few days. */
export function rsiNow({ rsi, close }: Days): number {
  return updateRsi({ ...rsi }, close)
}

/** Of the days before; NaN while there are too few. */
export function atrOfDays({ atr }: Days): number {
  return readAtr(atr)
}

function takeOver(days: Days, resolution: Resolution): boolean {
  const length = resolutionMs(resolution)
  if (!(length <= DAY) || (days.feed !== '' && (length < DAY || days.whole))) return false
  Object.assign(days, createDays(), { feed: resolution, whole: length === DAY })
  return true
}

function closeDay(days: Days): void {
  const { high, low, close, volume, next, highs, lows } = days
  const oldHigh = highs[next]
  const oldLow = lows[next]
  highs[next] = high
  lows[next] = low
  days.closes[next] = close
  days.volumes[next] = volume
  days.next = next + 1 === DAYS_KEPT ? 0 : next + 1
  if (high >= days.top) days.top = high
  else if (oldHigh === days.top) days.top = highestHigh(days, 1, DAYS_KEPT)
  if (low <= days.bottom || highs.length === 1) days.bottom = low
  else if (oldLow === days.bottom) days.bottom = lowestLow(days, 1, DAYS_KEPT)
  const dropped = volumeOf(days, DAYS_NEEDED + 1)
  days.volumeSum += dropped >= 0 ? volume - dropped : volume
  updateRsi(days.rsi, close)
  updateAtr(days.atr, high, low, close)
}

function slotOf({ next }: Days, age: number): number {
  return next - age < 0 ? next - age + DAYS_KEPT : next - age
}
