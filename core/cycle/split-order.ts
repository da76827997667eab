/**
 * An order in the units after a split of its symbol, for the second look at what waits over one.
 *
 * It promises the order that the paper broker goes on with: whole lots, prices to the tick against us.
 */

import type { Decimal, Instrument, Order, Side } from '../contract.ts'
import {
  floorTo,
  formatPrice,
  formatQuantity,
  mulDiv,
  parsePrice,
  parseQuantity,
  type Ratio,
  splitPrice,
} from '../math.ts'

/** Of a market order: it names no prices but those of its legs, which close what it opens. */
export function splitOrder(order: Order, ratio: Ratio, { lot, tick }: Instrument): Order {
  const { side, stopLoss, targets } = order
  const closing = side === 'buy' ? 'sell' : 'buy'
  const toText = (of: Side, price: Decimal) => formatPrice(splitPrice(of, parsePrice(price), ratio, tick))
  const quantity = floorTo(mulDiv(parseQuantity(order.quantity), ratio.numerator, ratio.denominator), lot)
  const split = { ...order, quantity: formatQuantity(quantity) }
  if (stopLoss !== undefined) {
    const { price, trail } = stopLoss
    const stop = { ...stopLoss, price: toText(closing, price) }
    split.stopLoss = trail === undefined ? stop : { ...stop, trail: toText('buy', trail) }
  }
  if (targets !== undefined)
    split.targets = targets.map((target) => ({ ...target, price: toText(closing, target.price) }))
  return split
}
