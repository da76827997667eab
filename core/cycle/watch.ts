/**
 * What the kernel looks at after a mark or a tick although nobody proposed anything: the day's loss, the
 * leverage of a drifted book, the cover of a position.
 *
 * What it finds becomes an event, so a replay finds the same. It reduces; it never halts.
 */

import { type Book, equityOf, grossOf, type SymbolBook } from '../book/book.ts'
import { hasSessions } from '../book/instruments.ts'
import { isWild } from '../book/marks.ts'
import { openMsBetween } from '../book/sessions.ts'
import type { ArkEvent, Cash, Order, Price } from '../contract.ts'
import { uncoveredOf } from '../gate/action.ts'
import { WATCHED } from '../gate/catalogue.ts'
import { countedQuantity, isStop } from '../gate/working.ts'
import { formatPrice, formatQuantity } from '../math.ts'
import { DAY, HOUR } from '../time.ts'
import { emit, type Kernel, type Root } from './kernel.ts'

const KEPT_MS = 7 * DAY
/** One wild mark is no loss: a second one has to confirm it. */
const OBSERVATIONS = 2
/** Distance of an emergency stop from the mark, in percent. */
const EMERGENCY_PERCENT = 5
/** How the cause of a mode begins that one position gave. */
const UNCOVERED = 'uncovered:'

/** After a mark of a symbol. A backtest that only observes is left to itself. */
export function watchMark(kernel: Kernel, event: ArkEvent, root: Root, entry: SymbolBook): void {
  const held = entry.position !== 0
  if (kernel.options.observe || (!held && !entry.uncoveredTold)) noteMark(kernel, entry)
  if (kernel.options.observe) return
  if (held || entry.uncoveredTold) {
    sampleEquity(kernel)
    watchCover(kernel, event, root, entry)
  }
  if (!held && kernel.context.mode.causes.leverage === undefined) return
  const equity = equityOf(kernel.book)
  if (held) watchLoss(kernel, event, root, entry, equity)
  watchLeverage(kernel, event, root, equity)
}

/**
 * At the end of an instant of a backtest, when all of its rows have made their marks: true when nothing is left
 * of the account. A run that only observes goes on above the bound on leverage, and that is noted.
 */
export function endInstant({ book, context, options, state }: Kernel): boolean {
  if (isWipedOut(book)) return true
  if (options.observe !== true || book.state.held.length === 0) return false
  const gross = grossOf(book)
  const equity = equityOf(book)
  if (gross > equity * WATCHED.leverage) {
    const { performance } = state
    performance.levered ??= { since: context.now, most: 0 }
    performance.levered.most = Math.max(performance.levered.most, gross / equity)
  }
  return false
}

/** By trading: an account that nothing was paid into yet is not. */
export function isWipedOut(book: Book): boolean {
  return book.state.fills > 0 && equityOf(book) <= 0
}

/** After a tick: what is held, and what was said of a position that is gone. */
export function watchTick(kernel: Kernel, event: ArkEvent, root: Root): void {
  const { book, context } = kernel
  for (const index of book.state.held) {
    const entry = book.state.symbols[index]
    if (entry !== undefined) watchCover(kernel, event, root, entry)
  }
  for (const cause in context.mode.causes) {
    const entry = cause.startsWith(UNCOVERED) ? book.index.get(cause.slice(UNCOVERED.length)) : undefined
    if (entry?.position === 0) watchCover(kernel, event, root, entry)
  }
}

/** What a mark leaves behind when nothing is to be said about it: all that a record taken over needs. */
export function noteMark(kernel: Kernel, entry: SymbolBook): void {
  sampleEquity(kernel)
  if (entry.position === 0 || uncoveredOf(entry) === 0) entry.uncoveredSince = 0
  else if (entry.uncoveredSince === 0) entry.uncoveredSince = kernel.context.now
}

/** Equity once an hour, a week back. */
function sampleEquity({ book, context }: Kernel): void {
  const { now } = context
  if (now < book.state.equityDue) return
  const { equities, deposited } = book.state
  book.state.equityDue = now + HOUR
  equities.push([now, equityOf(book), deposited])
  while (equities[0] !== undefined && equities[0][0] < now - KEPT_MS) equities.shift()
}

