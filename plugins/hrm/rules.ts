/**
 * The overlay's rules on one order, in the order of their stages. Called for every order; nothing is
 * allocated.
 *
 * They concern openings only. All are judged whatever the others find, so that lifting one of them never
 * hides another; only warnings, which let pass anyway, are left out once a stage that halts has denied.
 */

import type { LimitReport, OrderFacts } from '#core/contract.ts'
import type { CompiledRule } from './compile.ts'
import { NOT_APPLICABLE } from './limits.ts'

/** `first` = index of the first rule's limit; `sizes` as in judgeLimits. */
export function judgeRules(
  order: OrderFacts,
  report: LimitReport,
  rules: readonly CompiledRule[],
  first: number,
  sizes: number,
): void {
  let halted = false
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index]
    if (rule === undefined) return
    const { applies, low, denies } = rule
    const high = rule.isSize ? Math.floor(rule.high * sizes) : rule.high
    if (!order.opening || (halted && !denies) || (applies !== undefined && !applies(order))) {
      report(first + index, false, NOT_APPLICABLE, boundOf(NOT_APPLICABLE, low, high))
      continue
    }
    const observed = rule.measure(order)
    const holds = observed >= low && observed <= high
    if (!holds && denies && rule.halts) halted = true
    // A warning that is unknown is no denial, which a missing observation would be.
    const shown = denies || holds || !Number.isNaN(observed) ? observed : NOT_APPLICABLE
    report(first + index, denies && !holds, shown, boundOf(observed, low, high), !denies && !holds)
  }
}

/** The end of the band that the observation is held against. */
function boundOf(observed: number, low: number, high: number): number {
  if (high === Number.POSITIVE_INFINITY) return low
  if (low === Number.NEGATIVE_INFINITY) return high
  return observed < low ? low : high
}
