/** The paper broker's settings: when a market order fills, and what a fill costs. */

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

export const brokerConfig = v.strictObject({
  /**
   * next-open: a market order waits for the next bar, trade or quote. quote: it fills at once at the last
   * known far side.
   */
  fill: v.optional(v.picklist(['next-open', 'quote']), 'next-open'),
  /** lean: the schedule under `fees`. alpaca: no commission except on crypto. none: nothing at all. */
  feeModel: v.optional(v.picklist(['lean', 'alpaca', 'none']), 'lean'),
  fees: v.optional(
    v.strictObject({
      /** Account currency a unit. */
      perUnit: v.optional(amount, '0.005'),
      /** Account currency a fill. */
      minimum: v.optional(amount, '1'),
      /** Most a fill may cost, as a share of its value; it does not lower the minimum. */
      maximumRate: v.optional(rate, 0.005),
      /** Crypto pays this share of the value instead. */
      cryptoRate: v.optional(rate, 0.001),
    }),
    {},
  ),
})

export type BrokerConfig = v.InferOutput<typeof brokerConfig>
