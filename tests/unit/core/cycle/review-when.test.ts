/** Which bar an order that waits is judged at again, on whose word, and that nobody can talk it out of that. */

import { describe, expect, it } from 'vitest'
import type { Bar, Order } from '#core/contract.ts'
import { restoreSnapshot, takeSnapshot } from '#core/cycle/snapshot.ts'
import { createLists } from '#core/gate/lists.ts'
import { DAY, HOUR, MINUTE, parseTime } from '#core/time.ts'
import { ONE } from '#tests/support/facts.ts'
import {
  barOf,
  createTestKernel,
  NOW,
  orderOf,
  type TestKernel,
  type TestKernelOptions,
  XYZ,
} from '#tests/support/kernel.ts'

/** Of a Monday in winter: 14:30 to 21:00. */
const CLOSE = parseTime('2015-01-05T21:00:00Z')
const BY = { principal: 'anna', reason: 'a test' } as const
const ABC = { ...XYZ, symbol: 'ABC' }

function show(test: TestKernel, price: number, end: number, changes: Partial<Bar> = {}): void {
  const { resolution = '1m' } = changes
  test.rows({ kind: 'bars', resolution, rows: [barOf(price, { end, ...changes })] })
}

async function approved(order: Partial<Order> = {}, options: TestKernelOptions = {}): Promise<TestKernel> {
  const test = await createTestKernel(options)
  show(test, 100, NOW)
  expect(test.request(orderOf(order)).type).toBe('decision/approved')
  return test
}

const reviews = (test: TestKernel) => test.of('decision/reviewed').map(({ payload }) => payload.allowed)

describe('a bar that an order cannot meet is no open of it', () => {
  it('the minute had passed when a row of another symbol led to the order', async () => {
    const test = await createTestKernel({ instruments: [XYZ, ABC] })
    show(test, 100, NOW)
    show(test, 100, NOW + MINUTE, { symbol: 'ABC' })
    expect(test.request(orderOf()).type).toBe('decision/approved')
    show(test, 100, NOW + MINUTE, { open: 99 * ONE, low: 99 * ONE })
    expect([reviews(test), test.of('order/filled')]).toEqual([[], []])
    show(test, 101, NOW + 2 * MINUTE)
    expect(reviews(test)).toEqual([true])
    expect(test.of('order/filled')[0]?.payload.price).toBe('101')
  })

  it('nothing was traded in it', async () => {
    const test = await approved()
    show(test, 94, NOW + MINUTE, { volume: 0 })
    show(test, 100, NOW + 2 * MINUTE)
    expect(reviews(test)).toEqual([true])
    expect(test.of('order/filled')).toHaveLength(1)
  })

  it('an order for the next opening waits for that', async () => {
    const test = await approved({ timeInForce: 'opg' })
    show(test, 94, NOW + MINUTE)
    expect(reviews(test)).toEqual([])
    show(test, 100, CLOSE + DAY - 6 * HOUR)
    expect(reviews(test)).toEqual([true])
    expect(test.of('order/filled')).toHaveLength(1)
  })

  it.each(['opg', 'cls'] as const)(
    'a daily bar stamped before its session holds the %s of it',
    async (timeInForce) => {
      const test = await createTestKernel()
      show(test, 100, CLOSE + MINUTE)
      expect(test.request(orderOf({ timeInForce })).type).toBe('decision/approved')
      show(test, 94, CLOSE + 8 * HOUR, { resolution: '1d' })
      expect(reviews(test)).toEqual([false])
      expect(test.of('order/filled')).toEqual([])
    },
  )

  it('an order for the close waits for the bar that ends with the session', async () => {
    const test = await approved({ timeInForce: 'cls' })
    show(test, 94, NOW + MINUTE)
    expect(reviews(test)).toEqual([])
    show(test, 99, CLOSE)
    expect(reviews(test)).toEqual([true])
    expect(test.of('order/filled')[0]?.payload.price).toBe('99')
  })
})

