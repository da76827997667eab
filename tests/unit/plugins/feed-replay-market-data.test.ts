import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Bar, EventPayloads } from '#core/contract.ts'
import { formatPrice } from '#core/math.ts'
import { formatTime, parseTime } from '#core/time.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { filePort } from '#runtimes/shared/files.ts'
import { barsOf, openTerms, rowsOf, stepsOf, type Terms, timeOf } from './feed-replay-box.ts'

const DATA = new URL('../../../../shared/data/', import.meta.url).pathname
const FACTORS = `${DATA}factors`
const open = (names: readonly string[], terms: Terms = {}): Promise<Market> =>
  openTerms({ data: names.map((name) => `${DATA}${name}.csv.gz`), ...terms }, filePort)
const AAPL: Terms = { symbols: ['AAPL'], from: '2014-06-05', to: '2014-06-10' }
const describeSplit = (time: number, split: EventPayloads['split/applied']) =>
  `${formatTime(time).slice(0, 10)} ${split.symbol} ${split.numerator}:${split.denominator}`
const showBar = ({ end, close }: Bar) => `${formatTime(end).slice(0, 16)} ${formatPrice(close)}`

// The vendors' sample data are not part of the repository; a fresh clone does without them.
describe.skipIf(!existsSync(DATA))('real files (skipped where the folder ../shared/data is absent)', () => {
  it('daily bars over a split, raw: it happens to the account before the session', async () => {
    const steps = await stepsOf(
      await open(['us_equity_daily_raw'], { ...AAPL, adjust: FACTORS, prices: 'raw' }),
    )
    const shown = steps.flatMap((step) =>
      step.kind === 'rows'
        ? step.rows.rows.map((row) => showBar(row as Bar))
        : [JSON.stringify(step.draft.payload)],
    )
    expect(shown).toEqual([
      '2014-06-05T20:00 647.35',
      '2014-06-06T20:00 645.57',
      '{"symbol":"AAPL","numerator":7,"denominator":1,"principal":"feed","reason":"factors change after 2014-06-06"}',
      '2014-06-09T20:00 93.7',
      '2014-06-10T20:00 94.25',
    ])
  })

  it('and adjusted: no jump is left, and nothing happens', async () => {
    const market = await open(['us_equity_daily_raw'], { ...AAPL, adjust: FACTORS })
    const steps = await stepsOf(market)
    expect(steps.map(({ kind }) => kind)).toEqual(['rows'])
    // 645.57 × 0.9011818 × 0.0357143 and 93.7 × 0.9011818 × 0.25.
    const closes = (await barsOf(market)).map(({ close }) => formatPrice(close))
    expect(closes.slice(1, 3)).toEqual(['20.77772026', '21.11018367'])
    expect(market.quality).toMatchObject({ symbols: [{ splits: 0 }], findings: [] })
  })

  it('every split and dividend of the factor files is a plain ratio and an amount', async () => {
    const steps = await stepsOf(await open(['us_equity_daily_raw'], { adjust: FACTORS, prices: 'raw' }))
    const splits = steps.flatMap((step) =>
      step.kind === 'event' && step.draft.type === 'split/applied'
        ? [describeSplit(step.time, step.draft.payload)]
        : [],
    )
    expect(splits).toEqual([
      '1999-05-27 IBM 2:1',
      '2000-03-20 QQQ 2:1',
      '2000-06-21 AAPL 2:1',
      '2005-02-28 AAPL 2:1',
      '2005-06-09 EEM 3:1',
      '2005-06-09 IWM 2:1',
      '2008-07-24 EEM 3:1',
      '2014-06-09 AAPL 7:1',
      '2020-08-31 AAPL 4:1',
    ])
  })

  it('says what is doubtful about daily bars: splits, the hole before the present fund, a wrong print', async () => {
    const { quality, total } = await open(['us_equity_daily_raw'])
    expect(total).toBe(32_000)
    expect(Object.fromEntries(quality.symbols.map(({ symbol, splits }) => [symbol, splits]))).toEqual({
      AAPL: 4,
      EEM: 2,
      IBM: 1,
      IWM: 1,
      QQQ: 1,
      SPY: 0,
    })
    const text = quality.findings.join('\n')
    expect(text).toContain('AAPL: the step from 645.57 to 92.69 on 2014-06-09 looks like a split 7:1')
    expect(text).toContain(
      'EEM: 602 sessions are missing, the longest gap is 86 sessions, between 2002-12-05 and 2003-04-11',
    )
    expect(text).toContain(
      'IBM: 1 bar reaches far beyond the neighbours, the first at 2002-12-23T21:00:00.000Z to 159.58',
    )
  })

  it('hourly bars: the one that holds the open stays, at 13:00Z in summer and 14:00Z in winter', async () => {
    const market = await open(['us_equity_hourly_raw'], {
      symbols: ['SPY'],
      from: '2013-10-31',
      to: '2013-11-04',
    })
    const first = new Map(
      [...(await barsOf(market))]
        .reverse()
        .map(({ end }) => [formatTime(end).slice(0, 10), formatTime(end).slice(11, 16)]),
    )
    expect([...first].reverse()).toEqual([
      ['2013-10-31', '14:00'],
      ['2013-11-01', '14:00'],
      ['2013-11-04', '15:00'],
    ])
  })

  it('hourly bars make the vendor’s own daily bars', async () => {
    const terms: Terms = { symbols: ['SPY'], from: '2013-10-07', to: '2014-10-07' }
    const gathered = await barsOf(await open(['us_equity_hourly_raw'], { ...terms, resolution: '1d' }))
    const daily = await barsOf(await open(['us_equity_daily_raw'], terms))
    const prices = ({ end, open: first, high, low, close }: Bar) => [end, first, high, low, close]
    expect(gathered.map(prices)).toEqual(daily.map(prices))
    expect(gathered).toHaveLength(253)
  })

  it('minute bars with extended hours: the evening belongs to its session', async () => {
    const market = await open(['us_equity_minute_bars'], { ...AAPL, session: 'extended', to: '2014-06-06' })
    const bars = await barsOf(market)
    expect(showBar(bars[0] as Bar)).toBe('2014-06-05T08:16 644.8')
    expect(formatTime(bars.at(-1)?.end ?? 0)).toBe('2014-06-07T00:00:00.000Z')
    const regular = await open(['us_equity_minute_bars'], { ...AAPL, to: '2014-06-06' })
    expect(regular.quality.symbols).toMatchObject([{ rows: 780, gaps: 0, outside: bars.length - 780 }])
  })

  it('minute and quote bars together: the quote of the first minute, adjusted, comes before its bar', async () => {
    const terms: Terms = { symbols: ['SPY'], from: '2013-10-07', to: '2013-10-11', adjust: FACTORS }
    const market = await open(['us_equity_minute_bars', 'us_equity_minute_quotebars'], terms)
    const [quote, bar] = await rowsOf(market)
    expect(market.total).toBe(2 * 5 * 390)
    // 167.45 × 0.8646266.
    expect(quote).toMatchObject({ time: parseTime('2013-10-07T13:31:00Z'), ask: 14_478_172_417 })
    expect(bar).toMatchObject({ end: parseTime('2013-10-07T13:31:00Z') })
  })

  it('crypto bars run round the clock, which is said of those that nobody names crypto', async () => {
    const market = await open(['crypto_minute_bars'], { session: 'extended' })
    const stocks = market.quality.findings.filter((finding) => finding.includes('read as a stock'))
    const names = ['BTCBUSD', 'BTCUSDT', 'BTCEUR', 'BTCUSD', 'ETHUSD', 'LTCUSD']
    expect(stocks.map((finding) => finding.split(':')[0])).toEqual(names)
    expect(market.total).toBe(28_182)
    expect(market.quality.symbols).toHaveLength(6)
    expect(await rowsOf(market)).toHaveLength(28_182)
  })

  it('Binance trades and quotes, whose clocks disagree, come in one order of time', async () => {
    const names = ['binance_spot_trades_btcusdt_20240808', 'binance_spot_bbo_btcusdt_20240808']
    const market = await open(names, { session: 'extended', resolution: '1m' })
    const rows = await rowsOf(market)
    expect(market.total).toBe(9_757 + 28_040)
    expect(rows).toHaveLength(7 + 28_040)
    expect(rows.every((row, n) => n === 0 || timeOf(row) >= timeOf(rows[n - 1] ?? row))).toBe(true)
    const [mix, early, ...others] = market.quality.findings
    expect(mix).toContain('quotes go by the receive clock, which is 1.271 s slow, and trades by the exchange')
    expect(early).toContain('1.271 s before the exchange clock in the median, on 9,757 rows of 9,757 trades')
    expect(others).toEqual([])
    expect(Object.values(market.digests).every((digest) => /^[0-9a-f]{64}$/.test(digest))).toBe(true)
    const minutes = await barsOf(market)
    expect(minutes.map(({ end }) => formatTime(end).slice(11, 16))).toEqual([
      '23:55',
      '23:56',
      '23:57',
      '23:58',
      '23:59',
      '00:00',
      '00:01',
    ])
  })
})
