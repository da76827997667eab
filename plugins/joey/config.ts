/**
 * Joey's settings. Read once at load; every field has a default, an unknown one is refused.
 *
 * They are lengths in bars and ratios without a unit, so the same values serve bars of a second and of a day.
 */

import * as v from 'valibot'

const bars = (fallback: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1_000)), fallback)
const strength = (fallback: number) =>
  v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100)), fallback)
const probability = (fallback: number) =>
  v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), fallback)

const fields = v.strictObject({
  /** Entries below it are not proposed; exits always are. */
  minConfidence: probability(0.55),
  /**
   * Bars for which an entry in one direction of a symbol is not proposed again; 0 = every one. People's
   * signals are exempt.
   */
  restBars: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000)), 20),
  atrBars: bars(14),
  rsiBars: bars(14),

  fastBars: bars(20),
  slowBars: bars(50),
  /** A downward cross also opens a short. */
  shorts: v.optional(v.boolean(), false),

  /** Bars the close must leave behind, and whose mean volume it is measured against. */
  breakoutBars: bars(20),
  breakoutVolume: strength(1.2),
  breakoutStopBars: bars(10),

  oversold: strength(30),
  overbought: strength(70),
  /** RSI at which a reversion to the upside is done; the short side mirrors it at 100 less this. */
  reverted: strength(55),
  longMeanBars: bars(200),
  shortMeanBars: bars(20),
  reversionStopBars: bars(5),

  /** A symbol beyond this many is not watched: a feed cannot fill the memory. */
  symbolsMax: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)), 5_000),
})

export const joeyConfig = v.pipe(
  fields,
  v.check((config) => config.fastBars < config.slowBars, 'fastBars must be smaller than slowBars'),
  v.check(
    (config) => config.shortMeanBars < config.longMeanBars,
    'shortMeanBars must be smaller than longMeanBars',
  ),
  v.check((config) => config.oversold < config.overbought, 'oversold must be smaller than overbought'),
  v.check(
    (config) => Math.max(config.breakoutStopBars, config.reversionStopBars) <= config.breakoutBars,
    'breakoutStopBars and reversionStopBars must not exceed breakoutBars',
  ),
)

export type JoeyConfig = v.InferOutput<typeof joeyConfig>
