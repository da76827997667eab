/**
 * Derives the facts of one order from book, marks, registries and journal. No field that a proposer supplies
 * about itself is believed.
 *
 * Writes into one preallocated column vector; NaN is missing, Infinity not applicable (graveyard/facts.ts).
 */

import { FACT, type Facts, MISSING, NOT_APPLICABLE } from '#graveyard/facts.ts'
import { LIMITS } from '#graveyard/limits.ts'
import type { Book, SymbolBook } from '../book/book.ts'
import { hasSessions, KIND_CODE } from '../book/instruments.ts'
import { averageDailyVolume } from '../book/marks.ts'
import { openMsBetween } from '../book/sessions.ts'
import type { Price, RunKind, Setup, TimeMs } from '../contract.ts'
import { QUANTITY_SCALE } from '../math.ts'
import { DAY } from '../time.ts'
import { deriveConduct } from './conduct.ts'
import { deriveExposure } from './exposure.ts'
import { deriveGovernance } from './governance-facts.ts'
import { classOf, isRestricted, type Lists, SOURCE_CODE } from './lists.ts'
import { type ModeState, modeOf } from './mode.ts'
import { exitsOf, type OrderFlow, recentCount, tripleOf } from './order-flow.ts'
import type { ParsedOrder } from './parse-order.ts'
import { isEmpty, lookUp, type Registers } from './registers.ts'
import { countedQuantity, isExposing, isExposingOrStop, isStopType } from './working.ts'

/** What surrounds the order; owned by the kernel. */
export interface GateContext {
  readonly book: Book
  readonly mode: ModeState
  readonly flow: OrderFlow
  readonly lists: Lists
  readonly registers: Registers
  /** The broker can take an order back. */
  readonly brokerCancels: boolean
  readonly rulesetDigest: string
  readonly runKind: RunKind
  now: TimeMs
  sealHolds: boolean
}

/** Who asks, and through which chain of events. */
export interface Proposal {
  readonly parsed: ParsedOrder
  readonly proposer: 'agent' | 'person'
  /** Plugin that proposed it; empty for a person. */
  readonly agent: string
  /** `question`: /v1/evaluate. `scenario`: judged like a real order, without a chain of causes. */
  readonly standing: 'real' | 'question' | 'scenario'
  /** Empty where no approval can be bound to it. */
  readonly orderHash: string
  readonly setup: Setup | undefined
  /** What makes two orders different although their terms are the same. */
  readonly signal: string
  /** Source of the external input at the root of the chain; empty when there is none. */
  readonly rootSource: string
  readonly rootIsMarket: boolean
  readonly hops: number
  /** Plugins whose word it stands on, beside the one that proposed it. */
  readonly chain: readonly string[]
}

const MODE_CODE = { active: 0, reducing: 1, halted: 2 } as const
const RUN_CODE = { backtest: 0, paper: 1, live: 2 } as const
const STANDING_CODE = { real: 0, question: 1, scenario: 2 } as const

export function deriveFacts(facts: Facts, entry: SymbolBook, proposal: Proposal, context: GateContext): void {
  const { parsed } = proposal
  const opening = isOpening(entry, parsed)
  const reference = entry.mark > 0 ? entry.mark : MISSING
  const price = entryPrice(entry, parsed, reference, context)
  facts[FACT.opening] = opening ? 1 : 0
  facts[FACT.side] = parsed.side
  facts[FACT.kind] = KIND_CODE[entry.instrument.kind]
  facts[FACT.runKind] = RUN_CODE[context.runKind]
  facts[FACT.mode] = MODE_CODE[modeOf(context.mode)]
  facts[FACT.proposer] = proposal.proposer === 'agent' ? 0 : 1
  facts[FACT.hypothetical] = STANDING_CODE[proposal.standing]
  facts[FACT.action] = 0
  // What only actions that are no orders carry.
  facts.fill(NOT_APPLICABLE, FACT.stopBefore, FACT.credentials + 1)
  facts[FACT.quantity] = parsed.quantity
  facts[FACT.entry] = price
  facts[FACT.reference] = reference
  facts[FACT.tick] = entry.instrument.tick
  facts[FACT.stop] = parsed.stop
  facts[FACT.stopCover] = Number.isNaN(parsed.stop) ? 0 : parsed.quantity
  deriveReward(facts, parsed, price)
  deriveExposure(facts, entry, parsed, reference, context.book)
  deriveLiquidity(facts, entry, parsed)
  deriveConduct(facts, entry, parsed, price, context)
  deriveSources(facts, entry, proposal, context)
  deriveReference(facts, entry, context)
  deriveFlow(facts, entry, proposal, opening, context)
  deriveGovernance(facts, entry, proposal, context)
}

