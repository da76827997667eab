/**
 * What a denied order would have needed: own orders to cancel first, or other terms. Found by asking the gate
 * itself, as often as it takes; nothing is decided by it.
 */

import type { OpenOrder } from '../book/book.ts'
import type { Instrument, Order } from '../contract.ts'
import { deniesByRule, type Gate } from './gate.ts'
import { type Answer, findNearest, toOrderChange } from './nearest.ts'
import { parseOrder } from './parse-order.ts'

const NO_MARKET_MANIPULATION = 2
/** Each working order costs one judgement more. */
const ORDERS_MAX = 64

/** Judges into the gate's columns; 0 = nothing stands in the way. */
export type Ask = (order: Order) => number

/**
 * Own orders in whose way it stands: each one that, with all others cancelled, is still denied for; where no
 * single one is, all that it takes together. `open` are the symbol's working orders.
 */
export function conflictsOf(
  gate: Gate,
  open: readonly OpenOrder[],
  order: Order,
  ask: Ask,
): readonly string[] {
  const working = open.map(({ orderId }) => orderId)
  const denies = (cancelFirst: readonly string[]): boolean => {
    ask({ ...order, cancelFirst })
    return deniesByRule(gate.outcome, NO_MARKET_MANIPULATION)
  }
  if (working.length === 0 || working.length > ORDERS_MAX || !denies(listOf(order.cancelFirst))) return []
  if (denies(working)) return []
  const single = working.filter((id) => denies(working.filter((other) => other !== id)))
  if (single.length > 0) return single
  let needed: readonly string[] = working
  for (const id of working) {
    const fewer = needed.filter((other) => other !== id)
    if (!denies(fewer)) needed = fewer
  }
  return needed
}

/** The nearest order that the whole gate allows, limits beside the rules with it. */
export function nearestAllowed(
  gate: Gate,
  { lot, tick }: Instrument,
  order: Order,
  conflicts: readonly string[],
  ask: Ask,
): Answer {
  ask(order)
  const { entryPrice, referencePrice } = gate.orderFacts
  return findNearest({
    parsed: parseOrder(order),
    tick,
    lot,
    entry: entryPrice,
    reference: referencePrice,
    conflicts,
    passes: (change) => ask({ ...order, ...toOrderChange(change) }) === 0,
  })
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : []
}
