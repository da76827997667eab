/** Which prices a page draws, and how finely: a page of many symbols must still be one that a phone opens. */

import { type Candle, joinPairs } from '../backtest/candles.ts'
import type { RunRecord } from '../backtest/recorder.ts'

const SYMBOLS_MAX = 12
const CANDLES_MAX = 6_000

export interface Drawn {
  readonly prices: RunRecord['prices']
  /** Symbols that are left out. */
  readonly left: number
}

/** Those first in which most was done. */
export function pricesFor({ prices, trades, denials, counts }: RunRecord): Drawn {
  const done = new Map<string, number>()
  for (const { symbol } of [...trades, ...denials]) done.set(symbol, (done.get(symbol) ?? 0) + 1)
  const order = [...prices].sort((a, b) => (done.get(b.symbol) ?? 0) - (done.get(a.symbol) ?? 0))
  const chosen = order.slice(0, SYMBOLS_MAX)
  const most = Math.floor(CANDLES_MAX / Math.max(1, chosen.length))
  return {
    prices: chosen.map(({ symbol, candles }) => ({ symbol, candles: thin(candles, most) })),
    left: counts.symbols - chosen.length,
  }
}

function thin(candles: readonly Candle[], most: number): readonly Candle[] {
  let thinned = candles
  while (thinned.length > most) thinned = joinPairs(thinned)
  return thinned
}
