/**
 * Market rows as one journal entry: columns of integers, so that 1,000 bars cost one seq, one leaf and 40
 * bytes a row.
 *
 * `unit` is the power of ten that every price of the chunk is a multiple of (in 1e-8), taken out so that the
 * numbers stay short.
 */

import type { Bar, MarketChunk, MarketRows, Price, Quote, Trade } from '../contract.ts'
import { ArkError } from '../errors.ts'

type Row = Bar | Trade | Quote

export function toChunk(feed: string, rows: MarketRows): MarketChunk {
  const symbols: string[] = []
  const symbol = symbolColumn(rows.rows, symbols)
  if (rows.kind === 'bars') {
    const { rows: bars, resolution } = rows
    const unit = unitOf(
      bars,
      (bar, test) => test(bar.close) && test(bar.open) && test(bar.high) && test(bar.low),
    )
    return {
      close: bars.map((bar) => bar.close / unit),
      feed,
      high: bars.map((bar) => bar.high / unit),
      kind: 'bars',
      low: bars.map((bar) => bar.low / unit),
      open: bars.map((bar) => bar.open / unit),
      resolution,
      symbol,
      symbols,
      time: bars.map((bar) => bar.end),
      unit,
      volume: bars.map((bar) => bar.volume),
    }
  }
  if (rows.kind === 'trades') {
    const { rows: trades } = rows
    const unit = unitOf(trades, (trade, test) => test(trade.price))
    return {
      feed,
      kind: 'trades',
      price: trades.map((trade) => trade.price / unit),
      quantity: trades.map((trade) => trade.quantity),
      symbol,
      symbols,
      time: trades.map((trade) => trade.time),
      unit,
    }
  }
  const { rows: quotes } = rows
  const unit = unitOf(quotes, (quote, test) => test(quote.bid) && test(quote.ask))
  return {
    ask: quotes.map((quote) => quote.ask / unit),
    askSize: quotes.map((quote) => quote.askSize),
    bid: quotes.map((quote) => quote.bid / unit),
    bidSize: quotes.map((quote) => quote.bidSize),
    feed,
    kind: 'quotes',
    symbol,
    symbols,
    time: quotes.map((quote) => quote.time),
    unit,
  }
}

export function fromChunk(chunk: MarketChunk): MarketRows {
  const { unit, symbols } = chunk
  const name = (row: number) => symbols[chunk.symbol[row] ?? -1] ?? ''
  const count = chunk.time.length
  if (chunk.kind === 'bars') {
    const rows: Bar[] = new Array(count)
    const { resolution } = chunk
    for (let row = 0; row < count; row++) {
      rows[row] = {
        symbol: name(row),
        end: at(chunk.time, row),
        open: at(chunk.open, row) * unit,
        high: at(chunk.high, row) * unit,
        low: at(chunk.low, row) * unit,
        close: at(chunk.close, row) * unit,
        volume: at(chunk.volume, row),
        resolution,
      }
    }
    return { kind: 'bars', resolution, rows }
  }
  if (chunk.kind === 'trades') {
    const rows = chunk.time.map((time, row): Trade => {
      return {
        symbol: name(row),
        time,
        price: at(chunk.price, row) * unit,
        quantity: at(chunk.quantity, row),
      }
    })
    return { kind: 'trades', rows }
  }
  const rows = chunk.time.map((time, row): Quote => {
    return {
      symbol: name(row),
      time,
      bid: at(chunk.bid, row) * unit,
      bidSize: at(chunk.bidSize, row),
      ask: at(chunk.ask, row) * unit,
      askSize: at(chunk.askSize, row),
    }
  })
  return { kind: 'quotes', rows }
}

function symbolColumn(rows: readonly Row[], symbols: string[]): number[] {
  const index = new Map<string, number>()
  return rows.map(({ symbol }) => {
    const known = index.get(symbol)
    if (known !== undefined) return known
    symbols.push(symbol)
    index.set(symbol, symbols.length - 1)
    return symbols.length - 1
  })
}

/** Most prices are whole cents (1e6 of 1e-8); the next sizes down are tried in turn. */
function unitOf<R>(rows: readonly R[], holds: (row: R, test: (price: Price) => boolean) => boolean): number {
  for (const unit of [1_000_000, 10_000, 100]) {
    const test = (price: Price) => Number.isInteger(price / unit)
    if (rows.every((row) => holds(row, test))) return unit
  }
  return 1
}

function at(column: readonly number[], row: number): number {
  const value = column[row]
  if (value === undefined)
    throw new ArkError('JOURNAL_CORRUPT', `row ${row}`, 'A column of a market chunk is too short.')
  return value
}
