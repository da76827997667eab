/**
 * What Kyle sees in closed bars: the change against the previous close, the volume against its recent mean,
 * the recent trend.
 *
 * Called by the reducer once a bar, O(1). State is plain JSON with finite numbers only, so a snapshot
 * continues identically.
 */

import type { Bar, Price, Resolution, Signal, TimeMs } from '#core/contract.ts'
import { resolutionMs } from '#core/time.ts'
import type { KyleConfig } from './config.ts'

export interface MarketFacts {
  readonly symbols: { [symbol: string]: SymbolFacts }
  count: number
}

interface SymbolFacts {
  readonly symbol: string
  /**
   * Bars of different length are different series: mixing them would make every boundary look like a jump.
   */
  readonly series: { [resolution in Resolution]?: Series }
}

interface Series {
  end: TimeMs
  bars: number
  close: Price
  /** Bars of silence that are left. */
  quiet: number
  /** Slot of the oldest entry in both rings. */
  next: number
  volumeSum: number
  readonly volumes: number[]
  readonly closes: Price[]
}

export function createMarketFacts(): MarketFacts {
  return { symbols: {}, count: 0 }
}

/**
 * Folds one bar in; the strongest setup that it completes, if any. A malformed, repeated or older bar
 * changes nothing.
 */
export function readBar(facts: MarketFacts, bar: Bar, config: KyleConfig): Signal | undefined {
  const { close, volume } = bar
  if (!Number.isSafeInteger(close) || close <= 0 || !Number.isSafeInteger(volume) || volume < 0)
    return undefined
  const series = findSeries(facts, bar, config)
  if (series === undefined || !(bar.end > series.end)) return undefined

  const window = config.windowBars
  const warm = series.volumes.length === window
  const previous = series.close
  const oldest = series.closes[series.next] ?? previous
  const mean = series.volumeSum / window
  fold(series, bar, window)
  if (series.quiet > 0) {
    series.quiet--
    return undefined
  }
  if (!warm || mean <= 0 || close === previous) return undefined

  const change = (close - previous) / previous
  const volumeRatio = volume / mean
  const aligned = change > 0 ? previous > oldest : previous < oldest
  const setup = pickStrongest(
    Math.abs(change) / scaleOf(config, bar.resolution),
    volumeRatio,
    aligned,
    config,
  )
  if (setup === undefined) return undefined
  series.quiet = config.cooldownBars
  return {
    symbol: bar.symbol,
    direction: change > 0 ? 'long' : 'short',
    kind: setup.kind,
    confidence: setup.confidence,
    metadata: { change, volumeRatio, bars: series.bars, resolution: bar.resolution },
  }
}

const BASES = ['1d', '1h', '1m', '1s'] as const

/**
 * Between the four that are configured, moves grow with the square root of time from the next shorter one.
 */
function scaleOf({ scale }: KyleConfig, resolution: Resolution): number {
  const length = resolutionMs(resolution)
  const base = BASES.find((name) => resolutionMs(name) <= length) ?? '1s'
  const baseLength = resolutionMs(base)
  return length === baseLength ? scale[base] : scale[base] * Math.sqrt(length / baseLength)
}

interface Setup {
  readonly kind: 'breakout' | 'momentum' | 'volume_anomaly'
  readonly confidence: number
}

/** `move` is the size of the change as if the bar were a day. Between equals the first named wins. */
function pickStrongest(
  move: number,
  volumeRatio: number,
  aligned: boolean,
  config: KyleConfig,
): Setup | undefined {
  let best: Setup | undefined
  if (move > config.breakoutMove && volumeRatio > config.breakoutVolume) {
    best = { kind: 'breakout', confidence: Math.min(0.95, move * 10 + volumeRatio * 0.2) }
  }
  if (move > config.momentumMove && aligned && 0.7 > (best?.confidence ?? 0))
    best = { kind: 'momentum', confidence: 0.7 }
  if (volumeRatio > config.anomalyVolume) {
    const confidence = Math.min(0.95, volumeRatio / 3)
    if (confidence > (best?.confidence ?? 0)) best = { kind: 'volume_anomaly', confidence }
  }
  return best
}

function fold(series: Series, bar: Bar, window: number): void {
  const slot = series.next
  series.end = bar.end
  series.bars++
  series.close = bar.close
  series.volumeSum += bar.volume - (series.volumes[slot] ?? 0)
  series.volumes[slot] = bar.volume
  series.closes[slot] = bar.close
  series.next = slot + 1 === window ? 0 : slot + 1
  // A running sum above 2^53 drifts; starting it anew each time round keeps the error within one window.
  if (series.next === 0) series.volumeSum = series.volumes.reduce((sum, volume) => sum + volume, 0)
}

function findSeries(facts: MarketFacts, bar: Bar, config: KyleConfig): Series | undefined {
  const known = facts.symbols[bar.symbol]
  // `__proto__` and the like are found on every object, but what is found there does not bear the name.
  const entry = known?.symbol === bar.symbol ? known : addSymbol(facts, bar.symbol, config)
  if (entry === undefined) return undefined
  const series = entry.series[bar.resolution]
  if (series !== undefined) return series
  if (!(resolutionMs(bar.resolution) > 0)) return undefined
  const end = Number.MIN_SAFE_INTEGER
  const fresh = { end, bars: 0, close: bar.close, quiet: 0, next: 0, volumeSum: 0, volumes: [], closes: [] }
  entry.series[bar.resolution] = fresh
  return fresh
}

function addSymbol(facts: MarketFacts, symbol: string, config: KyleConfig): SymbolFacts | undefined {
  if (symbol in facts.symbols || facts.count >= config.symbolsMax) return undefined
  facts.count++
  const entry = { symbol, series: {} }
  facts.symbols[symbol] = entry
  return entry
}
