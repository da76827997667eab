/**
 * The validation's own market, sent through public intake: bars from which Joey learns how restless a symbol
 * is, then the prices that a scene needs.
 *
 * Bars show no change of price and no volume, so that no agent sees a setup of its own in them. Prices are
 * moved by trades of nothing, which fill no order, and by quotes where an order is to be filled.
 */

import { VALIDATION } from '#core/config.ts'
import { formatTime } from '#core/time.ts'
import type { Client } from './client.ts'
import { ALL_SYMBOLS, PRICE, SYMBOLS } from './instruments.ts'

/** Enough for Joey's average range to have forgotten what was before. */
const BARS = 60
/**
 * Highest less lowest price of a bar: what becomes the average range, and half of it the distance of a stop.
 */
const RANGE = 2
const RANGES: { readonly [symbol: string]: number } = {
  [SYMBOLS.nearStop]: 0.02,
  [SYMBOLS.farStop]: 12,
  [SYMBOLS.jump]: 8,
}
const SIZE = '1000000'

export interface ValidationMarket {
  /** Teaches every symbol its range; before anything else. */
  open(): Promise<void>
  /** The last one is where the price then stands. */
  trade(symbol: string, ...prices: readonly number[]): Promise<void>
  quote(symbol: string, bid: number, ask: number): Promise<void>
}

export function createMarket(client: Client): ValidationMarket {
  const send = async (rows: object): Promise<void> => {
    await client.post('/v1/market-data', { source: VALIDATION.source, ...rows })
  }
  // Rows of one symbol must not go back in time, however fast they come.
  let newest = 0
  const tick = (): string => {
    newest = Math.max(newest + 1, Date.now())
    return formatTime(newest)
  }
  return {
    open: () => {
      const now = Date.now()
      newest = now
      const bars = ALL_SYMBOLS.flatMap((symbol) => toBars(symbol, now))
      return send({ bars })
    },
    trade: (symbol, ...prices) =>
      send({
        trades: prices.map((price) => ({ symbol, time: tick(), price: price.toFixed(2), quantity: '0' })),
      }),
    quote: (symbol, bid, ask) => {
      const sizes = { bidSize: SIZE, askSize: SIZE }
      return send({
        quotes: [{ symbol, time: tick(), bid: bid.toFixed(2), ask: ask.toFixed(2), ...sizes }],
      })
    },
  }
}

/** A millisecond each, so that a run may follow another at once. */
function toBars(symbol: string, now: number): readonly object[] {
  const half = (RANGES[symbol] ?? RANGE) / 2
  const price = PRICE.toFixed(2)
  return Array.from({ length: BARS }, (_, index) => ({
    symbol,
    end: formatTime(now - BARS + 1 + index),
    resolution: '1s',
    open: price,
    high: (PRICE + half).toFixed(2),
    low: (PRICE - half).toFixed(2),
    close: price,
    volume: '0',
  }))
}
