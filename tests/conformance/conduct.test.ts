/** Rules over time, on kernels with a market: what the gate counts, and what the kernel looks at by itself. */

import { describe, expect, it } from 'vitest'
import type { Order } from '#core/contract.ts'
import { modeOf } from '#core/gate/mode.ts'
import { parseTime } from '#core/time.ts'
import { VOLUME } from '#tests/support/facts.ts'
import { createTestKernel, NOW, orderOf, type TestKernel, XYZ } from '#tests/support/kernel.ts'

const ONE = 100_000_000
const BY = { principal: 'anna', reason: 'a test' } as const

async function market(): Promise<TestKernel> {
  const test = await createTestKernel()
  test.bar(100)
  return test
}

const deniedBy = (test: TestKernel, order: Order = orderOf()) => test.request(order).payload.deniedBy
const rest = (side: 'buy' | 'sell', price: string, quantity = '1') =>
  orderOf({ side, type: 'limit', limitPrice: price, quantity, ...bracket(side, Number(price)) })
const bracket = (side: 'buy' | 'sell', price: number) => {
  const s = side === 'buy' ? 1 : -1
  return {
    stopLoss: { price: String(price - s * 2) },
    targets: [{ price: String(price + s * 4), portion: '1' }],
  }
}

describe('layering', () => {
  /** Eight sells that came and went unfilled, then three levels of them. */
  async function layered(kept = 0): Promise<TestKernel> {
    const test = await market()
    for (let count = 0; count < 8; count++) {
      // Two a minute, so that no other rule has anything to say.
      if (count % 2 === 0) for (let bar = 0; bar < 1; bar++) test.bar(100)
      const { decisionId } = test.request({ ...rest('sell', '103'), strategy: `s${count}` }).payload
      if (count >= kept) test.input('order/cancel_requested', { orderId: decisionId, ...BY }, 'anna')
    }
    for (const [index, price] of ['104', '104.5', '105'].entries())
      test.request({ ...rest('sell', price, '4'), strategy: `l${index}` })
    return test
  }

  it('is seen in three levels over a trail of cancelled orders, and its remedy is to take them away', async () => {
    const test = await layered()
    expect(test.kernel.book.index.get('XYZ')?.open).toHaveLength(3)
    const buy = rest('buy', '99', '5')
    expect(deniedBy(test, buy)).toEqual(['no_market_manipulation'])
    const cancelFirst = test.kernel.book.index.get('XYZ')?.open.map(({ orderId }) => orderId) ?? []
    expect(deniedBy(test, { ...buy, cancelFirst })).toEqual([])
  })

  it('is not seen when the levels are small beside the order', async () => {
    expect(deniedBy(await layered(), rest('buy', '99', '7'))).toEqual([])
  })

  it('forbids another level after two episodes', async () => {
    const test = await layered()
    deniedBy(test, rest('buy', '99', '5'))
    expect(deniedBy(test, { ...rest('sell', '105.5'), strategy: 'm' })).toEqual([])
    deniedBy(test, rest('buy', '98.9', '5'))
    expect(deniedBy(test, { ...rest('sell', '106'), strategy: 'n' })).toEqual(['no_market_manipulation'])
  })
})

describe('the closing price', () => {
  const atClose = async (volume: number) => {
    const test = await createTestKernel({ instruments: [{ ...XYZ, adv20: 39_000 * VOLUME }] })
    const end = parseTime('2015-01-05T20:55:00Z')
    test.bar(100, { end, volume: volume * VOLUME })
    return test
  }

  it('is not made with more than a tenth of the window’s volume', async () => {
    // A 39th of the average day is 1,000: 90 pass and 101 do not.
    expect(deniedBy(await atClose(100), rest('buy', '99.99', '90'))).toEqual([])
    expect(deniedBy(await atClose(100), rest('buy', '99', '101'))).toContain('no_market_manipulation')
    expect(deniedBy(await atClose(2_000), rest('buy', '99', '101'))).toEqual(['max_position_size'])
  })

  it('is nobody’s concern an hour earlier', async () => {
    const test = await createTestKernel({ instruments: [{ ...XYZ, adv20: 39_000 * VOLUME }] })
    test.bar(100, { end: parseTime('2015-01-05T19:55:00Z') })
    expect(deniedBy(test, rest('buy', '99', '101'))).toEqual(['max_position_size'])
  })
})

