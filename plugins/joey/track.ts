/**
 * What Joey remembers of a symbol: one track of indicators per bar length, folded once a bar in O(1).
 *
 * Plain JSON with finite numbers only. Prices stay integers of 1e-8, so sums of them are exact below 2^53.
 */

import type { Bar, Direction, Price, Resolution, TimeMs } from '#core/contract.ts'
import { type Atr, createAtr, updateAtr } from '#core/indicators/atr.ts'
import { createDonchian, type Donchian, updateDonchian } from '#core/indicators/donchian.ts'
import { createEma, type Ema, updateEma } from '#core/indicators/ema.ts'
import { createRsi, type Rsi, updateRsi } from '#core/indicators/rsi.ts'
import { createSma, readSma, type Sma, updateSma } from '#core/indicators/sma.ts'
import type { JoeyConfig } from './config.ts'
import { createDays, type Days } from './setups/days.ts'
import type { Hold } from './setups/hold.ts'

export interface JoeyState {
  readonly symbols: { [symbol: string]: SymbolTracks }
  count: number
}

export interface SymbolTracks {
  readonly symbol: string
  /** Whose bar came last: a signal without a bar of its own is measured on this track. */
  latest: Resolution
  readonly tracks: { [resolution in Resolution]?: Track }
  readonly days: Days
  /** Of a setup that was let in; null when none is running. */
  hold: Hold | null
}

/** Up, down, neither. */
export type Lean = 1 | 0 | -1

export interface Track {
  end: TimeMs
  close: Price
  readonly fast: Ema
  readonly slow: Ema
  readonly rsi: Rsi
  readonly atr: Atr
  readonly shortMean: Sma
  readonly longMean: Sma
  readonly volume: Sma
  readonly channel: Donchian
  /** Side of the slow average that the fast one was last on. */
  trend: Lean
  /** Conditions as they stood on the last bar: a pattern is seen where one becomes true. */
  breakout: Lean
  stretched: Lean
  /** Bars folded so far. */
  bars: number
  /** The bar from which an entry of the direction may be proposed again. */
  longFrom: number
  shortFrom: number
  /** Direction of a reversion that was proposed and has not come about. */
  reverting: Lean
}

/**
 * Indicator values after a bar, in their own units; NaN while there are too few bars. Not part of the
 * state.
 */
export interface Reading {
  readonly fast: number
  readonly slow: number
  readonly rsi: number
  readonly atr: number
  readonly shortMean: number
  readonly longMean: number
  /** Against the mean of the bars before. */
  readonly volumeRatio: number
  /**
   * The channel of the bars before; complete when `volumeRatio` is known, since both look back equally far.
   */
  readonly top: number
  readonly bottom: number
}

export function createJoeyState(): JoeyState {
  return { symbols: {}, count: 0 }
}

/**
 * The track that a bar belongs to, made when it is the first. Undefined when the bar is malformed, not
 * newer, or one symbol too many.
 */
export function findTrack(state: JoeyState, bar: Bar, config: JoeyConfig): Track | undefined {
  if (!isWhole(bar)) return undefined
  const entry = findSymbol(state, bar.symbol) ?? addSymbol(state, bar, config)
  if (entry === undefined) return undefined
  const known = entry.tracks[bar.resolution]
  if (known !== undefined && !(bar.end > known.end)) return undefined
  entry.latest = bar.resolution
  if (known !== undefined) return known
  const fresh = createTrack(bar, config)
  entry.tracks[bar.resolution] = fresh
  return fresh
}

/** The track that moved last. */
export function latestTrack(entry: SymbolTracks | undefined): Track | undefined {
  return entry?.tracks[entry.latest]
}

export function foldBar(track: Track, bar: Bar): Reading {
  const { high, low, close, volume } = bar
  const { channel } = track
  const { top, bottom } = channel
  const meanVolume = readSma(track.volume)
  updateDonchian(channel, high, low)
  updateSma(track.volume, volume)
  track.end = bar.end
  track.close = close
  track.bars++
  return {
    fast: updateEma(track.fast, close),
    slow: updateEma(track.slow, close),
    rsi: updateRsi(track.rsi, close),
    atr: updateAtr(track.atr, high, low, close),
    shortMean: updateSma(track.shortMean, close),
    longMean: updateSma(track.longMean, close),
    volumeRatio: meanVolume > 0 ? volume / meanVolume : Number.NaN,
    top,
    bottom,
  }
}

/**
 * One setup is proposed once: after an entry its direction rests, whatever else points the same way. True
 * when it was rested.
 */
export function takeTurn(track: Track, direction: Direction, restBars: number): boolean {
  const from = direction === 'long' ? track.longFrom : track.shortFrom
  if (track.bars < from) return false
  const next = track.bars + restBars
  if (direction === 'long') track.longFrom = next
  else track.shortFrom = next
  return true
}

function isWhole(bar: Bar): boolean {
  const { high, low, close, volume, end } = bar
  if (!Number.isSafeInteger(high) || !Number.isSafeInteger(low) || !Number.isSafeInteger(close)) return false
  return (
    Number.isSafeInteger(volume) &&
    Number.isSafeInteger(end) &&
    volume >= 0 &&
    low > 0 &&
    low <= close &&
    close <= high
  )
}

/** `__proto__` and the like are found on every object, but what is found there does not bear the name. */
export function findSymbol(state: JoeyState, symbol: string): SymbolTracks | undefined {
  const entry = state.symbols[symbol]
  return entry?.symbol === symbol ? entry : undefined
}

function addSymbol(state: JoeyState, bar: Bar, config: JoeyConfig): SymbolTracks | undefined {
  if (bar.symbol in state.symbols || state.count >= config.symbolsMax) return undefined
  state.count++
  const entry: SymbolTracks = {
    symbol: bar.symbol,
    latest: bar.resolution,
    tracks: {},
    days: createDays(),
    hold: null,
  }
  state.symbols[bar.symbol] = entry
  return entry
}

function createTrack(bar: Bar, config: JoeyConfig): Track {
  return {
    end: bar.end,
    close: bar.close,
    fast: createEma(config.fastBars),
    slow: createEma(config.slowBars),
    rsi: createRsi(config.rsiBars),
    atr: createAtr(config.atrBars),
    shortMean: createSma(config.shortMeanBars),
    longMean: createSma(config.longMeanBars),
    volume: createSma(config.breakoutBars),
    channel: createDonchian(config.breakoutBars),
    trend: 0,
    breakout: 0,
    stretched: 0,
    bars: 0,
    longFrom: 0,
    shortFrom: 0,
    reverting: 0,
  }
}
