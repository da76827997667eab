/**
 * What happened in a run, for the report and for people: equity, benchmark, price, trades, denials.
 *
 * It looks at the events and rows that pass and decides nothing; its memory is bounded whatever the length of
 * the run. `see` is called for each event, `look` after each step with the rows that were followed.
 */

import { equityOf } from '#core/book/book.ts'
import type { ArkEvent, Cash, Decision, MarketRows, Price, TimeMs } from '#core/contract.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import { type Benchmark, createBenchmark, followBenchmark, noteFirst, worthOf } from './benchmark.ts'
import { addCandle, type Candle, type Candles, createCandles, readCandles, takes } from './candles.ts'
import { addPoint, type Curve, type CurvePoint, createCurve, readCurve } from './curve.ts'
import { countDropped, type Dropped } from './dropped.ts'
import { createLedger, type Ledger, type RuleTally, readLedger, settleDenied, writeDenial } from './ledger.ts'
import {
  type ClosedTrades,
  countResult,
  createResults,
  createTradeBook,
  followTrades,
  type OpenTrade,
  type Trade,
  type TradeBook,
  type TradeResults,
  toTrade,
} from './trades.ts'

/** One decision that something spoke against. */
export interface Denial {
  readonly time: TimeMs
  readonly decisionId: string
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  /** Mark of the symbol then. */
  readonly price: Price
  /** Rules and limits, those included that wanted an approval or lacked a fact. */
  readonly by: readonly string[]
  /** The order was approved before, and denied at the open that it waited for. */
  readonly atOpen: boolean
  /** It went out all the same: the gate only observed. */
  readonly sent: boolean
}

export interface RunRecord {
  readonly curve: readonly CurvePoint[]
  readonly prices: readonly { readonly symbol: string; readonly candles: readonly Candle[] }[]
  readonly trades: readonly Trade[]
  readonly denials: readonly Denial[]
  /** All there were; the lists above hold the first. */
  readonly counts: { readonly trades: number; readonly denials: number; readonly symbols: number }
  /** Equity at the end of each month, `YYYY-MM`, in order. */
  readonly months: readonly (readonly [month: string, equity: Cash])[]
  readonly rules: readonly RuleTally[]
  readonly closed: ClosedTrades
  /** Advice that came to no order, by reason. */
  readonly dropped: Readonly<Dropped>
  /** What the account's positions are valued at in the end, by symbol. */
  readonly marks: { readonly [symbol: string]: Price }
}

export interface Recorder {
  readonly see: (event: ArkEvent) => void
  readonly look: (rows: MarketRows | undefined) => void
  /** Open trades at their marks. Call once, at the end. */
  readonly finish: () => RunRecord
}

/** Samples of a curve, candles of a price, rows of a table: what a page can show and a person can read. */
export const LIMITS = { points: 2_000, candles: 1_500, symbols: 24, trades: 10_000, denials: 2_000 } as const

interface State {
  readonly kernel: Kernel
  readonly curve: Curve
  readonly benchmark: Benchmark
  readonly candles: Map<string, Candles>
  readonly symbols: Set<string>
  readonly book: TradeBook
  readonly ledger: Ledger
  /** Closed since the last look: their extremes are not known yet. */
  readonly closed: OpenTrade[]
  readonly trades: Trade[]
  readonly denials: Denial[]
  readonly counts: { trades: number; denials: number }
  readonly results: TradeResults
  readonly dropped: Dropped
}

/** `symbols` = how many the market has; the benchmark gives each an equal share. */
export function createRecorder(kernel: Kernel, symbols: number): Recorder {
  const multiplierOf = (symbol: string) => kernel.book.index.get(symbol)?.instrument.multiplier ?? 1
  const state: State = {
    kernel,
    curve: createCurve(LIMITS.points),
    benchmark: createBenchmark(kernel.options.openingCash, symbols),
    candles: new Map(),
    symbols: new Set(),
    book: createTradeBook(multiplierOf, (trade) => state.closed.push(trade)),
    ledger: createLedger(),
    closed: [],
    trades: [],
    denials: [],
    counts: { trades: 0, denials: 0 },
    results: createResults(),
    dropped: {},
  }
  return {
    see: (event) => see(state, event),
    look: (rows) => look(state, rows),
    finish: () => finish(state),
  }
}

function see(state: State, event: ArkEvent): void {
  followTrades(state.book, event)
  countDropped(state.dropped, event)
  switch (event.type) {
    case 'split/applied':
    case 'dividend/paid':
      return followBenchmark(state.benchmark, event)
    case 'decision/denied':
    case 'decision/held':
      return noteDenial(state, event.payload, event.time, false)
    case 'decision/reviewed':
      return event.payload.allowed ? undefined : noteDenial(state, event.payload, event.time, true)
    default:
      return
  }
}

