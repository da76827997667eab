import { describe, expect, it } from 'vitest'
import type { Order } from '#core/contract.ts'
import { createBroker, createLong, EXIT, LONG } from './paper.ts'

const MARKET: Order = { symbol: 'XYZ', side: 'buy', type: 'market', quantity: '100' }
const LIMIT: Order = { ...MARKET, type: 'limit', limitPrice: '98' }
const SHARE = { volumeShare: 0.1 }

describe('a bound on the share of volume', () => {
  it('fills a part, and the rest stays working until it is cancelled', () => {
    const box = createBroker(SHARE)
    box.submit('a', MARKET)
    expect(box.bar('100 101 99 100', '400')).toEqual(['filled a 40 @100'])
    expect(box.view().working).toMatchObject([{ orderId: 'a', quantity: '60' }])
    expect(box.bar('101 102 100 101', '500')).toEqual(['filled a 50 @101'])
    expect(box.cancel('a')).toEqual(['cancelled a 10'])
    expect(box.bar('101 102 100 101', '500')).toEqual([])
    expect(box.view().positions.get('XYZ')).toBe(90 * 1e8)
  })

  it('holds for all fills of a bar together', () => {
    const box = createBroker(SHARE)
    box.submit('a', { ...MARKET, quantity: '30' })
    box.submit('b', { ...MARKET, quantity: '30' })
    box.submit('c', { ...MARKET, quantity: '30' })
    expect(box.bar('100 101 99 100', '500')).toEqual(['filled a 30 @100', 'filled b 20 @100'])
    expect(box.bar('100 101 99 100', '500')).toEqual(['filled b 10 @100', 'filled c 30 @100'])
  })

  it('leaves an order alone where its share is less than a lot', () => {
    const box = createBroker(SHARE)
    box.submit('a', MARKET)
    expect(box.bar('100 101 99 100', '9.9999')).toEqual([])
    expect(box.bar('100 101 99 100', '19')).toEqual(['filled a 1 @100'])
  })

  it('waits for a row whose size is known where it would fill at once', () => {
    const box = createBroker({ volumeShare: 1, fill: 'quote' })
    box.seen.quotes.XYZ = { bid: 9_900_000_000, ask: 10_100_000_000, time: box.seen.now }
    expect(box.submit('a', MARKET)).toEqual(['accepted a 100'])
    expect(box.quote('99', '101', '5', '900')).toEqual(['filled a 5 @101'])
  })

  it('is by the size of a trade, and of the smaller side of a quote', () => {
    const box = createBroker({ volumeShare: 1 })
    box.submit('a', MARKET)
    expect(box.trade('100', '7')).toEqual(['filled a 7 @100'])
    expect(box.quote('99', '101', '5', '900')).toEqual(['filled a 5 @101'])
    expect(box.quote('99', '101', '0', '11'), 'one side only').toEqual(['filled a 11 @101'])
  })

  it('lets the bracket grow with its entry, each child under its one id', () => {
    const box = createBroker(SHARE)
    box.submit('e', LONG)
    expect(box.bar('100 101 99 100', '400')).toEqual([
      'filled e 40 @100',
      'accepted e.stop 40',
      'accepted e.target1 20',
      'accepted e.target2 12',
      'accepted e.target3 8',
    ])
    expect(box.bar('100 101 99 100', '1000')).toEqual([
      'filled e 60 @100',
      'accepted e.stop 100',
      'accepted e.target1 50',
      'accepted e.target2 30',
      'accepted e.target3 20',
    ])
  })

  it('gives a target that has filled nothing more of what its entry opens later', () => {
    const box = createBroker(SHARE)
    box.submit('e', { ...LONG, type: 'limit', limitPrice: '100' })
    box.bar('100 101 100 100', '400')
    expect(box.trade('106', '1000')).toEqual(['filled e.target1 20 @106', 'accepted e.stop 20'])
    expect(box.bar('100 101 99 100', '1000')).toEqual([
      'filled e 60 @100',
      'accepted e.stop 80',
      'accepted e.target2 30',
      'accepted e.target3 20',
    ])
  })

  it('keeps targets to what is open where their shares are rounded anew', () => {
    const box = createBroker({ volumeShare: 1 })
    const targets = ['0.4', '0.4', '0.2'].map((portion, index) => ({ price: `11${index}`, portion }))
    box.submit('e', { ...LONG, quantity: '5', targets })
    expect(box.trade('100', '4').slice(2)).toEqual([
      'accepted e.target1 1',
      'accepted e.target2 1',
      'accepted e.target3 2',
    ])
    expect(box.trade('100', '1').slice(1), 'two, two and one would be more than five').toEqual([
      'accepted e.stop 5',
      'accepted e.target1 2',
    ])
  })

  it('reaches no target on the bar inside which its entry filled further', () => {
    const box = createBroker(SHARE)
    const targets = [{ price: '104', portion: '1' }]
    box.submit('e', { ...LONG, type: 'limit', limitPrice: '98', targets })
    box.bar('99 100 98 99', '400')
    expect(box.bar('103 105 97 99', '1000'), 'the high may lie before the low').toEqual([
      'filled e 60 @98',
      'accepted e.stop 100',
      'accepted e.target1 100',
    ])
  })

  it('takes back the rest of an entry whose stop was hit before it had filled', () => {
    const box = createBroker(SHARE)
    box.submit('e', { ...LONG, ...{ type: 'limit', limitPrice: '100', targets: [] } })
    expect(box.bar('101 102 100 101', '400')).toEqual(['filled e 40 @100', 'accepted e.stop 40'])
    expect(box.bar('94 94 94 94', '9000')).toEqual(['filled e.stop 40 @94', 'cancelled e 60'])
  })

  it('lets the rest of a touched stop take the next open, although the price is back', () => {
    const box = createLong(SHARE)
    expect(box.bar('100 101 94 100', '300')[0]).toBe('filled e.stop 30 @95')
    box.restart()
    expect(box.bar('103 104 102 103', '300')[0]).toBe('filled e.stop 30 @103')
    expect(box.bar('103 104 102 103', '9000')[0]).toBe('filled e.stop 40 @103')
    expect(box.view()).toMatchObject({ working: [] })
  })

  it('remembers that a stop was touched on a bar that had no room for it', () => {
    const box = createLong(SHARE)
    expect(box.bar('100 101 94 100', '5')).toEqual([])
    expect(box.bar('99 100 98 99', '5000')[0]).toBe('filled e.stop 100 @99')
  })
})

