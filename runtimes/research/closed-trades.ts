/**
 * Won and lost trades after fees, counted as they close: what a backtest's recorder says of them, and no
 * more.
 */

import type { ArkEvent } from '#core/contract.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import { createTradeBook, followTrades, toTrade } from '../backtest/trades.ts'
import type { ClosedTrades } from '../cli/summary.ts'

export interface TradeCounter {
  readonly see: (event: ArkEvent) => void
  readonly results: ClosedTrades
}

export function createTradeCounter({ book }: Kernel): TradeCounter {
  const results = { wins: 0, losses: 0, grossProfit: 0, grossLoss: 0 }
  const multiplierOf = (symbol: string) => book.index.get(symbol)?.instrument.multiplier ?? 1
  const trades = createTradeBook(multiplierOf, (trade) => {
    const { pnl } = toTrade(trade, 0, multiplierOf(trade.symbol))
    if (pnl > 0) {
      results.wins++
      results.grossProfit += pnl
    } else if (pnl < 0) {
      results.losses++
      results.grossLoss -= pnl
    }
  })
  return { see: (event) => followTrades(trades, event), results }
}
