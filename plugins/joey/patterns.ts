/**
 * The three patterns that Joey knows in bars: trend cross, breakout, mean reversion.
 *
 * Called once a bar with the indicators after it. Each pattern is seen on the bar where its condition
 * becomes true, not on every bar where it holds. What closes comes before what opens, so that the room is
 * free.
 */

import type { Bar, Direction, Draft } from '#core/contract.ts'
import { highestHigh, lowestLow } from '#core/indicators/donchian.ts'
import { NOTHING } from '#core/math.ts'
import type { JoeyConfig } from './config.ts'
import { clampConfidence, inCurrency, type Sighting, toDraft } from './sighting.ts'
import { type Lean, type Reading, type Track, takeTurn } from './track.ts'

export function recognise(track: Track, reading: Reading, bar: Bar, config: JoeyConfig): readonly Draft[] {
  const found: Draft[] = []
  seeTrend(track, reading, bar, config, found)
  seeBreakout(track, reading, bar, config, found)
  seeReversion(track, reading, bar, config, found)
  return found.length === 0 ? NOTHING : found
}

/**
 * The fast average crosses the slow one. Which side it starts on is no cross. Confidence: 0.5, + 0.1 for
 * each ATR between close and slow average, + 0.2 as RSI goes from 50 to its end of the scale.
 */
function seeTrend(track: Track, reading: Reading, bar: Bar, config: JoeyConfig, found: Draft[]): void {
  const { fast, slow } = reading
  const lean: Lean = fast > slow ? 1 : fast < slow ? -1 : track.trend
  const before = track.trend
  if (lean === before) return
  track.trend = lean
  if (before === 0) return
  if (lean === -1 || config.shorts) exit(describeTrend(reading, bar, lean, before), found)
  if (lean === 1 || config.shorts) enter(track, describeTrend(reading, bar, lean, lean), config, found)
}

function describeTrend(reading: Reading, bar: Bar, lean: Lean, side: Lean): Sighting {
  const { fast, slow, atr, rsi } = reading
  return {
    symbol: bar.symbol,
    direction: toDirection(side),
    pattern: 'trend-cross',
    confidence: 0.5 + (0.1 * lean * (bar.close - slow)) / atr + (0.2 * lean * (rsi - 50)) / 50,
    price: bar.close,
    atr,
    stopLevel: Number.NaN,
    targetLevel: Number.NaN,
    evidence: { fast: inCurrency(fast), slow: inCurrency(slow), atr: inCurrency(atr), rsi },
  }
}

/**
 * The close leaves the channel of the bars before, on more volume than theirs.
 * Confidence: 0.5, + 0.15 for each ATR beyond the channel, + 0.1 for each mean volume beyond the first.
 */
function seeBreakout(track: Track, reading: Reading, bar: Bar, config: JoeyConfig, found: Draft[]): void {
  const { top, bottom, atr, rsi, volumeRatio } = reading
  const { close } = bar
  const heavy = volumeRatio > config.breakoutVolume
  const lean: Lean = heavy && close > top ? 1 : heavy && close < bottom ? -1 : 0
  const before = track.breakout
  if (lean === before) return
  track.breakout = lean
  if (lean === 0) return
  const level = lean === 1 ? top : bottom
  const sighting = {
    symbol: bar.symbol,
    direction: toDirection(lean),
    pattern: 'breakout',
    confidence: 0.5 + (0.15 * lean * (close - level)) / atr + 0.1 * (volumeRatio - 1),
    price: close,
    atr,
    stopLevel: findStop(track, lean, config.breakoutStopBars),
    targetLevel: Number.NaN,
    evidence: { level: inCurrency(level), volumeRatio, atr: inCurrency(atr), rsi },
  }
  enter(track, sighting, config, found)
}

/**
 * RSI at an extreme against the long trend, expected to come back to the short mean.
 * Confidence: 0.55, + 0.02 for each point of RSI beyond the extreme.
 */
function seeReversion(track: Track, reading: Reading, bar: Bar, config: JoeyConfig, found: Draft[]): void {
  const { rsi, longMean } = reading
  if (track.reverting !== 0) seeReverted(track, reading, bar, config, found)
  const oversold = rsi < config.oversold && bar.close > longMean
  const lean: Lean = oversold ? 1 : rsi > config.overbought && bar.close < longMean ? -1 : 0
  const before = track.stretched
  if (lean === before) return
  track.stretched = lean
  if (lean === 0) return
  const beyond = lean === 1 ? config.oversold - rsi : rsi - config.overbought
  const stopLevel = findStop(track, lean, config.reversionStopBars)
  const sighting = describeReversion(reading, bar, lean, 0.55 + 0.02 * beyond, stopLevel)
  if (enter(track, sighting, config, found)) track.reverting = lean
}

/** RSI has come back beyond the middle: the reversion that was proposed is done. */
function seeReverted(track: Track, reading: Reading, bar: Bar, config: JoeyConfig, found: Draft[]): void {
  const { reverting } = track
  const done = reverting === 1 ? reading.rsi > config.reverted : reading.rsi < 100 - config.reverted
  if (!done) return
  track.reverting = 0
  exit(describeReversion(reading, bar, reverting, 0.55, Number.NaN), found)
}

function describeReversion(
  reading: Reading,
  bar: Bar,
  lean: Lean,
  confidence: number,
  stopLevel: number,
): Sighting {
  const { rsi, atr, longMean, shortMean } = reading
  return {
    symbol: bar.symbol,
    direction: toDirection(lean),
    pattern: 'mean-reversion',
    confidence,
    price: bar.close,
    atr,
    stopLevel,
    targetLevel: shortMean,
    evidence: { rsi, longMean: inCurrency(longMean), shortMean: inCurrency(shortMean), atr: inCurrency(atr) },
  }
}

/**
 * True when it was certain enough to propose and its direction has rested. Without an ATR nothing can be
 * sized, so nothing is opened.
 */
function enter(track: Track, sighting: Sighting, config: JoeyConfig, found: Draft[]): boolean {
  if (!(sighting.atr > 0) || clampConfidence(sighting.confidence) < config.minConfidence) return false
  if (!takeTurn(track, sighting.direction, config.restBars)) return false
  found.push(toDraft(sighting, 'enter'))
  return true
}

/** Closing needs no conviction: it is proposed at any confidence. */
function exit(sighting: Sighting, found: Draft[]): void {
  found.unshift(toDraft(sighting, 'exit'))
}

/** The low (for a short the high) that the last bars, this one included, have held. */
function findStop(track: Track, lean: Lean, bars: number): number {
  return lean === 1 ? lowestLow(track.channel, bars) : highestHigh(track.channel, bars)
}

function toDirection(lean: Lean): Direction {
  return lean === 1 ? 'long' : 'short'
}