describe('fok', () => {
  const fok: Order = { ...MARKET, timeInForce: 'fok' }

  it('with too little volume fills nothing at all', () => {
    const box = createBroker(SHARE)
    box.submit('a', fok)
    expect(box.bar('100 101 99 100', '990')).toEqual(['cancelled a 100'])
    expect(box.bar('100 101 99 100', '99000')).toEqual([])
  })

  it('with enough fills whole', () => {
    const box = createBroker(SHARE)
    box.submit('a', fok)
    expect(box.bar('100 101 99 100', '1000')).toEqual(['filled a 100 @100'])
  })

  it('that would close more than is held fills nothing either', () => {
    const box = createLong()
    box.submit('x', { ...EXIT, quantity: '101', timeInForce: 'fok' }, 'exit')
    expect(box.bar('100 101 99 100')).toEqual(['cancelled x 101'])
  })
})

it('ioc takes what there is and ends', () => {
  const box = createBroker(SHARE)
  box.submit('a', { ...MARKET, timeInForce: 'ioc' })
  expect(box.bar('100 101 99 100', '400')).toEqual(['filled a 40 @100', 'cancelled a 60'])
  box.submit('b', { ...LIMIT, timeInForce: 'ioc' })
  expect(box.bar('97 101 96 100', '400')).toEqual(['filled b 40 @97', 'cancelled b 60'])
})

describe('a bar without volume', () => {
  it('fills nothing: its prices are nobody’s trade', () => {
    const box = createBroker()
    box.submit('a', MARKET)
    box.submit('b', LIMIT)
    box.submit('c', { ...MARKET, type: 'stop', stopPrice: '102' })
    expect(box.bar('97 103 96 100', '0')).toEqual([])
    expect(box.bar('97 103 96 100')).toEqual(['filled a 100 @97', 'filled c 100 @102', 'filled b 100 @97'])
  })
})

describe('a halted symbol', () => {
  it('fills nothing before it resumes, and then the gap fills at the open', () => {
    const box = createLong()
    box.submit('a', MARKET)
    box.halt(true)
    expect(box.bar('94 96 93 95'), 'whatever a feed goes on saying').toEqual([])
    expect(box.quote('90', '91')).toEqual([])
    box.restart()
    expect(box.bar('94 96 93 95')).toEqual([])
    box.halt(false)
    expect(box.bar('88 89 87 88').slice(0, 2)).toEqual(['filled a 100 @88', 'filled e.stop 100 @88'])
  })

  it('takes orders in, and ends those that cannot wait', () => {
    const box = createBroker({ fill: 'quote' })
    box.halt(true)
    expect(box.submit('a', MARKET)).toEqual(['accepted a 100'])
    expect(box.submit('b', { ...MARKET, timeInForce: 'ioc' })).toEqual(['accepted b 100'])
    expect(box.bar('100 101 99 100')).toEqual(['cancelled b 100'])
    box.halt(false)
    expect(box.bar('100 101 99 100')).toEqual(['filled a 100 @100'])
  })

  it('moves no trailing stop', () => {
    const box = createBroker()
    box.submit('e', { ...MARKET, stopLoss: { price: '95', trail: '5' } })
    box.bar('100 100 100 100')
    box.halt(true)
    expect(box.bar('120 120 120 120')).toEqual([])
    box.halt(false)
    expect(box.bar('96 97 96 96'), 'the stop is where it was').toEqual([])
  })
})
