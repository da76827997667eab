/**
 * Whole backtests against results that nobody here computed: regression results of QuantConnect's Lean on the same
 * data (Algorithm.CSharp: BasicTemplateAlgorithm, -Hourly, -Daily, MACDTrendAlgorithm). All-in sizes break rule 5 by
 * design, so the gate observes.
 */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { equityOf } from '#core/book/book.ts'
import { checkConfig } from '#core/config.ts'
import { formatCash, formatCents } from '#core/math.ts'
import { createEngine, runMarket } from '#runtimes/backtest/engine.ts'
import { openBacktestMarket } from '#runtimes/backtest/market.ts'
import type { BacktestSpec } from '#runtimes/backtest/spec.ts'
import { filePort } from '#runtimes/shared/files.ts'
import { nativeHash } from '#runtimes/shared/hash.ts'
import { pluginsFor } from '#runtimes/strategies.ts'

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const present = existsSync(DATA)
const ABSENT = 'needs ../shared/data beside the checkout'

function specOf(strategy: string, fill: string, changes: Partial<BacktestSpec>): BacktestSpec {
  return {
    data: [],
    symbols: ['SPY'],
    session: 'regular',
    adjust: `${DATA}factors`,
    prices: 'adjusted',
    strategy,
    params: {},
    gate: 'observe',
    config: checkConfig({ plugins: { 'broker-paper': { fill, feeModel: 'lean' } } }, 'test'),
    ...changes,
    ...(changes.data === undefined ? {} : { data: changes.data.map((file) => `${DATA}${file}`) }),
  }
}

interface Case {
  readonly strategy: string
  readonly fill: string
  readonly changes: Partial<BacktestSpec>
  readonly orders: number
  /** Bought by the first order. */
  readonly shares: string
  readonly fees: string
  readonly equity: string
}

const CASES: readonly [string, Case][] = [
  [
    'buy-and-hold on minute bars, at the far side of the quote',
    {
      strategy: 'buy-and-hold',
      fill: 'quote',
      changes: {
        data: ['us_equity_minute_bars.csv.gz', 'us_equity_minute_quotebars.csv.gz'],
        from: '2013-10-07',
        to: '2013-10-11',
      },
      orders: 1,
      shares: '688',
      fees: '3.44',
      equity: '101691.92',
    },
  ],
  [
    'buy-and-hold on hourly bars, at the close of the bar',
    {
      strategy: 'buy-and-hold',
      fill: 'quote',
      changes: { data: ['us_equity_hourly_raw.csv.gz'], from: '2013-10-07', to: '2013-10-11' },
      orders: 1,
      shares: '687',
      fees: '3.435',
      equity: '101529.08',
    },
  ],
  [
    'buy-and-hold on daily bars, at the next open',
    {
      strategy: 'buy-and-hold',
      fill: 'quote',
      changes: { data: ['us_equity_daily_raw.csv.gz'], from: '2013-10-07', to: '2013-10-17' },
      orders: 1,
      shares: '689',
      fees: '3.445',
      equity: '103463.69',
    },
  ],
  [
    'macd-trend on eleven years of daily bars',
    {
      strategy: 'macd-trend',
      fill: 'next-open',
      changes: { data: ['us_equity_daily_raw.csv.gz'], from: '2004-01-01', to: '2014-12-31' },
      orders: 84,
      shares: '1232',
      fees: '468.54',
      equity: '137751.04',
    },
  ],
]

// The vendor's sample data may not be copied into this tree.
it.skipIf(!present).each(CASES)(`%s is Lean's to the cent (${ABSENT})`, async (_name, wanted) => {
  const spec = specOf(wanted.strategy, wanted.fill, wanted.changes)
  const market = await openBacktestMarket(spec, filePort)
  const engine = await createEngine(spec, await pluginsFor(spec.strategy), nativeHash, 'oracle-1')
  const bought: string[] = []
  await runMarket(
    engine,
    market,
    { sink: (event) => void (event.type === 'order/filled' && bought.push(event.payload.quantity)) },
    0,
  )
  const { state } = engine.kernel.book
  expect(bought[0]).toBe(wanted.shares)
  expect(bought).toHaveLength(wanted.orders)
  expect(formatCash(state.fees)).toBe(wanted.fees)
  expect(formatCents(equityOf(engine.kernel.book))).toBe(wanted.equity)
})