/**
 * An exit has the opposite sign to the position and fits into what is left of it; protective legs within the
 * position count 0, an OCO group once. For one more stop the stops count as well: together they must not
 * close more than is held.
 */
export function isOpening(entry: SymbolBook, parsed: ParsedOrder): boolean {
  const { position } = entry
  if (position === 0 || Math.sign(position) === parsed.side) return true
  const counts = isStopType(parsed.order.type) ? isExposingOrStop : isExposing
  let closing = parsed.quantity
  for (const open of entry.open)
    if (open.side === parsed.side && counts(open)) closing += countedQuantity(entry, open, counts, parsed)
  return !(closing <= Math.abs(position))
}

function entryPrice(
  entry: SymbolBook,
  parsed: ParsedOrder,
  reference: Price,
  { now, runKind }: GateContext,
): Price {
  if (!Number.isNaN(parsed.price)) return parsed.price
  if (parsed.order.type !== 'market') return MISSING
  if (
    entry.markIsQuote &&
    now - entry.quoteTime <= (runKind === 'live' ? LIMITS.maxQuoteAgeMs : LIMITS.maxReferenceAgeMs)
  )
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

function deriveLiquidity(facts: Facts, entry: SymbolBook, parsed: ParsedOrder): void {
  let working = 0
  for (const open of entry.open)
    if (open.side === parsed.side && isExposing(open))
      working += countedQuantity(entry, open, isExposing, parsed)
  facts[FACT.adv20] = averageDailyVolume(entry)
  facts[FACT.sameSideToday] = (parsed.side === 1 ? entry.boughtToday : entry.soldToday) + working
  facts[FACT.floatShares] =
    entry.instrument.kind === 'equity' ? (entry.instrument.floatShares ?? MISSING) : NOT_APPLICABLE
}

/**
 * A price counts with the class of its own source, a proposal with that of its root: the worse one stands.
 */
function deriveSources(facts: Facts, entry: SymbolBook, proposal: Proposal, context: GateContext): void {
  const { lists } = context
  const priced = entry.source === '' ? SOURCE_CODE.public : classOf(lists, entry.source)
  const rooted = proposal.standing === 'real' ? classOf(lists, proposal.rootSource) : SOURCE_CODE.public
  facts[FACT.restrictedListLoaded] = lists.restricted === undefined ? 0 : 1
  facts[FACT.restricted] = isRestricted(lists, entry.symbol) ? 1 : 0
  // A source that turned private must not lock anybody in: what a price is worth is asked of openings.
  const opening = facts[FACT.opening] === 1
  facts[FACT.sourceClass] = Math.max(opening ? priced : SOURCE_CODE.public, rooted, taggedClass(proposal))
  facts[FACT.sourceRegistered] = entry.source === '' || Object.hasOwn(lists.sources, entry.source) ? 1 : 0
}

/** What a sender says of its own source may only make it worse. */
function taggedClass({ setup }: Proposal): number {
  const tag = setup?.signal?.metadata?.sourceClass
  return tag === 'private' ? SOURCE_CODE.private : SOURCE_CODE.public
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
  const split = lookUp(context.registers.splits, entry.symbol)
  facts[FACT.moveConfirmed] = split !== undefined && now - split <= DAY ? 1 : 0
}

/** A pause of the symbol, the strategy, or any agent whose word the proposal stands on. */
function isPaused(context: GateContext, symbol: string, { agent, chain, parsed }: Proposal): boolean {
  const { paused } = context.lists
  // The common case costs no text.
  if (isEmpty(paused)) return false
  const keys = [`symbol:${symbol}`, `strategy:${parsed.strategy}`, `agent:${agent}`]
  for (const name of chain) keys.push(`agent:${name}`)
  return keys.some((key) => Object.hasOwn(paused, key) && !isLifted(context, `pause:${key}`))
}

/** Two people lifted it for a while. */
function isLifted({ registers, now }: GateContext, name: string): boolean {
  return now <= (lookUp(registers.overrides, name) ?? -1)
}

function deriveFlow(
  facts: Facts,
  entry: SymbolBook,
  proposal: Proposal,
  opening: boolean,
  context: GateContext,
): void {
  const { side, strategy } = proposal.parsed
  const { flow, now } = context
  const triple = tripleOf(strategy, entry.symbol, side === 1 ? 'buy' : 'sell')
  facts[FACT.hops] = proposal.hops
  facts[FACT.parents60s] = opening ? recentCount(flow.parents[triple], now) : 0
  const latched = flow.latched[triple] === true && !isLifted(context, `latch:${triple}`)
  facts[FACT.tripleLatched] = latched ? 1 : 0
  facts[FACT.executions60s] = recentCount(flow.executions, now)
  facts[FACT.exits60s] = recentCount(exitsOf(flow, entry.symbol), now)
  facts[FACT.paused] = isPaused(context, entry.symbol, proposal) ? 1 : 0
}
