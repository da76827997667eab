/**
 * What people, the gate and the venue say to the broker: orders, cancels, modes, splits and halts.
 *
 * Called by the broker's reducer for everything that is no market row.
 */

import type { Draft, EventPayloads, World } from '#core/contract.ts'
import { NOTHING } from '#core/math.ts'
import { DAY, resolutionMs, SECOND } from '#core/time.ts'
import { setBounds } from './bounds.ts'
import type { BrokerConfig } from './config.ts'
import { announceOrder, cancelOrder } from './end.ts'
import { GROUP_FILLED, isSameGroup, mayOpen, SHORT } from './fill.ts'
import { parseSubmitted, sentAt } from './intake.ts'
import { meetNow } from './match.ts'
import { lastRow } from './row.ts'
import { splitBook } from './split.ts'
import {
  type Book,
  type BrokerState,
  closable,
  findBook,
  openBook,
  ordersOf,
  type PaperOrder,
  rememberId,
} from './state.ts'
import { advance } from './status.ts'
import { createTurn, type Turn } from './turn.ts'

/** As long as core takes a quote for the better price beside trades. */
const QUOTE_FRESH_MS = 15 * SECOND

export function submitOrder(
  state: BrokerState,
  submitted: EventPayloads['order/submitted'],
  config: BrokerConfig,
  world: World,
): readonly Draft[] {
  const { orderId, order } = submitted
  if (!rememberId(state, orderId))
    return reject(orderId, 'PERMIT_USED', 'an order of this id was submitted before')
  // `__proto__` would not become a key of the books; no market has such a symbol.
  const unknown = order.symbol === '__proto__' || Number.isNaN(world.mark(order.symbol))
  if (unknown) return reject(orderId, 'DATA_INVALID', `no price is known for the symbol ${order.symbol}`)
  const book = openBook(state, order.symbol)
  const last = lastRow(world.now(), world.mark(order.symbol), freshQuote(book, world))
  const turn = createTurn(config, world, order.symbol, sentAt(book, world), last)
  const parsed = parseSubmitted(submitted, world, book, config.latencyMs)
  if (typeof parsed === 'string') return reject(orderId, 'DATA_INVALID', parsed)
  const gone = [...(order.cancelFirst ?? []), ...(order.replaces === undefined ? [] : [order.replaces])]
  const refusal = takePlace(book, parsed, order.replaces) ?? refusalOf(book, parsed, gone, turn)
  if (refusal !== undefined) {
    advance(parsed, 'reject')
    return reject(orderId, 'DENIED', refusal)
  }
  for (const id of gone) clearWay(book, id, turn)
  advance(parsed, 'accept')
  book.orders.push(parsed)
  announceOrder(parsed, turn.out)
  if (meetsNow(book, parsed, config)) meetNow(book, parsed, last, turn)
  setBounds(book)
  return turn.out
}

/** The last quote, unless a trade came long after it, or a bar that began after it: those tell more. */
function freshQuote({ barEnd, bars, seen, symbol }: Book, world: World): ReturnType<World['quote']> {
  const quote = world.quote(symbol)
  const length = bars !== '' && barEnd === seen ? resolutionMs(bars) : 0
  return quote !== undefined && quote.time >= seen - Math.max(length, QUOTE_FRESH_MS) ? quote : undefined
}

function reject(orderId: string, code: string, reason: string): readonly Draft[] {
  return [{ type: 'order/rejected', payload: { orderId, code, reason } }]
}

/** What the order that it replaces has filled is filled of this one too; a text is why it cannot be. */
function takePlace({ orders }: Book, order: PaperOrder, replaces: string | undefined): string | undefined {
  if (replaces === undefined) return undefined
  const replaced = orders.find((other) => other.orderId === replaces && !protects(other))
  if (replaced === undefined) return 'the order that it replaces works no more'
  order.filled = replaced.filled
  order.remaining -= replaced.filled
  return order.remaining > 0 ? undefined : 'the order that it replaces has filled as much already'
}

/** Of a well-formed order; a leg whose group has begun to fill comes too late. */
function refusalOf(book: Book, order: PaperOrder, gone: readonly string[], turn: Turn): string | undefined {
  const opens = order.role === 'entry' && order.remaining > closable(book, order.side)
  if (opens && !mayOpen(order, turn)) return SHORT
  for (const other of book.orders) {
    const isLate = isSameGroup(order, other) && other.filled > 0
    if (isLate && !gone.includes(other.orderId)) return GROUP_FILLED
  }
  return undefined
}

/**
 * Quote model: at the last known price, unless the symbol is halted or the order still on its way. After a
 * daily bar there is no price before the next open; where a share of the volume bounds the fill, the size that
 * was on offer is not known either.
 */
function meetsNow(
  { halted, resolution }: Book,
  order: PaperOrder,
  { fill, latencyMs, volumeShare }: BrokerConfig,
): boolean {
  const { timeInForce } = order
  const waits = halted || latencyMs > 0 || volumeShare !== undefined
  if (fill !== 'quote' || waits || timeInForce === 'opg' || timeInForce === 'cls') return false
  return resolution === '' || resolutionMs(resolution) < DAY
}

/** Ends what `cancelFirst` and `replaces` name; a protective stop is never taken away so. */
function clearWay(book: Book, orderId: string, { out }: Turn): void {
  for (const order of ordersOf(book)) {
    if (order.orderId === orderId && !protects(order))
      cancelOrder(book, order, 'cancelled to make way for another order', out)
  }
}

/** A stop limit protects until it is touched; from then on it is any other limit. */
function protects({ role, type }: PaperOrder): boolean {
  return role === 'stop' || (role === 'exit' && type === 'stop_limit')
}

/** A cancel of an order that has ended already is no error and changes nothing. */
export function cancelNamed(state: BrokerState, orderId: string): readonly Draft[] {
  return eachOrder(state, (book, order, out) => {
    if (order.orderId === orderId) cancelOrder(book, order, 'cancel requested', out)
  })
}

/** Exits, stops and targets keep working: they only take risk away. */
export function cancelEntries(state: BrokerState, mode: string): readonly Draft[] {
  return eachOrder(state, (book, order, out) => {
    if (order.role === 'entry') cancelOrder(book, order, `the mode is ${mode}`, out)
  })
}

/** Every order that works, of every book; the bounds of a book that something happened to are set anew. */
export function eachOrder(
  state: BrokerState,
  visit: (book: Book, order: PaperOrder, out: Draft[]) => void,
): readonly Draft[] {
  const out: Draft[] = []
  for (const book of Object.values(state.books)) {
    const before = out.length
    for (const order of ordersOf(book)) visit(book, order, out)
    if (out.length > before) setBounds(book)
  }
  return out.length === 0 ? NOTHING : out
}

export function applySplit(
  state: BrokerState,
  split: EventPayloads['split/applied'],
  config: BrokerConfig,
  world: World,
): readonly Draft[] {
  const book = findBook(state, split.symbol)
  if (book === undefined) return NOTHING
  const turn = createTurn(config, world, book.symbol, world.now(), {
    quoted: false,
    triggers: false,
    room: 0,
  })
  splitBook(book, split, turn)
  setBounds(book)
  return turn.out.length === 0 ? NOTHING : turn.out
}

export function haltSymbol(
  state: BrokerState,
  { halted, symbol }: EventPayloads['symbol/halted'],
): readonly Draft[] {
  openBook(state, symbol).halted = halted === true
  return NOTHING
}
