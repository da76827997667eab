/** What a fill costs. Fractions of a cash unit round up: a simulation must not flatter the account. */

import type { Cash, Fill, Instrument, Price, Quantity } from '#core/contract.ts'
import { mulDivUp, notionalUp, PRICE_SCALE, parseCash, QUANTITY_SCALE } from '#core/math.ts'
import type { BrokerConfig } from './config.ts'

/**
 * The `lean` schedule reads as the Interactive Brokers fee model of QuantConnect's Lean does: a fee under
 * the minimum becomes the minimum, and only a fee above it is held to the maximum share of the value.
 */
export function feeOf(
  config: BrokerConfig,
  instrument: Instrument,
  price: Price,
  quantity: Quantity,
  liquidity: Fill['liquidity'] = 'taker',
): Cash {
  const { feeModel, fees } = config
  if (feeModel === 'none') return 0
  const value = notionalUp(price, quantity, instrument.multiplier)
  if (feeModel === 'percent') return share(value, fees.percentRate)
  if (instrument.kind === 'crypto')
    return share(value, liquidity === 'maker' ? fees.makerRate : fees.takerRate)
  if (feeModel === 'alpaca') return 0
  const fee = mulDivUp(quantity, parseCash(fees.perUnit), QUANTITY_SCALE)
  const minimum = parseCash(fees.minimum)
  return fee < minimum ? minimum : Math.min(fee, share(value, fees.maximumRate))
}

/** Adding 0 makes a plain zero of the negative one. */
function share(value: Cash, rate: number): Cash {
  return mulDivUp(value, Math.round(rate * PRICE_SCALE), PRICE_SCALE) + 0
}
