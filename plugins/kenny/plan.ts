/**
 * From a pattern to a plan: terms, legs and size, in integers.
 *
 * Each plan is sized alone. Positions, their number, leverage and the rules are the gate's to judge: a
 * filter here would hide what it denies.
 */

import type { Instrument, Legs, Order, OrderTerms, Pattern, Plan, Side, World } from '#core/contract.ts'
import { formatPrice, formatQuantity, parseQuantity } from '#core/math.ts'
import type { KennyConfig } from './config.ts'
import { chooseLegs } from './legs.ts'
import { describePlan } from './notes.ts'
import { priceEntry, readDecisionPrice, readPrice, roundPrice } from './price.ts'
import { chooseSize } from './size.ts'

type OrderDraft = { -readonly [Key in keyof Order]: Order[Key] }

const MARKET: OrderTerms = { type: 'market' }
const NO_LEGS: Legs = {}

/**
 * A text result is the reason why there is no plan. `planId` is the caller's; `cut` a breaker's factor on
 * sizes.
 */
export function planEntry(
  planId: string,
  pattern: Pattern,
  config: KennyConfig,
  world: World,
  cut = 1,
): Plan | string {
  const { symbol } = pattern
  const instrument = world.instrument(symbol)
  const long = pattern.direction === 'long'
  const decision = readDecisionPrice(pattern, long, world)
  if (!(decision > 0)) return planUnpriced(planId, pattern, instrument)
  const terms = chooseTerms(pattern, long, config, instrument)
  if (terms === undefined) return `${symbol}: the price is below one tick`
  const prices = priceEntry(terms, decision, long)
  const choice = chooseLegs(pattern, prices.entry, long, config, instrument)
  const size = chooseSize({ pattern, prices, stop: choice.stop, instrument, config, world, cut })
  if (typeof size === 'string') return size
  const order = makeOrder(pattern, long ? 'buy' : 'sell', size.text, terms, choice.legs)
  const outlook = describePlan(pattern, order, prices.entry, choice, size, instrument, world)
  return {
    planId,
    strategy: pattern.pattern,
    order,
    intent: 'enter',
    riskCash: outlook.riskCash,
    notes: outlook.notes,
  }
}

/** The pattern's own word, else Kenny's setting; undefined when his limit would be no price. */
function chooseTerms(
  pattern: Pattern,
  long: boolean,
  config: KennyConfig,
  { tick }: Instrument,
): OrderTerms | undefined {
  if (pattern.terms !== undefined && pattern.terms !== null) return pattern.terms
  if (config.entry === 'market') return MARKET
  const limit = roundPrice(readPrice(pattern.price), tick, !long)
  return limit > 0 ? { type: 'limit', limitPrice: formatPrice(limit) } : undefined
}

/** Field by field: terms and legs may set what is theirs, whatever else a plugin puts into them. */
function makeOrder(
  pattern: Pattern,
  side: Side,
  quantity: string,
  terms: OrderTerms,
  legs: Legs,
): OrderDraft {
  const order: OrderDraft = {
    symbol: pattern.symbol,
    side,
    type: terms.type,
    quantity,
    strategy: pattern.pattern,
  }
  if (terms.limitPrice !== undefined) order.limitPrice = terms.limitPrice
  if (terms.stopPrice !== undefined) order.stopPrice = terms.stopPrice
  if (terms.trail !== undefined) order.trail = terms.trail
  if (terms.timeInForce !== undefined) order.timeInForce = terms.timeInForce
  if (terms.group !== undefined) order.group = terms.group
  if (terms.replaces !== undefined) order.replaces = terms.replaces
  if (legs.stopLoss !== undefined) order.stopLoss = legs.stopLoss
  if (legs.targets !== undefined) order.targets = legs.targets
  return order
}

/**
 * What has no price cannot be sized: the quantity asked for, else one lot, goes to the gate without legs of
 * Kenny's making. It refuses that and so tells the sender why.
 */
function planUnpriced(planId: string, pattern: Pattern, instrument: Instrument): Plan {
  const { sizing } = pattern
  const quantity = sizing?.kind === 'quantity' ? sizing.quantity : formatQuantity(instrument.lot)
  const side = pattern.direction === 'long' ? 'buy' : 'sell'
  return {
    planId,
    strategy: pattern.pattern,
    order: makeOrder(pattern, side, quantity, pattern.terms ?? MARKET, pattern.legs ?? NO_LEGS),
    intent: 'enter',
    riskCash: '0',
    notes: ['no price is known'],
  }
}

/**
 * Closes what is held in the pattern's direction and is not being closed already, whatever sizing the pattern
 * names. Undefined when that is nothing.
 */
export function planExit(planId: string, pattern: Pattern, world: World): Plan | undefined {
  const held = world.position(pattern.symbol)
  const long = pattern.direction === 'long'
  const side = long ? 'sell' : 'buy'
  let quantity = Math.max(0, long ? held : -held)
  if (quantity === 0) return undefined
  // An exit must not wait for, or trade with, an entry of our own that still rests on the other side.
  const cancelFirst: string[] = []
  for (const order of world.working(pattern.symbol)) {
    if (order.role === 'exit' && order.side === side) quantity -= parseQuantity(order.quantity)
    const waits = order.type === 'stop' || order.type === 'stop_limit' || order.type === 'trailing_stop'
    if (order.side !== side && !waits) cancelFirst.push(order.orderId)
  }
  if (!(quantity > 0)) return undefined
  const order = makeOrder(pattern, side, formatQuantity(quantity), pattern.terms ?? MARKET, NO_LEGS)
  order.reduceOnly = true
  if (cancelFirst.length > 0) order.cancelFirst = cancelFirst
  order.reason = pattern.pattern
  return { planId, strategy: pattern.pattern, order, intent: 'exit', riskCash: '0', notes: [] }
}
