/**
 * Kyle's thresholds. Read once at load; every field has a default, an unknown one is refused.
 */

import * as v from 'valibot'

const ratio = (fallback: number) => v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(100)), fallback)

/**
 * Moves are fractions of the previous close on DAILY bars (0.03 = 3 %); `scale` shrinks them for shorter
 * ones.
 *
 * The scale follows the square root of time, because that is how the spread of returns grows: an hour is
 * 1/6.5 of a session (0.39), a minute 1/390 (0.051), a second 1/23,400 (0.0065). The last is raised to
 * 0.01, since below a few basis points the bounce between bid and ask is larger than the move that is
 * looked for.
 */
export const kyleConfig = v.strictObject({
  /** Bars that volume and trend are measured over. */
  windowBars: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1_000)), 20),
  breakoutMove: ratio(0.03),
  breakoutVolume: ratio(1.5),
  momentumMove: ratio(0.02),
  anomalyVolume: ratio(2),
  /** Bars of silence after a signal, per symbol and resolution. */
  cooldownBars: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000)), 20),
  /** What a signal from outside is worth, whatever it says about itself. */
  externalConfidence: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.7),
  /** A symbol beyond this many is not watched: a feed cannot fill the memory. */
  symbolsMax: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)), 5_000),
  scale: v.optional(
    v.strictObject({ '1d': ratio(1), '1h': ratio(0.4), '1m': ratio(0.05), '1s': ratio(0.01) }),
    {},
  ),
})

export type KyleConfig = v.InferOutput<typeof kyleConfig>
