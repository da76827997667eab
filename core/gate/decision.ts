/**
 * A verdict as a journaled decision, and back: columns to evidence, facts to text, facts to verdict again.
 *
 * A decision carries its whole input (`facts`), so `explain` re-computes every rule from the journal alone.
 */

import { FACT, FACT_COUNT, type Facts } from '#graveyard/facts.ts'
import { LIMITS } from '#graveyard/limits.ts'
import { createOutcome, type Outcome, VERDICT } from '#graveyard/outcome.ts'
import { describeRule, judge, RULES, type Rule } from '#graveyard/rules.ts'
import type {
  Decision,
  LimitResult,
  Mode,
  OperationalLimit,
  Order,
  RuleResult,
  RuleVerdict,
} from '../contract.ts'
import { canonical } from '../journal/canonical.ts'
import { formatDecimal } from '../math.ts'
import type { HashPort } from '../ports.ts'
import { type Gate, OVERLAY_BIT, type OverlayColumns } from './gate.ts'

export type { Facts }

const VERDICT_NAMES: readonly RuleVerdict[] = ['allow', 'deny', 'held', 'n/a', 'unknown']
const NONE: readonly never[] = Object.freeze([])

export interface DecisionTerms {
  readonly decisionId: string
  readonly ordinal: number
  readonly planId: string
  readonly principal: string
  readonly order: Order
  readonly orderHash: string
  readonly rulesetDigest: string
  readonly mode: Mode
}

/** Builds the payload from the gate's columns; `mask` is what judgeProposal returned. */
export function toDecision(gate: Gate, mask: number, terms: DecisionTerms, hash: HashPort): Decision {
  const facts = toFactText(gate.facts)
  const flagged = mask & ~OVERLAY_BIT
  const rules = flagged === 0 ? NONE : RULES.filter((rule) => (flagged & (1 << (rule.number - 1))) !== 0)
  const limits = toTold(gate.overlay)
  const refusing = limits.length === 0 ? NONE : limits.filter(({ verdict }) => verdict !== 'allow')
  return {
    allowed: mask === 0,
    decisionId: terms.decisionId,
    deniedBy: namesWith(rules, gate.outcome, VERDICT.deny),
    facts,
    factsDigest: hash.sha256Hex(facts),
    held: namesWith(rules, gate.outcome, VERDICT.held),
    intent: gate.facts[0] === 1 ? 'open' : 'exit',
    limits,
    limitsDenied: refusing.length === 0 ? NONE : refusing.map(({ limit }) => limit),
    mode: terms.mode,
    order: terms.order,
    orderHash: terms.orderHash,
    ordinal: terms.ordinal,
    planId: terms.planId,
    principal: terms.principal,
    rules: rules.length === 0 ? NONE : rules.map((rule) => toRuleResult(rule, gate.outcome)),
    rulesetDigest: terms.rulesetDigest,
    unknown: namesWith(rules, gate.outcome, VERDICT.unknown),
  }
}

export function hashOrder(order: Order, hash: HashPort): string {
  return hash.sha256Hex(canonical(order))
}

/**
 * One line a decision: its canonical content without seq, cause, time, trace, permit and run. The digest of a
 * run chains these.
 */
export function digestLine(decision: Decision): string {
  const { deniedBy, held, limitsDenied, ordinal, unknown } = decision
  const refusals = `${deniedBy.join()}|${unknown.join()}|${held.join()}|${limitsDenied.join()}`
  return `${ordinal}|${decision.orderHash}|${decision.factsDigest}|${decision.allowed ? 1 : 0}|${refusals}`
}

/** All 26 as they were judged, from the columns. */
export function toRuleResults(outcome: Outcome): readonly RuleResult[] {
  return RULES.map((rule) => toRuleResult(rule, outcome))
}

/** Judges recorded facts again. */
export function rejudge(facts: Decision['facts']): Outcome {
  const outcome = createOutcome()
  judge(fromFactText(facts), outcome)
  return outcome
}

/** The rules that a person's approval can satisfy. */
const APPROVABLE: readonly string[] = ['no_insider_trading', 'reversible_actions', 'human_in_loop_critical']

/** True when nothing but a person's approval is missing. */
export function lacksApproval({ deniedBy, held, limitsDenied, unknown }: Decision, facts: Facts): boolean {
  if (limitsDenied.length + unknown.length > 0) return false
  const approvable = (rule: string): boolean => APPROVABLE.includes(rule)
  return deniedBy.every(approvable) && held.every(approvable) && passesApproved(facts)
}

