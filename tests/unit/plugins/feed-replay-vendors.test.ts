import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bar, MarketRows } from '#core/contract.ts'
import { formatPrice, formatVolume } from '#core/math.ts'
import { formatTime, parseTime } from '#core/time.ts'
import { type CsvOptions, createCsvReader } from '#plugins/feed-replay/csv.ts'
import { parseNumber } from '#plugins/feed-replay/csv-rare.ts'
import { BARS, csv, DAYS, openTexts, refusalOf, rowsOf } from './feed-replay-box.ts'

function read(text: string, options: CsvOptions = {}): readonly MarketRows['rows'][number][] {
  const reader = createCsvReader('a.csv', options)
  return [...reader.push(new TextEncoder().encode(text)), ...reader.end()].flatMap((batch) => [...batch.rows])
}
const showBar = ({ symbol, end, open, high, low, close, volume }: Bar) =>
  `${symbol} ${formatTime(end)} ${[open, high, low, close].map(formatPrice).join(' ')} ${formatVolume(volume)}`
const show = (text: string, options: CsvOptions = {}) => read(text, options).map((row) => showBar(row as Bar))
const why = (text: string, options: CsvOptions = { symbol: 'A', resolution: '1m' }) => {
  try {
    read(text, options)
  } catch (error) {
    return String(error)
  }
  return 'taken'
}

describe('files as vendors write them', () => {
  const spy = (end: string) => `SPY ${end} 10 11 9 10.5 100`
  const minutes = [spy('2020-01-02T14:31:00.000Z'), spy('2020-01-02T14:32:00.000Z')]

  it('days with floats, whose column is the day of the session', () => {
    const yahoo = csv(
      'Date,Open,High,Low,Close,Adj Close,Volume',
      '2020-01-02,147.4499969482422,1.5e+02,147,147.5,140.0,9.318e8',
    )
    const bar = 'SPY 2020-01-02T21:00:00.000Z 147.44999695 150 147 147.5 931800000'
    expect(show(yahoo, { symbol: 'SPY' })).toEqual([bar])
    for (const midnight of ['2020-01-02 00:00:00-05:00', '2020-01-02T00:00:00.000Z', '2020-01-02 00:00:00'])
      expect(show(yahoo.replace('2020-01-02', midnight), { symbol: 'SPY' })).toEqual([bar])
  })

  it.each([
    ['Unix Time', '1577975400', '1577975460'],
    ['unix', '1577975400.0', '1577975460.0'],
    ['open_time', '1577975400000', '1577975460000'],
    ['timestamp', '1577975400000000', '1577975460000000'],
    ['window_start', '1577975400000000000', '1577975460000000000'],
    ['Datetime', '2020-01-02 09:30:00-05:00', '2020-01-02 09:31:00-05:00'],
    ['time', '2020-01-02T14:30Z', '2020-01-02T14:31Z'],
    ['timestamp', '"2020-01-02 20:00:00.000000+0530"', '"2020-01-02 20:01:00.000000+0530"'],
  ])('the beginning of a bar in a column %s: %s', (name, first, second) => {
    const text = csv(
      `${name},Ticker,Open,High,Low,Close,Vol`,
      `${first},SPY,10,11,9,10.5,100`,
      `${second},SPY,10,11,9,10.5,100`,
    )
    expect(show(text)).toEqual(minutes)
    expect(show(text, { resolution: '1m' })).toEqual(minutes)
  })

  it('an offset that moves with summer time', () => {
    const row = (stamp: string) => `${stamp},SPY,10,11,9,10.5,100`
    const text = csv(BARS, row('2020-03-06 15:59:00-05:00'), row('2020-03-09 09:30:00-04:00'))
    expect(show(text, { resolution: '1m' })).toEqual([
      spy('2020-03-06T21:00:00.000Z'),
      spy('2020-03-09T13:31:00.000Z'),
    ])
  })

  it('klines of Binance, which have no header: the first line is a row', () => {
    const row = (stamp: number) => `${stamp},10,11,9,10.5,100,${stamp + 59_999},1050,7,50,525,0`
    const text = `${row(1_577_975_400_000)}\n${row(1_577_975_460_000)}\n`
    expect(show(text, { symbol: 'SPY' })).toEqual(minutes)
    expect(why(`${row(1_577_975_400_000)}\n${row(1_577_975_460_000).replace('11', '8')}\n`)).toContain('high')
    const broken = () => read(`${row(1_577_975_400_000)}\nx,${row(1)}\n`, { symbol: 'A', resolution: '1m' })
    expect(broken).toThrow(expect.objectContaining({ where: 'a.csv:2' }))
  })

  it('trades and quotes under other names', () => {
    const trades = csv('id,price,qty,quote_qty,time,is_buyer_maker', '1,10.5,2,21,1577975400123,True')
    expect(read(trades, { symbol: 'BTC' })).toEqual([
      {
        symbol: 'BTC',
        time: parseTime('2020-01-02T14:30:00.123Z'),
        price: 1_050_000_000,
        quantity: 200_000_000,
      },
    ])
    const quotes = csv(
      'symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount',
      'BTC,1577975400123456,1577975400200000,3,11,10,2',
    )
    expect(read(quotes)).toEqual([
      {
        symbol: 'BTC',
        time: parseTime('2020-01-02T14:30:00.200Z'),
        bid: 1_000_000_000,
        bidSize: 200_000_000,
        ask: 1_100_000_000,
        askSize: 300_000_000,
      },
    ])
  })

  it('our own name before another one in the same file', () => {
    const text = csv(`timestamp,${BARS}`, '5,2020-01-02T14:30:00Z,SPY,10,11,9,10.5,100')
    expect(show(text, { resolution: '1m' })).toEqual(minutes.slice(0, 1))
  })
})

