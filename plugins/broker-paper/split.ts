/**
 * A split: position, resting orders and brackets go on in new units at new prices.
 *
 * The position becomes what the account's book makes of it, to the same last fraction; what closes it keeps
 * covering it whole, and what opens more is cut to whole lots. Prices are rounded to the tick against us.
 */

import type { EventPayloads, Price, Quantity, Side } from '#core/contract.ts'
import { floorTo, isRatio, mulDiv, splitPrice } from '#core/math.ts'
import { announceOrder, cancelOrder } from './end.ts'
import { type Book, ordersOf, type PaperOrder } from './state.ts'
import { isLive } from './status.ts'
import type { Turn } from './turn.ts'

type Split = EventPayloads['split/applied']

/** Each order is announced anew by its id; an entry of which no lot is left is cancelled. */
export function splitBook(book: Book, split: Split, turn: Turn): void {
  const { denominator, numerator } = split
  if (!isRatio(split) || numerator === denominator) return
  const toQuantity = (quantity: Quantity) => mulDiv(quantity, numerator, denominator)
  book.position = toQuantity(book.position)
  for (const bracket of book.brackets) {
    bracket.open = toQuantity(bracket.open)
    bracket.opened = toQuantity(bracket.opened)
    for (const [index, allotted] of bracket.allotted.entries()) bracket.allotted[index] = toQuantity(allotted)
  }
  for (const order of ordersOf(book)) splitOrder(book, order, split, turn)
  book.brackets = book.brackets.filter(({ open }) => open > 0)
}

function splitOrder(book: Book, order: PaperOrder, split: Split, turn: Turn): void {
  const { denominator, numerator } = split
  const { lot, tick } = turn.instrument
  const toPrice = (side: Side, price: Price) => (price === 0 ? 0 : splitPrice(side, price, split, tick))
  const quantity = mulDiv(order.remaining, numerator, denominator)
  const kept = order.role === 'entry' ? floorTo(quantity, lot) : quantity
  if (kept === 0) return cancelOrder(book, order, 'the split leaves no whole lot of it', turn.out)
  order.filled = mulDiv(order.filled, numerator, denominator)
  order.remaining = kept
  order.limit = toPrice(order.side, order.limit)
  order.stop = toPrice(order.side, order.stop)
  order.trail = toPrice('buy', order.trail)
  if (order.protection !== null) {
    const closing = order.side === 'buy' ? 'sell' : 'buy'
    order.protection.stop = toPrice(closing, order.protection.stop)
    order.protection.trail = toPrice('buy', order.protection.trail)
    for (const target of order.protection.targets) target.price = toPrice(closing, target.price)
  }
  if (isLive(order)) announceOrder(order, turn.out)
}
