import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bar, MarketRows, Quote, Trade } from '#core/contract.ts'
import { canonical } from '#core/journal/canonical.ts'
import { fromChunk, toChunk } from '#core/journal/chunk.ts'

const UNITS = [1_000_000, 10_000, 100, 1]
const symbol = fc.constantFrom('SPX', 'COIN', 'A', '__proto__', 'constructor')
const size = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const time = fc.integer({ min: 1, max: 253_402_300_799_999 })
/** Multiples of one unit, below ten million a piece. */
const priceOf = (unit: number) =>
  fc.integer({ min: 1, max: 1_000_000_000_000_000 / unit }).map((ticks) => ticks * unit)

function rowsOf(unit: number): fc.Arbitrary<MarketRows> {
  const price = priceOf(unit)
  const bar = fc.record<Bar>({
    symbol,
    end: time,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: size,
    resolution: fc.constant('1m'),
  })
  const trade = fc.record<Trade>({ symbol, time, price, quantity: size })
  const quote = fc.record<Quote>({ symbol, time, bid: price, bidSize: size, ask: price, askSize: size })
  const some = { minLength: 1, maxLength: 30 }
  return fc.oneof(
    fc.array(bar, some).map((rows): MarketRows => ({ kind: 'bars', resolution: '1m', rows })),
    fc.array(trade, some).map((rows): MarketRows => ({ kind: 'trades', rows })),
    fc.array(quote, some).map((rows): MarketRows => ({ kind: 'quotes', rows })),
  )
}

const anyRows = fc.constantFrom(...UNITS).chain(rowsOf)

describe('a chunk', () => {
  it('gives back the rows it was made of, through its text as well', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const chunk = toChunk('feed', rows)
        expect(fromChunk(chunk)).toEqual(rows)
        expect(fromChunk(JSON.parse(JSON.stringify(chunk)))).toEqual(rows)
      }),
    )
  })

  it('is written by JSON.stringify exactly as its canonical form', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const chunk = toChunk('feed', rows)
        expect(JSON.stringify(chunk)).toBe(canonical(chunk))
      }),
    )
  })

  it('takes out the largest unit that all of its prices are multiples of', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const prices = rows.rows.flatMap((row) =>
          'open' in row
            ? [row.open, row.high, row.low, row.close]
            : 'bid' in row
              ? [row.bid, row.ask]
              : [row.price],
        )
        const largest = UNITS.find((unit) => prices.every((price) => price % unit === 0))
        expect(toChunk('feed', rows).unit).toBe(largest)
      }),
    )
  })

  it('names each symbol once', () => {
    const trade = (name: string): Trade => ({ symbol: name, time: 1, price: 1, quantity: 1 })
    const chunk = toChunk('feed', { kind: 'trades', rows: ['B', 'A', 'B', 'A'].map(trade) })
    expect(chunk).toMatchObject({ symbols: ['B', 'A'], symbol: [0, 1, 0, 1] })
  })

  it('with a column that is too short is refused', () => {
    const chunk = toChunk('feed', { kind: 'trades', rows: [{ symbol: 'A', time: 1, price: 1, quantity: 1 }] })
    expect(() => fromChunk({ ...chunk, time: [1, 2] })).toThrow(
      expect.objectContaining({ code: 'JOURNAL_CORRUPT' }),
    )
  })
})
