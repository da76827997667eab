/**
 * Setups that nobody sent: a few comparisons a bar tell whether days alone make one likely, and only then are
 * facts derived.
 *
 * Called by Joey once a bar, after the bar is folded in. Each comparison is necessary for the setup it stands
 * for and none is sufficient: the matcher decides.
 */

import type { Direction, World } from '#core/contract.ts'
import { closeOf, DAYS_NEEDED, type Days, meanVolume, pastDays, usualVolume, volumeOf } from './days.ts'
import { SPIKE_DAYS } from './derive.ts'
import { type Recognised, recogniseSetup } from './recognise.ts'
import type { Setup } from './setup.ts'
import { FROM_DAYS_ALONE } from './table.ts'

export function watchDays(
  days: Days,
  symbol: string,
  minConfidence: number,
  world: World,
): Recognised | undefined {
  if (days.seen < days.restsUntil || pastDays(days) < DAYS_NEEDED) return undefined
  const direction = likelyDirection(days)
  if (direction === undefined) return undefined
  const instrument = world.instrument(symbol)
  const setups = FROM_DAYS_ALONE
  const found = recogniseSetup({
    symbol,
    direction,
    days,
    instrument,
    said: undefined,
    setups,
    minConfidence,
  })
  return found.draft === undefined ? undefined : found
}

const HOURS_A_DAY = 24

/** What was proposed is not seen again for as long as it may be held. */
export function restDays(days: Days, setup: Setup): void {
  days.restsUntil = days.seen + Math.ceil(setup.holdHoursMax / HOURS_A_DAY)
}

function likelyDirection(days: Days): Direction | undefined {
  const { close, whole, volume } = days
  const peak = days.high > days.top ? days.high : days.top
  if (2 * close > 3 * closeOf(days, 5)) return volume > 3 * usualVolume(days) ? 'short' : undefined
  // Most bars end here. What bounced by a quarter from a fall of 30 % is still below 87.5 % of the peak.
  if (8 * close > 7 * peak) return undefined
  const bottom = days.low < days.bottom ? days.low : days.bottom
  if (10 * close < 6 * peak && isSpike(days)) return 'long'
  const isBounce = 10 * bottom < 7 * peak && 10 * close >= 11 * bottom
  return whole && isBounce && volume < usualVolume(days) ? 'short' : undefined
}

function isSpike(days: Days): boolean {
  const least = 5 * meanVolume(days, SPIKE_DAYS, SPIKE_DAYS + DAYS_NEEDED - 1)
  return days.volume > least || volumeOf(days, 1) > least || volumeOf(days, 2) > least
}
