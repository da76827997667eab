/**
 * HRM's limits. A configuration may only tighten them: a value looser than the default is refused. Shares
 * are fractions: 0.03 is 3 %.
 */

import * as v from 'valibot'

/** Optional, above 0, and at most its own default. */
function upTo(loosest: number) {
  return v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(loosest)), loosest)
}

export const hrmConfig = v.strictObject({
  /** Units in one opening order; crypto is bounded by its notional alone. */
  orderSizeMax: upTo(10_000),
  /** Account currency of one opening order. */
  orderNotionalMax: upTo(10_000),
  /** Through the market: equities, funds and indices. */
  collarAggressive: upTo(0.03),
  /** Through the market: crypto. */
  collarCrypto: upTo(0.02),
  /** Through the market, when the reference is a closed bar. */
  collarOnBars: upTo(0.05),
  /** Resting away from the market. */
  collarPassive: upTo(0.25),
  /** Either way, when the order closes a position. */
  collarExit: upTo(0.1),
  /** Share of equity that an opening may lose at its stop. */
  tradeRiskMax: upTo(0.02),
  /** Exits of one symbol in a minute: a strategy that flutters is stopped, a ladder is not. */
  exitsPerMinute: upTo(10),
})

export type HrmConfig = v.InferOutput<typeof hrmConfig>
