import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MarketRows } from '#core/contract.ts'
import { admit, createAdmission } from '#core/cycle/admit.ts'
import { ArkError, isArkError } from '#core/errors.ts'
import { formatPrice, formatVolume } from '#core/math.ts'
import { formatTime, parseTime } from '#core/time.ts'
import { type CsvOptions, createCsvReader, readCsv } from '#plugins/feed-replay/csv.ts'
import { PRICE_MAX } from '#plugins/feed-replay/csv-batch.ts'

const encoder = new TextEncoder()

function read(text: string, options: CsvOptions = {}, size = Number.POSITIVE_INFINITY): MarketRows[] {
  const bytes = encoder.encode(text)
  const reader = createCsvReader('a.csv', options)
  const batches: MarketRows[] = []
  for (let at = 0; at < bytes.length; at += size)
    batches.push(...reader.push(bytes.slice(at, Math.min(bytes.length, at + size))))
  batches.push(...reader.end())
  return batches
}

function refusalOf(text: string, options: CsvOptions = {}): string {
  try {
    read(text, options)
  } catch (error) {
    if (isArkError(error)) return `${error.code} ${error.where} ${error.message}`
    throw error
  }
  return 'taken'
}

const rowsOf = (batch: MarketRows): readonly MarketRows['rows'][number][] => batch.rows

const MINUTES = 'ts_utc,symbol,open,high,low,close,volume'
const bars = (...rows: string[]) => `${[MINUTES, ...rows].join('\n')}\n`
const GOOD = '2020-01-02T14:30:00Z,SPY,10,11,9,10.5,100'
const NEXT = '2020-01-02T14:31:00Z,SPY,10,11,9,10.5,100'
const withField = (column: number, value: string) =>
  NEXT.split(',')
    .map((field, index) => (index === column ? value : field))
    .join(',')

