import { describe, expect, it } from 'vitest'
import type { Bar, MarketRows, Quote, Trade } from '#core/contract.ts'
import { admit, createAdmission, ROWS_MAX, SOURCES_MAX, SYMBOLS_MAX } from '#core/cycle/admit.ts'
import { isArkError } from '#core/errors.ts'
import { barOf, createTestKernel, NOW, quoteOf } from '#tests/support/kernel.ts'

const ONE = 100_000_000

const bars = (...rows: Bar[]): MarketRows => ({ kind: 'bars', resolution: '1m', rows })
const trades = (...rows: Trade[]): MarketRows => ({ kind: 'trades', rows })
const quotes = (...rows: Quote[]): MarketRows => ({ kind: 'quotes', rows })

function tradeOf(changes: Partial<Trade> = {}): Trade {
  return { symbol: 'XYZ', time: NOW, price: 100 * ONE, quantity: ONE, ...changes }
}

/** "CODE at place", or '' when the body was taken. */
function refusal(rows: unknown, source = 'sp500', admission = createAdmission()): string {
  const before = JSON.stringify(admission)
  try {
    admit(admission, source, rows as MarketRows)
    return ''
  } catch (error) {
    if (!isArkError(error)) throw error
    expect(JSON.stringify(admission)).toBe(before)
    return `${error.code} at ${error.where}`
  }
}

/** A good row first, so that the place must be that of the second. */
const second = (change: object) => bars(barOf(100), { ...barOf(100, { end: NOW + 1 }), ...change })

describe('a body is refused whole, with the place of its first fault [REQ_SEC_02]', () => {
  it.each<[string, unknown, string]>([
    ['no rows', bars(), 'DATA_INVALID at bars'],
    [
      'too many rows',
      bars(...Array.from({ length: ROWS_MAX + 1 }, (_, row) => barOf(100, { end: NOW + row }))),
      'DATA_INVALID at bars',
    ],
    ['another kind', { kind: 'candles', rows: [barOf(100)] }, 'DATA_INVALID at kind'],
    [
      'a length that is none',
      { kind: 'bars', resolution: '5 minutes', rows: [barOf(100)] },
      'DATA_INVALID at resolution',
    ],
    ['no row at all', bars(barOf(100), null as never), 'DATA_INVALID at bars/1'],
    ['a hole', bars(barOf(100), undefined as never), 'DATA_INVALID at bars/1'],
    ['a row of another length', second({ resolution: '1d' }), 'DATA_INVALID at bars/1/resolution'],
    ['a price of 0', second({ low: 0 }), 'DATA_INVALID at bars/1'],
    ['a negative price', second({ open: -1 }), 'DATA_INVALID at bars/1'],
    ['a fraction of 1e-8', second({ close: 100.5 }), 'DATA_INVALID at bars/1'],
    ['NaN', second({ high: Number.NaN }), 'DATA_INVALID at bars/1'],
    ['an absurd price', second({ high: 1e16 }), 'DATA_INVALID at bars/1'],
    ['a text', second({ close: '100' }), 'DATA_INVALID at bars/1'],
    ['an open above the high', second({ open: 101 * ONE }), 'DATA_INVALID at bars/1'],
    [
      'a close below the low',
      second({ low: 100 * ONE + 1, high: 101 * ONE, open: 101 * ONE }),
      'DATA_INVALID at bars/1',
    ],
    ['a negative volume', second({ volume: -1 }), 'DATA_INVALID at bars/1/volume'],
    ['a volume above 2^53', second({ volume: 1e16 }), 'DATA_INVALID at bars/1/volume'],
    ['no time', second({ end: Number.NaN }), 'DATA_INVALID at bars/1'],
    ['a time before 1970', second({ end: 0 }), 'DATA_INVALID at bars/1'],
    ['a time after 9999', second({ end: 253_402_300_800_000 }), 'DATA_INVALID at bars/1'],
    ['a symbol in small letters', second({ symbol: 'xyz' }), 'DATA_INVALID at bars/1/symbol'],
    ['an empty symbol', second({ symbol: '' }), 'DATA_INVALID at bars/1/symbol'],
    ['a long symbol', second({ symbol: 'X'.repeat(21) }), 'DATA_INVALID at bars/1/symbol'],
    ['a number for a symbol', second({ symbol: 5 }), 'DATA_INVALID at bars/1/symbol'],
    ['a name that every object has', second({ symbol: 'constructor' }), 'DATA_INVALID at bars/1/symbol'],
    ['the prototype', second({ symbol: '__proto__' }), 'DATA_INVALID at bars/1/symbol'],
    ['the same bar again', second({ end: NOW }), 'DATA_BACKWARDS at bars/1'],
    ['an older bar', second({ end: NOW - 1 }), 'DATA_BACKWARDS at bars/1'],
    ['an older trade', trades(tradeOf(), tradeOf({ time: NOW - 1 })), 'DATA_BACKWARDS at trades/1'],
    ['a trade at no price', trades(tradeOf(), tradeOf({ price: 0 })), 'DATA_INVALID at trades/1/price'],
    [
      'a trade of less than nothing',
      trades(tradeOf(), tradeOf({ quantity: -1 })),
      'DATA_INVALID at trades/1/quantity',
    ],
    [
      'an older quote',
      quotes(quoteOf(99, 100), quoteOf(99, 100, { time: NOW - 1 })),
      'DATA_BACKWARDS at quotes/1',
    ],
    ['a crossed quote', quotes(quoteOf(99, 100), quoteOf(100.01, 100)), 'DATA_INVALID at quotes/1'],
    ['a quote without a bid', quotes(quoteOf(99, 100), quoteOf(0, 100)), 'DATA_INVALID at quotes/1'],
    [
      'a negative size',
      quotes(quoteOf(99, 100), quoteOf(99, 100, { askSize: -1 })),
      'DATA_INVALID at quotes/1',
    ],
  ])('%s', (_, rows, expected) => {
    expect(refusal(rows)).toBe(expected)
  })

  it.each(['', 'SP500', 'sp 500', 'a'.repeat(33), '../etc', '__proto__'])(
    'a source called "%s"',
    (source) => {
      expect(refusal(bars(barOf(100)), source)).toBe('DATA_INVALID at source')
    },
  )
})

