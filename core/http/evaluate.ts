/**
 * What would the gate say? The same judgement as for a real order, on a gate of its own, with no permit, no
 * event and no memory.
 *
 * It reads the kernel between two turns of the cycle and writes nothing into it.
 */

import type { LimitResult, Mode, Order, RuleResult } from '../contract.ts'
import type { Kernel } from '../cycle/kernel.ts'
import { toLimits, toRuleResults } from '../gate/decision.ts'
import type { GateContext } from '../gate/facts.ts'
import { createGate, deniesByRule, type Gate, judgeProposal } from '../gate/gate.ts'
import { modeOf } from '../gate/mode.ts'
import { parseOrder } from '../gate/parse-order.ts'
import type { Guard } from './auth.ts'
import { toOrder } from './bodies.ts'
import { type App, type Door, kernelOf } from './door.ts'
import { limitBody, readJson } from './json.ts'

const NO_MARKET_MANIPULATION = 2
/** Each working order costs one judgement more. */
const REMEDY_MAX = 64

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
  const view: GateContext = {
    ...context,
    now: context.runKind === 'backtest' ? context.now : Math.max(now, context.now),
    // Counting what is recent drops what is not, so the counts are a copy.
    flow: structuredClone(context.flow),
  }
  const remedy = conflictsOf(gate, kernel, order, view)
  const allowed = judge(gate, kernel, order, view) === 0
  const rules = toRuleResults(gate.outcome)
  const named = (verdict: string) => rules.filter((rule) => rule.verdict === verdict).map(({ rule }) => rule)
  return {
    decisionId,
    allowed,
    deniedBy: named('deny'),
    unknown: named('unknown'),
    held: named('held'),
    rules,
    limits: toLimits(gate.overlay),
    ...(remedy.length === 0 ? {} : { cancelFirst: remedy }),
    mode: modeOf(context.mode),
    graveyardDigest: kernel.options.rulesetDigest,
    asOfSeq: kernel.state.seq,
  }
}

function judge(gate: Gate, kernel: Kernel, order: Order, context: GateContext): number {
  const proposal = {
    parsed: parseOrder(order),
    proposer: 'agent' as const,
    agent: '',
    hypothetical: true,
    rootSource: '',
    rootIsMarket: false,
    hops: 0,
  }
  return judgeProposal(gate, proposal, context, kernel.overlay)
}

/**
 * Asks the gate itself: an order stands in the way when leaving it alone, and cancelling all others, is still
 * denied.
 */
function conflictsOf(gate: Gate, kernel: Kernel, order: Order, context: GateContext): readonly string[] {
  const working = kernel.book.index.get(order.symbol)?.open.map(({ orderId }) => orderId) ?? []
  const denies = (cancelFirst: readonly string[]): boolean => {
    judge(gate, kernel, { ...order, cancelFirst }, context)
    return deniesByRule(gate.outcome, NO_MARKET_MANIPULATION)
  }
  if (working.length === 0 || working.length > REMEDY_MAX || !denies(order.cancelFirst ?? [])) return []
  return working.filter((id) => denies(working.filter((other) => other !== id)))
}