it('an hourly bar that reaches back before the opening is judged as the opening it holds', async () => {
  const test = await createTestKernel()
  show(test, 100, CLOSE, { resolution: '1h' })
  expect(test.request(orderOf()).type).toBe('decision/approved')
  show(test, 101, CLOSE + 18 * HOUR, { resolution: '1h' })
  expect(test.of('decision/reviewed')[0]?.payload).toMatchObject({ allowed: true, limitsDenied: [] })
  expect(test.of('order/filled')).toHaveLength(1)
})

it('nobody talks an order out of its second look by sending it twice', async () => {
  const test = await approved()
  const orderId = test.of('order/accepted')[0]?.payload.orderId ?? ''
  test.input('order/submitted', { orderId, order: orderOf(), intent: 'open' })
  expect(test.of('order/rejected')[0]?.payload).toMatchObject({ orderId, code: 'PERMIT_USED' })
  show(test, 94, NOW + MINUTE)
  expect(reviews(test)).toEqual([false])
  expect(test.of('order/filled')).toEqual([])
})

it('the bar of a short week is looked at again like any other', async () => {
  const test = await createTestKernel()
  show(test, 100, CLOSE, { resolution: '7d' })
  expect(test.request(orderOf()).type).toBe('decision/approved')
  show(test, 94, CLOSE + 4 * DAY, { resolution: '7d' })
  expect(reviews(test)).toEqual([false])
  expect(test.of('order/filled')).toEqual([])
})

describe('what a person approved', () => {
  /** Orders here cannot be taken back before somebody has looked at them. */
  const lists = () =>
    createLists({
      sources: { sp500: 'public', core: 'public', person: 'public' },
      venues: { XNYS: { cancel: false, closing: 'both' } },
    })

  async function seen(): Promise<TestKernel> {
    const test = await createTestKernel({ lists: lists() })
    show(test, 100, NOW)
    const { decisionId, orderHash } = test.request(
      orderOf({ targets: [{ price: '120', portion: '1' }] }),
    ).payload
    test.input(
      'approval/decided',
      { decisionId, orderHash, approved: true, ...BY, principal: 'olga' },
      'olga',
    )
    expect(test.of('order/accepted')).toHaveLength(1)
    return test
  }

  it('is not taken back for want of that approval at its open', async () => {
    const test = await seen()
    show(test, 100.5, NOW + MINUTE)
    expect(test.of('decision/reviewed')[0]?.payload).toMatchObject({ allowed: true, deniedBy: [] })
    expect(test.of('order/filled')).toHaveLength(1)
  })

  it('is taken back when the price has left what was approved', async () => {
    const test = await seen()
    show(test, 102, NOW + MINUTE)
    expect(test.of('decision/reviewed')[0]?.payload.deniedBy).toEqual(['reversible_actions'])
    expect(test.of('order/filled')).toEqual([])
  })

  it('stays approved over a restart', async () => {
    const test = await seen()
    const next = await createTestKernel({ lists: lists() })
    restoreSnapshot(next.kernel, takeSnapshot(test.kernel))
    show(next, 100.5, NOW + MINUTE)
    expect(reviews(next)).toEqual([true])
    expect(next.kernel.state.decisionDigest).not.toBe(test.kernel.state.decisionDigest)
  })
})

it('a run that observes takes nothing back and counts nothing as taken back', async () => {
  const test = await approved({}, { observe: true })
  show(test, 94, NOW + MINUTE)
  expect(reviews(test)).toEqual([false])
  expect(test.of('order/filled')[0]?.payload).toMatchObject({ role: 'entry', price: '94' })
  expect(test.kernel.state.performance).toMatchObject({ approvals: 1, withdrawn: 0 })
  expect(test.kernel.state.performance.deniedBy).toHaveProperty('require_stop_loss')
})
