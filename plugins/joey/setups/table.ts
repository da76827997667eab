/**
 * The ten setups as data. Read by the matcher; docs/PATTERNS.md shows them beside what the original had.
 *
 * Every threshold stands here and nowhere else. A bound on volume is a multiple of the mean day.
 */

import {
  LOW_FLOAT_BIG_GAINER,
  POST_EARNINGS_DRIFT,
  SHORT_SQUEEZE,
  SQUEEZER,
  SYMPATHY_PLAY,
} from './momentum.ts'
import { DEAD_CAT_BOUNCE, FADING_THE_GAP, MORNING_PANIC, PARABOLIC_BLOWOFF, WASHOUT } from './reversal.ts'
import type { Setup } from './setup.ts'

/** A setup that is less certain is none, however many of its conditions hold. */
export const SETUP_CONFIDENCE_MIN = 0.65
/** What all required conditions together are worth, and the most that preferred ones add; in hundredths. */
export const BASE_CERTAINTY = 60
export const PREFERRED_CERTAINTY_MAX = 40

export const SETUPS: readonly Setup[] = [
  SQUEEZER,
  SHORT_SQUEEZE,
  LOW_FLOAT_BIG_GAINER,
  SYMPATHY_PLAY,
  POST_EARNINGS_DRIFT,
  DEAD_CAT_BOUNCE,
  FADING_THE_GAP,
  PARABOLIC_BLOWOFF,
  MORNING_PANIC,
  WASHOUT,
]

/**
 * Those of which every required fact can be derived from days alone, and enough preferred ones for the gate.
 */
export const FROM_DAYS_ALONE: readonly Setup[] = [DEAD_CAT_BOUNCE, PARABOLIC_BLOWOFF, WASHOUT]

export function findSetup(id: string): Setup | undefined {
  return SETUPS.find((setup) => setup.id === id)
}
