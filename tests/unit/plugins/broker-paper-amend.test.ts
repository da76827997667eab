/** New terms of working orders, and orders that take the place of others, at the paper broker. */

import { describe, expect, it } from 'vitest'
import type { Order } from '#core/contract.ts'
import { parseTime } from '#core/time.ts'
import { createBroker, EXIT, LONG } from './paper.ts'

const LIMIT: Order = { symbol: 'XYZ', side: 'buy', type: 'limit', quantity: '100', limitPrice: '98' }
const LIMITED = { volumeShare: 0.1 }

/** 40 of 100 bought at 98: a tenth of the volume of 400. */
function partlyFilled() {
  const box = createBroker(LIMITED)
  box.submit('a', LIMIT)
  expect(box.bar('97 99 97 98', '400')).toEqual(['filled a 40 @97'])
  return box
}

describe('the quantity of a working order', () => {
  it('shrinks: what has filled is part of it', () => {
    const box = partlyFilled()
    expect(box.amend('a', { quantity: '70' })).toEqual(['accepted a 30'])
    expect(box.view().working).toMatchObject([{ quantity: '30', filled: '40' }])
    expect(box.bar('97 99 97 98', '10000')).toEqual(['filled a 30 @97'])
  })

  it.each(['40', '39', '0'])('amended to %s, no more than has filled, ends the rest', (quantity) => {
    expect(partlyFilled().amend('a', { quantity })).toEqual(['cancelled a 60'])
  })

  it('does not grow: the broker has no word of a rule for that', () => {
    const box = partlyFilled()
    expect(box.amend('a', { quantity: '101' })).toEqual([])
    expect(box.amend('a', { quantity: '100' }), 'as it is').toEqual(['accepted a 60'])
    expect(box.amend('a', { quantity: '70.5' }), 'no whole lot').toEqual([])
  })

  it('after its last fill is nobody’s any more', () => {
    const box = createBroker()
    box.submit('a', LIMIT)
    expect(box.bar('97 99 97 98')).toEqual(['filled a 100 @97'])
    expect(box.amend('a', { quantity: '50' })).toEqual([])
  })

  it('after a split is counted in new units, as the order is', () => {
    const box = partlyFilled()
    box.split(2, 1)
    expect(box.view().working).toMatchObject([{ quantity: '120', filled: '80', limitPrice: '49' }])
    expect(box.amend('a', { quantity: '100' })).toEqual(['accepted a 20'])
    expect(box.amend('a', { quantity: '80' })).toEqual(['cancelled a 20'])
  })
})

