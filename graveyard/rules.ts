/**
 * The 26 rules in number order, the one function that judges an order or another action by all of them, and
 * the one that puts a verdict into words.
 *
 * core/gate is the only caller. Judging neither allocates nor stops early, so the set of denying rules is
 * always whole.
 */

import {
  AUTONOMY,
  humanInLoopCritical,
  preserveUserAutonomy,
  reversibleActions,
  transparentReasoning,
} from './autonomy.ts'
import { read } from './exact.ts'
import { FACT, type Facts } from './facts.ts'
import { auditAllActions, emergencyHaltEnabled, GOVERNANCE, requireHrmApproval } from './governance.ts'
import {
  INTEGRITY,
  immutableGraveyard,
  preventInfiniteLoops,
  validateDataSources,
  watchdogMonitoring,
} from './integrity.ts'
import { noMarketManipulation } from './manipulation.ts'
import { exempt, type Outcome, UNKNOWN, VERDICT } from './outcome.ts'
import { PRIVACY } from './privacy.ts'
import {
  maxConcurrentTrades,
  maxDailyLoss,
  maxLeverage,
  maxPositionSize,
  minRiskReward,
  RISK_MANAGEMENT,
  requireStopLoss,
} from './risk-management.ts'
import type { Rule, Unit } from './rule.ts'
import { noFrontRunning, noInsiderTrading, noPumpAndDump, TRADING } from './trading.ts'

export type { Rule } from './rule.ts'

// The columns are part of the rules: nothing that shares the process may renumber them.
Object.freeze(FACT)

export const RULES: readonly Rule[] = Object.freeze([
  ...TRADING,
  ...RISK_MANAGEMENT,
  ...GOVERNANCE,
  ...PRIVACY,
  ...INTEGRITY,
  ...AUTONOMY,
])

/**
 * Judges an order by all rules into `out` and returns the mask of those in the way (denying, holding or unknown), bit
 * n − 1 for rule n; 0 = nothing is. Written out because a loop over a table of functions is three times
 * slower; 13 and 15 to 18 judge nothing that is an order.
 */
export function judge(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.action) !== 0) return judgeAction(facts, out)
  return (
    noInsiderTrading(facts, out) |
    noMarketManipulation(facts, out) |
    noPumpAndDump(facts, out) |
    noFrontRunning(facts, out) |
    maxPositionSize(facts, out) |
    maxDailyLoss(facts, out) |
    maxLeverage(facts, out) |
    requireStopLoss(facts, out) |
    minRiskReward(facts, out) |
    maxConcurrentTrades(facts, out) |
    requireHrmApproval(facts, out) |
    auditAllActions(facts, out) |
    exempt(out, 13) |
    emergencyHaltEnabled(facts, out) |
    exempt(out, 15) |
    exempt(out, 16) |
    exempt(out, 17) |
    exempt(out, 18) |
    immutableGraveyard(facts, out) |
    watchdogMonitoring(facts, out) |
    validateDataSources(facts, out) |
    preventInfiniteLoops(facts, out) |
    preserveUserAutonomy(facts, out) |
    transparentReasoning(facts, out) |
    reversibleActions(facts, out) |
    humanInLoopCritical(facts, out)
  )
}

/** The same for whatever is no order: rarely asked, so it may take the slower way. */
function judgeAction(facts: Facts, out: Outcome): number {
  let mask = 0
  for (const rule of RULES) mask |= rule.judge(facts, out)
  return mask
}

export interface Description {
  readonly observed: string | null
  readonly limit: string | null
  /** What is left up to the limit; not above zero when the rule denies. */
  readonly margin: string | null
  readonly reason: string
}

/**
 * What `out` holds for one rule, as text: decimals without exponent, flags as true and false, null for what
 * is not known.
 */
export function describeRule(rule: Rule, out: Outcome): Description {
  const at = rule.number - 1
  const code = out.reasons[at] ?? UNKNOWN
  const observed = out.observed[at] ?? Number.NaN
  const limit = out.limits[at] ?? Number.NaN
  const unit = rule.units[code] ?? rule.unit
  const distance = Math.abs(limit - observed)
  const margin = out.verdicts[at] === VERDICT.allow ? distance : -distance
  const digits = digitsFor(unit, observed, limit)
  return {
    observed: toText(observed, unit, digits),
    limit: toText(limit, unit, digits),
    margin: unit === 'flag' ? null : toText(margin, unit, digits),
    reason: rule.reasons[code] ?? '',
  }
}

/**
 * Decimals of a text. A ratio gets as few as tell it from its limit: 0.0667 of 0.1, but 0.10000001 of 0.1.
 */
function digitsFor(unit: Unit, observed: number, limit: number): number {
  if (unit !== 'ratio') return DIGITS[unit]
  let digits = DIGITS.ratio
  while (digits < 16 && observed !== limit && observed.toFixed(digits) === limit.toFixed(digits)) digits += 4
  return digits
}

/** Of quantity, price and cash: the place of the decimal point in their integers. */
const DIGITS: Readonly<Record<Unit, number>> = Object.freeze({
  ratio: 4,
  quantity: 8,
  price: 8,
  cash: 6,
  ms: 0,
  count: 0,
  flag: 0,
})
/** From here on numbers turn into text with exponents; no fact that a rule accepts comes near. */
const TEXT_MAX = 1e20

function toText(value: number, unit: Unit, digits: number): string | null {
  if (!(Math.abs(value) < TEXT_MAX)) return null
  if (unit === 'flag') return value === 1 ? 'true' : 'false'
  const text = unit === 'ratio' ? value.toFixed(digits) : shift(value, digits)
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return short === '-0' ? '0' : short
}

/** 14552200 by 5 digits → "145.52200"; on the digits themselves, since a division would round. */
function shift(value: number, digits: number): string {
  const text = String(Math.trunc(Math.abs(value))).padStart(digits + 1, '0')
  const point = text.length - digits
  const fraction = digits === 0 ? '' : `.${text.slice(point)}`
  return `${value < 0 ? '-' : ''}${text.slice(0, point)}${fraction}`
}
