/**
 * A market order that waits is judged once more at every row that it could meet: its size, stop and collar
 * were judged on a price that is gone.
 *
 * Called for each row before the broker sees it, until the order has filled to the end. The verdict is
 * journaled under the order's first id; what no longer passes is taken back before it fills. Exits are not
 * asked again: they only take risk away.
 */

import type { OpenOrder, SymbolBook } from '../book/book.ts'
import { atPrice } from '../book/marks.ts'
import { recordReview } from '../book/performance.ts'
import type { ArkEvent, Decision, TimeMs } from '../contract.ts'
import { digestLine, toDecision } from '../gate/decision.ts'
import type { GateContext, Proposal } from '../gate/facts.ts'
import { judgeProposal } from '../gate/gate.ts'
import { modeOf } from '../gate/mode.ts'
import { parseOrder } from '../gate/parse-order.ts'
import { lookUp } from '../gate/registers.ts'
import { withoutRelease } from '../gate/review-flow.ts'
import { isolate } from './isolation.ts'
import { emit, type Kernel, type Root } from './kernel.ts'
import type { RowEvent } from './market-rows.ts'
import { type Meeting, meetingOf } from './meeting.ts'
import { noteStanding, type Waiting } from './waiting.ts'

/** While its venue has halted a symbol, nothing of it fills and there is no price to judge it at. */
export function reviewAtRow(kernel: Kernel, event: RowEvent, root: Root, entry: SymbolBook): void {
  // Nearly every row meets none.
  if (kernel.state.waiting.length === 0) return
  if (lookUp(kernel.context.registers.halts, entry.symbol) === undefined) {
    for (const waiting of waitingFor(kernel, entry.symbol)) {
      const open = entry.open.find(({ orderId }) => orderId === waiting.orderId)
      const meeting = open?.acknowledged === true ? meetingOf(waiting, entry, event) : undefined
      if (open !== undefined && meeting !== undefined)
        review(kernel, event, root, entry, open, waiting, meeting)
    }
  }
  if (kernel.options.kind === 'backtest') noteStanding(kernel.state, entry)
}

/** A list of its own, which a look does not disturb. */
function waitingFor({ state }: Kernel, symbol: string): readonly Waiting[] {
  return state.waiting.filter(({ order }) => order.symbol === symbol)
}

function review(
  kernel: Kernel,
  event: RowEvent,
  root: Root,
  entry: SymbolBook,
  open: OpenOrder,
  waiting: Waiting,
  meeting: Meeting,
): void {
  const { options, state } = kernel
  const decision = judgeAgain(kernel, event, entry, open, waiting, meeting)
  const { failure } = kernel.gate.overlay
  state.decisionDigest = options.hash.sha256Hex(`${state.decisionDigest}${digestLine(decision)}`)
  // Nothing more is asked about what is taken back, or would be if the gate did not only observe.
  if (!decision.allowed) state.waiting.splice(state.waiting.indexOf(waiting), 1)
  const reviewed = emit(kernel, event, root, 'hrm', { type: 'decision/reviewed', payload: decision })
  if (failure !== null && kernel.overlay !== undefined)
    isolate(kernel, kernel.overlay.name, reviewed, root, `threw: ${failure}`)
  if (decision.allowed) return
  const by = [...decision.deniedBy, ...decision.unknown, ...decision.held, ...decision.limitsDenied]
  // What was denied before is counted already.
  if (waiting.allowed) recordReview(state.performance, by, options.observe !== true)
  if (!options.observe)
    withdraw(kernel, reviewed, root, open.orderId, `denied before it filled, by ${by.join(', ')}`)
}

/**
 * What is left of the order, as if it were proposed now: neither its reservation nor its release nor the legs
 * of what it has filled count against it.
 */
function judgeAgain(
  kernel: Kernel,
  event: RowEvent,
  entry: SymbolBook,
  { orderId, quantity }: OpenOrder,
  waiting: Waiting,
  { at, price }: Meeting,
): Decision {
  const { book, context, gate, options } = kernel
  const { approvedAt, dayEnd, order, orderHash, ordinal, planId, principal, release } = waiting
  const proposal: Proposal = { ...waiting.proposal, parsed: { ...parseOrder(order), quantity } }
  const flow = withoutRelease(context.flow, release, approvedAt, dayEnd === book.state.dayEnd)
  const backtest = options.kind === 'backtest'
  const now = backtest ? at : context.now
  const then = { ...context, flow, now, registers: withApproval(context, waiting) }
  const all = entry.open
  entry.open = all.filter((other) => other.orderId !== orderId && other.order.parent !== orderId)
  try {
    const mask = asOf(kernel, entry, now, () =>
      atPrice(entry, event, price, backtest ? at : event.time, () =>
        judgeProposal(gate, proposal, then, kernel.overlay),
      ),
    )
    const { rulesetDigest } = options
    const mode = modeOf(context.mode)
    const terms = {
      decisionId: orderId,
      ordinal,
      planId,
      principal,
      order,
      orderHash,
      rulesetDigest,
      mode,
    }
    return toDecision(gate, mask, terms, options.hash)
  } finally {
    entry.open = all
  }
}

/**
 * Runs `judge` with the other symbols as they stood at an instant. In a backtest bars of one interval are
 * read one after another, and the closes that were read first lie behind the open that is judged.
 */
function asOf<T>({ book, state }: Kernel, own: SymbolBook, now: TimeMs, judge: () => T): T {
  const ahead = book.state.symbols.filter((entry) => entry.markTime > now && entry !== own)
  const exchange = () => {
    for (const entry of ahead) {
      const standing = state.standings[`=${entry.symbol}`]
      if (standing === undefined) continue
      const { mark, valued } = entry
      Object.assign(entry, standing)
      Object.assign(standing, { mark, valued })
    }
  }
  exchange()
  try {
    return judge()
  } finally {
    exchange()
  }
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

function withdraw(kernel: Kernel, event: ArkEvent, root: Root, orderId: string, reason: string): void {
  const payload = { orderId, principal: 'core', reason }
  emit(kernel, event, root, 'core', { type: 'order/cancel_requested', payload })
}
