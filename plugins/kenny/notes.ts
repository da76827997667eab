/**
 * A plan's numbers in words, at most six sentences, and what it may lose: `ark explain` tells them. Called by
 * the plan builder once the order is made; nothing here decides anything.
 */

import type { Cash, Decimal, Instrument, Order, Pattern, Price, Quantity, World } from '#core/contract.ts'
import { formatCash, formatDecimal, formatPrice, mulDiv, notional, notionalUp } from '#core/math.ts'
import type { LegChoice } from './legs.ts'
import { readPrice, UNIT } from './price.ts'
import type { Size } from './size.ts'

const RATIO_MAX = 99_999_999

export interface Outlook {
  /** What is lost at the stop, or all of the entry without one; fees of both ways included. */
  readonly riskCash: Decimal
  readonly notes: readonly string[]
}

interface Reward {
  /** Cash of all targets together, fees of both ways taken off. */
  readonly cash: Cash
  /** Price distance of the targets, weighted by their portions; 0 when there are none. */
  readonly distance: Price
}

export function describePlan(
  pattern: Pattern,
  order: Order,
  entry: Price,
  { stop, origin }: LegChoice,
  size: Size,
  instrument: Instrument,
  world: World,
): Outlook {
  const notes = [
    `reckoned at ${formatPrice(entry)}`,
    describeStop(entry, stop, origin),
    `size bound by ${size.bound}`,
  ]
  const { symbol, confidence } = pattern
  const { quantity } = size
  const feeIn = world.fee(symbol, entry, quantity)
  const lost = notionalUp(stop > 0 ? Math.abs(entry - stop) : entry, quantity, instrument.multiplier)
  const risk = lost + feeIn + world.fee(symbol, stop > 0 ? stop : entry, quantity)
  // An explicit quantity may be nonsense, or more than there is money for anywhere.
  if (!(quantity > 0 && Number.isSafeInteger(risk))) {
    notes.push('the quantity is none to reckon with')
    return { riskCash: '0', notes }
  }
  const reward = readReward(order, entry, quantity, feeIn, instrument, world)
  if (reward.distance > 0 && stop > 0) notes.push(describeRatio(reward.distance, Math.abs(entry - stop)))
  if (reward.distance > 0 && Number.isSafeInteger(reward.cash)) {
    notes.push(`gains ${formatCash(reward.cash)} at its targets`)
  }
  if (Number.isFinite(confidence) && (confidence < 0.7 || confidence > 0.85)) {
    notes.push(`${confidence < 0.7 ? 'low' : 'high'} confidence ${Math.round(confidence * 100) / 100}`)
  }
  return { riskCash: formatCash(risk), notes }
}

function describeStop(entry: Price, stop: Price, origin: string): string {
  if (stop === 0) return `no stop: ${origin}`
  const away = mulDiv(Math.abs(entry - stop), 10_000, entry)
  const word = away > 1_000 ? ', wide' : away < 200 ? ', tight' : ''
  return `stop ${formatRatio(away)}% away, ${origin}${word}`
}

function describeRatio(distance: Price, risk: Price): string {
  const ratio = mulDiv(distance, 100, risk)
  const word = ratio < 200 ? ', low' : ratio > 400 ? ', excellent' : ''
  return `reward ${formatRatio(ratio)} times the risk${word}`
}

/** In hundredths. Levels may be absurd, and the exact figure of an absurd one is of no use. */
function formatRatio(value: number): Decimal {
  return formatDecimal(Math.min(value, RATIO_MAX), 2)
}

/** Each target counts with its portion: a far one that sells little promises little. */
function readReward(
  order: Order,
  entry: Price,
  quantity: Quantity,
  feeIn: Cash,
  instrument: Instrument,
  world: World,
): Reward {
  let distance = 0
  let cash = -feeIn
  if (!Array.isArray(order.targets)) return { cash, distance }
  for (const target of order.targets as NonNullable<Order['targets']>) {
    const price = readPrice(target?.price)
    const portion = readPrice(target?.portion)
    const gain = order.side === 'buy' ? price - entry : entry - price
    if (!(price > 0 && portion > 0)) continue
    const sold = mulDiv(quantity, portion, UNIT)
    distance += mulDiv(gain, portion, UNIT)
    const value = notional(Math.abs(gain), sold, instrument.multiplier)
    cash += (gain < 0 ? -value : value) - world.fee(order.symbol, price, sold)
  }
  return { cash: Math.floor(cash), distance }
}
