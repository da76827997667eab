/** What a run that only observes does with an order that is none: it stands on record and goes nowhere. */

import { describe, expect, it } from 'vitest'
import type { Order } from '#core/contract.ts'
import { createTestKernel, orderOf } from '#tests/support/kernel.ts'

const MALFORMED: readonly [string, { readonly [Name in keyof Order]?: unknown }][] = [
  ['targets that are no list', { targets: 5 }],
  ['targets that are an object', { targets: { price: '110', portion: '1' } }],
  ['a target that is nothing', { targets: [null] }],
  ['a target without a price', { targets: [{ portion: '1' }] }],
  ['a target whose price is a number', { targets: [{ price: 110, portion: '1' }] }],
  ['a target whose portion is none', { targets: [{ price: '110', portion: 'all' }] }],
  ['a stop that is a price', { stopLoss: '95' }],
  ['a stop whose price is a number', { stopLoss: { price: 95 } }],
  ['a quantity that is a number', { quantity: 50 }],
  ['no quantity', { quantity: undefined }],
  ['a symbol that is no text', { symbol: 7 }],
  ['no symbol', { symbol: undefined }],
  ['a side that is neither', { side: 'up' }],
  ['a type that is none', { type: 'moc' }],
  ['a limit price that is a number', { type: 'limit', limitPrice: 100 }],
  ['a strategy that is a number', { strategy: 1 }],
  ['orders to cancel that are no list', { cancelFirst: 'all' }],
]

describe('an order with', () => {
  it.each(MALFORMED)('%s is denied on record, and the run goes on', async (_, changes) => {
    const test = await createTestKernel({ observe: true })
    test.bar(100)
    const order = JSON.parse(JSON.stringify({ ...orderOf(), ...changes })) as Order
    const decided = test.request(order)
    expect(decided).toMatchObject({ type: 'decision/denied', payload: { allowed: false } })
    expect(decided.payload.ungoverned).toBeUndefined()
    expect(test.of('order/submitted')).toEqual([])
    expect(test.of('plugin/isolated')).toEqual([])
    test.request(orderOf())
    test.bar(100)
    expect(test.of('order/filled')).toHaveLength(1)
  })
})
