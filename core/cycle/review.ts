/**
 * A market order that waits for the next open is judged once more at that open: its size, stop and collar
 * were judged on a price that is gone.
 *
 * Called for each bar before the broker sees it. The verdict is journaled under the order's first id; an
 * order that no longer passes is taken back unfilled. Exits are not asked again: they only take risk away.
 */

import { type OpenOrder, type SymbolBook, symbolOf } from '../book/book.ts'
import { findOrder } from '../book/fold.ts'
import { hasSessions } from '../book/instruments.ts'
import { atOpen } from '../book/marks.ts'
import { recordReview } from '../book/performance.ts'
import { sessionCloseOf, sessionOpenOf } from '../book/sessions.ts'
import type { ArkEvent, Bar, Decision, EventOf, TimeMs } from '../contract.ts'
import { digestLine, toDecision } from '../gate/decision.ts'
import type { GateContext, Proposal } from '../gate/facts.ts'
import { judgeProposal } from '../gate/gate.ts'
import { modeOf } from '../gate/mode.ts'
import { parseOrder } from '../gate/parse-order.ts'
import { type Approval, lookUp } from '../gate/registers.ts'
import { withoutRelease } from '../gate/review-flow.ts'
import { DAY, resolutionMs } from '../time.ts'
import { isolate } from './isolation.ts'
import { emit, type Kernel, type Root } from './kernel.ts'
import { releaseOf } from './release.ts'

/** What an approved market order was judged on beside the market: plain JSON, part of the kernel's state. */
export interface Waiting {
  readonly orderId: string
  readonly ordinal: number
  readonly planId: string
  readonly principal: string
  readonly order: Decision['order']
  readonly orderHash: string
  readonly proposal: Omit<Proposal, 'parsed'>
  readonly approvedAt: TimeMs
  /**
   * The same instant in the time of its rows, which on paper lag behind the clock: no bar before it is met.
   */
  readonly since: TimeMs
  /** A person's word that the order needed, used up by now. */
  readonly approval?: Approval
  /** False where a gate that observes let it pass. */
  readonly allowed: boolean
}

/** Notes an approval whose order may still be waiting when the next bar opens. */
export function noteWaiting(
  { book, context, options, state }: Kernel,
  decision: Decision,
  proposal: Proposal,
): void {
  const { decisionId: orderId, order, orderHash, ordinal, planId, principal } = decision
  if (decision.intent !== 'open' || order.type !== 'market') return
  const approval = lookUp(context.registers.approved, proposal.orderHash)
  const { agent, chain, hops, proposer, rootIsMarket, rootSource, setup, signal, standing } = proposal
  const rest = {
    agent,
    chain,
    hops,
    orderHash: proposal.orderHash,
    proposer,
    rootIsMarket,
    rootSource,
    setup,
    signal,
    standing,
  }
  state.waiting.push({
    orderId,
    ordinal,
    planId,
    principal,
    order,
    orderHash,
    proposal: rest,
    approvedAt: context.now,
    since: options.kind === 'backtest' ? context.now : symbolOf(book, order.symbol).markTime,
    ...(approval === undefined ? {} : { approval }),
    allowed: decision.allowed,
  })
}

/** An order that has filled or ended waits no longer; called when the book has folded the event. */
export function endWaiting({ book, state }: Kernel, event: ArkEvent): void {
  if (state.waiting.length === 0) return
  switch (event.type) {
    case 'order/filled':
    case 'order/cancelled':
    case 'order/rejected':
    case 'order/throttled':
    case 'permit/lapsed': {
      const { orderId } = event.payload
      // Neither a forged submission under its id nor a late refusal takes a working order off the book.
      if (event.type !== 'order/filled' && findOrder(book, orderId) !== undefined) return
      const place = state.waiting.findIndex((waiting) => waiting.orderId === orderId)
      if (place >= 0) state.waiting.splice(place, 1)
      return
    }
    default:
      return
  }
}

/**
 * A split between decision and open: the size that was judged is another one now, so the order is taken back.
 */
export function withdrawOverSplit(kernel: Kernel, event: EventOf<'split/applied'>, root: Root): void {
  for (const { order, orderId } of kernel.state.waiting.slice())
    if (order.symbol === event.payload.symbol)
      withdraw(kernel, event, root, orderId, 'a split came before its open')
}

export function reviewAtOpen(
  kernel: Kernel,
  event: EventOf<'market/bar'>,
  root: Root,
  entry: SymbolBook,
): void {
  // Nearly every bar meets none.
  if (kernel.state.waiting.length === 0 || event.payload.volume === 0) return
  for (const waiting of kernel.state.waiting.slice()) {
    const open = entry.open.find(({ orderId }) => orderId === waiting.orderId)
    if (open?.acknowledged === true && mayMeet(waiting, entry, event.payload))
      review(kernel, event, root, entry, open, waiting)
  }
}

