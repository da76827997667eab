/** Every row that could fill an order asks about it first: trades, quotes, what a halt and a latency leave. */

import { describe, expect, it } from 'vitest'
import type { Bar, MarketRows, Order, Quote, Trade } from '#core/contract.ts'
import { restoreSnapshot, takeSnapshot } from '#core/cycle/snapshot.ts'
import { DAY, HOUR, MINUTE, parseTime } from '#core/time.ts'
import { FACT } from '#graveyard/facts.ts'
import { ONE, VOLUME } from '#tests/support/facts.ts'
import {
  barOf,
  createTestKernel,
  NOW,
  orderOf,
  quoteOf,
  type TestKernel,
  type TestKernelOptions,
} from '#tests/support/kernel.ts'

const CLOSE = parseTime('2015-01-05T21:00:00Z')

const bar = (price: number, end: number, changes: Partial<Bar> = {}): MarketRows => ({
  kind: 'bars',
  resolution: '1m',
  rows: [barOf(price, { end, ...changes })],
})
const quote = (bid: number, ask: number, time: number, changes: Partial<Quote> = {}): MarketRows => ({
  kind: 'quotes',
  rows: [quoteOf(bid, ask, { time, ...changes })],
})
const trade = (price: number, time: number, changes: Partial<Trade> = {}): MarketRows => ({
  kind: 'trades',
  rows: [
    { symbol: 'XYZ', time, price: Math.round(price * 100) * (ONE / 100), quantity: 100 * ONE, ...changes },
  ],
})

async function approved(
  order: Partial<Order> = {},
  options: TestKernelOptions = {},
  at = NOW,
): Promise<TestKernel> {
  const test = await createTestKernel(options)
  test.rows(bar(100, at))
  expect(test.request(orderOf(order)).type).toBe('decision/approved')
  return test
}

const paper = (settings: object): TestKernelOptions => ({ settings: { 'broker-paper': settings } })
const reviews = (test: TestKernel) => test.of('decision/reviewed').map(({ payload }) => payload.allowed)
const prices = (test: TestKernel) => test.of('order/filled').map(({ payload }) => payload.price)
const reasonOf = (test: TestKernel) => test.of('order/cancelled')[0]?.payload.reason
const deniedBy = (test: TestKernel) => {
  const { deniedBy = [], limitsDenied = [] } = test.of('decision/reviewed').at(-1)?.payload ?? {}
  return [...deniedBy, ...limitsDenied]
}

describe('the next trade or quote', () => {
  it('below the stop of the order takes it back', async () => {
    for (const rows of [trade(94, NOW + 1), quote(93.9, 94, NOW + 1)]) {
      const test = await approved()
      test.rows(rows)
      expect(reviews(test)).toEqual([false])
      expect(deniedBy(test)).toContain('require_stop_loss')
      expect(prices(test)).toEqual([])
      expect(test.kernel.state.waiting).toEqual([])
    }
  })

  it('is judged at the side that the order takes, however far the other one is', async () => {
    const test = await approved({ quantity: '100' })
    test.rows(quote(99, 101, NOW + 1))
    expect(deniedBy(test)).toContain('max_position_size')
    expect(prices(test)).toEqual([])
  })

  it('fills it when it passes, and leaves no mark of the look', async () => {
    const test = await approved({ targets: [{ price: '130', portion: '1' }] })
    const entry = test.kernel.book.index.get('XYZ')
    test.rows(quote(99, 103, NOW + 1))
    expect(reviews(test)).toEqual([true])
    expect(prices(test)).toEqual(['103'])
    expect(entry, 'too wide for a mark').toMatchObject({
      mark: 100 * ONE,
      markIsQuote: false,
      markIsBar: true,
    })
    expect(entry).toMatchObject({ ask: 103 * ONE, quoteTime: NOW + 1 })
  })

  it('asks nothing where nothing is on offer, was traded, or the auction has not come', async () => {
    const test = await approved()
    test.rows(quote(90, 94, NOW + 1, { askSize: 0 }))
    test.rows(trade(94, NOW + 2, { quantity: 0 }))
    expect([reviews(test), prices(test)]).toEqual([[], []])
    test.rows(trade(100.5, NOW + 3))
    expect([reviews(test), prices(test)]).toEqual([[true], ['100.5']])
    for (const timeInForce of ['opg', 'cls'] as const) {
      const later = await approved({ timeInForce })
      later.rows(trade(94, NOW + 1))
      expect(reviews(later), timeInForce).toEqual([])
      expect(later.kernel.state.waiting).toHaveLength(1)
    }
    const opening = await approved({ timeInForce: 'opg' })
    opening.rows(trade(94, CLOSE + DAY - 6.5 * HOUR))
    expect([reviews(opening), prices(opening)]).toEqual([[false], []])
  })
})

