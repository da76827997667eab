import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ArkEvent, EventPayloads, Fill } from '#core/contract.ts'
import { formatCash, formatPrice } from '#core/math.ts'
import {
  createTradeBook,
  followTrades,
  type OpenTrade,
  type Trade,
  toTrade,
} from '#runtimes/backtest/trades.ts'

function eventOf<T extends keyof EventPayloads>(type: T, payload: EventPayloads[T], time = 0): ArkEvent {
  return { type, payload, time, seq: 1, source: 'test', traceId: '', causeSeq: 0, hop: 1 } as ArkEvent
}

function filled(
  id: string,
  side: 'buy' | 'sell',
  quantity: number,
  price: string,
  changes: Partial<Fill> = {},
): Fill {
  return {
    orderId: id,
    role: 'entry',
    symbol: 'XYZ',
    side,
    quantity: String(quantity),
    price,
    fee: '1',
    remaining: '0',
    liquidity: 'taker',
    reason: 'next open',
    ...changes,
  }
}

/** Closed trades, then what is open at `mark`. */
function tradesOf(events: readonly ArkEvent[], mark = 0): readonly Trade[] {
  const closed: OpenTrade[] = []
  const book = createTradeBook(
    () => 1,
    (trade) => closed.push(trade),
  )
  for (const event of events) followTrades(book, event)
  return [...closed, ...(book.open.get('XYZ') ?? [])].map((trade) => toTrade(trade, mark * 1e8, 1))
}

const fills = (...list: readonly Fill[]) =>
  list.map((fill, index) => eventOf('order/filled', fill, index + 1))

