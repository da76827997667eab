import { describe, expect, it } from 'vitest'
import type { Order } from '#core/contract.ts'
import { parsePrice } from '#core/math.ts'
import { createBroker, EXIT, LONG, toBar } from './paper.ts'

describe('what is refused', () => {
  const bad: [string, Partial<Order>][] = [
    ['no quantity', { quantity: '0' }],
    ['a negative quantity', { quantity: '-1' }],
    ['a quantity that is no number', { quantity: '1e3' }],
    ['a fraction of a lot', { quantity: '1.5' }],
    ['a limit order without a limit', { type: 'limit' }],
    ['a limit off the tick', { type: 'limit', limitPrice: '99.995' }],
    ['a market order with a limit', { limitPrice: '99' }],
    ['a stop order without a stop', { type: 'stop' }],
    ['a stop_limit without a limit', { type: 'stop_limit', stopPrice: '101' }],
    ['a protective stop at zero', { stopLoss: { price: '0' } }],
    ['a target off the tick', { targets: [{ price: '110.001', portion: '1' }] }],
    ['a portion of zero', { targets: [{ price: '110', portion: '0' }] }],
    [
      'portions over 1',
      {
        targets: [
          { price: '110', portion: '0.6' },
          { price: '111', portion: '0.41' },
        ],
      },
    ],
    ['a symbol without any price', { symbol: 'ABC' }],
    ['a symbol that is no key', { symbol: '__proto__' }],
    ['targets that are no list', { targets: {} as [] }],
    ['a target that is none', { targets: [null] as unknown as [] }],
    ['an unknown type', { type: 'trailing' as 'market' }],
    ['an unknown side', { side: 'hold' as 'buy' }],
  ]
  it.each(bad)('%s', (_name, changes) => {
    const box = createBroker()
    expect(box.submit('e', { ...LONG, ...changes })).toEqual(['rejected e DATA_INVALID'])
    expect(box.bar('100 120 80 100')).toEqual([])
  })

  it('a second order of the same id, while the first works, after it filled and after a restart', () => {
    const box = createBroker()
    box.submit('e', LONG)
    expect(box.submit('e', LONG)).toEqual(['rejected e PERMIT_USED'])
    expect(box.bar('100 101 99 100')[0]).toBe('filled e 100 @100')
    box.restart()
    expect(box.submit('e', LONG)).toEqual(['rejected e PERMIT_USED'])
    expect(box.bar('100 101 99 100')).toEqual([])
  })

  it('nothing of a symbol that is named like a property of every object', () => {
    const box = createBroker()
    const bar = { ...toBar('1 1 1 1', '1'), symbol: 'constructor' }
    expect(box.drafts({ type: 'market/bar', payload: bar })).toEqual([])
    expect(box.drafts({ type: 'market/bar', payload: { ...bar, symbol: '__proto__' } })).toEqual([])
  })
})

