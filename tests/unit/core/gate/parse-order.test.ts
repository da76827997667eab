import { describe, expect, it } from 'vitest'
import type { Order } from '#core/contract.ts'
import { parseOrder } from '#core/gate/parse-order.ts'
import { ONE } from '#tests/support/facts.ts'
import { orderOf } from '#tests/support/kernel.ts'

/** No amount, in every way that has been seen. */
const NO_AMOUNTS: readonly unknown[] = [
  '1e9',
  '0x10',
  '',
  ' 1',
  '1 ',
  'NaN',
  'Infinity',
  '-1',
  '-0',
  '0',
  '0.0',
  '+1',
  '.5',
  '5.',
  '1,000',
  '1_000',
  '١',
  '1.000000001',
  '9'.repeat(32),
  '90071992.54740993',
  '0'.repeat(33),
  'true',
  '1n',
  '1\n',
  '−1',
  null,
  undefined,
  1,
  true,
  {},
  [],
  ['1'],
  { length: 1 },
]

describe('an amount that is none', () => {
  it.each(NO_AMOUNTS.map((value) => [JSON.stringify(value) ?? 'undefined', value]))(
    'is missing: %s',
    (_, value) => {
      const amount = value as string
      const whole = {
        ...orderOf({ type: 'stop_limit', limitPrice: amount, stopPrice: amount, quantity: amount }),
        stopLoss: { price: amount },
        targets: [{ price: amount, portion: amount }],
      }
      const parsed = parseOrder(whole)
      expect(parsed).toMatchObject({
        known: false,
        quantity: Number.NaN,
        price: Number.NaN,
        stop: Number.NaN,
        targetCount: 1,
      })
      expect([...parsed.targetPrices, ...parsed.targetPortions]).toEqual([Number.NaN, Number.NaN])
    },
  )

  it('leaves the largest and the smallest that are', () => {
    expect(parseOrder(orderOf({ quantity: '90071992.54740991' })).quantity).toBe(Number.MAX_SAFE_INTEGER)
    expect(parseOrder(orderOf({ quantity: '0.00000001' })).quantity).toBe(1)
    expect(parseOrder(orderOf({ quantity: '1.0000000000' })).quantity).toBe(ONE)
  })
})

describe('an order that the gate does not know', () => {
  it.each<[string, object]>([
    ['another type', { type: 'iceberg' }],
    ['no type', { type: undefined }],
    ['a type in a list', { type: ['market'] }],
    ['another side', { side: 'hold' }],
    ['a side in capitals', { side: 'BUY' }],
    ['another time in force', { timeInForce: 'gtd' }],
    ['no time in force at all', { timeInForce: null }],
    ['a limit without its price', { type: 'limit' }],
    ['a stop without its price', { type: 'stop' }],
    ['a stop limit without a limit', { type: 'stop_limit', stopPrice: '100' }],
    ['a stop limit without a stop', { type: 'stop_limit', limitPrice: '100' }],
    ['a market order with a limit', { limitPrice: '100' }],
    ['a market order with a stop', { stopPrice: '100' }],
    ['a limit with a stop', { type: 'limit', limitPrice: '100', stopPrice: '100' }],
    ['a stop with a limit', { type: 'stop', limitPrice: '100', stopPrice: '100' }],
    ['a strategy that is no text', { strategy: { toString: 5 } }],
    ['a list of cancels that is none', { cancelFirst: 1 }],
    ['a list of cancels with something else in it', { cancelFirst: ['a', 1] }],
  ])('is one with %s', (_, change) => {
    expect(parseOrder(orderOf(change)).known).toBe(false)
  })

  it.each<[string, object]>([
    ['market', {}],
    ['limit', { type: 'limit', limitPrice: '100' }],
    ['stop', { type: 'stop', stopPrice: '100' }],
    ['stop limit', { type: 'stop_limit', stopPrice: '100', limitPrice: '101' }],
    ['sale', { side: 'sell' }],
    ['day order', { timeInForce: 'day' }],
    ['order without a strategy', { strategy: undefined }],
    ['order that cancels others first', { cancelFirst: ['a', 'b'] }],
  ])('is not a %s', (_, change) => {
    expect(parseOrder(orderOf(change)).known).toBe(true)
  })
})

describe('whatever stands in the place of a part', () => {
  it.each<[string, object]>([
    ['the stop', { stopLoss: null }],
    ['the stop, too', { stopLoss: '95' }],
    ['the targets', { targets: null }],
    ['the targets, too', { targets: { price: '110', portion: '1' } }],
    ['a target', { targets: [null, undefined, '110', 5] }],
    ['the list of cancels', { cancelFirst: null }],
    ['the list of cancels, too', { cancelFirst: { includes: 'all' } }],
    ['the strategy', { strategy: 5 }],
    [
      'all of it',
      { symbol: 5, side: null, type: {}, quantity: [], targets: 'all', stopLoss: [], cancelFirst: 7 },
    ],
  ])('is read and not thrown at: %s', (_, change) => {
    const parsed = parseOrder({ ...orderOf(), ...change } as Order)
    expect(Array.isArray(parsed.cancelFirst)).toBe(true)
    expect(typeof parsed.strategy).toBe('string')
    for (const price of [...parsed.targetPrices, ...parsed.targetPortions])
      expect(price > 0 || Number.isNaN(price)).toBe(true)
  })
})

it('takes the price that the type works with', () => {
  const prices = { limitPrice: '101', stopPrice: '102' }
  expect(parseOrder(orderOf({ type: 'limit', ...prices })).price).toBe(101 * ONE)
  expect(parseOrder(orderOf({ type: 'stop_limit', ...prices })).price).toBe(101 * ONE)
  expect(parseOrder(orderOf({ type: 'stop', ...prices })).price).toBe(102 * ONE)
  expect(parseOrder(orderOf(prices)).price).toBeNaN()
})
