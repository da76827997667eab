/** What a fill costs. Fractions of a cash unit round up: a simulation must not flatter the account. */

import type { Cash, Instrument, Price, Quantity } from '#core/contract.ts'
import { mulDiv, notional, PRICE_SCALE, parseCash, QUANTITY_SCALE } from '#core/math.ts'
import type { BrokerConfig } from './config.ts'

/**
 * The `lean` schedule reads as the Interactive Brokers fee model of QuantConnect's Lean does: a fee under
 * the minimum becomes the minimum, and only a fee above it is held to the maximum share of the value.
 */
export function feeOf(config: BrokerConfig, instrument: Instrument, price: Price, quantity: Quantity): Cash {
  if (config.feeModel === 'none') return 0
  const value = notional(price, quantity, instrument.multiplier)
  if (instrument.kind === 'crypto') return share(value, config.fees.cryptoRate)
  if (config.feeModel === 'alpaca') return 0
  const fee = divideUp(quantity, parseCash(config.fees.perUnit), QUANTITY_SCALE)
  const minimum = parseCash(config.fees.minimum)
  return fee < minimum ? minimum : Math.min(fee, share(value, config.fees.maximumRate))
}

function share(value: Cash, rate: number): Cash {
  return divideUp(Math.ceil(value), Math.round(rate * PRICE_SCALE), PRICE_SCALE)
}

function divideUp(a: number, b: number, c: number): number {
  const below = mulDiv(-a, b, c)
  return below === 0 ? 0 : -below
}
