/**
 * A broker's word before it is believed: amounts that cannot be read would poison every sum of the book after
 * them.
 *
 * Called for each draft before it is journaled. It promises that what the book folds are amounts, not that
 * they are true.
 */

import type { Draft, Fill, WorkingOrder } from '../contract.ts'
import { parseCash, parsePrice, parseQuantity } from '../math.ts'

/** Why the draft is none that a book can fold; undefined when it is, and for every other type. */
export function brokerFault(draft: Draft): string | undefined {
  if (draft.type === 'order/filled' && !isWholeFill(draft.payload))
    return 'reported a fill that cannot be read'
  if (draft.type === 'order/accepted' && !isWholeOrder(draft.payload))
    return 'reported an order that cannot be read'
  return undefined
}

function isWholeFill(fill: Fill): boolean {
  return (
    isSide(fill.side) &&
    parseQuantity(text(fill.quantity)) > 0 &&
    parsePrice(text(fill.price)) > 0 &&
    parseQuantity(text(fill.remaining)) >= 0 &&
    Number.isSafeInteger(parseCash(text(fill.fee)))
  )
}

function isWholeOrder(order: WorkingOrder): boolean {
  const { limitPrice, stopPrice } = order
  return (
    isSide(order.side) &&
    parseQuantity(text(order.quantity)) > 0 &&
    (limitPrice === undefined || parsePrice(text(limitPrice)) > 0) &&
    (stopPrice === undefined || parsePrice(text(stopPrice)) > 0)
  )
}

function isSide(side: unknown): boolean {
  return side === 'buy' || side === 'sell'
}

/** What is no text reads as an empty one, which is no amount. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
