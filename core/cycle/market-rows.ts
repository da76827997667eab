/**
 * Market rows through the kernel: admitted whole, journaled as one chunk, followed one by one.
 *
 * Called by processInput. How rows are cut into chunks changes no trace id, no decision and no fill.
 */

import { symbolOf } from '../book/book.ts'
import { markRow, rollDay } from '../book/marks.ts'
import { recordDay } from '../book/performance.ts'
import type { ArkEvent, MarketRows, TimeMs } from '../contract.ts'
import { clearCause, type ModeChange } from '../gate/mode.ts'
import { toChunk } from '../journal/chunk.ts'
import { admit } from './admit.ts'
import { followDrafts, show, showAll } from './dispatch.ts'
import { changeMode, type Kernel, publish, type Root, settle } from './kernel.ts'
import { reviewAtRow } from './review.ts'
import { countOf, deriveTrace } from './trace.ts'
import { endInstant, watchMark } from './watch.ts'

export type RowEvent = ArkEvent & { readonly type: 'market/bar' | 'market/trade' | 'market/quote' }

export function processRows(
  kernel: Kernel,
  source: string,
  rows: MarketRows,
): { seq: number; traceId: string } {
  const { state, options } = kernel
  const before = countOf(state.admission.rows, source)
  admit(state.admission, source, rows, options.kind === 'backtest' ? undefined : kernel.context.now)
  const chunkTrace = deriveTrace(kernel, `${source}#`, before)
  const chunked = options.market === 'chunks'
  if (chunked) publishChunk(kernel, source, rows, chunkTrace)
  // Without a chunk of its own a row hangs on the beginning of the run, by its number in its source.
  const seq = chunked ? state.seq : options.runSeq
  const type = rows.kind === 'bars' ? 'market/bar' : rows.kind === 'trades' ? 'market/trade' : 'market/quote'
  let row = 0
  for (; row < rows.rows.length; row++) {
    const payload = rows.rows[row]
    if (payload === undefined) continue
    const time = 'end' in payload ? payload.end : payload.time
    if (isOver(kernel, time)) break
    const causeRow = chunked ? row : before + row
    const event = { type, payload, seq, source, time, traceId: '', causeSeq: seq, causeRow, hop: 0 }
    processRow(kernel, event as RowEvent, { source, type, traceId: '', ordinal: before + row })
  }
  state.performance.rows += row
  if (rows.kind === 'bars') state.performance.bars += row
  return { seq, traceId: chunkTrace }
}

/** A backtest whose account is wiped out meets no later instant, however its rows are cut into inputs. */
export function isOver(kernel: Kernel, time: TimeMs): boolean {
  return time > kernel.context.now && kernel.options.kind === 'backtest' && endInstant(kernel)
}

function publishChunk(kernel: Kernel, source: string, rows: MarketRows, traceId: string): void {
  publish(kernel, {
    type: 'market/chunk',
    payload: toChunk(source, rows),
    seq: kernel.state.seq + 1,
    source: 'kyle',
    time: Math.max(newestOf(rows), kernel.context.now),
    traceId,
    causeSeq: 0,
    hop: 0,
  })
}

/**
 * The broker first (fills at the open precede everybody's view of the close), then the mark, then the agents.
 * What no registry vouches for is on record and agents may read it; it fills nothing, marks nothing and turns
 * no day.
 */
function processRow(kernel: Kernel, event: RowEvent, root: Root): void {
  const registered = isRegistered(kernel, event.source)
  const change = registered ? turnDay(kernel, event) : undefined
  if (change !== undefined) changeMode(kernel, event, root, change)
  advance(kernel, event.time)
  if (registered) {
    const entry = symbolOf(kernel.book, event.payload.symbol)
    reviewAtRow(kernel, event, root, entry)
    const { broker } = kernel.slots
    if (broker !== undefined && broker.isolated === null && broker.consumes.has(event.type)) {
      const drafts = show(kernel, broker, event, root)
      if (drafts.length > 0) followDrafts(kernel, event, root, broker, drafts)
    }
    markRow(entry, event)
    watchMark(kernel, event, root, entry)
  }
  const slots = kernel.slots.byType.get(event.type)
  if (slots !== undefined) showAll(kernel, slots, event, root)
  if (kernel.permits.open.size > 0) settle(kernel, event, root)
}

export function isRegistered({ context }: Kernel, source: string): boolean {
  return Object.hasOwn(context.lists.sources, source)
}

/**
 * Closes the account's day when the row begins the next one. Live, the day turns by the clock: a row cannot
 * bring tomorrow, with tomorrow's allowance for losses.
 */
export function turnDay({ book, context, options, state }: Kernel, event: RowEvent): ModeChange | undefined {
  const { dayEnd, dayLossLatched } = book.state
  const time = options.kind === 'backtest' ? event.time : context.now
  if (time <= dayEnd || !rollDay(book, symbolOf(book, event.payload.symbol), time)) return undefined
  recordDay(state.performance, book, dayEnd)
  context.flow.today = { turnover: 0, orders: 0 }
  state.strained = 0
  if (options.kind !== 'live' || !dayLossLatched) return clearCause(context.mode, 'day_loss')
  // Live, the next session is not enough: a person has to say so too.
  book.state.dayLossLatched = true
  context.registers.dayLossOver = true
  return undefined
}

/** In a backtest the newest row is now. */
export function advance({ context, options }: Kernel, time: TimeMs): void {
  if (options.kind === 'backtest' && time > context.now) context.now = time
}

function newestOf(rows: MarketRows): TimeMs {
  let newest = 0
  for (const row of rows.rows) newest = Math.max(newest, 'end' in row ? row.end : row.time)
  return newest
}