describe('entries', () => {
  it('a market order rests until the next bar and fills at its open, children after it', () => {
    const box = createBroker()
    expect(box.submit('e', LONG)).toEqual(['accepted e 100'])
    expect(box.bar('100.5 101 99 100')).toEqual([
      'filled e 100 @100.5',
      'accepted e.stop 100',
      'accepted e.target1 50',
      'accepted e.target2 30',
      'accepted e.target3 20',
    ])
  })

  it('fills nothing on a bar without volume', () => {
    const box = createBroker()
    box.submit('e', LONG)
    expect(box.bar('100 100 100 100', '0')).toEqual([])
    expect(box.bar('101 101 101 101')[0]).toBe('filled e 100 @101')
  })

  it('meets the next trade, and of the next quote its far side', () => {
    const trades = createBroker()
    trades.submit('e', LONG)
    expect(trades.trade('100.2', '0'), 'a trade of nothing is none').toEqual([])
    expect(trades.trade('100.2')[0]).toBe('filled e 100 @100.2')
    const quotes = createBroker()
    quotes.submit('e', LONG)
    expect(quotes.quote('99.9', '100.1', '1', '0'), 'no size on offer').toEqual([])
    expect(quotes.quote('99.9', '100.1')[0]).toBe('filled e 100 @100.1')
    quotes.submit('x', EXIT, 'exit')
    expect(quotes.quote('99.8', '100')[0]).toBe('filled x 100 @99.8')
  })

  it('a limit fills when the bar reaches it, at the open when that is better', () => {
    const buy: Order = { symbol: 'XYZ', side: 'buy', type: 'limit', quantity: '10', limitPrice: '98' }
    const box = createBroker()
    box.submit('a', buy)
    expect(box.bar('100 101 98.01 100')).toEqual([])
    expect(box.bar('100 101 98 100')).toEqual(['filled a 10 @98'])
    box.submit('b', buy)
    expect(box.bar('97 99 96 98')).toEqual(['filled b 10 @97'])
    const sell: Order = { ...buy, side: 'sell', limitPrice: '102' }
    box.submit('c', sell)
    expect(box.bar('100 101.99 98 100')).toEqual([])
    expect(box.bar('100 102 98 100')).toEqual(['filled c 10 @102'])
    box.submit('d', sell)
    expect(box.bar('103 104 98 100')).toEqual(['filled d 10 @103'])
  })

  it('a stop fills when the bar reaches it, at the open when the market gapped through', () => {
    const buy: Order = { symbol: 'XYZ', side: 'buy', type: 'stop', quantity: '10', stopPrice: '102' }
    const box = createBroker()
    box.submit('a', buy)
    expect(box.bar('100 101.99 98 100')).toEqual([])
    expect(box.bar('100 103 98 100')).toEqual(['filled a 10 @102'])
    box.submit('b', buy)
    expect(box.bar('104 105 101 104')).toEqual(['filled b 10 @104'])
  })

  it('a stop_limit becomes a limit once touched and stays one', () => {
    const order: Order = {
      symbol: 'XYZ',
      side: 'buy',
      type: 'stop_limit',
      quantity: '10',
      stopPrice: '102',
      limitPrice: '103',
    }
    const box = createBroker()
    box.submit('a', order)
    expect(box.bar('100 102 98 100')).toEqual(['accepted a 10', 'filled a 10 @102'])
    box.submit('b', order)
    const [touched, ...others] = box.barDrafts('105 106 104 105', '1000')
    expect(others, 'touched beyond its limit').toEqual([])
    expect(touched).toMatchObject({
      type: 'order/accepted',
      payload: { orderId: 'b', type: 'limit', quantity: '10', limitPrice: '103' },
    })
    expect(touched?.payload, 'its stop is spent').not.toHaveProperty('stopPrice')
    expect(box.bar('105 106 104 105'), 'and told once').toEqual([])
    box.restart()
    expect(box.bar('101 101 100 101'), 'a plain buy limit by now').toEqual(['filled b 10 @101'])
  })

  it('a stop_limit has the one price of the bar that touches it, not the way back', () => {
    const box = createBroker()
    const prices = { stopPrice: '102', limitPrice: '103' }
    box.submit('a', { symbol: 'XYZ', side: 'buy', type: 'stop_limit', quantity: '10', ...prices })
    expect(box.bar('105 106 101 105')).toEqual(['accepted a 10'])
    expect(box.amend('a', '104'), 'its stop is spent').toEqual([])
    expect(box.bar('105 106 103 105')).toEqual(['filled a 10 @103'])
  })

  it('an amended stop works where it was moved to; off the tick, touched or unknown nothing moves', () => {
    const box = createBroker({ volumeShare: 0.1 })
    box.submit('a', { symbol: 'XYZ', side: 'buy', type: 'stop', quantity: '100', stopPrice: '102' })
    expect(box.amend('a', '103.001')).toEqual([])
    expect(box.amend('nobody', '103')).toEqual([])
    expect(box.amend('a', '103')).toEqual(['accepted a 100'])
    expect(box.bar('100 102.99 99 100')).toEqual([])
    expect(box.bar('100 103 99 100', '300')).toEqual(['filled a 30 @103'])
    expect(box.amend('a', '120'), 'touched').toEqual([])
    expect(box.bar('100 101 99 100')).toEqual(['filled a 70 @100'])
  })

  it('ioc and fok have one chance: the next open', () => {
    for (const timeInForce of ['ioc', 'fok'] as const) {
      const order: Order = {
        symbol: 'XYZ',
        side: 'buy',
        type: 'limit',
        quantity: '10',
        limitPrice: '98',
        timeInForce,
      }
      const box = createBroker()
      box.submit('a', order)
      expect(box.bar('100 101 97 100'), 'the low comes too late').toEqual(['cancelled a 10'])
      expect(box.bar('97 97 97 97')).toEqual([])
      box.submit('b', order)
      expect(box.bar('97.5 101 97 100')).toEqual(['filled b 10 @97.5'])
      box.submit('c', order)
      expect(box.bar('97 97 97 97', '0'), 'nothing traded').toEqual(['cancelled c 10'])
    }
  })
})

describe('quote mode', () => {
  const config = { fill: 'quote' }

  it('fills a market order at once at the far side of the last quote', () => {
    const box = createBroker(config)
    box.seen.quotes.XYZ = { bid: parsePrice('99.9'), ask: parsePrice('100.1'), time: 0 }
    expect(box.submit('e', { ...LONG, targets: [] })).toEqual([
      'accepted e 100',
      'filled e 100 @100.1',
      'accepted e.stop 100',
    ])
    expect(box.submit('x', EXIT, 'exit')).toEqual([
      'accepted x 100',
      'filled x 100 @99.9',
      'cancelled e.stop 100',
    ])
  })

  it('fills at the last price where no quote was ever seen', () => {
    expect(createBroker(config).submit('e', { ...LONG, targets: [] })[1]).toBe('filled e 100 @100')
  })

  it('waits when the quote has no far side', () => {
    const box = createBroker(config)
    box.seen.quotes.XYZ = { bid: parsePrice('99.9'), ask: 0, time: 0 }
    expect(box.submit('e', LONG)).toEqual(['accepted e 100'])
    expect(box.quote('100', '100.2')[0]).toBe('filled e 100 @100.2')
  })

  it('cancels an ioc limit that the quote does not reach, and rests a plain one', () => {
    const box = createBroker(config)
    const order: Order = { symbol: 'XYZ', side: 'buy', type: 'limit', quantity: '10', limitPrice: '99' }
    expect(box.submit('a', { ...order, timeInForce: 'ioc' })).toEqual(['accepted a 10', 'cancelled a 10'])
    expect(box.submit('b', order)).toEqual(['accepted b 10'])
    expect(box.quote('98.5', '98.9')).toEqual(['filled b 10 @98.9'])
  })
})
