/**
 * A journaled decision judged again with other terms, from its recorded facts alone: no book and no market is
 * needed, so it holds for a box that stopped years ago.
 *
 * What it cannot know it takes at its worst: exposure is never reckoned lower because of a better limit. A
 * limit beside the rules is judged only where it denied, since the others were not recorded.
 */

import { FACT, type Facts } from '#graveyard/facts.ts'
import { createOutcome } from '#graveyard/outcome.ts'
import { judge } from '#graveyard/rules.ts'
import type { Decision, Instrument, Price, Quantity } from '../contract.ts'
import { mulDiv, mulDivUp, QUANTITY_SCALE } from '../math.ts'
import { fromFactText, toRuleResults } from './decision.ts'
import { type Answer, type Change, findNearest } from './nearest.ts'
import { type ParsedOrder, parseOrder } from './parse-order.ts'
import { recallLimits } from './recorded-limits.ts'

/**
 * Found, it also names the limits that denied for want of what the order lacked, and cannot be judged again.
 */
export type Recorded = Answer & { readonly unjudged: readonly string[] }

/** `conflicts` are own orders that worked on the other side at that time. */
export function nearestRecorded(
  decision: Decision,
  instrument: Pick<Instrument, 'lot' | 'multiplier'>,
  conflicts: readonly string[],
): Recorded {
  const facts = fromFactText(decision.facts)
  const parsed = parseOrder(decision.order)
  const limits = recallLimits(decision.limits, facts, instrument)
  const selfTrades = facts[FACT.selfTrades] ?? Number.NaN
  const outcome = createOutcome()
  const answer = findNearest({
    parsed,
    tick: facts[FACT.tick] ?? Number.NaN,
    lot: instrument.lot,
    entry: facts[FACT.entry] ?? Number.NaN,
    reference: facts[FACT.reference] ?? Number.NaN,
    // Naming some of them would not do.
    conflicts: conflicts.length >= selfTrades && selfTrades > 0 ? conflicts : [],
    passes: (change) => {
      const changed = withChange(facts, parsed, change)
      return judge(changed, outcome) === 0 && limits.every((limit) => limit.holds(changed))
    },
  })
  const unjudged = limits.filter((limit) => limit.unjudged).map(({ result }) => result.limit)
  return { ...answer, unjudged }
}

/** The recorded facts as they would have been for the changed order. */
export function withChange(recorded: Facts, parsed: ParsedOrder, change: Change): Facts {
  const facts = recorded.slice()
  if (change.quantity !== undefined) changeQuantity(facts, parsed, change.quantity)
  if (change.limit !== undefined) facts[FACT.entry] = change.limit
  if (change.stop !== undefined) {
    facts[FACT.stop] = change.stop
    facts[FACT.stopCover] = facts[FACT.quantity] ?? Number.NaN
  }
  const entry = facts[FACT.entry] ?? Number.NaN
  if (change.target !== undefined) writeReward(facts, parsed.side, entry, [change.target], [QUANTITY_SCALE])
  else if (change.limit !== undefined)
    writeReward(facts, parsed.side, entry, parsed.targetPrices, parsed.targetPortions)
  if (change.cancelFirst !== undefined) facts[FACT.selfTrades] = 0
  return facts
}

/**
 * A smaller order changes its cover, the worst case of its symbol and of the account, and what closes a
 * position.
 */
function changeQuantity(facts: Facts, { group }: ParsedOrder, quantity: Quantity): void {
  const before = (name: keyof typeof FACT): number => facts[FACT[name]] ?? Number.NaN
  const [side, position] = [before('side'), before('position')]
  const less = before('quantity') - quantity
  // Another leg of its OCO group may count in its place, and how large that was is not recorded.
  const alone = group === ''
  const worst = alone ? worstWith(facts, less) : before('worstPosition')
  const exposure = mulDivUp(before('exposureAfter'), worst, before('worstPosition'))
  facts[FACT.grossAfter] = before('grossAfter') - before('exposureAfter') + exposure
  facts[FACT.exposureAfter] = exposure
  facts[FACT.worstPosition] = worst
  facts[FACT.closingOwn] = before('closingOwn') - less
  facts[FACT.stopCover] = Math.min(before('stopCover'), quantity)
  facts[FACT.quantity] = quantity
  // Other working exits are not recorded, so a flip becomes an exit only where there can have been none.
  const closes = side * position < 0 && quantity <= Math.abs(position)
  if (alone && closes && before('sameSideToday') === 0) facts[FACT.opening] = 0
}

/** Shrinks with the order only where its own side made it what it is. */
function worstWith(facts: Facts, less: Quantity): Quantity {
  const before = (name: keyof typeof FACT): number => facts[FACT[name]] ?? Number.NaN
  const [side, position, worst] = [before('side'), before('position'), before('worstPosition')]
  const own = Math.abs(side * position + before('quantity')) + before('sameSideToday')
  if (own < worst) return worst
  const other = Math.abs(position - side * before('layerQuantity'))
  return Math.max(worst - less, other, Math.abs(position))
}

/** As the gate derives it, each target rounded down by itself: never more than the gate would say. */
function writeReward(
  facts: Facts,
  side: 1 | -1,
  entry: Price,
  prices: readonly Price[],
  portions: readonly number[],
): void {
  let worst = prices.length === 0 ? Number.NaN : Number.POSITIVE_INFINITY
  let [sum, reward] = [0, 0]
  for (const [index, target] of prices.entries()) {
    const portion = portions[index] ?? Number.NaN
    const gain = side * (target - entry)
    worst = Number.isNaN(gain) ? gain : Math.min(worst, gain)
    sum += portion
    const absurd = side === 1 ? target > 2 * entry : target * 5 < entry * 2
    if (!absurd) reward += mulDiv(gain, portion, QUANTITY_SCALE)
  }
  facts[FACT.targets] = prices.length
  facts[FACT.worstTargetGain] = worst
  facts[FACT.portionSum] = prices.length === 0 ? Number.NaN : sum
  facts[FACT.reward] = reward
}

/** Prices that the decision was made at; NaN where there was none. */
export function pricesOf({ facts }: Decision): { readonly entry: Price; readonly reference: Price } {
  const recorded = fromFactText(facts)
  return { entry: recorded[FACT.entry] ?? Number.NaN, reference: recorded[FACT.reference] ?? Number.NaN }
}

/** False where the gate took it for nothing that the rules know. */
export function wasKnown({ facts }: Decision): boolean {
  return fromFactText(facts)[FACT.actionKnown] === 1
}

/** Name and reason of all that stands in the way of the changed order. */
export function obstaclesTo(
  decision: Decision,
  instrument: Pick<Instrument, 'multiplier'>,
  change: Change,
): readonly string[] {
  const recorded = fromFactText(decision.facts)
  const facts = withChange(recorded, parseOrder(decision.order), change)
  const outcome = createOutcome()
  judge(facts, outcome)
  const all = toRuleResults(outcome).filter(({ verdict }) => verdict !== 'allow' && verdict !== 'n/a')
  const refusing = all.filter(({ verdict }) => verdict !== 'unknown')
  const rules = refusing.length === 0 ? all : refusing
  const limits = recallLimits(decision.limits, recorded, instrument).filter((limit) => !limit.holds(facts))
  return [
    ...rules.map(({ rule, reason }) => `${rule}: ${reason}`),
    ...limits.map(({ result }) => `${result.limit}: ${result.reason}`),
  ]
}
