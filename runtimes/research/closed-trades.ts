/**
 * Won and lost trades after fees, counted as they close: what a backtest's recorder says of them, and no
 * more. Research counts them so, and the first run of a box.
 */

import type { ArkEvent } from '#core/contract.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import {
  type ClosedTrades,
  countResult,
  createResults,
  createTradeBook,
  followTrades,
  toTrade,
} from '../backtest/trades.ts'

export interface TradeCounter {
  readonly see: (event: ArkEvent) => void
  readonly results: ClosedTrades
}

export function createTradeCounter({ book }: Kernel): TradeCounter {
  const results = createResults()
  const multiplierOf = (symbol: string) => book.index.get(symbol)?.instrument.multiplier ?? 1
  const trades = createTradeBook(multiplierOf, (trade) => {
    countResult(results, toTrade(trade, 0, multiplierOf(trade.symbol)).pnl)
  })
  return { see: (event) => followTrades(trades, event), results }
}
