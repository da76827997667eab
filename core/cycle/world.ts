/** What an agent may look at: a read-only face of the book, the mode and the event time, the same for all agents. */

import { type Book, equityOf, symbolOf } from '../book/book.ts'
import { unregistered } from '../book/instruments.ts'
import type { WorkingOrder, World } from '../contract.ts'
import type { GateContext } from '../gate/facts.ts'
import { modeOf } from '../gate/mode.ts'
import { formatQuantity } from '../math.ts'

export function createWorld(book: Book, context: GateContext): World {
  return {
    now: () => context.now,
    mode: () => modeOf(context.mode),
    runKind: () => context.runKind,
    instrument: (symbol) => book.index.get(symbol)?.instrument ?? unregistered(symbol),
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
    cash: () => book.state.cash,
    dayStartEquity: () => book.state.dayStartEquity,
    netDeposits: () => book.state.netDeposits,
    realised: () => book.state.realised,
    held: () => book.state.held.map((index) => book.state.symbols[index]?.symbol ?? ''),
    working: (symbol) => workingOf(book, symbol),
  }
}

/** Working orders with what is left of them. */
export function workingOf(book: Book, symbol: string): readonly WorkingOrder[] {
  if (!book.index.has(symbol)) return []
  return symbolOf(book, symbol).open.map(({ order, quantity }) => ({
    ...order,
    quantity: formatQuantity(quantity),
  }))
}
