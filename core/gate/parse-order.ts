/**
 * A proposer's order as integers. Nothing is repaired: what does not parse becomes NaN, a missing fact, and
 * so a denial by its owner rule.
 *
 * It takes anything that JSON can hold in the place of an order and never throws: the gate answers, whatever
 * it is asked.
 */

import type { Order, Price, Quantity } from '../contract.ts'
import { parsePrice, parseQuantity } from '../math.ts'

export interface ParsedOrder {
  readonly order: Order
  /** Empty when it is no text. */
  readonly symbol: string
  readonly side: 1 | -1
  /**
   * False for an order type, side or time in force that the gate does not know, and for prices and times that
   * do not belong to the type.
   */
  readonly known: boolean
  readonly quantity: Quantity
  /**
   * Limit price, else stop trigger; NaN for a market order. A trailing stop is judged at the trigger it
   * starts from: from there it only moves to better ones, a buyer's down and a seller's up.
   */
  readonly price: Price
  /** Distance that a trailing stop keeps from the market; NaN for every other type. */
  readonly trail: Price
  /** It trades in an auction or not at all. */
  readonly auction: boolean
  readonly stop: Price
  /** Distance that the protective stop keeps; NaN for one that stays. */
  readonly stopTrail: Price
  readonly targetCount: number
  readonly targetPrices: readonly Price[]
  readonly targetPortions: readonly number[]
  readonly cancelFirst: readonly string[]
  readonly strategy: string
  /** Empty = it belongs to no OCO group. */
  readonly group: string
  /** Id of the order whose place it takes; empty = none. */
  readonly replaces: string
}

/** By what an order type needs, which is also all that it may carry. */
const UNPRICED: readonly unknown[] = ['market']
const LIMITED: readonly unknown[] = ['limit', 'stop_limit']
const TRIGGERED: readonly unknown[] = ['stop', 'stop_limit', 'trailing_stop']
const TIMES: readonly unknown[] = [undefined, 'day', 'gtc', 'ioc', 'fok']
const AUCTIONS: readonly unknown[] = ['opg', 'cls']
const GROUP_MAX = 64
const EMPTY: readonly never[] = Object.freeze([])

export function parseOrder(order: Order): ParsedOrder {
  const { type, strategy, cancelFirst, group, replaces } = order
  const limit = positive(parsePrice, order.limitPrice)
  const trigger = positive(parsePrice, order.stopPrice)
  const trail = positive(parsePrice, order.trail)
  const targets: readonly unknown[] = Array.isArray(order.targets) ? order.targets : EMPTY
  return {
    order,
    symbol: typeof order.symbol === 'string' ? order.symbol : '',
    side: order.side === 'sell' ? -1 : 1,
    known:
      (order.side === 'buy' || order.side === 'sell') &&
      hasOwnTerms(order, limit, trigger, trail) &&
      (strategy === undefined || typeof strategy === 'string') &&
      (group === undefined || isGroup(group)) &&
      (replaces === undefined || isId(replaces)) &&
      (cancelFirst === undefined || isTexts(cancelFirst)),
    quantity: positive(parseQuantity, order.quantity),
    price: type === 'stop' || type === 'trailing_stop' ? trigger : type === 'market' ? Number.NaN : limit,
    trail: type === 'trailing_stop' ? trail : Number.NaN,
    auction: AUCTIONS.includes(order.timeInForce),
    stop: positive(parsePrice, member(order.stopLoss, 'price')),
    stopTrail: positive(parsePrice, member(order.stopLoss, 'trail')),
    targetCount: targets.length,
    targetPrices: targets.length === 0 ? EMPTY : targets.map((target) => readTarget(target, 'price')),
    targetPortions: targets.length === 0 ? EMPTY : targets.map((target) => readTarget(target, 'portion')),
    cancelFirst: isTexts(cancelFirst) ? cancelFirst : EMPTY,
    strategy: typeof strategy === 'string' ? strategy : 'manual',
    group: isGroup(group) ? group : '',
    replaces: isId(replaces) ? replaces : '',
  }
}

/** True of what is an order through and through, sound or not; false where a part of it cannot be read. */
export function isWellFormed(parsed: ParsedOrder): boolean {
  const { known, order, quantity, stop, symbol, targetPortions, targetPrices } = parsed
  const { stopLoss, targets } = order
  return (
    known &&
    symbol !== '' &&
    quantity > 0 &&
    (stopLoss === undefined || stop > 0) &&
    (targets === undefined || Array.isArray(targets)) &&
    targetPrices.every((price) => price > 0) &&
    targetPortions.every((portion) => portion > 0)
  )
}

/**
 * Two orders of the same content are duplicates of one another. Of a known order only: nonsense has no
 * content.
 *
 * What trades in another auction, or follows the market at another distance, is another order. A group is a
 * name of the sender's own choice, and how long an order rests says nothing of what it does at first: either
 * would let a repetition pass under a new word.
 */
export function orderContent(parsed: ParsedOrder): OrderContent {
  const { order, side, symbol, quantity, price, strategy, trail, auction } = parsed
  return [
    strategy,
    symbol,
    side,
    order.type,
    quantity,
    price || 0,
    trail || 0,
    auction ? (order.timeInForce ?? '') : '',
  ]
}

/** Plain values, 0 for a price that there is none of: cheaper to make and to compare than a text of them. */
export type OrderContent = readonly (string | number)[]

export function isSameContent(one: OrderContent, other: OrderContent): boolean {
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false
  return true
}

/** Each price and time that the type needs, and none that it would ignore. */
function hasOwnTerms(order: Order, limit: Price, trigger: Price, trail: Price): boolean {
  const { type, timeInForce } = order
  const limited = LIMITED.includes(type)
  const triggered = TRIGGERED.includes(type)
  if (!limited && !triggered && !UNPRICED.includes(type)) return false
  // A stop that waits for an auction would sleep through what it is there for.
  if (!TIMES.includes(timeInForce) && (triggered || !AUCTIONS.includes(timeInForce))) return false
  return (
    (limited ? limit > 0 : order.limitPrice === undefined) &&
    (triggered ? trigger > 0 : order.stopPrice === undefined) &&
    (type === 'trailing_stop' ? trail > 0 : order.trail === undefined) &&
    trailsOrStays(order.stopLoss)
  )
}

function trailsOrStays(stopLoss: unknown): boolean {
  const trail = member(stopLoss, 'trail')
  return trail === undefined || positive(parsePrice, trail) > 0
}

function readTarget(target: unknown, name: 'price' | 'portion'): number {
  return positive(name === 'price' ? parsePrice : parseQuantity, member(target, name))
}

function isGroup(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= GROUP_MAX
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as { [name: string]: unknown })[name]
    : undefined
}

function positive(parse: (text: string) => number, text: unknown): number {
  const value = typeof text === 'string' ? parse(text) : Number.NaN
  return value > 0 ? value : Number.NaN
}