/** True when the recorded facts would pass with an approval in force, and do not without. */
function passesApproved(facts: Facts): boolean {
  if (facts[FACT.approved] === 1) return false
  const approved = facts.slice()
  approved[FACT.approved] = 1
  return judge(approved, createOutcome()) === 0
}

/** True when an opening would be the sixth parent of a minute: its triple latches. */
export function showsLoop(facts: Facts): boolean {
  return facts[FACT.opening] === 1 && (facts[FACT.parents60s] ?? 0) >= LIMITS.maxParents60s
}

export function toLimits(overlay: OverlayColumns): readonly LimitResult[] {
  return overlay.named.map((limit, index) => toLimitResult(overlay, limit, index))
}

/** What denies, and what lets pass with a warning or because people lifted it. */
function toTold(overlay: OverlayColumns): readonly LimitResult[] {
  const { denies, lifted, named, warns } = overlay
  let told: LimitResult[] | undefined
  for (let index = 0; index < named.length; index++) {
    const limit = named[index]
    if (limit === undefined || (denies[index] === 0 && warns[index] === 0 && lifted[index] === 0)) continue
    told ??= []
    told.push(toLimitResult(overlay, limit, index))
  }
  return told ?? NONE
}

function toLimitResult(overlay: OverlayColumns, limit: OperationalLimit, index: number): LimitResult {
  const { name, unit, denies } = limit
  const observed = overlay.observed[index] ?? Number.NaN
  const lifted = overlay.lifted[index] === 1
  const unknown = !lifted && Number.isNaN(observed)
  const denied = overlay.denies[index] === 1
  return {
    limit: name,
    limitValue: toText(overlay.limits[index] ?? Number.NaN, unit),
    observed: toText(observed, unit),
    reason: lifted ? `people lifted it for a while: ${denies}` : reasonOf(overlay, limit, index),
    verdict: unknown ? 'unknown' : denied && !lifted ? 'deny' : 'allow',
  }
}

function reasonOf(overlay: OverlayColumns, { denies }: OperationalLimit, index: number): string {
  if (Number.isNaN(overlay.observed[index])) return 'a fact that it needs is missing'
  if (overlay.denies[index] === 1) return denies
  return overlay.warns[index] === 1 ? `a warning: ${denies}` : 'within the limit'
}

const DIGITS = { quantity: 8, ratio: 8, cash: 6, count: 0, flag: 0 } as const

function toText(value: number, unit: OperationalLimit['unit']): string | null {
  return Number.isFinite(value) ? formatDecimal(Math.round(value), DIGITS[unit]) : null
}

function toRuleResult(rule: Rule, outcome: Outcome): RuleResult {
  const told = describeRule(rule, outcome)
  return {
    effect: rule.effect,
    limit: told.limit,
    margin: told.margin,
    observed: told.observed,
    reason: told.reason,
    rule: rule.name,
    severity: rule.severity,
    verdict: VERDICT_NAMES[outcome.verdicts[rule.number - 1] ?? VERDICT.unknown] ?? 'unknown',
  }
}

function namesWith(rules: readonly Rule[], outcome: Outcome, verdict: number): readonly string[] {
  if (rules.length === 0) return NONE
  return rules.filter((rule) => outcome.verdicts[rule.number - 1] === verdict).map((rule) => rule.name)
}

const SPLIT = 100_000_000

/** One short text is written, hashed and read several times faster than an array of 59 numbers. */
export function toFactText(facts: Facts): string {
  let line = factText(facts[0])
  for (let index = 1; index < FACT_COUNT; index++) line += `,${factText(facts[index])}`
  return line
}

/** Two small integers are printed four times faster than one large one, and most amounts end in zeros. */
function factText(fact = Number.NaN): string {
  if (fact >= SPLIT && fact <= Number.MAX_SAFE_INTEGER) {
    const high = Math.floor(fact / SPLIT)
    const low = fact - high * SPLIT
    if (low === 0) return `${high | 0}00000000`
    if (Number.isInteger(low)) return `${high | 0}${String((low | 0) + SPLIT).slice(1)}`
  }
  if (fact === Number.POSITIVE_INFINITY) return '*'
  return Number.isNaN(fact) ? '' : String(fact)
}

export function fromFactText(line: string): Facts {
  const facts = new Float64Array(FACT_COUNT).fill(Number.NaN)
  for (const [index, fact] of line.split(',').entries()) {
    if (fact !== '') facts[index] = fact === '*' ? Number.POSITIVE_INFINITY : Number(fact)
  }
  return facts
}
