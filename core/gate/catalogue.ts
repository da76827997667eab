/**
 * What the 26 rules say of themselves, for people who read: the gate is the only reader of graveyard/, so it
 * hands this on.
 */

import { LIMITS } from '#graveyard/limits.ts'
import { RULES } from '#graveyard/rules.ts'

export interface RuleEntry {
  readonly number: number
  readonly rule: string
  readonly category: string
  readonly value: number | true
  readonly severity: string
  readonly effect: string
  /** In words: denies when … */
  readonly summary: string
}

/** The limits that the kernel watches between proposals. */
export const WATCHED = Object.freeze({
  dailyLoss: LIMITS.max_daily_loss,
  leverage: LIMITS.max_leverage,
  uncoveredMs: LIMITS.uncoveredMs,
})

/** In number order. */
export function listRules(): readonly RuleEntry[] {
  return RULES.map(({ number, name, category, value, severity, effect, summary }) => ({
    number,
    rule: name,
    category,
    value,
    severity,
    effect,
    summary,
  }))
}
