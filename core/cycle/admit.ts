/**
 * The door for market rows: a body is taken whole or refused whole, with the place of the first bad row.
 *
 * Called by the kernel before anything is journaled. Remembers the newest time of each source, kind and
 * symbol, so that duplicates and rows from the past are refused; that memory is part of the kernel's state.
 */

import { SYMBOL } from '../book/instruments.ts'
import type { MarketRows, Quote, TimeMs, Trade } from '../contract.ts'
import { ArkError } from '../errors.ts'
import { resolutionMs } from '../time.ts'

export interface Admission {
  /** `source kind` → symbol → newest event time. */
  readonly newest: { [sourceAndKind: string]: { [symbol: string]: TimeMs } }
  /** Rows taken so far, by source. */
  readonly rows: { [source: string]: number }
  /** Every symbol taken so far, from whatever source, and their number. */
  readonly symbols: { [symbol: string]: 1 }
  symbolCount: number
}

export const ROWS_MAX = 1_000
/** What a feed names stays in memory and in every snapshot. */
export const SYMBOLS_MAX = 10_000
export const SOURCES_MAX = 64
/** How far a clock of a feed may run ahead of ours: a row from tomorrow would roll the trading day. */
const AHEAD_MAX_MS = 5_000
/** 10 million a unit: above any quoted price, and far below where sums leave 2^53. */
const PRICE_MAX = 10_000_000 * 100_000_000
const TIME_MAX = 253_402_300_799_999
const KINDS: readonly string[] = ['bars', 'trades', 'quotes']
const SOURCE = /^[a-z0-9][a-z0-9._-]{0,31}$/

export function createAdmission(): Admission {
  return { newest: {}, rows: {}, symbols: {}, symbolCount: 0 }
}

/**
 * Throws DATA_INVALID or DATA_BACKWARDS with the row's place; remembers nothing of a body that it refuses.
 * `now` is the time of a live run; history knows none.
 */
export function admit(admission: Admission, source: string, rows: MarketRows, now?: TimeMs): void {
  if (!SOURCE.test(source)) throw refuse('source', 'is not a lower-case name of 1 to 32 characters')
  if (!KINDS.includes(rows.kind)) throw refuse('kind', 'is not bars, trades or quotes')
  // Own keys only: a source may be called `constructor`.
  const listed = Object.hasOwn(admission.rows, source)
  if (!listed && Object.keys(admission.rows).length >= SOURCES_MAX)
    throw refuse('source', `is one more than the ${SOURCES_MAX} that a run takes`)
  const count = rows.rows.length
  if (count === 0 || count > ROWS_MAX)
    throw refuse(rows.kind, `holds ${count} rows; 1 to ${ROWS_MAX} are taken`)
  const key = `${source} ${rows.kind}`
  const known = admission.newest[key] ?? {}
  const seen = new Map<string, TimeMs>()
  for (let row = 0; row < count; row++) {
    const given = rows.rows[row]
    // Whoever follows a row takes its time from its `end` when it has one.
    if (typeof given !== 'object' || given === null || 'end' in given !== (rows.kind === 'bars'))
      throw refuse(`${rows.kind}/${row}`, 'is no row')
  }
  if (rows.kind === 'bars') admitBars(rows, known, seen)
  else if (rows.kind === 'trades') admitTrades(rows.rows, known, seen)
  else admitQuotes(rows.rows, known, seen)
  if (now !== undefined) checkAhead(rows, now + AHEAD_MAX_MS)
  for (const symbol of freshSymbols(admission, rows, seen)) {
    admission.symbols[symbol] = 1
    admission.symbolCount++
  }
  for (const [symbol, time] of seen) known[symbol] = time
  admission.newest[key] = known
  admission.rows[source] = (listed ? (admission.rows[source] ?? 0) : 0) + count
}

function checkAhead(rows: MarketRows, latest: TimeMs): void {
  rows.rows.forEach((row, index) => {
    const time = 'end' in row ? row.end : row.time
    if (time > latest) throw refuse(`${rows.kind}/${index}`, 'lies in the future')
  })
}

