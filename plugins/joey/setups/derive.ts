/**
 * What ARK knows of a symbol from its own days and registry: the facts that no sender has to be believed for.
 *
 * Called when a signal came from outside and when days alone make a setup likely. What too few days tell is
 * left out, never guessed.
 */

import type { Instrument } from '#core/contract.ts'
import { PRICE_SCALE, QUANTITY_SCALE, VOLUME_SCALE } from '#core/math.ts'
import {
  atrOfDays,
  closeOf,
  DAYS_KEPT,
  DAYS_NEEDED,
  type Days,
  highOf,
  lowestLow,
  meanVolume,
  pastDays,
  rsiNow,
  usualVolume,
  volumeOf,
} from './days.ts'
import type { NumberFact, OwnFacts } from './facts.ts'
import { seeWords } from './shapes.ts'

/** A climax and the days of the turn after it. */
export const SPIKE_DAYS = 3

export function deriveFacts(days: Days | undefined, instrument: Instrument): OwnFacts {
  const numbers: { [fact in NumberFact]?: number } = {}
  const { floatShares, adv20 } = instrument
  if (floatShares !== undefined) numbers.float = floatShares / QUANTITY_SCALE / 1_000_000
  const registered = adv20 === undefined ? undefined : adv20 / VOLUME_SCALE
  const nothing = {
    words: {},
    averageVolume: registered,
    open: undefined,
    previousClose: undefined,
    atr: undefined,
  }
  if (days === undefined || days.seen === 0) return { numbers, ...nothing }

  numbers.price = days.close / PRICE_SCALE
  const rsi = rsiNow(days)
  if (rsi >= 0) numbers.rsi = rsi
  const past = pastDays(days)
  if (past >= 1) addMoves(days, numbers)
  if (past >= 5) numbers.gain_last_5_days = percentOf(days.close - closeOf(days, 5), closeOf(days, 5))
  if (past >= DAYS_NEEDED) addExtremes(days, numbers)
  const mean = usualVolume(days)
  if (mean > 0) addVolumes(days, mean, numbers)
  const atr = atrOfDays(days)
  return {
    numbers,
    words: seeWords(days),
    averageVolume: mean > 0 ? mean / VOLUME_SCALE : registered,
    open: days.open,
    previousClose: past >= 1 ? closeOf(days, 1) : undefined,
    atr: atr > 0 ? atr : undefined,
  }
}

type Numbers = { [fact in NumberFact]?: number }

function addMoves(days: Days, numbers: Numbers): void {
  const before = closeOf(days, 1)
  numbers.price_change_percent = percentOf(days.close - before, before)
  numbers.decline_percent = percentOf(before - days.close, before)
  numbers.gap_percent = percentOf(days.open - before, before)
}

/**
 * The fall leads from the highest high that is kept to the lowest low after it; the bounce from there to now.
 */
function addExtremes(days: Days, numbers: Numbers): void {
  let peakAge = 0
  let peak = days.high
  for (let age = 1; age <= DAYS_KEPT; age++) {
    if (!(highOf(days, age) > peak)) continue
    peak = highOf(days, age)
    peakAge = age
  }
  // The low of the high's own day may have come before it, so it is no fall from there.
  const low = peakAge === 0 ? days.close : lowestLow(days, 0, peakAge - 1)
  numbers.decline_from_high = percentOf(peak - days.close, peak)
  numbers.price_decline_percent = percentOf(peak - low, peak)
  numbers.bounce_percent = percentOf(days.close - low, low)
}

/**
 * So far today's volume is the least it can be: enough to say that it is heavy. That it is thin shows only
 * when the day is over.
 */
function addVolumes(days: Days, mean: number, numbers: Numbers): void {
  numbers.volume_ratio = days.volume / mean
  if (days.whole) numbers.closing_volume_ratio = days.volume / mean
  // Measured against the days before all of them: a spike must not raise what it is held against.
  const before = meanVolume(days, SPIKE_DAYS, SPIKE_DAYS + DAYS_NEEDED - 1)
  if (!(before > 0)) return
  let most = 0
  for (let age = 0; age < SPIKE_DAYS; age++) most = Math.max(most, volumeOf(days, age))
  numbers.volume_spike_ratio = most / before
}

function percentOf(part: number, whole: number): number {
  return (100 * part) / whole
}
