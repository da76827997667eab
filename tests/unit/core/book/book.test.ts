import { describe, expect, it } from 'vitest'
import {
  type Book,
  createBook,
  equityOf,
  marketValueOf,
  register,
  restoreBook,
  symbolOf,
} from '#core/book/book.ts'
import { applyEvent, isForgery } from '#core/book/fold.ts'
import { markBar } from '#core/book/marks.ts'
import type {
  Decision,
  EventPayloads,
  EventType,
  Fill,
  Instrument,
  Side,
  WorkingOrder,
} from '#core/contract.ts'
import { formatCash, parseCash, parsePrice, parseQuantity } from '#core/math.ts'
import { eventOf } from '#tests/support/host.ts'
import { barOf, orderOf, XYZ } from '#tests/support/kernel.ts'

const OPENING = parseCash('100000')

function tell<T extends EventType>(book: Book, type: T, payload: EventPayloads[T]): void {
  applyEvent(book, eventOf(type, payload))
}

function fill(book: Book, side: Side, quantity: string, price: string, changes: Partial<Fill> = {}): void {
  const whole = {
    orderId: 'o',
    role: 'entry',
    symbol: 'XYZ',
    side,
    quantity,
    price,
    fee: '0',
    remaining: '0',
    liquidity: 'taker',
    reason: '',
  } as const
  tell(book, 'order/filled', { ...whole, ...changes })
}

function approve(book: Book, decisionId: string, intent: 'open' | 'exit' = 'open', order = orderOf()): void {
  tell(book, 'decision/approved', { decisionId, intent, order } as Decision)
}

function accept(book: Book, orderId: string, changes: Partial<WorkingOrder> = {}): void {
  const order = {
    orderId,
    symbol: 'XYZ',
    side: 'buy',
    type: 'limit',
    quantity: '50',
    role: 'entry',
    limitPrice: '99',
    strategy: 's',
  } as const
  tell(book, 'order/accepted', { ...order, ...changes })
}

function mark(book: Book, price: number): void {
  markBar(symbolOf(book, 'XYZ'), 'sp500', barOf(price))
}

/** Cash, cost, realised and position, as people write them. */
function account(book: Book) {
  const { cost, position } = symbolOf(book, 'XYZ')
  const { cash, realised } = book.state
  return [formatCash(cash), formatCash(cost), formatCash(realised), position / 100_000_000]
}

function open(book: Book) {
  return symbolOf(book, 'XYZ').open.map(({ orderId, quantity, role }) => [
    orderId,
    quantity / 100_000_000,
    role,
  ])
}

const fresh = (instrument: Instrument = XYZ) => createBook(OPENING, [instrument])

