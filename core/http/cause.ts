/**
 * Events as people are shown them: times as text, and of a market chunk only the row that something followed
 * from.
 */

import type { ArkEvent, MarketChunk } from '../contract.ts'
import { fromChunk } from '../journal/chunk.ts'
import { formatPrice, formatQuantity, formatVolume } from '../math.ts'
import { formatTime } from '../time.ts'

export interface ShownEvent {
  readonly seq: number
  readonly time: string
  readonly type: string
  readonly source: string
  readonly causeSeq: number
  readonly causeRow?: number
  readonly payload: unknown
}

/** `row` counts for a chunk only. */
export function showEvent(event: ArkEvent, row?: number): ShownEvent {
  const { seq, type, source, causeSeq, causeRow } = event
  const shown = { seq, time: formatTime(event.time), type, source, causeSeq }
  if (event.type === 'market/chunk')
    return {
      ...shown,
      payload: { feed: event.payload.feed, row: row ?? 0, ...showRow(event.payload, row ?? 0) },
    }
  return causeRow === undefined
    ? { ...shown, payload: event.payload }
    : { ...shown, causeRow, payload: event.payload }
}

/** One row of a chunk with its kind; empty when there is no such row. */
export function showRow(chunk: MarketChunk, at: number): { readonly [name: string]: string } {
  const rows = fromChunk(chunk)
  if (rows.kind === 'bars') {
    const bar = rows.rows[at]
    if (bar === undefined) return {}
    const { symbol, resolution, open, high, low, close, volume } = bar
    return {
      kind: 'bar',
      symbol,
      end: formatTime(bar.end),
      resolution,
      open: formatPrice(open),
      high: formatPrice(high),
      low: formatPrice(low),
      close: formatPrice(close),
      volume: formatVolume(volume),
    }
  }
  if (rows.kind === 'trades') {
    const trade = rows.rows[at]
    if (trade === undefined) return {}
    const { symbol, time, price, quantity } = trade
    return {
      kind: 'trade',
      symbol,
      time: formatTime(time),
      price: formatPrice(price),
      quantity: formatQuantity(quantity),
    }
  }
  const quote = rows.rows[at]
  if (quote === undefined) return {}
  const { symbol, time, bid, bidSize, ask, askSize } = quote
  return {
    kind: 'quote',
    symbol,
    time: formatTime(time),
    bid: formatPrice(bid),
    bidSize: formatQuantity(bidSize),
    ask: formatPrice(ask),
    askSize: formatQuantity(askSize),
  }
}