function watchLoss(kernel: Kernel, event: ArkEvent, root: Root, entry: SymbolBook, equity: Cash): void {
  const { book, state } = kernel
  const { dayLossLatched, dayStartEquity, netDeposits } = book.state
  // A mark that rule 21 would not take says nothing about the account.
  if (dayLossLatched || isWild(entry)) return
  const lost = dayStartEquity + netDeposits - equity
  state.strained = lost >= dayStartEquity * WATCHED.dailyLoss ? state.strained + 1 : 0
  if (state.strained < OBSERVATIONS) return
  state.strained = 0
  const reason = `the day has lost ${WATCHED.dailyLoss * 100} % or more`
  emit(kernel, event, root, 'core', { type: 'account/strained', payload: { cause: 'day_loss', reason } })
}

/** Also after a denial for leverage: the book may stand above its bound without another mark. */
export function watchLeverage(
  kernel: Kernel,
  event: ArkEvent,
  root: Root,
  equity = equityOf(kernel.book),
): void {
  const { book, context } = kernel
  const high = grossOf(book) > equity * WATCHED.leverage
  const known = context.mode.causes.leverage !== undefined
  if (high === known) return
  if (high) {
    const reason = `gross exposure is above ${WATCHED.leverage} × equity`
    emit(kernel, event, root, 'core', { type: 'account/strained', payload: { cause: 'leverage', reason } })
  } else emit(kernel, event, root, 'core', { type: 'account/eased', payload: { cause: 'leverage' } })
}

/**
 * A position may be without its stop for a moment, while a broker places it; longer than that, core proposes
 * one.
 */
export function watchCover(kernel: Kernel, event: ArkEvent, root: Root, entry: SymbolBook): void {
  const { now } = kernel.context
  const uncovered = uncoveredOf(entry)
  const told = entry.uncoveredTold
  if (uncovered === 0) {
    entry.uncoveredSince = 0
    withdrawSpareStops(kernel, event, root, entry)
    if (told)
      emit(kernel, event, root, 'core', { type: 'position/covered', payload: { symbol: entry.symbol } })
    return
  }
  if (entry.uncoveredSince === 0) entry.uncoveredSince = now
  const sessions = hasSessions(entry.instrument.kind)
  const bare = sessions ? openMsBetween(entry.uncoveredSince, now) : now - entry.uncoveredSince
  if (bare <= WATCHED.uncoveredMs) return
  // Asked for again after the same while, if nobody placed it.
  entry.uncoveredSince = now
  const quantity = formatQuantity(uncovered)
  if (!told)
    emit(kernel, event, root, 'core', {
      type: 'position/uncovered',
      payload: { symbol: entry.symbol, quantity },
    })
  // A resting exit would make the stop one exit too many.
  for (const { orderId, role, side } of entry.open.slice())
    if (role === 'exit' && side !== Math.sign(entry.position)) withdraw(kernel, event, root, orderId)
  proposeStop(kernel, event, root, entry, quantity)
}

function withdraw(kernel: Kernel, event: ArkEvent, root: Root, orderId: string): void {
  const payload = { orderId, principal: 'core', reason: 'a stop covers the position instead' }
  emit(kernel, event, root, 'core', { type: 'order/cancel_requested', payload })
}

/** A broker's own stop that came late after all: core takes its own back, lest both close. */
function withdrawSpareStops(kernel: Kernel, event: ArkEvent, root: Root, entry: SymbolBook): void {
  let spare = -Math.abs(entry.position)
  for (const open of entry.open) if (open.role === 'stop') spare += countedQuantity(entry, open, isStop)
  for (const { orderId, quantity, strategy } of entry.open.slice()) {
    if (strategy !== 'core' || quantity > spare) continue
    spare -= quantity
    withdraw(kernel, event, root, orderId)
  }
}

function proposeStop(kernel: Kernel, event: ArkEvent, root: Root, entry: SymbolBook, quantity: string): void {
  const long = entry.position > 0
  const order: Order = {
    symbol: entry.symbol,
    side: long ? 'sell' : 'buy',
    type: 'stop',
    quantity,
    stopPrice: formatPrice(emergencyPrice(entry, long)),
    reason: 'emergency_stop',
    strategy: 'core',
  }
  const planId = `emergency-${entry.symbol}-${kernel.state.seq}`
  const notes = ['a filled position had no covering stop']
  const payload = {
    planId,
    strategy: 'core',
    order,
    intent: 'exit',
    riskCash: '0',
    notes,
    principal: 'core',
  } as const
  emit(kernel, event, root, 'core', { type: 'plan/proposed', payload })
}

/** On the losing side of the mark, on the tick grid. */
function emergencyPrice({ mark, instrument }: SymbolBook, long: boolean): Price {
  const wanted = Math.floor((mark * (long ? 100 - EMERGENCY_PERCENT : 100 + EMERGENCY_PERCENT)) / 100)
  return Math.max(instrument.tick, Math.floor(wanted / instrument.tick) * instrument.tick)
}
