/**
 * Judges scanned rows and gathers the selected ones into batches.
 *
 * Called by csv.ts for every row. Time must move forward within a symbol and prices must be possible; only
 * then is a row counted, and built when it was asked for.
 */

import type { Bar, MarketRows, Quote, Resolution, TimeMs, Trade } from '#core/contract.ts'
import { DAY, formatDay, formatTime, MINUTE } from '#core/time.ts'
import { RECEIVED, STAMP } from './csv-fields.ts'
import type { Layout } from './csv-header.ts'
import { type RowScanner, rowFault } from './csv-row.ts'
import type { KnownSymbol } from './csv-symbols.ts'
import { adjustRow } from './factors.ts'
import { covers, lookUpSession, type SessionLookup, touchesSession } from './sessions.ts'
import { watchClocks, watchNight, watchRow } from './track.ts'

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
  /** Least time between two bars of a symbol, ms; 0 for days, which may be an hour short. */
  spacing: number
  /** Length of what a row sums up; a trade or quote is a moment of 1 ms. */
  length: TimeMs
  /** No row so far lies behind its session: a bar that reaches over the close holds nothing from there. */
  endsWithSession: boolean
  /** All rows, selected or not. */
  judged: number
  selected: number
  /** Of the last selected row, whatever its symbol. */
  lastTime: TimeMs
  /** The same before bars are cut at the close. */
  lastStamped: TimeMs
  readonly steps: number[]
  bars: Bar[]
  trades: Trade[]
  quotes: Quote[]
  full: MarketRows[]
}

export function createBatch(
  options: { readonly first?: number; readonly end?: number; readonly endsWithSession?: boolean },
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
    endsWithSession: options.endsWithSession ?? false,
    judged: 0,
    selected: 0,
    lastTime: Number.NEGATIVE_INFINITY,
    lastStamped: Number.NEGATIVE_INFINITY,
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
  const stamped = toEventTime(batch, scanner)
  const isEvent = layout.stamp === 'event'
  const elapsed = stamped - known.lastTime
  if (isEvent ? elapsed < 0 : elapsed <= 0) {
    const at = `${formatTime(stamped)}${layout.clock === 'both' ? ', the later of its two times,' : ''}`
    const was = elapsed === 0 ? 'stands there twice' : `comes after ${formatTime(known.lastTime)}`
    throw rowFault(scanner, `${known.symbol} at ${at} ${was}.`, 'DATA_BACKWARDS')
  }
  if (elapsed < batch.spacing) {
    throw rowFault(scanner, `the bar overlaps the one before, wanted bars of ${batch.resolution}.`)
  }
  if (elapsed === Number.POSITIVE_INFINITY) known.firstTime = stamped
  known.lastTime = stamped
  const fault = findFault(layout.kind, registers)
  if (fault !== '') throw rowFault(scanner, fault)
  batch.judged++
  const time = batch.endsWithSession ? cutAtClose(batch, known, stamped) : stamped
  // A bar that ends at midnight belongs to the day before.
  const moment = isEvent ? time : time - 1
  const { selection } = known
  if (!selection.wanted || moment < selection.from || moment >= selection.to) return
  const start = isEvent ? time : stamped - batch.length
  const { track } = selection
  if (track !== undefined && batch.length < DAY) watchNight(track, start, moment + 1)
  if (selection.regular && !isRegular(batch, scanner, start, moment + 1)) return
  if (!(known.firstSelected <= stamped)) known.firstSelected = stamped
  known.lastSelected = stamped
  if (track !== undefined) {
    watchRow(track, time, batch.length, registers)
    if (layout.clock === 'both') watchClocks(track, (registers[RECEIVED] ?? 0) - (registers[STAMP] ?? 0))
  }
  const number = batch.selected++
  // By both, because it is not known yet whether bars will be cut.
  const isStep = time < batch.lastTime || stamped < batch.lastStamped
  if (isStep && batch.steps.length <= STEPS_MAX) batch.steps.push(number)
  batch.lastTime = time
  batch.lastStamped = stamped
  if (number < batch.first || number >= batch.end) return
  if (selection.factors !== undefined) adjustRow(layout.kind, registers, known, selection.factors, moment)
  keepRow(batch, layout.kind, known.symbol, time, registers)
}

