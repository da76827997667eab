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
   * False for an order type, side or time in force that the gate does not know, and for prices that do not
   * belong to the type.
   */
  readonly known: boolean
  readonly quantity: Quantity
  /** Limit price, else stop trigger; NaN for a market order. */
  readonly price: Price
  readonly stop: Price
  readonly targetCount: number
  readonly targetPrices: readonly Price[]
  readonly targetPortions: readonly number[]
  readonly cancelFirst: readonly string[]
  readonly strategy: string
}

const TYPES: readonly unknown[] = ['market', 'limit', 'stop', 'stop_limit']
const TIMES: readonly unknown[] = [undefined, 'day', 'gtc', 'ioc', 'fok']
const EMPTY: readonly never[] = Object.freeze([])

export function parseOrder(order: Order): ParsedOrder {
  const { type, limitPrice, stopPrice, strategy, cancelFirst } = order
  const limit = positive(parsePrice, limitPrice)
  const trigger = positive(parsePrice, stopPrice)
  const targets: readonly unknown[] = Array.isArray(order.targets) ? order.targets : EMPTY
  return {
    order,
    symbol: typeof order.symbol === 'string' ? order.symbol : '',
    side: order.side === 'sell' ? -1 : 1,
    known:
      TYPES.includes(type) &&
      TIMES.includes(order.timeInForce) &&
      (order.side === 'buy' || order.side === 'sell') &&
      (type === 'limit' || type === 'stop_limit' ? limit > 0 : limitPrice === undefined) &&
      (type === 'stop' || type === 'stop_limit' ? trigger > 0 : stopPrice === undefined) &&
      (strategy === undefined || typeof strategy === 'string') &&
      (cancelFirst === undefined || isTexts(cancelFirst)),
    quantity: positive(parseQuantity, order.quantity),
    price: type === 'stop' ? trigger : type === 'market' ? Number.NaN : limit,
    stop: positive(parsePrice, member(order.stopLoss, 'price')),
    targetCount: targets.length,
    targetPrices: targets.length === 0 ? EMPTY : targets.map((target) => readTarget(target, 'price')),
    targetPortions: targets.length === 0 ? EMPTY : targets.map((target) => readTarget(target, 'portion')),
    cancelFirst: isTexts(cancelFirst) ? cancelFirst : EMPTY,
    strategy: typeof strategy === 'string' ? strategy : 'manual',
  }
}

/** Two orders of the same content are duplicates of one another. Of a known order only: nonsense has no text. */
export function orderContent({ order, side, symbol, quantity, price, strategy }: ParsedOrder): string {
  return `${strategy}|${symbol}|${side}|${order.type}|${quantity}|${price}`
}

function readTarget(target: unknown, name: 'price' | 'portion'): number {
  return positive(name === 'price' ? parsePrice : parseQuantity, member(target, name))
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