/** The symbols that no source has named before; refused as a whole when the table would overflow. */
function freshSymbols(
  admission: Admission,
  { kind, rows }: MarketRows,
  seen: ReadonlyMap<string, TimeMs>,
): readonly string[] {
  const fresh: string[] = []
  for (const symbol of seen.keys()) if (!Object.hasOwn(admission.symbols, symbol)) fresh.push(symbol)
  const beyond = fresh[SYMBOLS_MAX - admission.symbolCount]
  if (beyond === undefined) return fresh
  const row = rows.findIndex(({ symbol }) => symbol === beyond)
  throw refuse(`${kind}/${row}/symbol`, `is one more than the ${SYMBOLS_MAX} that a run takes`)
}

type Known = { readonly [symbol: string]: TimeMs }

function admitBars(
  { resolution, rows: bars }: MarketRows & { kind: 'bars' },
  known: Known,
  seen: Map<string, TimeMs>,
): void {
  if (!(resolutionMs(resolution) > 0))
    throw refuse('resolution', 'is no bar length such as 1m, 15m, 4h or 1d')
  for (let row = 0; row < bars.length; row++) {
    const bar = bars[row]
    if (bar === undefined) continue
    checkTime('bars', row, bar.symbol, bar.end, known, seen, true)
    const { open, high, low, close, volume } = bar
    if (!(isPrice(open) && isPrice(high) && isPrice(low) && isPrice(close))) {
      throw refuse(`bars/${row}`, 'has a price that is not positive, not an integer of 1e-8, or absurd')
    }
    if (low > open || low > close || high < open || high < close) {
      throw refuse(`bars/${row}`, 'has an open or close outside low to high')
    }
    if (!isSize(volume)) throw refuse(`bars/${row}/volume`, 'is negative or not an integer of 1e-4')
    // A chunk keeps one resolution: a row of another would come back from the journal as something else.
    if (bar.resolution !== resolution)
      throw refuse(`bars/${row}/resolution`, `is not ${resolution}, as the body says`)
  }
}

function admitTrades(trades: readonly Trade[], known: Known, seen: Map<string, TimeMs>): void {
  for (let row = 0; row < trades.length; row++) {
    const trade = trades[row]
    if (trade === undefined) continue
    checkTime('trades', row, trade.symbol, trade.time, known, seen, false)
    if (!isPrice(trade.price)) throw refuse(`trades/${row}/price`, 'is not a positive price')
    if (!isSize(trade.quantity))
      throw refuse(`trades/${row}/quantity`, 'is negative or not an integer of 1e-8')
  }
}

function admitQuotes(quotes: readonly Quote[], known: Known, seen: Map<string, TimeMs>): void {
  for (let row = 0; row < quotes.length; row++) {
    const quote = quotes[row]
    if (quote === undefined) continue
    checkTime('quotes', row, quote.symbol, quote.time, known, seen, false)
    if (!isPrice(quote.bid) || !isPrice(quote.ask))
      throw refuse(`quotes/${row}`, 'has a bid or ask that is not a positive price')
    if (quote.bid > quote.ask) throw refuse(`quotes/${row}`, 'is crossed: its bid is above its ask')
    if (!isSize(quote.bidSize) || !isSize(quote.askSize)) throw refuse(`quotes/${row}`, 'has a negative size')
  }
}

function checkTime(
  kind: string,
  row: number,
  symbol: string,
  time: TimeMs,
  known: Known,
  seen: Map<string, TimeMs>,
  strict: boolean,
): void {
  const last = seen.get(symbol) ?? (Object.hasOwn(known, symbol) ? known[symbol] : undefined)
  if (last === undefined && (typeof symbol !== 'string' || !SYMBOL.test(symbol))) {
    throw refuse(`${kind}/${row}/symbol`, 'is not 1 to 20 of A-Z 0-9 . _ - beginning with a letter or digit')
  }
  if (!Number.isInteger(time) || time <= 0 || time > TIME_MAX)
    throw refuse(`${kind}/${row}`, 'has no valid time')
  if (last !== undefined && (strict ? time <= last : time < last)) {
    const what = time === last ? 'repeats the time of' : 'is older than'
    throw new ArkError(
      'DATA_BACKWARDS',
      `${kind}/${row}`,
      `The row ${what} the last one of ${symbol} from this source.`,
    )
  }
  seen.set(symbol, time)
}

function isPrice(value: number): boolean {
  return value > 0 && value <= PRICE_MAX && Number.isInteger(value)
}

function isSize(value: number): boolean {
  return value >= 0 && Number.isSafeInteger(value)
}

function refuse(where: string, why: string): ArkError {
  return new ArkError('DATA_INVALID', where, `${where} ${why}.`)
}
