/**
 * The order that the verdict benches judge: an agent's entry at the mark, on a pattern that Joey would
 * recognise.
 */

import { symbolOf } from '#core/book/book.ts'
import type { Order, Setup } from '#core/contract.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import type { Proposal } from '#core/gate/facts.ts'
import { parseOrder } from '#core/gate/parse-order.ts'
import { floorTo, formatPrice, formatQuantity, QUANTITY_SCALE } from '#core/math.ts'

/**
 * A limit at the mark, a stop 2 % below, targets 3 and 6 % above. A market order would reach the targets of a
 * position, which is trading with oneself.
 */
export function createProposal(kernel: Kernel, symbol: string, units: number): Proposal {
  const { mark, instrument } = symbolOf(kernel.book, symbol)
  const at = (share: number) => formatPrice(floorTo(Math.round(mark * share), instrument.tick))
  const order: Order = {
    symbol,
    side: 'buy',
    type: 'limit',
    quantity: formatQuantity(units * QUANTITY_SCALE),
    limitPrice: at(1),
    strategy: 'breakout',
    stopLoss: { price: at(0.98) },
    targets: [
      { price: at(1.03), portion: '0.5' },
      { price: at(1.06), portion: '0.5' },
    ],
  }
  return {
    parsed: parseOrder(order),
    proposer: 'agent',
    agent: 'kenny',
    standing: 'real',
    orderHash: '',
    setup: setupOf(symbol, at(1)),
    signal: '',
    rootSource: 'bench',
    rootIsMarket: true,
    hops: 4,
    chain: ['kyle', 'joey'],
  }
}

function setupOf(symbol: string, price: string): Setup {
  const seen = { symbol, direction: 'long', confidence: 0.8 } as const
  const evidence = { atr14: 0.4, donchianHigh: 20, rsi14: 61, volumeRatio: 2.1 }
  return {
    signal: { ...seen, kind: 'breakout' },
    pattern: { ...seen, pattern: 'breakout', price, evidence },
  }
}
