/**
 * Kenny's settings: how a plan is priced and sized, and how many orders a minute leave. Shares are
 * fractions: 0.02 is 2 %.
 */

import * as v from 'valibot'

const positive = v.pipe(v.number(), v.gtValue(0))
const share = v.pipe(positive, v.maxValue(1))
const target = v.strictObject({ multiple: v.pipe(positive, v.maxValue(100)), portion: share })

export const kennyConfig = v.strictObject({
  /** limit: at the price of the pattern, rounded to the tick that is better for us. */
  entry: v.optional(v.picklist(['market', 'limit']), 'market'),
  /** Distance of the stop in ATRs where the pattern names no level of its own. */
  atrMultiple: v.optional(v.pipe(positive, v.maxValue(100)), 2),
  /**
   * Distance of the stop as a share of the entry where there is neither a level nor an ATR; absent = no stop.
   */
  stopFraction: v.optional(v.pipe(positive, v.ltValue(1))),
  /** Share of equity that one trade may lose at its stop. */
  riskFraction: v.optional(share, 0.02),
  /** Share of equity that one position may be worth. */
  maxFraction: v.optional(share, 0.1),
  /** Account currency that one entry may be worth. */
  notionalMax: v.optional(v.pipe(positive, v.maxValue(1_000_000_000)), 10_000),
  /** Room kept below each of the three bounds: a market order fills at a price nobody knows yet. */
  sizeBuffer: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.02),
  /** Profit targets in multiples of the risk, where the pattern names no level of its own. */
  targets: v.optional(
    v.pipe(
      v.array(target),
      v.check(
        (targets) => targets.reduce((sum, { portion }) => sum + Math.round(portion * 1e8), 0) <= 1e8,
        'wanted portions that add up to at most 1',
      ),
    ),
    [
      { multiple: 1.5, portion: 0.5 },
      { multiple: 2.5, portion: 0.3 },
      { multiple: 4, portion: 0.2 },
    ],
  ),
  /**
   * Orders a minute of event time; exits count but are never held back, nor is anything in a run that only
   * observes.
   */
  actionsPerMinute: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 60),
})

export type KennyConfig = v.InferOutput<typeof kennyConfig>