function noteDenial(state: State, decision: Decision, time: TimeMs, atOpen: boolean): void {
  const { deniedBy, unknown, held, limitsDenied, order } = decision
  const by = [...deniedBy, ...unknown, ...held, ...limitsDenied]
  const { observe } = state.kernel.options
  writeDenial(state.ledger, decision.decisionId, by, decision.intent === 'open')
  if (state.counts.denials++ >= LIMITS.denials) return
  const { decisionId } = decision
  const { symbol, side, quantity } = order
  const price = state.kernel.book.index.get(symbol)?.mark ?? 0
  const sent = decision.ungoverned === true || (atOpen && observe === true)
  state.denials.push({ time, decisionId, symbol, side, quantity, price, by, atOpen, sent })
}

/**
 * The broker fills at the rows and the agents decide on them: only afterwards is known which trades they
 * touched.
 */
function look(state: State, rows: MarketRows | undefined): void {
  if (rows !== undefined) readRows(state, rows)
  for (const trade of state.closed.splice(0)) keep(state, toTrade(trade, 0, multiplierOf(state, trade)))
  const time = state.kernel.context.now
  if (time === 0) return
  const benchmark = worthOf(state.benchmark, (symbol) => state.kernel.book.index.get(symbol)?.valued ?? 0)
  addPoint(state.curve, { time, equity: equityOf(state.kernel.book), benchmark })
}

function readRows(state: State, batch: MarketRows): void {
  const { kind } = batch
  let symbol = ''
  let candles: Candles | undefined
  let touched: readonly OpenTrade[] = []
  for (const row of batch.rows) {
    if (row.symbol !== symbol) {
      symbol = row.symbol
      candles = candlesOf(state, symbol, kind)
      touched = touchedBy(state, symbol)
    }
    if ('end' in row) {
      const { end, open, high, low, close } = row
      if (candles !== undefined) addCandle(candles, LIMITS.candles, end, open, high, low, close)
      noteFirst(state.benchmark, symbol, open)
      for (const trade of touched) stretch(trade, end, high, low)
      continue
    }
    const price = 'price' in row ? row.price : row.bid + Math.floor((row.ask - row.bid) / 2)
    if (candles !== undefined) addCandle(candles, LIMITS.candles, row.time, price, price, price, price)
    noteFirst(state.benchmark, symbol, price)
    for (const trade of touched) stretch(trade, row.time, price, price)
  }
}

/** The bar of the entry is left out: whether its extremes came before the fill or after, it does not say. */
function stretch(trade: OpenTrade, time: TimeMs, high: Price, low: Price): void {
  if (time <= trade.entryTime || (trade.open === 0 && trade.exitTime !== null && time > trade.exitTime))
    return
  if (high > trade.high) trade.high = high
  if (low < trade.low) trade.low = low
}

const NONE: readonly never[] = []

function touchedBy(state: State, symbol: string): readonly OpenTrade[] {
  const open = state.book.open.get(symbol) ?? NONE
  if (state.closed.length === 0) return open
  return [...open, ...state.closed.filter((trade) => trade.symbol === symbol)]
}

function candlesOf(
  { candles, symbols }: State,
  symbol: string,
  kind: MarketRows['kind'],
): Candles | undefined {
  symbols.add(symbol)
  const known = candles.get(symbol)
  if (known !== undefined) return takes(known, kind) ? known : undefined
  if (candles.size >= LIMITS.symbols) return undefined
  const fresh = createCandles(kind)
  candles.set(symbol, fresh)
  return fresh
}

function keep(state: State, trade: Trade): void {
  settleDenied(state.ledger, trade)
  if (trade.exitTime !== null) countResult(state.results, trade.pnl)
  if (state.counts.trades++ < LIMITS.trades) state.trades.push(trade)
}

function multiplierOf({ book }: State, { symbol }: OpenTrade): number {
  return book.multiplierOf(symbol)
}

function finish(state: State): RunRecord {
  const { kernel, counts, candles, symbols, trades, denials } = state
  const marks: { [symbol: string]: Price } = {}
  for (const [symbol, open] of state.book.open) {
    if (open.length === 0) continue
    const mark = kernel.book.index.get(symbol)?.valued ?? 0
    marks[symbol] = mark
    for (const trade of open) keep(state, toTrade(trade, mark, multiplierOf(state, trade)))
  }
  return {
    curve: readCurve(state.curve),
    prices: [...candles].map(([symbol, found]) => ({ symbol, candles: readCandles(found, LIMITS.candles) })),
    trades: trades.sort((a, b) => a.entryTime - b.entryTime),
    denials,
    counts: { ...counts, symbols: symbols.size },
    months: monthsOf(kernel),
    rules: readLedger(state.ledger),
    closed: state.results,
    dropped: state.dropped,
    marks,
  }
}

function monthsOf({ state, book, context }: Kernel): RunRecord['months'] {
  const months = new Map<string, Cash>()
  const days: readonly (readonly [TimeMs, Cash])[] = [
    ...state.performance.days,
    [context.now, equityOf(book)],
  ]
  for (const [time, equity] of days) months.set(new Date(time).toISOString().slice(0, 7), equity)
  return [...months]
}
