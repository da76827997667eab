import { describe, expect, it } from 'vitest'
import type { Order } from '#core/contract.ts'
import { orderContent, parseOrder } from '#core/gate/parse-order.ts'
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
        stopLoss: { price: amount, trail: amount },
        targets: [{ price: amount, portion: amount }],
      }
      const parsed = parseOrder(whole)
      expect(parsed).toMatchObject({
        known: false,
        quantity: Number.NaN,
        price: Number.NaN,
        stop: Number.NaN,
        stopTrail: Number.NaN,
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

const TRAILING = { side: 'sell', type: 'trailing_stop', stopPrice: '95', trail: '5' } as const

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
    ['a trailing stop without a distance', { type: 'trailing_stop', stopPrice: '95' }],
    ['a trailing stop that starts nowhere', { type: 'trailing_stop', trail: '5' }],
    ['a trailing stop at no distance', { ...TRAILING, trail: '0' }],
    ['a trailing stop at a distance below zero', { ...TRAILING, trail: '-5' }],
    ['a trailing stop at a distance that is a number', { ...TRAILING, trail: 5 }],
    ['a trailing stop with a limit', { ...TRAILING, limitPrice: '95' }],
    ['a stop with a distance', { type: 'stop', stopPrice: '95', trail: '5' }],
    ['a stop limit with a distance', { type: 'stop_limit', stopPrice: '95', limitPrice: '94', trail: '5' }],
    ['a limit with a distance', { type: 'limit', limitPrice: '100', trail: '5' }],
    ['a market order with a distance', { trail: '5' }],
    ['a market order with an empty distance', { trail: null }],
    ['a stop for the opening auction', { type: 'stop', stopPrice: '95', timeInForce: 'opg' }],
    ['a stop limit for it', { type: 'stop_limit', stopPrice: '95', limitPrice: '94', timeInForce: 'opg' }],
    ['a trailing stop for the closing auction', { ...TRAILING, timeInForce: 'cls' }],
    ['an auction in capitals', { timeInForce: 'OPG' }],
    ['an auction in a list', { timeInForce: ['opg'] }],
    ['a group without a name', { group: '' }],
    ['a group of too long a name', { group: 'g'.repeat(65) }],
    ['a group that is no text', { group: 7 }],
    ['a group in a list', { group: ['g'] }],
    ['no group at all', { group: null }],
    ['a protective stop that trails at no distance', { stopLoss: { price: '95', trail: '0' } }],
    ['a protective stop that trails below zero', { stopLoss: { price: '95', trail: '-1' } }],
    ['a protective stop that trails by true', { stopLoss: { price: '95', trail: true } }],
    ['a protective stop that trails by nothing', { stopLoss: { price: '95', trail: null } }],
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
    ['trailing stop', TRAILING],
    ['trailing stop to buy, for the day', { ...TRAILING, side: 'buy', timeInForce: 'day' }],
    ['market order at the open', { timeInForce: 'opg' }],
    ['limit at the close', { type: 'limit', limitPrice: '100', timeInForce: 'cls' }],
    ['leg of a group', { group: 'g' }],
    ['leg of a group of the longest name', { group: 'g'.repeat(64) }],
    ['protective stop that trails', { stopLoss: { price: '95', trail: '2.5' } }],
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
  // A trailing stop only moves to better triggers than the one that it starts from.
  expect(parseOrder(orderOf({ type: 'trailing_stop', trail: '5', ...prices })).price).toBe(102 * ONE)
})

it('reads distances, groups and auctions, and what is absent as none', () => {
  const leg = { ...TRAILING, group: 'exit-1', stopLoss: { price: '90', trail: '2' } }
  expect(parseOrder(orderOf(leg))).toMatchObject({ trail: 5 * ONE, group: 'exit-1', stopTrail: 2 * ONE })
  expect(parseOrder(orderOf())).toMatchObject({ trail: NaN, group: '', stopTrail: NaN, auction: false })
  expect(parseOrder(orderOf({ timeInForce: 'cls' })).auction).toBe(true)
})

describe('the content by which duplicates are known', () => {
  const content = (changes: Partial<Order>) => orderContent(parseOrder(orderOf(changes)))

  it.each<[string, Partial<Order>]>([
    ['a group of another name', { group: 'again' }],
    ['another time to rest', { timeInForce: 'day' }],
    ['another protection', { stopLoss: { price: '94', trail: '1' } }],
    ['another reason', { reason: 'again' }],
  ])('is the same with %s, so a new word makes no new order', (_, changes) => {
    expect(content(changes)).toEqual(content({}))
  })

  it.each<[string, Partial<Order>, Partial<Order>]>([
    ['the distance that it trails by', { ...TRAILING, trail: '4' }, TRAILING],
    ['the type', { side: 'sell', type: 'stop', stopPrice: '95' }, TRAILING],
    ['the opening auction', { timeInForce: 'opg' }, {}],
    ['the other auction', { timeInForce: 'cls' }, { timeInForce: 'opg' }],
  ])('is another by %s', (_, one, other) => {
    expect(content(one)).not.toEqual(content(other))
    expect(content(one)).toEqual(content({ ...one }))
  })
})
