/**
 * Judges scanned rows and gathers the selected ones into batches.
 *
 * Called by csv.ts for every row. Time must move forward within a symbol and prices must be possible; only
 * then is a row counted, and built when it was asked for.
 */

import type { Bar, MarketRows, Quote, Resolution, TimeMs, Trade } from '#core/contract.ts'
import { DAY, formatDay, formatTime } from '#core/time.ts'
import { STAMP } from './csv-fields.ts'
import { type RowScanner, rowFault } from './csv-row.ts'
import { adjustRow } from './factors.ts'
import { covers, type SessionLookup, touchesSession } from './sessions.ts'
import { watchRow } from './track.ts'

export const BATCH_ROWS = 1_000
/** So many steps back in time are noted; a file with more is not sorted at all. */
export const STEPS_MAX = 512

export interface Batch {
  readonly close: (day: string) => TimeMs
  /** Closes that were looked up, by midnight UTC of the session. */
  readonly closes: Map<TimeMs, TimeMs>
  /** Present when some symbol is selected by its regular session. */
  readonly sessions: SessionLookup | undefined
  /** Selected rows that are built: first ≤ n < end. */
  readonly first: number
  readonly end: number
  resolution: Resolution
  /** Least time between two bars of a symbol, ms; 0 where a day may be an hour short. */
  spacing: number
  /** Length of what a row sums up; a trade or quote is a moment of 1 ms. */
  length: TimeMs
  /** All rows, selected or not. */
  judged: number
  selected: number
  /** Of the last selected row, whatever its symbol. */
  lastTime: TimeMs
  readonly steps: number[]
  bars: Bar[]
  trades: Trade[]
  quotes: Quote[]
  full: MarketRows[]
}

export function createBatch(
  options: { readonly first?: number; readonly end?: number },
  close: (day: string) => TimeMs,
  sessions: SessionLookup | undefined,
): Batch {
  return {
    close,
    closes: new Map(),
    sessions,
    first: options.first ?? 0,
    end: options.end ?? Number.POSITIVE_INFINITY,
    resolution: '1d',
    spacing: 0,
    length: 1,
    judged: 0,
    selected: 0,
    lastTime: Number.NEGATIVE_INFINITY,
    steps: [],
    bars: [],
    trades: [],
    quotes: [],
    full: [],
  }
}

/** Judges the scanned row against its symbol's last one, and keeps it when it is selected. */
export function takeRow(batch: Batch, scanner: RowScanner): void {
  const { registers, symbols, layout } = scanner
  const known = symbols.current
  const time = toEventTime(batch, scanner)
  const isEvent = layout.stamp === 'event'
  const elapsed = time - known.lastTime
  if (isEvent ? elapsed < 0 : elapsed <= 0) {
    const was = `${known.symbol} at ${formatTime(time)} comes after ${formatTime(known.lastTime)}`
    throw rowFault(scanner, `${was}, wanted rows of a symbol in time order, each once.`, 'DATA_BACKWARDS')
  }
  if (elapsed < batch.spacing) {
    throw rowFault(scanner, `the bar overlaps the one before, wanted bars of ${batch.resolution}.`)
  }
  known.lastTime = time
  const fault = findFault(layout.kind, registers)
  if (fault !== '') throw rowFault(scanner, fault)
  batch.judged++
  // A bar that ends at midnight belongs to the day before.
  const moment = isEvent ? time : time - 1
  const { selection } = known
  if (!selection.wanted || moment < selection.from || moment >= selection.to) return
  if (selection.regular && !isRegular(batch, scanner, time, isEvent)) return
  if (selection.track !== undefined) watchRow(selection.track, time, batch.length, registers)
  const number = batch.selected++
  if (time < batch.lastTime && batch.steps.length <= STEPS_MAX) batch.steps.push(number)
  batch.lastTime = time
  if (number < batch.first || number >= batch.end) return
  if (selection.factors !== undefined) adjustRow(layout.kind, registers, known, selection.factors, moment)
  keepRow(batch, layout.kind, known.symbol, time, registers)
}

