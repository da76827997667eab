/** No order meets a price from before it was sent, whatever rows of one symbol overlap. */

import { describe, expect, it } from 'vitest'
import type { RunKind } from '#core/contract.ts'
import { parsePrice } from '#core/math.ts'
import { DAY, HOUR, MINUTE, parseTime } from '#core/time.ts'
import { createBroker, EXIT, LONG } from './paper.ts'

/** A Monday; the session runs from 14:30 to 21:00. */
const TEN = parseTime('2015-01-05T15:00:00Z')
const CLOSE = parseTime('2015-01-05T21:00:00Z')
const TOMORROW = parseTime('2015-01-06T21:00:00Z')
const BUY = { ...EXIT, side: 'buy' } as const
const minute = (end: number) => ({ end, resolution: '1m' }) as const

function box(runKind: RunKind = 'backtest', now = TEN) {
  return createBroker({}, { now, runKind })
}

describe('an order sent at ten', () => {
  it.each(['backtest', 'paper'] as const)(
    'is not filled by the open of a day that began before, %s',
    (kind) => {
      const test = box(kind)
      test.bar('100 100 100 100', '10', minute(TEN))
      test.submit('e', BUY)
      expect(test.bar('90 110 90 110', '1000', { end: CLOSE })).toEqual([])
      expect(test.bar('111 111 111 111', '10', { end: TOMORROW })).toEqual(['filled e 100 @111'])
    },
  )

  it('has its limit touched by no low that may lie before', () => {
    const test = box()
    test.submit('e', { ...BUY, type: 'limit', limitPrice: '95' })
    expect(test.bar('100 101 90 100', '10', { end: TEN + HOUR / 2, resolution: '1h' })).toEqual([])
    expect(test.bar('96 96 94 95', '10', { end: TEN + 2 * HOUR, resolution: '1h' })).toEqual([
      'filled e 100 @95',
    ])
  })

  it('fills at the very next bar that begins then', () => {
    const test = box()
    test.submit('e', BUY)
    expect(test.bar('101 101 101 101', '10', minute(TEN + MINUTE))).toEqual(['filled e 100 @101'])
  })

  it('and on paper the clock may be a little ahead of the rows', () => {
    const test = box('paper')
    test.bar('100 100 100 100', '10', minute(TEN))
    test.seen.now = TEN + 3_000
    test.submit('e', BUY)
    expect(test.bar('101 101 101 101', '10', minute(TEN + MINUTE))).toEqual(['filled e 100 @101'])
  })
})

it('the bar of a short week begins where the one before it ended, and fills what was sent then', () => {
  const test = box('backtest', CLOSE - 7 * DAY)
  test.bar('100 100 100 100', '10', { end: CLOSE, resolution: '7d' })
  test.submit('e', BUY)
  expect(test.bar('101 101 101 101', '10', { end: CLOSE + 6 * DAY, resolution: '7d' })).toEqual([
    'filled e 100 @101',
  ])
})

describe('after the close', () => {
  it.each(['gtc', 'day', 'cls', 'opg'] as const)(
    'what is sent is not for the day that has ended, %s',
    (timeInForce) => {
      const test = box('backtest', CLOSE)
      test.submit('e', { ...BUY, timeInForce })
      expect(test.bar('90 110 90 105', '1000', { end: CLOSE })).toEqual([])
      const price = timeInForce === 'cls' ? '112' : '111'
      expect(test.bar('111 112 111 112', '10', { end: TOMORROW })).toEqual([`filled e 100 @${price}`])
    },
  )
})

it('the quote model fills at the last price where the last quote is long gone', () => {
  const test = createBroker({ fill: 'quote' }, { now: TEN })
  const quote = { bid: parsePrice('99'), ask: parsePrice('100'), time: TEN }
  test.seen.quotes = { XYZ: quote }
  test.quote('99', '100')
  test.seen.marks = { XYZ: parsePrice('110') }
  test.trade('110', '1', TEN + 10_000)
  expect(test.submit('a', BUY)).toContain('filled a 100 @100')
  test.trade('110', '1', TEN + HOUR)
  expect(test.submit('b', BUY)).toContain('filled b 100 @110')
})

describe('the quote model beside bars', () => {
  const quoted = (time: number) => {
    const test = createBroker({ fill: 'quote' }, { now: TEN })
    test.seen.quotes = { XYZ: { bid: parsePrice('99'), ask: parsePrice('100.1'), time } }
    test.seen.marks = { XYZ: parsePrice('100') }
    return test
  }

  it('fills at the quote from within the last bar, and at its close where the quote is older', () => {
    for (const [age, price] of [
      [0, '100.1'],
      [MINUTE, '100.1'],
      [MINUTE + 1, '100'],
    ] as const) {
      const test = quoted(TEN + MINUTE - age)
      test.bar('100 100 100 100', '10', minute(TEN + MINUTE))
      expect(test.submit('a', BUY), String(age)).toContain(`filled a 100 @${price}`)
    }
  })

  it('fills at the price of a trade that came long after the quote', () => {
    const test = quoted(TEN + MINUTE / 2)
    test.bar('100 100 100 100', '10', minute(TEN + MINUTE))
    test.trade('100', '1', TEN + MINUTE + 1)
    expect(test.submit('a', BUY)).toContain('filled a 100 @100')
  })

  it('lets a quote be 15 seconds old beside shorter bars, as beside trades', () => {
    for (const [age, price] of [
      [15_000, '100.1'],
      [15_001, '100'],
    ] as const) {
      const test = quoted(TEN + 20_000 - age)
      test.bar('100 100 100 100', '10', { end: TEN + 20_000, resolution: '1s' })
      expect(test.submit('a', BUY), String(age)).toContain(`filled a 100 @${price}`)
    }
  })
})

describe('a stop and targets', () => {
  it('are not touched by what lay before their entry', () => {
    const test = box()
    test.submit('e', LONG)
    test.bar('100 101 99 100', '10', minute(TEN + MINUTE))
    expect(test.bar('100 120 80 100', '1000', { end: CLOSE })).toEqual([])
    expect(test.bar('94 94 94 94', '10', { end: TOMORROW })[0]).toBe('filled e.stop 100 @94')
  })

  it('are not touched by the bar that sums up the quote which filled the entry', () => {
    const test = box()
    test.submit('e', LONG)
    test.seen.now = TEN + MINUTE
    expect(test.quote('99.99', '100')[0]).toBe('filled e 100 @100')
    expect(test.bar('90 100 90 100', '10', minute(TEN + MINUTE))).toEqual([])
    expect(test.bar('96 96 94 94', '10', minute(TEN + 2 * MINUTE))[0]).toBe('filled e.stop 100 @95')
  })
})
