/** The sums of the account hold to the last millionth after any fills, and a restart in the middle changes nothing. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Book, createBook, equityOf, marketValueOf, restoreBook, symbolOf } from '#core/book/book.ts'
import { applyEvent } from '#core/book/fold.ts'
import { markBar } from '#core/book/marks.ts'
import type { Instrument } from '#core/contract.ts'
import { formatCash, formatPrice, formatQuantity, notional } from '#core/math.ts'
import { ONE } from '#tests/support/facts.ts'
import { eventOf } from '#tests/support/host.ts'
import { barOf, XYZ } from '#tests/support/kernel.ts'

const OPENING = 100_000_000_000
const INSTRUMENTS: readonly Instrument[] = [
  XYZ,
  { ...XYZ, symbol: 'FUT', multiplier: 50 },
  { ...XYZ, symbol: 'BTC', kind: 'crypto' },
]

/** Half of the quantities are whole, half go down to the last decimal. */
const quantity = fc.oneof(
  fc.integer({ min: 1, max: 100 }).map((units) => units * ONE),
  fc.integer({ min: 1, max: 20 * ONE }),
)
const step = fc.record({
  symbol: fc.constantFrom('XYZ', 'FUT', 'BTC'),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  quantity,
  price: fc.integer({ min: 1, max: 500 * ONE }),
  fee: fc.integer({ min: 0, max: 10_000_000 }),
  mark: fc.integer({ min: 1, max: 50_000 }),
  /** Closes what is held rather than `quantity`. */
  closes: fc.boolean(),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function take(book: Book, { symbol, side, quantity, price, fee, mark, closes }: Step): void {
  const entry = symbolOf(book, symbol)
  const { position } = entry
  const flat = closes && position !== 0
  const fill = {
    orderId: 'o',
    role: 'entry',
    symbol,
    side: flat ? (position > 0 ? 'sell' : 'buy') : side,
    quantity: formatQuantity(flat ? Math.abs(position) : quantity),
    price: formatPrice(price),
    fee: formatCash(fee),
    remaining: '0',
    liquidity: 'taker',
    reason: '',
  } as const
  applyEvent(book, eventOf('order/filled', fill))
  markBar(entry, 'sp500', barOf(mark / 100, { symbol }))
}

function checkSums(book: Book): void {
  const { cash, fees, realised, held, symbols } = book.state
  const sum = (of: (entry: (typeof symbols)[number]) => number) =>
    symbols.reduce((total, entry) => total + of(entry), 0)
  const value = sum(marketValueOf)
  const unrealised = sum((entry) => marketValueOf(entry) - entry.cost)
  for (const amount of [cash, fees, realised, value, ...symbols.map(({ cost }) => cost)])
    expect(Number.isSafeInteger(amount)).toBe(true)
  expect(cash + value).toBe(OPENING + realised + unrealised - fees)
  expect(equityOf(book)).toBe(cash + value)
  const open = symbols.flatMap(({ position }, index) => (position === 0 ? [] : [index]))
  expect([...held].sort((a, b) => a - b)).toEqual(open)
  // What is flat has cost nothing.
  expect(symbols.filter(({ position, cost }) => position === 0 && cost !== 0)).toEqual([])
  for (const { position, cost } of symbols) if (cost !== 0) expect(Math.sign(cost)).toBe(Math.sign(position))
}

it('cash and value are opening, realised and unrealised, less fees', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const book = createBook(OPENING, INSTRUMENTS)
      for (const each of steps) {
        take(book, each)
        checkSums(book)
      }
    }),
    { numRuns: 300 },
  )
})

it('a book that went through JSON goes on like one that did not', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.nat(20), (steps, at) => {
      const straight = createBook(OPENING, INSTRUMENTS)
      let other = createBook(OPENING, INSTRUMENTS)
      for (const [index, each] of steps.entries()) {
        if (index === at) {
          const { state } = other
          other = createBook(0, [])
          restoreBook(other, JSON.parse(JSON.stringify(state)))
        }
        take(straight, each)
        take(other, each)
      }
      expect(JSON.stringify(other.state)).toBe(JSON.stringify(straight.state))
      expect([...other.index.keys()]).toEqual([...straight.index.keys()])
    }),
    { numRuns: 200 },
  )
})

it('the value of a fill is the whole part of price times quantity', () => {
  fc.assert(
    fc.property(quantity, fc.integer({ min: 1, max: 1_000_000 * ONE }), (size, price) => {
      const exact = (BigInt(price) * BigInt(size)) / 10_000_000_000n
      expect(notional(price, size)).toBe(Number(exact))
    }),
  )
})