/** Does the row reach into the regular session of its day? Counts it where it does not. */
function isRegular(batch: Batch, scanner: RowScanner, time: TimeMs, isEvent: boolean): boolean {
  const { sessions } = batch
  if (sessions === undefined || scanner.layout.stamp === 'date') return true
  const start = isEvent ? time : time - batch.length
  if (!covers(sessions.calendar, Math.floor(start / DAY)))
    throw rowFault(scanner, `${formatTime(time)} lies outside the calendar of sessions, wanted a day within.`)
  if (touchesSession(sessions, start, isEvent ? time + 1 : time)) return true
  const { track } = scanner.symbols.current.selection
  if (track !== undefined) track.outside++
  return false
}

function toEventTime(batch: Batch, scanner: RowScanner): TimeMs {
  const stamp = scanner.registers[STAMP] ?? 0
  const meaning = scanner.layout.stamp
  if (meaning === 'start') return stamp + batch.length
  if (meaning !== 'date') return stamp
  if (scanner.symbols.current.selection.sessionless) return stamp + DAY
  const cached = batch.closes.get(stamp)
  if (cached !== undefined) return cached
  const day = formatDay(stamp / DAY)
  const close = batch.close(day)
  if (!Number.isSafeInteger(close))
    throw rowFault(scanner, `${day} is no session of the calendar, wanted one.`)
  batch.closes.set(stamp, close)
  return close
}

/** Why the numbers of a row cannot be; empty when they can. */
function findFault(kind: MarketRows['kind'], registers: Float64Array): string {
  const first = registers[1] ?? 0
  const second = registers[2] ?? 0
  const third = registers[3] ?? 0
  const fourth = registers[4] ?? 0
  if (kind === 'trades') return first > 0 && second > 0 ? '' : 'price or qty is 0, wanted more.'
  if (kind === 'quotes') {
    if (!(first > 0 && third > 0)) return 'bid or ask is 0, wanted more.'
    return first > third ? 'bid is above ask, wanted bid ≤ ask.' : ''
  }
  if (third > 0 && third <= first && first <= second && third <= fourth && fourth <= second) return ''
  if (!(first > 0 && second > 0 && third > 0 && fourth > 0)) return 'a price is 0, wanted more.'
  return second < third
    ? 'high is below low, wanted high ≥ low.'
    : 'open or close lies outside low to high, wanted inside.'
}

function keepRow(
  batch: Batch,
  kind: MarketRows['kind'],
  symbol: string,
  time: TimeMs,
  registers: Float64Array,
): void {
  const first = registers[1] ?? 0
  const second = registers[2] ?? 0
  const third = registers[3] ?? 0
  const fourth = registers[4] ?? 0
  let length = 0
  if (kind === 'bars') {
    const { resolution } = batch
    const volume = registers[5] ?? 0
    length = batch.bars.push({
      symbol,
      end: time,
      open: first,
      high: second,
      low: third,
      close: fourth,
      volume,
      resolution,
    })
  } else if (kind === 'trades') {
    length = batch.trades.push({ symbol, time, price: first, quantity: second })
  } else {
    length = batch.quotes.push({ symbol, time, bid: first, bidSize: second, ask: third, askSize: fourth })
  }
  if (length === BATCH_ROWS || batch.selected === batch.end) flush(batch)
}

/** One file holds rows of one kind, so at most one of the three is ever filled. */
export function flush(batch: Batch): void {
  if (batch.bars.length > 0) batch.full.push({ kind: 'bars', resolution: batch.resolution, rows: batch.bars })
  if (batch.trades.length > 0) batch.full.push({ kind: 'trades', rows: batch.trades })
  if (batch.quotes.length > 0) batch.full.push({ kind: 'quotes', rows: batch.quotes })
  batch.bars = []
  batch.trades = []
  batch.quotes = []
}

export function takeFull(batch: Batch): readonly MarketRows[] {
  const full = batch.full
  batch.full = []
  return full
}