it('an order for the close is judged at the price of the close', async () => {
  const test = await approved({ timeInForce: 'cls' })
  test.rows(bar(94, CLOSE, { open: 100 * ONE }))
  expect([reviews(test), prices(test)]).toEqual([[false], []])
})

describe('while its venue has halted the symbol', () => {
  const halt = (test: TestKernel, halted: boolean) =>
    test.input('symbol/halted', { symbol: 'XYZ', halted, reason: 'news' })

  it('an order is neither judged nor filled, and then judged at what it resumes at', async () => {
    const test = await approved()
    halt(test, true)
    test.rows(bar(94, NOW + MINUTE))
    test.rows(trade(94, NOW + MINUTE + 1))
    expect([reviews(test), prices(test)]).toEqual([[], []])
    halt(test, false)
    test.rows(bar(101, NOW + 3 * MINUTE))
    expect([reviews(test), prices(test)]).toEqual([[true], ['101']])
  })

  it('and taken back where it resumes too far away, also after a restart in between', async () => {
    const test = await approved()
    halt(test, true)
    const next = await createTestKernel()
    restoreSnapshot(next.kernel, takeSnapshot(test.kernel))
    next.rows(bar(101, NOW + MINUTE))
    halt(next, false)
    expect(reviews(next)).toEqual([])
    next.rows(bar(94, NOW + 2 * MINUTE))
    expect([reviews(next), prices(next)]).toEqual([[false], []])
  })

  it('another symbol goes on', async () => {
    const test = await approved()
    test.input('symbol/halted', { symbol: 'ABC', halted: true, reason: 'news' })
    test.rows(bar(101, NOW + MINUTE))
    expect(reviews(test)).toEqual([true])
  })
})

describe('an order that takes a minute and a half to arrive', () => {
  const slow = paper({ latencyMs: 90_000 })

  it('is asked about at the row that fills it, and not only at the first one', async () => {
    const test = await approved({}, slow)
    test.rows(bar(100.1, NOW + MINUTE))
    test.rows(bar(100.2, NOW + 2 * MINUTE))
    expect(prices(test)).toEqual([])
    test.rows(bar(100.3, NOW + 3 * MINUTE))
    expect([reviews(test), prices(test)]).toEqual([[true, true, true], ['100.3']])
    expect(test.kernel.state.waiting).toEqual([])
  })

  it('is taken back when that row opens beyond its stop', async () => {
    const test = await approved({}, slow)
    test.rows(bar(100, NOW + MINUTE))
    test.rows(bar(100, NOW + 2 * MINUTE))
    test.rows(bar(94, NOW + 3 * MINUTE))
    expect([reviews(test), prices(test)]).toEqual([[true, true, false], []])
    expect(reasonOf(test)).toBeDefined()
  })
})

