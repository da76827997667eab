import { describe, expect, it } from 'vitest'
import type { Bar, Order } from '#core/contract.ts'
import { parseTime } from '#core/time.ts'
import { createBroker, LONG } from './paper.ts'

const BUY: Order = { symbol: 'XYZ', side: 'buy', type: 'limit', quantity: '10', limitPrice: '90' }
const MARKET: Order = { symbol: 'XYZ', side: 'buy', type: 'market', quantity: '10' }

/** A broker at a moment, and minute bars that end when the test says. */
function createSession(time: string, instrument: object = {}) {
  const box = createBroker({}, { instruments: { XYZ: instrument }, now: parseTime(time) })
  const barAt = (end: string, prices: string, resolution: Bar['resolution'] = '1m', volume = '1000') =>
    box.bar(prices, volume, { end: parseTime(end), resolution })
  return { ...box, barAt }
}

describe('a day order', () => {
  it('ends with the bar that ends its session', () => {
    const box = createSession('2024-01-03T20:00:00Z')
    box.barAt('2024-01-03T20:30:00Z', '100 100 100 100')
    expect(box.submit('a', { ...BUY, timeInForce: 'day' })).toEqual(['accepted a 10'])
    expect(box.barAt('2024-01-03T20:59:00Z', '100 100 91 100')).toEqual([])
    expect(box.barAt('2024-01-03T21:00:00Z', '100 100 91 100')).toEqual(['cancelled a 10'])
    expect(box.barAt('2024-01-04T14:31:00Z', '89 90 88 89')).toEqual([])
  })

  it('may still fill on that bar', () => {
    const box = createSession('2024-01-03T20:00:00Z')
    box.barAt('2024-01-03T20:30:00Z', '100 100 100 100')
    box.submit('a', { ...BUY, timeInForce: 'day' })
    expect(box.barAt('2024-01-03T21:00:00Z', '100 100 90 100')).toEqual(['filled a 10 @90'])
  })

  it('ends at 13:00 New York on the eve of a holiday', () => {
    const box = createSession('2024-07-03T15:00:00Z')
    box.barAt('2024-07-03T15:01:00Z', '100 100 100 100')
    box.submit('a', { ...BUY, timeInForce: 'day' })
    expect(box.barAt('2024-07-03T17:01:00Z', '89 90 88 89'), 'after hours').toEqual(['cancelled a 10'])
  })

  it('ends before the next session when the last bar of its own is missing', () => {
    const box = createSession('2024-01-03T20:00:00Z')
    box.barAt('2024-01-03T20:30:00Z', '100 100 100 100')
    box.submit('a', { ...BUY, timeInForce: 'day' })
    expect(box.barAt('2024-01-04T14:31:00Z', '89 90 88 89'), 'yesterday’s order').toEqual(['cancelled a 10'])
  })

  it('given after the close lives in the next session, over a weekend with a holiday', () => {
    const box = createSession('2024-01-12T21:00:00Z')
    box.barAt('2024-01-12T21:00:00Z', '100 100 100 100')
    box.submit('a', { ...BUY, timeInForce: 'day' })
    box.submit('b', { ...BUY, timeInForce: 'day', limitPrice: '80' })
    expect(box.barAt('2024-01-12T21:30:00Z', '100 100 91 100'), 'after hours begin no session').toEqual([])
    expect(box.barAt('2024-01-16T14:31:00Z', '90 91 88 89'), 'Tuesday').toEqual(['filled a 10 @90'])
    expect(box.barAt('2024-01-16T21:00:00Z', '89 91 88 89')).toEqual(['cancelled b 10'])
  })

  it('of a market with daily bars lives for one bar, wherever that is stamped', () => {
    const box = createSession('2024-07-01T21:00:00Z')
    box.barAt('2024-07-01T21:00:00Z', '100 100 100 100', '1d')
    box.submit('a', { ...BUY, timeInForce: 'day' })
    expect(box.barAt('2024-07-02T21:00:00Z', '100 101 91 100', '1d')).toEqual(['cancelled a 10'])
    box.submit('b', { ...BUY, timeInForce: 'day' })
    expect(box.barAt('2024-07-03T21:00:00Z', '100 101 90 100', '1d')).toEqual(['filled b 10 @90'])
  })

  it('lives for one daily bar also where that is stamped within its day', () => {
    const box = createSession('2024-01-06T21:00:00Z', { kind: 'crypto', lot: 1 })
    box.submit('a', { ...BUY, timeInForce: 'day' })
    expect(box.barAt('2024-01-07T21:00:00Z', '89 90 88 89', '1d')).toEqual(['filled a 10 @89'])
  })

  it('given in the night or on a Saturday lives in the session that follows', () => {
    for (const time of ['2024-01-03T03:00:00Z', '2024-01-06T17:00:00Z']) {
      const box = createSession(time)
      box.submit('a', { ...BUY, timeInForce: 'day' })
      expect(box.barAt('2024-01-08T15:00:00Z', '100 100 91 100'), time).toEqual([])
      expect(box.barAt('2024-01-08T16:00:00Z', '90 91 88 89'), time).toEqual(['filled a 10 @90'])
    }
  })

  it('of crypto ends at midnight UTC', () => {
    const box = createSession('2024-01-06T22:00:00Z', { kind: 'crypto', lot: 1 })
    box.trade('100')
    box.submit('a', { ...BUY, timeInForce: 'day' })
    expect(box.trade('91', '1', parseTime('2024-01-06T23:59:59Z'))).toEqual([])
    expect(box.trade('91', '1', parseTime('2024-01-07T00:00:00Z'))).toEqual([])
    expect(box.trade('89', '1', parseTime('2024-01-07T00:00:00.001Z'))).toEqual(['cancelled a 10'])
  })

  it('ends on a bar on which nothing traded too, and in a halt', () => {
    for (const halted of [false, true]) {
      const box = createSession('2024-01-03T20:00:00Z')
      box.barAt('2024-01-03T20:30:00Z', '100 100 100 100')
      box.submit('a', { ...BUY, timeInForce: 'day' })
      box.halt(halted)
      expect(box.barAt('2024-01-03T21:00:00Z', '89 90 88 89', '1m', halted ? '1' : '0')).toEqual([
        'cancelled a 10',
      ])
    }
  })

  it('ends in the same way after a restart', () => {
    const box = createSession('2024-01-03T20:00:00Z')
    box.barAt('2024-01-03T20:30:00Z', '100 100 100 100')
    box.submit('a', { ...BUY, timeInForce: 'day' })
    box.restart()
    expect(box.barAt('2024-01-03T21:00:00Z', '100 100 91 100')).toEqual(['cancelled a 10'])
  })
})

