/**
 * A market that never was: eight instruments with trends, jumps, gaps and crashes, the same bars for the same
 * seed everywhere.
 *
 * Called by the service once a tick, and by tests and benchmarks. Pure but for the state it is given. Its
 * floats only ever meet + − × ÷, which agree on all engines to the last bit, and are rounded to ticks before
 * they leave.
 */

import type { Bar, Price, TimeMs, Volume } from '#core/contract.ts'
import { roundTo, VOLUME_SCALE } from '#core/math.ts'
import { CHARACTERS, type Character } from './instruments.ts'
import { createRandom, drawBetween, drawNormal, drawUnit, type Random } from './random.ts'

export interface Market {
  readonly random: Random
  /** Ticks done. */
  tick: number
  readonly crash: Crash
  readonly listings: readonly Listing[]
}

/** All fall together for CRASH_TICKS, then again some thousand ticks later. */
export interface Crash {
  /** First tick of the running crash or of the next one. */
  start: number
  /** Share of its price that a listing of beta 1 loses. */
  depth: number
}

interface Listing {
  readonly character: Character
  /** Last price, also of a tick without a trade. Not rounded. */
  price: number
  /** Its price when the crash began. */
  before: number
  /** −1, 0 or 1: which way it is going, and for how many more ticks. */
  trend: number
  trendTicks: number
  /** Volume and volatility of the present phase, in multiples of a calm one. */
  turnover: number
  unrest: number
}

export const CRASH_TICKS = 60
const CRASH_FIRST = [200, 400] as const
const CRASH_PAUSE = [2_000, 5_000] as const
const TREND_TICKS = [40, 160] as const
/** Drift of a trend, in standard deviations of a tick. */
const TREND_SLOPE = 0.25
const JUMP_CHANCE = 1 / 500
/** Share of the way back to the first price that a tick goes: prices stay in sight of it for ever. */
const PULL = 1 / 1_500
/** Prices that make up a bar beside its open. */
const STEPS = 4
/** A tick's move is the sum of its steps'. */
const STEP_SHARE = 0.5

export function createMarket(seed: number): Market {
  const random = createRandom(seed)
  const crash = { start: drawBetween(random, ...CRASH_FIRST), depth: drawDepth(random) }
  const listings = CHARACTERS.map((character) => ({
    character,
    price: character.price,
    before: character.price,
    trend: 0,
    trendTicks: 0,
    turnover: 1,
    unrest: 1,
  }))
  return { random, tick: 0, crash, listings }
}

/** Goes one tick on. The bars end at `time`; an instrument that did not trade has none. */
export function nextTick(market: Market, time: TimeMs): Bar[] {
  const { random, crash } = market
  const bars: Bar[] = []
  const elapsed = market.tick - crash.start
  for (const listing of market.listings) {
    const bar =
      elapsed >= 0 ? crashOn(listing, random, crash.depth, elapsed, time) : moveOn(listing, random, time)
    // The price moves on either way: what the next trade shows is a gap.
    if (drawUnit(random) >= listing.character.gaps) bars.push(bar)
  }
  market.tick++
  if (elapsed === CRASH_TICKS - 1) {
    crash.start = market.tick + drawBetween(random, ...CRASH_PAUSE)
    crash.depth = drawDepth(random)
  }
  return bars
}

function moveOn(listing: Listing, random: Random, time: TimeMs): Bar {
  const { character } = listing
  if (listing.trendTicks === 0) turn(listing, random)
  listing.trendTicks--
  const jump = drawUnit(random) < JUMP_CHANCE ? drawJump(random) : 0
  const open = listing.price * (1 + jump)
  const deviation = character.volatility * listing.unrest
  const drift = (listing.trend * TREND_SLOPE * deviation + PULL * (character.price / open - 1)) / STEPS
  let price = open
  let high = open
  let low = open
  for (let step = 0; step < STEPS; step++) {
    price *= 1 + drift + STEP_SHARE * deviation * drawNormal(random)
    if (price > high) high = price
    if (price < low) low = price
  }
  listing.before = price
  const excitement = jump === 0 ? 1 : 6
  const moved = Math.abs(price / listing.price - 1) / deviation
  listing.price = price
  return toBar(listing, time, open, high, low, drawVolume(listing, random, moved, excitement))
}

/**
 * Falls along a line to its share of the depth, with noise that does not add up, so that the end is certain.
 */
function crashOn(listing: Listing, random: Random, depth: number, elapsed: number, time: TimeMs): Bar {
  const { character, before } = listing
  const open = listing.price
  const path = before * (1 - (depth * character.beta * (elapsed + 1)) / CRASH_TICKS)
  const close = path * (1 + character.volatility * drawNormal(random))
  const reach = character.volatility * drawUnit(random)
  const high = Math.max(open, close) * (1 + reach)
  const low = Math.min(open, close) * (1 - reach)
  listing.price = close
  listing.trend = 0
  listing.trendTicks = 0
  return toBar(listing, time, open, high, low, drawVolume(listing, random, 1, 4))
}

/** A new phase: up, down or sideways, quiet or busy. */
function turn(listing: Listing, random: Random): void {
  listing.trend = drawBetween(random, -1, 1)
  listing.trendTicks = drawBetween(random, ...TREND_TICKS)
  listing.turnover = 0.5 + drawUnit(random)
  listing.unrest = 0.75 + drawUnit(random) / 2
}

/** ±3 to 15 %. */
function drawJump(random: Random): number {
  const size = 0.03 + 0.12 * drawUnit(random)
  return drawUnit(random) < 0.5 ? -size : size
}

/** 14 to 25 %, so that the least moved listing loses a tenth. */
function drawDepth(random: Random): number {
  return 0.14 + 0.11 * drawUnit(random)
}

/** More trades where the price moves more; never none. */
function drawVolume(listing: Listing, random: Random, moved: number, excitement: number): Volume {
  const share = (0.1 + 0.6 * moved) * (0.5 + drawUnit(random)) * listing.turnover * excitement
  return Math.max(1, Math.floor(listing.character.units * VOLUME_SCALE * share))
}

function toBar(listing: Listing, time: TimeMs, open: number, high: number, low: number, volume: Volume): Bar {
  const { instrument } = listing.character
  return {
    symbol: instrument.symbol,
    end: time,
    open: toTick(open, instrument.tick),
    high: toTick(high, instrument.tick),
    low: toTick(low, instrument.tick),
    close: toTick(listing.price, instrument.tick),
    volume,
    resolution: '1s',
  }
}

/** Nearest tick, at least one. Rounding keeps order, so low ≤ open, close ≤ high survives it. */
function toTick(price: number, tick: Price): Price {
  return Math.max(tick, roundTo(Math.floor(price), tick))
}
