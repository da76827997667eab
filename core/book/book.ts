/**
 * The book: cash, positions, working orders, marks and the account's day, folded from fills and market rows
 * in integers.
 *
 * The kernel calls it for every event, the gate and the agents read it. It promises that the same events give
 * the same book, and that its state is plain JSON (a snapshot is JSON.stringify of it).
 */

import type {
  ArkEvent,
  Cash,
  Decision,
  Fill,
  Instrument,
  Price,
  Quantity,
  TimeMs,
  WorkingOrder,
} from '../contract.ts'
import { notional, parseCash, parsePrice, parseQuantity } from '../math.ts'
import { unregistered } from './instruments.ts'
import { movePosition } from './position.ts'

/** A working order with its amounts as integers. */
export interface OpenOrder {
  readonly orderId: string
  readonly side: 1 | -1
  readonly type: WorkingOrder['type']
  readonly role: WorkingOrder['role']
  readonly strategy: string
  /** Remaining quantity. */
  quantity: Quantity
  /** Limit price, else stop price, else 0 for a market order. */
  readonly price: Price
  /** False while it is only approved: no broker has taken it yet. */
  readonly acknowledged: boolean
  readonly order: WorkingOrder
}

export interface SymbolBook {
  readonly symbol: string
  instrument: Instrument
  position: Quantity
  /** Cash paid for the open quantity, signed like the position. */
  cost: Cash
  mark: Price
  markTime: TimeMs
  /** The mark that positions are valued at: the last one that is plausible or confirmed. */
  valued: Price
  markIsQuote: boolean
  markIsBar: boolean
  /** Feed that the mark came from; empty before the first row. */
  source: string
  /** |last mark − the one before| as an integer of 1e-8 of the earlier one; −1 before the second observation. */
  move: number
  moveIsDaily: boolean
  bid: Price
  ask: Price
  quoteTime: TimeMs
  lastClose: Price
  open: OpenOrder[]
  boughtToday: Quantity
  soldToday: Quantity
  volumeToday: number
  /** The one stream that today's volume is counted from; empty before the first row of the session. */
  volumeSource: string
  volumeStream: string
  /** Volumes of completed sessions, newest last, at most 20. */
  volumes: number[]
}

export interface BookState {
  cash: Cash
  fees: Cash
  realised: Cash
  dayStartEquity: Cash
  netDeposits: Cash
  /** Last instant that belongs to the current account day; −1 before the first event. */
  dayEnd: TimeMs
  dayLossLatched: boolean
  /** Follows the US session once a symbol with sessions is known, else UTC days. */
  usesSessions: boolean
  symbols: SymbolBook[]
  /** Indices into `symbols` with a position. */
  held: number[]
  fills: number
  /** Approved orders that a broker took. */
  orders: number
  turnover: Cash
}

export interface Book {
  state: BookState
  readonly index: Map<string, SymbolBook>
}

/** Refusals of a submission that had no claim to the order's id. */
export function isForgery(code: string): boolean {
  return code === 'PERMIT_ABSENT' || code === 'PERMIT_USED' || code === 'PERMIT_MISMATCH'
}

export function createBook(openingCash: Cash, instruments: readonly Instrument[]): Book {
  const state: BookState = {
    cash: openingCash,
    fees: 0,
    realised: 0,
    dayStartEquity: openingCash,
    netDeposits: 0,
    dayEnd: -1,
    dayLossLatched: false,
    usesSessions: false,
    symbols: [],
    held: [],
    fills: 0,
    orders: 0,
    turnover: 0,
  }
  const book = { state, index: new Map<string, SymbolBook>() }
  // A later entry for a symbol takes the place of an earlier one: configuration goes over what plugins bring.
  for (const instrument of instruments) register(book, instrument)
  return book
}

/** Takes a state that came out of a snapshot. */
export function restoreBook(book: Book, state: BookState): void {
  book.state = state
  book.index.clear()
  for (const entry of state.symbols) {
    Object.freeze(entry.instrument)
    book.index.set(entry.symbol, entry)
  }
}

export function symbolOf(book: Book, symbol: string): SymbolBook {
  return book.index.get(symbol) ?? addSymbol(book, unregistered(symbol))
}

export function register(book: Book, instrument: Instrument): void {
  const known = book.index.get(instrument.symbol)
  if (known === undefined) addSymbol(book, instrument)
  else known.instrument = Object.freeze(instrument)
}

function addSymbol(book: Book, instrument: Instrument): SymbolBook {
  const entry: SymbolBook = {
    symbol: instrument.symbol,
    // Agents are shown it, and the rules are judged on it.
    instrument: Object.freeze(instrument),
    position: 0,
    cost: 0,
    mark: 0,
    markTime: 0,
    valued: 0,
    markIsQuote: false,
    markIsBar: false,
    source: '',
    move: -1,
    moveIsDaily: false,
    bid: 0,
    ask: 0,
    quoteTime: 0,
    lastClose: 0,
    open: [],
    boughtToday: 0,
    soldToday: 0,
    volumeToday: 0,
    volumeSource: '',
    volumeStream: '',
    volumes: [],
  }
  book.state.symbols.push(entry)
  book.index.set(entry.symbol, entry)
  return entry
}

/** Cash + Σ signed quantity · mark. Fees left cash when they were charged. */
export function equityOf(book: Book): Cash {
  let equity = book.state.cash
  for (const index of book.state.held) {
    const entry = book.state.symbols[index]
    if (entry !== undefined) equity += marketValueOf(entry)
  }
  return equity
}

/** Signed market value of the position. */
export function marketValueOf(entry: SymbolBook): Cash {
  const value = notional(entry.valued, entry.position, entry.instrument.multiplier)
  return entry.position < 0 ? -value : value
}

/** Folds one event; market rows go through marks.ts instead. */
export function applyEvent(book: Book, event: ArkEvent): void {
  switch (event.type) {
    case 'decision/approved':
      return reserve(book, event.payload)
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
