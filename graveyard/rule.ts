/**
 * What a rule is: its place in the table, the predicate that judges it, and the words for each verdict.
 *
 * The category files define rules with these two functions; graveyard/rules.ts gathers them.
 */

import { read } from './exact.ts'
import { FACT, type Facts } from './facts.ts'
import { LIMITS } from './limits.ts'
import { EXEMPT, exemptAction, OTHER_ACTION, type Outcome, PASSED, UNKNOWN } from './outcome.ts'

/**
 * Evidence is an integer of 1e-8 (quantity, price), of 1e-6 (cash), a plain number (ratio, ms, count), or 0
 * and 1 (flag).
 */
export type Unit = 'ratio' | 'quantity' | 'price' | 'cash' | 'ms' | 'count' | 'flag'

/** One way a rule can answer. Codes are stable within a SEAL. */
export interface Reason {
  readonly code: number
  readonly text: string
  readonly unit: Unit
}

export interface Rule {
  /** 1 to 26. */
  readonly number: number
  readonly name: string
  readonly category: string
  readonly value: number | true
  readonly severity: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW'
  /** The strongest effect the rule can have. */
  readonly effect: 'deny' | 'deny+reduce' | 'deny+halt'
  /**
   * When it goes beyond denying; null = whenever it denies. A proposal alone must never be able to stop the
   * box.
   */
  readonly effectWhen: string | null
  readonly unit: Unit
  /** In words: denies when … */
  readonly summary: string
  /** Reason texts by code. */
  readonly reasons: readonly string[]
  /** Unit of observed and limit by reason code. */
  readonly units: readonly Unit[]
  /** Writes the verdict of this rule alone; returns its bit when it is in the way, else 0. */
  readonly judge: Judge
}

type Judge = (facts: Facts, out: Outcome) => number

type Text = string | readonly [Unit, string]
interface Texts {
  readonly passed: Text
  readonly exempt?: Text
  readonly unknown?: Text
  readonly [name: string]: Text | undefined
}

/**
 * A closed set of reasons: a text, or unit and text where the evidence has another unit than the rule's own.
 */
export function reasons<const T extends Texts>(unit: Unit, texts: T): { readonly [Name in keyof T]: Reason } {
  const table: Record<string, Reason> = {}
  let next = OTHER_ACTION + 1
  for (const [name, text = ''] of Object.entries<Text | undefined>(texts)) {
    const code =
      name === 'passed' ? PASSED : name === 'exempt' ? EXEMPT : name === 'unknown' ? UNKNOWN : next++
    const whole = typeof text === 'string'
    table[name] = Object.freeze({ code, text: whole ? text : text[1], unit: whole ? unit : text[0] })
  }
  return Object.freeze(table) as { readonly [Name in keyof T]: Reason }
}

type Definition = Pick<Rule, 'number' | 'category' | 'severity' | 'effect' | 'summary' | 'judge'> & {
  readonly name: keyof typeof LIMITS
  readonly effectWhen?: string
  /** True for a rule that tells the kinds of action apart itself; any other judges orders alone. */
  readonly everyAction?: true
  readonly reasons: { readonly passed: Reason; readonly [name: string]: Reason }
}

export function rule(definition: Definition): Rule {
  const { number, name, category, severity, effect, effectWhen = null, summary } = definition
  const judge = definition.everyAction === true ? definition.judge : ordersOnly(number, definition.judge)
  const unit = definition.reasons.passed.unit
  const texts = [
    '',
    'does not apply to this order',
    'a fact that it depends on is missing',
    'does not apply to this kind of action',
  ]
  const units = [unit, unit, unit, unit]
  for (const reason of Object.values(definition.reasons)) {
    texts[reason.code] = reason.text
    units[reason.code] = reason.unit
  }
  return Object.freeze({
    number,
    name,
    category,
    value: LIMITS[name],
    severity,
    effect,
    effectWhen,
    unit,
    summary,
    reasons: Object.freeze(texts),
    units: Object.freeze(units),
    judge: Object.freeze(judge),
  })
}

function ordersOnly(number: number, judge: Judge): Judge {
  return (facts, out) => (read(facts, FACT.action) === 0 ? judge(facts, out) : exemptAction(out, number))
}
