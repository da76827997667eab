/**
 * What happens to a book when an order fills or ends: the fill itself, the bracket of a filled entry, and
 * the shrinking of everything that would close more than is held.
 *
 * Holds after every call: the open quantities of the brackets of one side add up to no more than that side
 * can close. An amended child is announced by a second `order/accepted` of the same id, with the quantity
 * that is left.
 */

import type { Draft, Price, Quantity, World } from '#core/contract.ts'
import { floorTo, formatCash, formatPrice, formatQuantity, mulDiv, QUANTITY_SCALE } from '#core/math.ts'
import type { BrokerConfig } from './config.ts'
import { feeOf } from './fees.ts'
import { type Book, type Bracket, closable, type PaperOrder, type Protection, toWorking } from './state.ts'

/** What one event is worked with: where drafts go, and what may be asked. */
export interface Turn {
  readonly out: Draft[]
  readonly world: World
  readonly config: BrokerConfig
}

/** Fills all that may be filled of a live order. The bracket that an entry brought with it, or null. */
export function fillOrder(
  book: Book,
  order: PaperOrder,
  price: Price,
  reason: string,
  turn: Turn,
): Bracket | null {
  const closing = Math.min(order.remaining, closable(book, order.side))
  const quantity = order.role === 'entry' ? order.remaining : closing
  if (quantity === 0) {
    cancelOrder(book, order, 'nothing is left to close', turn)
    return null
  }
  order.remaining -= quantity
  book.position += order.side === 'buy' ? quantity : -quantity
  announceFill(order, price, quantity, reason, turn)
  if (order.remaining > 0) cancelOrder(book, order, 'the rest would exceed the position', turn)
  else forgetOrder(book, order)
  settleBrackets(book, order, quantity, turn)
  if (order.protection === null || quantity === closing) return null
  return attachBracket(book, order, order.protection, quantity - closing, turn)
}

/** Ends a live order unfilled; does nothing to one that has ended. */
export function cancelOrder(book: Book, order: PaperOrder, reason: string, turn: Turn): void {
  if (order.remaining === 0) return
  const remaining = formatQuantity(order.remaining)
  order.remaining = 0
  forgetOrder(book, order)
  turn.out.push({ type: 'order/cancelled', payload: { orderId: order.orderId, remaining, reason } })
}

function announceFill(order: PaperOrder, price: Price, quantity: Quantity, reason: string, turn: Turn): void {
  const fee = feeOf(turn.config, turn.world.instrument(order.symbol), price, quantity)
  const fill = {
    orderId: order.orderId,
    role: order.role,
    symbol: order.symbol,
    side: order.side,
    quantity: formatQuantity(quantity),
    price: formatPrice(price),
    fee: formatCash(fee),
    remaining: formatQuantity(order.remaining),
    liquidity: order.type === 'limit' && price === order.limit ? ('maker' as const) : ('taker' as const),
    reason,
  }
  turn.out.push({
    type: 'order/filled',
    payload: order.parent === '' ? fill : Object.assign(fill, { parent: order.parent }),
  })
}

/**
 * Takes a fill out of the bracket it belongs to, then shrinks what would close more than is held: oldest
 * first.
 */
function settleBrackets(book: Book, order: PaperOrder, quantity: Quantity, turn: Turn): void {
  if (order.parent !== '') {
    const own = book.brackets.find((bracket) => bracket.parent === order.parent)
    if (own !== undefined) resizeBracket(book, own, own.open - quantity, turn)
  }
  for (const side of ['buy', 'sell'] as const) {
    let excess = -closable(book, side)
    for (const bracket of book.brackets) if (bracket.side === side) excess += bracket.open
    for (const bracket of book.brackets.slice()) {
      if (excess <= 0) break
      if (bracket.side !== side) continue
      const cut = Math.min(excess, bracket.open)
      resizeBracket(book, bracket, bracket.open - cut, turn)
      excess -= cut
    }
  }
  if (book.position !== 0) return
  for (const exit of book.orders.slice())
    if (exit.role !== 'entry') cancelOrder(book, exit, 'the position is closed', turn)
}

function resizeBracket(book: Book, bracket: Bracket, open: Quantity, turn: Turn): void {
  bracket.open = open
  if (bracket.stop !== null) resizeOrder(book, bracket.stop, open, turn)
  let room = open
  for (const target of bracket.targets.slice()) {
    const quantity = Math.min(room, target.remaining)
    room -= quantity
    resizeOrder(book, target, quantity, turn)
  }
  if (open === 0) book.brackets = book.brackets.filter((other) => other !== bracket)
}

function resizeOrder(book: Book, order: PaperOrder, quantity: Quantity, turn: Turn): void {
  if (quantity === order.remaining) return
  if (quantity === 0) {
    cancelOrder(book, order, 'the position it protects is closed', turn)
    return
  }
  order.remaining = quantity
  turn.out.push({ type: 'order/accepted', payload: toWorking(order) })
}

/** Targets are whole lots; when the portions add up to 1 the last target takes what rounding left over. */
function attachBracket(
  book: Book,
  entry: PaperOrder,
  wanted: Protection,
  open: Quantity,
  turn: Turn,
): Bracket {
  const lot = turn.world.instrument(entry.symbol).lot
  const bracket: Bracket = {
    parent: entry.orderId,
    side: entry.side === 'buy' ? 'sell' : 'buy',
    open,
    stop: null,
    targets: [],
  }
  if (wanted.stop > 0) bracket.stop = createChild(entry, bracket, 'stop', 'stop', wanted.stop, open)
  let room = open
  let portions = 0
  wanted.targets.forEach(({ price, portion }, index) => {
    portions += portion
    const quantity = portions === QUANTITY_SCALE ? room : floorTo(mulDiv(open, portion, QUANTITY_SCALE), lot)
    room -= quantity
    if (quantity > 0)
      bracket.targets.push(createChild(entry, bracket, 'target', `target${index + 1}`, price, quantity))
  })
  book.brackets.push(bracket)
  for (const child of childrenOf(bracket))
    turn.out.push({ type: 'order/accepted', payload: toWorking(child) })
  return bracket
}

function createChild(
  entry: PaperOrder,
  bracket: Bracket,
  role: 'stop' | 'target',
  suffix: string,
  price: Price,
  quantity: Quantity,
): PaperOrder {
  return {
    orderId: `${entry.orderId}.${suffix}`,
    symbol: entry.symbol,
    side: bracket.side,
    type: role === 'stop' ? 'stop' : 'limit',
    role,
    timeInForce: 'gtc',
    limit: role === 'stop' ? 0 : price,
    stop: role === 'stop' ? price : 0,
    strategy: entry.strategy,
    parent: entry.orderId,
    remaining: quantity,
    protection: null,
  }
}

export function childrenOf(bracket: Bracket): readonly PaperOrder[] {
  return bracket.stop === null ? bracket.targets : [bracket.stop, ...bracket.targets]
}

function forgetOrder(book: Book, order: PaperOrder): void {
  if (order.parent === '') {
    book.orders = book.orders.filter((other) => other !== order)
    return
  }
  const bracket = book.brackets.find((other) => other.parent === order.parent)
  if (bracket === undefined) return
  if (bracket.stop === order) bracket.stop = null
  else bracket.targets = bracket.targets.filter((other) => other !== order)
}
