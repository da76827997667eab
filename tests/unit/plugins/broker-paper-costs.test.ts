import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Fill, Instrument, Order } from '#core/contract.ts'
import { formatCash, parsePrice, parseQuantity } from '#core/math.ts'
import { MINUTE, parseTime } from '#core/time.ts'
import broker from '#plugins/broker-paper/index.ts'
import { createBroker, EXIT, LONG } from './paper.ts'

const MARKET: Order = { symbol: 'XYZ', side: 'buy', type: 'market', quantity: '100' }
const LIMIT: Order = { ...MARKET, type: 'limit', limitPrice: '98' }
const XYZ: Instrument = {
  symbol: 'XYZ',
  kind: 'equity',
  venue: 'XNYS',
  tick: 1_000_000,
  lot: 100_000_000,
  multiplier: 1,
}

describe('fees', () => {
  const { fee } = broker.broker.simulate
  const feeOf = (config: object, quantity: string, price: string, changes: Partial<Instrument> = {}) =>
    formatCash(
      fee(v.parse(broker.config, config), { ...XYZ, ...changes }, parsePrice(price), parseQuantity(quantity)),
    )
  const coin = { kind: 'crypto', lot: 1 } as const

  it.each<[string, object, string, string, string, Partial<Instrument>?]>([
    ['lean: the minimum', {}, '1', '100', '1'],
    ['lean: at the minimum', {}, '200', '100', '1'],
    ['lean: half a cent a share', {}, '201', '100', '1.005'],
    ['lean: what its own regression run paid', {}, '688', '144.78173', '3.44'],
    ['lean: half a per cent of the value', {}, '10000', '0.5', '25'],
    ['lean: the minimum is not capped', {}, '10', '0.5', '1'],
    ['lean: no fee is no fee', { fees: { perUnit: '0', minimum: '0' } }, '10', '0.5', '0'],
    ['lean: crypto pays as a taker', { fees: { takerRate: 0.002 } }, '0.5', '20000', '20', coin],
    ['alpaca: shares', { feeModel: 'alpaca' }, '1000', '100', '0'],
    ['alpaca: crypto', { feeModel: 'alpaca' }, '0.5', '20000', '10', coin],
    ['percent: of shares', { feeModel: 'percent' }, '100', '100', '10'],
    ['percent: of crypto', { feeModel: 'percent', fees: { percentRate: 0.01 } }, '0.5', '20000', '100', coin],
    ['percent: rounded up', { feeModel: 'percent' }, '0.00000001', '20000', '0.000001', coin],
    ['percent: of nothing', { feeModel: 'percent', fees: { percentRate: 0 } }, '100', '100', '0'],
    ['none', { feeModel: 'none' }, '1000', '100', '0'],
  ])('%s', (_, config, quantity, price, expected, changes) => {
    expect(feeOf(config, quantity, price, changes)).toBe(expected)
  })

  it('of crypto are the maker’s where the order rested at its limit, else the taker’s', () => {
    const config = { fees: { makerRate: 0.001, takerRate: 0.002 } }
    const box = createBroker(config, { instruments: { XYZ: coin } })
    const fees = (order: Order, prices: string) => {
      box.submit(JSON.stringify([order, prices]), order)
      const drafts = box.barDrafts(prices, '1')
      return drafts.map(({ payload }) => [(payload as Fill).fee, (payload as Fill).liquidity])
    }
    expect(fees(LIMIT, '100 101 97 100')).toEqual([['9.8', 'maker']])
    expect(fees(LIMIT, '97 101 96 100'), 'better than its limit').toEqual([['19.4', 'taker']])
    expect(fees(MARKET, '98 101 97 100')).toEqual([['19.6', 'taker']])
    expect(fees({ ...LIMIT, timeInForce: 'ioc' }, '98 101 97 100'), 'did not rest').toEqual([
      ['19.6', 'taker'],
    ])
  })

  it('are the taker’s for what a stop sets off, and the maker’s for what then rests', () => {
    const box = createBroker({}, { instruments: { XYZ: coin } })
    const liquidity = (prices: string) =>
      box
        .barDrafts(prices, '1')
        .flatMap(({ payload, type }) => (type === 'order/filled' ? payload.liquidity : []))
    const stopLimit = { ...MARKET, type: 'stop_limit', stopPrice: '98' } as const
    box.submit('a', { ...stopLimit, limitPrice: '98' })
    expect(liquidity('97 99 97 99'), 'at its limit, as it is touched').toEqual(['taker'])
    box.submit('b', { ...stopLimit, limitPrice: '97' })
    expect(liquidity('97.5 99 97 99'), 'above its limit').toEqual([])
    expect(liquidity('98 99 97 98')).toEqual(['maker'])
  })

  it('are the taker’s for a limit that the last quote meets as it comes', () => {
    const box = createBroker(
      { fill: 'quote', fees: { makerRate: 0.001, takerRate: 0.002 } },
      { instruments: { XYZ: coin } },
    )
    box.seen.quotes.XYZ = { bid: parsePrice('97'), ask: parsePrice('98'), time: box.seen.now }
    const submitted = (orderId: string) =>
      ({ type: 'order/submitted', payload: { orderId, order: LIMIT, intent: 'open' } }) as const
    expect(box.drafts(submitted('a')).at(-1)?.payload).toMatchObject({
      price: '98',
      fee: '19.6',
      liquidity: 'taker',
    })
  })
})

