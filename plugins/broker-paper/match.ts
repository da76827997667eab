/**
 * Which orders of one symbol a market row fills, at which price, in which order. Called by the broker once
 * a row.
 *
 * A bar says nothing about the path between its prices, so the worst one is taken. At the open: market orders
 * and `opg`. Then stops, those of brackets first; then limits; targets last; then trailing stops follow the
 * bar, and at its close `cls` fills. An entry that fills inside a bar has its stop armed for the rest of it,
 * and its targets only from the next row on, for the high (of a long) may lie before the fill.
 *
 * `intrabar` differs in two points, both proven by the close. Such an entry's targets are armed for the way
 * that the price must have gone after the fill: all of the bar if it filled at the open, else from its price
 * to the close. And a trailing stop that followed the bar fills on it if the bar closed beyond.
 */

import type { Price } from '#core/contract.ts'
import { againstUs } from '#core/math.ts'
import { announceOrder, cancelOrder } from './end.ts'
import { fillOrder } from './fill.ts'
import { isTriggered, provenOf, reach, reachLimit, reachStop, restOf } from './reach.ts'
import { type Range, type Row, toPoint } from './row.ts'
import { expireAfter, expireBefore, isClosing, isOpening } from './session.ts'
import type { Book, Bracket, PaperOrder } from './state.ts'
import { advance, isLive } from './status.ts'
import type { Turn } from './turn.ts'

const TOO_LATE = 'could not be filled at once'

export function matchRow(book: Book, row: Row, turn: Turn): void {
  expireBefore(book, row, turn)
  if (book.halted || !row.traded) missRow(book, row, turn)
  else meetRow(book, row, turn)
  expireAfter(book, row, turn)
}

function meetRow(book: Book, row: Row, turn: Turn): void {
  // What was opened inside a row that reaches into this one, or meets another of this instant.
  const late = book.brackets.filter(({ since }) => since > row.begin || since <= row.after)
  for (const order of book.orders.slice()) if (waitsForOpen(order, row)) meetOpen(book, order, row, turn)
  const armed = book.brackets.filter((bracket) => !late.includes(bracket))
  // A stop_limit that this row turns into a limit has had its price of it.
  const resting = book.orders.filter((order) => rests(order, row))
  const limits = resting.filter(({ type }) => type === 'limit')
  for (const bracket of armed) meetStop(book, bracket, row[bracket.side], turn)
  for (const order of resting) if (order.type !== 'limit') meetInside(book, order, row, armed, turn)
  for (const order of limits) meetInside(book, order, row, armed, turn)
  for (const bracket of armed) meetTargets(book, bracket, row, row[bracket.side], turn)
  for (const { stop, side } of armed) if (stop !== null) trail(book, stop, row[side], turn)
  for (const order of resting) trail(book, order, row[order.side], turn)
  for (const order of book.orders.slice()) if (isDue(order, row)) meetClose(book, order, row, turn)
}

/** Quote model: an order that has just been accepted meets the last known price, and nothing else does. */
export function meetNow(book: Book, order: PaperOrder, row: Row, turn: Turn): void {
  if (order.type === 'market') meetOpen(book, order, row, turn)
  else meetInside(book, order, row, [], turn)
}

/** Orders that may not wait end with a row on which nothing could be traded. */
function missRow(book: Book, row: Row, turn: Turn): void {
  for (const order of book.orders.slice())
    if (hasArrived(order, row) && (isImmediate(order) || misses(order, row, turn)))
      cancelOrder(book, order, TOO_LATE, turn.out)
}

function misses(order: PaperOrder, row: Row, { world }: Turn): boolean {
  return order.timeInForce === 'opg' && isOpening(order, row, world)
}

function isImmediate({ timeInForce }: PaperOrder): boolean {
  return timeInForce === 'ioc' || timeInForce === 'fok'
}

/** Of a row that began before it, an order cannot know which prices came after it. */
function hasArrived({ arrival }: PaperOrder, row: Row): boolean {
  return arrival <= row.begin
}

function waitsForOpen(order: PaperOrder, row: Row): boolean {
  const { timeInForce, type } = order
  return hasArrived(order, row) && (timeInForce === 'opg' || (type === 'market' && timeInForce !== 'cls'))
}

function rests(order: PaperOrder, row: Row): boolean {
  const { timeInForce, type } = order
  const isAuction = timeInForce === 'opg' || timeInForce === 'cls'
  return hasArrived(order, row) && order.arrival > row.after && type !== 'market' && !isAuction
}

function isDue(order: PaperOrder, row: Row): boolean {
  return order.timeInForce === 'cls' && order.arrival <= row.end && isClosing(order, row)
}

