/**
 * The paper broker: works orders against the same market rows that the agents see, as a reducer inside the
 * cycle.
 *
 * Core hands it `order/submitted` after redeeming the permit, and every market row before anybody else sees
 * it, so an order decided on a bar can meet the next bar at the earliest. It fills whole orders at one
 * price: there is no queue position, impact or borrow cost. `day` orders live on like `gtc`.
 */

import type {
  ArkEvent,
  Bar,
  BrokerView,
  Draft,
  EventPayloads,
  Plugin,
  Quote,
  Trade,
  World,
} from '#core/contract.ts'
import { NOTHING, parsePrice } from '#core/math.ts'
import { type BrokerConfig, brokerConfig } from './config.ts'
import { cancelOrder, childrenOf, type Turn } from './fill.ts'
import { parseSubmitted } from './intake.ts'
import { expireImmediate, type Market, matchBook, matchOrder, toPoint } from './match.ts'
import {
  type Book,
  type BrokerState,
  createState,
  findBook,
  openBook,
  rememberId,
  toWorking,
} from './state.ts'

export default {
  name: 'broker-paper',
  version: '1.0.0',
  contract: 1,
  consumes: [
    'order/submitted',
    'order/cancel_requested',
    'order/amended',
    'mode/changed',
    'market/bar',
    'market/trade',
    'market/quote',
  ],
  emits: ['order/accepted', 'order/filled', 'order/rejected', 'order/cancelled'],
  needs: [],
  config: brokerConfig,
  broker: { simulate: { stateVersion: 1, initial: createState, reduce, view } },
} satisfies Plugin<BrokerState, BrokerConfig>

function reduce(state: BrokerState, event: ArkEvent, config: BrokerConfig, world: World): readonly Draft[] {
  switch (event.type) {
    case 'market/bar':
    case 'market/trade':
    case 'market/quote': {
      const book = findBook(state, event.payload.symbol)
      if (book === undefined || (book.orders.length === 0 && book.brackets.length === 0)) return NOTHING
      return onRow(book, event, { out: [], world, config })
    }
    case 'order/submitted':
      return onSubmitted(state, event.payload, { out: [], world, config })
    case 'order/cancel_requested':
      return onCancelRequested(state, event.payload.orderId, { out: [], world, config })
    case 'order/amended':
      return onAmended(state, event.payload, { out: [], world, config })
    case 'mode/changed':
      return event.payload.mode === 'active'
        ? NOTHING
        : cancelEntries(state, event.payload.mode, { out: [], world, config })
    default:
      return NOTHING
  }
}

function onRow(book: Book, event: ArkEvent, turn: Turn): readonly Draft[] {
  const market = toMarket(event)
  if (market === undefined) expireImmediate(book, turn)
  else matchBook(book, market, turn)
  return turn.out.length === 0 ? NOTHING : turn.out
}

/** Undefined when nothing can have been traded on the row. */
function toMarket(event: ArkEvent): Market | undefined {
  if (event.type === 'market/bar') return barMarket(event.payload)
  if (event.type === 'market/trade') return tradeMarket(event.payload)
  return event.type === 'market/quote' ? quoteMarket(event.payload) : undefined
}

function barMarket(bar: Bar): Market | undefined {
  return bar.volume > 0 ? { buy: bar, sell: bar, where: 'next open' } : undefined
}

function tradeMarket(trade: Trade): Market | undefined {
  if (!(trade.quantity > 0)) return undefined
  const point = toPoint(trade.price)
  return { buy: point, sell: point, where: 'next trade' }
}

function quoteMarket(quote: Quote): Market {
  const buy = toPoint(quote.askSize > 0 ? quote.ask : 0)
  const sell = toPoint(quote.bidSize > 0 ? quote.bid : 0)
  return { buy, sell, where: 'next quote' }
}

