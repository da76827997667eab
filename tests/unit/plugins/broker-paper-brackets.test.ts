import { describe, expect, it } from 'vitest'
import type { Draft, Order } from '#core/contract.ts'
import { createBroker, createLong, EXIT, LONG, SHORT } from './paper.ts'

describe('brackets', () => {
  it('a bar that touches stop and target fills the stop: nobody knows which came first', () => {
    expect(createLong().bar('100 107 94 100')).toEqual([
      'filled e.stop 100 @95',
      'cancelled e.target1 50',
      'cancelled e.target2 30',
      'cancelled e.target3 20',
    ])
  })

  it('also on the bar of the entry itself', () => {
    const box = createBroker()
    box.submit('e', { ...LONG, targets: [{ price: '106', portion: '1' }] })
    expect(box.bar('100 107 94 100')).toEqual([
      'filled e 100 @100',
      'accepted e.stop 100',
      'accepted e.target1 100',
      'filled e.stop 100 @95',
      'cancelled e.target1 100',
    ])
  })

  it('a target is reached on the bar whose open filled the entry', () => {
    const box = createBroker()
    box.submit('e', { ...LONG, targets: [{ price: '106', portion: '1' }] })
    expect(box.bar('100 107 99 100').slice(3)).toEqual(['filled e.target1 100 @106', 'cancelled e.stop 100'])
  })

  it('a gap through the stop fills at the open, long and short', () => {
    expect(createLong().bar('90 92 89 91')[0]).toBe('filled e.stop 100 @90')
    const short = createBroker()
    short.submit('e', SHORT)
    short.bar('100 101 99 100')
    expect(short.bar('108 109 107 108')).toEqual(['filled e.stop 100 @108', 'cancelled e.target1 100'])
  })

  it('a gap over a target fills at the better open', () => {
    const short = createBroker()
    short.submit('e', SHORT)
    short.bar('100 101 99 100')
    expect(short.bar('88 89 87 88')).toEqual(['filled e.target1 100 @88', 'cancelled e.stop 100'])
  })

  it('nothing is touched on a bar without volume', () => {
    const box = createLong()
    expect(box.bar('100 107 94 100', '0')).toEqual([])
    expect(box.bar('100 107 96 100')[0]).toBe('filled e.target1 50 @106')
  })

  it('after a partial target the stop covers what is still held, and no more', () => {
    const box = createLong()
    expect(box.bar('100 106 99 105')).toEqual(['filled e.target1 50 @106', 'accepted e.stop 50'])
    expect(box.bar('100 101 94 95')).toEqual([
      'filled e.stop 50 @95',
      'cancelled e.target2 30',
      'cancelled e.target3 20',
    ])
    expect(box.bar('90 120 80 100'), 'the position is closed').toEqual([])
  })

  it('several targets on one bar fill nearest first; the last one ends the stop', () => {
    expect(createLong().bar('100 117 99 116')).toEqual([
      'filled e.target1 50 @106',
      'accepted e.stop 50',
      'filled e.target2 30 @110',
      'accepted e.stop 20',
      'filled e.target3 20 @116',
      'cancelled e.stop 20',
    ])
  })

  it('targets are whole lots; the last one takes the rest when the portions add up to 1', () => {
    const box = createBroker()
    box.submit('a', { ...LONG, quantity: '33' })
    expect(box.bar('100 101 99 100').slice(1)).toEqual([
      'accepted a.stop 33',
      'accepted a.target1 16',
      'accepted a.target2 9',
      'accepted a.target3 8',
    ])
    const half = createBroker()
    half.submit('b', { ...LONG, quantity: '33', targets: [{ price: '106', portion: '0.5' }] })
    expect(half.bar('100 101 99 100').slice(1)).toEqual(['accepted b.stop 33', 'accepted b.target1 16'])
    const one = createBroker()
    one.submit('c', { ...LONG, quantity: '1' })
    expect(one.bar('100 101 99 100').slice(1)).toEqual(['accepted c.stop 1', 'accepted c.target3 1'])
  })

  it('an entry that fills inside a bar has its stop at once and its targets from the next bar', () => {
    const limit: Order = {
      ...LONG,
      type: 'limit',
      limitPrice: '98',
      targets: [{ price: '99', portion: '1' }],
    }
    const calm = createBroker()
    calm.submit('e', limit)
    expect(calm.bar('100 101 97 98'), 'the high may lie before the fill').toEqual([
      'filled e 100 @98',
      'accepted e.stop 100',
      'accepted e.target1 100',
    ])
    expect(calm.bar('98 99 97 98')[0]).toBe('filled e.target1 100 @99')
    const falling = createBroker()
    falling.submit('e', limit)
    expect(falling.bar('100 101 94 98').slice(3)).toEqual([
      'filled e.stop 100 @95',
      'cancelled e.target1 100',
    ])
  })

  it('the stop of an entry inside a bar never fills at an open from before the entry', () => {
    const box = createBroker()
    box.submit('e', { ...LONG, type: 'stop', stopPrice: '102', stopLoss: { price: '100' }, targets: [] })
    expect(box.bar('98 103 97 103')).toEqual([
      'filled e 100 @102',
      'accepted e.stop 100',
      'filled e.stop 100 @100',
    ])
  })

  it('by quotes a stop is judged on the side that it trades on', () => {
    const box = createLong()
    expect(box.quote('95.01', '95.02')).toEqual([])
    expect(box.quote('94.5', '95.5')[0]).toBe('filled e.stop 100 @94.5')
  })

  it('an entry by quote has its stop judged by the other side of that quote', () => {
    const box = createBroker()
    box.submit('e', { ...LONG, type: 'limit', limitPrice: '97', targets: [] })
    expect(box.quote('94.5', '96')).toEqual([
      'filled e 100 @96',
      'accepted e.stop 100',
      'filled e.stop 100 @94.5',
    ])
  })

  it('of two brackets only the one whose child filled shrinks', () => {
    const box = createLong()
    box.submit('f', { ...LONG, stopLoss: { price: '98' }, targets: [{ price: '120', portion: '1' }] })
    box.bar('100 101 99 100')
    expect(box.bar('100 101 97 100')).toEqual(['filled f.stop 100 @98', 'cancelled f.target1 100'])
    expect(box.bar('100 106 99 100')).toEqual(['filled e.target1 50 @106', 'accepted e.stop 50'])
  })

  it('announces children as reduce-only parts of one group', () => {
    const box = createBroker()
    box.drafts({ type: 'order/submitted', payload: { orderId: 'e', order: LONG, intent: 'open' } })
    const drafts = box.barDrafts('100 101 99 100', '1')
    expect(drafts[1]?.payload).toEqual({
      orderId: 'e.stop',
      symbol: 'XYZ',
      side: 'sell',
      type: 'stop',
      quantity: '100',
      role: 'stop',
      stopPrice: '95',
      timeInForce: 'gtc',
      parent: 'e',
      group: 'e',
      strategy: 'breakout',
    })
    expect(drafts[2]?.payload).toMatchObject({
      role: 'target',
      type: 'limit',
      limitPrice: '106',
      parent: 'e',
      group: 'e',
    })
  })
})

