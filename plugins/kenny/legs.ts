/**
 * The protective stop and the profit targets of an entry. Called by the plan builder.
 *
 * Explicit legs are read for the size and the notes, and never touched: what is wrong with them the gate
 * says.
 */

import type { Instrument, Legs, Pattern, Price } from '#core/contract.ts'
import { formatDecimal, formatPrice, mulDiv } from '#core/math.ts'
import type { KennyConfig } from './config.ts'
import { readPrice, roundPrice, toUnits, UNIT } from './price.ts'

export interface LegChoice {
  readonly legs: Legs
  /** 0 when there is none on the losing side of the entry. */
  readonly stop: Price
  /** Where the stop comes from, or why there is none. */
  readonly origin: string
}

export function chooseLegs(
  pattern: Pattern,
  entry: Price,
  long: boolean,
  config: KennyConfig,
  instrument: Instrument,
): LegChoice {
  const given = pattern.legs ?? undefined
  if (given !== undefined) {
    const stop = readPrice(given.stopLoss?.price)
    const sound = stop > 0 && (long ? stop < entry : stop > entry)
    const flaw = given.stopLoss === undefined ? 'none is given' : 'the one given is not on the losing side'
    return { legs: given, stop: sound ? stop : 0, origin: sound ? 'as given' : flaw }
  }
  const { stop, origin } = chooseStop(pattern, entry, long, config, instrument)
  const targets = chooseTargets(pattern, entry, stop, long, config, instrument)
  const legs = {
    ...(stop > 0 ? { stopLoss: { price: formatPrice(stop) } } : {}),
    ...(targets.length > 0 ? { targets } : {}),
  }
  return { legs, stop, origin }
}

/**
 * The pattern's own level when it lies on the losing side of the entry, else a multiple of the ATR, else the
 * fallback where one is configured. Rounded away from the entry: a tick closer would be another stop than the
 * pattern's.
 */
function chooseStop(
  pattern: Pattern,
  entry: Price,
  long: boolean,
  config: KennyConfig,
  { tick }: Instrument,
): { readonly stop: Price; readonly origin: string } {
  const level = readPrice(pattern.stopLevel)
  if (long ? level < entry : level > entry) {
    const stop = roundPrice(level, tick, !long)
    if (stop > 0) return { stop, origin: 'at the level of the pattern' }
  }
  const away = (distance: Price) =>
    distance > 0 ? Math.max(0, roundPrice(long ? entry - distance : entry + distance, tick, !long)) : 0
  const atr = readPrice(pattern.atr)
  if (atr > 0) {
    const stop = away(mulDiv(atr, toUnits(config.atrMultiple), UNIT))
    return { stop, origin: stop > 0 ? `${config.atrMultiple} ATR` : 'the ATR puts it below zero' }
  }
  if (config.stopFraction === undefined) return { stop: 0, origin: 'neither a level nor an ATR is known' }
  const stop = away(mulDiv(entry, toUnits(config.stopFraction), UNIT))
  return { stop, origin: stop > 0 ? 'by the fallback' : 'the fallback puts it below one tick' }
}

/** Rounded towards the entry: a plan promises no more than the pattern does. */
function chooseTargets(
  pattern: Pattern,
  entry: Price,
  stop: Price,
  long: boolean,
  config: KennyConfig,
  { tick }: Instrument,
): { readonly price: string; readonly portion: string }[] {
  const gains = (price: Price) => price > 0 && (long ? price > entry : price < entry)
  const level = roundPrice(readPrice(pattern.targetLevel), tick, !long)
  if (gains(level)) return [{ price: formatPrice(level), portion: '1' }]
  if (stop === 0) return []
  const risk = Math.abs(entry - stop)
  const targets: { price: string; portion: string }[] = []
  for (const { multiple, portion } of config.targets) {
    const distance = mulDiv(risk, toUnits(multiple), UNIT)
    const price = roundPrice(long ? entry + distance : entry - distance, tick, !long)
    if (gains(price)) targets.push({ price: formatPrice(price), portion: formatDecimal(toUnits(portion), 8) })
  }
  return targets
}
