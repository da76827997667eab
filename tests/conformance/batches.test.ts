/**
 * How rows are cut into inputs decides nothing: 20 years of the S&P 500 in chunks of 1, 7 and 1,000,
 * journaled or not.
 */

import { describe, expect, it } from 'vitest'
import { equityOf } from '#core/book/book.ts'
import { takeSnapshot } from '#core/cycle/snapshot.ts'
import { INDEX } from '../support/ark.ts'
import { chunksOf, createTestKernel, sp500 } from '../support/kernel.ts'

/** All that a trader could tell two runs apart by. */
async function resultOf(size: number, market: 'chunks' | 'digest') {
  const test = await createTestKernel({ instruments: [INDEX], market })
  for (const rows of chunksOf(sp500(), size)) test.rows(rows)
  const { kernel } = test
  const { seq: _, ...state } = kernel.state
  const fills = test.of('order/filled')
  return {
    decisionDigest: state.decisionDigest,
    equity: equityOf(kernel.book),
    fills: fills.map(({ payload, time, traceId }) => ({ ...payload, time, traceId })),
    book: kernel.book.state,
    agents: JSON.parse(takeSnapshot(kernel)).slots,
    performance: state.performance,
    inChunks: test.of('market/chunk').length,
  }
}

describe('a run in chunks of', () => {
  const whole = resultOf(1_000, 'chunks')

  it.each<[number, 'chunks' | 'digest']>([
    [1, 'chunks'],
    [7, 'chunks'],
    [1, 'digest'],
    [1_000, 'digest'],
  ])('%i rows (%s) ends like one in chunks of 1,000', async (size, market) => {
    const { inChunks, ...result } = await resultOf(size, market)
    const { inChunks: _, ...expected } = await whole
    expect(expected.fills.length).toBeGreaterThan(50)
    expect(result.decisionDigest).toBe(expected.decisionDigest)
    expect(result).toEqual(expected)
    expect(inChunks).toBe(market === 'digest' ? 0 : Math.ceil(sp500().length / size))
  })
})
