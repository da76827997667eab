import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bar, Resolution } from '#core/contract.ts'
import { formatPrice, formatVolume } from '#core/math.ts'
import { formatTime, parseTime } from '#core/time.ts'
import { BARS, barsOf, csv, openTexts, rowsOf, stepsOf, type Terms, timeOf } from './feed-replay-box.ts'

const TRADES = 'ts_utc,symbol,price,qty'
const QUOTES = 'ts_utc,symbol,bid,bid_size,ask,ask_size'
const CRYPTO = JSON.stringify({
  instruments: ['BTC', 'ETH'].map((symbol) => ({
    symbol,
    kind: 'crypto',
    venue: 'X',
    tick: '0.01',
    lot: '0.001',
  })),
})
const showBar = ({ symbol, end, open, high, low, close, volume }: Bar) =>
  [
    formatTime(end).slice(8, 19),
    symbol,
    ...[open, high, low, close].map(formatPrice),
    formatVolume(volume),
  ].join(' ')

async function gathered(text: string, resolution: Resolution, terms: Terms = {}): Promise<readonly string[]> {
  const files = { 'a.csv': text, 'r.json': CRYPTO }
  const bars = await barsOf(await openTexts(files, { reference: 'r.json', resolution, ...terms }))
  for (const bar of bars) expect(bar.resolution).toBe(resolution)
  return bars.map(showBar)
}

describe('bars gathered from finer ones', () => {
  const minutes = csv(
    BARS,
    '2020-01-02T14:30:00Z,SPY,10,12,9,11,100',
    '2020-01-02T14:31:00Z,SPY,11,13,10,12,50',
    '2020-01-02T14:34:00Z,SPY,12,12,8,9,25',
    '2020-01-02T14:35:00Z,SPY,9,9,9,9,1',
    '2020-01-02T14:44:00Z,SPY,7,8,7,8,2',
  )

  it('open with the first row, close with the last, and end at their end, though rows are missing', async () => {
    expect(await gathered(minutes, '5m')).toEqual([
      '02T14:35:00 SPY 10 13 8 9 175',
      '02T14:40:00 SPY 9 9 9 9 1',
      '02T14:45:00 SPY 7 8 7 8 2',
    ])
    expect(await gathered(minutes, '1h')).toEqual(['02T15:30:00 SPY 10 13 7 8 178'])
  })

  it('that have the length already pass as they are', async () => {
    const own = await barsOf(await openTexts({ 'a.csv': minutes }))
    expect(await barsOf(await openTexts({ 'a.csv': minutes }, { resolution: '1m' }))).toEqual(own)
  })

  it('of a day end with the session, early on a half day, and leave out the evening', async () => {
    const text = csv(
      BARS,
      '2019-11-29T13:00:00Z,SPY,9,9,9,9,1',
      '2019-11-29T17:59:00Z,SPY,10,10,10,10,2',
      '2019-11-29T18:00:00Z,SPY,99,99,99,99,4',
      '2019-12-02T20:59:00Z,SPY,11,11,11,11,8',
      '2019-12-03T00:30:00Z,SPY,99,99,99,99,16',
      '2019-12-03T14:30:00Z,SPY,12,12,12,12,32',
      '2019-12-03T14:31:00Z,SPY,12,12,12,12,64',
    )
    const regular = ['02T21:00:00 SPY 11 11 11 11 8', '03T21:00:00 SPY 12 12 12 12 96']
    expect(await gathered(text, '1d')).toEqual(['29T18:00:00 SPY 10 10 10 10 2', ...regular])
    expect(await gathered(text, '1d', { session: 'extended' })).toEqual([
      '29T18:00:00 SPY 9 10 9 10 3',
      ...regular,
    ])
  })

  it('of a day end at midnight UTC for crypto', async () => {
    const text = csv(
      BARS,
      '2020-01-04T23:58:00Z,BTC,1,1,1,1,1',
      '2020-01-04T23:59:00Z,BTC,2,2,2,2,1',
      '2020-01-05T00:00:00Z,BTC,3,3,3,3,1',
    )
    expect(await gathered(text, '1d')).toEqual(['05T00:00:00 BTC 1 2 1 2 2', '06T00:00:00 BTC 3 3 3 3 1'])
  })

  it('never reach from one trading day into the next, where a split may lie', async () => {
    const text = csv(
      BARS,
      '2020-01-03T00:30:00Z,SPY,70,70,70,70,1',
      '2020-01-03T09:00:00Z,SPY,10,10,10,10,1',
      '2020-01-03T09:01:00Z,SPY,10,10,10,10,1',
    )
    const bars = await gathered(text, '12h', { session: 'extended' })
    expect(bars).toEqual(['03T01:00:00 SPY 70 70 70 70 1', '03T14:30:00 SPY 10 10 10 10 2'])
  })
})

