/**
 * What happens to a book when an order fills or ends.
 *
 * Holds after every call: the open quantities of the brackets of one side add up to no more than that side
 * can close, and of one OCO group at most one order has filled.
 */

import type { Fill, Price, Quantity } from '#core/contract.ts'
import { floorTo, formatCash, formatPrice, formatQuantity } from '#core/math.ts'
import { growBracket, settleBrackets } from './bracket.ts'
import { cancelOrder, forgetOrder } from './end.ts'
import { feeOf } from './fees.ts'
import { worsen } from './reach.ts'
import { type Book, type Bracket, closable, type PaperOrder } from './state.ts'
import { advance } from './status.ts'
import type { Turn } from './turn.ts'

/**
 * Fills what may be filled of a live order. The bracket that it opened or enlarged, or null. Nothing happens
 * where the row has no room left for a lot.
 */
export function fillOrder(
  book: Book,
  order: PaperOrder,
  price: Price,
  reason: string,
  turn: Turn,
): Bracket | null {
  const closing = Math.min(order.remaining, closable(book, order.side))
  const wanted = mayOpen(order, turn) ? order.remaining : closing
  if (wanted === 0) {
    cancelOrder(book, order, order.role === 'entry' ? SHORT : 'nothing is left to close', turn.out)
    return null
  }
  const quantity = wanted <= turn.room ? wanted : floorTo(turn.room, turn.instrument.lot)
  if (quantity === 0 || (order.timeInForce === 'fok' && quantity < order.remaining)) return null
  turn.room -= quantity
  order.filled += quantity
  order.remaining -= quantity
  advance(order, order.remaining === 0 ? 'fill' : 'fill_part')
  book.position += order.side === 'buy' ? quantity : -quantity
  announce(order, price, quantity, reason, turn)
  if (order.remaining === 0) forgetOrder(book, order)
  else if (quantity === wanted) cancelOrder(book, order, 'the rest would exceed the position', turn.out)
  endGroup(book, order, turn)
  settleBrackets(book, order, quantity, turn)
  const opened = quantity - Math.min(quantity, closing)
  return order.protection === null || opened === 0
    ? null
    : growBracket(book, order, order.protection, opened, turn)
}

/** As the gate sees it: an instrument is sold short where it says that it may be. */
export function mayOpen({ role, side }: PaperOrder, { instrument }: Turn): boolean {
  return role === 'entry' && (side === 'buy' || instrument.shortable === true)
}

export const SHORT = 'the instrument may not be sold short'
export const GROUP_FILLED = 'another order of its group has filled'

function announce(order: PaperOrder, touched: Price, quantity: Quantity, reason: string, turn: Turn): void {
  const { adverse, config, instrument, out } = turn
  const price = worsen(touched, order, adverse, instrument.tick)
  const liquidity = touched === order.limit && rested(order, turn) ? 'maker' : 'taker'
  const fill: { -readonly [Key in keyof Fill]: Fill[Key] } = {
    orderId: order.orderId,
    role: order.role,
    symbol: order.symbol,
    side: order.side,
    quantity: formatQuantity(quantity),
    price: formatPrice(price),
    fee: formatCash(feeOf(config, instrument, price, quantity, liquidity)),
    remaining: formatQuantity(order.remaining),
    liquidity,
    reason,
  }
  if (order.parent !== '') fill.parent = order.parent
  out.push({ type: 'order/filled', payload: fill })
}

/** What fills as it arrives takes what is on offer, even at its very limit. */
function rested({ arrival, timeInForce, type }: PaperOrder, { time }: Turn): boolean {
  return type === 'limit' && arrival < time && timeInForce !== 'ioc' && timeInForce !== 'fok'
}

/** The first order of a group that fills, even in part, ends the others. */
function endGroup(book: Book, order: PaperOrder, { out }: Turn): void {
  if (order.group === '') return
  for (const other of book.orders.slice())
    if (other !== order && isSameGroup(order, other)) cancelOrder(book, other, GROUP_FILLED, out)
}

/** Of one book, so of one symbol. */
export function isSameGroup(one: PaperOrder, other: PaperOrder): boolean {
  return one.group !== '' && one.group === other.group && one.strategy === other.strategy
}
