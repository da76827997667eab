/**
 * The shapes that days draw, in the words that setups ask for.
 *
 * Called by deriveFacts. A list holds every word that is true now; it is missing while there are too few days
 * to tell, so that only then a sender's word stands alone. "Before" is always without the running day.
 */

import {
  closeOf,
  DAYS_KEPT,
  type Days,
  highestHigh,
  highOf,
  lowestLow,
  lowOf,
  meanClose,
  pastDays,
} from './days.ts'
import type { WordFact } from './facts.ts'

type Words = { [fact in WordFact]?: readonly string[] }

/** A range is measured over so many days, a calm one over so many at its end. */
const RANGE_DAYS = 20
const CALM_DAYS = 5
const PAUSE_DAYS = 3

export function seeWords(days: Days): Words {
  const words: Words = {}
  const past = pastDays(days)
  if (past >= 10) words.acceleration = isParabolic(days) ? ['parabolic'] : []
  if (past < RANGE_DAYS + CALM_DAYS) return words
  words.price_action = PRICE_ACTIONS.filter(([, holds]) => holds(days)).map(([word]) => word)
  words.resistance_test = isRejected(days) ? ['rejected'] : []
  words.support_level = seeSupport(days)
  if (past >= 2 * RANGE_DAYS) words.prior_trend = seeTrend(days)
  return words
}

/** The last five days gained at least twice what the five before them did. */
function isParabolic(days: Days): boolean {
  const now = days.close / closeOf(days, 5) - 1
  const before = closeOf(days, 5) / closeOf(days, 10) - 1
  return now > 0 && now >= 2 * before
}

const PRICE_ACTIONS: readonly (readonly [string, (days: Days) => boolean])[] = [
  ['tight_consolidation', isTight],
  ['breaking_resistance', (days) => days.close > highestHigh(days, 1, RANGE_DAYS)],
  ['failed_breakout', isFailedBreakout],
  ['v_bottom', isBottom],
  ['first_rejection', isFirstRejection],
  ['consolidating_gains', (days) => isPause(days, 1)],
  ['consolidating_losses', (days) => isPause(days, -1)],
]

/** The last five days kept within half of what the twenty before them ranged over. */
function isTight(days: Days): boolean {
  const range = highestHigh(days, 0, CALM_DAYS - 1) - lowestLow(days, 0, CALM_DAYS - 1)
  const usual =
    highestHigh(days, CALM_DAYS, CALM_DAYS + RANGE_DAYS - 1) -
    lowestLow(days, CALM_DAYS, CALM_DAYS + RANGE_DAYS - 1)
  return 2 * range <= usual
}

/** Above the highs of twenty days during the day, and not above them now. */
function isFailedBreakout(days: Days): boolean {
  const resistance = highestHigh(days, 1, RANGE_DAYS)
  return days.high > resistance && days.close <= resistance
}

/**
 * The lowest low is of the last three days, and a third of the fall of the three days up to it is regained.
 */
function isBottom(days: Days): boolean {
  let age = 0
  for (let each = 1; each < PAUSE_DAYS; each++) if (lowOf(days, each) < lowOf(days, age)) age = each
  const low = lowOf(days, age)
  if (low > lowestLow(days, PAUSE_DAYS, DAYS_KEPT)) return false
  const fall = highestHigh(days, age, age + PAUSE_DAYS) - low
  return days.close > closeOf(days, 1) && 3 * (days.close - low) >= fall
}

/**
 * The first lower close after a higher one, with the highest high today or yesterday, in the lower half of
 * the day.
 */
function isFirstRejection(days: Days): boolean {
  const isHigh = Math.max(days.high, highOf(days, 1)) >= highestHigh(days, 2, DAYS_KEPT)
  const isFirst = days.close < closeOf(days, 1) && closeOf(days, 1) > closeOf(days, 2)
  return isHigh && isFirst && 2 * days.close <= days.high + days.low
}

/** Three days within half the range of ten, and on the far side of its middle. */
function isPause(days: Days, side: 1 | -1): boolean {
  const high = highestHigh(days, 0, PAUSE_DAYS - 1)
  const low = lowestLow(days, 0, PAUSE_DAYS - 1)
  const top = highestHigh(days, 0, 9)
  const bottom = lowestLow(days, 0, 9)
  const isFar = side === 1 ? 2 * low >= top + bottom : 2 * high <= top + bottom
  return top > bottom && 2 * (high - low) <= top - bottom && isFar
}

/**
 * Within one per cent of the highs of five days or above them, and then back into the lower half of the day.
 */
function isRejected(days: Days): boolean {
  const resistance = highestHigh(days, 1, CALM_DAYS)
  return 100 * days.high >= 99 * resistance && 2 * days.close < days.high + days.low
}

/**
 * holding: within two per cent of the lows of twenty days and not below them at the end, in the upper half of
 * the day. major_support: the low of three days is within three per cent of a low that is at least ten days
 * older.
 */
function seeSupport(days: Days): readonly string[] {
  const words: string[] = []
  const floor = lowestLow(days, 1, RANGE_DAYS)
  const isNear = 100 * days.low <= 102 * floor && days.close >= floor
  if (isNear && 2 * days.close >= days.high + days.low) words.push('holding')
  const low = lowestLow(days, 0, PAUSE_DAYS - 1)
  const older = lowestLow(days, 10 + PAUSE_DAYS, DAYS_KEPT)
  if (100 * low >= 97 * older && 100 * low <= 103 * older) words.push('major_support')
  return words
}

/** uptrend: yesterday closed above a mean of twenty days that is rising. extended: 15 % above it. */
function seeTrend(days: Days): readonly string[] {
  const words: string[] = []
  const mean = meanClose(days, 1, RANGE_DAYS)
  const yesterday = closeOf(days, 1)
  if (yesterday > mean && mean > meanClose(days, RANGE_DAYS + 1, 2 * RANGE_DAYS)) words.push('uptrend')
  if (100 * yesterday >= 115 * mean) words.push('extended')
  return words
}
