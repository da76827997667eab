/** The parts of the look-ahead check: other futures that stay valid data, where they are cut, and what differs. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkConfig } from '#core/config.ts'
import type { MarketRows } from '#core/contract.ts'
import { formatTime, parseTime } from '#core/time.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { SP500_DAILY } from '#plugins/feed-replay/sp500-daily.data.ts'
import { openBacktestMarket } from '#runtimes/backtest/market.ts'
import { planBacktest, SPEC_OPTIONS } from '#runtimes/backtest/options.ts'
import { parseOptions } from '#runtimes/cli/options.ts'
import { createMirror, writeAltered } from '#runtimes/research/altered-file.ts'
import { endingAt, partedAt, timeOfRow } from '#runtimes/research/cut-market.ts'
import { chooseCuts, compare } from '#runtimes/research/look-ahead.ts'
import { formatLookAhead } from '#runtimes/research/look-ahead-text.ts'
import { filePort } from '#runtimes/shared/files.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'

let folder = ''
beforeAll(() => {
  folder = createTempDir()
})
afterAll(() => removeDir(folder))

const mirrorOf = (after: string, header: string, ...lines: string[]) => {
  const mirror = createMirror(parseTime(after))
  return [header, ...lines].map((line) => mirror.line(line)).slice(1)
}

describe('another future', () => {
  it('begins with the first bar that surely ends later, by the stamp that the file has', () => {
    const bars = 'open,high,low,close,volume'
    const row = '10,20,5,10,1'
    const other = '10.00,20.00,5.00,10.00,1'
    const noon = '2024-01-02T12:00:00Z'
    const at = (stamp: string, time: string, like = row) => [`${stamp},${bars}`, `${time},${like}`] as const
    const lastOf = (header: string, line: string) =>
      mirrorOf(noon, header, line)[0]?.split(',').slice(1).join()
    expect(lastOf(...at('ts_utc', '2024-01-02T11:59:00Z'))).toBe(row)
    expect(lastOf(...at('ts_utc', '2024-01-02T12:00:00Z'))).toBe(other)
    expect(lastOf(...at('end', '2024-01-02T12:00:00Z'))).toBe(row)
    expect(lastOf(...at('end', '2024-01-02T12:00:01Z'))).toBe(other)
    expect(lastOf(...at('date', '2024-01-02'))).toBe(row)
    expect(lastOf(...at('date', '2024-01-03'))).toBe(other)
    expect(lastOf(...at('date', 'no time'))).toBe(row)
  })

  it('falls where the market rose, high and low changed over, at the last price before', () => {
    expect(
      mirrorOf(
        '2024-01-02T23:00:00Z',
        'date,symbol,open,high,low,close,volume',
        '2024-01-02,A,9,11,8,10,5',
        '2024-01-02,B,50,50,50,50,5',
        '2024-01-03,A,10,20,5,12.5,5',
        '2024-01-03,B,50,100,50,100,5',
      ).slice(2),
    ).toEqual(['2024-01-03,A,10.00,20.00,5.00,8.00,5', '2024-01-03,B,50.00,50.00,25.00,25.00,5'])
  })

  it('is told of trades, quotes and quote bars as well, and by every clock that a row has', () => {
    const after = '2024-01-02T00:00:00Z'
    expect(
      mirrorOf(
        after,
        'exch_ts_utc,recv_ts_utc,symbol,price,qty',
        '2024-01-01T00:00:00Z,2024-01-01T00:00:00Z,A,100,1',
        '2024-01-01T23:59:59Z,2024-01-02T00:00:01Z,A,100,1',
        '2024-01-02T00:00:01Z,2024-01-02T00:00:02Z,A,80,1',
      )[2],
    ).toBe('2024-01-02T00:00:01Z,2024-01-02T00:00:02Z,A,125.00,1')
    expect(
      mirrorOf(
        after,
        'ts_utc,symbol,bid,ask',
        '2024-01-01T00:00:00Z,A,100,100',
        '2024-01-02T00:00:01Z,A,80,125',
      )[1],
    ).toBe('2024-01-02T00:00:01Z,A,80.00,125.00')
    const [line = ''] = mirrorOf(
      after,
      'ts_utc,symbol,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close',
      '2024-01-02T00:00:00Z,A,100,125,50,100,101,126,51,101',
    )
    expect(line.split(',').slice(2, 6).map(Number)).toEqual([99.01, 196.08, 79.37, 99.01])
  })

  it('keeps quotes, line ends and columns that nobody knows', () => {
    expect(
      mirrorOf(
        '2024-01-01T00:00:00Z',
        '"Date","Close","High","Low","Open","Note","Volume"\r',
        '"2024-01-02","4","8","2","4","a, ""b""","7"\r',
      ),
    ).toEqual(['"2024-01-02",4.00,8.00,2.00,4.00,"a, ""b""","7"\r'])
  })

  it.each(['plain', 'gzipped'])(
    'is a file that the reader takes, %s, and the same up to the cut',
    async (how) => {
      const name = join(folder, `spx-${how}.csv`)
      const text = SP500_DAILY.split('\n').slice(0, 300).join('\n')
      writeFileSync(name, how === 'plain' ? text : gzipSync(text))
      const copy = join(folder, `copy-${how}.csv`)
      const cut = parseTime('2000-06-01T21:00:00Z')
      expect(await writeAltered(name, copy, cut)).toBeGreaterThan(100)
      const bytes = readFileSync(copy)
      expect(bytes[0] === 0x1f).toBe(how === 'gzipped')
      expect((how === 'plain' ? bytes : gunzipSync(bytes)).toString().split('\n')).toHaveLength(300)
      const [before, after] = await Promise.all([rowsOf(await openOf(name)), rowsOf(await openOf(copy))])
      const past = before.filter((row) => timeOfRow(row) <= cut)
      expect(past.length).toBeGreaterThan(100)
      expect(after.slice(0, past.length)).toEqual(past)
      expect(after).toHaveLength(before.length)
      const differs = after.filter((row, index) => JSON.stringify(row) !== JSON.stringify(before[index]))
      expect(differs.length).toBeGreaterThan(150)
    },
  )
})

async function openOf(file: string): Promise<Market> {
  const options = parseOptions(['--data', file, '--symbols', 'SPX'], { options: SPEC_OPTIONS })
  return openBacktestMarket((await planBacktest(options, checkConfig({}, 'test'))).spec, filePort)
}

async function rowsOf(market: Market) {
  return (await collect(market)).flat()
}

async function collect(market: Market) {
  const steps: MarketRows['rows'][number][][] = []
  for await (const step of market.steps()) if (step.kind === 'rows') steps.push([...step.rows.rows])
  return steps
}

describe('a market', () => {
  const load = async () => {
    const name = join(folder, 'cut.csv')
    writeFileSync(name, SP500_DAILY.split('\n').slice(0, 60).join('\n'))
    return openOf(name)
  }

  it('ends with the last row that is not later', async () => {
    const market = await load()
    const all = await rowsOf(market)
    const cut = timeOfRow(all[20] ?? expect.fail('no row'))
    expect(await rowsOf(endingAt(market, cut))).toEqual(all.slice(0, 21))
    expect(await rowsOf(endingAt(market, cut - 1))).toEqual(all.slice(0, 20))
    expect(await rowsOf(endingAt(market, 0))).toEqual([])
  })

  it('is parted without losing a row', async () => {
    const market = await load()
    const all = await rowsOf(market)
    const steps = await collect(partedAt(market, timeOfRow(all[20] ?? expect.fail('no row'))))
    expect(steps.map(({ length }) => length)).toEqual([20, all.length - 20])
    expect(steps.flat()).toEqual(all)
  })
})

describe('cuts', () => {
  const lines = [10, 20, 20, 30, 40].map((time) => ({ time, what: 'advice' as const }))

  it('lie where the strategy advised something and evenly, each with something behind it', () => {
    const others = [15, 25, 35].map((time) => ({ time, what: 'decision' as const }))
    expect(chooseCuts([...lines, ...others], [0, 100], 4)).toEqual([10, 30, 40, 50])
    expect(chooseCuts(lines, [0, 40], 1)).toEqual([20])
    expect(chooseCuts([{ time: 40, what: 'advice' }], [0, 40], 2)).toEqual([13, 26])
    expect(chooseCuts([], [0, 100], 1)).toEqual([50])
  })
})

describe('two runs', () => {
  const line = (time: number, key: string) => ({ time, what: 'advice' as const, key, text: `says ${key}` })
  const runOf = (...keys: string[]) => ({ lines: keys.map((key, index) => line(index + 1, key)) })

  it('agree, and up to a cut whatever comes after it', () => {
    expect(compare('fresh', runOf('a', 'b'), runOf('a', 'b'))).toEqual({ kind: 'fresh', compared: 2 })
    expect(compare('prefix', runOf('a', 'b', 'c'), runOf('a', 'b'), 2)).toEqual({
      kind: 'prefix',
      cut: 2,
      compared: 2,
    })
  })

  it('differ at the first line that is other, missing or too many', () => {
    const differs = (...args: Parameters<typeof compare>) => compare(...args).difference
    expect(differs('again', runOf('a', 'b', 'c'), runOf('a', 'x', 'y'))).toEqual({
      line: 2,
      time: 2,
      whole: 'says b',
      other: 'says x',
    })
    expect(differs('prefix', runOf('a', 'b'), runOf('a'), 2)).toMatchObject({
      line: 2,
      whole: 'says b',
      other: null,
    })
    expect(differs('again', runOf(), runOf('a'))).toMatchObject({ line: 1, whole: null, other: 'says a' })
    expect(differs('again', { lines: [line(1, 'a')] }, { lines: [line(2, 'a')] })).toMatchObject({
      line: 1,
      time: 1,
    })
  })

  it('are told with the strategy, the place, and what it means', () => {
    const check = compare('prefix', runOf('a', 'b'), runOf('a', 'x'), 9)
    const about = { strategy: 'own', called: './own.mjs', advice: 2, decisions: 0 }
    const text = formatLookAhead({ ...about, verdict: 'caught', checks: [check] })
    expect(text).toContain(
      `CAUGHT own: line 2, at ${formatTime(2)}, was "says b" and is "says x" when the data end here`,
    )
    expect(text).toContain('depends on rows that were not there yet')
    const nothing = formatLookAhead({ ...about, advice: 0, verdict: 'nothing', checks: [] })
    expect(nothing).toContain('Nothing is proved')
  })
})