describe.each(['quote', 'trade'] as const)(
  'where a %s of the closing instant is read before its bar',
  (kind) => {
    const atClose = () => {
      const box = createSession('2024-01-03T20:00:00Z')
      box.barAt('2024-01-03T20:59:00Z', '100 100 100 100')
      const row = (time: string, price = '100') => {
        box.seen.now = parseTime(time)
        return kind === 'trade' ? box.trade(price) : box.quote(price, price)
      }
      return { ...box, row }
    }

    it('an order for the close fills at that bar', () => {
      const box = atClose()
      box.submit('a', { ...MARKET, timeInForce: 'cls' })
      expect(box.row('2024-01-03T21:00:00Z')).toEqual([])
      expect(box.barAt('2024-01-03T21:00:00Z', '100 104 99 103')).toEqual(['filled a 10 @103'])
    })

    it('an order for the day meets both', () => {
      const box = atClose()
      box.submit('a', { ...BUY, timeInForce: 'day' })
      box.submit('b', { ...BUY, limitPrice: '95', timeInForce: 'day' })
      box.row('2024-01-03T20:59:30Z')
      expect(box.row('2024-01-03T21:00:00Z', '95')).toEqual(['filled b 10 @95'])
      expect(box.barAt('2024-01-03T21:00:00Z', '95 100 90 95')).toEqual(['filled a 10 @90'])
    })

    it('both end with that bar, and without one by the first row after', () => {
      for (const timeInForce of ['day', 'cls'] as const) {
        const box = atClose()
        box.submit('a', { ...BUY, timeInForce })
        box.row('2024-01-03T21:00:00Z')
        expect(box.barAt('2024-01-03T21:00:00Z', '100 100 91 100')).toEqual(['cancelled a 10'])
        const bare = atClose()
        bare.submit('a', { ...BUY, timeInForce })
        bare.row('2024-01-03T21:00:00Z')
        expect(bare.row('2024-01-03T21:00:00.001Z', '89')).toEqual(['cancelled a 10'])
      }
    })
  },
)

