/**
 * Rules 11 to 14, on who decides and whether the box is fit to. Called by graveyard/rules.ts. The host's
 * health reaches them as facts of journaled events, so a replay judges the same.
 */

import { isAmount, isCount, read } from './exact.ts'
import { FACT, type Facts } from './facts.ts'
import { LIMITS } from './limits.ts'
import { allow, deny, exempt, type Outcome } from './outcome.ts'
import { type Rule, reasons, rule } from './rule.ts'

const APPROVAL = reasons('flag', {
  passed: 'a known action; an order needs a permit of the gate to leave',
  exempt: 'a hypothetical question gets no permit',
  malformed: 'the action’s kind, side or origin is unknown',
  unknownAction: 'the action type is unknown',
})

/** Owns what kind of action it is: facts that no rule could judge rightly when they are malformed. */
export function requireHrmApproval(facts: Facts, out: Outcome): number {
  const action = read(facts, FACT.action)
  const formed = action === 0 ? isOrderFormed(facts) : isActionFormed(facts, action)
  if (!formed) return deny(out, 11, APPROVAL.malformed, 0, 1)
  if (action === 0 && read(facts, FACT.hypothetical) === 1) return exempt(out, 11)
  return read(facts, FACT.actionKnown) === 1
    ? allow(out, 11, 1, 1)
    : deny(out, 11, APPROVAL.unknownAction, 0, 1)
}

function isOrderFormed(facts: Facts): boolean {
  return (
    isOneOf(read(facts, FACT.opening), 1) &&
    isSide(read(facts, FACT.side)) &&
    isOneOf(read(facts, FACT.kind), 3) &&
    isOneOf(read(facts, FACT.runKind), 2) &&
    isOneOf(read(facts, FACT.proposer), 1) &&
    isOneOf(read(facts, FACT.hypothetical), 2)
  )
}

/** Only the modification of a stop has a side. */
function isActionFormed(facts: Facts, action: number): boolean {
  return isOneOf(action, 4) && (action !== 1 || isSide(read(facts, FACT.side)))
}

function isSide(value: number): boolean {
  return value === 1 || value === -1
}

/** 0, 1, … last. */
function isOneOf(value: number, last: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= last
}

const AUDIT = reasons('flag', {
  passed: 'signed heads keep up with the journal, or the order is an exit',
  exempt: 'a backtest signs no heads',
  lagged: 'events have waited too long for a signed head',
})

export function auditAllActions(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.runKind) === 0) return exempt(out, 12)
  if (read(facts, FACT.opening) === 0 || read(facts, FACT.auditLagged) === 0) return allow(out, 12, 1, 1)
  return deny(out, 12, AUDIT.lagged, 0, 1)
}

const OVERRIDE = reasons('count', {
  passed: 'signed, reasoned, limited in time, within reach, and more than one person stands behind it',
  exempt: 'judges overrides only',
  unsigned: ['flag', 'no identity that holds the role signed the override'],
  noReason: ['flag', 'the override gives no reason'],
  noExpiry: ['ms', 'the override does not expire, or has expired'],
  outOfReach: ['flag', 'overrides reach limits, pauses and latches, never the 26 rules'],
  alone: 'loosening needs a second person; alone it takes 24 hours and an offline key',
})

function userOverrideAllowed(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.action) !== 4) return exempt(out, 13)
  if (read(facts, FACT.overrideSigned) !== 1) return deny(out, 13, OVERRIDE.unsigned, 0, 1)
  if (read(facts, FACT.overrideReason) !== 1) return deny(out, 13, OVERRIDE.noReason, 0, 1)
  const expiry = read(facts, FACT.overrideExpiry)
  if (!isAmount(expiry)) return deny(out, 13, OVERRIDE.noExpiry, expiry, 0)
  if (read(facts, FACT.overrideReachable) !== 1) return deny(out, 13, OVERRIDE.outOfReach, 0, 1)
  const people = read(facts, FACT.overridePeople)
  return isCount(people) && people >= LIMITS.overridePeople
    ? allow(out, 13, people, LIMITS.overridePeople)
    : deny(out, 13, OVERRIDE.alone, people, LIMITS.overridePeople)
}

const HALT = reasons('flag', {
  passed: 'the mode is active',
  exempt: 'exits are exempt, but an agent’s when halted',
  halted: 'halted: only a person may exit',
  notActive: 'the mode is not active: no openings',
  drillMissing: 'no halt drill has passed since boot',
})

export function emergencyHaltEnabled(facts: Facts, out: Outcome): number {
  const mode = read(facts, FACT.mode)
  if (read(facts, FACT.opening) === 0) {
    const free = mode === 0 || mode === 1 || read(facts, FACT.proposer) === 1
    return free ? exempt(out, 14) : deny(out, 14, HALT.halted, 0, 1)
  }
  if (mode !== 0) return deny(out, 14, HALT.notActive, 0, 1)
  const runKind = read(facts, FACT.runKind)
  const drilled = runKind === 0 || runKind === 1 || read(facts, FACT.haltDrill) === 1
  return drilled ? allow(out, 14, 1, 1) : deny(out, 14, HALT.drillMissing, 0, 1)
}

export const GOVERNANCE: readonly Rule[] = Object.freeze([
  rule({
    number: 11,
    name: 'require_hrm_approval',
    category: 'governance',
    severity: 'HIGH',
    effect: 'deny+reduce',
    effectWhen: 'a plugin tried to get round the gate',
    reasons: APPROVAL,
    judge: requireHrmApproval,
    everyAction: true,
    summary:
      'Denies an action of unknown type, and a submission whose permit is absent, used, expired or made ' +
      'for another order.',
  }),
  rule({
    number: 12,
    name: 'audit_all_actions',
    category: 'governance',
    severity: 'CRITICAL',
    effect: 'deny+reduce',
    reasons: AUDIT,
    judge: auditAllActions,
    summary: 'Denies an opening while journaled events have waited too long for a signed head.',
  }),
  rule({
    number: 13,
    name: 'user_override_allowed',
    category: 'governance',
    severity: 'HIGH',
    effect: 'deny',
    reasons: OVERRIDE,
    judge: userOverrideAllowed,
    everyAction: true,
    summary:
      'Denies an override without signed identity, reason and expiry, one that reaches for these 26 rules, ' +
      'and one that no second person stands behind.',
  }),
  rule({
    number: 14,
    name: 'emergency_halt_enabled',
    category: 'governance',
    severity: 'CRITICAL',
    effect: 'deny',
    reasons: HALT,
    judge: emergencyHaltEnabled,
    summary:
      'Denies an opening unless the mode is active, an agent’s exit when it is halted, and a live opening ' +
      'before a halt drill has passed since boot.',
  }),
])