describe('cash, cost, realised, position', () => {
  const cases: readonly [string, readonly (readonly [Side, string, string])[], ReturnType<typeof account>][] =
    [
      ['an opening', [['buy', '10', '100']], ['99000', '1000', '0', 10]],
      [
        'an addition',
        [
          ['buy', '10', '100'],
          ['buy', '5', '110'],
        ],
        ['98450', '1550', '0', 15],
      ],
      [
        'a partial close',
        [
          ['buy', '10', '100'],
          ['sell', '4', '110'],
        ],
        ['99440', '600', '40', 6],
      ],
      [
        'a close',
        [
          ['buy', '10', '100'],
          ['sell', '10', '90'],
        ],
        ['99900', '0', '-100', 0],
      ],
      [
        'a close in parts',
        [
          ['buy', '10', '100'],
          ['sell', '4', '110'],
          ['sell', '6', '90'],
        ],
        ['99980', '0', '-20', 0],
      ],
      [
        'a flip to short',
        [
          ['buy', '10', '100'],
          ['sell', '15', '110'],
        ],
        ['100650', '-550', '100', -5],
      ],
      ['a short', [['sell', '10', '100']], ['101000', '-1000', '0', -10]],
      [
        'a short added to',
        [
          ['sell', '10', '100'],
          ['sell', '10', '120'],
        ],
        ['102200', '-2200', '0', -20],
      ],
      [
        'a short covered in part',
        [
          ['sell', '10', '100'],
          ['buy', '4', '90'],
        ],
        ['100640', '-600', '40', -6],
      ],
      [
        'a short covered at a loss',
        [
          ['sell', '10', '100'],
          ['buy', '10', '110'],
        ],
        ['99900', '0', '-100', 0],
      ],
      [
        'a flip to long',
        [
          ['sell', '10', '100'],
          ['buy', '15', '90'],
        ],
        ['99650', '450', '100', 5],
      ],
      [
        'a cost that does not divide',
        [
          ['buy', '1', '100'],
          ['buy', '2', '100.01'],
          ['sell', '1', '100'],
        ],
        ['99799.98', '200.013334', '-0.006666', 2],
      ],
    ]
  it.each(cases)('of %s', (_, fills, expected) => {
    const book = fresh()
    for (const [side, quantity, price] of fills) fill(book, side, quantity, price)
    expect(account(book)).toEqual(expected)
    const entry = symbolOf(book, 'XYZ')
    expect(book.state.held).toEqual(entry.position === 0 ? [] : [0])
    expect(book.state.cash + entry.cost).toBe(OPENING + book.state.realised)
  })

  it('of fees: they leave cash and are no part of cost or realised', () => {
    const book = fresh()
    fill(book, 'buy', '10', '100', { fee: '1.5' })
    fill(book, 'sell', '10', '100', { fee: '0.000001' })
    expect(account(book)).toEqual(['99998.499999', '0', '0', 0])
    expect(book.state.fees).toBe(parseCash('1.500001'))
    expect(book.state).toMatchObject({ fills: 2, turnover: parseCash('2000') })
  })

  it('of a contract worth 50 a point', () => {
    const book = fresh({ ...XYZ, multiplier: 50 })
    fill(book, 'buy', '2', '100')
    mark(book, 101)
    expect(account(book)).toEqual(['90000', '10000', '0', 2])
    expect(equityOf(book)).toBe(parseCash('100100'))
  })

  it('of a fraction of a coin: values round down to a millionth, and the sum stays whole', () => {
    const book = fresh()
    fill(book, 'buy', '0.00000003', '33.33')
    expect(account(book)).toEqual(['100000', '0', '0', 3e-8])
    fill(book, 'buy', '0.12345678', '33333.33')
    expect(account(book).slice(0, 2)).toEqual(['95884.774412', '4115.225588'])
  })
})

describe('equity', () => {
  it('is cash and the signed value of what is held', () => {
    const book = fresh()
    fill(book, 'sell', '10', '100')
    mark(book, 103)
    expect(marketValueOf(symbolOf(book, 'XYZ'))).toBe(parseCash('-1030'))
    expect(equityOf(book)).toBe(parseCash('99970'))
  })

  it('counts each symbol that is held, and none that was', () => {
    const book = createBook(OPENING, [XYZ, { ...XYZ, symbol: 'ABC' }, { ...XYZ, symbol: 'DEF' }])
    for (const symbol of ['XYZ', 'ABC', 'DEF']) {
      markBar(symbolOf(book, symbol), 'sp500', barOf(100, { symbol }))
      fill(book, 'buy', '1', '90', { symbol })
    }
    fill(book, 'sell', '1', '100', { symbol: 'ABC' })
    expect(book.state.held).toEqual([0, 2])
    expect(equityOf(book)).toBe(parseCash('100030'))
  })
})

