import { describe, expect, it } from 'vitest'
import { DAY, formatTime, HOUR, MINUTE, parseTime } from '#core/time.ts'
import { createSample, medianOf, takeSample } from '#plugins/feed-replay/sample.ts'
import { BARS, csv, openTexts, refusalOf, rowsOf, type Terms, timeOf } from './feed-replay-box.ts'

const BOTH = 'recv_ts_utc,exch_ts_utc,symbol,price,qty'
const QUOTES = 'recv_ts_utc,symbol,bid,bid_qty,ask,ask_qty'
const at = (second: string) => `2020-01-02T15:00:0${second}Z`
const trade = (received: string, happened: string) => `${at(received)},${at(happened)},SPY,10,1`
const bars = csv(BARS, ...['15:00', '15:01'].map((clock) => `2020-01-02T${clock}:00Z,SPY,10,10,10,10,1`))
const timesOf = async (...rows: string[]) => {
  const market = await openTexts({ 'a.csv': csv(BOTH, ...rows), 'b.csv': bars })
  return (await rowsOf(market)).slice(0, rows.length).map((row) => formatTime(timeOf(row)).slice(18, 23))
}
const findingsOf = async (files: { readonly [name: string]: string }, terms: Terms = {}) =>
  (await openTexts({ ...files, 'z.csv': bars }, terms)).quality.findings

describe('rows with two times', () => {
  it('are known at the later one, never before either', async () => {
    expect(await timesOf(trade('1.200', '1.100'), trade('2.100', '2.900'))).toEqual(['1.200', '2.900'])
  })

  it('in any order of the columns, quoted, and in forms of their own', async () => {
    const text = csv(
      'price,local_timestamp,symbol,timestamp,amount',
      '10,1577977201200000000,SPY,"1577977201100",1',
      '10,1577977202100000000,SPY,"1577977202900",1',
    )
    const rows = await rowsOf(await openTexts({ 'a.csv': text, 'b.csv': bars }))
    expect(rows.slice(0, 2).map((row) => formatTime(timeOf(row)).slice(18, 23))).toEqual(['1.200', '2.900'])
  })

  it('that one clock sorts wait for the row before them, up to a minute', async () => {
    expect(await timesOf(trade('1', '3'), trade('1.500', '2'))).toEqual(['3.000', '3.000'])
    const late = csv(BOTH, `2020-01-02T15:01:01Z,${at('0')},SPY,10,1`, trade('0', '0.999'))
    const refusal = await refusalOf(openTexts({ 'a.csv': late, 'b.csv': bars }))
    expect(refusal).toContain('DATA_BACKWARDS a.csv:3')
    expect(refusal).toContain('the later of its two times')
  })

  it('refuse a receive time that is none', async () => {
    const text = csv(BOTH, `soon,${at('1')},SPY,10,1`)
    const refusal = await refusalOf(openTexts({ 'a.csv': text, 'b.csv': bars }))
    expect(refusal).toContain('a.csv:2 recv_ts_utc is "soon"')
  })
})

describe('a receive clock before the exchange clock', () => {
  it('is a finding with its rows and their median', async () => {
    const early = [trade('1', '1.100'), trade('2', '3.500'), trade('4', '5.200'), trade('7', '6')]
    expect(await findingsOf({ 'a.csv': csv(BOTH, ...early) })).toEqual([
      'SPY: the receive clock runs 1.2 s before the exchange clock in the median, on 3 rows of 4 trades; ' +
        'each row counts at the later of its two times.',
    ])
    expect(await findingsOf({ 'a.csv': csv(BOTH, trade('2', '1'), trade('3', '3')) })).toEqual([])
  })

  it('has a median of any number of rows in the same memory', () => {
    const few = createSample()
    for (const value of [5, 1, 9]) takeSample(few, value)
    expect(medianOf(few)).toBe(5)
    const many = createSample()
    for (let n = 0; n < 1_000_000; n++) takeSample(many, (n * 7_919) % 1_000_003)
    expect(many).toMatchObject({ count: 1_000_000 })
    expect(many.kept.length).toBeLessThanOrEqual(1_024)
    expect(Math.abs(medianOf(many) - 500_000)).toBeLessThan(50_000)
  })
})

