/**
 * Recorded events taken over as they are, without deciding anything anew: for the first boot under another
 * build.
 *
 * Book, mode and registry fold the record; agents and broker are shown it and what they say is left aside.
 */

import { register, symbolOf } from '../book/book.ts'
import { applyEvent } from '../book/fold.ts'
import { markRow } from '../book/marks.ts'
import type { ArkEvent, EventOf, Instrument, MarketRows } from '../contract.ts'
import { toMessage } from '../errors.ts'
import type { Lists } from '../gate/lists.ts'
import { applyMode, setCause } from '../gate/mode.ts'
import { noteOrder } from '../gate/order-flow.ts'
import { applyRegisters } from '../gate/registers.ts'
import { fromChunk } from '../journal/chunk.ts'
import type { Page } from '../journal/reader.ts'
import { admit } from './admit.ts'
import { heedRecorded } from './heed.ts'
import { restore, shutOut } from './isolation.ts'
import type { Kernel } from './kernel.ts'
import { advance, isRegistered, type RowEvent, turnDay } from './market-rows.ts'
import { noteRefusal } from './refusal.ts'
import { noteRelease } from './release.ts'
import type { Slot } from './slots.ts'
import { latchDayLoss } from './verdict.ts'
import { noteMark } from './watch.ts'

/** The rule whose denial latches the day. */
const DAY_LOSS = 'max_daily_loss'

export interface Absorber {
  readonly kernel: Kernel
  /** What this build's configuration restricts, whatever was taken off the list before it. */
  readonly restricted: Lists['restricted']
  /** Not taken over yet: what core made of it stands in the next event, perhaps on the next page. */
  held: ArkEvent | undefined
  /** The chunk whose rows are being shown, and how many of them were. */
  chunk: EventOf<'market/chunk'> | undefined
  rows: MarketRows | undefined
  shown: number
}

export function createAbsorber(kernel: Kernel): Absorber {
  const { restricted } = kernel.context.lists
  const configured = restricted === undefined ? undefined : { ...restricted }
  return { kernel, restricted: configured, held: undefined, chunk: undefined, rows: undefined, shown: 0 }
}

/**
 * Takes over consecutive events; a chunk may stand in one page and what followed from its rows in the next.
 * Each row is shown before what followed from it and after what followed from those above it, as it was when
 * it was recorded: the broker must not see the rows of a chunk before the orders that they meet.
 */
export function absorbPage(absorber: Absorber, page: Page): void {
  for (const event of page.events) {
    absorbHeld(absorber, event)
    absorber.held = event
  }
}

/** Takes over what is left at the end of the record. */
export function finishAbsorbing(absorber: Absorber): void {
  absorbHeld(absorber, undefined)
  finishRows(absorber)
  Object.assign(absorber.kernel.context.lists.restricted ?? {}, absorber.restricted)
}

function absorbHeld(absorber: Absorber, next: ArkEvent | undefined): void {
  const { held: event, kernel } = absorber
  if (event === undefined) return
  absorber.held = undefined
  if (event.hop === 0) finishRows(absorber)
  else if (event.causeRow !== undefined && event.causeSeq === absorber.chunk?.seq) {
    // A second look at the open comes before the broker has seen the row.
    const seen = event.type === 'decision/reviewed' ? 0 : 1
    showRows(absorber, event.causeRow + seen)
  }
  if (event.type === 'market/chunk') return takeChunk(absorber, event)
  if (event.time > kernel.context.now) kernel.context.now = event.time
  absorbEvent(kernel, event, next)
}

function finishRows(absorber: Absorber): void {
  showRows(absorber, absorber.rows?.rows.length ?? 0)
  absorber.chunk = undefined
  absorber.rows = undefined
}

function absorbEvent(kernel: Kernel, event: ArkEvent, next: ArkEvent | undefined): void {
  const { book, context, slots } = kernel
  noteOrder(context.flow, book, event)
  applyEvent(book, event)
  applyRegisters(context.registers, event)
  heedRecorded(kernel, event)
  if (event.type === 'plugin/isolated') shutOut(kernel, event.payload.plugin, event.payload.reason)
  if (event.type === 'plugin/restored') restore(kernel, event.payload.plugin)
  applyMode(context.mode, event)
  if (event.type === 'decision/denied' || event.type === 'decision/held') {
    if (event.payload.deniedBy.includes(DAY_LOSS)) latchDayLoss(kernel)
    noteRefusal(kernel, event.payload)
  }
  if (event.type === 'instrument/registered')
    register(book, event.payload.instrument as unknown as Instrument)
  // Core refuses a submission, or shuts out the broker that threw at it, in the very next event; nobody
  // works such an order.
  const refused = event.type === 'order/submitted' && next?.source === 'core' && next.causeSeq === event.seq
  if (event.type === 'order/submitted' && !refused) release(kernel, event)
  if (slots.broker?.consumes.has(event.type) && !refused) tell(kernel, slots.broker, event)
  for (const slot of slots.byType.get(event.type) ?? []) tell(kernel, slot, event)
}

/** What left lately still counts against the rules on loops and rates. */
function release(kernel: Kernel, { payload, time }: EventOf<'order/submitted'>): void {
  noteRelease(kernel, payload.order, payload.intent, '', time)
}

function takeChunk(absorber: Absorber, chunk: EventOf<'market/chunk'>): void {
  absorber.chunk = chunk
  absorber.rows = fromChunk(chunk.payload)
  absorber.shown = 0
  admit(absorber.kernel.state.admission, chunk.payload.feed, absorber.rows)
}

function showRows(absorber: Absorber, until: number): void {
  const { chunk, rows, kernel } = absorber
  if (chunk === undefined || rows === undefined) return
  const type = rows.kind === 'bars' ? 'market/bar' : rows.kind === 'trades' ? 'market/trade' : 'market/quote'
  const { feed } = chunk.payload
  for (; absorber.shown < until; absorber.shown++) {
    const payload = rows.rows[absorber.shown]
    if (payload === undefined) return
    const time = 'end' in payload ? payload.end : payload.time
    const frame = { ...chunk, type, payload, source: feed, time, causeRow: absorber.shown }
    const event = frame as unknown as RowEvent
    const registered = isRegistered(kernel, feed)
    if (registered) turnDay(kernel, event)
    advance(kernel, time)
    if (registered) {
      if (kernel.slots.broker?.consumes.has(event.type)) tell(kernel, kernel.slots.broker, event)
      const entry = symbolOf(kernel.book, payload.symbol)
      markRow(entry, event)
      noteMark(kernel, entry)
    }
    for (const slot of kernel.slots.byType.get(event.type) ?? []) tell(kernel, slot, event)
  }
}

/**
 * A plugin that cannot read the record is shut out, as it would be in a cycle; ARK boots, and does not open.
 */
function tell(kernel: Kernel, slot: Slot, event: ArkEvent): void {
  if (slot.isolated !== null) return
  try {
    slot.reduce(slot.state, event, slot.config, kernel.world)
  } catch (error) {
    slot.failures++
    slot.isolated = `threw: ${toMessage(error)}`
    setCause(kernel.context.mode, `plugin:${slot.name}`, slot.isolated)
  }
}
