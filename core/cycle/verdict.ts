/** From a confirmed proposal to a journaled decision: the kernel's side of the gate. */

import { recordDecision } from '../book/performance.ts'
import type { ArkEvent, Decision, Draft, EventOf, Order } from '../contract.ts'
import { isArkError } from '../errors.ts'
import { digestLine, toDecision } from '../gate/decision.ts'
import type { Proposal } from '../gate/facts.ts'
import { deniesByRule } from '../gate/gate.ts'
import { type ModeChange, modeOf, setCause } from '../gate/mode.ts'
import { isWellFormed, parseOrder } from '../gate/parse-order.ts'
import { issue } from '../gate/permit.ts'
import { judgeOrder } from '../gate/replace.ts'
import { canonical } from '../journal/canonical.ts'
import { frozenCopy } from './freeze.ts'
import { isolate } from './isolation.ts'
import { changeMode, emit, type Kernel, type Root } from './kernel.ts'
import { noteRefusal } from './refusal.ts'
import { signalOf } from './release.ts'
import { noteWaiting } from './waiting.ts'
import { watchLeverage } from './watch.ts'

const MAX_DAILY_LOSS = 6
const MAX_LEVERAGE = 7
const NONE: readonly string[] = Object.freeze([])
/** How the principal of a plan begins that an agent proposed. */
const AGENT = 'agent:'
const INPUTS_OF_MARKETS: readonly string[] = ['market/bar', 'market/trade', 'market/quote', 'signal/received']

/**
 * The order is taken from the event that was confirmed; a confirmation of anything else is left aside. What
 * is judged, hashed, journaled and sent is a copy of it that no plugin has held.
 */
export function judgeConfirmed(
  kernel: Kernel,
  event: EventOf<'identity/confirmed'>,
  root: Root,
  cause: ArkEvent | undefined,
): void {
  if (cause?.type !== 'plan/proposed' && cause?.type !== 'order/requested') return
  const { context, gate, options, state } = kernel
  const copied = copyOrder(cause.payload.order)
  if (copied === undefined)
    return isolate(kernel, cause.source, event, root, 'proposed a plan without an order')
  const { order, text } = copied
  const orderHash = options.hash.sha256Hex(text)
  const proposal = toProposal(order, orderHash, event, root, cause, kernel)
  const started = kernel.timing.now()
  const mask = judgeOrder(gate, proposal, context, kernel.overlay)
  kernel.timing.verdict(kernel.timing.now() - started)
  const { failure } = gate.overlay
  const lossReached = deniesByRule(gate.outcome, MAX_DAILY_LOSS)
  const levered = deniesByRule(gate.outcome, MAX_LEVERAGE)
  const ordinal = ++state.decisions
  const terms = {
    decisionId: `${options.runId}-${ordinal}`,
    ordinal,
    planId: event.payload.planId,
    principal: event.payload.principal,
    order,
    orderHash,
    rulesetDigest: options.rulesetDigest,
    mode: modeOf(context.mode),
  }
  const unbound = options.observe === true && isWellFormed(proposal.parsed)
  const decision = ungovern(toDecision(gate, mask, terms, options.hash), unbound)
  state.decisionDigest = options.hash.sha256Hex(`${state.decisionDigest}${digestLine(decision)}`)
  const verdict = decision.allowed ? 'approved' : onlyHeld(decision) ? 'held' : 'denied'
  recordDecision(state.performance, verdict, [...decision.deniedBy, ...decision.limitsDenied])
  if (decision.allowed || decision.ungoverned === true) {
    permit(kernel, decision)
    noteWaiting(kernel, decision, proposal)
  }
  if (!decision.allowed) noteRefusal(kernel, decision, gate.facts)
  const draft = { type: `decision/${verdict}`, payload: decision } as Draft
  const journaled = emit(kernel, event, root, 'hrm', draft)
  if (failure !== null && kernel.overlay !== undefined)
    isolate(kernel, kernel.overlay.name, journaled, root, `threw: ${failure}`)
  if (levered) watchLeverage(kernel, journaled, root)
  const change = lossReached ? latchDayLoss(kernel) : undefined
  if (change !== undefined) changeMode(kernel, journaled, root, change)
}

