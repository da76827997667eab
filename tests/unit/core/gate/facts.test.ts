import { describe, expect, it } from 'vitest'
import { type Book, createBook, symbolOf } from '#core/book/book.ts'
import { applyEvent } from '#core/book/fold.ts'
import type { Order, OrderRole, WorkingOrder } from '#core/contract.ts'
import { isOpening } from '#core/gate/facts.ts'
import { parseOrder } from '#core/gate/parse-order.ts'
import type { FactName } from '#graveyard/facts.ts'
import { CASH, ONE } from '#tests/support/facts.ts'
import { eventOf } from '#tests/support/host.ts'
import { orderOf, XYZ } from '#tests/support/kernel.ts'
import { buy, factsOf, type Scene, sell, UNTOUCHED } from './scene.ts'

const MISSING = Number.NaN

it('writes every column, each time', () => {
  const facts = factsOf(orderOf())
  expect(Object.entries(facts).filter(([, value]) => value === UNTOUCHED)).toEqual([])
})

describe('an opening', () => {
  const protective = (quantity: string, role: OrderRole): Partial<WorkingOrder> => ({
    side: 'sell',
    quantity,
    role,
    group: 'g',
  })
  const cases: readonly [string, Order, Scene, 0 | 1][] = [
    ['is a buy from flat', buy('1'), {}, 1],
    ['is a sale from flat', sell('1'), {}, 1],
    ['is an addition', buy('1'), { position: 50 }, 1],
    ['is an addition to a short', sell('1'), { position: -50 }, 1],
    ['is not a sale of what is held', sell('50'), { position: 50 }, 0],
    ['is not the cover of a short', buy('50'), { position: -50 }, 0],
    ['is a flip', sell('51'), { position: 50 }, 1],
    ['is a flip by a hundred-millionth', sell('50.00000001'), { position: 50 }, 1],
    [
      'is a sale of what another exit sells already',
      sell('41'),
      { position: 50, working: [{ side: 'sell', role: 'exit' }] },
      1,
    ],
    [
      'is not what that exit leaves',
      sell('40'),
      { position: 50, working: [{ side: 'sell', role: 'exit' }] },
      0,
    ],
    [
      'is a sale beside an entry to sell',
      sell('41'),
      { position: 50, working: [{ side: 'sell', role: 'entry' }] },
      1,
    ],
    ['is not touched by the stop', sell('50'), { position: 50, working: [protective('50', 'stop')] }, 0],
    [
      'is not touched by targets',
      sell('50'),
      { position: 50, working: [protective('25', 'target'), protective('25', 'target')] },
      0,
    ],
    [
      'is not touched by entries of the other side',
      sell('50'),
      { position: 50, working: [{ side: 'buy', quantity: '99' }] },
      0,
    ],
    ['is whatever has no quantity', sell('all'), { position: 50 }, 1],
    ['is not made an exit by saying so', sell('51', { reduceOnly: true }), { position: 50 }, 1],
    [
      'is not made one by a protective stop on an exit',
      sell('50', { stopLoss: { price: '90' } }),
      { position: 50 },
      0,
    ],
  ]
  it.each(cases)('%s', (_, order, scene, expected) => {
    expect(factsOf(order, scene).opening).toBe(expected)
  })

  it('is told apart the same for the reports', () => {
    const book = createBook(0, [XYZ])
    const entry = Object.assign(symbolOf(book, 'XYZ'), { position: 50 * ONE })
    expect([sell('50'), sell('51')].map((order) => isOpening(entry, parseOrder(order)))).toEqual([
      false,
      true,
    ])
  })
})

describe('the worst position', () => {
  const cases: readonly [string, Order, Scene, number][] = [
    ['of a first order is the order', buy('7'), {}, 7],
    ['of an addition is the sum', buy('7'), { position: 50 }, 57],
    ['counts working buys with a buy', buy('7'), { position: 50, working: [{}, { role: 'exit' }] }, 77],
    [
      'leaves protective legs out',
      buy('7'),
      { position: 50, working: [{ side: 'sell', role: 'stop', quantity: '500' }] },
      57,
    ],
    ['takes the worse of the two sides', sell('7'), { position: 5, working: [{ quantity: '90' }] }, 95],
    ['of a flip is what is left on the other side, if that is more', sell('120'), { position: 50 }, 70],
    ['of a short addition is the sum', sell('7'), { position: -50, working: [{ side: 'sell' }] }, 67],
  ]
  it.each(cases)('%s', (_, order, scene, expected) => {
    expect(factsOf(order, scene).worstPosition).toBe(expected * ONE)
  })

  it('is missing when the quantity is', () => {
    expect(factsOf(buy('1e3'))).toMatchObject({
      quantity: MISSING,
      worstPosition: MISSING,
      exposureAfter: MISSING,
      grossAfter: MISSING,
    })
  })
})