describe('rows that are refused, with their place', () => {
  it.each([
    ['a header nobody knows', 'a,b\n1,2\n', 'DATA_INVALID a.csv:1', 'the header is "a,b"'],
    ['an empty file', '', 'DATA_INVALID a.csv:1', 'the file is empty'],
    ['a missing column', `${MINUTES.replace(',low', '')}\n`, 'DATA_INVALID a.csv:1', 'no column low'],
    [
      'a missing stamp',
      `${MINUTES.replace('ts_utc', 'when')}\n`,
      'a.csv:1',
      'no column end or ts_utc or date',
    ],
    ['a doubled column', `${MINUTES},close\n`, 'DATA_INVALID a.csv:1', '"close" stands twice'],
    ['no symbol at all', 'date,open,high,low,close,volume\n', 'a.csv:1', 'no column symbol'],
    ['too few fields', bars(GOOD, '2020-01-02T14:31:00Z,SPY,10'), 'a.csv:3', '3 fields, wanted 7'],
    ['too many fields', bars(GOOD, `${NEXT},1`), 'DATA_INVALID a.csv:3', '8 fields, wanted 7'],
    ['a blank line inside', bars(GOOD, '', NEXT), 'DATA_INVALID a.csv:3', 'blank'],
    ['a letter in a price', bars(GOOD, withField(2, '1O')), 'DATA_INVALID a.csv:3', 'open is "1O"'],
    ['NaN', bars(GOOD, withField(5, 'NaN')), 'DATA_INVALID a.csv:3', 'close is "NaN"'],
    ['an empty price', bars(GOOD, withField(3, '')), 'DATA_INVALID a.csv:3', 'high is empty'],
    ['a minus', bars(GOOD, withField(4, '-9')), 'DATA_INVALID a.csv:3', 'low is "-9"'],
    ['a plus', bars(GOOD, withField(4, '+9')), 'DATA_INVALID a.csv:3', 'low is "+9"'],
    ['an exponent without end', bars(GOOD, withField(6, '1e')), 'DATA_INVALID a.csv:3', 'volume is "1e"'],
    ['an exponent too large', bars(GOOD, withField(6, '1e12')), 'a.csv:3', 'at most 900719925474'],
    ['a thousands separator', bars(GOOD, withField(2, '"1,010"')), 'a.csv:3', 'thousands separator'],
    ['a currency', bars(GOOD, withField(2, '$10')), 'DATA_INVALID a.csv:3', 'open is "$10"'],
    ['a bare point', bars(GOOD, withField(2, '10.')), 'DATA_INVALID a.csv:3', 'open is "10."'],
    ['a leading point', bars(GOOD, withField(2, '.5')), 'DATA_INVALID a.csv:3', 'open is ".5"'],
    ['a blank beside a number', bars(GOOD, withField(2, ' 10')), 'a.csv:3', 'open is " 10"'],
    ['nine decimals that count', bars(GOOD, withField(4, '0.000000015')), 'a.csv:3', 'at most 8 decimals'],
    ['less than the least unit', bars(GOOD, withField(4, '1e-9')), 'a.csv:3', 'at most 8 decimals'],
    ['a price beyond 2^53', bars(GOOD, withField(3, '90071993')), 'a.csv:3', 'at most 10000000'],
    [
      'a price that core takes none of',
      bars(GOOD, withField(3, '10000000.01')),
      'a.csv:3',
      'a price is above 10000000',
    ],
    ['a price of 0', bars(GOOD, withField(4, '0')), 'DATA_INVALID a.csv:3', 'a price is 0'],
    ['high below low', bars(GOOD, withField(3, '8.9')), 'DATA_INVALID a.csv:3', 'high is below low'],
    ['close above high', bars(GOOD, withField(5, '11.01')), 'a.csv:3', 'outside low to high'],
    ['open below low', bars(GOOD, withField(2, '8.99')), 'a.csv:3', 'outside low to high'],
    ['a zone', bars(GOOD, withField(0, '2020-01-02T14:31:00+00:00')), 'a.csv:3', 'with Z'],
    ['no zone', bars(GOOD, withField(0, '2020-01-02T14:31:00')), 'a.csv:3', 'with Z'],
    ['a blank for T', bars(GOOD, withField(0, '2020-01-02 14:31:00Z')), 'a.csv:3', 'a time such as'],
    ['31 November', bars(GOOD, withField(0, '2020-11-31T14:31:00Z')), 'a.csv:3', 'a time such as'],
    ['hour 24', bars(GOOD, withField(0, '2020-01-02T24:00:00Z')), 'a.csv:3', 'a time such as'],
    ['picoseconds', bars(GOOD, withField(0, '2020-01-02T14:31:00.0000000001Z')), 'a.csv:3', 'nanoseconds'],
    ['an empty fraction', bars(GOOD, withField(0, '2020-01-02T14:31:00.Z')), 'a.csv:3', 'a time such as'],
    ['a long symbol', bars(GOOD, withField(1, 'A'.repeat(21))), 'a.csv:3', 'wanted 1 to 20 of A-Z'],
    ['a small letter', bars(GOOD, withField(1, 'spy')), 'DATA_INVALID a.csv:3', 'symbol is "spy"'],
    ['a symbol that begins with a dash', bars(GOOD, withField(1, '-SPY')), 'a.csv:3', 'symbol is "-SPY"'],
    ['no symbol', bars(GOOD, withField(1, '')), 'DATA_INVALID a.csv:3', 'symbol is empty'],
    ['an open quote', bars(GOOD, withField(1, '"SPY')), 'DATA_INVALID a.csv:3', ''],
    ['text behind a quote', bars(GOOD, withField(1, '"SPY"X')), 'DATA_INVALID a.csv:3', 'symbol is'],
    ['a duplicate', bars(GOOD, NEXT, NEXT), 'DATA_BACKWARDS a.csv:4', 'stands there twice'],
    ['a step back', bars(NEXT, GOOD), 'DATA_BACKWARDS a.csv:3', 'SPY at 2020-01-02T14:31:00.000Z'],
  ])('%s', (_, text, place, why) => {
    const refusal = refusalOf(text, { resolution: '1m' }).replace('a column date makes', '')
    expect(refusal).toContain(place)
    expect(refusal).toContain(why)
  })

  it('refuses bars that overlap, because the resolution given is not theirs', () => {
    expect(refusalOf(bars(GOOD, NEXT), { resolution: '1h' })).toContain('a.csv:3 the bar overlaps')
  })

  it('refuses to guess a resolution', () => {
    expect(refusalOf(bars(GOOD))).toContain('a.csv:2 no symbol has two stamps')
    // Minutes with holes, or bars of two minutes that slipped: nobody knows.
    const uneven = bars(GOOD, GOOD.replace('14:30', '14:32'), GOOD.replace('14:30', '14:35'))
    expect(refusalOf(uneven)).toContain('a.csv:2 stamps are 120 s apart and more, in steps of 60 s')
    const half = bars(GOOD, GOOD.replace('30:00Z', '30:00.500Z'))
    expect(refusalOf(half)).toContain('a.csv:2 stamps are 0.5 s apart')
  })

  it('refuses another resolution than a day for session dates', () => {
    const text = 'date,symbol,open,high,low,close,volume\n2020-01-02,SPY,10,11,9,10.5,100\n'
    expect(refusalOf(text, { resolution: '1h' })).toContain('DATA_INVALID a.csv:1')
  })

  it('refuses a day that the calendar does not know, and a date that is none', () => {
    const text = (day: string) => `date,symbol,open,high,low,close,volume\n${day},SPY,10,11,9,10.5,100\n`
    expect(refusalOf(text('2020-01-04'), { sessionClose: () => Number.NaN })).toContain(
      '2020-01-04 is no session',
    )
    expect(refusalOf(text('2019-02-29'))).toContain('DATA_INVALID a.csv:2 date is "2019-02-29"')
    expect(refusalOf(text('2020-01-02T14:30:00Z'))).toContain('a day such as')
  })

  it('refuses a trade of nothing and a quote that is crossed or one-sided', () => {
    const trades = (price: string, qty: string) =>
      `ts_utc,symbol,price,qty\n2020-01-02T14:30:00Z,BTC,${price},${qty}\n`
    expect(refusalOf(trades('0', '1'))).toContain('DATA_INVALID a.csv:2 price or qty is 0')
    expect(refusalOf(trades('1', '0.00'))).toContain('DATA_INVALID a.csv:2 price or qty is 0')
    const quotes = (bid: string, ask: string) =>
      `ts_utc,symbol,bid,ask,bid_qty,ask_qty\n2020-01-02T14:30:00Z,BTC,${bid},${ask},1,1\n`
    expect(refusalOf(quotes('0', '1'))).toContain('bid or ask is 0')
    expect(refusalOf(quotes('2', '1'))).toContain('bid is above ask')
    expect(refusalOf(quotes('1', '1'))).toBe('taken')
  })

  it('refuses a trade older than the one before, and takes two of one moment', () => {
    const text = (second: string) =>
      `ts_utc,symbol,price,qty\n2020-01-02T14:30:01Z,BTC,1,1\n2020-01-02T14:30:0${second}Z,BTC,1,1\n`
    expect(refusalOf(text('0'))).toContain('DATA_BACKWARDS a.csv:3')
    expect(refusalOf(text('1'))).toBe('taken')
  })

  it('refuses a line without end and a header without end', () => {
    expect(refusalOf(bars(GOOD, NEXT) + '9'.repeat(140_000))).toContain('a.csv:4')
    expect(refusalOf('x'.repeat(70_000))).toContain('DATA_INVALID a.csv:1')
  })

  it('refuses a symbol option that is none, before it reads', () => {
    expect(() => createCsvReader('a.csv', { symbol: 'sp 500' })).toThrow('wanted 1 to 20')
  })

  it('never shows more than a glance of a field', () => {
    const refusal = refusalOf(bars(GOOD, withField(2, `1${'x'.repeat(500)}\u0007`)), { resolution: '1m' })
    expect(refusal.length).toBeLessThan(200)
  })
})