describe('daily bars that are stamped with a time', () => {
  it.each(['00:00', '05:00', '14:30'])('%sZ: a stock’s end with the session of that day', async (clock) => {
    const row = (day: string) => `${day}T${clock}:00Z,SPY,10,11,9,10.5,100`
    const text = csv(BARS, row('2020-07-02'), row('2020-07-06'), row('2020-07-07'))
    const ends = (await rowsOf(await openTexts({ 'a.csv': text }))).map((row) => formatTime((row as Bar).end))
    expect(ends).toEqual(['2020-07-02T20:00:00.000Z', '2020-07-06T20:00:00.000Z', '2020-07-07T20:00:00.000Z'])
  })

  it('are refused on a day without session, with the cure for what trades every day', async () => {
    const row = (day: string) => `${day}T00:00:00Z,BTC,10,11,9,10.5,100`
    const files = { 'a.csv': csv(BARS, row('2020-01-03'), row('2020-01-04'), row('2020-01-05')) }
    const refusal = await refusalOf(openTexts(files))
    expect(refusal).toContain('DATA_INVALID a.csv:3 2020-01-04 is no session of the calendar')
    expect(refusal).toContain('as crypto in a reference file')
    const instruments = [{ symbol: 'BTC', kind: 'crypto', venue: 'X', tick: '0.01', lot: '0.001' }]
    const told = { ...files, 'r.json': JSON.stringify({ instruments }) }
    const rows = await rowsOf(await openTexts(told, { reference: 'r.json' }))
    expect(rows.map((one) => formatTime((one as Bar).end).slice(0, 13))).toEqual([
      '2020-01-04T00',
      '2020-01-05T00',
      '2020-01-06T00',
    ])
  })
})

describe('what leaves a doubt is refused, with line and cure', () => {
  const rest = 'A,10,11,9,10.5,100'
  it.each([
    ['another unit', ['1577975400', '1577975460000'], 'a.csv:3'],
    ['another zone', ['2020-01-02T09:30:00-05:00', '2020-01-02T15:31:00+01:00'], 'a.csv:3'],
    ['an offset behind Z', ['2020-01-02T14:30:00Z', '2020-01-02T09:31:00-05:00'], 'a.csv:3'],
    ['Z behind an offset', ['2020-01-02T09:30:00-05:00', '2020-01-02T14:31:00Z'], 'a.csv:3'],
    ['Unix time behind Z', ['2020-01-02T14:30:00Z', '1577975460'], 'a.csv:3'],
    ['no zone', ['2020-01-02 09:30:00', '2020-01-02 09:31:00'], 'a.csv:2'],
    ['a zone by name', ['2020-01-02 09:30:00 EST', '2020-01-02 09:31:00 EST'], 'a.csv:2'],
    ['days first', ['02/01/2020 14:30', '02/01/2020 14:31'], 'a.csv:2'],
    ['eleven digits', ['15779754000', '15779754600'], 'a.csv:2'],
    ['a day of a spreadsheet', ['43832.604', '43832.605'], 'a.csv:2'],
    ['an impossible offset', ['2020-01-02T09:30:00-25:00', '2020-01-02T09:31:00-25:00'], 'a.csv:2'],
  ])('%s', (_, [first, second], place) => {
    const text = csv(BARS, `${first},${rest}`, `${second},${rest}`)
    expect(why(text)).toContain('with Z or an offset')
    expect(() => read(text, { resolution: '1m' })).toThrow(expect.objectContaining({ where: place }))
    expect(() => read(text)).toThrow(expect.objectContaining({ where: place }))
  })

  it('a time of day in a column date, other separators, and a column under an unknown name', () => {
    expect(why(csv(DAYS, `2020-01-02 14:30:00,${rest}`), {})).toContain(
      'a time of day belongs into a column ts_utc',
    )
    expect(why(csv(BARS.replaceAll(',', ';'), 'x'))).toContain('parted by semicolons')
    expect(why(csv(BARS.replace('volume', 'Volume BTC'), 'x'))).toContain('no column volume')
    expect(why(csv('1577975400,10,11,9,10.5,100', 'x'))).toContain('wanted the column names')
  })
})

describe('numbers as integers', () => {
  it('whatever their exponent, are what they are without it', () => {
    const part = fc.integer({ min: 1, max: 999_999 })
    fc.assert(
      fc.property(part, fc.integer({ min: -8, max: 1 }), (digits, exponent) => {
        const expected = digits * Number(`1e${exponent + 8}`)
        expect(parseNumber(`${digits}e${exponent}`, 8, false)).toBe(expected)
        const point = String(digits).replace(/^(.)(.+)$/, '$1.$2')
        const shifted = exponent + String(digits).length - 1
        expect(parseNumber(`${point}E${shifted < 0 ? '' : '+'}${shifted}`, 8, false)).toBe(expected)
      }),
    )
  })

  it('round what is finer to the nearest, where that is less than a millionth', () => {
    expect(parseNumber('0.30000000000000004', 8, false)).toBe(30_000_000)
    expect(parseNumber('147.999999999', 8, false)).toBe(14_800_000_000)
    expect(parseNumber('0.000150004', 8, false)).toBeLessThan(0)
    expect(parseNumber('0.00999999996', 4, true)).toBe(99)
  })
})
