/**
 * The limits beside the rules that denied a journaled decision, judged again with other terms. What they are
 * made of is the overlay's own affair, so a limit is recognised by what it observed: the same number as a
 * measure of the recorded order is that measure.
 */

import { FACT, type Facts } from '#graveyard/facts.ts'
import type { Decision, Instrument, LimitResult } from '../contract.ts'
import { formatDecimal, mulDiv, mulDivUp, notionalUp, PRICE_SCALE, parseCash, parseDecimal } from '../math.ts'

export interface RecalledLimit {
  readonly result: LimitResult
  /** True when it cannot be judged again: it asked for the stop or target that the order lacked. */
  readonly unjudged: boolean
  /** What cannot be recognised stands; what is unjudged is let go, and has to be named. */
  holds(facts: Facts): boolean
}

interface Measure {
  readonly value: number
  readonly digits: number
}

const CASH_DIGITS = 6
const RATIO_DIGITS = 8

export function recallLimits(
  limits: Decision['limits'],
  recorded: Facts,
  { multiplier }: Pick<Instrument, 'multiplier'>,
): readonly RecalledLimit[] {
  const before = measuresOf(recorded, multiplier)
  const lacking = Number.isNaN(at(recorded, 'stop')) || !(at(recorded, 'targets') > 0)
  return limits.map((result): RecalledLimit => {
    const { limit, observed, limitValue } = result
    const matches = before.flatMap((measure, index) => (isShownAs(measure, observed) ? [index] : []))
    const isRisk = limit === 'trade_risk' && observed === null
    const asksForStop = observed === null || (observed === '0' && limitValue === '1')
    const unjudged = lacking && asksForStop && !isRisk && matches.length === 0 && limit.startsWith(OVERLAY)
    const holds = (facts: Facts): boolean => {
      if (at(facts, 'opening') < at(recorded, 'opening')) return concernsOpenings(limit)
      if (unjudged) return true
      const now = measuresOf(facts, multiplier)
      if (isRisk) return (now[LOSS]?.value ?? Number.NaN) <= parseCash(limitValue ?? '')
      return matches.length > 0 && matches.every((index) => keeps(result, now[index]))
    }
    return { result, unjudged, holds }
  })
}

/** Index of the cash lost at the stop. */
const LOSS = 0
const OVERLAY = 'overlay:'

/** Rounded as the limits round them: against the order where it is held against an upper bound. */
function measuresOf(facts: Facts, multiplier: number): readonly Measure[] {
  const [entry, reference, equity] = [at(facts, 'entry'), at(facts, 'reference'), at(facts, 'equity')]
  const quantity = at(facts, 'quantity')
  const risk = at(facts, 'side') * (entry - at(facts, 'stop'))
  const notional = notionalUp(entry, quantity, multiplier)
  const loss = risk > 0 ? mulDivUp(notional, risk, entry) : Number.NaN
  const ratio = (part: number, whole: number, up = true): Measure => ({
    value: whole > 0 ? (up ? mulDivUp : mulDiv)(part, PRICE_SCALE, whole) : Number.NaN,
    digits: RATIO_DIGITS,
  })
  return [
    { value: loss, digits: CASH_DIGITS },
    { value: notional, digits: CASH_DIGITS },
    { value: quantity, digits: RATIO_DIGITS },
    ratio(at(facts, 'exposureAfter'), equity),
    ratio(loss, equity),
    ratio(Math.abs(entry - reference), reference, false),
    ratio(at(facts, 'reward'), risk, false),
    ratio(Math.abs(risk), entry, false),
  ]
}

/** Nothing is recognised by a zero: flags are shown as one too. */
function isShownAs({ value, digits }: Measure, observed: string | null): boolean {
  return value > 0 && Number.isSafeInteger(value) && formatDecimal(value, digits) === observed
}

/** It denied: so what it observed lay above an upper bound or below a lower one. */
function keeps({ observed, limitValue }: LimitResult, measure: Measure | undefined): boolean {
  if (measure === undefined) return false
  const { value, digits } = measure
  const [was, bound] = [parseDecimal(observed ?? '', digits), parseDecimal(limitValue ?? '', digits)]
  return was > bound ? value <= bound : value >= bound
}

/** A flip that became an exit faces none of these. */
function concernsOpenings(limit: string): boolean {
  return (
    ['order_size', 'order_notional', 'trade_risk', 'shortable'].includes(limit) || limit.startsWith(OVERLAY)
  )
}

function at(facts: Facts, name: keyof typeof FACT): number {
  return facts[FACT[name]] ?? Number.NaN
}