describe('errors of the stream', () => {
  async function* breakAfter(text: string, error: Error): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(encoder.encode(text))
    throw error
  }
  const drain = async (error: Error) => {
    for await (const _ of readCsv('a.csv', breakAfter(bars(GOOD), error), { resolution: '1m' }))
      throw new Error('a row')
  }

  it('lets a truncated gzip through as it is', async () => {
    const truncated = new ArkError('DATA_TRUNCATED', 'a.csv', 'ends early')
    await expect(drain(truncated)).rejects.toBe(truncated)
  })

  it('names any other one', async () => {
    await expect(drain(new Error('EACCES'))).rejects.toMatchObject({ code: 'FILE_MISSING', where: 'a.csv' })
  })
})

describe('what a header means', () => {
  const END = parseTime('2020-01-02T14:31:00Z')

  it('takes ts_utc as the start of a bar and end as its end', () => {
    const [batch] = read(bars(GOOD, NEXT))
    expect(batch?.kind === 'bars' ? batch.resolution : '').toBe('1m')
    expect(batch?.rows[0]).toEqual({
      symbol: 'SPY',
      end: END,
      open: 1_000_000_000,
      high: 1_100_000_000,
      low: 900_000_000,
      close: 1_050_000_000,
      volume: 1_000_000,
      resolution: '1m',
    })
    const [other] = read(bars(GOOD, NEXT).replace('ts_utc', 'end'))
    expect(other?.rows[0]).toMatchObject({ end: END - 60_000 })
  })

  it('takes a date as the session’s close: the calendar’s, else 21:00Z', () => {
    const text = 'Date,Open,High,Low,Close,Adj Close,Volume\n2020-07-01,10,11,9,10.5,3,100\n'
    expect(read(text, { symbol: 'SPX' })[0]?.rows[0]).toMatchObject({
      symbol: 'SPX',
      end: parseTime('2020-07-01T21:00:00Z'),
      resolution: '1d',
    })
    const sessionClose = (day: string) => parseTime(`${day}T20:00:00Z`)
    expect(read(text, { symbol: 'SPX', sessionClose })[0]?.rows[0]).toMatchObject({
      end: parseTime('2020-07-01T20:00:00Z'),
    })
  })

  it.each([
    ['1s', '2020-01-02T14:30:01Z'],
    ['90s', '2020-01-02T14:31:30Z'],
    ['5m', '2020-01-02T14:35:00Z'],
    ['15m', '2020-01-02T14:45:00Z'],
    ['4h', '2020-01-02T18:30:00Z'],
    ['7d', '2020-01-09T14:30:00Z'],
    ['1m', '2020-01-02T14:31:00Z'],
    ['1h', '2020-01-02T15:30:00Z'],
    ['1d', '2020-01-03T14:30:00Z'],
    ['1d', '2020-01-03T13:30:00Z'],
  ])('infers %s', (resolution, second) => {
    const [batch] = read(bars(GOOD, withField(0, second)))
    expect(batch).toMatchObject({ kind: 'bars', resolution })
  })

  it('looks for the smallest step, not for the first one', () => {
    const sparse = bars(GOOD, GOOD.replace('14:30', '14:59'), GOOD.replace('14:30', '15:00'))
    expect(read(sparse)[0]).toMatchObject({ resolution: '1m' })
  })

  it('prefers the exchange’s clock to the receiver’s', () => {
    const text =
      'recv_ts_utc,exch_ts_utc,symbol,trade_id,price,qty,aggressor\n' +
      '2024-08-08T23:54:14.087896568Z,2024-08-08T23:54:15.342Z,BTCUSDT,1,61837.63000000,0.02000000,sell\n'
    expect(read(text)).toEqual([
      {
        kind: 'trades',
        rows: [
          {
            symbol: 'BTCUSDT',
            time: parseTime('2024-08-08T23:54:15.342Z'),
            price: 6_183_763_000_000,
            quantity: 2_000_000,
          },
        ],
      },
    ])
  })

  it('cuts nanoseconds, and takes either name of a size', () => {
    for (const name of ['qty', 'size']) {
      const text = `recv_ts_utc,symbol,bid,bid_${name},ask,ask_${name}\n2024-08-08T23:54:14.087891268Z,B,1,2,3,4\n`
      expect(read(text)[0]?.rows[0]).toEqual({
        symbol: 'B',
        time: parseTime('2024-08-08T23:54:14.087Z'),
        bid: 100_000_000,
        bidSize: 200_000_000,
        ask: 300_000_000,
        askSize: 400_000_000,
      })
    }
  })

  it('makes quotes at the end of quote bars, from their closes', () => {
    const text =
      'ts_utc,symbol,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_size\n' +
      '2020-01-02T14:30:00Z,SPY,1,2,1,2,100,3,4,3,4,50\n2020-01-02T14:31:00Z,SPY,1,2,1,2,100,3,4,3,4,50\n'
    expect(read(text)[0]?.rows[0]).toMatchObject({ time: END, bid: 200_000_000, ask: 400_000_000 })
  })

  it('takes columns in any order, CRLF, a byte order mark, quotes, unknown columns and blank last lines', () => {
    const text =
      '\uFEFF"note",Close , volume,low,"HIGH",open,symbol,ts_utc\r\n' +
      '"a, ""b""",10.5,100,9,"11",10,"SPY",2020-01-02T14:30:00Z\r\n' +
      ',10.5,100,9,11,10,SPY,"2020-01-02T14:31:00Z"\r\n\r\n'
    expect(read(text)).toEqual(read(bars(GOOD, NEXT)))
    expect(read(bars(GOOD, NEXT).trimEnd())).toEqual(read(bars(GOOD, NEXT)))
  })

  it('cuts volumes at four decimals, and takes zeros behind the eighth of a price', () => {
    const row = '2020-01-02T14:30:00Z,SPY,10.1234567800,11,9,10.5,0.00009999'
    expect(read(bars(row), { resolution: '1m' })[0]?.rows[0]).toMatchObject({
      open: 1_012_345_678,
      volume: 0,
    })
  })

  it('yields nothing for a header alone', () => {
    expect(read(`${MINUTES}\n`)).toEqual([])
  })
})

