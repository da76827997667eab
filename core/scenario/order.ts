/**
 * An order of a scenario: judged by the gate itself, and where it is allowed released and filled as a broker
 * would. What a denial brings about follows too: a latched day, a remembered episode, a mode that falls.
 */

import { createBook, type SymbolBook, symbolOf } from '../book/book.ts'
import type { Decision, Draft, Fill, Json, Order, Price, Setup, WorkingOrder } from '../contract.ts'
import { changeMode, type Kernel } from '../cycle/kernel.ts'
import { noteRefusal } from '../cycle/refusal.ts'
import { noteRelease } from '../cycle/release.ts'
import { latchDayLoss } from '../cycle/verdict.ts'
import { watchLeverage } from '../cycle/watch.ts'
import { hashOrder, toDecision, toLimits, toRuleResults } from '../gate/decision.ts'
import type { Proposal } from '../gate/facts.ts'
import { judgeProposal } from '../gate/gate.ts'
import { modeOf } from '../gate/mode.ts'
import { toOrderChange } from '../gate/nearest.ts'
import { parseOrder } from '../gate/parse-order.ts'
import { enter } from '../gate/registers.ts'
import { type Ask, conflictsOf, nearestAllowed } from '../gate/remedy.ts'
import { floorTo, formatPrice, formatQuantity, mulDiv, parseQuantity, QUANTITY_SCALE } from '../math.ts'
import { MINUTE } from '../time.ts'
import { toPlainText } from './amount.ts'
import type { Said } from './answer.ts'
import { createRoot, toEvent } from './event.ts'
import { cancelOrder, tell } from './others.ts'
import type { Step } from './schema.ts'
import { letCausesCount } from './stage.ts'

const APPROVAL_MS = 15 * MINUTE
/** Rules whose cause reduces the box once it has denied an opening. */
const REDUCING: readonly string[] = ['watchdog_monitoring', 'audit_all_actions']

export function playOrder(kernel: Kernel, step: Step, given: object, orderId: string): Said {
  const { book, context, gate } = kernel
  const order = toOrder(given)
  const entry = book.index.get(order.symbol) ?? symbolOf(createBook(0, []), order.symbol)
  const orderHash = hashOrder(order, kernel.options.hash)
  if (step.approved)
    enter(context.registers.approved, orderHash, {
      reference: entry.mark,
      expires: context.now + APPROVAL_MS,
    })
  const ask: Ask = (asked) => judgeProposal(gate, toProposal(step, asked, orderHash), context, kernel.overlay)
  const cancelFirst = conflictsOf(gate, entry.open, order, ask)
  const mask = ask(order)
  const rules = toRuleResults(gate.outcome)
  const limitResults = toLimits(gate.overlay)
  const limits = limitResults.filter(({ verdict }) => verdict !== 'allow').map(({ limit }) => limit)
  const decision = toDecision(
    gate,
    mask,
    termsOf(kernel, step, order, orderHash, orderId),
    kernel.options.hash,
  )
  const named = (verdict: string) => rules.filter((each) => each.verdict === verdict).map(({ rule }) => rule)
  const said = {
    allowed: mask === 0,
    deniedBy: named('deny'),
    unknown: named('unknown'),
    held: named('held'),
    limits,
    cancelFirst,
    rules,
    limitResults,
  }
  if (mask === 0) {
    release(kernel, decision, entry, step)
    return said
  }
  const answer = nearestAllowed(gate, entry.instrument, order, cancelFirst, ask)
  refuse(kernel, decision)
  return answer.found ? { ...said, nearest: toOrderChange(answer.change) } : said
}

/** Amounts may be numbers; what is no amount stays as it is, for the gate to refuse. */
function toOrder(given: object): Order {
  const order: { [name: string]: unknown } = { ...given }
  for (const name of ['quantity', 'limitPrice', 'stopPrice', 'trail'])
    if (name in order) order[name] = toText(order[name])
  if ('stopLoss' in order) order.stopLoss = withTexts(order.stopLoss)
  if (Array.isArray(order.targets)) order.targets = order.targets.map(withTexts)
  return order as unknown as Order
}

function withTexts(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, amount]) => [name, toText(amount)]))
}

function toText(value: unknown): unknown {
  return typeof value === 'number' ? toPlainText(value) : value
}

function toProposal(step: Step, order: Order, orderHash: string): Proposal {
  const byAgent = step.proposer === 'agent'
  return {
    parsed: parseOrder(order),
    proposer: step.proposer,
    agent: byAgent ? step.agent : '',
    standing: step.cause === undefined ? 'scenario' : 'real',
    orderHash,
    setup: byAgent ? setupOf(step, order) : undefined,
    signal: signalOf(step),
    rootSource: 'feed',
    rootIsMarket: byAgent && step.cause !== 'none',
    hops: step.hops,
    chain: byAgent ? ['kyle', 'joey'] : [],
  }
}

/** Two of the same content are one. */
function signalOf({ signal }: Step): string {
  return signal === undefined ? '' : JSON.stringify(signal)
}

/** Where a scenario says nothing of a pattern, the agent saw one and was certain. */
function setupOf({ pattern, signal }: Step, { side, symbol }: Order): Setup {
  const seen = { symbol, direction: side === 'sell' ? 'short' : 'long' } as const
  const { confidence = 1, pattern: name = 'scenario', atr } = pattern ?? {}
  const told = atr === undefined ? {} : { atr }
  return {
    pattern:
      pattern === null
        ? undefined
        : { ...seen, pattern: name, confidence, price: '0', evidence: {}, ...told },
    signal:
      signal === undefined
        ? undefined
        : { ...seen, kind: 'external', confidence: 1, metadata: signal as { [name: string]: Json } },
  }
}