describe('trades', () => {
  it('are an entry and what closes it, fees of both taken off', () => {
    const [trade] = tradesOf(
      fills(filled('a', 'buy', 10, '100'), filled('b', 'sell', 10, '105', { fee: '2', reason: 'stop' })),
    )
    expect(trade).toMatchObject({
      decisionId: 'a',
      side: 'long',
      entryTime: 1,
      exitTime: 2,
      exitReason: 'stop',
    })
    expect(formatCash(trade?.pnl ?? 0)).toBe('47')
    expect(formatCash(trade?.fees ?? 0)).toBe('3')
    expect(formatPrice(trade?.exitPrice ?? 0)).toBe('105')
  })

  it('gather partial fills and legs into one, at their mean prices', () => {
    const [trade, ...others] = tradesOf(
      fills(
        filled('a', 'buy', 4, '100', { remaining: '6' }),
        filled('a', 'buy', 6, '110'),
        filled('a.target1', 'sell', 5, '120', { parent: 'a', role: 'target' }),
        filled('a.stop', 'sell', 5, '90', { parent: 'a', role: 'stop', reason: 'stop' }),
      ),
    )
    expect(others).toEqual([])
    expect(formatPrice(trade?.entryPrice ?? 0)).toBe('106')
    expect(formatPrice(trade?.exitPrice ?? 0)).toBe('105')
    expect(formatCash(trade?.pnl ?? 0)).toBe('-14')
    expect(trade?.exitReason).toBe('stop')
  })

  it('have the price of their fill while there is one, to its last digit', () => {
    const odd = { quantity: '0.00097', remaining: '0' }
    const [closed] = tradesOf(
      fills(filled('a', 'buy', 1, '61828.01', odd), filled('b', 'sell', 1, '61830.99', odd)),
    )
    expect(closed).toMatchObject({ entryPrice: 6_182_801_000_000, exitPrice: 6_183_099_000_000 })
    const [open] = tradesOf(fills(filled('a', 'buy', 1, '61828.01', odd)), 61_830.99)
    expect(open).toMatchObject({ entryPrice: 6_182_801_000_000, exitPrice: 6_183_099_000_000 })
  })

  it('have a mean price where an exit is open in part, and one where all prices are the same', () => {
    const half = filled('b', 'sell', 5, '110')
    const tell = (mark: number) => tradesOf(fills(filled('a', 'buy', 10, '100'), half), mark)[0]?.exitPrice
    expect([tell(100), tell(110)]).toEqual([105e8, 110e8])
    const twice = fills(filled('a', 'buy', 4, '100', { remaining: '6' }), filled('a', 'buy', 6, '100'))
    expect(tradesOf(twice)[0]?.entryPrice).toBe(100e8)
  })

  it('close the oldest first, and share the fee of a fill that closes two', () => {
    const [one, two] = tradesOf(
      fills(
        filled('a', 'buy', 10, '100'),
        filled('b', 'buy', 30, '102'),
        filled('c', 'sell', 40, '101', { fee: '4' }),
      ),
    )
    expect([one?.decisionId, two?.decisionId]).toEqual(['a', 'b'])
    expect([one, two].map((trade) => formatCash(trade?.pnl ?? 0))).toEqual(['8', '-34'])
  })

  it('turn with the position: what is left over opens the other side', () => {
    const [long, short] = tradesOf(
      fills(filled('a', 'buy', 10, '100'), filled('b', 'sell', 25, '110', { fee: '5' })),
      108,
    )
    expect(long).toMatchObject({ side: 'long', decisionId: 'a' })
    expect(short).toMatchObject({ side: 'short', decisionId: 'b', exitTime: null, quantity: 15e8 })
    expect(formatCash(short?.pnl ?? 0)).toBe('27')
  })

  it.each([
    ['long', 'buy', 'sell', '0.66666666'],
    ['short', 'sell', 'buy', '0.66666667'],
  ] as const)('leave no unit over when a split leaves thirds: %s', (_, open, close, held) => {
    const split = { symbol: 'XYZ', numerator: 1, denominator: 3, principal: 'x', reason: '' }
    const trades = tradesOf([
      ...fills(filled('a', open, 1, '100'), filled('b', open, 1, '100')),
      eventOf('split/applied', split, 3),
      eventOf('order/filled', { ...filled('c', close, 1, '300'), quantity: held }, 4),
    ])
    expect(trades.map(({ decisionId, exitTime }) => [decisionId, exitTime])).toEqual([
      ['a', 4],
      ['b', 4],
    ])
  })

  it('are carried through a split, and paid its dividends', () => {
    const [trade] = tradesOf([
      ...fills(filled('a', 'buy', 10, '700')),
      eventOf('split/applied', { symbol: 'XYZ', numerator: 7, denominator: 1, principal: 'x', reason: '' }),
      eventOf('dividend/paid', { symbol: 'XYZ', amount: '0.5', principal: 'x', reason: '' }),
      ...fills(filled('b', 'sell', 70, '101')),
    ])
    expect(trade).toMatchObject({ quantity: 70e8, entryPrice: 100e8, exitPrice: 101e8 })
    expect(formatCash(trade?.pnl ?? 0)).toBe('103')
  })

  it('tell an exit before a split from one at the same price after it', () => {
    const [trade] = tradesOf([
      ...fills(filled('a', 'buy', 10, '700'), filled('b', 'sell', 5, '700')),
      eventOf('split/applied', { symbol: 'XYZ', numerator: 7, denominator: 1, principal: 'x', reason: '' }),
      ...fills(filled('c', 'sell', 35, '700')),
    ])
    expect(trade).toMatchObject({ entryPrice: 100e8, exitPrice: 400e8 })
  })

  it('are left for the reason of the order that closed them, and not for where that filled', () => {
    const exit = { symbol: 'XYZ', side: 'sell', type: 'market', quantity: '5', strategy: 'cross' } as const
    const events = [
      ...fills(filled('a', 'buy', 10, '100')),
      eventOf('order/submitted', { orderId: 'b', order: exit, intent: 'exit' }),
      ...fills(filled('b', 'sell', 5, '105')),
    ]
    expect(tradesOf(events)[0]?.exitReason).toBe('cross')
    expect(
      tradesOf([...events, ...fills(filled('a.stop', 'sell', 5, '90', { reason: 'stop' }))])[0],
    ).toMatchObject({ exitReason: 'stop' })
  })

  it('know the order’s own reason and strategy', () => {
    const order = {
      symbol: 'XYZ',
      side: 'buy',
      type: 'market',
      quantity: '1',
      strategy: 's',
      reason: 'r',
    } as const
    const [trade] = tradesOf([
      eventOf('order/submitted', { orderId: 'a', order, intent: 'open' }),
      ...fills(filled('a', 'buy', 1, '100')),
    ])
    expect(trade).toMatchObject({ strategy: 's', reason: 'r', exitTime: null })
  })

  it('add up to what the account gained, whatever is bought and sold', () => {
    const order = fc.record({
      side: fc.constantFrom('buy', 'sell'),
      quantity: fc.integer({ min: 1, max: 500 }),
      cents: fc.integer({ min: 100, max: 50_000 }),
    })
    fc.assert(
      fc.property(fc.array(order, { minLength: 1, maxLength: 40 }), (orders) => {
        let [cash, position] = [0, 0]
        const events = orders.map(({ side, quantity, cents }, index) => {
          const sign = side === 'buy' ? 1 : -1
          cash -= sign * quantity * cents * 10_000 + 1_000_000
          position += sign * quantity
          return filled(`o${index}`, side, quantity, String(cents / 100))
        })
        const gained = cash + position * 123 * 1_000_000
        const told = tradesOf(fills(...events), 123).reduce((sum, { pnl }) => sum + pnl, 0)
        expect(told).toBe(gained)
      }),
    )
  })
})
