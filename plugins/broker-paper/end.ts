/**
 * How an order leaves its book: cancelled, expired or filled. An order that has ended already is left alone.
 */

import type { Draft } from '#core/contract.ts'
import { formatQuantity } from '#core/math.ts'
import { type Book, type PaperOrder, toWorking } from './state.ts'
import { advance, isLive } from './status.ts'

export function cancelOrder(book: Book, order: PaperOrder, reason: string, out: Draft[]): void {
  end(book, order, 'cancel', reason, out)
}

/** Its time is over: to everybody else it is cancelled. */
export function expireOrder(book: Book, order: PaperOrder, reason: string, out: Draft[]): void {
  end(book, order, 'expire', reason, out)
}

function end(book: Book, order: PaperOrder, step: 'cancel' | 'expire', reason: string, out: Draft[]): void {
  if (!isLive(order)) return
  const remaining = formatQuantity(order.remaining)
  advance(order, step)
  order.remaining = 0
  forgetOrder(book, order)
  out.push({ type: 'order/cancelled', payload: { orderId: order.orderId, remaining, reason } })
}

export function forgetOrder(book: Book, order: PaperOrder): void {
  if (order.parent === '') {
    book.orders = book.orders.filter((other) => other !== order)
    return
  }
  const bracket = book.brackets.find((other) => other.parent === order.parent)
  if (bracket === undefined) return
  if (bracket.stop === order) bracket.stop = null
  else bracket.targets = bracket.targets.filter((other) => other !== order)
}

/** Says an order anew: the same id with what has changed. */
export function announceOrder(order: PaperOrder, out: Draft[]): void {
  out.push({ type: 'order/accepted', payload: toWorking(order) })
}
