/** Turns a submitted order into one the broker can work, or says in words why it cannot. */

import type { Decimal, EventPayloads, Instrument, Order, Price } from '#core/contract.ts'
import { parseDecimal, parsePrice, parseQuantity, QUANTITY_SCALE } from '#core/math.ts'
import type { PaperOrder, Protection } from './state.ts'

/**
 * A text result is the reason for a refusal. Amounts must be positive and fit the instrument's tick and
 * lot, as at a real venue.
 */
export function parseSubmitted(
  submitted: EventPayloads['order/submitted'],
  instrument: Instrument,
): PaperOrder | string {
  const { order } = submitted
  const quantity = parseQuantity(order.quantity)
  if (!(quantity > 0) || quantity % instrument.lot !== 0)
    return `quantity ${order.quantity} is not a positive multiple of the lot`
  const limit = priceOf(order.limitPrice, instrument)
  const stop = priceOf(order.stopPrice, instrument)
  if (Number.isNaN(limit) || Number.isNaN(stop))
    return 'a price of the order is not a positive multiple of the tick'
  const wantsLimit = order.type === 'limit' || order.type === 'stop_limit'
  const wantsStop = order.type === 'stop' || order.type === 'stop_limit'
  if (!wantsLimit && !wantsStop && order.type !== 'market')
    return `the order type ${String(order.type)} is not known`
  if (order.side !== 'buy' && order.side !== 'sell') return `the side ${String(order.side)} is not known`
  if (wantsLimit !== limit > 0 || wantsStop !== stop > 0)
    return `a ${order.type} order with the wrong prices for its type`
  const closes = submitted.intent === 'exit' || order.reduceOnly === true
  const protection = closes ? null : parseProtection(order, instrument)
  if (typeof protection === 'string') return protection
  return {
    orderId: submitted.orderId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    // A stop that closes protects what is held, whoever asked for it.
    role: closes ? (order.type === 'stop' ? 'stop' : 'exit') : 'entry',
    timeInForce: order.timeInForce ?? 'gtc',
    limit,
    stop,
    strategy: order.strategy ?? '',
    parent: '',
    remaining: quantity,
    protection,
  }
}

function parseProtection(order: Order, instrument: Instrument): Protection | null | string {
  const stop = priceOf(order.stopLoss?.price, instrument)
  if (Number.isNaN(stop)) return 'the protective stop is not a positive multiple of the tick'
  let total = 0
  const targets: { price: Price; portion: number }[] = []
  for (const target of order.targets ?? []) {
    const price = priceOf(target.price, instrument)
    const portion = parseDecimal(target.portion, 8)
    if (!(price > 0)) return 'a target is not a positive multiple of the tick'
    if (!(portion > 0)) return 'the portion of a target is not a positive decimal'
    total += portion
    targets.push({ price, portion })
  }
  if (total > QUANTITY_SCALE) return 'the portions of the targets add up to more than 1'
  return stop === 0 && targets.length === 0 ? null : { stop, targets }
}

/** 0 when absent, NaN when it is no price of this instrument. */
function priceOf(text: Decimal | undefined, instrument: Instrument): Price {
  if (text === undefined) return 0
  const price = parsePrice(text)
  return price > 0 && price % instrument.tick === 0 ? price : Number.NaN
}
