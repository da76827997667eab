/** What a run that only observes may not do silently, and what other symbols bind of an account. */

import { describe, expect, it } from 'vitest'
import { equityOf } from '#core/book/book.ts'
import type { Bar, Order } from '#core/contract.ts'
import { isOver } from '#core/cycle/market-rows.ts'
import { MINUTE } from '#core/time.ts'
import { accountFindings } from '#runtimes/backtest/account.ts'
import { ONE } from '#tests/support/facts.ts'
import { barOf, createTestKernel, NOW, orderOf, type TestKernel, XYZ } from '#tests/support/kernel.ts'

const ABC = { ...XYZ, symbol: 'ABC' }
const OPTIONS = { instruments: [XYZ, ABC], observe: true }

function buying(quantity: string, symbol = 'XYZ'): Order {
  return { symbol, side: 'buy', type: 'market', quantity, strategy: symbol }
}

/** One minute of both symbols: XYZ at the price given, ABC at 100. */
function minute(at: number, xyz: number): readonly Bar[] {
  const end = NOW + at * MINUTE
  const bar = (symbol: string, price: number) => barOf(price, { symbol, end, open: price * ONE })
  return [bar('XYZ', xyz), bar('ABC', 100)]
}

function show(test: TestKernel, bars: readonly Bar[]): void {
  test.rows({ kind: 'bars', resolution: '1m', rows: bars })
}

async function holding(quantity: string): Promise<TestKernel> {
  const test = await createTestKernel(OPTIONS)
  show(test, minute(0, 100))
  test.request(buying(quantity))
  show(test, minute(1, 100))
  return test
}

describe('an account that is wiped out', () => {
  /** 3,000 at 100 on 100,000: at 66 nothing is left, and what comes later would bring it back. */
  const DAYS = [...minute(2, 92), ...minute(3, 84), ...minute(4, 76), ...minute(5, 69), ...minute(6, 63)]
  const AFTER = [...minute(7, 69), ...minute(8, 76), ...minute(9, 84)]

  it.each([1, 3, 100])('meets no later instant, in inputs of %i rows', async (size) => {
    const test = await holding('3000')
    const rows = [...DAYS, ...AFTER]
    for (let at = 0; at < rows.length; at += size) show(test, rows.slice(at, at + size))
    expect(equityOf(test.kernel.book)).toBeLessThan(0)
    expect(test.kernel.book.index.get('ABC')?.markTime, 'the instant is whole').toBe(NOW + 6 * MINUTE)
    expect(test.kernel.context.now).toBe(NOW + 6 * MINUTE)
    expect(test.kernel.state.performance.rows).toBe(14)
    expect(isOver(test.kernel, NOW + 7 * MINUTE)).toBe(true)
    expect(isOver(test.kernel, NOW + 6 * MINUTE)).toBe(false)
    expect(accountFindings(test.kernel)[0]).toBe('the account was wiped out on 2015-01-05')
  })

  it('is one that traded: an account without a deposit waits for it', async () => {
    const test = await createTestKernel({ ...OPTIONS, openingCash: 0 })
    show(test, minute(0, 100))
    show(test, minute(1, 100))
    expect(test.kernel.state.performance.rows).toBe(4)
    expect(accountFindings(test.kernel)).toEqual([])
  })

  it('goes on in a paper run, where the market does not end', async () => {
    const test = await createTestKernel({ kind: 'paper' })
    test.bar(100)
    test.kernel.book.state.fills = 1
    test.kernel.book.state.cash = -1
    test.bar(101)
    expect(test.kernel.book.index.get('XYZ')?.mark).toBe(101 * ONE)
  })
})

describe('more at stake than the rules let anybody borrow', () => {
  it('is told with its first day and the most there was', async () => {
    const test = await holding('2500')
    show(test, [...minute(2, 92), ...minute(3, 110), ...minute(4, 110)])
    expect(accountFindings(test.kernel)).toEqual([
      // 230,000 on 80,000 less a fee.
      'positions were worth more than 2 × equity, first on 2015-01-05, at most 2.88 ×',
    ])
  })

  it('is nothing up to the limit, nor while the gate enforces', async () => {
    const test = await holding('1990')
    show(test, [...minute(2, 100), ...minute(3, 100)])
    expect(accountFindings(test.kernel)).toEqual([])
    const enforced = await createTestKernel()
    enforced.bar(100)
    enforced.kernel.book.state.cash = -99_000_000_000
    expect(accountFindings(enforced.kernel)).toEqual([])
  })
})

describe('what other symbols bind', () => {
  const CASH = 1_000_000
  const boundBeside = ({ kernel }: TestKernel, symbol: string) => kernel.world.committed(symbol) / CASH

  it('is what they hold, and what waits to be bought, at the dearer of mark and limit', async () => {
    const test = await createTestKernel(OPTIONS)
    show(test, minute(0, 100))
    expect(boundBeside(test, 'ABC')).toBe(0)
    test.request(buying('200'))
    expect([boundBeside(test, 'ABC'), boundBeside(test, 'XYZ')], 'not its own').toEqual([20_000, 0])
    show(test, minute(1, 102))
    expect(boundBeside(test, 'ABC')).toBe(20_400)
    test.request({ ...buying('100'), type: 'limit', limitPrice: '101' })
    expect(boundBeside(test, 'ABC')).toBe(30_600)
    test.request({ ...buying('100'), type: 'stop', stopPrice: '110', strategy: 'other' })
    expect(boundBeside(test, 'ABC')).toBe(44_000)
  })

  it('is freed by a market exit on its way, not by stops and targets that only rest', async () => {
    const test = await createTestKernel(OPTIONS)
    show(test, minute(0, 100))
    test.request(orderOf({ quantity: '200' }))
    show(test, minute(1, 100))
    expect(boundBeside(test, 'ABC')).toBe(20_000)
    test.request({ symbol: 'XYZ', side: 'sell', type: 'market', quantity: '150' })
    expect(boundBeside(test, 'ABC')).toBe(5_000)
  })

  it('counts the larger side of an order that would turn a position', async () => {
    const test = await createTestKernel(OPTIONS)
    show(test, minute(0, 100))
    test.request(buying('100'))
    show(test, minute(1, 100))
    test.request({ ...buying('350'), side: 'sell' })
    expect(boundBeside(test, 'ABC')).toBe(25_000)
  })
})

it('two symbols that go all in at one instant share one account: the first takes it', async () => {
  const { default: buyAndHold } = await import('#plugins/buy-and-hold/index.ts')
  const { AGENTS } = await import('#tests/support/ark.ts')
  const names = ['kenny', 'id', 'hrm', 'broker-paper']
  const plugins = [buyAndHold, ...AGENTS.filter(({ name }) => names.includes(name))] as typeof AGENTS
  const boughtWith = async (settings: object) => {
    const test = await createTestKernel({ ...OPTIONS, plugins, settings: { 'buy-and-hold': settings } })
    show(test, minute(0, 100))
    show(test, minute(1, 100))
    expect(test.kernel.book.state.cash).toBeGreaterThan(0)
    return test.of('order/filled').map(({ payload }) => [payload.symbol, payload.quantity])
  }
  expect(await boughtWith({})).toEqual([['XYZ', '997']])
  expect(await boughtWith({ symbols: 2 })).toEqual([
    ['XYZ', '498'],
    ['ABC', '498'],
  ])
})
