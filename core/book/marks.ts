/**
 * Market rows into marks: the reference price, its age, the last move, today's volume, and the roll of the
 * account's day.
 *
 * Called by the kernel once a row, before the agents see it. Definitions: the design's "Reference price",
 * "ADV20" and "Day".
 */

import type { ArkEvent, Bar, Price, Quote, TimeMs, Trade } from '../contract.ts'
import { PRICE_SCALE, QUANTITY_SCALE, VOLUME_SCALE } from '../math.ts'
import { DAY, MINUTE, resolutionMs } from '../time.ts'
import { type Book, equityOf, type SymbolBook } from './book.ts'
import { hasSessions } from './instruments.ts'
import { sessionCloseOf, tradingDayOf } from './sessions.ts'
import { observe } from './window.ts'

const SESSIONS_KEPT = 20
const SESSIONS_NEEDED = 5
/** A quote wider than this is no reference by its middle. */
const SPREAD_LIMIT_PERCENT = 2
const QUOTE_FRESH_MS = 15_000
/** Of the price before, in 1e-8: what rule 21 asks a second observation for. */
const WILD_DAILY = 25_000_000
const WILD_MOVE = 10_000_000
const QUANTITY_PER_VOLUME = QUANTITY_SCALE / VOLUME_SCALE

/** A row of any kind; others are left aside. */
export function markRow(entry: SymbolBook, event: ArkEvent): void {
  if (event.type === 'market/bar') markBar(entry, event.source, event.payload)
  else if (event.type === 'market/trade') markTrade(entry, event.source, event.payload)
  else if (event.type === 'market/quote') markQuote(entry, event.source, event.payload)
}

export function markBar(entry: SymbolBook, source: string, bar: Bar): void {
  const { resolution } = bar
  entry.bars = resolution
  entry.barEnd = bar.end
  const counted = countVolume(entry, source, resolution, bar.volume) ? bar.volume : 0
  if (resolutionMs(resolution) <= MINUTE) observe(entry.window, bar.end, bar.close, counted)
  if (isOutdone(entry, bar.end)) return valuePrint(entry, bar.end, bar.close)
  setMark(entry, source, bar.close, bar.end, resolutionMs(resolution) >= DAY)
  entry.markIsQuote = false
  entry.markIsBar = true
}

export function markTrade(entry: SymbolBook, source: string, trade: Trade): void {
  const volume = Math.floor(trade.quantity / QUANTITY_PER_VOLUME)
  observe(entry.window, trade.time, trade.price, countVolume(entry, source, 'trades', volume) ? volume : 0)
  if (isOutdone(entry, trade.time)) return valuePrint(entry, trade.time, trade.price)
  setMark(entry, source, trade.price, trade.time, false)
  entry.markIsQuote = false
  entry.markIsBar = false
}

export function markQuote(entry: SymbolBook, source: string, quote: Quote): void {
  if (quote.time < entry.markTime) return
  entry.bid = quote.bid
  entry.ask = quote.ask
  entry.quoteTime = quote.time
  const spread = quote.ask - quote.bid
  const middle = quote.bid + Math.floor(spread / 2)
  if (spread < 0 || spread * 100 > middle * SPREAD_LIMIT_PERCENT) return
  observe(entry.window, quote.time, middle, 0)
  setMark(entry, source, middle, quote.time, false)
  entry.markIsQuote = true
  entry.markIsBar = false
}

/**
 * Older than the mark, or beside a quote so fresh that it describes the market better than a print or a bar
 * does. A quote too wide to make a mark keeps none alive: that is when the prints tell.
 */
function isOutdone(entry: SymbolBook, time: TimeMs): boolean {
  return time < entry.markTime || (entry.markIsQuote && time - entry.markTime <= QUOTE_FRESH_MS)
}

/** Beside a fresh quote a print is no reference, yet positions are worth what was last paid. */
function valuePrint(entry: SymbolBook, time: TimeMs, price: Price): void {
  const near = Math.abs(price - entry.mark) * PRICE_SCALE <= entry.mark * WILD_MOVE
  if (time >= entry.markTime && near && !isWild(entry)) entry.valued = price
}