const LATE = '2020-01-02T21:30:00Z,SPY,1,1,1,1,1'

/** Bars of `length` minutes from `from` on, for so many hours: when the bars end that they make. */
async function endsOf(
  from: string,
  hours: number,
  length: number,
  resolution: Resolution,
  terms: Terms = { session: 'extended' },
): Promise<readonly string[]> {
  const rows = Array.from({ length: (hours * 60) / length }, (_, n) => {
    const stamp = formatTime(parseTime(`${from}:00Z`) + n * length * 60_000)
    return `${stamp},SPY,1,1,1,1,1`
  })
  const bars = await gathered(csv(BARS, ...rows), resolution, terms)
  expect(bars.reduce((sum, bar) => sum + Number(bar.split(' ').at(-1)), 0)).toBe(rows.length)
  return bars.map((bar) => bar.slice(3, 8))
}

describe('bars of a symbol with sessions are counted from the open and end with the close', () => {
  it.each<readonly [Resolution, readonly string[], readonly string[]]>([
    [
      '1h',
      ['15:30', '16:30', '17:30', '18:30', '19:30', '20:30', '21:00'],
      ['14:30', '15:30', '16:30', '17:30', '18:30', '19:30', '20:00'],
    ],
    ['2h', ['16:30', '18:30', '20:30', '21:00'], ['15:30', '17:30', '19:30', '20:00']],
    ['4h', ['18:30', '21:00'], ['17:30', '20:00']],
    ['390m', ['21:00'], ['20:00']],
  ])('%s, in winter and in summer alike', async (resolution, inWinter, inSummer) => {
    for (const session of ['regular', 'extended'] as const) {
      expect(await endsOf('2020-01-02T14:30', 6.5, 1, resolution, { session })).toEqual(inWinter)
      expect(await endsOf('2020-07-01T13:30', 6.5, 1, resolution, { session })).toEqual(inSummer)
    }
  })

  it('on a half day, too', async () => {
    expect(await endsOf('2019-11-29T14:30', 3.5, 1, '2h')).toEqual(['16:30', '18:00'])
    expect(await endsOf('2019-07-03T13:30', 3.5, 1, '4h')).toEqual(['17:00'])
  })

  it('in extended hours end with the open, the close and 20:00 New York time', async () => {
    // 08:00 to 20:00; on the half day the evening is seven hours long.
    expect(await endsOf('2020-07-01T12:00', 12, 1, '3h')).toEqual([
      ...['13:30', '16:30', '19:30', '20:00'],
      ...['23:00', '00:00'],
    ])
    expect(await endsOf('2019-07-03T12:00', 12, 1, '3h')).toEqual([
      ...['13:30', '16:30', '17:00'],
      ...['20:00', '23:00', '00:00'],
    ])
  })

  it('begin with the full hour that holds the open where the file has full hours', async () => {
    const expected = ['16:00', '18:00', '20:00', '21:00']
    expect(await endsOf('2020-01-02T14:00', 7, 60, '2h')).toEqual(expected)
    expect(await endsOf('2020-07-01T12:00', 9, 60, '4h')).toEqual(['13:00', '17:00', '20:00', '00:00'])
  })

  it('hold a bar that overlaps the close, and are then known no earlier than that one', async () => {
    // The file goes on behind the close, so its bar of 15:30 may, too.
    expect(await endsOf('2020-01-02T14:30', 8, 60, '4h')).toEqual(['18:30', '21:30', '00:30'])
    // It ends with the session where no row of the file lies behind one.
    expect(await endsOf('2020-01-02T14:30', 7, 60, '4h')).toEqual(['18:30', '21:00'])
    expect(await endsOf('2020-01-02T14:30', 7, 60, '1d')).toEqual(['21:00'])
    // Though the end of another symbol's bar is seen together with it.
    const row = (stamp: string, symbol: string) => `2020-01-02T${stamp}:00Z,${symbol},1,1,1,1,1`
    const files = {
      'a.csv': csv(BARS, ...['18:30', '19:30', '20:30'].map((stamp) => row(stamp, 'SPY')), LATE),
      'b.csv': csv(BARS, row('18:00', 'BTC'), row('19:00', 'BTC')),
      'r.json': CRYPTO,
    }
    const terms: Terms = { reference: 'r.json', resolution: '4h', session: 'regular' }
    const bars = await barsOf(await openTexts(files, terms))
    expect(bars.map(showBar)).toEqual(['02T20:00:00 BTC 1 1 1 1 2', '02T21:30:00 SPY 1 1 1 1 3'])
  })

  it('come in order of time beside a symbol that trades round the clock', async () => {
    const rows = Array.from({ length: 14 * 60 }, (_, n) => {
      const stamp = formatTime(parseTime('2020-01-02T12:00:00Z') + n * 60_000)
      return ['BTC', 'SPY'].map((symbol) => `${stamp},${symbol},1,1,1,1,1`)
    })
    const bars = await gathered(csv(BARS, ...rows.flat()), '4h', { session: 'extended' })
    expect(bars.map((bar) => `${bar.slice(0, 8)} ${bar.slice(12, 13)}`)).toEqual([
      ...['02T14:30 S', '02T16:00 B', '02T18:30 S', '02T20:00 B', '02T21:00 S'],
      ...['03T00:00 B', '03T01:00 S', '03T04:00 B', '03T04:00 S'],
    ])
  })
})

