/**
 * The overlay's view of an order: one object, filled anew for each verdict so that the hot path allocates
 * nothing.
 */

import { FACT, type Facts } from '#graveyard/facts.ts'
import type { Book, SymbolBook } from '../book/book.ts'
import { hasSessions } from '../book/instruments.ts'
import { averageDailyVolume } from '../book/marks.ts'
import { isOpen, sessionCloseOf } from '../book/sessions.ts'
import type { Cash, OrderFacts, TimeMs } from '../contract.ts'
import { mulDiv, notionalUp, PRICE_SCALE } from '../math.ts'
import { DAY } from '../time.ts'
import type { GateContext, Proposal } from './facts.ts'
import { DUPLICATE_MS, messagesLeft, type OrderFlow, recentCount } from './order-flow.ts'
import { isSameContent, orderContent } from './parse-order.ts'

export type MutableOrderFacts = { -readonly [Name in keyof OrderFacts]: OrderFacts[Name] }

const BLANK: MutableOrderFacts = {
  symbol: '',
  kind: 'equity',
  side: 'buy',
  type: 'market',
  opening: true,
  quantity: 0,
  referencePrice: 0,
  orderPrice: 0,
  entryPrice: 0,
  stopPrice: 0,
  notional: 0,
  equity: 0,
  positionAfter: 0,
  shortable: false,
  exits60s: 0,
  onBars: true,
  strategy: '',
  agent: '',
  proposer: 'agent',
  now: 0,
  exposureAfter: 0,
  rewardToRisk: 0,
  averageVolume: 0,
  turnoverToday: 0,
  ordersToday: 0,
  messagesLeft: 0,
  messages60s: 0,
  duplicateAgeMs: 0,
  inRegularHours: true,
  loss24h: 0,
  lossWeek: 0,
  lossToday: 0,
  setup: undefined,
}
const WEEK = 7 * DAY

export function createOrderFacts(): MutableOrderFacts {
  return { ...BLANK }
}

export function fillOrderFacts(
  view: MutableOrderFacts,
  facts: Facts,
  entry: SymbolBook,
  proposal: Proposal,
  context: GateContext,
): void {
  const { parsed } = proposal
  const { book, flow, now } = context
  const entryPrice = column(facts, FACT.entry)
  const valued = Number.isFinite(entryPrice) && Number.isFinite(parsed.quantity)
  view.symbol = entry.symbol
  view.kind = entry.instrument.kind
  view.side = parsed.order.side
  view.type = parsed.order.type
  view.opening = facts[FACT.opening] === 1
  view.quantity = parsed.quantity
  view.referencePrice = column(facts, FACT.reference)
  view.orderPrice = parsed.price
  view.entryPrice = entryPrice
  view.stopPrice = parsed.stop
  view.notional = valued ? notionalUp(entryPrice, parsed.quantity, entry.instrument.multiplier) : Number.NaN
  view.equity = column(facts, FACT.equity)
  view.positionAfter = entry.position + parsed.side * parsed.quantity
  view.shortable = entry.instrument.shortable === true
  view.exits60s = column(facts, FACT.exits60s)
  view.onBars = entry.markIsBar
  view.strategy = parsed.strategy
  view.agent = proposal.agent
  view.proposer = proposal.proposer
  view.now = now
  view.exposureAfter = column(facts, FACT.exposureAfter)
  view.rewardToRisk = rewardToRisk(facts)
  view.averageVolume = averageDailyVolume(entry)
  view.turnoverToday = flow.today.turnover
  view.ordersToday = flow.today.orders
  view.messagesLeft = messagesLeft(flow, now) / 1_000
  view.messages60s = recentCount(flow.messages, now)
  view.duplicateAgeMs = duplicateAge(flow, proposal, now)
  // An auction is held by a session, whenever the order for it is sent.
  view.inRegularHours = parsed.auction || inRegularHours(entry, now)
  view.loss24h = lossSince(book, now - DAY, view.equity)
  view.lossWeek = lossSince(book, now - WEEK, view.equity)
  view.lossToday = lossOf(column(facts, FACT.dayStartEquity), book.state.netDeposits, view.equity)
  view.setup = proposal.setup
}

function column(facts: Facts, index: number): number {
  return facts[index] ?? Number.NaN
}

function rewardToRisk(facts: Facts): number {
  const risk = column(facts, FACT.side) * (column(facts, FACT.entry) - column(facts, FACT.stop))
  const reward = column(facts, FACT.reward)
  return risk > 0 && column(facts, FACT.targets) > 0 ? mulDiv(reward, PRICE_SCALE, risk) : Number.NaN
}

function duplicateAge(flow: OrderFlow, proposal: Proposal, now: TimeMs): number {
  // Nothing left lately: the common case costs nothing.
  const newest = flow.executions[flow.executions.length - 1] ?? Number.NEGATIVE_INFINITY
  if (newest < now - DUPLICATE_MS || !proposal.parsed.known) return Number.POSITIVE_INFINITY
  const content = orderContent(proposal.parsed)
  const before = flow.recent.findLast((release) => isSameContent(release.content, content))
  const repeats = before !== undefined && before.signal === proposal.signal
  return repeats ? now - before.at : Number.POSITIVE_INFINITY
}

/** By the time of execution: what is decided on the closing bar of a session is executed at the next open. */
function inRegularHours(entry: SymbolBook, now: TimeMs): boolean {
  if (!hasSessions(entry.instrument.kind) || (entry.markIsBar && entry.moveIsDaily)) return true
  return isOpen(now) || (entry.markIsBar && now === sessionCloseOf(Math.floor(now / DAY)))
}

/** Against the oldest equity on record since then; 0 before there is one. */
function lossSince(book: Book, since: TimeMs, equity: Cash): number {
  const { deposited, equities } = book.state
  let low = 0
  let high = equities.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((equities[middle]?.[0] ?? 0) < since) low = middle + 1
    else high = middle
  }
  const first = equities[low]
  return first === undefined ? 0 : lossOf(first[1], deposited - first[2], equity)
}

function lossOf(start: number, deposits: number, equity: number): number {
  return start > 0 ? mulDiv(start + deposits - equity, PRICE_SCALE, start) : Number.NaN
}
