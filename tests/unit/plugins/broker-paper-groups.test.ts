import { describe, expect, it } from 'vitest'
import type { Order } from '#core/contract.ts'
import { createBroker, createLong, EXIT, LONG } from './paper.ts'

const ABOVE: Order = {
  symbol: 'XYZ',
  side: 'buy',
  type: 'stop',
  stopPrice: '105',
  quantity: '100',
  strategy: 's',
  group: 'pair',
}
const { stopPrice: _, ...PLAIN } = ABOVE
const BELOW: Order = { ...PLAIN, type: 'limit', limitPrice: '95' }

describe('orders of one group', () => {
  it('never both fill: a bar that touches both fills the dearer stop', () => {
    const box = createBroker()
    box.submit('low', BELOW)
    box.submit('high', ABOVE)
    expect(box.bar('100 106 94 100')).toEqual(['filled high 100 @105', 'cancelled low 100'])
    expect(box.bar('94 94 94 94')).toEqual([])
  })

  it('end with the first that fills, even in part', () => {
    const box = createBroker({ volumeShare: 0.1 })
    box.submit('low', BELOW)
    box.submit('high', ABOVE)
    expect(box.bar('100 100 95 96', '300')).toEqual(['filled low 30 @95', 'cancelled high 100'])
    expect(box.bar('96 106 95 106', '9000'), 'the first goes on').toEqual(['filled low 70 @95'])
  })

  it('take in nothing more once one of them has filled in part', () => {
    const box = createBroker({ volumeShare: 0.1 })
    box.submit('low', BELOW)
    box.bar('100 100 95 96', '300')
    expect(box.submit('high', ABOVE)).toEqual(['rejected high DENIED'])
    expect(box.submit('next', { ...ABOVE, cancelFirst: ['low'] }), 'which it takes the place of').toEqual([
      'cancelled low 70',
      'accepted next 100',
    ])
  })

  it('also when they fill at once', () => {
    const box = createBroker({ fill: 'quote' })
    box.submit('low', BELOW)
    expect(box.submit('now', { ...PLAIN, type: 'market' })).toEqual([
      'accepted now 100',
      'filled now 100 @100',
      'cancelled low 100',
    ])
  })

  it('are of one strategy and one symbol', () => {
    const box = createBroker({}, { marks: { XYZ: 1e10, ABC: 1e10 } })
    box.submit('other strategy', { ...BELOW, strategy: 't' })
    box.submit('other symbol', { ...BELOW, symbol: 'ABC' })
    box.submit('other group', { ...BELOW, group: 'more' })
    box.submit('none', { ...PLAIN, type: 'limit', limitPrice: '95', group: undefined as never })
    box.submit('high', ABOVE)
    expect(box.bar('104 106 104 106')).toEqual(['filled high 100 @105'])
  })

  it('are not taken for the bracket of an order that is called like the group', () => {
    const box = createLong()
    box.submit('x', { ...EXIT, quantity: '10', group: 'e', strategy: 'breakout' }, 'exit')
    const told = box.bar('100 101 99 100')
    expect(told).toContain('accepted e.stop 90')
    expect(told).not.toContain('cancelled e.stop 100')
  })

  it('may protect a position together', () => {
    const box = createLong()
    box.cancel('e.stop')
    box.submit('s', { ...EXIT, type: 'stop', stopPrice: '97', group: 'g' }, 'exit')
    box.submit('t', { ...EXIT, type: 'limit', limitPrice: '104', group: 'g' }, 'exit')
    expect(box.bar('100 105 96 100').slice(0, 2)).toEqual(['filled s 100 @97', 'cancelled t 100'])
  })

  it('say their group to the account', () => {
    const box = createBroker()
    box.submit('low', BELOW)
    expect(box.view().working).toMatchObject([{ orderId: 'low', group: 'pair', strategy: 's' }])
  })
})

describe('an opening sale', () => {
  const sale: Order = { ...LONG, side: 'sell', stopLoss: { price: '105' }, targets: [] }
  const bare = { instruments: { XYZ: {} } }

  it('of what may not be sold short is rejected, and so is one that turns a long round', () => {
    const box = createBroker({}, bare)
    expect(box.submit('s', sale)).toEqual(['rejected s DENIED'])
    box.submit('e', LONG)
    box.bar('100 101 99 100')
    expect(box.submit('t', { ...sale, quantity: '101' })).toEqual(['rejected t DENIED'])
    expect(box.submit('u', sale), 'what is held may be sold').toEqual(['accepted u 100'])
  })

  it('that outlived the long it was to sell opens nothing', () => {
    const box = createBroker({}, bare)
    box.submit('e', { ...LONG, targets: [] })
    box.bar('100 101 99 100')
    box.submit('s', { ...sale, type: 'limit', limitPrice: '110' })
    box.submit('x', { ...EXIT, quantity: '60' }, 'exit')
    box.bar('100 101 99 100')
    expect(box.bar('109 111 108 110').slice(0, 2)).toEqual(['filled s 40 @110', 'cancelled s 60'])
    expect(box.view().positions.get('XYZ')).toBe(0)
  })
})
