/** A backtest that only observes judges and records everything, and blocks nothing. */

import { describe, expect, it } from 'vitest'
import { equityOf } from '#core/book/book.ts'
import type { Order } from '#core/contract.ts'
import { ONE } from '#tests/support/facts.ts'
import { createTestKernel, type TestKernel } from '#tests/support/kernel.ts'

/** A whole account, without a stop. */
const ALL: Order = { symbol: 'XYZ', side: 'buy', type: 'market', quantity: '900' }

async function run(observe: boolean): Promise<TestKernel> {
  const test = await createTestKernel({ observe })
  test.bar(100)
  test.request(ALL)
  test.bar(100, { open: 100 * ONE, high: 100 * ONE, low: 100 * ONE })
  return test
}

describe('an order that the rules deny', () => {
  it('does not leave a gate that enforces', async () => {
    const test = await run(false)
    expect(test.of('decision/denied')[0]?.payload.ungoverned).toBeUndefined()
    expect(test.of('order/submitted')).toEqual([])
  })

  it('leaves one that observes, with the whole verdict on record', async () => {
    const test = await run(true)
    const [decision] = test.of('decision/denied')
    expect(decision?.payload).toMatchObject({ allowed: false, ungoverned: true })
    expect(decision?.payload.deniedBy).toContain('require_stop_loss')
    expect(test.of('order/filled')[0]?.payload.quantity).toBe('900')
    expect(test.kernel.state.performance).toMatchObject({ approvals: 0, denials: 1 })
  })
})

it('leaves positions, stops and mode alone, whatever the account loses', async () => {
  const test = await run(true)
  for (const close of [97, 94, 91, 88, 85]) test.bar(close)
  expect(test.of('mode/changed')).toEqual([])
  expect(test.of('position/uncovered')).toEqual([])
  expect(test.of('breaker/tripped')).toEqual([])
  expect(test.kernel.book.index.get('XYZ')?.position).toBe(900 * ONE)
  expect(equityOf(test.kernel.book)).toBeLessThan(87_000_000_000)
})
