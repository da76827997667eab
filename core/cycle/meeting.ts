/**
 * Which row an order that waits for one can meet, at which price, and of which instant that price is.
 *
 * Called for the second look at each row of the order's symbol. What a broker has in mind beside that, such
 * as the time an order takes to arrive, is not known here: it is asked about too early rather than too late.
 */

import type { SymbolBook } from '../book/book.ts'
import { hasSessions } from '../book/instruments.ts'
import { sessionCloseOf, sessionOpenOf } from '../book/sessions.ts'
import type { Bar, Price, Quote, Side, TimeMs, Trade } from '../contract.ts'
import { DAY, resolutionMs } from '../time.ts'
import type { RowEvent } from './market-rows.ts'
import type { Waiting } from './waiting.ts'

export interface Meeting {
  readonly price: Price
  readonly at: TimeMs
}

export function meetingOf(waiting: Waiting, entry: SymbolBook, event: RowEvent): Meeting | undefined {
  if (event.type === 'market/bar') return meetBar(waiting, entry, event.payload)
  const { order, since } = waiting
  const { time } = event.payload
  const price = event.type === 'market/trade' ? paidIn(event.payload) : offeredIn(event.payload, order.side)
  if (!(price > 0) || time < since || order.timeInForce === 'cls') return undefined
  if (order.timeInForce === 'opg') {
    const { open } = sessionOf(entry, time)
    if (open < since || time < open) return undefined
  }
  return { price, at: time }
}

/** Where nothing was traded nothing is met; an order for an auction meets that alone. */
function meetBar({ order, since }: Waiting, entry: SymbolBook, bar: Bar): Meeting | undefined {
  if (bar.volume === 0) return undefined
  const { open, close } = sessionOf(entry, bar.end - 1)
  // A daily bar holds both auctions, wherever in its day it is stamped.
  const daily = resolutionMs(bar.resolution) >= DAY
  if (order.timeInForce === 'cls')
    return close > since && (daily || bar.end >= close) ? { price: bar.close, at: bar.end } : undefined
  const opens = open >= since && (daily || bar.end > open)
  const meets = order.timeInForce === 'opg' ? opens : beginOf(entry, bar) >= since
  return meets ? { price: bar.open, at: openingOf(entry, bar) } : undefined
}

function paidIn({ price, quantity }: Trade): Price {
  return quantity > 0 ? price : 0
}

/** The side of the quote that the order takes. */
function offeredIn({ ask, askSize, bid, bidSize }: Quote, side: Side): Price {
  const [price, size] = side === 'buy' ? [ask, askSize] : [bid, bidSize]
  return size > 0 ? price : 0
}

/** The first instant that a bar can hold a price of: after the one before it, and in a session. */
function beginOf(entry: SymbolBook, bar: Bar): TimeMs {
  const length = resolutionMs(bar.resolution)
  const before = entry.bars === bar.resolution ? entry.barEnd : 0
  const begun = Math.max(bar.end - length, before)
  return length === DAY ? Math.max(begun, sessionOf(entry, bar.end - 1).open) : begun
}

/**
 * The instant that its open is of: an hour of UTC that reaches back before the session has nothing of before,
 * and a bar that begins with the close holds what was traded after it.
 */
function openingOf(entry: SymbolBook, bar: Bar): TimeMs {
  const begun = beginOf(entry, bar)
  if (!hasSessions(entry.instrument.kind)) return begun
  const { close, open } = sessionOf(entry, bar.end - 1)
  if (begun === close) return close + 1
  return open < bar.end ? Math.max(begun, open) : begun
}

/** Of the day of an instant; that of UTC where no session is known. */
function sessionOf(
  { instrument }: SymbolBook,
  time: TimeMs,
): { readonly open: TimeMs; readonly close: TimeMs } {
  const day = Math.floor(time / DAY)
  const open = sessionOpenOf(day)
  if (hasSessions(instrument.kind) && Number.isFinite(open)) return { open, close: sessionCloseOf(day) }
  return { open: day * DAY, close: (day + 1) * DAY }
}
