/**
 * The prices a plan stands on: that of the decision, the one the entry is reckoned at, and the tick. Called
 * by the plan builder and its parts.
 *
 * Text that is no price reads as NaN, never as an error: patterns come from any plugin, and the gate answers
 * them.
 */

import type { OrderTerms, Pattern, Price, World } from '#core/contract.ts'
import { ceilTo, floorTo, parsePrice } from '#core/math.ts'
import { SECOND } from '#core/time.ts'

/** Fractions and multiples of settings become integers of 1e-8. */
export const UNIT = 100_000_000

/** A quote older than this says less than the price that the pattern was seen at. */
const QUOTE_AGE_MAX = 15 * SECOND

export interface EntryPrices {
  /**
   * The least favourable price that the entry is reckoned to fill at: stop, targets and risk are measured
   * from it.
   */
  readonly entry: Price
  /** The highest such price: what the position may be worth is measured with it. */
  readonly value: Price
}

/**
 * What the market asks now: the far side of a fresh quote, else the price of the pattern. NaN when the
 * pattern has none of its own.
 */
export function readDecisionPrice(pattern: Pattern, long: boolean, world: World): Price {
  const seen = readPrice(pattern.price)
  if (!(seen > 0)) return Number.NaN
  const quote = world.quote(pattern.symbol)
  if (quote === undefined || quote.time < world.now() - QUOTE_AGE_MAX) return seen
  const far = long ? quote.ask : quote.bid
  return far > 0 ? far : seen
}

/**
 * A limit bounds the price of a purchase from above and that of a short sale only from below: a limit far
 * under the market fills at the market, and must not make the sale look small. Terms without a sound price
 * are the gate's to refuse; until then the price of the decision stands in.
 */
export function priceEntry(terms: OrderTerms, decision: Price, long: boolean): EntryPrices {
  const { type } = terms
  const limit = type === 'limit' || type === 'stop_limit' ? readPrice(terms.limitPrice) : Number.NaN
  const trigger = type === 'stop' || type === 'trailing_stop' ? readPrice(terms.stopPrice) : Number.NaN
  let entry = decision
  if (limit > 0) entry = limit
  else if (trigger > 0) entry = long ? Math.max(trigger, decision) : Math.min(trigger, decision)
  return { entry, value: long ? entry : Math.max(entry, decision) }
}

/** To the tick at or below, or at or above. NaN stays NaN. */
export function roundPrice(price: Price, tick: Price, up: boolean): Price {
  return (up ? ceilTo : floorTo)(price, tick)
}

export function readPrice(text: unknown): Price {
  return typeof text === 'string' ? parsePrice(text) : Number.NaN
}

export function toUnits(value: number): number {
  return Math.round(value * UNIT)
}
