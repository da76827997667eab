/** Ways that money could have been lost, or a rule slipped past, each found once by a reader of this code. */

import { describe, expect, it } from 'vitest'
import type { ArkEvent, Plugin } from '#core/contract.ts'
import { parseCash } from '#core/math.ts'
import { AGENTS } from '#tests/support/ark.ts'
import { agentOf, createTestKernel, NOW, orderOf } from '#tests/support/kernel.ts'

const ONE = 100_000_000
const quoteAt = (price: number, time: number) => ({
  kind: 'quotes' as const,
  rows: [
    {
      symbol: 'XYZ',
      time,
      bid: (price - 0.01) * ONE,
      ask: (price + 0.01) * ONE,
      bidSize: ONE,
      askSize: ONE,
    },
  ],
})

describe('a source that nobody registered', () => {
  it('fills no order and moves no mark', async () => {
    const test = await createTestKernel()
    test.bar(100)
    test.request(orderOf())
    test.bar(100)
    const { book } = test.kernel
    expect(book.index.get('XYZ')?.position).toBe(50 * ONE)
    const cash = book.state.cash
    test.rows(quoteAt(40, NOW + 600_000), 'rogue')
    expect(book.index.get('XYZ')).toMatchObject({ position: 50 * ONE, mark: 100 * ONE })
    expect(book.state.cash).toBe(cash)
  })

  it('makes no symbol, though the agents may read its rows', async () => {
    const test = await createTestKernel()
    const kyle = test.kernel.slots.byName.get('kyle')
    const before = kyle?.handled ?? 0
    const row = { symbol: 'NEW', time: NOW, bid: ONE, ask: ONE, bidSize: ONE, askSize: ONE }
    test.rows({ kind: 'quotes', rows: [row] }, 'rogue')
    expect(kyle?.handled).toBe(before + 1)
    expect(test.kernel.book.index.has('NEW')).toBe(false)
  })

  it('turns no day', async () => {
    const test = await createTestKernel()
    test.bar(100)
    const { dayEnd, dayStartEquity } = test.kernel.book.state
    test.rows(quoteAt(100, NOW + 3 * 86_400_000), 'rogue')
    expect(test.kernel.book.state).toMatchObject({ dayEnd, dayStartEquity })
  })
})

describe('the account’s day in a paper run', () => {
  it('turns by the clock, not by the time that a row claims', async () => {
    const test = await createTestKernel({ kind: 'paper' })
    test.input('clock/ticked', {}, 'core', NOW)
    test.rows(quoteAt(100, NOW))
    const { dayEnd } = test.kernel.book.state
    test.input('clock/ticked', {}, 'core', NOW + 86_400_000)
    test.rows(quoteAt(100, NOW + 1_000))
    expect(test.kernel.book.state.dayEnd).toBeGreaterThan(dayEnd)
  })
})

describe('one wild print', () => {
  it('moves neither equity nor the daily loss until a second one confirms it', async () => {
    const test = await createTestKernel()
    test.bar(100)
    test.request(orderOf({ stopLoss: { price: '85' }, targets: [{ price: '160', portion: '1' }] }))
    test.bar(100)
    const equity = () => test.kernel.world.equity()
    const before = equity()
    test.bar(88)
    expect(equity()).toBe(before)
    test.bar(88)
    expect(equity()).toBe(before - parseCash('600'))
  })
})

describe('an agent that answers a person’s request', () => {
  it('is judged as an agent, so a halted box refuses its exit', async () => {
    const answering = agentOf({
      name: 'answering',
      consumes: ['order/requested'],
      emits: ['pattern/recognised'],
      reduce: (_state: unknown, event: ArkEvent) =>
        event.type !== 'order/requested' || event.payload.order.symbol !== 'ABC'
          ? []
          : [
              {
                type: 'pattern/recognised',
                payload: {
                  symbol: 'XYZ',
                  direction: 'long',
                  pattern: 'flutter',
                  confidence: 0.9,
                  price: '100',
                  action: 'exit',
                  evidence: {},
                },
              },
            ],
    })
    const test = await createTestKernel({ plugins: [answering, ...AGENTS] as readonly Plugin[] })
    test.bar(100)
    test.request(orderOf())
    test.bar(100)
    test.input('mode/requested', { mode: 'halted', principal: 'anna', reason: 'a test' })
    test.input(
      'order/requested',
      { order: orderOf({ symbol: 'ABC' }), principal: 'anna', reason: 'r' },
      'anna',
    )
    const exits = test.of('decision/denied').filter(({ payload }) => payload.order.symbol === 'XYZ')
    expect(exits.map(({ payload }) => payload.deniedBy)).toEqual([
      expect.arrayContaining(['emergency_halt_enabled']),
    ])
    expect(test.kernel.book.index.get('XYZ')?.position).toBe(50 * ONE)
  })
})

describe('a resting order above the mark', () => {
  it('is priced at what it may cost when the next one is judged', async () => {
    const test = await createTestKernel()
    test.bar(100)
    const resting = orderOf({
      type: 'stop',
      stopPrice: '120',
      quantity: '80',
      stopLoss: { price: '110' },
      targets: [{ price: '160', portion: '1' }],
    })
    expect(test.request(resting).type).toBe('decision/approved')
    const second = test.request(orderOf({ quantity: '18' }))
    expect(second.payload.deniedBy).toEqual(['max_position_size'])
  })
})

describe('a plugin’s own signal', () => {
  it('needs a registered source like any other, and is not taken for a person’s', async () => {
    const test = await createTestKernel()
    test.bar(100)
    const signal = { symbol: 'XYZ', direction: 'long' }
    test.input('signal/received', signal, 'diary')
    test.input('signal/received', signal, 'aletheia')
    test.input('signal/received', signal, 'anna')
    const refused = test
      .of('decision/denied')
      .map(({ payload }) => payload.deniedBy.includes('no_insider_trading'))
    expect(refused).toEqual([true, true, false])
  })
})