/** True while the mark is too far from the one before it to be believed without a second observation. */
export function isWild({ move, moveIsDaily }: SymbolBook): boolean {
  return move > (moveIsDaily ? WILD_DAILY : WILD_MOVE)
}

/** Runs `judge` with the mark that one price of a row makes, and puts the mark before it back. */
export function atPrice<T>(entry: SymbolBook, row: ArkEvent, price: Price, time: TimeMs, judge: () => T): T {
  const { ask, bid, quoteTime, mark, markTime, markIsBar, markIsQuote, move, moveIsDaily, source, valued } =
    entry
  const isBar = row.type === 'market/bar'
  setMark(entry, row.source, price, time, isBar && resolutionMs(row.payload.resolution) >= DAY)
  entry.markIsBar = isBar
  entry.markIsQuote = row.type === 'market/quote'
  if (row.type === 'market/quote') {
    entry.ask = row.payload.ask
    entry.bid = row.payload.bid
    entry.quoteTime = time
  }
  try {
    return judge()
  } finally {
    Object.assign(entry, {
      ask,
      bid,
      quoteTime,
      mark,
      markTime,
      markIsBar,
      markIsQuote,
      move,
      moveIsDaily,
      source,
      valued,
    })
  }
}

/** The source goes with the price that it made: a row that makes no mark vouches for none. */
function setMark(entry: SymbolBook, source: string, price: Price, time: TimeMs, daily: boolean): void {
  const before = entry.mark
  // Divides as a float: a screening ratio, compared with 10 % and 25 %, not money.
  entry.move = before === 0 ? -1 : Math.round((Math.abs(price - before) / before) * PRICE_SCALE)
  entry.moveIsDaily = daily
  entry.mark = price
  entry.markTime = time
  entry.source = source
  // One wild print must not move the account: positions are valued with it when a second one confirms it.
  if (!isWild(entry)) entry.valued = price
}

/**
 * A session's volume is one stream's: the same trades come again as bars of every length and from every
 * source. True when this row's was counted.
 */
function countVolume(entry: SymbolBook, source: string, stream: string, volume: number): boolean {
  if (entry.volumeSource === '') {
    entry.volumeSource = source
    entry.volumeStream = stream
  }
  const counts = entry.volumeSource === source && entry.volumeStream === stream
  if (counts) entry.volumeToday += volume
  return counts
}

/**
 * True when the row at `time` of this symbol starts a new account day; the day's figures are then those of
 * the marks before it.
 */
export function rollDay(book: Book, entry: SymbolBook, time: TimeMs): boolean {
  const { state } = book
  if (!state.usesSessions && hasSessions(entry.instrument.kind)) {
    state.usesSessions = true
    state.dayEnd = -1
  }
  if (time <= state.dayEnd) return false
  const first = state.dayEnd === -1
  state.dayEnd = endOfDay(time, state.usesSessions)
  if (first) return false
  state.dayStartEquity = equityOf(book)
  state.netDeposits = 0
  state.dayLossLatched = false
  for (const symbol of state.symbols) closeSession(symbol)
  return true
}

function endOfDay(time: TimeMs, usesSessions: boolean): TimeMs {
  if (usesSessions) {
    const close = sessionCloseOf(tradingDayOf(time))
    if (Number.isFinite(close)) return close
  }
  return Math.floor(time / DAY) * DAY + DAY - 1
}

function closeSession(entry: SymbolBook): void {
  // A session without a trade counts as much as any other once the symbol is known to trade.
  if (entry.volumeToday > 0 || entry.volumes.length > 0) {
    entry.volumes.push(entry.volumeToday)
    if (entry.volumes.length > SESSIONS_KEPT) entry.volumes.shift()
  }
  entry.volumeToday = 0
  entry.volumeSource = ''
  entry.volumeStream = ''
  entry.boughtToday = 0
  entry.soldToday = 0
}

/** Mean volume of up to 20 completed sessions, at least 5; else the registry's value; else NaN. */
export function averageDailyVolume(entry: SymbolBook): number {
  const count = entry.volumes.length
  if (count < SESSIONS_NEEDED) return entry.instrument.adv20 ?? Number.NaN
  let sum = 0
  for (const volume of entry.volumes) sum += volume
  return Math.floor(sum / count)
}