describe('exposure', () => {
  it('is at the mark, or at the limit when that is higher', () => {
    expect(factsOf(buy('10')).exposureAfter).toBe(1_000 * CASH)
    expect(factsOf(buy('10', { type: 'limit', limitPrice: '99' })).exposureAfter).toBe(1_000 * CASH)
    expect(factsOf(buy('10', { type: 'limit', limitPrice: '101' })).exposureAfter).toBe(1_010 * CASH)
    expect(factsOf(buy('10', { type: 'stop', stopPrice: '103' })).exposureAfter).toBe(1_030 * CASH)
    expect(factsOf(buy('10'), { instrument: { ...XYZ, multiplier: 5 } }).exposureAfter).toBe(5_000 * CASH)
  })

  it('takes an entry stop at its trigger, and no other price of a working order', () => {
    const working = [{ type: 'stop_limit', stopPrice: '104', limitPrice: '104', quantity: '10' }] as const
    expect(factsOf(buy('10'), { working }).exposureAfter).toBe(2_080 * CASH)
    const limit = [{ type: 'limit', limitPrice: '104', quantity: '10' }] as const
    expect(factsOf(buy('10'), { working: limit }).exposureAfter).toBe(2_000 * CASH)
    const prepare = (book: Book) => {
      Object.assign(symbolOf(book, 'ABC'), { mark: 10 * ONE, valued: 12 * ONE })
      const dear = { orderId: 'a', symbol: 'ABC', side: 'buy', type: 'stop', stopPrice: '50' } as const
      const order = { ...dear, quantity: '5', role: 'entry', strategy: 's' } as const
      applyEvent(book, eventOf('order/accepted', order))
    }
    expect(factsOf(buy('10'), { prepare }).grossAfter).toBe(1_250 * CASH)
  })

  it('in gross adds every other symbol at its own worst, shorts like longs', () => {
    const prepare = (book: Book) => {
      const other = Object.assign(symbolOf(book, 'ABC'), {
        position: -20 * ONE,
        mark: 10 * ONE,
        valued: 10 * ONE,
      })
      book.state.held.push(book.state.symbols.indexOf(other))
      const order = {
        orderId: 'a',
        symbol: 'ABC',
        side: 'sell',
        type: 'limit',
        quantity: '5',
        role: 'entry',
        strategy: 's',
      } as const
      applyEvent(book, eventOf('order/accepted', order))
    }
    const facts = factsOf(buy('10'), { prepare })
    expect(facts.grossAfter).toBe(1_250 * CASH)
    expect(facts.equity).toBe((100_000 - 200) * CASH)
  })

  it('counts symbols with a lot or a working entry, this one once', () => {
    const hold = (symbol: string, position: number) => (book: Book) =>
      Object.assign(symbolOf(book, symbol), { position })
    const prepare = (book: Book) => {
      hold('A', ONE)(book)
      hold('B', -5 * ONE)(book)
      hold('C', ONE - 1)(book)
      for (const [symbol, role] of [
        ['D', 'entry'],
        ['E', 'exit'],
      ] as const)
        applyEvent(
          book,
          eventOf('order/accepted', {
            orderId: symbol,
            symbol,
            side: 'buy',
            type: 'market',
            quantity: '1',
            role,
            strategy: '',
          }),
        )
    }
    expect(factsOf(buy('1'), { prepare }).symbolsAfter).toBe(4)
    expect(factsOf(buy('1'), { prepare, position: 5 }).symbolsAfter).toBe(4)
  })
})