describe('exits', () => {
  it('while a bracket works: the stop stays until the exit fills, then all of the bracket ends', () => {
    const box = createLong()
    expect(box.submit('x', EXIT, 'exit')).toEqual(['accepted x 100'])
    expect(box.bar('94 96 93 95'), 'the open is below the stop too, but only one of them fills').toEqual([
      'filled x 100 @94',
      'cancelled e.stop 100',
      'cancelled e.target1 50',
      'cancelled e.target2 30',
      'cancelled e.target3 20',
    ])
  })

  it('a partial exit shrinks stop and targets to what is left, the farthest target first', () => {
    const box = createLong()
    box.submit('x', { ...EXIT, quantity: '40' }, 'exit')
    expect(box.bar('101 102 100 101')).toEqual([
      'filled x 40 @101',
      'accepted e.stop 60',
      'accepted e.target2 10',
      'cancelled e.target3 20',
    ])
  })

  it('a resting exit ends when the stop closed the position first, a resting entry does not', () => {
    const box = createLong()
    box.submit('x', { ...EXIT, type: 'limit', limitPrice: '104' }, 'exit')
    box.submit('f', { ...LONG, type: 'limit', limitPrice: '90', targets: [] })
    const told = box.bar('100 103 94 100')
    expect(told[0]).toBe('filled e.stop 100 @95')
    expect(told.at(-1)).toBe('cancelled x 100')
    expect(box.bar('91 92 90 91')[0]).toBe('filled f 100 @90')
  })

  it('on a bar that reaches both stop and exit only the stop fills', () => {
    const box = createLong()
    box.submit('x', { ...EXIT, type: 'limit', limitPrice: '104' }, 'exit')
    expect(box.bar('100 105 94 100').filter((line) => line.startsWith('filled'))).toEqual([
      'filled e.stop 100 @95',
    ])
  })

  it('never turns the position round: the part beyond it is cancelled', () => {
    const box = createLong()
    box.bar('100 106 99 105')
    box.submit('x', EXIT, 'exit')
    expect(box.bar('105 105 104 105').slice(0, 2)).toEqual(['filled x 50 @105', 'cancelled x 50'])
    box.submit('y', EXIT, 'exit')
    expect(box.bar('105 105 104 105')).toEqual(['cancelled y 100'])
    box.submit('z', { ...EXIT, reduceOnly: true }, 'open')
    expect(box.bar('105 105 104 105'), 'a reduce-only order that opens nothing').toEqual(['cancelled z 100'])
  })

  it('with two entries the older bracket shrinks first and the other stays whole', () => {
    const box = createLong()
    box.submit('f', { ...LONG, targets: [] })
    box.bar('100 101 99 100')
    box.submit('x', EXIT, 'exit')
    expect(box.bar('100 101 99 100')).toEqual([
      'filled x 100 @100',
      'cancelled e.stop 100',
      'cancelled e.target1 50',
      'cancelled e.target2 30',
      'cancelled e.target3 20',
    ])
    expect(box.bar('94 94 94 94')).toEqual(['filled f.stop 100 @94'])
  })

  it('an entry that turns the position round ends the old bracket and protects only what it opened', () => {
    const box = createLong()
    box.submit('s', { ...SHORT, quantity: '150' })
    expect(box.bar('100 101 99 100')).toEqual([
      'filled s 150 @100',
      'cancelled e.stop 100',
      'cancelled e.target1 50',
      'cancelled e.target2 30',
      'cancelled e.target3 20',
      'accepted s.stop 50',
      'accepted s.target1 50',
    ])
  })
})