function meetOpen(book: Book, order: PaperOrder, row: Row, turn: Turn): void {
  if (!isLive(order)) return
  const isAuction = order.timeInForce === 'opg'
  if (isAuction && !isOpening(order, row, turn.world)) return
  const price = reach(order, toPoint(row[order.side].open))
  if (price > 0) fillOrder(book, order, price, isAuction ? 'the opening' : row.where, turn)
  if ((isAuction || isImmediate(order)) && isLive(order)) cancelOrder(book, order, TOO_LATE, turn.out)
}

function meetClose(book: Book, order: PaperOrder, row: Row, turn: Turn): void {
  if (!isLive(order)) return
  const price = reach(order, toPoint(row[order.side].close))
  if (price > 0) fillOrder(book, order, price, 'the close', turn)
}

/** One that is `ioc` or `fok` has only the first price it meets. */
function meetInside(book: Book, order: PaperOrder, row: Row, armed: Bracket[], turn: Turn): void {
  if (!isLive(order)) return
  const range = isImmediate(order) ? toPoint(row[order.side].open) : row[order.side]
  const price = touch(order, range, turn)
  if (price > 0) {
    const bracket = fillOrder(book, order, price, reasonOf(order, price), turn)
    if (bracket !== null) protectInside(book, bracket, row, order, price, armed, turn)
  }
  if (isImmediate(order) && isLive(order)) cancelOrder(book, order, TOO_LATE, turn.out)
}

/**
 * The price at which a resting order fills, or 0. A stop that is touched is triggered, filled or not. What a
 * stop_limit does not get at once it waits for from then on, as any limit does.
 */
function touch(order: PaperOrder, range: Range, turn: Turn): Price {
  if (order.type === 'limit' || isTriggered(order)) return reach(order, range)
  const touched = turn.triggers ? reachStop(order, range) : 0
  if (touched === 0) return 0
  advance(order, 'trigger')
  if (order.type !== 'stop_limit') return touched
  order.type = 'limit'
  order.arrival = turn.time
  announceOrder(order, turn.out)
  return reachLimit(order, toPoint(touched))
}

/** What an entry opened inside a row is protected at once; only `intrabar` lets its targets count as well. */
function protectInside(
  book: Book,
  bracket: Bracket,
  row: Row,
  entry: PaperOrder,
  price: Price,
  armed: Bracket[],
  turn: Turn,
): void {
  const range = row[bracket.side]
  const at = armed.indexOf(bracket)
  if (at >= 0) armed.splice(at, 1)
  meetStop(book, bracket, restOf(range, price), turn)
  if (turn.config.fill !== 'intrabar') return
  const atOpen = price === row[entry.side].open
  meetTargets(book, bracket, row, atOpen ? restOf(range, price) : provenOf(range, price), turn)
}

function meetStop(book: Book, { stop }: Bracket, range: Range, turn: Turn): void {
  if (stop === null || !isLive(stop)) return
  const price = touch(stop, range, turn)
  if (price > 0) fillOrder(book, stop, price, reasonOf(stop, price), turn)
}

function meetTargets(book: Book, bracket: Bracket, row: Row, range: Range, turn: Turn): void {
  for (const target of bracket.targets.slice()) {
    if (!isLive(target) || !hasArrived(target, row)) continue
    const price = reach(target, range)
    if (price > 0) fillOrder(book, target, price, 'target reached', turn)
  }
}

/** Follows the row, which was held against the old stop first. */
function trail(book: Book, order: PaperOrder, range: Range, turn: Turn): void {
  if (!follow(order, range, turn) || turn.config.fill !== 'intrabar') return
  const best = order.side === 'sell' ? range.high : range.low
  const price = touch(order, provenOf(range, best), turn)
  if (price > 0) fillOrder(book, order, price, reasonOf(order, price), turn)
}

/** Moves the stop to its distance from the best price of the range, never back; true when it moved. */
function follow(order: PaperOrder, range: Range, turn: Turn): boolean {
  if (order.trail === 0 || range.open <= 0 || order.status !== 'working') return false
  const { tick } = turn.instrument
  const stop =
    order.side === 'sell'
      ? againstUs('sell', range.high - order.trail, tick)
      : againstUs('buy', range.low + order.trail, tick)
  const closer = order.side === 'sell' ? stop > order.stop : stop < order.stop
  if (!closer) return false
  order.stop = stop
  announceOrder(order, turn.out)
  return true
}

function reasonOf({ stop, type }: PaperOrder, price: Price): string {
  if (type === 'limit') return 'limit reached'
  return price === stop ? 'stop touched' : 'gap through the stop'
}