describe('what is selected', () => {
  const text = bars(GOOD, NEXT, GOOD.replace('SPY', 'QQQ'), NEXT.replace('SPY', 'QQQ'))

  it('keeps the symbols asked for, and still checks the others', () => {
    expect(read(text, { symbols: ['QQQ'] })[0]?.rows.map((row) => row.symbol)).toEqual(['QQQ', 'QQQ'])
    expect(refusalOf(text.replace('QQQ,10,', 'QQQ,x,'), { symbols: ['SPY'], resolution: '1m' })).toContain(
      'a.csv:4',
    )
  })

  it('counts a bar to the time before its end', () => {
    const cut = parseTime('2020-01-02T14:31:00Z')
    expect(read(text, { to: cut }).flatMap(rowsOf)).toHaveLength(2)
    expect(read(text, { from: cut }).flatMap(rowsOf)).toHaveLength(2)
    expect(read(text, { from: cut, to: cut })).toEqual([])
  })

  it('keeps a stretch of rows', () => {
    const all = read(text).flatMap(rowsOf)
    expect(read(text, { first: 1, end: 3 }).flatMap(rowsOf)).toEqual(all.slice(1, 3))
  })
})

describe('chunks and batches', () => {
  const rows: string[] = []
  for (let n = 0; n < 2_500; n++) {
    const stamp = formatTime(1_600_000_000_000 + Math.floor(n / 3) * 60_000)
    rows.push(`${stamp},${['SPY', 'QQQ', 'BRK.B'][n % 3]},10.0${n % 9},11,9,10.5,${n}`)
  }
  const text = bars(...rows)

  it('fills batches of 1,000 rows', () => {
    expect(read(text).map((batch) => batch.rows.length)).toEqual([1_000, 1_000, 500])
  })

  it('gives the same rows wherever the bytes are cut', () => {
    const short = text.slice(0, 1_500)
    const cut = short.slice(0, short.lastIndexOf('\n') + 1)
    const whole = read(cut)
    for (let size = 1; size <= 130; size++) expect(read(cut, {}, size)).toEqual(whole)
  })

  it('gives the same rows behind the head, too', () => {
    const whole = read(text)
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 100_000 }), (size) => {
        expect(read(text, {}, size)).toEqual(whole)
      }),
      { numRuns: 15 },
    )
  })

  it.each([
    [MINUTES, (price: string) => `2020-01-02T14:30:00Z,SPY,1,${price},1,1,100`],
    ['ts_utc,symbol,price,qty', (price: string) => `2020-01-02T14:30:00Z,SPY,${price},1`],
    ['ts_utc,symbol,bid,bid_qty,ask,ask_qty', (price: string) => `2020-01-02T14:30:00Z,SPY,1,1,${price},1`],
  ])('has the bound of core’s door on prices: %s', (header, row) => {
    const text = (price: number) => `${header}\n${row(formatPrice(price))}\n`
    for (const batch of read(text(PRICE_MAX), { resolution: '1m' })) {
      admit(createAdmission(), 'a', batch)
      const above = batch.rows.map((one) => ({
        ...one,
        high: PRICE_MAX + 1,
        price: PRICE_MAX + 1,
        ask: PRICE_MAX + 1,
      }))
      expect(() => admit(createAdmission(), 'a', { ...batch, rows: above } as MarketRows)).toThrow()
    }
    expect(refusalOf(text(PRICE_MAX + 1), { resolution: '1m' })).toContain(
      'a.csv:2 a price is above 10000000',
    )
  })

  it('reads back any row of integers exactly', () => {
    const price = fc.integer({ min: 1, max: PRICE_MAX })
    const volume = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
    const time = fc.integer({ min: 0, max: 4_102_444_800_000 })
    fc.assert(
      fc.property(time, price, price, volume, (end, one, other, size) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)]
        const row = [
          formatTime(end),
          'A',
          ...[low, high, low, high].map(formatPrice),
          formatVolume(size),
        ].join(',')
        expect(read(`end${MINUTES.slice(6)}\n${row}\n`, { resolution: '1s' })[0]?.rows[0]).toEqual({
          symbol: 'A',
          end,
          open: low,
          high,
          low,
          close: high,
          volume: size,
          resolution: '1s',
        })
      }),
    )
  })
})
