/** A backtest whose account is wiped out ends there and says so; what a market says of itself is in its request. */

import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { checkConfig } from '#core/config.ts'
import type { ArkEvent, Bar, Plugin } from '#core/contract.ts'
import { defineStrategy } from '#core/strategy.ts'
import { DAY } from '#core/time.ts'
import type { Market, MarketStep } from '#plugins/feed-replay/market.ts'
import { createEngine, runMarket } from '#runtimes/backtest/engine.ts'
import { forMarket } from '#runtimes/backtest/instruments.ts'
import type { BacktestSpec } from '#runtimes/backtest/spec.ts'
import { buildSummary, formatSummary } from '#runtimes/cli/summary.ts'
import { PLUGINS } from '#runtimes/plugins.ts'
import { nativeHash } from '#runtimes/shared/hash.ts'
import { barOf } from '#tests/support/kernel.ts'

const FIRST = Date.UTC(2015, 0, 5, 21)
const AFTER: readonly string[] = ['kenny', 'id', 'hrm', 'broker-paper']

/** 3,000 shares at 100 on an account of 100,000. */
const reckless = defineStrategy<{ begun: boolean }, Record<string, never>>({
  name: 'reckless',
  version: '1.0.0',
  params: v.strictObject({}),
  sizing: () => ({ kind: 'quantity', quantity: '3000' }),
  initial: () => ({ begun: false }),
  onBar: (state) => {
    if (state.begun) return undefined
    state.begun = true
    return { action: 'enter', direction: 'long' }
  },
})

const bars = (closes: readonly number[]): readonly Bar[] =>
  closes.map((close, day) => barOf(close, { end: FIRST + day * DAY, resolution: '1d' }))

function marketOf(steps: readonly MarketStep[], symbols: readonly string[] = ['XYZ']): Market {
  const quality = { symbols: symbols.map((symbol) => ({ symbol, kind: 'bars' })), findings: [] }
  const market = { total: 9, quality, digests: {}, instruments: [] } as unknown as Market
  return {
    ...market,
    async *steps() {
      yield* steps
    },
  }
}

function specOf(changes: Partial<BacktestSpec> = {}): BacktestSpec {
  const config = checkConfig({}, 'test')
  const spec = {
    data: [],
    session: 'regular',
    prices: 'raw',
    strategy: 'reckless',
    params: {},
    config,
  } as const
  return { ...spec, gate: 'observe', ...changes }
}

async function runOver(steps: readonly MarketStep[]) {
  const plugins = [reckless, ...PLUGINS.filter(({ name }) => AFTER.includes(name))] as readonly Plugin[]
  const engine = await createEngine(specOf(), plugins, nativeHash, 'engine-1')
  const events: ArkEvent[] = []
  const told = await runMarket(engine, marketOf(steps), { sink: (event) => void events.push(event) }, 0)
  const trades = { wins: 0, losses: 0, grossProfit: 0, grossLoss: 0 }
  const finished = { title: 'reckless', elapsedSeconds: 1, bars: 1, trades }
  const ended = events.findLast(({ type }) => type === 'run/ended')
  const reason = ended?.type === 'run/ended' ? ended.payload.reason : ''
  return { told, events, reason, summary: buildSummary(engine.kernel, finished) }
}

const rowsOf = (list: readonly Bar[]): MarketStep => ({
  kind: 'rows',
  rows: { kind: 'bars', resolution: '1d', rows: list },
})

describe('an account that is wiped out', () => {
  const FALL = bars([100, 100, 90, 80, 70, 60, 100, 100])
  const payout: MarketStep = {
    kind: 'event',
    draft: { type: 'dividend/paid', payload: { symbol: 'XYZ', amount: '50', principal: 'f', reason: 'd' } },
    time: FIRST + 5 * DAY + 1,
  }

  it.each([
    ['in one step', [rowsOf(FALL)]],
    ['row by row', FALL.map((bar) => rowsOf([bar]))],
    ['before an event that would bring it back', [rowsOf(FALL.slice(0, 6)), payout, rowsOf(FALL.slice(6))]],
  ])('ends the run on that day: %s', async (_, steps) => {
    const { reason, summary, events } = await runOver(steps)
    expect(reason).toBe('the account was wiped out on 2015-01-10')
    expect(summary).toMatchObject({ to: '2015-01-10', figures: { bars: 6, endEquity: '-20015.00' } })
    expect(events.some(({ type }) => type === 'dividend/paid')).toBe(false)
    const [wiped, levered] = summary.figures.findings ?? []
    expect(wiped).toBe(reason)
    expect(levered).toMatch(
      /^positions were worth more than 2 × equity, first on 2015-01-06, at most 21.* ×$/,
    )
    expect(formatSummary(summary)).toContain(`WARNING: ${reason}.`)
  })

  it('is found out on the last row too', async () => {
    expect((await runOver([rowsOf(FALL.slice(0, 6))])).reason).toBe('the account was wiped out on 2015-01-10')
  })
})

it('a run that is none of that says nothing of it', async () => {
  const { reason, summary } = await runOver([rowsOf(bars([10, 10, 9, 8]))])
  expect(reason).toBe('completed')
  expect(summary.figures).not.toHaveProperty('findings')
  expect(formatSummary(summary)).not.toContain('WARNING')
})

describe('what a market says of itself', () => {
  const settingsOf = ({ config }: BacktestSpec) => config.plugins['buy-and-hold']
  const holding = specOf({ strategy: 'buy-and-hold' })

  it('is among how many symbols buy-and-hold shares an account, once and for all', () => {
    const two = marketOf([], ['XYZ', 'ABC', 'XYZ'])
    expect(settingsOf(forMarket(holding, two))).toEqual({ symbols: 2 })
    expect(settingsOf(forMarket(forMarket(holding, two), marketOf([], ['A', 'B', 'C'])))).toEqual({
      symbols: 2,
    })
  })

  it('is nothing for a single symbol, or for another strategy', () => {
    expect(forMarket(holding, marketOf([]))).toBe(holding)
    const other = specOf()
    expect(forMarket(other, marketOf([], ['A', 'B']))).toBe(other)
  })
})
