import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { formatPrice } from '#core/math.ts'
import { formatTime, parseTime } from '#core/time.ts'
import {
  BARS,
  barsOf,
  csv,
  DAYS,
  openTexts,
  refusalOf,
  rowsOf,
  stepsOf,
  type Terms,
  timeOf,
} from './feed-replay-box.ts'

const QUOTES = 'ts_utc,symbol,bid,bid_size,ask,ask_size'
const TRADES = 'ts_utc,symbol,price,qty'
const bar = (stamp: string, symbol = 'SPY', price = '10') =>
  `${stamp},${symbol},${price},${price},${price},${price},100`
const show = (rows: readonly Parameters<typeof timeOf>[0][]) =>
  rows.map((row) => `${formatTime(timeOf(row)).slice(8, 16)} ${row.symbol}`)

describe('what is refused before the first row', () => {
  const text = csv(BARS, bar('2020-01-02T15:00:00Z'), bar('2020-01-02T15:01:00Z'))
  it.each<readonly [string, Terms, string]>([
    ['a day that is none', { from: '2020-02-30' }, 'BAD_USAGE from from is "2020-02-30"'],
    ['an end before the beginning', { from: '2020-01-03', to: '2020-01-02' }, 'BAD_USAGE to'],
    [
      'a symbol that is nowhere',
      { symbols: ['SPY', 'QQQ'] },
      'BAD_USAGE --symbols No row is of QQQ; a.csv holds SPY, 2020-01-02 to 2020-01-02.',
    ],
    ['one alone', { symbols: ['QQQ'] }, 'BAD_USAGE --symbols No row is of QQQ; a.csv holds SPY'],
    [
      'days without rows',
      { from: '2021-01-01' },
      'BAD_USAGE --from No row is of that time; a.csv holds SPY, 2020-01-02',
    ],
    ['a file named twice', { data: ['a.csv', 'a.csv'] }, 'BAD_USAGE a.csv the file is named twice'],
    [
      'a length finer than the file',
      { resolution: '30s' },
      'BAD_USAGE --resolution a.csv holds bars of 1m, which cannot be cut into 30s: wanted 1m or longer.',
    ],
    [
      'a length that is no multiple',
      { resolution: '90s' },
      'a.csv holds bars of 1m, which cannot be gathered into 90s: wanted a multiple',
    ],
    ['weeks', { resolution: '7d' }, 'which cannot be gathered into 7d: wanted at most 1d'],
    ['factors that are not there', { adjust: 'f/' }, 'FILE_MISSING f/spy.factor.csv'],
    ['a reference that is not there', { reference: 'r.json' }, 'FILE_MISSING r.json'],
  ])('%s', async (_, terms, why) => {
    expect(await refusalOf(openTexts({ 'a.csv': text }, terms))).toContain(why)
  })

  const trade = (clock: string) => `2020-01-02T15:${clock}Z,SPY,10,1`
  const quote = (clock: string) => `2020-01-02T15:${clock}Z,SPY,10,1,11,1`
  it.each([
    ['bars', text, text, 'from 2020-01-02T15:01:00.000Z on'],
    [
      'trades',
      csv(TRADES, trade('00:00'), trade('00:02')),
      csv(TRADES, trade('00:01.999')),
      'from 2020-01-02T15:00:01.999Z on',
    ],
    [
      'quotes',
      csv(QUOTES, quote('00:00'), quote('00:02')),
      csv(QUOTES, quote('00:00')),
      'from 2020-01-02T15:00',
    ],
  ])('%s of one symbol for the same time in two files', async (kind, one, other, place) => {
    const refusal = await refusalOf(openTexts({ 'a.csv': one, 'b.csv': other }, { resolution: '1m' }))
    expect(refusal).toContain(`DATA_BACKWARDS b.csv ${kind} of SPY ${place}`)
    expect(refusal).toContain('stand here and in a.csv')
  })

  it('trades and bars of one symbol that would both become bars', async () => {
    const files = { 'a.csv': text, 'b.csv': csv(TRADES, trade('00:00')) }
    expect(await refusalOf(openTexts(files))).toBe('taken')
    expect(await refusalOf(openTexts(files, { resolution: '5m' }))).toContain(
      'BAD_USAGE b.csv trades and bars of SPY would both be gathered',
    )
  })

  it('a market without bars, which no strategy could do anything with', async () => {
    const trades = { 'a.csv': csv(TRADES, trade('00:00')), 'b.csv': csv(QUOTES, quote('00:00')) }
    expect(await refusalOf(openTexts(trades))).toContain('BAD_USAGE a.csv there are trades and no bars')
    expect(await refusalOf(openTexts(trades))).toContain('--resolution 1m gathers the trades into bars')
    expect(await refusalOf(openTexts(trades, { resolution: '1m' }))).toBe('taken')
    const quotes = { 'a.csv': csv(QUOTES, quote('00:00')) }
    expect(await refusalOf(openTexts(quotes))).toContain('BAD_USAGE a.csv there are quotes and no bars')
    expect(await refusalOf(openTexts(quotes, { resolution: '1m' }))).toContain('wanted bars or trades beside')
    // A setup is decided on by itself.
    const setups = [{ time: '2020-01-02T15:00:00Z', symbol: 'SPY', direction: 'long' }]
    const told = { ...quotes, 'r.json': JSON.stringify({ setups }) }
    expect(await refusalOf(openTexts(told, { reference: 'r.json' }))).toBe('taken')
  })

  it('rows of which all lie outside the regular session, and says how to have them', async () => {
    const night = csv(BARS, bar('2020-01-02T02:00:00Z'), bar('2020-01-02T02:01:00Z'))
    const refusal = await refusalOf(openTexts({ 'a.csv': night }))
    expect(refusal).toContain('BAD_USAGE --session All 2 rows asked for lie outside the regular session')
    expect(refusal).toContain('as crypto')
    expect(await refusalOf(openTexts({ 'a.csv': night }, { session: 'extended' }))).toBe('taken')
  })

  it('rows that the calendar does not reach', async () => {
    const late = csv(BARS, bar('2040-01-03T15:00:00Z'), bar('2040-01-03T15:01:00Z'))
    expect(await refusalOf(openTexts({ 'a.csv': late }))).toContain(
      'a.csv:2 2040-01-03T15:00:00.000Z lies outside',
    )
  })
})

