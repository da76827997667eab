/**
 * Money and positions of the current run, out of the live book; orders, out of the journal's index. Amounts
 * are decimal texts.
 */

import { equityOf, marketValueOf, type SymbolBook } from '../book/book.ts'
import type { WorkingOrder } from '../contract.ts'
import { modeOf } from '../gate/mode.ts'
import { fromBody } from '../journal/body.ts'
import { formatCash, formatPrice, formatQuantity, mulDiv } from '../math.ts'
import { formatTime } from '../time.ts'
import type { Guard } from './auth.ts'
import { type App, type Door, kernelOf, runOf } from './door.ts'
import { integerOf, limitOf, type Page, pageOf } from './pages.ts'
import { type Span, spanOf } from './runs.ts'

/** price × quantity is this many times finer than cash. */
const PRODUCT_PER_CASH = 10_000_000_000

export function mountAccount(app: App, door: Door, guard: Guard): void {
  app.get('/v1/account', guard.read, (c) => c.json(readAccount(door)))

  app.get('/v1/positions', guard.read, (c) => {
    const held = kernelOf(door).book.state.symbols.filter(({ position }) => position !== 0)
    return c.json(pageOf(c, held.map(toPosition)))
  })

  app.get('/v1/orders', guard.read, async (c) => {
    const before = integerOf(c, 'cursor', 1, Number.MAX_SAFE_INTEGER) ?? Number.MAX_SAFE_INTEGER
    return c.json(await readOrders(door, await spanOf(door, c), before, limitOf(c)))
  })
}

function readAccount(door: Door): object {
  const { book, context, state } = kernelOf(door)
  const { runId, kind } = runOf(door).terms
  const { symbols, cash, realised, fees, dayStartEquity, netDeposits, turnover } = book.state
  const equity = equityOf(book)
  const held = symbols.filter(({ position }) => position !== 0)
  const { approvals, denials } = state.performance
  return {
    runId,
    runKind: kind,
    mode: modeOf(context.mode),
    equity: formatCash(equity),
    cash: formatCash(cash),
    realised: formatCash(realised),
    unrealised: formatCash(held.reduce((sum, entry) => sum + marketValueOf(entry) - entry.cost, 0)),
    fees: formatCash(fees),
    dayStartEquity: formatCash(dayStartEquity),
    dayPnl: formatCash(equity - dayStartEquity - netDeposits),
    turnover: formatCash(turnover),
    positions: held.length,
    workingOrders: symbols.reduce((sum, { open }) => sum + open.length, 0),
    approvals,
    denials,
    time: formatTime(context.now),
    asOfSeq: state.seq,
  }
}

function toPosition(entry: SymbolBook): object {
  const { symbol, instrument, position, cost, mark, markTime, open } = entry
  const units = Math.abs(position) * instrument.multiplier
  const value = marketValueOf(entry)
  return {
    symbol,
    kind: instrument.kind,
    side: position > 0 ? 'long' : 'short',
    quantity: formatQuantity(position),
    averagePrice: formatPrice(mulDiv(Math.abs(cost), PRODUCT_PER_CASH, units)),
    mark: formatPrice(mark),
    markTime: formatTime(markTime),
    value: formatCash(value),
    unrealised: formatCash(value - cost),
    working: open.map(
      ({ order, quantity }): WorkingOrder => ({
        ...order,
        quantity: formatQuantity(quantity),
      }),
    ),
  }
}

/** Newest first. An order is told by the event that it began with and the last one that touched it. */
async function readOrders(door: Door, span: Span, before: number, limit: number): Promise<Page<object>> {
  const rows = await door.reader.query(
    `SELECT o.id, o.status, o.seq, o.last_seq, first.body, last.body FROM orders o
      JOIN journal first ON first.seq = o.seq JOIN journal last ON last.seq = o.last_seq
      WHERE o.seq >= ? AND o.seq < ? ORDER BY o.seq DESC LIMIT ?`,
    [span.first, Math.min(before, span.until), limit],
  )
  const items = rows.map((row) => {
    const [seq, lastSeq] = [Number(row[2]), Number(row[3])]
    const began = fromBody(String(row[4]), seq)
    const last = fromBody(String(row[5]), lastSeq)
    const { type, payload } = began
    return {
      orderId: String(row[0]),
      status: String(row[1]),
      seq,
      time: formatTime(began.time),
      traceId: began.traceId,
      lastSeq,
      lastTime: formatTime(last.time),
      ...(type === 'order/submitted' ? payload.order : type === 'order/accepted' ? payload : {}),
      ...(last.type === 'order/filled' ? { remaining: last.payload.remaining } : {}),
      ...(last.type === 'order/rejected' ? { reason: last.payload.reason } : {}),
    }
  })
  return { items, next: items.length < limit ? null : String(items.at(-1)?.seq) }
}
