/** The paper broker's settings: when an order meets the market, how much of it, and what a fill costs. */

import * as v from 'valibot'
import { parseDecimal } from '#core/math.ts'

const amount = v.pipe(
  v.string(),
  v.check(
    (text) => parseDecimal(text, 6) >= 0,
    'wanted a decimal ≥ 0 with at most 6 places, such as "0.005"',
  ),
)
const rate = v.pipe(v.number(), v.minValue(0), v.maxValue(0.1))
const basisPoints = v.pipe(v.number(), v.minValue(0), v.maxValue(1_000))

export const brokerConfig = v.strictObject({
  /**
   * next-open: a market order waits for the next bar, trade or quote. quote: it fills at once at the last
   * known far side, after a daily bar at the next open. intrabar: next-open, and what a bar's close proves
   * about an entry's targets and a trailing stop counts on that bar already.
   */
  fill: v.optional(v.picklist(['next-open', 'quote', 'intrabar']), 'next-open'),
  /** Most of a row's volume that all fills on it may take together; absent = no bound. */
  volumeShare: v.optional(v.pipe(v.number(), v.minValue(0.0001), v.maxValue(1))),
  /** Between bid and ask, where only bars or trades are known: each side pays half of it. */
  spreadBps: v.optional(basisPoints, 0),
  /** Against the order; a limit is never passed. */
  slippageBps: v.optional(basisPoints, 0),
  /** Event time before an order can meet the market: it waits for a row that begins no earlier. */
  latencyMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3_600_000)), 0),
  /**
   * lean: the schedule under `fees`. alpaca: no commission except on crypto. percent: a share of the value.
   * none: nothing at all.
   */
  feeModel: v.optional(v.picklist(['lean', 'alpaca', 'percent', 'none']), 'lean'),
  fees: v.optional(
    v.strictObject({
      /** Account currency a unit. */
      perUnit: v.optional(amount, '0.005'),
      /** Account currency a fill. */
      minimum: v.optional(amount, '1'),
      /** Most a fill may cost, as a share of its value; it does not lower the minimum. */
      maximumRate: v.optional(rate, 0.005),
      /** Of the model `percent`: the share of the value that every fill pays. */
      percentRate: v.optional(rate, 0.001),
      /** Crypto pays a share of the value instead: this where the order rested at its limit… */
      makerRate: v.optional(rate, 0.001),
      /** …and this where it took what was on offer. */
      takerRate: v.optional(rate, 0.001),
    }),
    {},
  ),
})

export type BrokerConfig = v.InferOutput<typeof brokerConfig>
