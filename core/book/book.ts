/**
 * The book: cash, positions, working orders, marks and the account's day, folded from fills and market rows
 * in integers.
 *
 * The kernel calls it for every event, the gate and the agents read it. It promises that the same events give
 * the same book, and that its state is plain JSON (a snapshot is JSON.stringify of it).
 */

import type { Cash, Instrument, Price, Quantity, Resolution, TimeMs, WorkingOrder } from '../contract.ts'
import { notional, notionalUp } from '../math.ts'
import { unregistered } from './instruments.ts'
import { createWindow, type MarketWindow } from './window.ts'

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
  /**
   * |last mark − the one before| as an integer of 1e-8 of the earlier one; −1 before the second observation.
   */
  move: number
  moveIsDaily: boolean
  /** Length and end of the last bar; empty before the first. */
  bars: Resolution | ''
  barEnd: TimeMs
  bid: Price
  ask: Price
  quoteTime: TimeMs
  readonly window: MarketWindow
  /** Since when the position has had too little stop; 0 = it has enough. */
  uncoveredSince: TimeMs
  /** That it has too little was journaled, and not taken back. */
  uncoveredTold: boolean
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
  /** Received less paid. */
  dividends: Cash
  realised: Cash
  dayStartEquity: Cash
  netDeposits: Cash
  /** Deposits less withdrawals since the run began. */
  deposited: Cash
  /**
   * Event time, equity and deposits so far, an hour apart and a week back: what rolling losses are reckoned
   * from.
   */
  equities: [TimeMs, Cash, Cash][]
  /** From when the next of them is due. */
  equityDue: TimeMs
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

export function createBook(openingCash: Cash, instruments: readonly Instrument[]): Book {
  const state: BookState = {
    cash: openingCash,
    fees: 0,
    dividends: 0,
    realised: 0,
    dayStartEquity: openingCash,
    netDeposits: 0,
    deposited: 0,
    equities: [],
    equityDue: 0,
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
    bars: '',
    barEnd: 0,
    bid: 0,
    ask: 0,
    quoteTime: 0,
    window: createWindow(),
    uncoveredSince: 0,
    uncoveredTold: false,
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

/** Σ |position| · mark · multiplier, rounded up. */
export function grossOf(book: Book): Cash {
  let gross = 0
  for (const index of book.state.held) {
    const entry = book.state.symbols[index]
    if (entry !== undefined) gross += notionalUp(entry.valued, entry.position, entry.instrument.multiplier)
  }
  return gross
}
