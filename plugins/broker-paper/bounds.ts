/**
 * When a row need not be looked at: the prices and the time between which it touches no order of a book.
 *
 * Reckoned anew whenever the orders of a book may have changed, so that the usual row costs three
 * comparisons.
 */

import { isTriggered } from './reach.ts'
import type { Book, PaperOrder } from './state.ts'

export function setBounds(book: Book): void {
  book.below = -1
  book.above = Number.MAX_SAFE_INTEGER
  book.wake = Number.MAX_SAFE_INTEGER
  for (const order of book.orders) bound(book, order)
  for (const { stop, targets } of book.brackets) {
    if (stop !== null) bound(book, stop)
    for (const target of targets) bound(book, target)
  }
}

function bound(book: Book, order: PaperOrder): void {
  const { limit, side, stop, trail, type } = order
  book.wake = Math.min(book.wake, wakeOf(order))
  if (type === 'limit') {
    if (side === 'buy') book.below = Math.max(book.below, limit)
    else book.above = Math.min(book.above, limit)
  } else if (stop > 0) {
    // One that trails is looked at where it is touched and where it would move.
    if (side === 'sell') {
      book.below = Math.max(book.below, stop)
      if (trail > 0) book.above = Math.min(book.above, stop + trail)
    } else {
      book.above = Math.min(book.above, stop)
      if (trail > 0) book.below = Math.max(book.below, stop - trail)
    }
  }
}

/** 0 for what the next row decides about, whatever its prices. */
function wakeOf(order: PaperOrder): number {
  const { expires, timeInForce, type } = order
  if (type === 'market' || isTriggered(order)) return 0
  if (timeInForce === 'day') return expires
  return timeInForce === 'gtc' ? Number.MAX_SAFE_INTEGER : 0
}
