/**
 * How working orders count: which of them are stops, and what an order of an OCO group adds to its side.
 *
 * Exposure, liquidity, cover and the test for an exit ask it for every order, so it allocates nothing and
 * costs an order without a group one comparison.
 */

import type { OpenOrder, SymbolBook } from '../book/book.ts'
import type { OrderType, Price, Quantity } from '../contract.ts'
import { parsePrice } from '../math.ts'
import { isProtective } from './order-flow.ts'
import type { ParsedOrder } from './parse-order.ts'

/** Waits for its trigger. A trailing one is judged as it stands: it never goes back. */
export function isStopType(type: OrderType | undefined): boolean {
  return type === 'stop' || type === 'stop_limit' || type === 'trailing_stop'
}

export function isStop({ type, role }: OpenOrder): boolean {
  return role === 'stop' || isStopType(type)
}

/** What it waits for; a stop limit has a limit behind it. */
export function triggerOf({ order, price }: OpenOrder): Price {
  return order.stopPrice === undefined ? price : parsePrice(order.stopPrice)
}

/** Can still change what is at stake; protective legs only take it away. */
export function isExposing(open: OpenOrder): boolean {
  return !isProtective(open)
}

/** All that closes, in the eyes of one more stop: resting stops must not close more than is held either. */
export function isExposingOrStop(open: OpenOrder): boolean {
  return open.role === 'stop' || !isProtective(open)
}

/**
 * What a working order adds to the quantity of its side. Of the orders of one strategy, symbol, side and
 * group only one fills, so the largest of them counts and the others add nothing; beside an order of that
 * group which is being judged, only by what it exceeds it.
 *
 * `counts` says which orders are looked at: legs that it leaves out are no legs here. A bracket is one group
 * as well, under its parent's id: its legs are never held against a group that somebody named the same.
 */
export function countedQuantity(
  entry: SymbolBook,
  open: OpenOrder,
  counts: (open: OpenOrder) => boolean,
  beside?: ParsedOrder,
): Quantity {
  if (!isGrouped(open)) return open.quantity
  let met = false
  for (const other of entry.open) {
    if (other === open) met = true
    else if (isGrouped(other) && isSameGroup(open, other) && counts(other)) {
      // Of equal ones the first counts.
      if (other.quantity > open.quantity || (other.quantity === open.quantity && !met)) return 0
    }
  }
  const joins =
    beside !== undefined &&
    beside.side === open.side &&
    beside.strategy === open.strategy &&
    beside.group === open.order.group
  return joins ? Math.max(0, open.quantity - beside.quantity) : open.quantity
}

function isGrouped({ order }: OpenOrder): boolean {
  return order.group !== undefined && order.group !== '' && order.parent === undefined
}

function isSameGroup(one: OpenOrder, other: OpenOrder): boolean {
  return one.side === other.side && one.strategy === other.strategy && one.order.group === other.order.group
}