describe('the regular session', () => {
  it('keeps what overlaps it: the hourly bar that holds the open, and not the one before', async () => {
    const winter = ['13', '14', '20', '21'].map((hour) => bar(`2020-01-02T${hour}:00:00Z`))
    const summer = ['12', '13', '19', '20'].map((hour) => bar(`2020-07-01T${hour}:00:00Z`))
    const market = await openTexts({ 'a.csv': csv(BARS, ...winter, ...summer) })
    expect(show(await rowsOf(market))).toEqual([
      '02T15:00 SPY',
      '02T21:00 SPY',
      '01T14:00 SPY',
      '01T20:00 SPY',
    ])
    expect(market.quality.symbols[0]).toMatchObject({ rows: 4, outside: 4 })
    expect(market.quality.findings).toContain('SPY: 4 bars outside the regular session left out.')
  })

  it('ends early on a half day, and knows holidays', async () => {
    const half = ['17:59', '18:00'].map((clock) => bar(`2019-11-29T${clock}:00Z`))
    const thanksgiving = bar('2019-11-28T16:00:00Z')
    const market = await openTexts({ 'a.csv': csv(BARS, thanksgiving, ...half) })
    expect(show(await rowsOf(market))).toEqual(['29T18:00 SPY'])
  })

  it('takes trades and quotes by their instant', async () => {
    const stamps = ['14:29:59.999', '14:30:00', '20:59:59.999', '21:00:00']
    const trades = stamps.map((clock) => `2020-01-02T${clock}Z,SPY,10,1`)
    const quotes = stamps.map((clock) => `2020-01-02T${clock}Z,SPY,10,1,11,1`)
    const daily = csv(DAYS, bar('2020-01-02'))
    const files = { 'a.csv': csv(TRADES, ...trades), 'b.csv': csv(QUOTES, ...quotes), 'c.csv': daily }
    expect(show(await rowsOf(await openTexts(files)))).toEqual([
      '02T14:30 SPY',
      '02T14:30 SPY',
      '02T20:59 SPY',
      '02T20:59 SPY',
      '02T21:00 SPY',
    ])
  })

  it('does not exist for what the reference file calls crypto', async () => {
    const text = csv(BARS, bar('2020-01-04T02:00:00Z', 'COIN'), bar('2020-01-04T02:01:00Z', 'COIN'))
    const instruments = [{ symbol: 'COIN', kind: 'crypto', venue: 'X', tick: '0.01', lot: '0.001' }]
    const files = { 'a.csv': text, 'r.json': JSON.stringify({ instruments }) }
    const market = await openTexts(files, { reference: 'r.json' })
    expect(market.total).toBe(2)
    expect(market.instruments).toMatchObject([
      { symbol: 'COIN', kind: 'crypto', tick: 1_000_000, lot: 100_000 },
    ])
  })
})

