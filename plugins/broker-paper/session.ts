/**
 * Sessions, and the orders that hang on them: when one begins for an order, and when the order ends with it.
 *
 * The calendar is core's; on a day that it does not know the day of UTC is the session, for the rows say that
 * something trades. What is submitted while a session is open ends with it; what is submitted outside lives in
 * the session that its next row begins.
 */

import type { Session, TimeMs, World } from '#core/contract.ts'
import { DAY } from '#core/time.ts'
import { expireOrder } from './end.ts'
import type { Row } from './row.ts'
import type { Book, PaperOrder } from './state.ts'
import type { Turn } from './turn.ts'

const CLOSED = 'the session has closed'

export function sessionOn(world: World, symbol: string, day: number): Session {
  return world.session(symbol, day) ?? { open: day * DAY, close: (day + 1) * DAY }
}

/** The close of the session that is open at an instant; 0 when none is. */
export function endOfSession(world: World, symbol: string, time: TimeMs): TimeMs {
  const session = world.session(symbol, Math.floor(time / DAY))
  return session !== undefined && time >= session.open && time < session.close ? session.close : 0
}

/**
 * Before a row is matched: what it comes too late for has ended. A trade or quote of the closing instant is
 * still in time, and may be read before the bar that ends with it.
 */
export function expireBefore(book: Book, row: Row, turn: Turn): void {
  const first = row.kind === 'bar' ? row.begin : row.begin - 1
  for (const order of book.orders.slice()) {
    begin(order, row, turn)
    if (order.expires > 0 && first >= order.expires) expireOrder(book, order, CLOSED, turn.out)
  }
}

/** After it was matched: the bar that ends with the session is the last one. */
export function expireAfter(book: Book, row: Row, turn: Turn): void {
  if (row.kind !== 'bar') return
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