describe('spread and slippage', () => {
  it('are paid by a market order, half the spread on each side, to the tick against us', () => {
    const box = createBroker({ spreadBps: 10, slippageBps: 5 })
    box.submit('e', MARKET)
    expect(box.bar('100.01 101 99 100')).toEqual(['filled e 100 @100.12'])
    box.submit('x', EXIT, 'exit')
    expect(box.bar('100.01 101 99 100')).toEqual(['filled x 100 @99.9'])
  })

  it('are paid by a stop, from its gap as well', () => {
    const box = createBroker({ slippageBps: 100 })
    box.submit('e', { ...LONG, targets: [] })
    expect(box.bar('100 101 99 100')[0]).toBe('filled e 100 @101')
    expect(box.bar('90 91 89 90')).toEqual(['filled e.stop 100 @89.1'])
  })

  it('never take a limit past its price', () => {
    const box = createBroker({ slippageBps: 100 })
    box.submit('a', LIMIT)
    expect(box.bar('100 101 97 100'), 'at the limit').toEqual(['filled a 100 @98'])
    box.submit('b', LIMIT)
    expect(box.bar('97.5 98 97 98'), 'capped').toEqual(['filled b 100 @98'])
    box.submit('c', LIMIT)
    expect(box.bar('90 91 89 90'), 'far below it').toEqual(['filled c 100 @90.9'])
    box.submit('d', { ...LIMIT, side: 'sell', limitPrice: '102' })
    expect(box.bar('102.5 103 102 103')).toEqual(['filled d 100 @102'])
  })

  it('know the spread from quotes: only slippage comes on top', () => {
    const box = createBroker({ spreadBps: 100, slippageBps: 10 })
    box.submit('e', MARKET)
    expect(box.quote('99', '101')).toEqual(['filled e 100 @101.11'])
  })

  it('never make a price of nothing', () => {
    const box = createBroker({ slippageBps: 1_000 })
    box.submit('e', { ...MARKET, side: 'sell' })
    expect(box.bar('0.01 0.01 0.01 0.01')).toEqual(['filled e 100 @0.01'])
  })
})

describe('latency', () => {
  const noon = parseTime('2024-01-03T17:00:00Z')
  const createLate = (config: object = {}) => createBroker({ latencyMs: 500, ...config }, { now: noon })
  const minute = (end: number) => ({ end, resolution: '1m' as const })

  it('lets pass the bar that had opened before the order arrived', () => {
    const box = createLate()
    box.submit('a', MARKET)
    expect(box.bar('100 101 99 100', '1000', minute(noon + MINUTE))).toEqual([])
    expect(box.bar('102 103 101 102', '1000', minute(noon + 2 * MINUTE))).toEqual(['filled a 100 @102'])
  })

  it('holds for limits and for orders that may not wait', () => {
    const box = createLate()
    box.submit('a', LIMIT)
    box.submit('b', { ...MARKET, timeInForce: 'ioc' })
    expect(box.bar('97 98 96 97', '1000', minute(noon + MINUTE))).toEqual([])
    expect(box.bar('96 98 95 97', '1000', minute(noon + 2 * MINUTE))).toEqual([
      'filled b 100 @96',
      'filled a 100 @96',
    ])
  })

  it('is over by the trade that comes as late, not before', () => {
    const box = createLate()
    box.submit('a', MARKET)
    expect(box.trade('100', '1', noon + 499)).toEqual([])
    expect(box.trade('101', '1', noon + 500)).toEqual(['filled a 100 @101'])
  })

  it('costs nothing overnight: a daily bar opens with its session', () => {
    const box = createBroker({ latencyMs: 500 }, { now: parseTime('2024-01-03T21:00:00Z') })
    box.submit('a', MARKET)
    const end = parseTime('2024-01-04T21:00:00Z')
    expect(box.bar('100 101 99 100', '1000', { end })).toEqual(['filled a 100 @100'])
  })

  it('keeps the quote model from filling at a price that is gone', () => {
    const box = createLate({ fill: 'quote' })
    expect(box.submit('a', MARKET)).toEqual(['accepted a 100'])
    expect(box.trade('101', '1', noon + 600)).toEqual(['filled a 100 @101'])
  })
})

describe('the quote model', () => {
  const config = { fill: 'quote' }

  it('after a daily bar waits for the next open: until then nothing trades', () => {
    const box = createBroker(config)
    box.bar('99 101 99 100')
    expect(box.submit('a', MARKET)).toEqual(['accepted a 100'])
    expect(box.bar('102 103 101 102')).toEqual(['filled a 100 @102'])
  })

  it('after an intraday bar fills at once at the last price', () => {
    const box = createBroker(config)
    box.bar('99 101 99 100', '1000', { resolution: '1h' })
    expect(box.submit('a', MARKET)).toEqual(['accepted a 100', 'filled a 100 @100'])
  })

  it('pays half the spread at the last price, and none where a quote has it', () => {
    const box = createBroker({ ...config, spreadBps: 20 })
    box.trade('100')
    expect(box.submit('a', MARKET)[1]).toBe('filled a 100 @100.1')
    box.seen.quotes.XYZ = { bid: parsePrice('99.9'), ask: parsePrice('100.3'), time: 0 }
    expect(box.submit('b', MARKET)[1]).toBe('filled b 100 @100.3')
  })
})

it('settings that make no sense are refused', () => {
  for (const settings of [
    { fill: 'close' },
    { volumeShare: 0 },
    { volumeShare: 1.1 },
    { spreadBps: -1 },
    { slippageBps: 1_001 },
    { latencyMs: 0.5 },
    { feeModel: 'free' },
    { fees: { makerRate: -0.1 } },
  ])
    expect(v.safeParse(broker.config, settings).success, JSON.stringify(settings)).toBe(false)
})