describe('files of one symbol that go by different clocks', () => {
  const quotes = csv(QUOTES, `${at('1')},SPY,9,1,11,1`, `${at('2')},SPY,9,1,11,1`)
  const exchange = csv(BOTH.replace('recv_ts_utc,', ''), `${at('1')},SPY,10,1`)
  const mixes = async (files: { readonly [name: string]: string }) =>
    (await findingsOf(files)).filter((finding) => finding.includes(' go by '))

  it('are the worst finding: quotes beside trades that show their clock to be slow', async () => {
    const slow = csv(BOTH, trade('1', '2.272'), trade('2', '3.272'))
    const [first] = await findingsOf({ 'a.csv': slow, 'b.csv': quotes })
    expect(first).toBe(
      'SPY: quotes go by the receive clock, which is 1.272 s slow, and trades by the exchange clock: one is seen ' +
        'too early beside the other, which a strategy may profit from; ' +
        'wanted the times of one clock in all of its files.',
    )
    const sometimes = csv(BOTH, trade('1', '2.272'), trade('3', '2.5'))
    const [other] = await findingsOf({ 'a.csv': sometimes, 'b.csv': quotes })
    expect(other).toContain('1.272 s slow, and trades by the later of both clocks')
  })

  it('and trades of the exchange clock beside received quotes, or beside received trades', async () => {
    expect(await mixes({ 'a.csv': exchange, 'b.csv': quotes })).toHaveLength(1)
    const received = csv(BOTH.replace('exch_ts_utc,', ''), `${at('2')},SPY,10,1`)
    expect(await mixes({ 'a.csv': exchange, 'b.csv': received })).toHaveLength(1)
    expect(await mixes({ 'a.csv': exchange, 'b.csv': csv(BOTH, trade('2.1', '2')) })).toHaveLength(1)
  })

  it('are none where all rows were received behind their time, or another symbol has them', async () => {
    const sane = csv(BOTH, trade('1.1', '1'), trade('2.1', '2'))
    expect(await mixes({ 'a.csv': sane, 'b.csv': quotes })).toEqual([])
    expect(await mixes({ 'a.csv': exchange, 'b.csv': quotes.replaceAll('SPY', 'QQQ') })).toEqual([])
    const mixed = csv(BOTH, trade('1.1', '1'), trade('2.1', '2.2'))
    expect(await mixes({ 'a.csv': mixed })).toEqual([])
  })
})

describe('what trades round the clock and is read as a stock', () => {
  const hourly = (start: string, hours: number, symbol = 'BTCUSD') =>
    Array.from({ length: hours }, (_, n) => {
      const stamp = formatTime(parseTime(start) + n * HOUR)
      return `${stamp},${symbol},10,10,10,10,1`
    })
  const judge = async (rows: readonly string[], terms: Terms = {}, files = {}) =>
    (await openTexts({ 'a.csv': csv(BARS, ...rows), ...files }, terms)).quality.findings.filter((finding) =>
      finding.includes('read as a stock'),
    )
  // Thursday to Sunday: 8 hours of two nights, less the one that holds 20:00 and 04:00 each, and the weekend.
  const week = hourly('2020-01-02T00:00:00Z', 96)

  it.each(['regular', 'extended'] as const)('is named, with the cure, in the %s session', async (session) => {
    const [finding = '', ...others] = await judge(week, { session })
    expect(others).toEqual([])
    expect(finding).toMatch(/^BTCUSD: of 96 rows 64 lie at night or on days without a session/)
    const [told = ''] = /\{.*\}/.exec(finding) ?? []
    const reference = { 'r.json': told }
    expect(await judge(week, { session, reference: 'r.json' }, reference)).toEqual([])
  })

  it.each([
    ['2020-01-02', '09:00', '01:00'],
    ['2020-07-01', '08:00', '00:00'],
    ['2019-11-29', '09:00', '01:00'],
    ['2019-07-03', '08:00', '00:00'],
  ])('is so before 04:00 and from 20:00 New York time on: %s', async (day, first, last) => {
    const begin = parseTime(`${day}T${first}:00Z`)
    const end = parseTime(`${day}T${last}:00Z`) + DAY
    const minutes = (from: number) =>
      Array.from({ length: 20 }, (_, n) => `${formatTime(from + n * MINUTE)},SPY,10,10,10,10,1`)
    const isFound = async (from: number) => (await judge(minutes(from), { session: 'extended' })).length > 0
    expect([await isFound(begin), await isFound(end - 20 * MINUTE)]).toEqual([false, false])
    expect([await isFound(begin - 20 * MINUTE), await isFound(end)]).toEqual([true, true])
  })

  it('is none for stray rows: twenty, and a tenth of all', async () => {
    const night = (count: number) => hourly('2020-01-04T02:00:00Z', count)
    expect(await judge(night(19), { session: 'extended' })).toEqual([])
    expect(await judge(night(20), { session: 'extended' })).toHaveLength(1)
    const week = [6, 7, 8, 9, 10].flatMap((day) =>
      hourly(`2020-01-${String(day).padStart(2, '0')}T09:00:00Z`, 16),
    )
    expect(await judge([...night(20), ...week.slice(0, 80)], { session: 'extended' })).toHaveLength(1)
    const month = [13, 14, 15, 16, 17, 21, 22].flatMap((day) => hourly(`2020-01-${day}T09:00:00Z`, 16))
    expect(await judge([...night(20), ...week, ...month], { session: 'extended' })).toEqual([])
  })
})
