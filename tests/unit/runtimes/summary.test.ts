/** Figures that there is nothing to divide by: null in JSON, a word in text, and never a number. */

import { describe, expect, it } from 'vitest'
import type { ClosedTrades } from '#runtimes/backtest/trades.ts'
import { buildSummary, formatRatio, formatSharpe, formatSummary } from '#runtimes/cli/summary.ts'
import { createTestKernel } from '#tests/support/kernel.ts'

const NONE: ClosedTrades = { wins: 0, losses: 0, grossProfit: 0, grossLoss: 0 }

async function summaryOf(trades: ClosedTrades) {
  const test = await createTestKernel()
  test.bar(100)
  return buildSummary(test.kernel, { title: 'test', elapsedSeconds: 0, bars: 0, trades })
}

describe('a summary', () => {
  it.each([
    ['without a closed trade', NONE, { winRate: 0, profitFactor: 0 }],
    ['of losses', { ...NONE, losses: 2, grossLoss: 4e6 }, { winRate: 0, profitFactor: 0 }],
    [
      'of both',
      { wins: 3, losses: 1, grossProfit: 6e6, grossLoss: 4e6 },
      { winRate: 0.75, profitFactor: 1.5 },
    ],
    ['of gains alone', { ...NONE, wins: 1, grossProfit: 6e6 }, { winRate: 1, profitFactor: null }],
  ])('%s has its factor, or none', async (_, trades, expected) => {
    const { figures } = await summaryOf(trades)
    expect(figures).toMatchObject(expected)
    expect(JSON.parse(JSON.stringify(figures))).toEqual(figures)
  })

  it('says what advice came to no order, and nothing where all did', async () => {
    const test = await createTestKernel()
    test.bar(100)
    const finished = { runId: 'folder-1', title: 'test', elapsedSeconds: 2, bars: 10, trades: NONE }
    const told = buildSummary(test.kernel, { ...finished, dropped: { 'no room': 3, 'no stop': 1_756 } })
    expect(told.runId).toBe('folder-1')
    expect(Object.entries(told.figures.droppedByReason ?? {})).toEqual([
      ['no stop', 1_756],
      ['no room', 3],
    ])
    const text = formatSummary(told)
    expect(text).toMatch(/^ {2}advice that came to no order\n {2}no stop +1,756 +█+\n {2}no room +3/m)
    expect(text).toMatch(/^ {2}1 bar; 2 s, 5 a second$/m)
    const without = buildSummary(test.kernel, { ...finished, dropped: {} })
    expect(Object.keys(without.figures)).not.toContain('droppedByReason')
    expect(formatSummary(without)).not.toContain('advice')
  })

  it('says in words what is no number', async () => {
    const text = formatSummary(await summaryOf({ ...NONE, wins: 1, grossProfit: 6e6 }))
    expect(text).toMatch(/profit factor +no loss$/m)
    expect(text).toMatch(/Sharpe +–$/m)
    expect(text).not.toMatch(/NaN|Infinity|null/)
    expect([formatRatio(-0.5), formatSharpe(1.239)]).toEqual(['-0.50', '1.24'])
  })
})
