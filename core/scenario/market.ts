/**
 * Observations of a market as rows: the first ones, that a scenario begins with, and the later ones, that its
 * steps bring.
 */

import { type Book, type SymbolBook, symbolOf } from '../book/book.ts'
import { markRow } from '../book/marks.ts'
import { observe } from '../book/window.ts'
import type { ArkEvent, Draft, MarketRows, Price, TimeMs, Volume } from '../contract.ts'
import { type Kernel, processInput } from '../cycle/kernel.ts'
import { isRegistered } from '../cycle/market-rows.ts'
import { isArkError } from '../errors.ts'
import { mulDiv, PRICE_SCALE, parsePrice, parseVolume } from '../math.ts'
import { MINUTE, SECOND } from '../time.ts'
import { type Said, SILENT } from './answer.ts'
import { toEvent } from './event.ts'
import type { Observation } from './schema.ts'

/** Enough for any quote: a scenario says nothing of sizes. */
const SIZE = 1_000_000_000_000

/** Before it nothing was seen of the symbol, so it is no jump from anything. */
export function observeFirst(book: Book, observation: Observation, clock: TimeMs): void {
  const entry = symbolOf(book, observation.symbol)
  // Straight into the book, since a source that no registry vouches for must be judged, not left aside.
  for (const rows of toRows(observation, clock)) markRows(entry, observation.source, rows)
  entry.move = -1
  entry.valued = entry.mark
  fillWindow(entry, observation, clock)
}

function markRows(entry: SymbolBook, source: string, { kind, rows }: MarketRows): void {
  const type = kind === 'bars' ? 'market/bar' : kind === 'trades' ? 'market/trade' : 'market/quote'
  for (const payload of rows) markRow(entry, { ...toEvent({ type, payload } as Draft), source } as ArkEvent)
}

/** A trade or bar precedes the quote that it is told with. */
export function toRows(observation: Observation, now: TimeMs): readonly MarketRows[] {
  const { symbol, bid, ask, last, isBar } = observation
  const time = now - Math.round(observation.ageSeconds * SECOND)
  const rows: MarketRows[] = []
  const quoted = bid !== undefined && ask !== undefined
  if (last !== undefined) {
    const price = parsePrice(last)
    const at = quoted ? time - 1 : time
    const bar = { symbol, end: at, open: price, high: price, low: price, close: price, volume: 0 }
    if (isBar) rows.push({ kind: 'bars', resolution: '1m', rows: [{ ...bar, resolution: '1m' }] })
    else rows.push({ kind: 'trades', rows: [{ symbol, time: at, price, quantity: 0 }] })
  }
  if (quoted) {
    const quote = { symbol, time, bid: parsePrice(bid), bidSize: SIZE, ask: parsePrice(ask), askSize: SIZE }
    rows.push({ kind: 'quotes', rows: [quote] })
  }
  return rows
}

/**
 * The last minutes as the observation tells them: each stated volume in the minutes that only it covers, and
 * the price that the move began with. Of what it does not tell, nothing happened: no volume, no move.
 */
function fillWindow({ mark, window }: SymbolBook, observation: Observation, now: TimeMs): void {
  const [last60 = 0, last300 = last60, last600 = last300] = volumesOf(observation)
  const before = priceBeforeMove(mark, observation.move300s)
  window.minutes.fill(-1)
  observe(window, now - 7 * MINUTE, before, Math.max(0, last600 - last300))
  observe(window, now - 5 * MINUTE, before, 0)
  observe(window, now - 2 * MINUTE, mark, Math.max(0, last300 - last60))
  observe(window, now, mark, last60)
  // What these few points would make of an ordinary move is no measurement.
  window.moves.length = 0
  if (observation.medianMove300s !== undefined) window.moves.push(parsePrice(observation.medianMove300s))
}

function tellsWindow({ medianMove300s, move300s, ...observation }: Observation): boolean {
  const told = [medianMove300s, move300s, ...volumesOf(observation)]
  return told.some((figure) => figure !== undefined)
}

function volumesOf({
  volume60s,
  volume300s,
  volume600s,
}: Pick<Observation, 'volume60s' | 'volume300s' | 'volume600s'>): readonly (Volume | undefined)[] {
  return [volume60s, volume300s, volume600s].map((volume) =>
    volume === undefined ? undefined : parseVolume(volume),
  )
}

function priceBeforeMove(mark: Price, move: string | undefined): Price {
  const ratio = move === undefined ? 0 : parsePrice(move)
  return mulDiv(mark, PRICE_SCALE, PRICE_SCALE + ratio)
}

/**
 * A later observation, as a feed brings it. One that is older than what is known, or that lies ahead, is
 * refused whole: rule 21 keeps it out, and the market stays as it was.
 */
export function observeAgain(kernel: Kernel, given: Observation | readonly Observation[]): Said {
  const observations = Array.isArray(given) ? (given as readonly Observation[]) : [given as Observation]
  for (const observation of observations) {
    const refused = observeOne(kernel, observation)
    if (refused !== undefined) return { ...SILENT, allowed: false, deniedBy: [KEEPER], refused }
  }
  return SILENT
}

const KEEPER = 'validate_data_sources'

function observeOne(kernel: Kernel, observation: Observation): string | undefined {
  const { source, symbol } = observation
  const { now } = kernel.context
  const entry = symbolOf(kernel.book, symbol)
  for (const rows of toRows(observation, now)) {
    const [row] = rows.rows
    const time = row === undefined ? now : 'end' in row ? row.end : row.time
    if (time < entry.markTime && entry.source === source) return `${symbol}: older than what is known`
    try {
      processInput(kernel, { kind: 'rows', source, rows })
    } catch (error) {
      if (!isArkError(error)) throw error
      return error.message
    }
    // The kernel leaves it aside; here it must be judged.
    if (!isRegistered(kernel, source)) markRows(entry, source, rows)
  }
  if (tellsWindow(observation)) fillWindow(entry, observation, now)
  return undefined
}
