/**
 * Rules 23 to 26, on what stays in people's hands: a pause, a reason, a way back, and the orders they want to
 * see first. Called by graveyard/rules.ts.
 */

import { read } from './exact.ts'
import { FACT, type Facts } from './facts.ts'
import { allow, deny, exempt, hold, type Outcome, unknown } from './outcome.ts'
import { type Rule, reasons, rule } from './rule.ts'

const AUTONOMY_OF_USER = reasons('flag', {
  passed: 'nobody paused agent, symbol or strategy',
  exempt: 'exits are exempt',
  paused: 'a person paused the agent, the symbol or the strategy',
})

export function preserveUserAutonomy(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.opening) === 0) return exempt(out, 23)
  return read(facts, FACT.paused) === 0 ? allow(out, 23, 1, 1) : deny(out, 23, AUTONOMY_OF_USER.paused, 0, 1)
}

const REASONING = reasons('flag', {
  passed: 'its causes are on record',
  exempt: 'a hypothetical question or scenario has no causes',
  unexplained: 'no chain of causes leads to a market input or a person’s request',
  unexplainedExit: 'an exit without a reason code and without a chain of causes',
})

export function transparentReasoning(facts: Facts, out: Outcome): number {
  const hypothetical = read(facts, FACT.hypothetical)
  if (hypothetical === 1 || hypothetical === 2) return exempt(out, 24)
  if (read(facts, FACT.causeChain) === 1) return allow(out, 24, 1, 1)
  if (read(facts, FACT.opening) !== 0) return deny(out, 24, REASONING.unexplained, 0, 1)
  return read(facts, FACT.reasonGiven) === 1
    ? allow(out, 24, 1, 1)
    : deny(out, 24, REASONING.unexplainedExit, 0, 1)
}

const REVERSIBLE = reasons('flag', {
  passed: 'the order can be cancelled and the position closed, or a person approved it',
  exempt: 'exits are exempt',
  notCancellable: 'the broker cannot cancel the order, and nobody approved it',
  notClosable: 'the venue does not allow the closing side, and nobody approved it',
})

export function reversibleActions(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.opening) === 0) return exempt(out, 25)
  if (read(facts, FACT.approved) === 1) return allow(out, 25, 1, 1)
  if (read(facts, FACT.cancellable) !== 1) return deny(out, 25, REVERSIBLE.notCancellable, 0, 1)
  return read(facts, FACT.closable) === 1 ? allow(out, 25, 1, 1) : deny(out, 25, REVERSIBLE.notClosable, 0, 1)
}

const HUMAN = reasons('flag', {
  passed: 'no approval needed, or given',
  exempt: 'asked of live openings only',
  unknown: 'needs to know whether the run is live',
  waiting: 'waits for a person’s approval',
  needMissing: 'whether an approval is needed is missing',
})

export function humanInLoopCritical(facts: Facts, out: Outcome): number {
  const runKind = read(facts, FACT.runKind)
  if (read(facts, FACT.opening) === 0 || runKind === 0 || runKind === 1) return exempt(out, 26)
  if (runKind !== 2) return unknown(out, 26)
  const needed = read(facts, FACT.approvalNeeded)
  if (needed !== 0 && needed !== 1) return deny(out, 26, HUMAN.needMissing, 0, 1)
  if (needed === 0 || read(facts, FACT.approved) === 1) return allow(out, 26, 1, 1)
  return hold(out, 26, HUMAN.waiting, 0, 1)
}

export const AUTONOMY: readonly Rule[] = Object.freeze([
  rule({
    number: 23,
    name: 'preserve_user_autonomy',
    category: 'autonomy',
    severity: 'HIGH',
    effect: 'deny',
    reasons: AUTONOMY_OF_USER,
    judge: preserveUserAutonomy,
    summary: 'Denies an opening whose agent, symbol or strategy a person paused.',
  }),
  rule({
    number: 24,
    name: 'transparent_reasoning',
    category: 'autonomy',
    severity: 'MEDIUM',
    effect: 'deny',
    reasons: REASONING,
    judge: transparentReasoning,
    summary:
      'Denies an opening that ARK cannot trace to a market input or to a person’s authenticated request, ' +
      'and an exit that has neither such a trace nor a reason code.',
  }),
  rule({
    number: 25,
    name: 'reversible_actions',
    category: 'autonomy',
    severity: 'MEDIUM',
    effect: 'deny',
    reasons: REVERSIBLE,
    judge: reversibleActions,
    summary:
      'Denies an unapproved opening that the broker could not cancel or whose venue does not allow the ' +
      'closing side.',
  }),
  rule({
    number: 26,
    name: 'human_in_loop_critical',
    category: 'autonomy',
    severity: 'HIGH',
    effect: 'deny',
    reasons: HUMAN,
    judge: humanInLoopCritical,
    summary:
      'Holds a live opening until a person approves this very order: the first, a new venue, the first ' +
      'after a halt, a size above 8 % of equity, or leverage above 1.5.',
  }),
])
