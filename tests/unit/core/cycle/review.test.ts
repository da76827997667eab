/** A market order that waits for the next open is judged once more there. */

import { describe, expect, it } from 'vitest'
import type { Order } from '#core/contract.ts'
import { ONE, VOLUME } from '#tests/support/facts.ts'
import { createTestKernel, type TestKernel, XYZ } from '#tests/support/kernel.ts'

const BUY: Order = {
  symbol: 'XYZ',
  side: 'buy',
  type: 'market',
  quantity: '90',
  stopLoss: { price: '95' },
  targets: [{ price: '120', portion: '1' }],
}

async function approved(order: Order = BUY): Promise<TestKernel> {
  const test = await createTestKernel()
  test.bar(100)
  expect(test.request(order).type).toBe('decision/approved')
  return test
}

/** The next bar opens at `open` and stays there. */
function openAt(test: TestKernel, open: number): void {
  const price = open * ONE
  test.bar(open, { open: price, high: price, low: price, close: price })
}

describe('taken back unfilled', () => {
  it('when the gap makes it more than a tenth of the account', async () => {
    const test = await approved({ ...BUY, quantity: '100' })
    openAt(test, 101)
    const [second] = test.of('decision/reviewed')
    expect(second?.payload).toMatchObject({ allowed: false, deniedBy: ['max_position_size'] })
    expect(second?.payload.decisionId).toBe(test.of('decision/approved')[0]?.payload.decisionId)
    expect(test.of('order/cancelled')[0]?.payload.orderId).toBe(second?.payload.decisionId)
    expect(test.of('order/filled')).toEqual([])
    expect(test.kernel.state.performance).toMatchObject({ approvals: 1, withdrawn: 1 })
    expect(test.kernel.state.performance.deniedBy).toMatchObject({ max_position_size: 1 })
  })

  it('when it opens below its own stop', async () => {
    const test = await approved()
    openAt(test, 94)
    expect(test.of('decision/reviewed')[0]?.payload.deniedBy).toContain('require_stop_loss')
    expect(test.of('order/filled')).toEqual([])
  })

  it('when it opens above its target', async () => {
    const test = await approved({ ...BUY, quantity: '70', targets: [{ price: '108', portion: '1' }] })
    openAt(test, 109)
    expect(test.of('decision/reviewed')[0]?.payload.deniedBy).toContain('min_risk_reward')
    expect(test.of('order/filled')).toEqual([])
  })
})

describe('filled', () => {
  it('when it passes again: neither its reservation nor its release counts against it', async () => {
    const test = await approved({ ...BUY, quantity: '99' })
    openAt(test, 100.5)
    expect(test.of('decision/reviewed')[0]?.payload).toMatchObject({ allowed: true, limitsDenied: [] })
    expect(test.of('order/filled')[0]?.payload).toMatchObject({ price: '100.5', quantity: '99' })
    expect(test.kernel.state.waiting).toEqual([])
  })

  it('without a second look when it only takes risk away', async () => {
    const test = await approved()
    openAt(test, 100)
    const before = test.of('decision/reviewed').length
    expect(test.request({ symbol: 'XYZ', side: 'sell', type: 'market', quantity: '90' }).payload.intent).toBe(
      'exit',
    )
    openAt(test, 60)
    expect(test.of('decision/reviewed')).toHaveLength(before)
    expect(test.kernel.book.index.get('XYZ')?.position).toBe(0)
  })

  it('and the mark it was judged on is gone afterwards', async () => {
    const test = await approved()
    const entry = test.kernel.book.index.get('XYZ')
    const price = 100 * ONE
    test.bar(103, { open: price, high: 104 * ONE, low: price, close: 103 * ONE, volume: 1_000 * VOLUME })
    expect(entry?.mark).toBe(103 * ONE)
    expect(test.of('decision/reviewed')[0]?.payload.facts).not.toBe(
      test.of('decision/approved')[0]?.payload.facts,
    )
  })
})

it('goes on from a snapshot in between', async () => {
  const test = await approved()
  expect(JSON.parse(JSON.stringify(test.kernel.state.waiting))).toEqual(test.kernel.state.waiting)
  expect(XYZ.tick).toBeGreaterThan(0)
})