describe('the days asked for', () => {
  // 19:30 in New York is the next day in UTC, in winter.
  const rows = [
    '2020-01-02T20:30:00Z',
    '2020-01-03T00:30:00Z',
    '2020-01-03T20:30:00Z',
    '2020-01-04T00:30:00Z',
  ]
  it('are those of sessions: an evening belongs to its day', async () => {
    const text = csv(BARS, ...rows.map((stamp) => bar(stamp)), bar('2020-01-04T00:31:00Z'))
    const days = async (from: string, to: string) =>
      show(await rowsOf(await openTexts({ 'a.csv': text }, { from, to, session: 'extended' })))
    expect(await days('2020-01-02', '2020-01-02')).toEqual(['02T20:31 SPY', '03T00:31 SPY'])
    expect(await days('2020-01-03', '2020-01-03')).toEqual(['03T20:31 SPY', '04T00:31 SPY', '04T00:32 SPY'])
    expect(await days('2020-01-03T20:30:00Z', '2020-01-04T00:30:59.999Z')).toEqual([
      '03T20:31 SPY',
      '04T00:31 SPY',
    ])
  })

  it('are those of UTC for crypto', async () => {
    const instruments = [{ symbol: 'SPY', kind: 'crypto', venue: 'X', tick: '0.01', lot: '1' }]
    const text = csv(BARS, ...rows.map((stamp) => bar(stamp)), bar('2020-01-04T00:31:00Z'))
    const files = { 'a.csv': text, 'r.json': JSON.stringify({ instruments }) }
    const terms = { reference: 'r.json', from: '2020-01-03', to: '2020-01-03' }
    expect(show(await rowsOf(await openTexts(files, terms)))).toEqual(['03T00:31 SPY', '03T20:31 SPY'])
  })
})

describe('several files', () => {
  it('come in order of time; at one instant quotes before trades before bars, then files', async () => {
    const files = {
      'a.csv': csv(BARS, bar('2020-01-02T15:00:00Z', 'A'), bar('2020-01-02T15:01:00Z', 'A')),
      'b.csv': csv(BARS, bar('2020-01-02T15:00:00Z', 'B'), bar('2020-01-02T15:01:00Z', 'B')),
      'c.csv': csv(TRADES, '2020-01-02T15:01:00Z,A,10,1', '2020-01-02T15:01:30Z,A,10,1'),
      'd.csv': csv(QUOTES, '2020-01-02T15:01:00Z,A,10,1,11,1', '2020-01-02T15:02:00Z,A,10,1,11,1'),
    }
    const market = await openTexts(files)
    const steps = await stepsOf(market)
    const shown = steps.flatMap((step) =>
      step.kind === 'rows' ? step.rows.rows.map((row) => `${step.rows.kind} ${show([row])[0]}`) : [],
    )
    expect(shown).toEqual([
      'quotes 02T15:01 A',
      'trades 02T15:01 A',
      'bars 02T15:01 A',
      'bars 02T15:01 B',
      'trades 02T15:01 A',
      'quotes 02T15:02 A',
      'bars 02T15:02 A',
      'bars 02T15:02 B',
    ])
    expect(market.total).toBe(8)
  })

  it('may continue each other, in whatever order they are named', async () => {
    const files = {
      'b.csv': csv(BARS, bar('2020-01-03T15:00:00Z'), bar('2020-01-03T15:01:00Z')),
      'a.csv': csv(BARS, bar('2020-01-02T15:00:00Z'), bar('2020-01-02T15:01:00Z')),
    }
    const market = await openTexts(files)
    expect(show(await rowsOf(market))[0]).toBe('02T15:01 SPY')
    expect(market.quality.symbols).toMatchObject([
      { rows: 4, first: parseTime('2020-01-02T15:01:00Z'), last: parseTime('2020-01-03T15:02:00Z') },
    ])
  })

  it('may part the trades of one moment between them', async () => {
    const trade = (qty: number) => `2020-01-02T15:00:00Z,SPY,10,${qty}`
    const files = {
      'b.csv': csv(TRADES, trade(3), '2020-01-02T15:00:01Z,SPY,10,4'),
      'a.csv': csv(TRADES, '2020-01-02T14:59:59Z,SPY,10,1', trade(2)),
    }
    const [, moment] = await barsOf(await openTexts(files, { resolution: '1m' }))
    expect(moment).toMatchObject({ end: parseTime('2020-01-02T15:01:00Z'), volume: 9 * 10_000 })
  })

  it('leave the SHA-256 of their bytes, and give the same rows each time they are read', async () => {
    const text = csv(BARS, ...Array.from({ length: 50 }, (_, n) => bar(`2020-01-02T15:${n + 10}:00Z`)))
    const market = await openTexts({ 'a.csv': text })
    expect(market.digests).toEqual({ 'a.csv': createHash('sha256').update(text).digest('hex') })
    expect(await rowsOf(market)).toEqual(await rowsOf(market))
  })

  it('take the only symbol asked for where they have no column for it', async () => {
    const text = csv(DAYS.replace(',symbol', ''), '2020-01-02,10,10,10,10,1')
    const market = await openTexts({ 'a.csv': text }, { symbols: ['QQQ'] })
    expect(show(await rowsOf(market))).toEqual(['02T21:00 QQQ'])
  })

  it('are the built-in series when none is named', async () => {
    const market = await openTexts({}, { from: '2020-03-16', to: '2020-03-18' })
    expect((await barsOf(market)).map(({ close }) => formatPrice(close))).toEqual([
      '2386.13',
      '2529.19',
      '2398.1',
    ])
  })
})