describe('self trades', () => {
  const asks: Scene = {
    working: [
      { side: 'sell', limitPrice: '101' },
      { side: 'sell', limitPrice: '102', role: 'target' },
    ],
  }
  const cases: readonly [string, Order, Scene, number][] = [
    ['a market order reaches all', buy('1'), asks, 2],
    ['a limit reaches what is at it', buy('1', { type: 'limit', limitPrice: '101' }), asks, 1],
    ['a limit one tick below reaches nothing', buy('1', { type: 'limit', limitPrice: '100.99' }), asks, 0],
    [
      'a sale reaches bids at or above it',
      sell('1', { type: 'limit', limitPrice: '99' }),
      { working: [{}, { limitPrice: '98.99' }] },
      1,
    ],
    ['orders of one side are no trade', sell('1'), asks, 0],
    [
      'resting stops are no trade',
      buy('1'),
      { working: [{ side: 'sell', type: 'stop', stopPrice: '95', role: 'stop' }] },
      0,
    ],
    [
      'a waiting market order is met by any',
      buy('1', { type: 'limit', limitPrice: '1' }),
      { working: [{ side: 'sell', type: 'market' }] },
      1,
    ],
    ['what is cancelled first is out of the way', buy('1', { cancelFirst: ['w1'] }), asks, 1],
    ['and all of it', buy('1', { cancelFirst: ['w2', 'w1', 'nobody'] }), asks, 0],
    ['a limit that cannot be read reaches all', buy('1', { type: 'limit', limitPrice: 'low' }), asks, 2],
    [
      'a stop is a market order once it is touched, so its trigger bounds nothing',
      buy('1', { type: 'stop', stopPrice: '1' }),
      asks,
      2,
    ],
    [
      'a stop limit is bounded by its limit',
      buy('1', { type: 'stop_limit', stopPrice: '1', limitPrice: '1' }),
      asks,
      0,
    ],
    ['a list that is none removes nothing', buy('1', { cancelFirst: 'w1 w2' as never }), asks, 2],
  ]
  it.each(cases)('%s', (_, order, scene, expected) => {
    expect(factsOf(order, scene).selfTrades).toBe(expected)
  })
})

describe('reward', () => {
  const long = (targets: readonly (readonly [string, string])[]) =>
    orderOf({
      type: 'limit',
      limitPrice: '100',
      targets: targets.map(([price, portion]) => ({ price, portion })),
    })
  const cases: readonly [string, Order, Partial<Record<FactName, number>>][] = [
    [
      'of nothing is missing',
      long([]),
      { targets: 0, worstTargetGain: MISSING, portionSum: MISSING, reward: 0 },
    ],
    [
      'of one target is its gain',
      long([['110', '1']]),
      { worstTargetGain: 10 * ONE, portionSum: ONE, reward: 10 * ONE },
    ],
    [
      'weighs each by its portion',
      long([
        ['110', '0.5'],
        ['120', '0.25'],
      ]),
      { portionSum: 0.75 * ONE, reward: 10 * ONE },
    ],
    ['exactly at twice the entry counts', long([['200', '1']]), { reward: 100 * ONE }],
    [
      'beyond twice the entry earns nothing, and is not wrong',
      long([
        ['200.00000001', '0.5'],
        ['110', '0.5'],
      ]),
      { worstTargetGain: 10 * ONE, reward: 5 * ONE },
    ],
    [
      'on the losing side is the worst',
      long([
        ['110', '0.5'],
        ['99', '0.5'],
      ]),
      { worstTargetGain: -ONE, reward: 4.5 * ONE },
    ],
    ['rounds down', long([['100.00000003', '0.5']]), { worstTargetGain: 3, reward: 1 }],
    [
      'of a target without a price is unknown, whatever comes after',
      long([
        ['', '0.5'],
        ['110', '0.5'],
      ]),
      { worstTargetGain: MISSING },
    ],
    [
      'and whatever came before',
      long([
        ['110', '0.5'],
        ['-1', '0.5'],
      ]),
      { worstTargetGain: MISSING },
    ],
    ['of a portion that cannot be read has no sum', long([['110', '50%']]), { portionSum: MISSING }],
    [
      'of too much has too large a sum',
      long([
        ['110', '0.6'],
        ['110', '0.6'],
      ]),
      { portionSum: 1.2 * ONE },
    ],
  ]
  it.each(cases)('%s', (_, order, expected) => {
    expect(factsOf(order)).toMatchObject(expected)
  })

  it('of a short counts downwards, to 0.4 of the entry', () => {
    const short = (price: string) =>
      orderOf({ side: 'sell', type: 'limit', limitPrice: '100', targets: [{ price, portion: '1' }] })
    expect(factsOf(short('90'))).toMatchObject({ worstTargetGain: 10 * ONE, reward: 10 * ONE })
    expect(factsOf(short('40')).reward).toBe(60 * ONE)
    expect(factsOf(short('39.99999999')).reward).toBe(0)
  })

  it('is exact where its parts add up beyond 2^53', () => {
    // Both products fit, their sum is one short of a whole 1e-8, and a double would round it up to that.
    const parts = [
      ['101.50000001', '0.49999999'],
      ['101.8', '0.5'],
    ] as const
    const sum = 150_000_001n * 49_999_999n + 180_000_000n * 50_000_000n
    expect(sum % 100_000_000n).toBe(99_999_999n)
    expect(factsOf(long(parts)).reward).toBe(Number(sum / 100_000_000n))
    // And where one product alone leaves 2^53.
    expect(factsOf(long([['199.99999999', '0.99999999']])).reward).toBe(
      Number((9_999_999_999n * 99_999_999n) / 100_000_000n),
    )
  })
})
