/**
 * Whole backtests against results that nobody here computed: regression results of QuantConnect's Lean on the same
 * data (Algorithm.CSharp: BasicTemplateAlgorithm, -Hourly, -Daily, MACDTrendAlgorithm, HourSplit-, MarketOnCloseOrder-
 * Buffer-, StopLossOnOrderEventRegressionAlgorithm, IndicatorSuiteAlgorithm). They break rules by design, so the gate
 * observes.
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
const SCRIPTED = fileURLToPath(new URL('./strategies/scripted.mjs', import.meta.url))
const SPY = { symbol: 'SPY', kind: 'equity', venue: 'ARCX', tick: '0.01', lot: '1', shortable: true }
const present = existsSync(DATA)
const ABSENT = 'needs ../shared/data beside the checkout'

const DAILY = ['us_equity_daily_raw.csv.gz']
const HOURLY = ['us_equity_hourly_raw.csv.gz']
const MINUTES = ['us_equity_minute_bars.csv.gz']
const QUOTED = [...MINUTES, 'us_equity_minute_quotebars.csv.gz']

function specOf({ cash = '100000', changes, fill, script, strategy }: Case): BacktestSpec {
  const plugins = {
    'broker-paper': { fill, feeModel: 'lean' },
    ...(script === undefined ? {} : { scripted: { script } }),
  }
  return {
    data: [],
    symbols: ['SPY'],
    session: 'regular',
    adjust: `${DATA}factors`,
    prices: 'adjusted',
    strategy,
    params: {},
    gate: 'observe',
    config: checkConfig({ account: { openingCash: cash }, instruments: [SPY], plugins }, 'test'),
    ...changes,
    ...(changes.data === undefined ? {} : { data: changes.data.map((file) => `${DATA}${file}`) }),
  }
}

interface Case {
  readonly strategy: string
  readonly fill: string
  readonly cash?: string
  /** Of the scripted strategy: an order or two on given bars, where no rule would be worth a strategy. */
  readonly script?: readonly object[]
  readonly changes: Partial<BacktestSpec>
  readonly orders: number
  /** Of the first order. */
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
        data: QUOTED,
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
      changes: { data: HOURLY, from: '2013-10-07', to: '2013-10-11' },
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
      changes: { data: DAILY, from: '2013-10-07', to: '2013-10-17' },
      orders: 1,
      shares: '689',
      fees: '3.445',
      equity: '103463.69',
    },
  ],
  [
    'buy-and-hold over a split of raw prices, by an independent reckoning',
    {
      strategy: 'buy-and-hold',
      fill: 'next-open',
      changes: {
        data: ['us_equity_daily_raw.csv.gz'],
        symbols: ['AAPL'],
        prices: 'raw',
        from: '2020-08-28',
        to: '2020-09-30',
      },
      orders: 1,
      shares: '796',
      fees: '3.98',
      equity: '90555.46',
    },
  ],
  [
    'macd-trend on eleven years of daily bars',
    {
      strategy: 'macd-trend',
      fill: 'next-open',
      changes: { data: DAILY, from: '2004-01-01', to: '2014-12-31' },
      orders: 84,
      shares: '1232',
      fees: '468.54',
      equity: '137751.04',
    },
  ],
  [
    'one share on the day of a split, on hourly bars',
    {
      strategy: SCRIPTED,
      fill: 'quote',
      script: [{ bar: 8, direction: 'long', quantity: '1' }],
      changes: { data: HOURLY, symbols: ['AAPL'], from: '2014-06-06', to: '2014-06-09' },
      orders: 1,
      shares: '1',
      fees: '1',
      equity: '99999.31',
    },
  ],
  [
    'all of the cash on the twentieth daily bar',
    {
      strategy: SCRIPTED,
      fill: 'next-open',
      cash: '25000',
      script: [{ bar: 20, direction: 'long', quantity: '194' }],
      changes: { data: DAILY, from: '2012-12-31', to: '2014-12-31' },
      orders: 1,
      shares: '194',
      fees: '1',
      equity: '35437.00',
    },
  ],
  ...[MINUTES, QUOTED].flatMap((data): [string, Case][] => [
    [
      `two orders for the close, on ${data.length === 1 ? 'minute bars' : 'the same with quotes'}`,
      {
        strategy: SCRIPTED,
        fill: 'quote',
        script: [
          { bar: 379, direction: 'long', quantity: '2', timeInForce: 'cls' },
          { bar: 391, direction: 'long', quantity: '2', timeInForce: 'cls' },
        ],
        changes: { data, from: '2013-10-07', to: '2013-10-08' },
        orders: 2,
        shares: '2',
        fees: '2',
        equity: '99994.65',
      },
    ],
    [
      `a short with a stop below the market, on ${data.length === 1 ? 'minute bars' : 'the same with quotes'}`,
      {
        strategy: SCRIPTED,
        fill: 'quote',
        script: [{ bar: 1, direction: 'short', quantity: '100', stopBelow: 2 }],
        changes: { data, from: '2013-10-07', to: '2013-10-11' },
        orders: 2,
        shares: '100',
        fees: '2',
        equity: '99995.41',
      },
    ],
  ]),
]

// The vendor's sample data may not be copied into this tree.
it.skipIf(!present).each(CASES)(`%s is theirs to the cent (${ABSENT})`, async (_name, wanted) => {
  const spec = specOf(wanted)
  const market = await openBacktestMarket(spec, filePort)
  const engine = await createEngine(spec, await pluginsFor(spec.strategy), nativeHash, 'oracle-1')
  const filled: string[] = []
  await runMarket(
    engine,
    market,
    { sink: (event) => void (event.type === 'order/filled' && filled.push(event.payload.quantity)) },
    0,
  )
  const { state } = engine.kernel.book
  expect(filled[0]).toBe(wanted.shares)
  expect(filled).toHaveLength(wanted.orders)
  expect(formatCash(state.fees)).toBe(wanted.fees)
  expect(formatCents(equityOf(engine.kernel.book))).toBe(wanted.equity)
})
