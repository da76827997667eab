import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Bar, MarketRows } from '#core/contract.ts'
import { formatPrice, formatVolume } from '#core/math.ts'
import { formatTime, parseTime } from '#core/time.ts'
import { type CsvOptions, createCsvReader } from '#plugins/feed-replay/csv.ts'
import { readInOrder, surveyCsv } from '#plugins/feed-replay/merge.ts'
import { SP500_DAILY } from '#plugins/feed-replay/sp500-daily.data.ts'
import { filePort } from '#runtimes/shared/files.ts'

type Row = MarketRows['rows'][number]

describe('the built-in S&P 500 series', () => {
  const reader = createCsvReader('sp500-daily', { symbol: 'SPX' })
  const bars = [...reader.push(new TextEncoder().encode(SP500_DAILY)), ...reader.end()].flatMap(
    (batch): readonly Bar[] => (batch.kind === 'bars' ? batch.rows : []),
  )

  it('has every session from 2000-01-03 to 2020-04-17', () => {
    // NYSE sessions a year, 2000 to 2019, and the 74 of 2020 up to the last day.
    const sessions = [
      252, 248, 252, 252, 252, 252, 251, 251, 253, 252, 252, 252, 250, 252, 252, 252, 252, 251, 251, 252, 74,
    ]
    const years = new Map<string, number>()
    for (const { end } of bars)
      years.set(formatTime(end).slice(0, 4), (years.get(formatTime(end).slice(0, 4)) ?? 0) + 1)
    expect([...years.values()]).toEqual(sessions)
    expect(bars).toHaveLength(5_105)
  })

  it('carries the published figures', () => {
    const show = (bar: Bar | undefined) =>
      bar === undefined
        ? ''
        : [bar.open, bar.high, bar.low, bar.close].map(formatPrice).concat(formatVolume(bar.volume)).join(' ')
    expect(show(bars[0])).toBe('1469.25 1478 1438.36 1455.22 931800000')
    expect(show(bars.at(-1))).toBe('2842.43 2879.22 2830.88 2874.56 5792140000')
    const crash = bars.find(({ end }) => end === parseTime('2020-03-16T21:00:00Z'))
    expect(show(crash)).toBe('2508.59 2562.98 2380.94 2386.13 7781540000')
  })

  it('has no day without trade and none that moves by a fifth', () => {
    bars.forEach((bar, index) => {
      expect(bar.volume).toBeGreaterThan(0)
      const before = bars[index - 1]?.close ?? bar.close
      expect(Math.abs(bar.close / before - 1)).toBeLessThan(0.2)
    })
  })
})

const DATA = new URL('../../../../shared/data/', import.meta.url).pathname

// The vendors' sample data are not part of the repository; a fresh clone does without them.
describe.skipIf(!existsSync(DATA))('real files (skipped where the folder ../shared/data is absent)', () => {
  async function readFile(name: string, options: CsvOptions = {}) {
    const path = `${DATA}${name}.csv.gz`
    const surveyed = await surveyCsv({ name, options, open: () => filePort.read(path) })
    const rows: Row[] = []
    const kinds = new Set<string>()
    for await (const batch of readInOrder([surveyed])) {
      kinds.add(batch.kind === 'bars' ? batch.resolution : batch.kind)
      rows.push(...batch.rows)
    }
    expect(rows).toHaveLength(surveyed.rows)
    return { rows, kinds: [...kinds], stretches: surveyed.starts.length }
  }
  const timeOf = (row: Row | undefined) =>
    row === undefined ? Number.NaN : 'end' in row ? row.end : row.time
  const isSorted = (rows: readonly Row[]) =>
    rows.every((row, n) => n === 0 || timeOf(row) >= timeOf(rows[n - 1]))

  it.each([
    ['us_equity_daily_raw', 32_000, '1d', 6],
    ['us_equity_hourly_raw', 122_476, '1h', 3],
    ['us_equity_minute_bars', 9_708, '1m', 3],
    ['us_equity_minute_quotebars', 11_322, 'quotes', 3],
    ['crypto_minute_bars', 28_182, '1m', 6],
    ['binance_spot_bbo_btcusdt_20240808', 28_040, 'quotes', 1],
    ['binance_spot_trades_btcusdt_20240808', 9_757, 'trades', 1],
  ])('%s: %i rows in order of time', async (name, count, kind, stretches) => {
    const file = await readFile(name)
    expect(file.rows).toHaveLength(count)
    expect(file.kinds).toEqual([kind])
    expect(file.stretches).toBe(stretches)
    expect(isSorted(file.rows)).toBe(true)
  })

  it('stamps the first AAPL minute at its end, though the next one is half an hour away', async () => {
    const { rows } = await readFile('us_equity_minute_bars', { symbols: ['AAPL'] })
    expect(rows[0]).toMatchObject({
      symbol: 'AAPL',
      end: parseTime('2014-06-05T08:16:00Z'),
      close: 64_480_000_000,
    })
  })

  it('keeps to the exchange’s clock where the receiver’s runs ahead of it', async () => {
    const { rows } = await readFile('binance_spot_trades_btcusdt_20240808')
    expect(timeOf(rows[0])).toBe(parseTime('2024-08-08T23:54:15.342Z'))
    expect(timeOf(rows.at(-1))).toBe(parseTime('2024-08-09T00:00:01.271Z'))
  })
})
