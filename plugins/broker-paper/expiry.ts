/**
 * Orders that live for a session: when it begins for them, and when they end with it.
 *
 * What is submitted while a session is open ends with it. What is submitted outside lives in the session that
 * its next row begins.
 */

import type { World } from '#core/contract.ts'
import { expireOrder } from './end.ts'
import type { Row } from './row.ts'
import { sessionOn } from './session.ts'
import type { Book, PaperOrder } from './state.ts'
import type { Turn } from './turn.ts'

const CLOSED = 'the session has closed'

/** Before a row is matched: what it comes too late for has ended. */
export function expireBefore(book: Book, row: Row, turn: Turn): void {
  for (const order of book.orders.slice()) {
    begin(order, row, turn)
    if (order.expires > 0 && row.begin >= order.expires) expireOrder(book, order, CLOSED, turn.out)
  }
}

/** After it was matched: the row that ends with the session is the last one. */
export function expireAfter(book: Book, row: Row, turn: Turn): void {
  for (const order of book.orders.slice())
    if (order.expires > 0 && row.end >= order.expires) expireOrder(book, order, CLOSED, turn.out)
}

/** Rows after the close of their day begin no session; a daily bar is one whole, wherever it is stamped. */
function begin(order: PaperOrder, row: Row, { world }: Turn): void {
  if (order.timeInForce !== 'day' && order.timeInForce !== 'cls') return
  const { close } = sessionOn(world, order.symbol, row.day)
  // What is sent after the close is not for the day that has ended, whatever row of it is still to come.
  if (order.expires === 0 && close <= order.arrival) return
  if (row.daily) order.expires = Math.max(order.expires, row.end)
  else if (order.expires === 0 && row.begin < close) order.expires = close
}

/** The row that an `opg` order waits for: the first one of a session that reaches past its opening. */
export function isOpening(order: PaperOrder, row: Row, world: World): boolean {
  if (row.day < order.opens) return false
  const { open } = sessionOn(world, order.symbol, row.day)
  return row.begin >= open || row.end > open
}

/** The bar that ends with the session; a `cls` order fills at its close. */
export function isClosing(order: PaperOrder, row: Row): boolean {
  return row.kind === 'bar' && row.end === order.expires
}
