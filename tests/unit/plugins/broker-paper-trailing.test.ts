import { describe, expect, it } from 'vitest'
import type { Order } from '#core/contract.ts'
import { createBroker, EXIT, LONG } from './paper.ts'

const TRAIL: Order = { ...EXIT, type: 'trailing_stop', stopPrice: '95', trail: '5' }
const ENTRY: Order = { ...LONG, stopLoss: { price: '95', trail: '5' }, targets: [] }

/** A long of 100 at 100, without a bracket. */
function createPlainLong(config: object = {}) {
  const box = createBroker(config)
  box.submit('e', { symbol: 'XYZ', side: 'buy', type: 'market', quantity: '100' })
  box.bar('100 100 100 100')
  return box
}

/** Where the stop of the only working order stands. */
function stopOf({ view }: ReturnType<typeof createBroker>) {
  return view().working.map(({ stopPrice }) => stopPrice)
}

describe('a trailing stop is refused', () => {
  it.each<[string, Partial<Order>]>([
    ['without its distance', { trail: undefined as never }],
    ['without a start', { stopPrice: undefined as never }],
    ['with a distance of zero', { trail: '0' }],
    ['with a distance off the tick', { trail: '1.001' }],
    ['with a limit', { limitPrice: '90' }],
  ])('%s', (_, changes) => {
    expect(createPlainLong().submit('t', { ...TRAIL, ...changes }, 'exit')).toEqual([
      'rejected t DATA_INVALID',
    ])
  })

  it('and so is a distance of any other type', () => {
    const box = createPlainLong()
    const order: Order = { ...EXIT, type: 'stop', stopPrice: '95', trail: '5' }
    expect(box.submit('s', order, 'exit')).toEqual(['rejected s DATA_INVALID'])
  })
})

describe('a trailing stop', () => {
  it('follows the high and never goes back', () => {
    const box = createPlainLong()
    box.submit('t', TRAIL, 'exit')
    expect(box.bar('101 110 100 109')).toEqual(['accepted t 100'])
    expect(stopOf(box)).toEqual(['105'])
    expect(box.bar('109 109 106 107')).toEqual([])
    expect(stopOf(box), 'the market went back').toEqual(['105'])
    expect(box.bar('107 108 104 106')).toEqual(['filled t 100 @105'])
  })

  it('is held against a bar before it follows it: the low may have come first', () => {
    const box = createPlainLong()
    box.submit('t', TRAIL, 'exit')
    expect(box.bar('101 110 94 109'), 'touched where it stood').toEqual(['filled t 100 @95'])
    const other = createPlainLong()
    other.submit('t', TRAIL, 'exit')
    expect(other.bar('101 110 96 97'), 'not by the low of the bar that it follows').toEqual([
      'accepted t 100',
    ])
    expect(other.bar('97 98 96 97'), 'it has gapped by now').toEqual(['filled t 100 @97'])
  })

  it('of a short follows the low', () => {
    const box = createBroker()
    box.submit('e', { symbol: 'XYZ', side: 'sell', type: 'market', quantity: '100' })
    box.bar('100 100 100 100')
    box.submit('t', { ...TRAIL, side: 'buy', stopPrice: '105' }, 'exit')
    expect(box.bar('99 100 90 91')).toEqual(['accepted t 100'])
    expect(stopOf(box)).toEqual(['95'])
    expect(box.bar('91 95 90 94')).toEqual(['filled t 100 @95'])
  })

  it('follows the side of a quote that it trades on', () => {
    const box = createPlainLong()
    box.submit('t', TRAIL, 'exit')
    expect(box.quote('102', '110')).toEqual(['accepted t 100'])
    expect(stopOf(box)).toEqual(['97'])
  })

  it('goes on from where it was amended to', () => {
    const box = createPlainLong()
    box.submit('t', TRAIL, 'exit')
    expect(box.amend('t', '98')).toEqual(['accepted t 100'])
    expect(box.bar('100 102 99 102'), 'its distance is not reached yet').toEqual([])
    expect(box.bar('102 104 101 104')).toEqual(['accepted t 100'])
    expect(stopOf(box)).toEqual(['99'])
  })

  it('is cut to the tick against us where adjusted prices lie between', () => {
    const box = createPlainLong()
    box.submit('t', TRAIL, 'exit')
    box.bar('101 110.00999 100 109')
    expect(stopOf(box)).toEqual(['105'])
  })

  it('may protect an entry, and follows from its first full bar', () => {
    const box = createBroker()
    box.submit('e', ENTRY)
    expect(box.bar('100 108 99 107')).toEqual([
      'filled e 100 @100',
      'accepted e.stop 100',
      'accepted e.stop 100',
    ])
    expect(box.view().working).toMatchObject([
      { orderId: 'e.stop', type: 'trailing_stop', role: 'stop', stopPrice: '103', trail: '5' },
    ])
    box.restart()
    expect(box.bar('107 107 102 103')).toEqual(['filled e.stop 100 @103'])
  })

  it('does not follow a high that may lie before its entry', () => {
    const box = createBroker()
    box.submit('e', { ...ENTRY, type: 'limit', limitPrice: '98' })
    box.bar('108 110 97 98')
    expect(stopOf(box)).toEqual(['95'])
  })
})

describe('intrabar', () => {
  const config = { fill: 'intrabar' }

  it('fills a trailing stop on the bar that it followed when that closed beyond it', () => {
    const box = createPlainLong(config)
    box.submit('t', TRAIL, 'exit')
    expect(box.bar('101 110 96 104'), 'from the high to the close through 105').toEqual([
      'accepted t 100',
      'filled t 100 @105',
    ])
    const other = createPlainLong(config)
    other.submit('t', TRAIL, 'exit')
    expect(other.bar('101 110 96 106'), 'the low may lie before the high').toEqual(['accepted t 100'])
  })

  const target: Order = { ...LONG, type: 'limit', limitPrice: '98', targets: [{ price: '99', portion: '1' }] }

  it('reaches the target of an entry inside the bar when the close proves it', () => {
    const box = createBroker(config)
    box.submit('e', target)
    expect(box.bar('100 101 97 99.5').slice(3)).toEqual(['filled e.target1 100 @99', 'cancelled e.stop 100'])
    const low = createBroker(config)
    low.submit('e', target)
    expect(low.bar('100 101 97 98.5').slice(3), 'the high may lie before the fill').toEqual([])
    const next = createBroker()
    next.submit('e', target)
    expect(next.bar('100 101 97 99.5').slice(3), 'next-open waits for the next row').toEqual([])
  })

  it('reaches it anywhere in the bar when the entry filled at the open', () => {
    const box = createBroker(config)
    box.submit('e', target)
    expect(box.bar('97 101 96 97').slice(3)).toEqual(['filled e.target1 100 @99', 'cancelled e.stop 100'])
  })

  it('lets the stop win where the bar touches both', () => {
    const box = createBroker(config)
    box.submit('e', target)
    expect(box.bar('100 101 94 100').slice(3)).toEqual(['filled e.stop 100 @95', 'cancelled e.target1 100'])
  })

  it('fills a market order as next-open does', () => {
    for (const fill of ['intrabar', 'next-open']) {
      const box = createBroker({ fill })
      expect(box.submit('e', LONG)).toEqual(['accepted e 100'])
      expect(box.bar('100.5 101 99 100')[0]).toBe('filled e 100 @100.5')
    }
  })
})