describe('ignition', () => {
  /** Three buys that take most of a thin market while it rises. */
  async function ignited(volume: number): Promise<TestKernel> {
    const test = await createTestKernel()
    for (let bar = 0; bar < 6; bar++) test.bar(100, { volume: volume * VOLUME })
    for (const [index, price] of [100.5, 101, 101.5].entries()) {
      const limitless = { quantity: '8', strategy: `s${index}`, stopLoss: { price: '97' } }
      const cancelFirst = test.kernel.book.index.get('XYZ')?.open.map(({ orderId }) => orderId) ?? []
      test.request(orderOf({ ...limitless, cancelFirst, targets: [{ price: '112', portion: '1' }] }))
      test.bar(price, { open: 100 * ONE, low: 100 * ONE, high: price * ONE, volume: volume * VOLUME })
    }
    return test
  }
  const more = (test: TestKernel) => {
    const cancelFirst = test.kernel.book.index.get('XYZ')?.open.map(({ orderId }) => orderId) ?? []
    return deniedBy(
      test,
      orderOf({
        quantity: '8',
        cancelFirst,
        stopLoss: { price: '97' },
        targets: [{ price: '112', portion: '1' }],
      }),
    )
  }

  it('is fed no further by who lit it', async () => {
    const test = await ignited(10)
    expect(test.of('order/filled').length).toBeGreaterThanOrEqual(3)
    expect(more(test)).toContain('no_market_manipulation')
  })

  it('is not seen in a market that is large beside us', async () => {
    expect(more(await ignited(10_000))).not.toContain('no_market_manipulation')
  })
})

describe('a strategy that repeats itself', () => {
  it('is latched by its sixth order in a minute, and stays so until a person re-arms it', async () => {
    const test = await market()
    const order = (quantity: number) => orderOf({ quantity: String(quantity) })
    for (let count = 1; count <= 5; count++) expect(deniedBy(test, order(count))).toEqual([])
    expect(deniedBy(test, order(6))).toEqual(['prevent_infinite_loops'])
    for (let bar = 0; bar < 3; bar++) test.bar(100)
    const cancelFirst = test.kernel.book.index.get('XYZ')?.open.map(({ orderId }) => orderId) ?? []
    expect(deniedBy(test, { ...order(7), cancelFirst })).toEqual(['prevent_infinite_loops'])
    test.input('latch/rearmed', { key: 'hand|XYZ|buy', ...BY })
    expect(deniedBy(test, { ...order(7), cancelFirst })).toEqual([])
  })
})

describe('a publication', () => {
  it('keeps ARK out of the symbol for half an hour, exits too', async () => {
    const test = await market()
    test.request(orderOf())
    test.bar(100)
    test.input('publication/made', { symbol: 'XYZ', channel: 'blog', principal: 'anna' })
    const exit = orderOf({ side: 'sell', quantity: '10', cancelFirst: ['test-1-1.target1'] })
    expect(deniedBy(test, exit)).toEqual(['no_pump_and_dump'])
    test.bar(100, { end: test.kernel.context.now + 30 * 60_000 })
    expect(deniedBy(test, exit)).toEqual(['no_pump_and_dump'])
    test.bar(100)
    expect(deniedBy(test, exit)).toEqual([])
  })
})

describe('a client’s order', () => {
  it('goes first at every price that would fill it, until it ends or expires', async () => {
    const test = await market()
    const client = {
      clientOrderId: 'c1',
      symbol: 'XYZ',
      side: 'buy',
      quantity: '10',
      principal: 'anna',
    } as const
    test.input('client_order/registered', { ...client, limitPrice: '100' })
    expect(deniedBy(test)).toEqual(['no_front_running'])
    expect(deniedBy(test, rest('buy', '99.5'))).toEqual(['no_front_running'])
    expect(deniedBy(test, rest('sell', '101'))).toEqual([])
    test.input('client_order/ended', { clientOrderId: 'c1', ...BY })
    test.input('client_order/registered', { ...client, limitPrice: '98' })
    expect(deniedBy(test, rest('buy', '99.6'))).toEqual([])
  })
})

