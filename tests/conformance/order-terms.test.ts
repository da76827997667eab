/** Groups and trailing stops from the gate through the broker that comes with ARK, and back into the account. */

import { describe, expect, it } from 'vitest'
import type { Order } from '#core/contract.ts'
import { ONE } from '#tests/support/facts.ts'
import { createTestKernel, orderOf, type TestKernel } from '#tests/support/kernel.ts'

const BY = { principal: 'anna', reason: 'a test' } as const
const exitOf = (changes: Partial<Order>): Order => ({
  symbol: 'XYZ',
  side: 'sell',
  type: 'market',
  quantity: '50',
  group: 'exit',
  reason: 'plan',
  ...changes,
})
const TARGET = exitOf({ type: 'limit', limitPrice: '108' })
const TRAILING = exitOf({ type: 'trailing_stop', stopPrice: '96', trail: '4' })

/** 50 XYZ at 100, and nothing that closes them. */
async function bare(): Promise<TestKernel> {
  const test = await createTestKernel()
  test.bar(100)
  test.request(orderOf())
  test.bar(100)
  for (const orderId of ['test-1-1.stop', 'test-1-1.target1'])
    test.input('order/cancel_requested', { orderId, ...BY })
  expect(working(test)).toEqual([])
  return test
}

const working = ({ kernel }: TestKernel) => kernel.world.working('XYZ')
const decide = (test: TestKernel, order: Order) => test.request(order).payload

describe('two exits of one group', () => {
  it.each([
    ['target first', TARGET, TRAILING],
    ['stop first', TRAILING, TARGET],
  ])('may each close all that is held, %s; the one that fills ends the other', async (_, first, second) => {
    const test = await bare()
    for (const order of [first, second])
      expect(decide(test, order)).toMatchObject({ allowed: true, intent: 'exit' })
    expect(working(test)).toHaveLength(2)
    expect(working(test).every(({ group }) => group === 'exit')).toBe(true)
    test.bar(109)
    expect(test.kernel.world.position('XYZ')).toBe(0)
    expect(working(test)).toEqual([])
  })

  it('of different names, or of none, are one exit too many', async () => {
    for (const group of ['other', undefined]) {
      const test = await bare()
      decide(test, TARGET)
      const { group: _, ...alone } = TRAILING
      const second = group === undefined ? alone : { ...alone, group }
      expect(decide(test, { ...second, type: 'limit', limitPrice: '109', ...NO_TRIGGER })).toMatchObject({
        allowed: false,
        intent: 'open',
      })
    }
  })

  it('of one name and two strategies are two groups, for the gate and for the broker', async () => {
    const test = await bare()
    decide(test, { ...TARGET, quantity: '25', strategy: 'a' })
    expect(decide(test, { ...TARGET, quantity: '26', limitPrice: '107', strategy: 'b' }).intent).toBe('open')
    decide(test, { ...TARGET, quantity: '25', limitPrice: '107', strategy: 'b' })
    test.bar(107.5)
    expect(working(test)).toMatchObject([{ strategy: 'a', quantity: '25' }])
  })
})

/** What turns the trailing stop into a limit. */
const NO_TRIGGER = { stopPrice: undefined, trail: undefined } as unknown as Partial<Order>

describe('two entries of one group', () => {
  const entry = (quantity: string, limitPrice: string) =>
    orderOf({ type: 'limit', quantity, limitPrice, group: 'in', stopLoss: { price: '94' } })

  it('count once while they wait, and only one of them fills', async () => {
    const test = await createTestKernel()
    test.bar(100)
    expect(decide(test, entry('90', '98')).allowed).toBe(true)
    expect(decide(test, entry('100', '97')).allowed).toBe(true)
    expect(decide(test, { ...entry('1', '96'), group: 'other' }).deniedBy).toEqual(['max_position_size'])
    test.bar(96.5)
    expect(test.kernel.world.position('XYZ')).toBe(90 * ONE)
    expect(working(test).filter(({ role }) => role === 'entry')).toEqual([])
  })

  it('count once when nobody named a strategy, as the broker sees it', async () => {
    const test = await createTestKernel()
    test.bar(100)
    const { strategy: _, ...unnamed } = entry('90', '98')
    expect(decide(test, unnamed).allowed).toBe(true)
    expect(decide(test, { ...unnamed, quantity: '95', limitPrice: '97' }).allowed).toBe(true)
    test.bar(96.5)
    expect(test.kernel.world.position('XYZ')).toBe(90 * ONE)
  })

  it('never hold more together than the gate counted, whatever strategy is called what', async () => {
    for (const strategies of [
      ['manual', undefined],
      [undefined, 'manual'],
      ['', 'manual'],
      ['a', 'A'],
    ]) {
      const test = await createTestKernel()
      test.bar(100)
      for (const [index, strategy] of strategies.entries()) {
        const { strategy: _, ...order } = entry(String(90 + index), '98')
        decide(test, strategy === undefined ? order : { ...order, strategy })
      }
      test.bar(96.5)
      expect(test.kernel.world.position('XYZ'), String(strategies)).toBeLessThanOrEqual(100 * ONE)
    }
  })
})

describe('a trailing stop', () => {
  it('follows the market, is moved no further away, and covers all the while', async () => {
    const test = await bare()
    expect(decide(test, TRAILING).allowed).toBe(true)
    test.bar(103)
    const [order] = working(test)
    expect(order).toMatchObject({ type: 'trailing_stop', role: 'stop', stopPrice: '99', trail: '4' })
    const amend = (stopPrice: string) => {
      const orderId = order?.orderId ?? ''
      test.input('order/amend_requested', { orderId, stopPrice, ...BY }, 'anna')
      return test.of('action/judged').at(-1)?.payload.deniedBy
    }
    expect(amend('98')).toEqual(['require_stop_loss'])
    expect(amend('101')).toEqual([])
    expect(working(test)).toMatchObject([{ stopPrice: '101', trail: '4' }])
    expect(test.of('position/uncovered')).toEqual([])
    test.bar(100)
    expect(test.kernel.world.position('XYZ')).toBe(0)
  })
})