describe('bars gathered from trades', () => {
  it('replace them; a trade at the end of a bar is in the next, and parts of a unit add up', async () => {
    const text = csv(
      TRADES,
      '2020-01-04T10:00:00Z,BTC,100,0.00005',
      '2020-01-04T10:00:59.999Z,BTC,90,0.00005',
      '2020-01-04T10:01:00Z,BTC,95,1',
      '2020-01-04T10:01:00Z,BTC,96,1.5',
    )
    expect(await gathered(text, '1m')).toEqual([
      '04T10:01:00 BTC 100 100 90 90 0.0001',
      '04T10:02:00 BTC 95 96 95 96 2.5',
    ])
    const rows = await rowsOf(
      await openTexts({ 'a.csv': text, 'r.json': CRYPTO }, { reference: 'r.json', resolution: '1m' }),
    )
    expect(rows.every((row) => 'end' in row)).toBe(true)
  })

  it('come in order of time, though one symbol is traded rarely', async () => {
    const trade = (clock: string, symbol: string) => `2020-01-04T${clock}Z,${symbol},100,1`
    const trades = [
      trade('10:00:10', 'BTC'),
      trade('10:00:20', 'ETH'),
      trade('10:02:00', 'ETH'),
      trade('10:09:00', 'ETH'),
    ]
    const text = csv(TRADES, ...trades, trade('10:20:00', 'BTC'))
    const bars = await gathered(text, '1m', { session: 'extended' })
    expect(bars.map((bar) => bar.slice(3, 13))).toEqual([
      '10:01:00 B',
      '10:01:00 E',
      '10:03:00 E',
      '10:10:00 E',
      '10:21:00 B',
    ])
  })

  it('come behind the quotes of their end and before what is later', async () => {
    const quote = (clock: string) => `2020-01-04T${clock}Z,BTC,99,1,101,1`
    const files = {
      'r.json': CRYPTO,
      'a.csv': csv(TRADES, '2020-01-04T10:00:10Z,BTC,100,1', '2020-01-04T10:05:10Z,BTC,90,1'),
      'b.csv': csv(QUOTES, quote('10:00:30'), quote('10:01:00'), quote('10:01:00.001')),
    }
    const rows = await rowsOf(await openTexts(files, { reference: 'r.json', resolution: '1m' }))
    const shown = rows.map((row) => `${'end' in row ? 'bar' : 'quote'} ${formatTime(timeOf(row)).slice(11)}`)
    expect(shown).toEqual([
      'quote 10:00:30.000Z',
      'quote 10:01:00.000Z',
      'bar 10:01:00.000Z',
      'quote 10:01:00.001Z',
      'bar 10:06:00.000Z',
    ])
  })
})

