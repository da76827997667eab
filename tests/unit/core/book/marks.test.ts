import { describe, expect, it } from 'vitest'
import { createBook, equityOf, type SymbolBook, symbolOf } from '#core/book/book.ts'
import { atPrice, averageDailyVolume, markBar, markQuote, markTrade, rollDay } from '#core/book/marks.ts'
import type { ArkEvent, Instrument } from '#core/contract.ts'
import { parseCash } from '#core/math.ts'
import { parseTime } from '#core/time.ts'
import { ONE, VOLUME } from '#tests/support/facts.ts'
import { barOf, NOW, quoteOf, XYZ } from '#tests/support/kernel.ts'

const BTC: Instrument = { ...XYZ, symbol: 'BTC', kind: 'crypto' }

function fresh(instrument: Instrument = XYZ): SymbolBook {
  return symbolOf(createBook(0, [instrument]), instrument.symbol)
}

function trade(entry: SymbolBook, price: number, time: number, quantity = ONE): void {
  markTrade(entry, 'sp500', { symbol: entry.symbol, time, price: price * ONE, quantity })
}

describe('the reference price', () => {
  it('of a quote is its middle, rounded down', () => {
    const entry = fresh()
    markQuote(entry, 'sp500', { ...quoteOf(99, 100), bid: 101, ask: 104, time: 7 })
    // 3 of 102 is above 2 %: no reference.
    expect(entry.mark).toBe(0)
    markQuote(entry, 'sp500', { ...quoteOf(99, 100), bid: 1_001, ask: 1_004, time: 8 })
    expect(entry).toMatchObject({ mark: 1_002, markTime: 8, markIsQuote: true, markIsBar: false })
  })

  it('is none of a quote that is wider than 2 %, though its sides are kept', () => {
    const entry = fresh()
    markBar(entry, 'sp500', barOf(50))
    markQuote(entry, 'sp500', quoteOf(99, 101.01, { time: NOW + 1 }))
    expect(entry).toMatchObject({ mark: 50 * ONE, markTime: NOW, markIsQuote: false, markIsBar: true })
    expect(entry).toMatchObject({ bid: 99 * ONE, ask: 101.01 * ONE, quoteTime: NOW + 1 })
    // Exactly 2 % of the middle still is one.
    markQuote(entry, 'sp500', quoteOf(99, 101, { time: NOW + 2 }))
    expect(entry).toMatchObject({ mark: 100 * ONE, markIsQuote: true })
  })

  it('of a trade gives way to a quote of the last 15 s', () => {
    const entry = fresh()
    markQuote(entry, 'sp500', quoteOf(99.9, 100.1))
    trade(entry, 105, NOW + 15_000)
    expect(entry.mark).toBe(100 * ONE)
    trade(entry, 105, NOW + 15_001)
    expect(entry).toMatchObject({
      mark: 105 * ONE,
      markTime: NOW + 15_001,
      markIsQuote: false,
      markIsBar: false,
    })
  })

  it('of a bar gives way to a quote of the last 15 s, and nothing older than the mark moves it', () => {
    const entry = fresh()
    markQuote(entry, 'sp500', quoteOf(119.9, 120.1, { time: NOW }))
    markBar(entry, 'sp500', barOf(100, { end: NOW - 840_000 }))
    markBar(entry, 'sp500', barOf(100, { end: NOW + 15_000 }))
    expect(entry).toMatchObject({ mark: 120 * ONE, markTime: NOW, markIsQuote: true })
    markQuote(entry, 'file', quoteOf(99.9, 100.1, { time: NOW - 1 }))
    expect(entry).toMatchObject({ mark: 120 * ONE, bid: 119.9 * ONE })
    markBar(entry, 'sp500', barOf(119, { end: NOW + 15_001 }))
    expect(entry).toMatchObject({ mark: 119 * ONE, markIsBar: true })
  })

  it('is credited to the source that made it, not to one whose quote made none', () => {
    const entry = fresh()
    markQuote(entry, 'rogue', quoteOf(99.9, 100.1, { time: NOW }))
    markQuote(entry, 'sp500', quoteOf(50, 150, { time: NOW + 1 }))
    trade(entry, 100, NOW + 2)
    expect(entry).toMatchObject({ mark: 100 * ONE, source: 'rogue' })
  })

  it('values positions only when it is plausible, or a second one confirms it', () => {
    const entry = fresh()
    const at = (close: number, minute: number) =>
      markBar(entry, 'sp500', barOf(close, { end: NOW + minute * 60_000 }))
    at(100, 0)
    expect(entry.valued).toBe(100 * ONE)
    at(101, 1)
    expect(entry.valued).toBe(101 * ONE)
    at(40, 2)
    expect(entry).toMatchObject({ mark: 40 * ONE, valued: 101 * ONE })
    at(41, 3)
    expect(entry).toMatchObject({ mark: 41 * ONE, valued: 41 * ONE })
  })

  it('of a bar is its close, at its end', () => {
    const entry = fresh()
    markBar(entry, 'sp500', barOf(100, { open: 90 * ONE, high: 110 * ONE, low: 90 * ONE, end: NOW + 60_000 }))
    expect(entry).toMatchObject({
      mark: 100 * ONE,
      markTime: NOW + 60_000,
      markIsBar: true,
    })
  })
})