/**
 * What is known of it here: that the bar began later, and that it holds the auction which the order is for.
 */
function mayMeet({ order, since }: Waiting, entry: SymbolBook, bar: Bar): boolean {
  const { open, close } = sessionOf(entry, bar)
  if (order.timeInForce === 'opg') return open >= since && bar.end > open
  if (order.timeInForce === 'cls') return close > since && bar.end >= close
  return beginOf(entry, bar) >= since
}

function review(
  kernel: Kernel,
  event: EventOf<'market/bar'>,
  root: Root,
  entry: SymbolBook,
  open: OpenOrder,
  waiting: Waiting,
): void {
  const { options, state } = kernel
  const decision = judgeAtOpen(kernel, event, entry, open, waiting)
  const { failure } = kernel.gate.overlay
  state.decisionDigest = options.hash.sha256Hex(`${state.decisionDigest}${digestLine(decision)}`)
  const reviewed = emit(kernel, event, root, 'hrm', { type: 'decision/reviewed', payload: decision })
  if (failure !== null && kernel.overlay !== undefined)
    isolate(kernel, kernel.overlay.name, reviewed, root, `threw: ${failure}`)
  if (decision.allowed) return
  const by = [...decision.deniedBy, ...decision.unknown, ...decision.held, ...decision.limitsDenied]
  // What was denied before is counted already.
  if (waiting.allowed) recordReview(state.performance, by, options.observe !== true)
  if (!options.observe)
    withdraw(kernel, reviewed, root, open.orderId, `denied at the open by ${by.join(', ')}`)
}

/** Judged as if it had not been approved yet: neither its reservation nor its release counts against it. */
function judgeAtOpen(
  kernel: Kernel,
  { payload: bar, source }: EventOf<'market/bar'>,
  entry: SymbolBook,
  open: OpenOrder,
  waiting: Waiting,
): Decision {
  const { context, gate, options } = kernel
  const { order, orderHash, ordinal, planId, principal, approvedAt } = waiting
  const proposal: Proposal = Object.assign({ parsed: parseOrder(order) }, waiting.proposal)
  const registers = withApproval(context, waiting)
  const now = options.kind === 'backtest' ? openingOf(entry, bar) : context.now
  const place = entry.open.indexOf(open)
  const release = releaseOf(kernel, order, 'open', waiting.proposal.signal)
  const flow = withoutRelease(context.flow, release, approvedAt)
  entry.open.splice(place, 1)
  const mask = atOpen(entry, source, bar.open, now, resolutionMs(bar.resolution) >= DAY, () =>
    judgeProposal(gate, proposal, { ...context, flow, now, registers }, kernel.overlay),
  )
  entry.open.splice(place, 0, open)
  const { rulesetDigest } = options
  const mode = modeOf(context.mode)
  const terms = {
    decisionId: open.orderId,
    ordinal,
    planId,
    principal,
    order,
    orderHash,
    rulesetDigest,
    mode,
  }
  return toDecision(gate, mask, terms, options.hash)
}

/**
 * An approval serves once, and served this order: it goes on for it while the price stays near what was
 * approved.
 */
function withApproval({ registers }: GateContext, { approval, proposal }: Waiting): GateContext['registers'] {
  if (approval === undefined) return registers
  const approved = { [`=${proposal.orderHash}`]: { ...approval, expires: Number.POSITIVE_INFINITY } }
  return { ...registers, approved }
}

/** The first instant that a bar can hold a price of: after the one before it, and in a session. */
function beginOf(entry: SymbolBook, bar: Bar): TimeMs {
  const length = resolutionMs(bar.resolution)
  const before = entry.bars === bar.resolution ? entry.barEnd : 0
  const begun = Math.max(bar.end - length, before)
  return length === DAY ? Math.max(begun, sessionOf(entry, bar).open) : begun
}

/**
 * The instant that its open is of: an hour of UTC that reaches back before the session has nothing of before.
 */
function openingOf(entry: SymbolBook, bar: Bar): TimeMs {
  const begun = beginOf(entry, bar)
  const { open } = sessionOf(entry, bar)
  return hasSessions(entry.instrument.kind) && open < bar.end ? Math.max(begun, open) : begun
}

/** Of the day that the bar ends in; that of UTC where no session is known. */
function sessionOf(
  { instrument }: SymbolBook,
  { end }: Bar,
): { readonly open: TimeMs; readonly close: TimeMs } {
  const day = Math.floor((end - 1) / DAY)
  const open = sessionOpenOf(day)
  if (hasSessions(instrument.kind) && Number.isFinite(open)) return { open, close: sessionCloseOf(day) }
  return { open: day * DAY, close: (day + 1) * DAY }
}

function withdraw(kernel: Kernel, event: ArkEvent, root: Root, orderId: string, reason: string): void {
  const payload = { orderId, principal: 'core', reason }
  emit(kernel, event, root, 'core', { type: 'order/cancel_requested', payload })
}