describe('the account as it drifts', () => {
  it('reduces when the day has lost 5 % for two marks, and opens with the next session', async () => {
    const test = await market()
    test.request(
      orderOf({ quantity: '99', stopLoss: { price: '81' }, targets: [{ price: '140', portion: '1' }] }),
    )
    test.bar(100)
    Object.assign(test.kernel.book.state, { cash: test.kernel.book.state.cash - 4_500_000_000 })
    test.bar(94)
    expect(modeOf(test.kernel.context.mode)).toBe('active')
    test.bar(94)
    expect(test.of('account/strained').map(({ payload }) => payload.cause)).toEqual(['day_loss'])
    expect(modeOf(test.kernel.context.mode)).toBe('reducing')
    test.bar(94, { end: parseTime('2015-01-06T15:00:00Z') })
    expect(modeOf(test.kernel.context.mode)).toBe('active')
  })

  it('reduces while its leverage is above 2, and recovers by itself', async () => {
    const test = await market()
    test.request(orderOf())
    test.bar(100)
    const { state } = test.kernel.book
    const cash = state.cash
    state.cash = -2_600_000_000
    test.bar(100)
    expect(modeOf(test.kernel.context.mode)).toBe('reducing')
    expect(test.kernel.context.mode.causes.leverage).toBeDefined()
    state.cash = cash
    test.bar(100)
    expect(test.of('account/eased').map(({ payload }) => payload.cause)).toContain('leverage')
    expect(test.kernel.context.mode.causes.leverage).toBeUndefined()
  })

  it('does not take a deposit for a gain', async () => {
    const test = await market()
    Object.assign(test.kernel.book.state, { cash: test.kernel.book.state.cash - 5_000_000_000 })
    test.input('cash/moved', { amount: '5000', ...BY })
    expect(deniedBy(test)).toEqual(['max_daily_loss'])
  })
})

describe('a position without its stop', () => {
  it('reduces the box and gets an emergency stop after 5 s of open market', async () => {
    const test = await createTestKernel({ kind: 'paper' })
    test.input('clock/ticked', {}, 'core', NOW)
    test.bar(100)
    test.request(orderOf())
    test.bar(100)
    test.input('order/cancel_requested', { orderId: 'test-1-1.stop', ...BY }, 'anna')
    const bare = test.kernel.context.now
    test.input('clock/ticked', {}, 'core', bare + 1_000)
    test.input('clock/ticked', {}, 'core', bare + 6_000)
    expect(test.of('position/uncovered')).toEqual([])
    test.input('clock/ticked', {}, 'core', bare + 6_001)
    expect(test.of('position/uncovered').map(({ payload }) => payload)).toEqual([
      { symbol: 'XYZ', quantity: '50' },
    ])
    const stop = test.of('order/accepted').at(-1)?.payload
    expect(stop).toMatchObject({ type: 'stop', role: 'stop', side: 'sell', quantity: '50', stopPrice: '95' })
    test.input('clock/ticked', {}, 'core', bare + 7_000)
    expect(test.of('position/covered')).toHaveLength(1)
    expect(modeOf(test.kernel.context.mode)).toBe('active')
  })

  it('is not hurried over a closed market', async () => {
    const test = await createTestKernel({ kind: 'paper' })
    test.input('clock/ticked', {}, 'core', NOW)
    test.bar(100)
    test.request(orderOf())
    test.bar(100)
    test.input('clock/ticked', {}, 'core', parseTime('2015-01-05T21:00:00Z'))
    test.input('order/cancel_requested', { orderId: 'test-1-1.stop', ...BY }, 'anna')
    test.input('clock/ticked', {}, 'core', parseTime('2015-01-05T21:00:01Z'))
    test.input('clock/ticked', {}, 'core', parseTime('2015-01-06T14:30:04Z'))
    expect(test.of('position/uncovered')).toEqual([])
    test.input('clock/ticked', {}, 'core', parseTime('2015-01-06T14:30:06Z'))
    expect(test.of('position/uncovered')).toHaveLength(1)
  })
})

describe('a split', () => {
  it('changes neither equity nor what a position is worth, and confirms the move', async () => {
    const test = await market()
    test.request(orderOf())
    test.bar(100)
    const before = test.kernel.world.equity()
    test.input('split/applied', { symbol: 'XYZ', numerator: 2, denominator: 1, ...BY })
    expect(test.kernel.world.equity()).toBe(before)
    expect(test.kernel.world.position('XYZ')).toBe(100 * ONE)
    expect(test.kernel.world.mark('XYZ')).toBe(50 * ONE)
  })
})
