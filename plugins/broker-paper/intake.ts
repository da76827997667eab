/** Turns a submitted order into one the broker can work, or says in words why it cannot. */

import type {
  Decimal,
  EventPayloads,
  Instrument,
  Order,
  Price,
  TimeInForce,
  TimeMs,
  World,
} from '#core/contract.ts'
import { parseDecimal, parsePrice, parseQuantity, QUANTITY_SCALE } from '#core/math.ts'
import { DAY } from '#core/time.ts'
import { endOfSession, sessionOn } from './session.ts'
import { type Book, closable, type PaperOrder, type Protection } from './state.ts'

/** Which prices each type has. */
const WANTS: { readonly [type: string]: { limit: boolean; stop: boolean; trail: boolean } | undefined } = {
  market: { limit: false, stop: false, trail: false },
  limit: { limit: true, stop: false, trail: false },
  stop: { limit: false, stop: true, trail: false },
  stop_limit: { limit: true, stop: true, trail: false },
  trailing_stop: { limit: false, stop: true, trail: true },
}
const TIMES: readonly string[] = ['day', 'gtc', 'ioc', 'fok', 'opg', 'cls'] satisfies TimeInForce[]

/**
 * A text result is the reason for a refusal. Amounts must be positive and fit the instrument's tick and
 * lot, as at a real venue; only what closes a position to its end may be a fraction, which a split can leave.
 * `latency` is the milliseconds until the order arrives.
 */
export function parseSubmitted(
  submitted: EventPayloads['order/submitted'],
  world: World,
  book: Book,
  latency: number,
): PaperOrder | string {
  const { order } = submitted
  const instrument = world.instrument(order.symbol)
  const now = world.now()
  const { side, type, timeInForce = 'gtc' } = order
  if (side !== 'buy' && side !== 'sell') return `the side ${String(side)} is not known`
  const wants = Object.hasOwn(WANTS, type) ? WANTS[type] : undefined
  if (wants === undefined) return `the order type ${String(type)} is not known`
  if (!TIMES.includes(timeInForce)) return `the time in force ${String(timeInForce)} is not known`
  const atAuction = timeInForce === 'opg' || timeInForce === 'cls'
  if (atAuction && type !== 'market' && type !== 'limit') return `a ${type} order cannot wait for an auction`
  const closes = submitted.intent === 'exit' || order.reduceOnly === true
  const quantity = parseQuantity(order.quantity)
  const endsPosition = closes && quantity === closable(book, side)
  if (!(quantity > 0) || (quantity % instrument.lot !== 0 && !endsPosition))
    return `quantity ${order.quantity} is not a positive multiple of the lot`
  const limit = priceOf(order.limitPrice, instrument)
  const stop = priceOf(order.stopPrice, instrument)
  const trail = priceOf(order.trail, instrument)
  if (Number.isNaN(limit + stop + trail)) return 'a price of the order is not a positive multiple of the tick'
  if (wants.limit !== limit > 0 || wants.stop !== stop > 0 || wants.trail !== trail > 0)
    return `a ${type} order with the wrong prices for its type`
  const protection = closes ? null : parseProtection(order, instrument)
  if (typeof protection === 'string') return protection
  const daily = timeInForce === 'day' || timeInForce === 'cls'
  return {
    orderId: submitted.orderId,
    symbol: order.symbol,
    side,
    type,
    // A stop that closes protects what is held, whoever asked for it.
    role: closes ? (type === 'stop' || type === 'trailing_stop' ? 'stop' : 'exit') : 'entry',
    timeInForce,
    status: 'received',
    limit,
    stop,
    trail,
    strategy: order.strategy ?? 'manual',
    parent: '',
    group: order.group ?? '',
    filled: 0,
    remaining: quantity,
    arrival: arrivalOf(book, world, latency),
    expires: daily ? endOfSession(world, order.symbol, now) : 0,
    opens: timeInForce === 'opg' ? nextOpening(world, order.symbol, now + latency) : 0,
    protection,
  }
}

/** When an order is sent, in the time of the rows: on paper the clock runs ahead of them. */
export function sentAt({ seen }: Book, world: World): TimeMs {
  return world.runKind() === 'backtest' ? world.now() : seen
}

export function arrivalOf(book: Book, world: World, latency: number): TimeMs {
  return latency === 0 ? sentAt(book, world) : world.now() + latency
}

function nextOpening(world: World, symbol: string, arrival: TimeMs): number {
  const day = Math.floor(arrival / DAY)
  return arrival <= sessionOn(world, symbol, day).open ? day : day + 1
}

function parseProtection(order: Order, instrument: Instrument): Protection | null | string {
  const stop = priceOf(order.stopLoss?.price, instrument)
  const trail = priceOf(order.stopLoss?.trail, instrument)
  if (Number.isNaN(stop + trail)) return 'the protective stop is not a positive multiple of the tick'
  if (!Array.isArray(order.targets ?? [])) return 'the targets are not a list'
  let total = 0
  const targets: { price: Price; portion: number }[] = []
  for (const target of order.targets ?? []) {
    const price = priceOf(target?.price, instrument)
    const portion = parseDecimal(target?.portion ?? '', 8)
    if (!(price > 0)) return 'a target is not a positive multiple of the tick'
    if (!(portion > 0)) return 'the portion of a target is not a positive decimal'
    total += portion
    targets.push({ price, portion })
  }
  if (total > QUANTITY_SCALE) return 'the portions of the targets add up to more than 1'
  return stop === 0 && targets.length === 0 ? null : { stop, trail, targets }
}

/** 0 when absent, NaN when it is no price of this instrument. */
export function priceOf(text: Decimal | undefined, instrument: Instrument): Price {
  if (text === undefined) return 0
  const price = parsePrice(text)
  return price > 0 && price % instrument.tick === 0 ? price : Number.NaN
}
