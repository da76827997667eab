/**
 * What ARK itself did lately: releases, ends, fills, episodes. The rules on loops, rates and conduct are
 * judged on it. Event time only; plain JSON; reading it changes nothing.
 *
 * Tables are keyed by `=SYMBOL`, so that no symbol can meet a member that every object has.
 */

import { LIMITS } from '#graveyard/limits.ts'
import type { Book, OpenOrder } from '../book/book.ts'
import { findOrder } from '../book/fold.ts'
import type { ArkEvent, Cash, Fill, Order, Quantity, TimeMs } from '../contract.ts'
import { parseQuantity } from '../math.ts'
import type { OrderContent } from './parse-order.ts'

const MINUTE_MS = 60_000
const KEPT_MS = LIMITS.layerEpisodesMs
/** Of one list; ten minutes of any honest flow stay far below. */
const KEPT_MAX = 2_000
export const DUPLICATE_MS = 5_000
/** Messages in thousandths: 5 a second, 20 at once. */
export const BUCKET = 20_000
const REFILL_PER_MS = 5

export interface OrderFlow {
  /** Release times of all orders, oldest first. */
  executions: TimeMs[]
  /** Per strategy, symbol and side: release times of openings. */
  parents: { [triple: string]: TimeMs[] }
  /** Per symbol: release times of exits. */
  exits: { [symbol: string]: TimeMs[] }
  /** Triples that released more than they may; until a person re-arms them. */
  latched: { [triple: string]: true }
  /** Times of everything that went to a broker, cancels included. */
  messages: TimeMs[]
  /** What was left of the bucket, in thousandths, when it was last drawn from. */
  bucket: { left: number; at: TimeMs }
  /** Releases of the last seconds, oldest first: whole content, and the signal they stood on. */
  recent: { readonly content: OrderContent; readonly at: TimeMs; readonly signal: string }[]
  /** Released since the account's day began. */
  today: { turnover: Cash; orders: number }
  symbols: { [symbol: string]: SymbolFlow }
}

export interface SymbolFlow {
  readonly ended: { readonly at: TimeMs; readonly side: number; readonly filled: boolean }[]
  readonly fills: {
    readonly at: TimeMs
    readonly side: number
    readonly quantity: Quantity
    readonly aggressive: boolean
  }[]
  /** `side` is the one that the layers stood on. */
  readonly episodes: { readonly at: TimeMs; readonly side: number }[]
}

export function createOrderFlow(): OrderFlow {
  return {
    executions: [],
    parents: {},
    exits: {},
    latched: {},
    messages: [],
    bucket: { left: BUCKET, at: 0 },
    recent: [],
    today: { turnover: 0, orders: 0 },
    symbols: {},
  }
}

/** `|` cannot occur in a symbol, so the triple is unambiguous; a plain key like __proto__ never occurs. */
export function tripleOf(strategy: string, symbol: string, side: string): string {
  return `${strategy}|${symbol}|${side}`
}

export function latchTriple(flow: OrderFlow, { side, strategy = 'manual', symbol }: Order): void {
  flow.latched[tripleOf(strategy, symbol, side)] = true
}

/** How many of the times, oldest first, lie within the last minute. */
export function recentCount(times: readonly TimeMs[] | undefined, now: TimeMs): number {
  if (times === undefined) return 0
  let count = 0
  for (let at = times.length - 1; at >= 0 && (times[at] ?? 0) > now - MINUTE_MS; at--) count++
  return count
}

export interface Release {
  readonly triple: string
  readonly symbol: string
  readonly opening: boolean
  readonly notional: Cash
  /** The order's whole content, and the signal behind it. */
  readonly content: OrderContent
  readonly signal: string
}

