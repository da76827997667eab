/**
 * What an agent may look at: a read-only face of the book, the mode and the event time, the same for all
 * agents.
 */

import { type Book, equityOf, symbolOf } from '../book/book.ts'
import { hasSessions, unregistered } from '../book/instruments.ts'
import { sessionCloseOf, sessionOpenOf } from '../book/sessions.ts'
import type { Instrument, Session, WorkingOrder, World } from '../contract.ts'
import { committedBeside } from '../gate/exposure.ts'
import type { GateContext } from '../gate/facts.ts'
import { modeOf } from '../gate/mode.ts'
import { formatQuantity } from '../math.ts'
import { DAY } from '../time.ts'
import type { Slot } from './slots.ts'

export function createWorld(book: Book, context: GateContext, broker: Slot | undefined): World {
  const fee = broker?.plugin.broker?.simulate.fee
  return {
    now: () => context.now,
    mode: () => modeOf(context.mode),
    runKind: () => context.runKind,
    instrument: (symbol) => book.index.get(symbol)?.instrument ?? unregistered(symbol),
    session: (symbol, day) => sessionFor(book.index.get(symbol)?.instrument ?? unregistered(symbol), day),
    mark: (symbol) => {
      const mark = book.index.get(symbol)?.mark ?? 0
      return mark > 0 ? mark : Number.NaN
    },
    quote: (symbol) => {
      const entry = book.index.get(symbol)
      return entry === undefined || entry.quoteTime === 0
        ? undefined
        : { bid: entry.bid, ask: entry.ask, time: entry.quoteTime }
    },
    position: (symbol) => book.index.get(symbol)?.position ?? 0,
    equity: () => equityOf(book),
    fee: (symbol, price, quantity) =>
      fee?.(broker?.config, book.index.get(symbol)?.instrument ?? unregistered(symbol), price, quantity) ?? 0,
    cash: () => book.state.cash,
    committed: (besides) => committedBeside(book, besides),
    dayStartEquity: () => book.state.dayStartEquity,
    netDeposits: () => book.state.netDeposits,
    realised: () => book.state.realised,
    held: () => book.state.held.map((index) => book.state.symbols[index]?.symbol ?? ''),
    working: (symbol) => workingOf(book, symbol),
  }
}

function sessionFor({ kind }: Instrument, day: number): Session | undefined {
  if (!hasSessions(kind)) return { open: day * DAY, close: (day + 1) * DAY }
  const close = sessionCloseOf(day)
  return Number.isFinite(close) ? { open: sessionOpenOf(day), close } : undefined
}

/** Working orders with what is left of them. */
export function workingOf(book: Book, symbol: string): readonly WorkingOrder[] {
  if (!book.index.has(symbol)) return []
  return symbolOf(book, symbol).open.map(({ order, quantity }) => ({
    ...order,
    quantity: formatQuantity(quantity),
  }))
}
