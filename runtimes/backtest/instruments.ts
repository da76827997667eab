/**
 * What a market says of itself as the configuration writes it, so that it is part of what a run digests:
 * instruments of a reference file, and among how many symbols a run that holds them all shares its account.
 */

import type { Config } from '#core/config.ts'
import type { Instrument } from '#core/contract.ts'
import { formatPrice, formatQuantity, formatVolume, QUANTITY_SCALE, VOLUME_SCALE } from '#core/math.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { symbolsIn } from './quality.ts'
import type { BacktestSpec } from './spec.ts'

const HOLDS_ALL = 'buy-and-hold'

/** Done again, it changes nothing: a manifest holds what it made. */
export function forMarket(spec: BacktestSpec, { instruments, quality }: Market): BacktestSpec {
  return withShares(withInstruments(spec, instruments), symbolsIn(quality.symbols).length)
}

/** As the benchmark shares it, unless somebody said otherwise. */
function withShares(spec: BacktestSpec, symbols: number): BacktestSpec {
  if (spec.strategy !== HOLDS_ALL || symbols < 2) return spec
  const { config } = spec
  const settings = { symbols, ...(config.plugins[HOLDS_ALL] as object | undefined) }
  return { ...spec, config: { ...config, plugins: { ...config.plugins, [HOLDS_ALL]: settings } } }
}

/** A reference file goes over the configuration. */
function withInstruments(spec: BacktestSpec, instruments: readonly Instrument[]): BacktestSpec {
  if (instruments.length === 0) return spec
  const { config } = spec
  const named = new Set(instruments.map(({ symbol }) => symbol))
  const others = config.instruments.filter(({ symbol }) => !named.has(symbol))
  return { ...spec, config: { ...config, instruments: [...others, ...instruments.map(toEntry)] } }
}

function toEntry(instrument: Instrument): Config['instruments'][number] {
  const { symbol, kind, venue, tick, lot, multiplier, floatShares, adv20, shortable } = instrument
  return {
    symbol,
    kind,
    venue,
    tick: formatPrice(tick),
    lot: formatQuantity(lot),
    multiplier,
    ...(floatShares === undefined
      ? {}
      : { floatShares: formatVolume(Math.floor(floatShares / (QUANTITY_SCALE / VOLUME_SCALE))) }),
    ...(adv20 === undefined ? {} : { adv20: formatVolume(adv20) }),
    ...(shortable === undefined ? {} : { shortable }),
  }
}
