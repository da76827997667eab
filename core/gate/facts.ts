/**
 * Derives the facts of one order from book, marks, registries and journal. No field that a proposer supplies
 * about itself is believed.
 *
 * Writes into one preallocated column vector; NaN is missing, Infinity not applicable (graveyard/facts.ts).
 */

import { FACT, type Facts, MISSING, NOT_APPLICABLE } from '#graveyard/facts.ts'
import { type Book, equityOf, type OpenOrder, type SymbolBook } from '../book/book.ts'
import { hasSessions, KIND_CODE } from '../book/instruments.ts'
import { averageDailyVolume } from '../book/marks.ts'
import { openMsBetween } from '../book/sessions.ts'
import type { Price, Quantity, RunKind, TimeMs } from '../contract.ts'
import { notionalUp, QUANTITY_SCALE } from '../math.ts'
import { type ModeState, modeOf } from './mode.ts'
import { exitsOf, type OrderFlow, recentCount, tripleOf } from './order-flow.ts'
import type { ParsedOrder } from './parse-order.ts'

/** What surrounds the order; owned by the kernel. */
export interface GateContext {
  readonly book: Book
  readonly mode: ModeState
  readonly flow: OrderFlow
  readonly lists: Lists
  readonly runKind: RunKind
  now: TimeMs
  sealHolds: boolean
}

export interface Lists {
  /** undefined = never loaded, which denies. */
  restricted: { [symbol: string]: true } | undefined
  /** Registered class of each source. */
  readonly sources: { readonly [source: string]: 'public' | 'licensed' | 'private' }
  /** Keys `symbol:X`, `strategy:X`, `agent:X`. */
  paused: { [key: string]: true }
}

/** Who asks, and through which chain of events. */
export interface Proposal {
  readonly parsed: ParsedOrder
  readonly proposer: 'agent' | 'person'
  readonly agent: string
  readonly hypothetical: boolean
  /** Source of the external input at the root of the chain; empty when there is none. */
  readonly rootSource: string
  readonly rootIsMarket: boolean
  readonly hops: number
}

const MODE_CODE = { active: 0, reducing: 1, halted: 2 } as const
const RUN_CODE = { backtest: 0, paper: 1, live: 2 } as const
const SOURCE_CODE = { public: 0, licensed: 1, private: 2 } as const
/** A quote older than this is no touch to trade against. */
const QUOTE_FRESH_MS = 15_000

export function deriveFacts(facts: Facts, entry: SymbolBook, proposal: Proposal, context: GateContext): void {
  const { parsed } = proposal
  const opening = isOpening(entry, parsed)
  const reference = entry.mark > 0 ? entry.mark : MISSING
  const price = entryPrice(entry, parsed, reference, context.now)
  facts[FACT.opening] = opening ? 1 : 0
  facts[FACT.side] = parsed.side
  facts[FACT.kind] = KIND_CODE[entry.instrument.kind]
  facts[FACT.runKind] = RUN_CODE[context.runKind]
  facts[FACT.mode] = MODE_CODE[modeOf(context.mode)]
  facts[FACT.proposer] = proposal.proposer === 'agent' ? 0 : 1
  facts[FACT.hypothetical] = proposal.hypothetical ? 1 : 0
  facts[FACT.quantity] = parsed.quantity
  facts[FACT.entry] = price
  facts[FACT.reference] = reference
  facts[FACT.tick] = entry.instrument.tick
  facts[FACT.stop] = parsed.stop
  facts[FACT.stopCover] = Number.isNaN(parsed.stop) ? 0 : parsed.quantity
  deriveReward(facts, parsed, price)
  deriveExposure(facts, entry, parsed, reference, context.book)
  deriveLiquidity(facts, entry, parsed)
  deriveSources(facts, entry, proposal, context)
  deriveReference(facts, entry, context)
  deriveFlow(facts, entry, proposal, opening, context)
  deriveGovernance(facts, proposal, context)
}

/**
 * An exit has the opposite sign to the position and fits into what is left of it; protective legs within the
 * position count 0.
 */
export function isOpening(entry: SymbolBook, parsed: ParsedOrder): boolean {
  const { position } = entry
  if (position === 0 || Math.sign(position) === parsed.side) return true
  let closing = parsed.quantity
  for (const open of entry.open)
    if (open.side === parsed.side && !isProtective(open)) closing += open.quantity
  return !(closing <= Math.abs(position))
}

function isProtective(open: OpenOrder): boolean {
  return open.role === 'stop' || open.role === 'target'
}

function entryPrice(entry: SymbolBook, parsed: ParsedOrder, reference: Price, now: TimeMs): Price {
  if (!Number.isNaN(parsed.price)) return parsed.price
  if (parsed.order.type !== 'market') return MISSING
  if (entry.markIsQuote && now - entry.quoteTime <= QUOTE_FRESH_MS)
    return parsed.side === 1 ? entry.ask : entry.bid
  return reference
}