function termsOf(kernel: Kernel, step: Step, order: Order, orderHash: string, decisionId: string) {
  return {
    decisionId,
    ordinal: ++kernel.state.decisions,
    planId: decisionId,
    principal: step.proposer === 'agent' ? step.agent : 'scenario',
    order,
    orderHash,
    rulesetDigest: kernel.options.rulesetDigest,
    mode: modeOf(kernel.context.mode),
  }
}

/** What core does with a denial. Only an opening can be denied for a lost lease or an audit that lags. */
function refuse(kernel: Kernel, decision: Decision): void {
  const { context } = kernel
  const { deniedBy } = decision
  const verdict = deniedBy.length === 0 && decision.held.length > 0 ? 'held' : 'denied'
  tell(kernel, { type: `decision/${verdict}`, payload: decision } as Draft)
  noteRefusal(kernel, decision)
  if (deniedBy.some((rule) => REDUCING.includes(rule))) letCausesCount(context.mode)
  const cause = toEvent({ type: 'clock/ticked', payload: {} }, context.now)
  if (deniedBy.includes('max_leverage')) watchLeverage(kernel, cause, createRoot())
  const change = deniedBy.includes('max_daily_loss') ? latchDayLoss(kernel) : undefined
  if (change !== undefined) changeMode(kernel, cause, createRoot(), change)
}

/** Reserved, released, acknowledged: then filled whole, or left to work. */
function release(kernel: Kernel, decision: Decision, entry: SymbolBook, step: Step): void {
  const { decisionId, intent, order } = decision
  tell(kernel, { type: 'decision/approved', payload: decision })
  for (const id of parseOrder(order).cancelFirst) cancelOrder(kernel, id, 'cancelled first')
  noteRelease(kernel, order, intent, signalOf(step), kernel.context.now)
  const open = entry.open.find((known) => known.orderId === decisionId)
  if (open === undefined) return
  tell(kernel, { type: 'order/accepted', payload: open.order })
  if (!step.fill) return
  const price = parseOrder(order).price || touchOf(entry, order)
  tell(kernel, { type: 'order/filled', payload: toFill(decision, price, isAggressive(entry, order, price)) })
  endGroup(kernel, entry, open.order)
  if (intent === 'open') protect(kernel, decision, entry)
  else releaseCover(kernel, entry)
}

/** What a market order meets. */
function touchOf({ ask, bid, mark, markIsQuote }: SymbolBook, { side }: Order): Price {
  if (!markIsQuote) return mark
  return side === 'buy' ? ask : bid
}

function isAggressive(entry: SymbolBook, order: Order, price: Price): boolean {
  if (order.type !== 'limit') return true
  const touch = touchOf(entry, order)
  return order.side === 'buy' ? price >= touch : price <= touch
}

function toFill({ decisionId, intent, order }: Decision, price: Price, aggressive: boolean): Fill {
  return {
    orderId: decisionId,
    role: intent === 'open' ? 'entry' : 'exit',
    symbol: order.symbol,
    side: order.side,
    quantity: order.quantity,
    price: formatPrice(price),
    fee: '0',
    remaining: '0',
    liquidity: aggressive ? 'taker' : 'maker',
    reason: 'filled as the step says',
  }
}

/** The bracket that an entry brings: a stop for all of it, targets for whole lots. */
function protect(kernel: Kernel, { decisionId, order }: Decision, { instrument }: SymbolBook): void {
  const quantity = parseQuantity(order.quantity)
  const child = (suffix: string, terms: Partial<WorkingOrder>): void =>
    tell(kernel, {
      type: 'order/accepted',
      payload: {
        orderId: `${decisionId}.${suffix}`,
        symbol: order.symbol,
        side: order.side === 'buy' ? 'sell' : 'buy',
        type: 'limit',
        role: 'target',
        quantity: order.quantity,
        strategy: order.strategy ?? 'manual',
        parent: decisionId,
        group: decisionId,
        ...terms,
      },
    })
  if (order.stopLoss !== undefined) {
    const { price: stopPrice, trail } = order.stopLoss
    const type = trail === undefined ? { type: 'stop' as const } : { type: 'trailing_stop' as const, trail }
    child('stop', { ...type, role: 'stop', stopPrice })
  }
  for (const [index, { portion, price }] of (order.targets ?? []).entries()) {
    const share = floorTo(mulDiv(quantity, parseQuantity(portion), QUANTITY_SCALE), instrument.lot)
    if (share > 0) child(`target${index + 1}`, { quantity: formatQuantity(share), limitPrice: price })
  }
}

/** The first of an OCO group that fills ends the rest of it. */
function endGroup(kernel: Kernel, entry: SymbolBook, { group, strategy }: WorkingOrder): void {
  if (group === undefined) return
  for (const { orderId, order } of entry.open.slice())
    if (order.group === group && order.strategy === strategy && order.parent === undefined)
      cancelOrder(kernel, orderId, 'another of its group was filled')
}

/** A position that is closed needs no cover. */
function releaseCover(kernel: Kernel, entry: SymbolBook): void {
  if (entry.position !== 0) return
  for (const { orderId, role } of entry.open.slice())
    if (role === 'stop' || role === 'target') cancelOrder(kernel, orderId, 'the position is closed')
}