describe('the last move', () => {
  it('is none before the second observation, then a share of the one before', () => {
    const entry = fresh()
    markBar(entry, 'sp500', barOf(100))
    expect(entry.move).toBe(-1)
    markBar(entry, 'sp500', barOf(110))
    expect(entry).toMatchObject({ move: 10_000_000, moveIsDaily: false })
    markBar(entry, 'sp500', barOf(82.5, { resolution: '1d' }))
    expect(entry).toMatchObject({ move: 25_000_000, moveIsDaily: true })
    markBar(entry, 'sp500', barOf(82.5, { resolution: '1d' }))
    expect(entry.move).toBe(0)
  })
})

describe('volume', () => {
  it('of the day adds up trades in ten-thousandths, rounded down', () => {
    const entry = fresh()
    trade(entry, 100, NOW, 1.5 * ONE)
    trade(entry, 100, NOW, 9_999)
    expect(entry.volumeToday).toBe(1.5 * VOLUME)
  })

  it('of the day is one stream’s: the same trades come again as bars of every length', () => {
    const entry = fresh()
    markBar(entry, 'sp500', barOf(100, { volume: 5 * VOLUME }))
    markBar(entry, 'sp500', barOf(100, { volume: 5 * VOLUME, resolution: '1h' }))
    markBar(entry, 'file', barOf(100, { volume: 5 * VOLUME }))
    trade(entry, 100, NOW, 5 * ONE)
    markBar(entry, 'sp500', barOf(100, { volume: 2 * VOLUME, end: NOW + 60_000 }))
    expect(entry.volumeToday).toBe(7 * VOLUME)
  })

  it('counts a session without a trade like any other, once the symbol has traded', () => {
    const book = createBook(0, [BTC])
    const entry = symbolOf(book, 'BTC')
    for (let day = 0; day < 6; day++) {
      rollDay(book, entry, NOW + day * 86_400_000)
      if (day === 1) markBar(entry, 'sp500', barOf(100, { end: NOW + day * 86_400_000, volume: 9 * VOLUME }))
    }
    expect(entry.volumes).toEqual([9 * VOLUME, 0, 0, 0])
  })

  /** So many sessions of 1, 2, 3 … million units, and one that is not over. */
  function afterSessions(count: number): SymbolBook {
    const book = createBook(0, [XYZ])
    const entry = symbolOf(book, 'XYZ')
    const first = parseTime('2015-01-05T15:00:00Z')
    for (let day = 0, sessions = 0; sessions <= count; day++) {
      const end = first + day * 86_400_000
      if (new Date(end).getUTCDay() % 6 === 0 || day === 14) continue
      rollDay(book, entry, end)
      markBar(entry, 'sp500', barOf(100, { end, volume: ++sessions * 1_000_000 * VOLUME }))
    }
    return entry
  }

  it('on average is the registry’s until five sessions are over, today never counting', () => {
    expect(averageDailyVolume(afterSessions(4))).toBe(XYZ.adv20)
    expect(averageDailyVolume(afterSessions(5))).toBe(3_000_000 * VOLUME)
  })

  it('on average is that of the last 20 sessions', () => {
    expect(averageDailyVolume(afterSessions(20))).toBe(10_500_000 * VOLUME)
    expect(averageDailyVolume(afterSessions(22))).toBe(12_500_000 * VOLUME)
  })

  it('on average is missing when nobody knows it', () => {
    const { adv20: _, ...unknown } = XYZ
    expect(averageDailyVolume(fresh(unknown))).toBeNaN()
  })

  it('of a session without any is no session', () => {
    const book = createBook(0, [XYZ])
    const entry = symbolOf(book, 'XYZ')
    for (const day of ['05', '06', '07']) rollDay(book, entry, parseTime(`2015-01-${day}T15:00:00Z`))
    expect(entry.volumes).toEqual([])
  })
})

