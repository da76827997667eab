/**
 * Where 26 verdicts are written: preallocated columns, reused for every order, so that judging allocates
 * nothing.
 *
 * The rules write here through the six verbs below; core/gate reads the columns and makes text only of what
 * it journals.
 */

import type { Reason } from './rule.ts'

/** Only `allow` and `notApplicable` let an order pass. */
export const VERDICT = Object.freeze({ allow: 0, deny: 1, held: 2, notApplicable: 3, unknown: 4 } as const)

export const RULE_COUNT = 26

/** Reason codes that mean the same in every rule; a rule's own reasons follow. */
export const PASSED = 0
export const EXEMPT = 1
export const UNKNOWN = 2
export const OTHER_ACTION = 3

/** Four columns of length 26, index = rule number − 1. A number that says nothing is NaN. */
export interface Outcome {
  readonly verdicts: Uint8Array
  /** In the unit of the reason (`Rule.units`); evidence for people, never compared. */
  readonly observed: Float64Array
  readonly limits: Float64Array
  /** Index into `Rule.reasons`. */
  readonly reasons: Uint8Array
}

/** Holds `unknown` until it is judged, so an outcome that nobody filled lets nothing pass. */
export function createOutcome(): Outcome {
  return Object.freeze({
    verdicts: new Uint8Array(RULE_COUNT).fill(VERDICT.unknown),
    observed: new Float64Array(RULE_COUNT).fill(Number.NaN),
    limits: new Float64Array(RULE_COUNT).fill(Number.NaN),
    reasons: new Uint8Array(RULE_COUNT).fill(UNKNOWN),
  })
}

// Each verb returns what the rule adds to the mask of rules in the way: its bit, or 0.

export function allow(out: Outcome, rule: number, observed: number, limit: number): number {
  write(out, rule - 1, VERDICT.allow, observed, limit, PASSED)
  return 0
}

export function exempt(out: Outcome, rule: number): number {
  write(out, rule - 1, VERDICT.notApplicable, Number.NaN, Number.NaN, EXEMPT)
  return 0
}

/** For what is no order, in a rule that judges orders. */
export function exemptAction(out: Outcome, rule: number): number {
  write(out, rule - 1, VERDICT.notApplicable, Number.NaN, Number.NaN, OTHER_ACTION)
  return 0
}

/** For a fact that another rule owns and denies. */
export function unknown(out: Outcome, rule: number): number {
  write(out, rule - 1, VERDICT.unknown, Number.NaN, Number.NaN, UNKNOWN)
  return 1 << (rule - 1)
}

export function deny(out: Outcome, rule: number, reason: Reason, observed: number, limit: number): number {
  write(out, rule - 1, VERDICT.deny, observed, limit, reason.code)
  return 1 << (rule - 1)
}

export function hold(out: Outcome, rule: number, reason: Reason, observed: number, limit: number): number {
  write(out, rule - 1, VERDICT.held, observed, limit, reason.code)
  return 1 << (rule - 1)
}

function write(
  out: Outcome,
  at: number,
  verdict: number,
  observed: number,
  limit: number,
  reason: number,
): void {
  out.verdicts[at] = verdict
  out.observed[at] = observed
  out.limits[at] = limit
  out.reasons[at] = reason
}