describe('of an order that fills in parts', () => {
  /** 20 units a bar. */
  const thin = paper({ volumeShare: 0.002 })
  const quantityOf = (facts: string) => Number(facts.split(',')[FACT.quantity])

  it('the rest is judged as what it is, before each part', async () => {
    const test = await approved({}, thin)
    for (const minute of [1, 2, 3, 4]) test.rows(bar(100, NOW + minute * MINUTE))
    expect(test.of('order/filled').map(({ payload }) => payload.quantity)).toEqual(['20', '20', '10'])
    const looks = test.of('decision/reviewed')
    expect(looks.map(({ payload }) => payload.allowed)).toEqual([true, true, true])
    expect(looks.map(({ payload }) => quantityOf(payload.facts))).toEqual([50 * ONE, 30 * ONE, 10 * ONE])
    expect(test.kernel.state.waiting).toEqual([])
  })

  it.each([
    [
      'the symbol was put on the list',
      NOW,
      (test: TestKernel) =>
        test.input('restriction/requested', {
          symbol: 'XYZ',
          restricted: true,
          principal: 'anna',
          reason: 'a test',
        }),
      'no_insider_trading',
    ],
    ['the session has closed', CLOSE - MINUTE, () => undefined, 'session_hours'],
    [
      'its strategy was paused',
      NOW,
      (test: TestKernel) =>
        test.input('pause/requested', {
          key: 'strategy:hand',
          paused: true,
          principal: 'anna',
          reason: 'a test',
        }),
      'preserve_user_autonomy',
    ],
  ])('it does not fill once %s', async (_, at, happen, rule) => {
    const test = await approved({}, thin, at)
    test.rows(bar(100, at + MINUTE))
    expect(test.of('order/filled')).toHaveLength(1)
    happen(test)
    test.rows(bar(100, at + 2 * MINUTE))
    expect(test.of('order/filled')).toHaveLength(1)
    expect(deniedBy(test)).toEqual([rule])
    expect(test.of('order/cancelled')[0]?.payload).toMatchObject({ remaining: '30' })
  })

  it('it does not fill while the symbol is halted or once the box is', async () => {
    for (const mode of ['halted', 'reducing'] as const) {
      const test = await approved({}, thin)
      test.rows(bar(100, NOW + MINUTE))
      test.input('mode/requested', { mode, principal: 'anna', reason: 'a test' }, 'anna')
      test.rows(bar(100, NOW + 2 * MINUTE))
      expect(test.of('order/filled'), mode).toHaveLength(1)
      expect(test.kernel.state.waiting).toEqual([])
    }
  })

  it('nothing is asked twice that a gate which only observes has denied', async () => {
    const test = await approved({}, { ...thin, observe: true })
    test.rows(bar(100, NOW + MINUTE))
    const word = { principal: 'anna', reason: 'a test' }
    test.input('restriction/requested', { symbol: 'XYZ', restricted: true, ...word })
    for (const minute of [2, 3]) test.rows(bar(100, NOW + minute * MINUTE))
    expect(reviews(test)).toEqual([true, false])
    expect(test.of('order/filled')).toHaveLength(3)
  })
})

it('on paper a row that comes too late is too old to fill on', async () => {
  const test = await createTestKernel({ kind: 'paper' })
  const tick = (time: number) => test.input('clock/ticked', {}, 'core', time)
  tick(NOW)
  test.rows(bar(100, NOW))
  expect(test.request(orderOf()).type).toBe('decision/approved')
  tick(NOW + 20 * MINUTE)
  test.rows(bar(100, NOW + 2 * MINUTE, { volume: 10 * VOLUME }))
  expect(deniedBy(test)).toContain('validate_data_sources')
  expect(prices(test)).toEqual([])
})

it('a split leaves no false move in what the last minutes have shown', async () => {
  const test = await createTestKernel()
  for (const minute of [0, 1, 2]) test.rows(bar(100, NOW + minute * MINUTE))
  const entry = test.kernel.book.index.get('XYZ')
  const { volumeToday = 0 } = entry ?? {}
  test.input('split/applied', {
    symbol: 'XYZ',
    numerator: 4,
    denominator: 1,
    principal: 'feed',
    reason: 'a split',
  })
  expect(entry?.window.fivePrice).toBe(25 * ONE)
  expect(entry?.volumeToday).toBe(4 * volumeToday)
})