describe('what was taken is remembered', () => {
  it('over bodies, and by source, kind and symbol apart', () => {
    const admission = createAdmission()
    expect(refusal(bars(barOf(100)), 'a', admission)).toBe('')
    expect(refusal(bars(barOf(100)), 'a', admission)).toBe('DATA_BACKWARDS at bars/0')
    expect(refusal(bars(barOf(100)), 'b', admission)).toBe('')
    expect(refusal(bars(barOf(100, { symbol: 'ABC' })), 'a', admission)).toBe('')
    expect(refusal(trades(tradeOf()), 'a', admission)).toBe('')
    expect(refusal(trades(tradeOf()), 'a', admission)).toBe('')
    expect(admission.rows).toEqual({ a: 4, b: 1 })
  })

  it('as plain JSON', () => {
    const admission = createAdmission()
    admit(admission, 'a', bars(barOf(100)))
    const revived = JSON.parse(JSON.stringify(admission))
    expect(refusal(bars(barOf(100)), 'a', revived)).toBe('DATA_BACKWARDS at bars/0')
  })

  it('for a source named like a member of every object, too', () => {
    const admission = createAdmission()
    for (let time = 1; time <= 2; time++) admit(admission, 'constructor', bars(barOf(100, { end: time })))
    expect(admission.rows).toEqual({ constructor: 2 })
  })
})

describe('what feeds may make a run remember is bounded', () => {
  const many = (from: number, count: number) =>
    trades(...Array.from({ length: count }, (_, index) => tradeOf({ symbol: `S${from + index}` })))

  it('to 10,000 symbols of all sources and kinds together; known ones go on', () => {
    const admission = createAdmission()
    for (let from = 0; from < SYMBOLS_MAX - 1; from += ROWS_MAX)
      expect(refusal(many(from, Math.min(ROWS_MAX, SYMBOLS_MAX - 1 - from)), 'a', admission)).toBe('')
    expect(refusal(trades(tradeOf({ symbol: 'S0' }), ...manyRows(2)), 'b', admission)).toBe(
      'DATA_INVALID at trades/2/symbol',
    )
    expect(refusal(trades(...manyRows(1)), 'b', admission)).toBe('')
    expect(refusal(trades(tradeOf({ symbol: 'OTHER' })), 'a', admission)).toBe(
      'DATA_INVALID at trades/0/symbol',
    )
    expect(refusal(bars(barOf(100, { symbol: 'S5' })), 'c', admission)).toBe('')
    expect(admission.symbolCount).toBe(SYMBOLS_MAX)
    expect(Object.keys(admission.symbols)).toHaveLength(SYMBOLS_MAX)
  })

  const manyRows = (count: number) =>
    Array.from({ length: count }, (_, index) => tradeOf({ symbol: `NEW${index}` }))

  it('to 64 sources; known ones go on', () => {
    const admission = createAdmission()
    for (let index = 0; index < SOURCES_MAX; index++)
      expect(refusal(bars(barOf(100)), `source-${index}`, admission)).toBe('')
    expect(refusal(bars(barOf(100)), 'constructor', admission)).toBe('DATA_INVALID at source')
    expect(refusal(trades(tradeOf()), 'source-0', admission)).toBe('')
  })
})

describe('a row from the future', () => {
  it.each<[string, (time: number) => MarketRows]>([
    ['bars', (end) => bars(barOf(100, { end: NOW - 60_000 }), barOf(100, { end }))],
    ['trades', (time) => trades(tradeOf({ time: NOW - 1 }), tradeOf({ time }))],
    ['quotes', (time) => quotes(quoteOf(99, 101, { time: NOW - 1 }), quoteOf(99, 101, { time }))],
  ])('more than 5 s ahead is refused live and plays no part in history: %s', (kind, rowsTo) => {
    const admission = createAdmission()
    const before = JSON.stringify(admission)
    expect(() => admit(admission, 'a', rowsTo(NOW + 5_001), NOW)).toThrow(
      expect.objectContaining({ code: 'DATA_INVALID', where: `${kind}/1` }),
    )
    expect(JSON.stringify(admission)).toBe(before)
    admit(admission, 'a', rowsTo(NOW + 5_000), NOW)
    admit(admission, 'b', rowsTo(NOW + 5_001))
    expect(admission.rows).toEqual({ a: 2, b: 2 })
  })

  it('hides behind no second time', () => {
    const rows = trades({ ...tradeOf(), end: NOW + 86_400_000 } as Trade)
    expect(refusal(rows)).toBe('DATA_INVALID at trades/0')
  })

  it('rolls no day of a paper run', async () => {
    const test = await createTestKernel({ kind: 'paper' })
    test.input('clock/ticked', {}, 'core', NOW)
    test.rows(bars(barOf(100)))
    const { dayEnd } = test.kernel.book.state
    const tomorrow = bars(barOf(100, { end: NOW + 86_400_000 }))
    expect(() => test.rows(tomorrow)).toThrow(expect.objectContaining({ code: 'DATA_INVALID' }))
    expect(test.kernel.book.state.dayEnd).toBe(dayEnd)
    const history = await createTestKernel()
    history.rows(tomorrow)
    expect(history.of('market/chunk')).toHaveLength(1)
  })
})
