/**
 * The last minutes of a symbol's market: volume and price by whole minute, and how far five minutes usually
 * move it.
 *
 * Written by marks.ts once a row, read by the gate for the rules on conduct. Bars longer than a minute say
 * nothing about minutes and leave it as it is. Plain JSON.
 */

import type { Price, TimeMs, Volume } from '../contract.ts'
import { mulDiv, PRICE_SCALE } from '../math.ts'
import { MINUTE } from '../time.ts'

const SLOTS = 16
const FIVE = 5
const MOVES_KEPT = 36

export interface MarketWindow {
  /** By slot: the whole minute since the epoch that it holds; −1 before its first. */
  readonly minutes: number[]
  readonly volumes: Volume[]
  /** Last price of the minute. */
  readonly prices: Price[]
  /** The newest five minutes and the price they began with. */
  five: number
  fivePrice: Price
  /** |five-minute move| as integers of 1e-8, newest last. */
  readonly moves: number[]
}

export function createWindow(): MarketWindow {
  return {
    minutes: new Array<number>(SLOTS).fill(-1),
    volumes: new Array<number>(SLOTS).fill(0),
    prices: new Array<number>(SLOTS).fill(0),
    five: -1,
    fivePrice: 0,
    moves: [],
  }
}

/** A bar that ends at 10:00 describes the minute before. */
function minuteOf(time: TimeMs): number {
  return Math.floor((time - 1) / MINUTE)
}

export function observe(window: MarketWindow, time: TimeMs, price: Price, volume: Volume): void {
  const minute = minuteOf(time)
  const slot = minute % SLOTS
  const known = window.minutes[slot] ?? -1
  if (minute < known) return
  if (minute > known) {
    window.minutes[slot] = minute
    window.volumes[slot] = 0
    if (Math.floor(minute / FIVE) > window.five) beginFive(window, Math.floor(minute / FIVE), price)
  }
  window.volumes[slot] = (window.volumes[slot] ?? 0) + volume
  window.prices[slot] = price
}

/** A gap in the data makes no five-minute move. */
function beginFive(window: MarketWindow, five: number, price: Price): void {
  const before = window.fivePrice
  if (before > 0 && five === window.five + 1) {
    // A screening figure, compared with 1 % and its multiples; not money.
    window.moves.push(Math.round((Math.abs(price - before) / before) * PRICE_SCALE))
    if (window.moves.length > MOVES_KEPT) window.moves.shift()
  }
  window.five = five
  window.fivePrice = price
}

/** One unit has become `numerator` ÷ `denominator`: what was seen before is told in the new units. */
export function splitWindow(window: MarketWindow, numerator: number, denominator: number): void {
  for (let slot = 0; slot < SLOTS; slot++) {
    window.prices[slot] = mulDiv(window.prices[slot] ?? 0, denominator, numerator)
    window.volumes[slot] = mulDiv(window.volumes[slot] ?? 0, numerator, denominator)
  }
  window.fivePrice = mulDiv(window.fivePrice, denominator, numerator)
}

/** Volume of the last `span` whole minutes, the running one included; NaN when nothing was ever seen. */
export function volumeOf(window: MarketWindow, now: TimeMs, span: number): Volume {
  if (window.five < 0) return Number.NaN
  const newest = minuteOf(now)
  let sum = 0
  for (let slot = 0; slot < SLOTS; slot++) {
    const minute = window.minutes[slot] ?? -1
    if (minute > newest - span && minute <= newest) sum += window.volumes[slot] ?? 0
  }
  return sum
}

/** The newest price that is at least `span` minutes old; NaN when none is kept. */
export function priceBefore(window: MarketWindow, now: TimeMs, span: number): Price {
  const latest = minuteOf(now) - span
  let best = -1
  let price = Number.NaN
  for (let slot = 0; slot < SLOTS; slot++) {
    const minute = window.minutes[slot] ?? -1
    if (minute > latest || minute <= best) continue
    best = minute
    price = window.prices[slot] ?? Number.NaN
  }
  return price
}

/** NaN when there are none. */
export function medianMove(window: MarketWindow): number {
  const { moves } = window
  if (moves.length === 0) return Number.NaN
  const sorted = moves.slice().sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
