/** A market order that waits over a split goes on in the new units, and is judged in them. */

import { describe, expect, it } from 'vitest'
import type { Order } from '#core/contract.ts'
import { restoreSnapshot, takeSnapshot } from '#core/cycle/snapshot.ts'
import { hashOrder } from '#core/gate/decision.ts'
import { HOUR } from '#core/time.ts'
import { ONE } from '#tests/support/facts.ts'
import {
  createTestKernel,
  hash,
  NOW,
  orderOf,
  type TestKernel,
  type TestKernelOptions,
} from '#tests/support/kernel.ts'

async function approved(order: Partial<Order> = {}, options: TestKernelOptions = {}): Promise<TestKernel> {
  const test = await createTestKernel(options)
  test.bar(100)
  expect(test.request(orderOf(order)).payload.order.quantity).toBe(order.quantity ?? '50')
  return test
}

function split(test: TestKernel, numerator: number, denominator = 1, time = NOW + HOUR): void {
  const words = { principal: 'feed', reason: 'a split' }
  test.input('split/applied', { symbol: 'XYZ', numerator, denominator, ...words }, 'feed', time)
}

function openAt(test: TestKernel, price: number): void {
  test.bar(price, { end: NOW + 2 * HOUR, open: price * ONE })
}

describe('an order that waits over a split', () => {
  it('is judged, hashed and journaled as the broker works it', async () => {
    const test = await approved({ quantity: '51', stopLoss: { price: '95.01' } })
    split(test, 4)
    expect(test.of('order/cancelled')).toEqual([])
    openAt(test, 25)
    const [first] = test.of('decision/approved')
    const [second] = test.of('decision/reviewed')
    const order = orderOf({
      quantity: '204',
      stopLoss: { price: '23.75' },
      targets: [{ price: '27.5', portion: '1' }],
    })
    expect(second?.payload).toMatchObject({ allowed: true, decisionId: first?.payload.decisionId, order })
    expect(second?.payload.orderHash).toBe(hashOrder(order, hash))
    expect(test.of('order/filled')[0]?.payload).toMatchObject({ quantity: '204', price: '25' })
    const legs = test.kernel.world.working('XYZ').map(({ limitPrice, stopPrice }) => limitPrice ?? stopPrice)
    expect(legs).toEqual(['23.75', '27.5'])
    expect(test.kernel.state.waiting).toEqual([])
  })

  it('is taken back when it does not pass in the new units', async () => {
    const test = await approved()
    split(test, 2)
    openAt(test, 47)
    expect(test.of('decision/reviewed')[0]?.payload.deniedBy).toContain('require_stop_loss')
    expect(test.of('order/filled')).toEqual([])
  })

  it('rounds as the broker does: whole lots, and prices to the tick against us, also when it sells', async () => {
    const test = await approved(
      {
        side: 'sell',
        quantity: '55',
        stopLoss: { price: '105.05', trail: '5.05' },
        targets: [{ price: '90.05', portion: '1' }],
      },
      { observe: true },
    )
    split(test, 3, 10)
    openAt(test, 334)
    expect(test.of('decision/reviewed')[0]?.payload.order).toMatchObject({
      quantity: '16',
      stopLoss: { price: '350.17', trail: '16.84' },
      targets: [{ price: '300.17', portion: '1' }],
    })
    expect(test.of('order/filled')[0]?.payload.quantity).toBe('16')
    const [stop, target] = test.kernel.world.working('XYZ')
    expect(stop).toMatchObject({ stopPrice: '350.17', trail: '16.84' })
    expect(target).toMatchObject({ limitPrice: '300.17' })
  })

  it('ends where the split leaves no whole lot of it', async () => {
    const test = await approved({ quantity: '9' }, { observe: true })
    split(test, 1, 10)
    expect(test.of('order/cancelled')).toHaveLength(1)
    expect(test.kernel.state.waiting).toEqual([])
  })

  it.each([
    [0, 1],
    [1.5, 1],
    [-2, 1],
  ])('stays as it is when %d for %d is no split', async (numerator, denominator) => {
    const test = await approved()
    const [before] = test.kernel.state.waiting
    split(test, numerator, denominator)
    expect(test.kernel.state.waiting[0]).toBe(before)
  })

  it('leaves another symbol’s order alone', async () => {
    const test = await approved()
    const [before] = test.kernel.state.waiting
    test.input('split/applied', { symbol: 'ABC', numerator: 2, denominator: 1, principal: 'a', reason: 'b' })
    expect(test.kernel.state.waiting[0]).toBe(before)
  })

  it('comes back from a snapshot in the new units, frozen and under its own hash', async () => {
    const test = await approved()
    split(test, 2)
    const next = await createTestKernel()
    restoreSnapshot(next.kernel, takeSnapshot(test.kernel))
    const [waiting] = next.kernel.state.waiting
    expect(waiting?.order.quantity).toBe('100')
    expect(Object.isFrozen(waiting?.order.stopLoss)).toBe(true)
    for (const each of [test, next]) openAt(each, 50)
    expect(next.kernel.state.decisionDigest).toBe(test.kernel.state.decisionDigest)
    expect(next.of('order/filled')[0]?.payload.quantity).toBe('100')
  })
})

it('what follows from a split is never dated before it', async () => {
  const test = await approved()
  split(test, 2, 1, NOW + HOUR)
  const after = test.events.filter(({ causeSeq }) => causeSeq === test.of('split/applied')[0]?.seq)
  expect(after.map(({ type, time }) => [type, time])).toEqual([['order/accepted', NOW + HOUR]])
})
