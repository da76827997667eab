/**
 * From a pattern to a plan: entry, stop, targets and size, in integers.
 *
 * Each plan is sized alone. Positions, their number, leverage and the rules are the gate's to judge: a
 * filter here would hide what it denies.
 */

import type { Instrument, Order, Pattern, Plan, Price, Quantity, World } from '#core/contract.ts'
import {
  CASH_SCALE,
  floorTo,
  formatCash,
  formatDecimal,
  formatPrice,
  formatQuantity,
  mulDiv,
  notional,
  parsePrice,
} from '#core/math.ts'
import type { KennyConfig } from './config.ts'

/** Fractions and multiples of the configuration become integers of 1e-8. */
const UNIT = 100_000_000
/** price × quantity is this many times finer than cash. */
const PRODUCT_PER_CASH = 10_000_000_000

/** A text result is the reason why there is no plan. `planId` is the caller's; `cut` a breaker's factor on sizes. */
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
  const seen = parsePrice(pattern.price)
  if (!(seen > 0)) return planUnpriced(planId, pattern, instrument)
  const entry = config.entry === 'limit' ? roundPrice(seen, instrument.tick, !long) : seen
  if (entry === 0) return `${symbol}: the price is below one tick`
  const stop = chooseStop(pattern, entry, long, config, instrument)
  const targets = chooseTargets(pattern, entry, stop, long, config, instrument)
  const size = chooseSize(entry, stop, config, instrument, world, cut)
  if (!(size.quantity > 0)) return `${symbol}: ${size.bound} leaves room for less than one lot`
  if (!Number.isSafeInteger(size.quantity)) return `${symbol}: the price is too small to size an order`
  const order: Order = {
    symbol,
    side: long ? 'buy' : 'sell',
    type: config.entry,
    quantity: formatQuantity(size.quantity),
    ...(config.entry === 'limit' ? { limitPrice: formatPrice(entry) } : {}),
    ...(stop > 0 ? { stopLoss: { price: formatPrice(stop) } } : {}),
    ...(targets.length > 0 ? { targets } : {}),
    strategy: pattern.pattern,
  }
  const atRisk = stop > 0 ? Math.abs(entry - stop) : entry
  return {
    planId,
    strategy: pattern.pattern,
    order,
    intent: 'enter',
    riskCash: formatCash(Math.floor(notional(atRisk, size.quantity, instrument.multiplier))),
    notes: [
      stop > 0 ? 'stop set' : 'no stop: neither a level nor an ATR is known',
      `size bound by ${size.bound}`,
    ],
  }
}

/**
 * What has no price cannot be sized: one lot without a stop goes to the gate, which refuses it and so tells
 * the sender why.
 */
function planUnpriced(planId: string, pattern: Pattern, instrument: Instrument): Plan {
  const order: Order = {
    symbol: pattern.symbol,
    side: pattern.direction === 'long' ? 'buy' : 'sell',
    type: 'market',
    quantity: formatQuantity(instrument.lot),
    strategy: pattern.pattern,
  }
  return {
    planId,
    strategy: pattern.pattern,
    order,
    intent: 'enter',
    riskCash: '0',
    notes: ['no price is known'],
  }
}

/**
 * Closes what is held in the pattern's direction and is not being closed already. Undefined when that is
 * nothing.
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
    if (order.role === 'exit' && order.side === side) quantity -= parsePrice(order.quantity)
    const waits = order.type === 'stop' || order.type === 'stop_limit'
    if (order.side !== side && !waits) cancelFirst.push(order.orderId)
  }
  if (!(quantity > 0)) return undefined
  return {
    planId,
    strategy: pattern.pattern,
    order: {
      symbol: pattern.symbol,
      side,
      type: 'market',
      quantity: formatQuantity(quantity),
      strategy: pattern.pattern,
      reduceOnly: true,
      ...(cancelFirst.length > 0 ? { cancelFirst } : {}),
      reason: pattern.pattern,
    },
    intent: 'exit',
    riskCash: '0',
    notes: [],
  }
}

/**
 * The pattern's own level when it lies on the losing side of the entry, else a multiple of the ATR; 0 when
 * there is neither.
 */
function chooseStop(
  pattern: Pattern,
  entry: Price,
  long: boolean,
  config: KennyConfig,
  instrument: Instrument,
): Price {
  const level = parsePrice(pattern.stopLevel ?? '')
  if (long ? level < entry : level > entry) {
    const rounded = roundPrice(level, instrument.tick, !long)
    if (rounded > 0) return rounded
  }
  const atr = parsePrice(pattern.atr ?? '')
  if (!(atr > 0)) return 0
  const distance = mulDiv(atr, toUnits(config.atrMultiple), UNIT)
  if (distance === 0) return 0
  return Math.max(0, roundPrice(long ? entry - distance : entry + distance, instrument.tick, !long))
}

/** Rounded towards the entry: a plan promises no more than the pattern does. */
function chooseTargets(
  pattern: Pattern,
  entry: Price,
  stop: Price,
  long: boolean,
  config: KennyConfig,
  instrument: Instrument,
): { readonly price: string; readonly portion: string }[] {
  const gains = (price: Price) => price > 0 && (long ? price > entry : price < entry)
  const level = roundPrice(parsePrice(pattern.targetLevel ?? ''), instrument.tick, !long)
  if (gains(level)) return [{ price: formatPrice(level), portion: '1' }]
  if (stop === 0) return []
  const risk = Math.abs(entry - stop)
  const targets: { price: string; portion: string }[] = []
  for (const { multiple, portion } of config.targets) {
    const distance = mulDiv(risk, toUnits(multiple), UNIT)
    const price = roundPrice(long ? entry + distance : entry - distance, instrument.tick, !long)
    if (gains(price)) targets.push({ price: formatPrice(price), portion: formatDecimal(toUnits(portion), 8) })
  }
  return targets
}

/** The smallest of three bounds, less the buffer, in whole lots. */
function chooseSize(
  entry: Price,
  stop: Price,
  config: KennyConfig,
  instrument: Instrument,
  world: World,
  cut: number,
): { readonly quantity: Quantity; readonly bound: string } {
  const equity = Math.floor(world.equity())
  if (!(equity > 0)) return { quantity: 0, bound: 'the equity' }
  const unitsFor = (cash: number, price: Price) =>
    mulDiv(cash, PRODUCT_PER_CASH, Math.ceil(price * instrument.multiplier))
  let quantity = unitsFor(Math.round(config.notionalMax * CASH_SCALE), entry)
  let bound = 'the notional cap'
  const byFraction = unitsFor(mulDiv(equity, toUnits(config.maxFraction), UNIT), entry)
  if (byFraction < quantity) {
    quantity = byFraction
    bound = 'the share of equity'
  }
  if (stop > 0) {
    const byRisk = unitsFor(mulDiv(equity, toUnits(config.riskFraction), UNIT), Math.abs(entry - stop))
    if (byRisk < quantity) {
      quantity = byRisk
      bound = 'the risk at the stop'
    }
  }
  const buffered = Number.isSafeInteger(quantity)
    ? mulDiv(mulDiv(quantity, toUnits(cut), UNIT), UNIT, UNIT + toUnits(config.sizeBuffer))
    : quantity
  return { quantity: floorTo(buffered, instrument.lot), bound }
}

/** To the tick at or below, or at or above. NaN stays NaN. */
function roundPrice(price: Price, tick: Price, up: boolean): Price {
  return up ? floorTo(price + tick - 1, tick) : floorTo(price, tick)
}

function toUnits(value: number): number {
  return Math.round(value * UNIT)
}
