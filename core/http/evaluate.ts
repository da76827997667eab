/**
 * What would the gate say? The same judgement as for a real order, on a gate of its own, with no permit, no
 * event and no memory; where it denies, with the nearest order that it would allow.
 *
 * It reads the kernel between two turns of the cycle and writes nothing into it.
 */

import { unregistered } from '../book/instruments.ts'
import type { LimitResult, Mode, Order, RuleResult } from '../contract.ts'
import type { Kernel } from '../cycle/kernel.ts'
import { toLimits, toRuleResults } from '../gate/decision.ts'
import type { GateContext, Proposal } from '../gate/facts.ts'
import { createGate, type Gate } from '../gate/gate.ts'
import { modeOf } from '../gate/mode.ts'
import { type OrderChange, toOrderChange } from '../gate/nearest.ts'
import { parseOrder } from '../gate/parse-order.ts'
import { type Ask, conflictsOf, nearestAllowed } from '../gate/remedy.ts'
import { judgeOrder } from '../gate/replace.ts'
import type { Guard } from './auth.ts'
import { toOrder } from './bodies.ts'
import { type App, type Door, kernelOf } from './door.ts'
import { limitBody, readJson } from './json.ts'

const DUPLICATE = 'duplicate'

export interface Verdict {
  /** Not stored: nothing can be looked up under it. */
  readonly decisionId: string
  readonly allowed: boolean
  readonly deniedBy: readonly string[]
  readonly unknown: readonly string[]
  readonly held: readonly string[]
  readonly rules: readonly RuleResult[]
  readonly limits: readonly LimitResult[]
  /**
   * Own working orders that it would trade against: named in the order's `cancelFirst`, they no longer stand
   * in its way.
   */
  readonly cancelFirst?: readonly string[]
  /**
   * Of a denial: the fewest and smallest changes with which all rules and limits would allow it, judged so.
   */
  readonly nearest?: OrderChange
  /**
   * Of a denial that no change of terms would mend: what stands in the way of even the most careful order.
   */
  readonly noNearest?: readonly string[]
  readonly mode: Mode
  readonly graveyardDigest: string
  readonly asOfSeq: number
}

export function mountEvaluate(app: App, door: Door, guard: Guard): void {
  const gate = createGate()
  app.post('/v1/evaluate', guard.read, limitBody, async (c) => {
    const order = toOrder(await readJson(c))
    const now = door.ark.options.ports.clock.now()
    return c.json(evaluate(gate, kernelOf(door), order, now, `evaluation-${door.hash.randomHex(8)}`))
  })
}

/** `now` is the host's clock: an order sent at this moment would be preceded by a tick that says so. */
export function evaluate(gate: Gate, kernel: Kernel, order: Order, now: number, decisionId: string): Verdict {
  const { context } = kernel
  const view = viewAt(kernel, now)
  const put: Ask = (asked) => ask(gate, kernel, asked, view)
  const remedy = conflictsOf(gate, kernel.book.index.get(order.symbol)?.open ?? [], order, put)
  const allowed = put(order) === 0
  const rules = toRuleResults(gate.outcome)
  const limits = toLimits(gate.overlay)
  const named = (verdict: string) => rules.filter((rule) => rule.verdict === verdict).map(({ rule }) => rule)
  const verdict = {
    decisionId,
    allowed,
    deniedBy: named('deny'),
    unknown: named('unknown'),
    held: named('held'),
    rules,
    limits,
    ...(remedy.length === 0 ? {} : { cancelFirst: remedy }),
    mode: modeOf(context.mode),
    graveyardDigest: kernel.options.rulesetDigest,
    asOfSeq: kernel.state.seq,
  }
  const denied = verdict.deniedBy.length + verdict.unknown.length > 0 || limits.some(isInTheWay)
  return denied ? { ...verdict, ...nearestOf(gate, kernel, order, remedy, put) } : verdict
}

/** The kernel's surroundings as they are at `now`; history has a time of its own. */
export function viewAt({ context }: Kernel, now: number): GateContext {
  return { ...context, now: context.runKind === 'backtest' ? context.now : Math.max(now, context.now) }
}

/**
 * What judgeOrder returns of a question: 0 = nothing stands in the way. The columns of `gate` say the
 * rest.
 */
export function ask(gate: Gate, kernel: Kernel, order: Order, context: GateContext): number {
  const proposal: Proposal = {
    parsed: parseOrder(order),
    proposer: 'agent',
    agent: '',
    standing: 'question',
    orderHash: '',
    setup: undefined,
    signal: '',
    rootSource: '',
    rootIsMarket: false,
    hops: 0,
    chain: [],
  }
  return judgeOrder(gate, proposal, context, kernel.overlay)
}

/**
 * What stands in the way by the last judgement: name and reason, rules first. Where something refuses by
 * itself, what merely depends on it is left out.
 */
export function obstaclesIn({ outcome, overlay }: Gate): readonly string[] {
  const rules = toRuleResults(outcome).map(({ rule, verdict, reason }) => ({ name: rule, verdict, reason }))
  const limits = toLimits(overlay).map(({ limit, verdict, reason }) => ({ name: limit, verdict, reason }))
  const all = [...rules, ...limits].filter(({ verdict }) => verdict !== 'allow' && verdict !== 'n/a')
  const refusing = all.filter(({ verdict }) => verdict !== 'unknown')
  return (refusing.length === 0 ? all : refusing).map(({ name, reason }) => `${name}: ${reason}`)
}

function isInTheWay({ verdict }: LimitResult): boolean {
  return verdict !== 'allow'
}

/** Asks the whole gate, the limits beside the rules with it. */
function nearestOf(
  gate: Gate,
  { book }: Kernel,
  order: Order,
  conflicts: readonly string[],
  put: Ask,
): Pick<Verdict, 'nearest' | 'noNearest'> {
  // A repetition is no matter of its terms: one lot less would only hide it.
  const repeated = toLimits(gate.overlay).some((limit) => limit.limit === DUPLICATE && isInTheWay(limit))
  if (repeated) return { noNearest: obstaclesIn(gate) }
  const instrument = book.index.get(order.symbol)?.instrument ?? unregistered(order.symbol)
  const answer = nearestAllowed(gate, instrument, order, conflicts, put)
  if (answer.found) return { nearest: toOrderChange(answer.change) }
  put({ ...order, ...toOrderChange(answer.tried) })
  return { noNearest: obstaclesIn(gate) }
}
