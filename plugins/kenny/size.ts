/**
 * How large an entry is, in whole lots. Called by the plan builder with prices and stop already chosen.
 *
 * What Kenny sizes himself, and what asks for a share of equity or of risk, stays within his caps whatever it
 * asks: less than one lot is no order, never one lot. What names its quantity or goes all in is taken at its
 * word, and judged.
 */

import type { Cash, Decimal, Instrument, Pattern, Price, Quantity, Sizing, World } from '#core/contract.ts'
import {
  CASH_SCALE,
  floorTo,
  formatDecimal,
  formatQuantity,
  mulDiv,
  notionalUp,
  parseQuantity,
} from '#core/math.ts'
import type { KennyConfig } from './config.ts'
import { type EntryPrices, toUnits, UNIT } from './price.ts'

/** price × quantity is this many times finer than cash. */
const PRODUCT_PER_CASH = 10_000_000_000
/**
 * All-in leaves a quarter of a percent, as Lean does, for a fill that is a little worse than the decision.
 */
const ALL_IN_NUMERATOR = 9_975
const ALL_IN_DENOMINATOR = 10_000

export interface SizeQuestion {
  readonly pattern: Pattern
  readonly prices: EntryPrices
  /** 0 when there is none on the losing side of the entry. */
  readonly stop: Price
  readonly instrument: Instrument
  readonly config: KennyConfig
  readonly world: World
  /** A breaker's factor on sizes, 1 when none is in force. */
  readonly cut: number
}

export interface Size {
  /** As the order says it. */
  readonly text: Decimal
  /** NaN where an explicit quantity is no number: the gate refuses it. */
  readonly quantity: Quantity
  /** What kept it from being larger. */
  readonly bound: string
}

interface Bounded {
  readonly quantity: Quantity
  readonly bound: string
}

/** A text result is the reason why there is no size. */
export function chooseSize(question: SizeQuestion): Size | string {
  const { pattern, stop, instrument, world, cut } = question
  const sizing = pattern.sizing ?? undefined
  if (sizing?.kind === 'quantity') return sizeExplicit(question, sizing.quantity)
  const refusal = refuseSizing(sizing, stop)
  if (refusal !== undefined) return `${pattern.symbol}: ${refusal}`
  const equity = Math.floor(world.equity())
  let size: Bounded = { quantity: 0, bound: 'the equity' }
  if (equity > 0)
    size =
      sizing?.kind === 'all-in' ? sizeAllIn(question, equity, sizing.share) : sizeCapped(question, equity)
  const quantity = floorTo(size.quantity, instrument.lot)
  if (!(quantity > 0)) return `${pattern.symbol}: ${size.bound} leaves room for less than one lot`
  if (!Number.isSafeInteger(quantity)) return `${pattern.symbol}: the price is too small to size an order`
  return { text: formatQuantity(quantity), quantity, bound: tellCut(size.bound, cut) }
}

function refuseSizing(
  sizing: Exclude<Sizing, { kind: 'quantity' }> | undefined,
  stop: Price,
): string | undefined {
  if (sizing === undefined) return undefined
  const { kind } = sizing
  if (kind !== 'risk' && kind !== 'fraction' && kind !== 'all-in') return 'the sizing is of an unknown kind'
  const fraction = kind === 'all-in' ? (sizing.share ?? 1) : sizing.fraction
  if (!(Number.isFinite(fraction) && fraction > 0 && fraction <= 1))
    return 'the fraction of the sizing is not above 0 and at most 1'
  if (kind === 'risk' && stop === 0) return 'sizing by risk needs a stop on the losing side of the entry'
  return undefined
}

/**
 * To the letter, unless a breaker cuts it: then to the lot below. Nonsense stays as it is, for the gate to
 * refuse.
 */
function sizeExplicit({ pattern, instrument, cut }: SizeQuestion, text: Decimal): Size | string {
  const bound = 'the quantity asked for'
  const quantity = typeof text === 'string' ? parseQuantity(text) : Number.NaN
  if (cut === 1 || !(quantity > 0)) return { text, quantity, bound }
  const left = floorTo(mulDiv(quantity, toUnits(cut), UNIT), instrument.lot)
  if (!(left > 0)) return `${pattern.symbol}: the breaker’s cut leaves room for less than one lot`
  return { text: formatQuantity(left), quantity: left, bound: tellCut(bound, cut) }
}

