/**
 * Which orders of one symbol a market row fills, at which price, in which order. Called by the broker once
 * a row.
 *
 * A bar says nothing about the path between its prices, so the worst one is taken: resting market orders at
 * the open, then stops, then the other resting orders, targets last. An entry that fills inside a bar has
 * its stop armed for the rest of that bar and its targets only from the next row on, for its high (long)
 * may lie before the fill.
 */

import type { Price } from '#core/contract.ts'
import { cancelOrder, fillOrder, type Turn } from './fill.ts'
import { type Book, type Bracket, type PaperOrder, toWorking } from './state.ts'

/** What one side of the market showed. `open` 0 = nothing on offer. */
export interface Range {
  readonly open: Price
  readonly high: Price
  readonly low: Price
}

export interface Market {
  /** What a buyer pays. */
  readonly buy: Range
  /** What a seller gets. */
  readonly sell: Range
  /** Where a market order is filled, in words: it becomes the reason of the fill. */
  readonly where: string
}

export function toPoint(price: Price): Range {
  return { open: price, high: price, low: price }
}

export function matchBook(book: Book, market: Market, turn: Turn): void {
  for (const order of book.orders.slice()) if (order.type === 'market') matchOrder(book, order, market, turn)
  for (const bracket of book.brackets.slice()) matchStop(book, bracket, market[bracket.side], turn)
  const armed = book.brackets.slice()
  for (const order of book.orders.slice()) if (order.type !== 'market') matchOrder(book, order, market, turn)
  for (const bracket of armed) matchTargets(book, bracket, market[bracket.side], turn)
}

/** An entry or an exit. One that is `ioc` or `fok` has only the first price it meets. */
export function matchOrder(book: Book, order: PaperOrder, market: Market, turn: Turn): void {
  if (order.remaining === 0) return
  const range = market[order.side]
  const { type } = order
  const price = reach(order, isImmediate(order) ? toPoint(range.open) : range)
  if (order.type !== type) turn.out.push({ type: 'order/accepted', payload: toWorking(order) })
  if (price > 0) {
    const bracket = fillOrder(book, order, price, reasonOf(order, price, market), turn)
    if (bracket !== null && order.type !== 'market')
      matchStop(book, bracket, restOf(market[bracket.side], price), turn)
  } else if (isImmediate(order)) {
    cancelOrder(book, order, 'could not be filled at once', turn)
  }
}

/** The range as it is after a fill inside it: whatever comes next starts from there. */
function restOf(range: Range, price: Price): Range {
  return { open: Math.min(Math.max(price, range.low), range.high), high: range.high, low: range.low }
}

/** Orders that may not wait end with a row on which nothing could be traded. */
export function expireImmediate(book: Book, turn: Turn): void {
  for (const order of book.orders.slice()) {
    if (isImmediate(order)) cancelOrder(book, order, 'could not be filled at once', turn)
  }
}

function isImmediate(order: PaperOrder): boolean {
  return order.timeInForce === 'ioc' || order.timeInForce === 'fok'
}

function matchStop(book: Book, bracket: Bracket, range: Range, turn: Turn): void {
  const { stop } = bracket
  if (stop === null || stop.remaining === 0) return
  const price = reach(stop, range)
  if (price > 0)
    fillOrder(book, stop, price, price === stop.stop ? 'stop touched' : 'gap through the stop', turn)
}

function matchTargets(book: Book, bracket: Bracket, range: Range, turn: Turn): void {
  for (const target of bracket.targets.slice()) {
    if (target.remaining === 0) continue
    const price = reach(target, range)
    if (price > 0) fillOrder(book, target, price, 'target reached', turn)
  }
}

/**
 * The price at which the order fills within the range, or 0. A stop_limit whose stop is touched turns into
 * a limit, which the caller announces.
 */
function reach(order: PaperOrder, range: Range): Price {
  if (range.open <= 0) return 0
  if (order.type === 'market') return range.open
  if (order.type === 'limit') return reachLimit(order, range)
  const touched = reachStop(order, range)
  if (order.type === 'stop' || touched === 0) return touched
  order.type = 'limit'
  return reachLimit(order, toPoint(touched))
}

/** At the limit, or at the open when that is better. */
function reachLimit(order: PaperOrder, range: Range): Price {
  if (order.side === 'buy') return range.low <= order.limit ? Math.min(range.open, order.limit) : 0
  return range.high >= order.limit ? Math.max(range.open, order.limit) : 0
}

/** At the stop, or at the open when the market gapped through it. */
function reachStop(order: PaperOrder, range: Range): Price {
  if (order.side === 'buy') return range.high >= order.stop ? Math.max(range.open, order.stop) : 0
  return range.low <= order.stop ? Math.min(range.open, order.stop) : 0
}

function reasonOf(order: PaperOrder, price: Price, market: Market): string {
  if (order.type === 'market') return market.where
  if (order.type === 'limit') return 'limit reached'
  return price === order.stop ? 'stop touched' : 'gap through the stop'
}
