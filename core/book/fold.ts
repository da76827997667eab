/**
 * Events into the book: approvals reserve, brokers accept and fill, refusals and cancels remove, people move
 * cash and splits move units.
 *
 * Called by the kernel once an event, in seq order. The same events give the same book.
 */

import type { ArkEvent, Cash, Decision, EventPayloads, Fill, WorkingOrder } from '../contract.ts'
import { notional, parseCash, parsePrice, parseQuantity } from '../math.ts'
import { type Book, type OpenOrder, type SymbolBook, symbolOf } from './book.ts'
import { movePosition, splitPosition } from './position.ts'

/** Refusals of a submission that had no claim to the order's id. */
export function isForgery(code: string): boolean {
  return code === 'PERMIT_ABSENT' || code === 'PERMIT_USED' || code === 'PERMIT_MISMATCH'
}

/** The working order of that id, and the symbol it stands under. */
export function findOrder(book: Book, orderId: string): { entry: SymbolBook; open: OpenOrder } | undefined {
  for (const entry of book.state.symbols)
    for (const open of entry.open) if (open.orderId === orderId) return { entry, open }
  return undefined
}

/** Folds one event; market rows go through marks.ts instead. */
export function applyEvent(book: Book, event: ArkEvent): void {
  switch (event.type) {
    case 'cash/moved':
      return moveCash(book, parseCash(event.payload.amount))
    case 'split/applied':
      return splitPosition(symbolOf(book, event.payload.symbol), event.payload)
    case 'position/uncovered':
    case 'position/covered':
      symbolOf(book, event.payload.symbol).uncoveredTold = event.type === 'position/uncovered'
      return
    case 'dividend/paid':
      return payDividend(book, event.payload)
    case 'decision/approved':
      return reserve(book, event.payload)
    case 'decision/denied':
    case 'decision/held':
      return event.payload.ungoverned === true ? reserve(book, event.payload) : undefined
    case 'order/accepted':
      return accept(book, event.payload, true)
    case 'order/filled':
      return fill(book, event.payload)
    case 'order/rejected':
      // A forged submission under a genuine id must not take the genuine order off the book.
      if (isForgery(event.payload.code)) return
      return remove(book, event.payload.orderId)
    case 'order/cancelled':
      return remove(book, event.payload.orderId)
    case 'order/throttled':
    case 'permit/lapsed':
      // Neither can take back what a broker is working already.
      return remove(book, event.payload.orderId, false)
    default:
      return
  }
}

/** A deposit is no gain: the day's loss and every span of losses are reckoned without it. */
function moveCash(book: Book, amount: Cash): void {
  if (!Number.isSafeInteger(amount)) return
  book.state.cash += amount
  book.state.netDeposits += amount
  book.state.deposited += amount
}

/** Income and no deposit; whoever is short pays it. */
function payDividend(book: Book, { symbol, amount }: EventPayloads['dividend/paid']): void {
  const entry = symbolOf(book, symbol)
  const perUnit = parsePrice(amount)
  if (!(perUnit > 0) || entry.position === 0) return
  const paid = notional(perUnit, entry.position, entry.instrument.multiplier)
  const signed = entry.position > 0 ? paid : -paid
  book.state.cash += signed
  book.state.dividends += signed
}

/** An approved order counts as working from the moment of its approval, before any broker has heard of it. */
function reserve(book: Book, decision: Decision): void {
  const { order } = decision
  const working: WorkingOrder = {
    orderId: decision.decisionId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    quantity: order.quantity,
    role: decision.intent === 'open' ? 'entry' : 'exit',
    strategy: order.strategy ?? 'manual',
    ...(order.limitPrice === undefined ? {} : { limitPrice: order.limitPrice }),
    ...(order.stopPrice === undefined ? {} : { stopPrice: order.stopPrice }),
    ...(order.trail === undefined ? {} : { trail: order.trail }),
    ...(order.timeInForce === undefined ? {} : { timeInForce: order.timeInForce }),
    ...(order.group === undefined ? {} : { group: order.group }),
  }
  accept(book, working, false)
}

/** Also an amendment: the same id again replaces what was known. */
function accept(book: Book, order: WorkingOrder, acknowledged: boolean): void {
  const entry = symbolOf(book, order.symbol)
  const price = order.limitPrice ?? order.stopPrice
  const open: OpenOrder = {
    orderId: order.orderId,
    side: order.side === 'buy' ? 1 : -1,
    type: order.type,
    role: order.role,
    strategy: order.strategy,
    quantity: parseQuantity(order.quantity),
    price: price === undefined ? 0 : parsePrice(price),
    acknowledged,
    order,
  }
  const at = entry.open.findIndex((known) => known.orderId === order.orderId)
  if (acknowledged && entry.open[at]?.acknowledged === false) book.state.orders++
  if (at >= 0) entry.open[at] = open
  else entry.open.push(open)
}

function remove(book: Book, orderId: string, acknowledged = true): void {
  for (const entry of book.state.symbols) {
    if (entry.open.length === 0) continue
    const at = entry.open.findIndex((known) => known.orderId === orderId)
    if (at >= 0) {
      if (acknowledged || entry.open[at]?.acknowledged === false) entry.open.splice(at, 1)
      return
    }
  }
}

function fill(book: Book, fill: Fill): void {
  const { state } = book
  const entry = symbolOf(book, fill.symbol)
  const size = parseQuantity(fill.quantity)
  const price = parsePrice(fill.price)
  const fee = parseCash(fill.fee)
  const value = notional(price, size, entry.instrument.multiplier)
  const signed = fill.side === 'buy' ? size : -size
  state.cash += (fill.side === 'buy' ? -value : value) - fee
  state.fees += fee
  state.turnover += value
  state.fills++
  if (fill.side === 'buy') entry.boughtToday += size
  else entry.soldToday += size
  movePosition(book, entry, signed, value)
  const remaining = parseQuantity(fill.remaining)
  const open = entry.open.find((known) => known.orderId === fill.orderId)
  if (open !== undefined) open.quantity = remaining
  if (remaining === 0) remove(book, fill.orderId)
}