function onSubmitted(
  state: BrokerState,
  submitted: EventPayloads['order/submitted'],
  turn: Turn,
): readonly Draft[] {
  const { orderId, order } = submitted
  if (!rememberId(state, orderId))
    return reject(orderId, 'PERMIT_USED', 'an order of this id was submitted before')
  // `__proto__` would not become a key of the books; no market has such a symbol.
  const unknown = order.symbol === '__proto__' || Number.isNaN(turn.world.mark(order.symbol))
  if (unknown) return reject(orderId, 'DATA_INVALID', `no price is known for the symbol ${order.symbol}`)
  const parsed = parseSubmitted(submitted, turn.world.instrument(order.symbol))
  if (typeof parsed === 'string') return reject(orderId, 'DATA_INVALID', parsed)
  const book = openBook(state, order.symbol)
  for (const id of order.cancelFirst ?? []) cancelNamed(book, id, turn)
  book.orders.push(parsed)
  turn.out.push({ type: 'order/accepted', payload: toWorking(parsed) })
  if (turn.config.fill === 'quote') matchOrder(book, parsed, lastMarket(order.symbol, turn.world), turn)
  return turn.out
}

function reject(orderId: string, code: string, reason: string): readonly Draft[] {
  return [{ type: 'order/rejected', payload: { orderId, code, reason } }]
}

/** The far sides of the last quote; where no quote was ever seen, the last price for both sides. */
function lastMarket(symbol: string, world: World): Market {
  const quote = world.quote(symbol)
  if (quote !== undefined) return { buy: toPoint(quote.ask), sell: toPoint(quote.bid), where: 'last quote' }
  const point = toPoint(world.mark(symbol))
  return { buy: point, sell: point, where: 'last price' }
}

/** `cancelFirst` clears the way for an order; it never takes a protective stop away. */
function cancelNamed(book: Book, orderId: string, turn: Turn): void {
  for (const order of ordersOf(book)) {
    if (order.orderId === orderId && order.role !== 'stop')
      cancelOrder(book, order, 'cancelled to make way for another order', turn)
  }
}

/** A cancel of an order that has ended already is no error and changes nothing. */
function onCancelRequested(state: BrokerState, orderId: string, turn: Turn): readonly Draft[] {
  for (const book of Object.values(state.books)) {
    for (const order of ordersOf(book)) {
      if (order.orderId === orderId) cancelOrder(book, order, 'cancel requested', turn)
    }
  }
  return turn.out.length === 0 ? NOTHING : turn.out
}

/** Core judged the new stop; one off the tick grid, or of an order that has ended, changes nothing. */
function onAmended(
  state: BrokerState,
  amended: EventPayloads['order/amended'],
  turn: Turn,
): readonly Draft[] {
  for (const book of Object.values(state.books)) {
    for (const order of ordersOf(book)) {
      if (order.orderId !== amended.orderId || order.stop === 0 || order.type === 'limit') continue
      const stop = parsePrice(amended.stopPrice)
      if (!(stop > 0) || stop % turn.world.instrument(order.symbol).tick !== 0) continue
      order.stop = stop
      turn.out.push({ type: 'order/accepted', payload: toWorking(order) })
    }
  }
  return turn.out.length === 0 ? NOTHING : turn.out
}

/** Exits, stops and targets keep working: they only take risk away. */
function cancelEntries(state: BrokerState, mode: string, turn: Turn): readonly Draft[] {
  for (const book of Object.values(state.books)) {
    for (const order of book.orders.slice()) {
      if (order.role === 'entry') cancelOrder(book, order, `the mode is ${mode}`, turn)
    }
  }
  return turn.out.length === 0 ? NOTHING : turn.out
}

function view(state: BrokerState): BrokerView {
  const books = Object.entries(state.books)
  return {
    positions: new Map(books.map(([symbol, book]) => [symbol, book.position])),
    working: books.flatMap(([, book]) => ordersOf(book).map(toWorking)),
  }
}

function ordersOf(book: Book) {
  return [...book.orders, ...book.brackets.flatMap(childrenOf)]
}
