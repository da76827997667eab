/**
 * Whole runs with known results: the same constants on every runtime, whatever the size of the batches.
 *
 * When a change of rules, agents or calendar moves them on purpose, the new constants go into the same commit
 * with the reason.
 */

import { describe, expect, it } from 'vitest'
import { equityOf } from '#core/book/book.ts'
import type { MarketRows } from '#core/contract.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import { listRules } from '#core/gate/catalogue.ts'
import { formatCents } from '#core/math.ts'
import { SYNTHETIC_INSTRUMENTS } from '#plugins/feed-synthetic/instruments.ts'
import { createMarket, nextTick } from '#plugins/feed-synthetic/market.ts'
import { createTestArk, INDEX } from '#tests/support/ark.ts'
import { readSp500 } from '#tests/support/sp500.ts'

const SP500_DIGEST = 'ab8d0879945a92706cc89bb277f0052051a40bbe65383c713cb504aeea9fc3db'
const SYNTHETIC_DIGEST = 'd0b081d050bb87b86c3005d893c1c99e004542c47fde5da1f745fc326567b1b5'

async function run(source: string, chunks: Iterable<MarketRows>): Promise<Kernel> {
  const { ark, fatal } = await createTestArk({ instruments: [...SYNTHETIC_INSTRUMENTS, INDEX] })
  await ark.beginRun({ kind: 'backtest', name: 'golden', seed: 'golden' })
  for (const rows of chunks) await ark.offerRows(source, rows)
  const kernel = ark.cycle?.kernel
  await ark.stop()
  expect(fatal).toEqual([])
  if (kernel === undefined) throw new Error('The run has no kernel.')
  return kernel
}

describe('the S&P 500 from 2000 to 2020', () => {
  it.each([1, 7, 1_000])('gives one decision digest in chunks of %i bars [REQ_TEST_01]', async (size) => {
    const { state, book } = await run('sp500', readSp500(size))
    expect(state.decisionDigest).toBe(SP500_DIGEST)
    expect(book.state.fills).toBe(81)
    expect(formatCents(equityOf(book))).toBe('98741.97')
    expect(Object.keys(state.performance.deniedBy).length).toBeGreaterThanOrEqual(2)
  })
})

describe('600 ticks of the synthetic market', () => {
  it('meet refusals by at least five rules, and fills', async () => {
    const { state, book } = await run('feed-synthetic', syntheticTicks(600))
    const rules = Object.keys(state.performance.deniedBy).filter((name) => RULES.includes(name))
    expect(rules.length, rules.join()).toBeGreaterThanOrEqual(5)
    expect(book.state.fills).toBeGreaterThan(0)
    expect(state.decisionDigest).toBe(SYNTHETIC_DIGEST)
  })
})

const RULES: readonly string[] = listRules().map(({ rule }) => rule)

function* syntheticTicks(ticks: number): Generator<MarketRows> {
  const market = createMarket(42)
  const start = Date.UTC(2024, 0, 2, 12)
  for (let tick = 0; tick < ticks; tick++) {
    const rows = nextTick(market, start + tick * 1_000)
    if (rows.length > 0) yield { kind: 'bars', resolution: '1s', rows }
  }
}