function deriveReward(facts: Facts, parsed: ParsedOrder, price: Price): void {
  let worst = parsed.targetCount === 0 ? MISSING : NOT_APPLICABLE
  let portions = parsed.targetCount === 0 ? MISSING : 0
  let reward = 0
  let exact = 0n
  for (let index = 0; index < parsed.targetCount; index++) {
    const target = parsed.targetPrices[index] ?? MISSING
    const portion = parsed.targetPortions[index] ?? MISSING
    const gain = parsed.side * (target - price)
    portions += portion
    // One target that cannot be read makes the worst unknown, whatever the others are worth.
    if (Number.isNaN(gain) || gain < worst) worst = gain
    const absurd = parsed.side === 1 ? target > 2 * price : target * 5 < price * 2
    if (absurd || !Number.isFinite(gain) || !Number.isFinite(portion)) continue
    // Only a sum that stays below 2^53 is kept in a double.
    if (gain * portion + reward <= Number.MAX_SAFE_INTEGER) reward += gain * portion
    else exact += BigInt(gain) * BigInt(portion)
  }
  facts[FACT.targets] = parsed.targetCount
  facts[FACT.worstTargetGain] = worst
  facts[FACT.portionSum] = portions
  const unit = BigInt(QUANTITY_SCALE)
  facts[FACT.reward] =
    exact === 0n ? Math.floor(reward / QUANTITY_SCALE) : Number((exact + BigInt(reward)) / unit)
}

/** Worst case of a symbol: everything on one side fills and nothing on the other. */
function worstOf(entry: SymbolBook, side: number, quantity: Quantity): Quantity {
  let buys = side === 1 ? quantity : 0
  let sells = side === -1 ? quantity : 0
  for (const open of entry.open) {
    if (isProtective(open)) continue
    if (open.side === 1) buys += open.quantity
    else sells += open.quantity
  }
  return Math.max(Math.abs(entry.position + buys), Math.abs(entry.position - sells))
}

function deriveExposure(
  facts: Facts,
  entry: SymbolBook,
  parsed: ParsedOrder,
  reference: Price,
  book: Book,
): void {
  const worst = worstOf(entry, parsed.side, parsed.quantity)
  const price = Number.isNaN(parsed.price) ? reference : Math.max(reference, parsed.price)
  const exposure = exposureOf(worst, Math.max(price, dearestOf(entry)), entry)
  let gross = exposure
  let symbols = 0
  for (const other of book.state.symbols) {
    if (other.position === 0 && other.open.length === 0) continue
    if (other === entry) continue
    gross += exposureOf(worstOf(other, 0, 0), Math.max(other.mark, other.valued, dearestOf(other)), other)
    if (counts(other)) symbols++
  }
  facts[FACT.position] = entry.position
  facts[FACT.worstPosition] = worst
  facts[FACT.exposureAfter] = exposure
  facts[FACT.grossAfter] = gross
  facts[FACT.equity] = equityOf(book)
  facts[FACT.dayStartEquity] = book.state.dayStartEquity
  facts[FACT.netDeposits] = book.state.netDeposits
  facts[FACT.dayLossLatched] = book.state.dayLossLatched ? 1 : 0
  facts[FACT.symbolsAfter] = symbols + 1
}

/** Highest price of a working order that is not protective; 0 when there is none. */
function dearestOf(entry: SymbolBook): Price {
  let price = 0
  for (const open of entry.open) if (!isProtective(open) && open.price > price) price = open.price
  return price
}

function exposureOf(quantity: Quantity, price: Price, entry: SymbolBook): number {
  if (Number.isNaN(quantity) || Number.isNaN(price)) return MISSING
  return notionalUp(price, quantity, entry.instrument.multiplier)
}

function counts(entry: SymbolBook): boolean {
  if (Math.abs(entry.position) >= entry.instrument.lot) return true
  for (const open of entry.open) if (open.role === 'entry') return true
  return false
}

function deriveLiquidity(facts: Facts, entry: SymbolBook, parsed: ParsedOrder): void {
  let working = 0
  for (const open of entry.open)
    if (open.side === parsed.side && !isProtective(open)) working += open.quantity
  facts[FACT.adv20] = averageDailyVolume(entry)
  facts[FACT.sameSideToday] = (parsed.side === 1 ? entry.boughtToday : entry.soldToday) + working
  facts[FACT.floatShares] =
    entry.instrument.kind === 'equity' ? (entry.instrument.floatShares ?? MISSING) : NOT_APPLICABLE
  facts[FACT.publicationAge] = NOT_APPLICABLE
  facts[FACT.selfTrades] = selfTrades(entry, parsed)
  facts[FACT.clientConflicts] = 0
}