export function recordRelease(flow: OrderFlow, release: Release, now: TimeMs): void {
  push(flow.executions, now)
  const [table, key] = release.opening ? [flow.parents, release.triple] : [flow.exits, `=${release.symbol}`]
  const times = table[key] ?? []
  table[key] = times
  push(times, now)
  recordMessage(flow, now)
  const { recent } = flow
  while (recent[0] !== undefined && recent[0].at < now - DUPLICATE_MS) recent.shift()
  recent.push({ content: release.content, at: now, signal: release.signal })
  flow.today.orders++
  flow.today.turnover += release.notional
}

/** Every message to a broker draws one from the bucket; an exit may overdraw it. */
export function recordMessage(flow: OrderFlow, now: TimeMs): void {
  push(flow.messages, now)
  flow.bucket = { left: messagesLeft(flow, now) - 1_000, at: now }
}

/** In thousandths of a message. */
export function messagesLeft({ bucket }: OrderFlow, now: TimeMs): number {
  return Math.min(BUCKET, bucket.left + Math.max(0, now - bucket.at) * REFILL_PER_MS)
}

export function exitsOf(flow: OrderFlow, symbol: string): readonly TimeMs[] | undefined {
  return flow.exits[`=${symbol}`]
}

export function symbolFlow(flow: OrderFlow, symbol: string): SymbolFlow | undefined {
  return flow.symbols[`=${symbol}`]
}

/** Folds what becomes of own orders; called before the book forgets the order. */
export function noteOrder(flow: OrderFlow, book: Book, event: ArkEvent): void {
  switch (event.type) {
    case 'order/filled':
      noteFill(flow, event.payload, event.time)
      if (event.payload.remaining === '0') noteEnd(flow, book, event.payload.orderId, event.time, true)
      return
    case 'order/cancelled':
    case 'order/rejected':
      return noteEnd(flow, book, event.payload.orderId, event.time, false)
    case 'order/cancel_requested':
    case 'order/amended':
      return recordMessage(flow, event.time)
    default:
      return
  }
}

export function noteEpisode(flow: OrderFlow, symbol: string, side: number, at: TimeMs): void {
  const { episodes } = openSymbol(flow, symbol)
  episodes.push({ at, side })
  forget(episodes, at)
}

function noteFill(flow: OrderFlow, fill: Fill, at: TimeMs): void {
  const { fills } = openSymbol(flow, fill.symbol)
  const side = fill.side === 'buy' ? 1 : -1
  fills.push({ at, side, quantity: parseQuantity(fill.quantity), aggressive: fill.liquidity === 'taker' })
  forget(fills, at)
}

/** Protective legs cancel one another by design, so their ends say nothing about intentions. */
function noteEnd(flow: OrderFlow, book: Book, orderId: string, at: TimeMs, filled: boolean): void {
  const found = findOrder(book, orderId)
  if (found === undefined || isProtective(found.open)) return
  const { ended } = openSymbol(flow, found.entry.symbol)
  ended.push({ at, side: found.open.side, filled: filled || filledOf(found.open) > 0 })
  forget(ended, at)
}

/** What had filled when the broker spoke of it last, and since. */
export function filledOf({ order, quantity }: OpenOrder): Quantity {
  const before = order.filled === undefined ? 0 : parseQuantity(order.filled)
  return before + parseQuantity(order.quantity) - quantity
}

export function isProtective(open: OpenOrder): boolean {
  return open.role === 'stop' || open.role === 'target'
}

function openSymbol(flow: OrderFlow, symbol: string): SymbolFlow {
  const known = flow.symbols[`=${symbol}`]
  if (known !== undefined) return known
  const fresh: SymbolFlow = { ended: [], fills: [], episodes: [] }
  flow.symbols[`=${symbol}`] = fresh
  return fresh
}

function push(times: TimeMs[], now: TimeMs): void {
  times.push(now)
  while (times.length > 0 && (times[0] ?? now) <= now - MINUTE_MS) times.shift()
}

function forget(list: { readonly at: TimeMs }[], now: TimeMs): void {
  while (list.length > KEPT_MAX || (list[0] !== undefined && list[0].at <= now - KEPT_MS)) list.shift()
}
