import { describe, expect, it } from 'vitest'
import { createBook, register, symbolOf } from '#core/book/book.ts'
import { splitPosition } from '#core/book/position.ts'
import type { Draft, Order } from '#core/contract.ts'
import { createBroker, createLong, EXIT, LONG, tell } from './paper.ts'

/** Working orders in words: id, quantity, stop or limit, trail. */
function workingOf({ view }: ReturnType<typeof createBroker>): string[] {
  return view().working.map(({ orderId, quantity, stopPrice, limitPrice, trail }) =>
    [orderId, quantity, stopPrice, limitPrice, trail].filter((word) => word !== undefined).join(' '),
  )
}

describe('a split', () => {
  it('carries position, stop and targets, and announces each order that it changed', () => {
    const box = createLong()
    expect(tell(box.split(2, 1))).toEqual([
      'accepted e.stop 200',
      'accepted e.target1 100',
      'accepted e.target2 60',
      'accepted e.target3 40',
    ])
    expect(box.view().positions.get('XYZ')).toBe(200 * 1e8)
    expect(workingOf(box)).toEqual([
      'e.stop 200 47.5',
      'e.target1 100 53',
      'e.target2 60 55',
      'e.target3 40 58',
    ])
    expect(box.bar('50 50.5 49.5 50'), 'half the price is no fall').toEqual([])
    expect(box.bar('48 49 47 48')[0]).toBe('filled e.stop 200 @47.5')
  })

  it('rounds prices to the tick against us: sales down, purchases up', () => {
    const box = createLong()
    box.submit('b', { symbol: 'XYZ', side: 'buy', type: 'limit', quantity: '10', limitPrice: '90.01' })
    box.split(7, 1)
    // 95 ÷ 7 = 13.571…, 106 ÷ 7 = 15.142…, 90.01 ÷ 7 = 12.858…
    expect(workingOf(box)).toEqual([
      'b 70 12.86',
      'e.stop 700 13.57',
      'e.target1 350 15.14',
      'e.target2 210 15.71',
      'e.target3 140 16.57',
    ])
  })

  it('carries the distance of a trailing stop, and what an entry that has not filled will be protected by', () => {
    const box = createBroker()
    const entry: Order = { ...LONG, type: 'limit', limitPrice: '98', stopLoss: { price: '95', trail: '4' } }
    box.submit('e', entry)
    box.split(2, 1)
    expect(workingOf(box)).toEqual(['e 200 49'])
    box.bar('49 49 48.5 49')
    expect(workingOf(box).slice(0, 2)).toEqual(['e.stop 200 47.5 2', 'e.target1 100 53'])
  })

  it('carries a trailing stop that rests by itself', () => {
    const box = createLong()
    box.submit('t', { ...EXIT, type: 'trailing_stop', stopPrice: '96', trail: '4.01' }, 'exit')
    box.split(2, 1)
    expect(workingOf(box)[0], 'half of its distance lies between two ticks').toBe('t 200 48 2.01')
  })

  it('between two parts of an entry lets its bracket grow in the new units', () => {
    const box = createBroker({ volumeShare: 0.1 })
    box.submit('e', LONG)
    box.bar('100 101 99 100', '400')
    box.split(2, 1)
    expect(box.bar('50 50.5 49.5 50', '9000')).toEqual([
      'filled e 120 @50',
      'accepted e.stop 200',
      'accepted e.target1 100',
      'accepted e.target2 60',
      'accepted e.target3 40',
    ])
  })

  it('the other way round leaves an entry whole lots, and nothing of one that is too small', () => {
    const box = createBroker()
    const buy: Order = { symbol: 'XYZ', side: 'buy', type: 'limit', quantity: '105', limitPrice: '90' }
    box.submit('a', buy)
    box.submit('b', { ...buy, quantity: '9' })
    expect(tell(box.split(1, 10))).toEqual(['accepted a 10', 'cancelled b 9'])
    expect(workingOf(box)).toEqual(['a 10 900'])
  })

  it('covers a fraction that is left over, which may be sold although it is no lot', () => {
    const box = createBroker()
    box.submit('e', { ...LONG, quantity: '105', targets: [] })
    box.bar('100 101 99 100')
    box.split(1, 10)
    expect(workingOf(box)).toEqual(['e.stop 10.5 950'])
    expect(box.submit('y', { ...EXIT, quantity: '0.5' }, 'exit')).toEqual(['rejected y DATA_INVALID'])
    expect(box.submit('x', { ...EXIT, quantity: '10.5' }, 'exit')).toEqual(['accepted x 10.5'])
    expect(box.bar('1000 1001 999 1000')).toEqual(['filled x 10.5 @1000', 'cancelled e.stop 10.5'])
  })

  it.each([
    [100, 3, 2],
    [-101, 1, 7],
    [33, 1, 3],
  ])('leaves %i units as many as the account’s book has, at %i for %i', (units, numerator, denominator) => {
    const box = createBroker()
    const side = units > 0 ? 'buy' : 'sell'
    box.submit('e', { symbol: 'XYZ', side, type: 'market', quantity: String(Math.abs(units)) })
    box.bar('100 101 99 100')
    box.split(numerator, denominator)
    const book = createBook(0, [])
    register(book, box.world.instrument('XYZ'))
    const entry = symbolOf(book, 'XYZ')
    entry.position = units * 1e8
    splitPosition(entry, { numerator, denominator })
    expect(box.view().positions.get('XYZ')).toBe(entry.position)
  })

  it.each([
    [0, 1],
    [-2, 1],
    [1.5, 1],
    [Number.NaN, 1],
    [3, 3],
  ])('of %d for %d changes nothing', (numerator, denominator) => {
    const box = createLong()
    const before = workingOf(box)
    expect(box.split(numerator, denominator)).toEqual([])
    expect(workingOf(box)).toEqual(before)
  })

  it('of a symbol that nobody trades is no news', () => {
    expect(createBroker().split(2, 1)).toEqual([])
  })

  it('says what it changed in the new units', () => {
    const box = createLong()
    const [stop] = box.split(2, 1) as readonly Extract<Draft, { type: 'order/accepted' }>[]
    expect(stop?.payload).toMatchObject({
      orderId: 'e.stop',
      quantity: '200',
      stopPrice: '47.5',
      parent: 'e',
    })
  })
})