/** A market order, and a stop once it is touched, reaches every price; a limit bounds what it can meet. */
function selfTrades(entry: SymbolBook, parsed: ParsedOrder): number {
  const unbounded = Number.isNaN(parsed.price) || parsed.order.type === 'stop'
  let count = 0
  for (const open of entry.open) {
    if (open.side === parsed.side || open.type === 'stop' || open.type === 'stop_limit') continue
    if (parsed.cancelFirst.includes(open.orderId)) continue
    if (unbounded || open.type === 'market' || parsed.side * (parsed.price - open.price) >= 0) count++
  }
  return count
}

function deriveSources(facts: Facts, entry: SymbolBook, proposal: Proposal, context: GateContext): void {
  const { lists } = context
  const root = Object.hasOwn(lists.sources, proposal.rootSource)
    ? lists.sources[proposal.rootSource]
    : undefined
  facts[FACT.restrictedListLoaded] = lists.restricted === undefined ? 0 : 1
  facts[FACT.restricted] =
    lists.restricted !== undefined && Object.hasOwn(lists.restricted, entry.symbol) ? 1 : 0
  facts[FACT.sourceClass] = proposal.hypothetical
    ? SOURCE_CODE.public
    : root === undefined
      ? MISSING
      : SOURCE_CODE[root]
  facts[FACT.sourceRegistered] = entry.source === '' || Object.hasOwn(lists.sources, entry.source) ? 1 : 0
}

function deriveReference(facts: Facts, entry: SymbolBook, context: GateContext): void {
  const known = entry.mark > 0
  const { now } = context
  const aheadMs = known ? Math.max(0, entry.markTime - now) : MISSING
  const since = Math.min(entry.markTime, now)
  const ageMs = hasSessions(entry.instrument.kind) ? openMsBetween(since, now) : now - since
  facts[FACT.referenceAge] = known ? ageMs : MISSING
  facts[FACT.referenceIsQuote] = entry.markIsQuote ? 1 : 0
  facts[FACT.referenceAhead] = aheadMs
  facts[FACT.move] = entry.move < 0 ? NOT_APPLICABLE : entry.move
  facts[FACT.moveIsDaily] = entry.moveIsDaily ? 1 : 0
  facts[FACT.moveConfirmed] = 0
}

function deriveFlow(
  facts: Facts,
  entry: SymbolBook,
  proposal: Proposal,
  opening: boolean,
  context: GateContext,
): void {
  const { side, strategy } = proposal.parsed
  const { flow, now, lists } = context
  const triple = tripleOf(strategy, entry.symbol, side === 1 ? 'buy' : 'sell')
  facts[FACT.hops] = proposal.hops
  facts[FACT.parents60s] = opening ? recentCount(flow.parents[triple], now) : 0
  facts[FACT.tripleLatched] = flow.latched[triple] === true ? 1 : 0
  facts[FACT.executions60s] = recentCount(flow.executions, now)
  facts[FACT.exits60s] = recentCount(exitsOf(flow, entry.symbol), now)
  const paused =
    Object.hasOwn(lists.paused, `symbol:${entry.symbol}`) ||
    Object.hasOwn(lists.paused, `strategy:${strategy}`) ||
    Object.hasOwn(lists.paused, `agent:${proposal.agent}`)
  facts[FACT.paused] = paused ? 1 : 0
}

function deriveGovernance(facts: Facts, proposal: Proposal, context: GateContext): void {
  const backtest = context.runKind === 'backtest'
  const live = context.runKind === 'live'
  facts[FACT.actionKnown] = proposal.parsed.known ? 1 : 0
  facts[FACT.auditLagged] = backtest ? NOT_APPLICABLE : context.mode.causes.audit === undefined ? 0 : 1
  facts[FACT.haltDrill] = live ? 0 : NOT_APPLICABLE
  facts[FACT.sealHolds] = context.sealHolds ? 1 : 0
  facts[FACT.leaseHeld] = backtest ? NOT_APPLICABLE : context.mode.causes.lease === undefined ? 1 : 0
  facts[FACT.causeChain] = proposal.hypothetical ? NOT_APPLICABLE : chainHolds(proposal) ? 1 : 0
  facts[FACT.reasonGiven] = proposal.parsed.order.reason === undefined ? 0 : 1
  facts[FACT.cancellable] = 1
  facts[FACT.closable] = 1
  facts[FACT.approved] = 0
  facts[FACT.approvalNeeded] = live ? 1 : NOT_APPLICABLE
}

/** An agent must stand on a market input; a person's authenticated request is a cause by itself. */
function chainHolds(proposal: Proposal): boolean {
  return proposal.proposer === 'person' ? proposal.rootSource !== '' : proposal.rootIsMarket
}
