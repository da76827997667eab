/**
 * The eight instruments of the synthetic market and how each of them behaves.
 *
 * Read by market.ts; core registers SYNTHETIC_INSTRUMENTS so that the rules know lot, tick and volume.
 * Nothing here exists anywhere.
 */

import type { Instrument, Price } from '#core/contract.ts'
import { parsePrice, parseQuantity, VOLUME_SCALE } from '#core/math.ts'

export interface Character {
  readonly instrument: Instrument
  /** Where it starts, and what it is drawn back to over an hour. */
  readonly price: Price
  /** Standard deviation of the move of a calm tick; 0.002 = 0.2 %. */
  readonly volatility: number
  /** Mean volume of a tick in units. */
  readonly units: number
  /** Share of ticks without a trade. */
  readonly gaps: number
  /** Share of a crash that it takes. */
  readonly beta: number
}

const TICKS_PER_DAY = 86_400

type Traits = readonly [
  symbol: string,
  price: string,
  tick: string,
  lot: string,
  volatility: number,
  units: number,
  gaps: number,
  beta: number,
]

/**
 * Eight temperaments from a calm large one to a nervous small one; CROW hardly trades, so the rules on volume
 * have work.
 */
const TRAITS: readonly Traits[] = [
  ['ORCA', '900', '0.01', '0.0001', 0.0012, 40, 0.005, 0.75],
  ['LYNX', '310', '0.01', '0.001', 0.0016, 120, 0.008, 0.85],
  ['IBEX', '125', '0.01', '0.001', 0.0013, 300, 0.005, 0.75],
  ['KITE', '48', '0.001', '0.01', 0.0024, 700, 0.01, 1],
  ['WOLF', '21', '0.001', '0.01', 0.003, 1_500, 0.012, 1],
  ['HARE', '6.5', '0.0001', '0.1', 0.004, 6_000, 0.02, 1],
  ['CROW', '2.4', '0.0001', '0.1', 0.0035, 0.5, 0.65, 0.9],
  ['MOTH', '0.8', '0.0001', '1', 0.005, 40_000, 0.025, 1],
]

export const CHARACTERS: readonly Character[] = Object.freeze(TRAITS.map(toCharacter))

/**
 * Kind crypto, venue SYNTH; adv20 is about what the generator trades in 24 hours. The three most nervous
 * cannot be sold short.
 */
export const SYNTHETIC_INSTRUMENTS: readonly Instrument[] = Object.freeze(
  CHARACTERS.map(({ instrument }) => instrument),
)

function toCharacter([symbol, price, tick, lot, volatility, units, gaps, beta]: Traits): Character {
  const instrument: Instrument = {
    symbol,
    kind: 'crypto',
    venue: 'SYNTH',
    tick: parsePrice(tick),
    lot: parseQuantity(lot),
    multiplier: 1,
    adv20: Math.floor(units * (1 - gaps) * TICKS_PER_DAY) * VOLUME_SCALE,
    shortable: volatility < 0.0035,
  }
  return { instrument, price: parsePrice(price), volatility, units, gaps, beta }
}
