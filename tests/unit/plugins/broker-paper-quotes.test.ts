/** What a quote does to orders that rest: a wide one touches no stop, one that ends a bar comes after it. */

import { describe, expect, it } from 'vitest'
import type { Order } from '#core/contract.ts'
import { parsePrice } from '#core/math.ts'
import { MINUTE, parseTime } from '#core/time.ts'
import { createBroker, createLong, EXIT, LONG } from './paper.ts'

describe('a wide quote', () => {
  it('touches no stop of a bracket', () => {
    const box = createLong()
    expect(box.quote('90', '103')).toEqual([])
    expect(box.quote('94', '95.9'), 'a little more than 2 %').toEqual([])
    expect(box.quote('94', '95.8')[0]).toBe('filled e.stop 100 @94')
  })

  it.each<[string, Partial<Order>]>([
    ['stop', { stopPrice: '97' }],
    ['stop_limit', { stopPrice: '97', limitPrice: '90' }],
    ['trailing_stop', { stopPrice: '97', trail: '3' }],
  ])('touches no %s', (type, terms) => {
    const box = createLong()
    box.submit('x', { ...EXIT, type: type as 'stop', ...terms }, 'exit')
    expect(box.quote('95.5', '103')).toEqual([])
    expect(box.quote('95.5', '96')).toContain('filled x 100 @95.5')
  })

  it('touches not the stop of what it fills, nor a crossed one any', () => {
    const box = createBroker()
    box.submit('e', { ...LONG, targets: [] })
    expect(box.quote('94', '103')).toEqual(['filled e 100 @103', 'accepted e.stop 100'])
    expect(box.quote('94', '93')).toEqual([])
  })

  it('fills a limit and a target that it reaches', () => {
    const box = createLong()
    box.submit('b', { ...EXIT, side: 'buy', quantity: '1', type: 'limit', limitPrice: '111' })
    expect(box.quote('106', '111')).toEqual([
      'filled b 1 @111',
      'filled e.target1 50 @106',
      'accepted e.stop 50',
    ])
  })

  it('touches no stop that the quote model holds against it, and prices market orders', () => {
    const box = createBroker({ fill: 'quote' })
    box.trade('100')
    box.seen.quotes.XYZ = { bid: parsePrice('97'), ask: parsePrice('103'), time: box.seen.now }
    expect(box.submit('s', { ...EXIT, side: 'buy', type: 'stop', stopPrice: '102' })).toEqual([
      'accepted s 100',
    ])
    expect(box.submit('m', { ...EXIT, side: 'buy' })).toContain('filled m 100 @103')
  })
})

describe('a quote stamped with the end of a bar that is still to come', () => {
  const TEN = parseTime('2024-01-03T15:00:00Z')
  const LIMIT: Order = { ...EXIT, side: 'buy', type: 'limit', limitPrice: '98' }
  const STOP: Order = { ...EXIT, side: 'buy', type: 'stop', stopPrice: '102' }

  /** Minute bars, the last of which has ended at ten. */
  function createMinutes() {
    const box = createBroker({}, { now: TEN })
    const barAt = (end: number, prices: string) => box.bar(prices, '1000', { end, resolution: '1m' })
    const quoteAt = (time: number, bid: string, ask: string) => {
      box.seen.now = time
      return box.quote(bid, ask)
    }
    barAt(TEN, '100 100 100 100')
    return { ...box, barAt, quoteAt }
  }

  it('leaves a limit, a stop and a bracket to that bar, whose prices came before', () => {
    const box = createMinutes()
    box.submit('a', LIMIT)
    expect(box.quoteAt(TEN + MINUTE, '96.9', '97')).toEqual([])
    expect(box.barAt(TEN + MINUTE, '100 100 96 97')).toEqual(['filled a 100 @98'])
    box.submit('b', { ...STOP, stopLoss: { price: '99' } })
    expect(box.quoteAt(TEN + 2 * MINUTE, '104', '104.1')).toEqual([])
    expect(box.barAt(TEN + 2 * MINUTE, '100 105 100 104')).toEqual([
      'filled b 100 @102',
      'accepted b.stop 100',
    ])
    expect(box.quoteAt(TEN + 3 * MINUTE, '97', '97.1')).toEqual([])
    expect(box.barAt(TEN + 3 * MINUTE, '104 104 97 97')).toEqual(['filled b.stop 100 @99'])
  })

  it('is met by what was sent too late for that bar', () => {
    const box = createMinutes()
    box.seen.now = TEN + MINUTE / 2
    box.submit('a', LIMIT)
    expect(box.quoteAt(TEN + MINUTE, '96.9', '97')).toEqual(['filled a 100 @97'])
  })

  it('is told by its instant, and by no row having come since the last bar', () => {
    const waiting = () => {
      const box = createMinutes()
      box.submit('a', LIMIT)
      box.barAt(TEN + MINUTE, '100 100 100 100')
      return box
    }
    const filled = ['filled a 100 @97']
    expect(waiting().quoteAt(TEN + MINUTE, '96.9', '97'), 'the bar is here').toEqual(filled)
    expect(waiting().quoteAt(TEN + 1.5 * MINUTE, '96.9', '97'), 'within the bar').toEqual(filled)
    const sparse = waiting()
    expect(sparse.quoteAt(TEN + 2 * MINUTE, '96.9', '97')).toEqual([])
    expect(sparse.quoteAt(TEN + 3 * MINUTE, '96.9', '97'), 'the bar did not come').toEqual(filled)
  })
})