/** Does the row reach into the regular session of its day? Counts it where it does not. */
function isRegular(batch: Batch, scanner: RowScanner, start: TimeMs, end: TimeMs): boolean {
  const { sessions } = batch
  if (sessions === undefined || scanner.layout.stamp === 'date') return true
  if (!covers(sessions.calendar, Math.floor(start / DAY)))
    throw rowFault(
      scanner,
      `${formatTime(start)} lies outside the calendar of sessions, wanted a day within.`,
    )
  if (touchesSession(sessions, start, end)) return true
  const { track } = scanner.symbols.current.selection
  if (track !== undefined) track.outside++
  return false
}

function toEventTime(batch: Batch, scanner: RowScanner): TimeMs {
  const stamp = scanner.registers[STAMP] ?? 0
  const meaning = scanner.layout.stamp
  if (meaning === 'start' && batch.spacing > 0) return stamp + batch.length
  if (meaning === 'end') return stamp
  if (meaning === 'event') return scanner.layout.clock === 'both' ? laterOf(scanner) : stamp
  if (scanner.symbols.current.selection.sessionless) return stamp + DAY
  // Of a day it tells the session, be it midnight or the open, in UTC or in New York.
  const day = Math.floor(stamp / DAY) * DAY
  const cached = batch.closes.get(day)
  if (cached !== undefined) return cached
  const name = formatDay(day / DAY)
  const close = batch.close(name)
  if (!Number.isSafeInteger(close)) {
    const cure = 'what trades every day is to be named as crypto in a reference file'
    throw rowFault(scanner, `${name} is no session of the calendar, wanted one; ${cure}.`)
  }
  batch.closes.set(day, close)
  return close
}

/** What a file sorted by one of its clocks puts behind another row was not known before that. */
const HELD_MAX = MINUTE

/** A row could be known when it had happened and had been received, so by neither clock earlier. */
function laterOf({ registers, symbols }: RowScanner): TimeMs {
  const { lastTime } = symbols.current
  const time = Math.max(registers[STAMP] ?? 0, registers[RECEIVED] ?? 0)
  return time < lastTime && time >= lastTime - HELD_MAX ? lastTime : time
}

/** Of shorter bars none reaches over a close, which is at a full hour. */
const CUT_LENGTH_MIN = 30 * MINUTE

/** May bars that reach over the close be cut, if no row lies behind a session? Asked once a file. */
export function mayCut({ sessions, length }: Batch, { stamp }: Layout): boolean {
  return sessions !== undefined && stamp === 'start' && length > CUT_LENGTH_MIN && length < DAY
}

/**
 * Yahoo's hours begin at 09:30, the last one half an hour before the close. In a file that has no row behind a
 * session it holds nothing from there, so it is known at the close.
 */
function cutAtClose(batch: Batch, { selection }: KnownSymbol, end: TimeMs): TimeMs {
  const { sessions, length } = batch
  if (sessions === undefined || selection.sessionless) return end
  const start = end - length
  const session = lookUpSession(sessions, Math.floor(start / DAY))
  if (session !== undefined && start < session.close && end > session.open)
    return Math.min(end, session.close)
  batch.endsWithSession = false
  return end
}

/** What core's door takes at most: ten million a unit. */
export const PRICE_MAX = 10_000_000 * 100_000_000
const TOO_HIGH = 'a price is above 10000000, wanted at most that.'

/** Why the numbers of a row cannot be; empty when they can. */
function findFault(kind: MarketRows['kind'], registers: Float64Array): string {
  const first = registers[1] ?? 0
  const second = registers[2] ?? 0
  const third = registers[3] ?? 0
  const fourth = registers[4] ?? 0
  if (kind === 'trades') {
    if (!(first > 0 && second > 0)) return 'price or qty is 0, wanted more.'
    return first > PRICE_MAX ? TOO_HIGH : ''
  }
  if (kind === 'quotes') {
    if (!(first > 0 && third > 0)) return 'bid or ask is 0, wanted more.'
    if (first > third) return 'bid is above ask, wanted bid ≤ ask.'
    return third > PRICE_MAX ? TOO_HIGH : ''
  }
  if (third > 0 && third <= first && first <= second && third <= fourth && fourth <= second)
    return second > PRICE_MAX ? TOO_HIGH : ''
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