describe('an order for the opening', () => {
  it('passes by the session that is open and takes the open of the next', () => {
    const box = createSession('2024-01-03T20:00:00Z')
    expect(box.submit('a', { ...MARKET, timeInForce: 'opg' })).toEqual(['accepted a 10'])
    expect(box.barAt('2024-01-03T20:01:00Z', '100 100 100 100')).toEqual([])
    expect(box.barAt('2024-01-04T13:00:00Z', '104 104 104 104'), 'before hours').toEqual([])
    expect(box.barAt('2024-01-04T14:31:00Z', '102 103 101 102')).toEqual(['filled a 10 @102'])
  })

  it('given before the opening takes that one, also where an hourly bar holds it', () => {
    const box = createSession('2024-01-03T13:00:00Z')
    box.submit('a', { ...MARKET, timeInForce: 'opg' })
    expect(box.barAt('2024-01-03T15:00:00Z', '102 103 101 102', '1h')).toEqual(['filled a 10 @102'])
  })

  it('ends where its limit is not met there, whatever comes later', () => {
    const box = createSession('2024-01-03T21:00:00Z')
    box.submit('a', { ...BUY, timeInForce: 'opg' })
    expect(box.barAt('2024-01-04T14:31:00Z', '91 92 89 90')).toEqual(['cancelled a 10'])
    box.submit('b', { ...BUY, timeInForce: 'opg' })
    expect(box.barAt('2024-01-05T14:31:00Z', '89 92 89 90')).toEqual(['filled b 10 @89'])
  })

  it('ends when nothing trades at the opening', () => {
    const box = createSession('2024-01-03T21:00:00Z')
    box.submit('a', { ...MARKET, timeInForce: 'opg' })
    expect(box.barAt('2024-01-04T14:31:00Z', '91 92 89 90', '1m', '0')).toEqual(['cancelled a 10'])
  })

  it('takes the open of the next daily bar', () => {
    const box = createSession('2024-01-03T21:00:00Z')
    box.barAt('2024-01-03T21:00:00Z', '100 100 100 100', '1d')
    box.submit('a', { ...MARKET, timeInForce: 'opg' })
    expect(box.barAt('2024-01-04T21:00:00Z', '101 103 100 102', '1d')).toEqual(['filled a 10 @101'])
  })

  it('is armed with its bracket for the bar that it opened', () => {
    const box = createSession('2024-01-03T21:00:00Z')
    box.submit('a', { ...LONG, timeInForce: 'opg' })
    expect(box.barAt('2024-01-04T14:31:00Z', '100 103 94 96').slice(0, 3)).toEqual([
      'filled a 100 @100',
      'accepted a.stop 100',
      'accepted a.target1 50',
    ])
    expect(box.view().positions.get('XYZ')).toBe(0)
  })
})

describe('an order for the close', () => {
  it('fills at the close of the bar that ends with the session, and of no other', () => {
    const box = createSession('2024-01-03T20:00:00Z')
    box.barAt('2024-01-03T20:01:00Z', '100 100 100 100')
    box.submit('a', { ...MARKET, timeInForce: 'cls' })
    expect(box.barAt('2024-01-03T20:02:00Z', '100 101 99 101')).toEqual([])
    expect(box.barAt('2024-01-03T21:00:00Z', '100 104 99 103')).toEqual(['filled a 10 @103'])
  })

  it('fills at the close of a daily bar', () => {
    const box = createSession('2024-01-03T21:00:00Z')
    box.barAt('2024-01-03T21:00:00Z', '100 100 100 100', '1d')
    box.submit('a', { ...MARKET, timeInForce: 'cls' })
    expect(box.barAt('2024-01-04T21:00:00Z', '100 104 99 103', '1d')).toEqual(['filled a 10 @103'])
  })

  it('ends where its limit is not met there', () => {
    const box = createSession('2024-01-03T20:00:00Z')
    box.barAt('2024-01-03T20:01:00Z', '100 100 100 100')
    box.submit('a', { ...BUY, timeInForce: 'cls' })
    expect(box.barAt('2024-01-03T21:00:00Z', '89 93 88 91')).toEqual(['cancelled a 10'])
    box.submit('b', { ...BUY, timeInForce: 'cls' })
    expect(box.barAt('2024-01-04T21:00:00Z', '95 96 88 89')).toEqual(['filled b 10 @89'])
  })

  it('ends unfilled when the bar of the close is missing', () => {
    const box = createSession('2024-01-03T20:00:00Z')
    box.barAt('2024-01-03T20:01:00Z', '100 100 100 100')
    box.submit('a', { ...MARKET, timeInForce: 'cls' })
    expect(box.barAt('2024-01-03T20:59:00Z', '100 100 100 100')).toEqual([])
    expect(box.barAt('2024-01-04T14:31:00Z', '89 93 88 91')).toEqual(['cancelled a 10'])
  })

  it('is too late for the stop of its own entry on that bar', () => {
    const box = createSession('2024-01-03T20:00:00Z')
    box.barAt('2024-01-03T20:01:00Z', '100 100 100 100')
    box.submit('a', { ...LONG, timeInForce: 'cls', targets: [] })
    const told = box.barAt('2024-01-03T21:00:00Z', '100 104 94 96')
    expect(told, 'the low lies before the close').toEqual(['filled a 100 @96', 'accepted a.stop 100'])
  })

  it.each(['stop', 'stop_limit', 'trailing_stop'] as const)('is never a %s', (type) => {
    const box = createSession('2024-01-03T20:00:00Z')
    for (const timeInForce of ['opg', 'cls'] as const) {
      const order: Order = { ...MARKET, type, stopPrice: '110', timeInForce }
      expect(box.submit(timeInForce, order)).toEqual([`rejected ${timeInForce} DATA_INVALID`])
    }
  })
})