/**
 * The smallest of three caps, less the buffer, and of the share that was asked for. The buffer is room below
 * the caps alone: who asks for less than they allow gets what he asked for.
 */
function sizeCapped({ pattern, prices, stop, instrument, config, cut }: SizeQuestion, equity: Cash): Bounded {
  const unitsFor = (cash: number, price: Price) =>
    mulDiv(cash, PRODUCT_PER_CASH, Math.ceil(price * instrument.multiplier))
  const byWorth = (fraction: number) => unitsFor(mulDiv(equity, toUnits(fraction), UNIT), prices.value)
  const byRisk = (fraction: number) =>
    unitsFor(mulDiv(equity, toUnits(fraction), UNIT), Math.abs(prices.entry - stop))

  let cap: Bounded = {
    quantity: unitsFor(Math.round(config.notionalMax * CASH_SCALE), prices.value),
    bound: 'the notional cap',
  }
  cap = tighter(cap, { quantity: byWorth(config.maxFraction), bound: 'the share of equity' })
  if (stop > 0) cap = tighter(cap, { quantity: byRisk(config.riskFraction), bound: 'the risk at the stop' })
  const room = scale(scale(cap.quantity, toUnits(cut), UNIT), UNIT, UNIT + toUnits(config.sizeBuffer))
  const capped = { quantity: room, bound: cap.bound }

  const { sizing } = pattern
  if (sizing?.kind !== 'risk' && sizing?.kind !== 'fraction') return capped
  const asked = sizing.kind === 'risk' ? byRisk(sizing.fraction) : byWorth(sizing.fraction)
  return tighter(capped, {
    quantity: scale(asked, toUnits(cut), UNIT),
    bound: `the ${sizing.kind} asked for`,
  })
}

function tighter(one: Bounded, other: Bounded): Bounded {
  return other.quantity < one.quantity ? other : one
}

/** What is too large to be exact stays so, for chooseSize to refuse. */
function scale(quantity: Quantity, by: number, of: number): Quantity {
  return Number.isSafeInteger(quantity) ? mulDiv(quantity, by, of) : quantity
}

/**
 * The largest number of lots whose cost and fee fit into what other symbols leave. By bisection, because what
 * a fee does with the size is the broker's own affair; the result fits whatever it does, and is the largest
 * where a larger order never costs less.
 */
function sizeAllIn(
  { pattern, prices, instrument, world, cut }: SizeQuestion,
  equity: Cash,
  share = 1,
): Bounded {
  const { lot, multiplier } = instrument
  const all = mulDiv(equity, ALL_IN_NUMERATOR, ALL_IN_DENOMINATOR)
  const asked = mulDiv(all, toUnits(share), UNIT)
  const budget = Math.min(asked, all - world.committed(pattern.symbol))
  let bound = share < 1 ? 'the share asked for' : 'all of the equity'
  if (budget < asked) bound = 'the equity beside other symbols'
  if (!(budget > 0)) return { quantity: 0, bound }
  const fits = (quantity: Quantity) =>
    notionalUp(prices.value, quantity, multiplier) + world.fee(pattern.symbol, prices.value, quantity) <=
    budget
  let low = 0
  let high = Math.floor(mulDiv(budget, PRODUCT_PER_CASH, Math.ceil(prices.value * multiplier)) / lot)
  if (!Number.isSafeInteger(high * lot)) return { quantity: high * lot, bound: 'the equity' }
  while (low < high) {
    const middle = high - Math.floor((high - low) / 2)
    if (fits(middle * lot)) low = middle
    else high = middle - 1
  }
  return { quantity: mulDiv(low * lot, toUnits(cut), UNIT), bound }
}

function tellCut(bound: string, cut: number): string {
  return cut < 1 ? `${bound}, times ${formatDecimal(toUnits(cut), 8)} by a breaker` : bound
}