describe('a working order', () => {
  it('counts from its approval, is taken over by the broker’s word, and ends with its last fill', () => {
    const book = fresh()
    approve(book, 'd1')
    expect(open(book)).toEqual([['d1', 50, 'entry']])
    accept(book, 'd1')
    expect(open(book)).toEqual([['d1', 50, 'entry']])
    expect(book.state.orders).toBe(1)
    fill(book, 'buy', '20', '99', { orderId: 'd1', remaining: '30' })
    expect(open(book)).toEqual([['d1', 30, 'entry']])
    fill(book, 'buy', '30', '99', { orderId: 'd1' })
    expect(open(book)).toEqual([])
  })

  it('is an exit when the gate said so', () => {
    const book = fresh()
    approve(book, 'd1', 'exit')
    expect(open(book)).toEqual([['d1', 50, 'exit']])
  })

  it('is amended by a second word under the same id, in its place', () => {
    const book = fresh()
    accept(book, 'a')
    accept(book, 'b')
    accept(book, 'a', { quantity: '7', limitPrice: '98.5' })
    expect(open(book)).toEqual([
      ['a', 7, 'entry'],
      ['b', 50, 'entry'],
    ])
    expect(symbolOf(book, 'XYZ').open[0]).toMatchObject({
      price: parsePrice('98.5'),
      side: 1,
      acknowledged: true,
    })
  })

  it.each<[string, string]>([
    ['order/cancelled', 'remaining'],
    ['order/rejected', 'code'],
  ])('ends with %s', (type, field) => {
    const book = fresh()
    accept(book, 'a')
    accept(book, 'b')
    applyEvent(
      book,
      eventOf(type as 'order/cancelled', {
        orderId: 'a',
        reason: '',
        remaining: '0',
        [field]: 'DATA_INVALID',
      }),
    )
    expect(open(book)).toEqual([['b', 50, 'entry']])
  })

  it.each(['order/throttled', 'permit/lapsed'] as const)(
    'that nobody took ends with %s; one that a broker works does not',
    (type) => {
      const book = fresh()
      approve(book, 'approved')
      accept(book, 'working')
      tell(book, type, { orderId: 'working', reason: '' })
      tell(book, type, { orderId: 'approved', reason: '' })
      expect(open(book)).toEqual([['working', 50, 'entry']])
    },
  )

  it('is not ended by the refusal of a submission that had no claim to its id', () => {
    const book = fresh()
    accept(book, 'a')
    for (const code of ['PERMIT_ABSENT', 'PERMIT_USED', 'PERMIT_MISMATCH']) {
      expect(isForgery(code)).toBe(true)
      tell(book, 'order/rejected', { orderId: 'a', code, reason: '' })
    }
    expect(open(book)).toEqual([['a', 50, 'entry']])
    tell(book, 'order/rejected', { orderId: 'a', code: 'PERMIT_EXPIRED', reason: '' })
    expect(open(book)).toEqual([])
  })

  it('is left alone by fills and cancels of orders that the book does not know', () => {
    const book = fresh()
    accept(book, 'a')
    fill(book, 'buy', '1', '100', { orderId: 'stranger', remaining: '5' })
    tell(book, 'order/cancelled', { orderId: 'stranger', remaining: '5', reason: '' })
    expect(open(book)).toEqual([['a', 50, 'entry']])
    expect(symbolOf(book, 'XYZ').position).toBe(parseQuantity('1'))
  })

  it('is not counted by its submission alone: that may be forged', () => {
    const book = fresh()
    const before = JSON.stringify(book.state)
    tell(book, 'order/submitted', { orderId: 'x', order: orderOf(), intent: 'open' })
    expect(JSON.stringify(book.state)).toBe(before)
  })
})

describe('the day’s quantity', () => {
  it('adds up what was bought and what was sold', () => {
    const book = fresh()
    fill(book, 'buy', '3', '100')
    fill(book, 'sell', '2', '100')
    fill(book, 'buy', '1', '100')
    expect(symbolOf(book, 'XYZ')).toMatchObject({
      boughtToday: parseQuantity('4'),
      soldToday: parseQuantity('2'),
    })
  })
})

describe('the registry', () => {
  it('takes a newer entry for a symbol and keeps the position', () => {
    const book = fresh()
    fill(book, 'buy', '3', '100')
    register(book, { ...XYZ, lot: 1 })
    register(book, { ...XYZ, symbol: 'NEW' })
    expect(symbolOf(book, 'XYZ')).toMatchObject({ position: parseQuantity('3'), instrument: { lot: 1 } })
    expect(book.state.symbols.map(({ symbol }) => symbol)).toEqual(['XYZ', 'NEW'])
  })

  it('lets a later entry of the list take the place of an earlier one', () => {
    const book = createBook(0, [XYZ, { ...XYZ, lot: 5 }])
    expect(book.state.symbols.map(({ instrument }) => instrument.lot)).toEqual([5])
  })

  it('reads a symbol that nobody registered as common stock of unknown float', () => {
    const { instrument } = symbolOf(fresh(), 'WHO')
    expect(instrument).toEqual({
      symbol: 'WHO',
      kind: 'equity',
      venue: 'XNYS',
      tick: parsePrice('0.01'),
      lot: parseQuantity('1'),
      multiplier: 1,
    })
  })
})

it('comes back from JSON as it was', () => {
  const book = fresh()
  approve(book, 'd1')
  fill(book, 'buy', '3', '100')
  mark(book, 101)
  const revived = createBook(0, [])
  restoreBook(revived, JSON.parse(JSON.stringify(book.state)))
  expect(revived.state).toEqual(book.state)
  expect(equityOf(revived)).toBe(equityOf(book))
  for (const each of [book, revived]) fill(each, 'sell', '5', '102', { orderId: 'd1', remaining: '45' })
  expect(JSON.stringify(revived.state)).toBe(JSON.stringify(book.state))
})