describe('the prices of a working order', () => {
  it('change together with its quantity, or not at all', () => {
    const box = createBroker()
    box.submit('a', LIMIT)
    expect(box.amend('a', { limitPrice: '97', quantity: '101' })).toEqual([])
    expect(box.amend('a', { limitPrice: '97', stopPrice: '90' }), 'it has no stop').toEqual([])
    expect(box.amend('a', { limitPrice: '97.005' }), 'off the tick').toEqual([])
    expect(box.amend('a', { limitPrice: '97', quantity: '50' })).toEqual(['accepted a 50'])
    expect(box.bar('97.5 98 97.5 98'), 'at the old limit').toEqual([])
    expect(box.bar('97.5 98 96 98')).toEqual(['filled a 50 @97'])
  })

  it('of a leg leave the other leg and the size of both alone', () => {
    const box = createBroker()
    box.submit('e', { ...LONG, targets: [{ price: '110', portion: '1' }] })
    box.bar('100 101 99 100')
    expect(box.amend('e.target1', { limitPrice: '105' })).toEqual(['accepted e.target1 100'])
    expect(box.amend('e.target1', { quantity: '50' }), 'the bracket sizes it').toEqual([])
    expect(box.amend('e.stop', { stopPrice: '97' })).toEqual(['accepted e.stop 100'])
    expect(box.bar('100 106 100 104')).toEqual(['filled e.target1 100 @105', 'cancelled e.stop 100'])
  })

  it('of a leg do not decide which comes first: a bar that touches both stops', () => {
    const box = createBroker()
    box.submit('e', { ...LONG, targets: [{ price: '110', portion: '1' }] })
    box.bar('100 101 99 100')
    box.amend('e.target1', { limitPrice: '105' })
    box.amend('e.stop', { stopPrice: '97' })
    expect(box.bar('100 106 96 104')).toEqual(['filled e.stop 100 @97', 'cancelled e.target1 100'])
  })

  it('of one order of a group leave the group as it is', () => {
    const box = createBroker()
    box.submit('e', { symbol: 'XYZ', side: 'buy', type: 'market', quantity: '100' })
    box.bar('100 100 100 100')
    box.submit('up', { ...EXIT, type: 'limit', limitPrice: '110', group: 'g' }, 'exit')
    box.submit('down', { ...EXIT, type: 'stop', stopPrice: '90', group: 'g' }, 'exit')
    box.amend('up', { limitPrice: '105' })
    expect(box.bar('100 106 100 104')).toEqual(['filled up 100 @105', 'cancelled down 100'])
  })

  it('of a trailing stop: it follows at the new distance, from where it stands', () => {
    const box = createBroker()
    box.submit('e', { ...LONG, stopLoss: { price: '95', trail: '5' }, targets: [] })
    box.bar('100 100 100 100')
    expect(box.amend('e.stop', { trail: '2' })).toEqual(['accepted e.stop 100'])
    expect(box.view().working).toMatchObject([{ stopPrice: '95', trail: '2' }])
    box.bar('100 101 100 101')
    expect(box.view().working).toMatchObject([{ stopPrice: '99' }])
    expect(box.bar('101 101 98 98')).toEqual(['filled e.stop 100 @99'])
  })

  it('meet no row that began before they were sent, as an order does not', () => {
    const now = parseTime('2024-07-01T14:00:00Z')
    const box = createBroker({}, { now })
    box.submit('e', { symbol: 'XYZ', side: 'buy', type: 'market', quantity: '100' })
    box.bar('100 100 100 100', '1000', { resolution: '1h', end: now + 3_600_000 })
    box.submit('x', { ...EXIT, type: 'limit', limitPrice: '110' }, 'exit')
    box.seen.now = now + 1.5 * 3_600_000
    box.amend('x', { limitPrice: '105' })
    const hour = { resolution: '1h' } as const
    expect(box.bar('100 106 100 100', '1000', { ...hour, end: now + 2 * 3_600_000 })).toEqual([])
    expect(box.bar('100 106 100 100', '1000', { ...hour, end: now + 3 * 3_600_000 })).toEqual([
      'filled x 100 @105',
    ])
  })

  it('of a day order come too late after its session', () => {
    const box = createBroker({}, { now: parseTime('2024-07-01T14:00:00Z') })
    box.submit('a', { ...LIMIT, timeInForce: 'day' })
    expect(box.bar('100 100 100 100', '1000', { end: parseTime('2024-07-02T00:00:00Z') })).toEqual([
      'cancelled a 100',
    ])
    expect(box.amend('a', { limitPrice: '97' })).toEqual([])
  })
})

describe('an order that replaces another', () => {
  const higher = (changes: Partial<Order> = {}): Order => ({
    ...LIMIT,
    limitPrice: '99',
    replaces: 'a',
    ...changes,
  })

  it('ends it and goes on with what it has not filled', () => {
    const box = partlyFilled()
    expect(box.submit('b', higher({ quantity: '150' }))).toEqual(['cancelled a 60', 'accepted b 110'])
    expect(box.view().working).toMatchObject([{ orderId: 'b', quantity: '110', filled: '40' }])
    expect(box.bar('100 100 98.5 100', '400')).toEqual(['filled b 40 @99'])
    expect(box.submit('c', higher({ quantity: '90', replaces: 'b' }))).toEqual([
      'cancelled b 70',
      'accepted c 10',
    ])
  })

  it('is refused when that one is filled, gone, or was never there', () => {
    const box = createBroker()
    box.submit('a', LIMIT)
    box.bar('97 99 97 98')
    expect(box.submit('b', higher())).toEqual(['rejected b DENIED'])
    expect(box.submit('c', higher({ replaces: 'x' }))).toEqual(['rejected c DENIED'])
    expect(box.view().working).toEqual([])
  })

  it('is refused when that one has filled as much already, and leaves it alone', () => {
    const box = partlyFilled()
    expect(box.submit('b', higher({ quantity: '40' }))).toEqual(['rejected b DENIED'])
    expect(box.view().working).toMatchObject([{ orderId: 'a', quantity: '60' }])
  })

  it('takes no protective stop away', () => {
    const box = createBroker()
    box.submit('e', { ...LONG, targets: [] })
    box.bar('100 100 100 100')
    expect(box.submit('b', { ...EXIT, replaces: 'e.stop' }, 'exit')).toEqual(['rejected b DENIED'])
  })

  it('stays in the group of a leg that has begun to fill', () => {
    const box = createBroker(LIMITED)
    box.submit('a', { ...LIMIT, group: 'g' })
    box.bar('97 99 97 98', '400')
    expect(box.submit('b', higher({ group: 'g' }))).toEqual(['cancelled a 60', 'accepted b 60'])
    expect(box.submit('c', { ...LIMIT, group: 'g' }), 'too late').toEqual(['rejected c DENIED'])
  })
})
