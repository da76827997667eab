/**
 * From a setup to prices: limit of the entry, stop, targets, each on the tick.
 *
 * Called once a setup matched. Shares become prices here, so that nobody after takes the fraction of a gap
 * for a move. Stop and targets are rounded towards the entry: they promise no more and lose no more than the
 * table says.
 */

import type { Direction, Legs, Price } from '#core/contract.ts'
import { ceilTo, floorTo, formatDecimal, formatPrice, PRICE_SCALE } from '#core/math.ts'
import { type Days, highestHigh, lowestLow } from './days.ts'
import type { NumberFact } from './facts.ts'
import type { Evidence } from './match.ts'
import { readNumbers } from './said.ts'
import { ENTRY_OFFSETS, type Setup, type StopTerms } from './setup.ts'

export interface Levels {
  readonly entry: Price
  readonly stop: Price
  readonly legs: Legs
}

/** A level is left behind by so much before it counts as broken. */
const LEVEL_MARGIN = 0.01
/** A level that is nearer than this is no level to trade against; this share of the entry stands in. */
const LEVEL_NEAREST = 0.01
const LEVEL_DEFAULT = 0.05

/** A text result names what is missing: the setup cannot be traded and so is none. */
export function findLevels(
  setup: Setup,
  direction: Direction,
  days: Days,
  evidence: Evidence,
  tick: Price,
): Levels | string {
  const side = direction === 'long' ? 1 : -1
  const towards = (price: number) => toTick(price, tick, side === -1)
  const entry = towards(days.close * (1 + side * ENTRY_OFFSETS[setup.entry]))
  const distance = stopDistance(setup.stop, side, entry, days, evidence)
  if (distance === undefined) return 'atr'
  const stop = toTick(entry - side * distance, tick, side === 1)
  if (!(entry > 0 && stop > 0)) return 'stop'
  const prices = targetPrices(setup, side, entry, days, evidence)
  if (prices === undefined) return setup.targets.by
  const targets = pickTargets(setup, prices.map(towards), entry, side)
  if (targets.length === 0) return setup.targets.by
  return { entry, stop, legs: { stopLoss: { price: formatPrice(stop) }, targets } }
}

function stopDistance(
  stop: StopTerms,
  side: 1 | -1,
  entry: Price,
  days: Days,
  { own }: Evidence,
): number | undefined {
  if (stop.kind === 'share') return entry * stop.of
  if (stop.kind === 'atr') return own.atr === undefined ? undefined : own.atr * stop.multiple
  const level = side === 1 ? lowestLow(days, 0, stop.days - 1) : highestHigh(days, 0, stop.days - 1)
  const distance = side * (entry - level * (1 - side * LEVEL_MARGIN))
  if (distance < entry * LEVEL_NEAREST) return entry * LEVEL_DEFAULT
  return Math.min(distance, entry * stop.most)
}

/** Undefined when what the steps are shares of is unknown. */
function targetPrices(
  { targets }: Setup,
  side: 1 | -1,
  entry: Price,
  days: Days,
  evidence: Evidence,
): readonly number[] | undefined {
  const { by, steps } = targets
  if (by === 'move') return steps.map(({ reach }) => entry * (1 + side * reach))
  if (by !== 'gap') {
    const share = smallest(by, evidence) / 100
    const fall = days.close / (1 - share) - days.close
    return share > 0 && share < 1 ? steps.map(({ reach }) => days.close + reach * fall) : undefined
  }
  const { open, previousClose } = evidence.own
  const top = previousClose === undefined || open === undefined ? days.close : open
  const bottom = previousClose ?? top / (1 + smallest('gap_percent', evidence) / 100)
  return bottom < top ? steps.map(({ reach }) => top - reach * (top - bottom)) : undefined
}

/** ARK's own reading, else the least that the sender said: a target nearer by is the smaller promise. */
function smallest(fact: NumberFact, { own, said }: Evidence): number {
  const known = own.numbers[fact]
  if (known !== undefined) return known
  const readings = readNumbers(said, fact, own)
  return readings.length === 0 ? Number.NaN : Math.min(...readings)
}

/** What the market has passed already gains nothing: its portion goes to the next. */
function pickTargets(
  { targets: { steps } }: Setup,
  prices: readonly Price[],
  entry: Price,
  side: 1 | -1,
): { readonly price: string; readonly portion: string }[] {
  const picked: { price: string; portion: string }[] = []
  let carried = 0
  for (const [index, { portion }] of steps.entries()) {
    const price = prices[index] ?? Number.NaN
    carried += Math.round(portion * PRICE_SCALE)
    if (!(price > 0 && side * (price - entry) > 0)) continue
    picked.push({ price: formatPrice(price), portion: formatDecimal(carried, 8) })
    carried = 0
  }
  return picked
}

/** To a multiple of the tick; what is a millionth beside one is that one. */
function toTick(price: number, tick: Price, up: boolean): Price {
  const whole = Math.round(price)
  return (up ? ceilTo : floorTo)(whole, tick)
}