describe('the account day', () => {
  /** Which instants, one after another, begin a new day. */
  function rolls(instrument: Instrument, ...times: readonly string[]): readonly boolean[] {
    const book = createBook(0, [instrument])
    return times.map((time) => rollDay(book, symbolOf(book, instrument.symbol), parseTime(time)))
  }

  it('of stocks ends with the close of New York; what comes after it belongs to the next session', () => {
    expect(
      rolls(
        XYZ,
        '2015-01-05T15:00:00Z',
        '2015-01-05T21:00:00Z',
        '2015-01-05T21:00:00.001Z',
        '2015-01-06T21:00:00Z',
        '2015-01-06T21:01:00Z',
      ),
    ).toEqual([false, false, true, false, true])
  })

  it('of stocks goes over a weekend and a holiday as one, and ends at 18:00Z on a half day', () => {
    expect(
      rolls(
        XYZ,
        '2015-01-16T15:00:00Z',
        '2015-01-17T15:00:00Z',
        '2015-01-19T15:00:00Z',
        '2015-01-20T21:00:00Z',
      ),
    ).toEqual([false, true, false, false])
    expect(rolls(XYZ, '2015-11-27T15:00:00Z', '2015-11-27T18:00:00Z', '2015-11-27T18:00:00.001Z')).toEqual([
      false,
      false,
      true,
    ])
  })

  it('of crypto alone ends at midnight UTC', () => {
    expect(rolls(BTC, '2015-01-05T15:00:00Z', '2015-01-05T23:59:59.999Z', '2015-01-06T00:00:00Z')).toEqual([
      false,
      false,
      true,
    ])
  })

  it('of a mixed account is that of New York, from the first symbol with sessions on', () => {
    const book = createBook(0, [BTC, XYZ])
    const roll = (symbol: string, time: string) => rollDay(book, symbolOf(book, symbol), parseTime(time))
    expect(roll('BTC', '2015-01-05T15:00:00Z')).toBe(false)
    expect(roll('XYZ', '2015-01-05T16:00:00Z')).toBe(false)
    expect(roll('BTC', '2015-01-05T20:59:00Z')).toBe(false)
    expect(roll('BTC', '2015-01-05T21:01:00Z')).toBe(true)
    expect(roll('BTC', '2015-01-06T00:00:01Z')).toBe(false)
  })

  it('outside the calendar is a UTC day', () => {
    expect(rolls(XYZ, '1990-01-05T15:00:00Z', '1990-01-05T23:00:00Z', '1990-01-06T00:00:00Z')).toEqual([
      false,
      false,
      true,
    ])
  })

  it('begins with the equity of the marks before it, and counts anew', () => {
    const book = createBook(parseCash('1000'), [XYZ])
    const entry = symbolOf(book, 'XYZ')
    rollDay(book, entry, NOW)
    markBar(entry, 'sp500', barOf(100))
    Object.assign(entry, { position: 2 * ONE, boughtToday: 2 * ONE, soldToday: ONE })
    Object.assign(book.state, { held: [0], netDeposits: 5, dayLossLatched: true })
    expect(rollDay(book, entry, NOW + 86_400_000)).toBe(true)
    markBar(entry, 'sp500', barOf(95))
    expect(book.state).toMatchObject({
      dayStartEquity: parseCash('1200'),
      netDeposits: 0,
      dayLossLatched: false,
    })
    expect(equityOf(book)).toBe(parseCash('1190'))
    expect(entry).toMatchObject({ boughtToday: 0, soldToday: 0, volumes: [10_000 * VOLUME] })
  })
})

describe('a price that is only asked about', () => {
  it.each([
    ['market/bar', barOf(110)],
    ['market/trade', { symbol: 'XYZ', time: NOW, price: 110 * ONE, quantity: ONE }],
    ['market/quote', quoteOf(108, 110)],
  ] as const)('of a %s is the mark meanwhile, and no trace of it stays', (type, payload) => {
    const entry = fresh()
    markBar(entry, 'sp500', barOf(100, { end: NOW - 1 }))
    const before = structuredClone(entry)
    const row = { type, payload, source: 'other', time: NOW } as ArkEvent
    const seen = atPrice(entry, row, 110 * ONE, NOW, () => structuredClone(entry))
    const isQuote = type === 'market/quote'
    expect(seen).toMatchObject({ mark: 110 * ONE, markTime: NOW, source: 'other', markIsQuote: isQuote })
    expect(seen.quoteTime).toBe(isQuote ? NOW : 0)
    expect(entry).toEqual(before)
    const fail = () => {
      throw new Error('a test')
    }
    expect(() => atPrice(entry, row, 110 * ONE, NOW, fail)).toThrow('a test')
    expect(entry).toEqual(before)
  })
})
