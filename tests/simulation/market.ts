/** The simulated market: three coins whose bars, trades and quotes drift, jump and leave gaps. */

import type { Bar, Instrument, MarketRows, Quote, Trade } from '#core/contract.ts'
import { PRICE_SCALE, QUANTITY_SCALE, VOLUME_SCALE } from '#core/math.ts'
import { COIN } from '../support/trading.ts'
import type { World } from './world.ts'

/** Whole units and cents, so that every fill is worth a whole number of 1e-6. */
export const INSTRUMENTS: readonly Instrument[] = ['COIN', 'GOLD', 'IRON'].map((symbol) => ({
  ...COIN,
  symbol,
}))

/** Rows of one symbol that end now. */
export function nextRows(world: World): { readonly mark: string; readonly rows: MarketRows } {
  const { random, box } = world
  const { symbol } = random.pick(INSTRUMENTS)
  const now = box.time.clock.now()
  const kind = random.pick(['bars', 'bars', 'bars', 'trades', 'quotes'] as const)
  // Two at least: a single trade or quote may repeat its time, so its repetition is no stale body.
  const count = 2 + random.below(19)
  const times = Array.from({ length: count }, (_, index) => now - (count - 1 - index) * 10)
  const rows = toRows(kind, symbol, times, () => move(world, symbol))
  return { mark: `${kind} ${symbol} ${times[0]}`, rows }
}

function toRows(
  kind: MarketRows['kind'],
  symbol: string,
  times: readonly number[],
  price: () => number,
): MarketRows {
  const quantity = 50 * QUANTITY_SCALE
  if (kind === 'trades')
    return { kind, rows: times.map((time): Trade => ({ symbol, time, price: price(), quantity })) }
  if (kind === 'quotes') {
    const rows = times.map((time): Quote => {
      const bid = price()
      return { symbol, time, bid, bidSize: quantity, ask: bid + PRICE_SCALE / 50, askSize: quantity }
    })
    return { kind, rows }
  }
  const rows = times.map((end): Bar => {
    const [open, close] = [price(), price()]
    const [high, low] = [Math.max(open, close), Math.min(open, close)]
    return { symbol, end, open, high, low, close, volume: 1_000 * VOLUME_SCALE, resolution: '1s' }
  })
  return { kind, resolution: '1s', rows }
}

/** The next price: a small step, now and then a jump. Kept between 20 and 500. */
function move({ prices, random }: World, symbol: string): number {
  const before = prices.get(symbol) ?? 100
  const share = random.chance(0.01) ? (random.below(25) - 12) / 100 : (random.below(101) - 50) / 20_000
  const cents = Math.round(Math.min(500, Math.max(20, before * (1 + share))) * 100)
  prices.set(symbol, cents / 100)
  return cents * (PRICE_SCALE / 100)
}