describe('any minutes of several symbols', () => {
  const minute = fc.record({
    step: fc.integer({ min: 0, max: 40 }),
    symbol: fc.constantFrom('BTC', 'ETH'),
    price: fc.integer({ min: 1, max: 50 }),
  })
  it('keep their order, their extremes and their volume', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(minute, { minLength: 2, maxLength: 60 }),
        fc.constantFrom('5m', '15m', '1h'),
        async (list, length) => {
          let at = Date.UTC(2020, 0, 2, 15)
          const seen = new Map<string, number>()
          const rows = list.map(({ step, symbol, price }) => {
            at = Math.max(at, (seen.get(symbol) ?? 0) + 60_000) + step * 60_000
            seen.set(symbol, at)
            return { symbol, start: at, price }
          })
          // One pair of neighbours tells that these are minutes.
          const first = ['BTC', 'ETH'].flatMap((symbol) =>
            [0, 1].map((n) => ({ symbol, start: Date.UTC(2020, 0, 2, 14) + n * 60_000, price: 5 })),
          )
          const all = [...first.sort((a, b) => a.start - b.start), ...rows]
          const text = csv(
            BARS,
            ...all.map(
              ({ symbol, start, price }) =>
                `${formatTime(start)},${symbol},${price},${price},${price},${price},1`,
            ),
          )
          const bars = await barsOf(
            await openTexts(
              { 'a.csv': text, 'r.json': CRYPTO },
              { resolution: length as Resolution, reference: 'r.json' },
            ),
          )
          const size = { '5m': 5, '15m': 15, '1h': 60 }[length] ?? 0
          const expected = new Map<string, number[]>()
          for (const { symbol, start, price } of all) {
            const key = `${(Math.floor(start / (size * 60_000)) + 1) * size * 60_000} ${symbol}`
            expected.set(key, [...(expected.get(key) ?? []), price])
          }
          expect(bars.length).toBe(expected.size)
          bars.forEach((bar, index) => {
            const prices = expected.get(`${bar.end} ${bar.symbol}`) ?? []
            expect([bar.open, bar.high, bar.low, bar.close, bar.volume]).toEqual([
              (prices[0] ?? 0) * 1e8,
              Math.max(...prices) * 1e8,
              Math.min(...prices) * 1e8,
              (prices.at(-1) ?? 0) * 1e8,
              prices.length * 10_000,
            ])
            expect(bar.end).toBeGreaterThanOrEqual(bars[index - 1]?.end ?? 0)
          })
        },
      ),
      { numRuns: 40 },
    )
  })

  it('come in batches of at most 1,000', async () => {
    const rows = Array.from(
      { length: 5_001 },
      (_, n) => `${formatTime(Date.UTC(2020, 0, 4) + n * 60_000)},BTC,1,1,1,1,1`,
    )
    const files = { 'a.csv': csv(BARS, ...rows), 'r.json': CRYPTO }
    const steps = await stepsOf(await openTexts(files, { reference: 'r.json', resolution: '2m' }))
    expect(steps.map((step) => (step.kind === 'rows' ? step.rows.rows.length : 0))).toEqual([
      1_000, 1_000, 501,
    ])
  })
})
