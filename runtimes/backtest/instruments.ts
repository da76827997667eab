/**
 * Instruments of a reference file as the configuration writes them, so that they are part of what a run
 * digests.
 */

import type { Config } from '#core/config.ts'
import type { Instrument } from '#core/contract.ts'
import { formatPrice, formatQuantity, formatVolume, QUANTITY_SCALE, VOLUME_SCALE } from '#core/math.ts'
import type { BacktestSpec } from './spec.ts'

/**
 * A reference file goes over the configuration. Done again, it changes nothing: a manifest holds what it
 * made.
 */
export function withInstruments(spec: BacktestSpec, instruments: readonly Instrument[]): BacktestSpec {
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
