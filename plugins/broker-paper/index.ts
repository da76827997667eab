/**
 * The paper broker: works orders against the same market rows that the agents see, as a reducer inside the
 * cycle.
 *
 * Core hands it `order/submitted` after redeeming the permit, and every market row before anybody else sees
 * it, so an order decided on a bar can meet the next bar at the earliest; nor does it meet any row that
 * begins before it was sent. Fills move no market: there is no queue position, impact or borrow cost.
 * match.ts says in which order a row is read.
 */

import type { ArkEvent, Bar, BrokerView, Draft, Plugin, TimeMs, World } from '#core/contract.ts'
import { NOTHING } from '#core/math.ts'
import { resolutionMs } from '#core/time.ts'
import { amendOrder } from './amend.ts'
import { setBounds } from './bounds.ts'
import { type BrokerConfig, brokerConfig } from './config.ts'
import { applySplit, cancelEntries, cancelNamed, haltSymbol, submitOrder } from './desk.ts'
import { feeOf } from './fees.ts'
import { matchRow } from './match.ts'
import { barRow, quoteRow, type Row, tradeRow } from './row.ts'
import { type Book, type BrokerState, createState, openBook, ordersOf, toWorking } from './state.ts'
import { createTurn } from './turn.ts'

export default {
  name: 'broker-paper',
  version: '2.1.0',
  contract: 1,
  consumes: [
    'order/submitted',
    'order/cancel_requested',
    'order/amended',
    'mode/changed',
    'market/bar',
    'market/trade',
    'market/quote',
    'split/applied',
    'symbol/halted',
  ],
  emits: ['order/accepted', 'order/filled', 'order/rejected', 'order/cancelled'],
  needs: [],
  config: brokerConfig,
  broker: {
    simulate: {
      stateVersion: 3,
      initial: createState,
      reduce,
      fee: (config, instrument, price, quantity) => feeOf(config, instrument, price, quantity),
      view,
    },
  },
} satisfies Plugin<BrokerState, BrokerConfig>

function reduce(state: BrokerState, event: ArkEvent, config: BrokerConfig, world: World): readonly Draft[] {
  switch (event.type) {
    case 'market/bar': {
      const bar = event.payload
      const book = openBook(state, bar.symbol)
      noteBar(book, bar)
      if (bar.low > book.below && bar.high < book.above && bar.end < book.wake) return NOTHING
      return onRow(book, barRow(bar, book.before, config, world), config, world)
    }
    case 'market/trade': {
      const { price, symbol, time } = event.payload
      const book = openBook(state, symbol)
      noteRow(book, time)
      if (price > book.below && price < book.above && time < book.wake) return NOTHING
      return onRow(book, tradeRow(event.payload, config), config, world)
    }
    case 'market/quote': {
      const { ask, bid, symbol, time } = event.payload
      const book = openBook(state, symbol)
      const after = beginOfNext(book, time)
      noteRow(book, time)
      if (Math.min(bid, ask) > book.below && Math.max(bid, ask) < book.above && time < book.wake)
        return NOTHING
      return onRow(book, quoteRow(event.payload, after, config), config, world)
    }
    case 'order/submitted':
      return submitOrder(state, event.payload, config, world)
    case 'order/cancel_requested':
      return cancelNamed(state, event.payload.orderId)
    case 'order/amended':
      return amendOrder(state, event.payload, config, world)
    case 'mode/changed':
      return event.payload.mode === 'active' ? NOTHING : cancelEntries(state, event.payload.mode)
    case 'split/applied':
      return applySplit(state, event.payload, config, world)
    case 'symbol/halted':
      return haltSymbol(state, event.payload)
    default:
      return NOTHING
  }
}

function noteRow(book: Book, time: TimeMs): void {
  book.resolution = ''
  if (time > book.seen) book.seen = time
}

/**
 * Bars of a minute and one quote at the end of each are read quote first. Of the first row since a bar, a
 * whole number of bars later, the begin of the bar that it ends with; else −1.
 */
function beginOfNext({ barEnd, bars, seen }: Book, time: TimeMs): TimeMs {
  if (bars === '' || seen !== barEnd || time === barEnd) return -1
  const length = resolutionMs(bars)
  return (time - barEnd) % length === 0 ? time - length : -1
}

function noteBar(book: Book, { end, resolution }: Bar): void {
  book.resolution = resolution
  book.before = book.bars === resolution ? book.barEnd : 0
  book.bars = resolution
  book.barEnd = end
  if (end > book.seen) book.seen = end
}

/** A row that may touch an order of the book. */
function onRow(book: Book, row: Row, config: BrokerConfig, world: World): readonly Draft[] {
  if (book.orders.length === 0 && book.brackets.length === 0) return NOTHING
  const turn = createTurn(config, world, book.symbol, row.end, row)
  matchRow(book, row, turn)
  setBounds(book)
  return turn.out.length === 0 ? NOTHING : turn.out
}

function view(state: BrokerState): BrokerView {
  const books = Object.values(state.books)
  return {
    positions: new Map(books.map(({ position, symbol }) => [symbol, position])),
    working: books.flatMap((book) => ordersOf(book).map(toWorking)),
  }
}
