/**
 * The nearest order that would have passed: the same one, only smaller. For people who were denied; nothing
 * is decided by it.
 *
 * Worked out from a decision's recorded facts alone, so it says nothing of limits that are not among the 26 rules.
 */

import { FACT, type Facts } from '#graveyard/facts.ts'
import { createOutcome } from '#graveyard/outcome.ts'
import { judge } from '#graveyard/rules.ts'
import type { Decision, Quantity } from '../contract.ts'
import { mulDiv } from '../math.ts'
import { fromFactText } from './decision.ts'

/**
 * Largest multiple of `lot` below the order's quantity that no rule stands against, all else as recorded; 0
 * when there is none.
 */
export function nearestQuantity(facts: Decision['facts'], lot: Quantity): Quantity {
  const recorded = fromFactText(facts)
  const outcome = createOutcome()
  const passes = (lots: number): boolean => judge(withQuantity(recorded, lots * lot), outcome) === 0
  let low = 0
  let high = Math.ceil((recorded[FACT.quantity] ?? 0) / lot) - 1
  // Every bound on size is an upper one, so what passes passes for less as well.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (passes(middle)) low = middle
    else high = middle - 1
  }
  return low > 0 && passes(low) ? low * lot : 0
}

/** What a smaller quantity changes: its own cover, and the worst case of its symbol and of the account. */
function withQuantity(recorded: Facts, quantity: Quantity): Facts {
  const facts = recorded.slice()
  const before = (name: keyof typeof FACT): number => recorded[FACT[name]] ?? Number.NaN
  const less = before('quantity') - quantity
  const worst = Math.max(before('worstPosition') - less, Math.abs(before('position')))
  const exposure = -mulDiv(-before('exposureAfter'), worst, before('worstPosition'))
  facts[FACT.quantity] = quantity
  if (before('stopCover') > quantity) facts[FACT.stopCover] = quantity
  facts[FACT.worstPosition] = worst
  facts[FACT.exposureAfter] = exposure
  facts[FACT.grossAfter] = before('grossAfter') - before('exposureAfter') + exposure
  return facts
}
