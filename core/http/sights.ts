/**
 * Market rows of one symbol out of the journal, oldest first: what afterwards.ts is fed with. One stream
 * only, since the same trades come again as bars of every length and from every source.
 *
 * Reads a bounded stretch of the journal a page at a time, and stops when its reader has seen enough.
 */

import type { Bar, MarketChunk, MarketRows, Quote, TimeMs, Trade } from '../contract.ts'
import { fromBody } from '../journal/body.ts'
import { fromChunk } from '../journal/chunk.ts'
import type { Database } from '../ports.ts'
import { DAY, HOUR, resolutionMs } from '../time.ts'
import type { Sight } from './afterwards.ts'

export interface Stretch {
  readonly symbol: string
  /** Rows after this event time. */
  readonly time: TimeMs
  /** Seqs from `first` to before `until`. */
  readonly first: number
  readonly until: number
}

const PAGE = 5_000
/** Events looked at for one answer; about an hour of a busy box. */
const EVENTS_MAX = 100_000
/** What a day's bar falls short of its name at the least: sessions end early, and the next bar ends late. */
const CLOSED_MS = 4 * HOUR

/** Calls `see` a row until it answers true. Returns the stream's name, or undefined without a row. */
export async function readSights(
  database: Database,
  { symbol, time, first, until }: Stretch,
  see: (sight: Sight) => boolean,
): Promise<{ readonly stream: string | undefined; readonly cut: boolean }> {
  const last = Math.min(until, (await newestSeq(database)) + 1)
  const end = Math.min(last, first + EVENTS_MAX)
  let stream: string | undefined
  for (let from = first; from < end; from += PAGE) {
    const rows = await database.query(
      `SELECT seq, body FROM journal WHERE seq >= ? AND seq < ? AND instr(body, ?) > 0
        AND body ->> 'type' = 'market/chunk' ORDER BY seq`,
      [from, Math.min(from + PAGE, end), JSON.stringify(symbol)],
    )
    for (const row of rows) {
      const event = fromBody(String(row[1]), Number(row[0]))
      if (event.type !== 'market/chunk') continue
      const name = nameOf(event.payload)
      if (stream !== undefined && stream !== name) continue
      for (const sight of sightsOf(fromChunk(event.payload), symbol, time)) {
        stream = name
        if (see(sight)) return { stream, cut: false }
      }
    }
  }
  return { stream, cut: end < last }
}

async function newestSeq(database: Database): Promise<number> {
  const rows = await database.query('SELECT max(seq) FROM journal')
  return Number(rows[0]?.[0] ?? 0)
}

function nameOf(chunk: MarketChunk): string {
  return chunk.kind === 'bars'
    ? `${chunk.resolution} bars of ${chunk.feed}`
    : `${chunk.kind} of ${chunk.feed}`
}

/** The rows of one symbol that end after `time`. */
export function sightsOf(rows: MarketRows, symbol: string, time: TimeMs): readonly Sight[] {
  if (rows.kind === 'bars')
    return rows.rows.filter((bar) => bar.symbol === symbol && bar.end > time).map((bar) => ofBar(bar, time))
  if (rows.kind === 'trades')
    return rows.rows.filter((trade) => trade.symbol === symbol && trade.time > time).map(ofTrade)
  return rows.rows.filter((quote) => quote.symbol === symbol && quote.time > time).map(ofQuote)
}

function ofBar(bar: Bar, time: TimeMs): Sight {
  const { open, high, low, close, end } = bar
  const length = resolutionMs(bar.resolution)
  const whole = end - (length < DAY ? length : length - CLOSED_MS) >= time
  return whole
    ? { time: end, open, high, low, price: close }
    : { time: end, open: close, high: close, low: close, price: close }
}

function ofTrade({ time, price }: Trade): Sight {
  return { time, open: price, high: price, low: price, price }
}

/** The middle, as the reference price is. */
function ofQuote({ time, bid, ask }: Quote): Sight {
  const price = bid + Math.floor((ask - bid) / 2)
  return { time, open: price, high: price, low: price, price }
}
