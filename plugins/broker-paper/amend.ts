/**
 * New terms for an order that works. Core has judged them; the broker takes all of them or none, for the order
 * may have filled, ended or changed its size meanwhile.
 */

import type { Amendment, Draft, Instrument, World } from '#core/contract.ts'
import { parseQuantity } from '#core/math.ts'
import type { BrokerConfig } from './config.ts'
import { eachOrder } from './desk.ts'
import { announceOrder, cancelOrder } from './end.ts'
import { arrivalOf, priceOf } from './intake.ts'
import type { BrokerState, PaperOrder } from './state.ts'

export function amendOrder(
  state: BrokerState,
  amendment: Amendment,
  { latencyMs }: BrokerConfig,
  world: World,
): readonly Draft[] {
  return eachOrder(state, (book, order, out) => {
    if (order.orderId !== amendment.orderId) return
    const terms = termsOf(order, amendment, world.instrument(order.symbol))
    if (terms === undefined) return
    if (terms.remaining <= 0) return cancelOrder(book, order, 'amended to no more than has filled', out)
    // At another price it is met by what comes from now on; a stop is not spared what may be past.
    if (terms.limit !== order.limit) order.arrival = arrivalOf(book, world, latencyMs)
    Object.assign(order, terms)
    announceOrder(order, out)
  })
}

/** Undefined when one of them does not fit the order as it stands. */
function termsOf(
  order: PaperOrder,
  amendment: Amendment,
  instrument: Instrument,
): Pick<PaperOrder, 'limit' | 'stop' | 'trail' | 'remaining'> | undefined {
  const limit = priceOf(amendment.limitPrice, instrument)
  const stop = priceOf(amendment.stopPrice, instrument)
  const trail = priceOf(amendment.trail, instrument)
  if (Number.isNaN(limit + stop + trail)) return undefined
  // What was touched has no stop any more.
  const waits = order.status === 'working'
  if (limit > 0 && order.limit === 0) return undefined
  if (stop > 0 && (order.stop === 0 || !waits)) return undefined
  if (trail > 0 && (order.trail === 0 || !waits)) return undefined
  const remaining = remainingOf(order, amendment, instrument)
  return remaining === undefined
    ? undefined
    : { limit: limit || order.limit, stop: stop || order.stop, trail: trail || order.trail, remaining }
}

/** Of the whole quantity, less what has filled. A bracket sizes its legs itself. */
function remainingOf(
  { filled, parent, remaining }: PaperOrder,
  { quantity }: Amendment,
  { lot }: Instrument,
): number | undefined {
  if (quantity === undefined) return remaining
  const left = parseQuantity(quantity) - filled
  return parent === '' && left <= remaining && (left <= 0 || parseQuantity(quantity) % lot === 0)
    ? left
    : undefined
}