function toProposal(
  order: Order,
  orderHash: string,
  event: EventOf<'identity/confirmed'>,
  root: Root,
  cause: ArkEvent,
  kernel: Kernel,
): Proposal {
  // By the event that is confirmed: an agent that answers a person's request is still an agent. What core
  // proposes are a person's approved order and the stop that a position lacks.
  const byPerson = cause.type === 'order/requested' || cause.source === 'core'
  return {
    parsed: parseOrder(order),
    proposer: byPerson ? 'person' : 'agent',
    agent: byPerson ? '' : cause.source,
    standing: 'real',
    // An approval is for what core proposes on it, whoever else proposes the same meanwhile.
    orderHash: cause.source === 'core' ? orderHash : '',
    setup:
      root.pattern === undefined && root.signal === undefined
        ? undefined
        : { pattern: root.pattern, signal: root.signal },
    signal: signalOf(kernel, root),
    chain: chainOf(root, cause),
    rootSource: doorOf(kernel, root),
    rootIsMarket: INPUTS_OF_MARKETS.includes(root.type),
    hops: event.hop,
  }
}

/** What a person approved is still the word of the agent that asked first: its pause holds. */
function chainOf(root: Root, cause: ArkEvent): readonly string[] {
  const chain: readonly string[] = root.chain ?? NONE
  const asked =
    cause.source === 'core' && cause.type === 'plan/proposed' ? cause.payload.principal : undefined
  return asked?.startsWith(AGENT) === true ? [...chain, asked.slice(AGENT.length)] : chain
}

function permit(kernel: Kernel, decision: Decision): void {
  const { decisionId, factsDigest, intent, order, orderHash, rulesetDigest } = decision
  const seq = kernel.state.seq + 1
  const terms = { decisionId, factsDigest, intent, order, orderHash, rulesetDigest, seq }
  issue(kernel.permits, terms, kernel.context.now)
}

/**
 * What a backtest that observes would have refused is sent all the same, and says so. What has not even the
 * form of an order stays refused: no broker could work it.
 */
function ungovern(decision: Decision, unbound: boolean): Decision {
  return unbound && !decision.allowed ? { ...decision, ungoverned: true } : decision
}

/** Openings wait for the next session, whatever the marks do until then. Set again, it changes nothing. */
export function latchDayLoss({ book, context }: Kernel): ModeChange | undefined {
  if (book.state.dayLossLatched) return undefined
  book.state.dayLossLatched = true
  return setCause(context.mode, 'day_loss', 'the day has lost 5 % or more')
}

function onlyHeld(decision: Decision): boolean {
  const { deniedBy, held, limitsDenied, unknown } = decision
  return held.length > 0 && deniedBy.length === 0 && unknown.length === 0 && limitsDenied.length === 0
}

/** With its canonical text; undefined when a plugin put something else in the place of an order. */
function copyOrder(given: unknown): { readonly order: Order; readonly text: string } | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined
  try {
    const order = frozenCopy(given) as Order
    return { order, text: canonical(order) }
  } catch (error) {
    if (!isArkError(error, 'DATA_INVALID')) throw error
    return undefined
  }
}

/**
 * The name under which the registry knows where an input came from. Signals of people come under an
 * identity's name and are known by their door; a plugin's own must be registered like any source.
 */
function doorOf({ options }: Kernel, root: Root): string {
  if (root.type === 'order/requested' || root.type === 'approval/decided') return 'person'
  if (root.type !== 'signal/received') return root.source
  const isPlugin = options.plugins.some(({ plugin }) => plugin.name === root.source)
  return isPlugin || Object.hasOwn(options.lists.sources, root.source) ? root.source : 'intake'
}