describe('cancels and modes', () => {
  it('halted and reducing cancel resting entries; stops, targets and exits keep working', () => {
    for (const mode of ['halted', 'reducing'] as const) {
      const box = createLong()
      box.submit('f', { ...LONG, type: 'limit', limitPrice: '97' })
      box.submit('x', { ...EXIT, type: 'limit', limitPrice: '104' }, 'exit')
      expect(box.mode(mode)).toEqual(['cancelled f 100'])
      expect(box.bar('97 97 96 97')).toEqual([])
      expect(box.bar('94 94 94 94')[0]).toBe('filled e.stop 100 @94')
    }
  })

  it('active cancels nothing', () => {
    const box = createBroker()
    box.submit('e', LONG)
    expect(box.mode('active')).toEqual([])
  })

  it('a cancel ends the named order once; of an unknown or ended order it says nothing', () => {
    const box = createLong()
    box.submit('f', { ...LONG, type: 'limit', limitPrice: '97' })
    expect(box.cancel('f')).toEqual(['cancelled f 100'])
    expect(box.cancel('f')).toEqual([])
    expect(box.cancel('e'), 'filled already').toEqual([])
    expect(box.cancel('nobody')).toEqual([])
    expect(box.cancel('e.target1')).toEqual(['cancelled e.target1 50'])
    expect(box.bar('100 106 99 100'), 'its target is gone').toEqual([])
  })

  it('cancelFirst clears the way before the order is accepted, but never takes a stop away', () => {
    const box = createLong()
    const order: Order = { ...LONG, quantity: '10', cancelFirst: ['e.target1', 'e.stop', 'nobody'] }
    expect(box.submit('f', order)).toEqual(['cancelled e.target1 50', 'accepted f 10'])
  })
})

describe('a fill', () => {
  it('names what happened, so that a reader needs no price to tell a gap from a touch', () => {
    const reasons = (drafts: readonly Draft[]) =>
      drafts.filter((d) => d.type === 'order/filled').map((d) => d.payload)
    const box = createBroker()
    box.drafts({ type: 'order/submitted', payload: { orderId: 'e', order: LONG, intent: 'open' } })
    const row = (prices: string) => reasons(box.barDrafts(prices, '1'))
    expect(row('100 101 99 100')).toEqual([
      {
        orderId: 'e',
        role: 'entry',
        symbol: 'XYZ',
        side: 'buy',
        quantity: '100',
        price: '100',
        fee: '1',
        remaining: '0',
        liquidity: 'taker',
        reason: 'next open',
      },
    ])
    expect(row('100 107 99 100')).toMatchObject([
      { role: 'target', parent: 'e', liquidity: 'maker', reason: 'target reached' },
    ])
    expect(row('90 91 89 90')).toMatchObject([
      { role: 'stop', parent: 'e', liquidity: 'taker', reason: 'gap through the stop' },
    ])
  })
})
