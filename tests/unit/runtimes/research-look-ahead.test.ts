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
import { findNamedImport } from '#runtimes/research/blind-spot.ts'
import { endingAt, partedAt, timeOfRow } from '#runtimes/research/cut-market.ts'
import { checkLookAhead, chooseCuts, compare } from '#runtimes/research/look-ahead.ts'
import { formatLookAhead } from '#runtimes/research/look-ahead-text.ts'
import type { Outcome } from '#runtimes/research/trial.ts'
import type { Worker } from '#runtimes/research/worker.ts'
import { filePort } from '#runtimes/shared/files.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'

let folder = ''
beforeAll(() => {
  folder = createTempDir()
})
afterAll(() => removeDir(folder))

const mirrorOf = (after: string, header: string, ...lines: string[]) => {
  const mirror = createMirror('a.csv', parseTime(after))
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
  })

  it.each([
    ['Yahoo', 'Date,Open,High,Low,Close,Adj Close,Volume', '2024-01-03 00:00:00-05:00', '10,20,5,10,10,1'],
    ['Unix seconds', 'unix,open,high,low,close,volume', '1704240000', '10,20,5,10,1'],
    ['an offset', 'Datetime,Open,High,Low,Close,Volume', '2024-01-02 19:00:00-05:00', '10,20,5,1e1,1'],
    ['Tardis', 'timestamp,local_timestamp,price,amount', '1704240000000000,1704240000000001', '10,1'],
    ['nanoseconds', 'recv_ts_utc,price,qty', '2024-01-03T00:00:00.087896568Z', '10,1'],
  ])('is told in the names and times of a vendor: %s', (_, header, stamp, rest) => {
    const [past, future] = ['2024-01-04T00:00:00Z', '2024-01-02T12:00:00Z']
    expect(mirrorOf(past, header, `${stamp},${rest}`)).toEqual([`${stamp},${rest}`])
    expect(mirrorOf(future, header, `${stamp},${rest}`)).not.toEqual([`${stamp},${rest}`])
  })

  it('is told in klines without a header, from the first line on', () => {
    const kline = `1704240000000,10,20,5,10,1,${'0,'.repeat(5)}0`
    const mirror = createMirror('a.csv', parseTime('2024-01-02T12:00:00Z'))
    expect(mirror.line(kline)).toBe(kline.replace('10,20,5,10', '10.00,20.00,5.00,10.00'))
    expect(mirror.altered()).toBe(1)
  })

  it.each([
    ['a header that nobody knows', 'when,open,high,low,close,volume', '2024-01-03,1,1,1,1,1', 'a.csv:1'],
    ['a time that is none', 'date,open,high,low,close,volume', 'no time,1,1,1,1,1', 'a.csv:2'],
    ['a price that is none', 'date,open,high,low,close,volume', '2024-01-03,1,1,1,NaN,1', 'a.csv:2'],
  ])('is refused where the row is not understood: %s', (_, header, line, where) => {
    const refusal = expect.objectContaining({ code: 'DATA_INVALID', where })
    expect(() => mirrorOf('2024-01-01T00:00:00Z', header, line)).toThrow(refusal)
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
        'ts_utc,symbol,bid,ask,bid_qty,ask_qty',
        '2024-01-01T00:00:00Z,A,100,100,1,1',
        '2024-01-02T00:00:01Z,A,80,125,1,1',
      )[1],
    ).toBe('2024-01-02T00:00:01Z,A,80.00,125.00,1,1')
    const [line = ''] = mirrorOf(
      after,
      'ts_utc,symbol,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close,bid_size,ask_size',
      '2024-01-02T00:00:00Z,A,100,125,50,100,101,126,51,101,1,1',
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

  it('keeps open and close within high and low, however many digits each was written with', () => {
    const [row = ''] = mirrorOf(
      '2024-01-01T00:00:00Z',
      'date,open,high,low,close,volume',
      '2024-01-02,33.29,33.935,33.205,33.77,5',
    )
    const [open = 0, high = 0, low = 0, close = 0] = row.split(',').slice(1, 5).map(Number)
    expect(Math.max(open, close)).toBeLessThanOrEqual(high)
    expect(Math.min(open, close)).toBeGreaterThanOrEqual(low)
    expect(high - low).toBeCloseTo((33.77 * 33.77) / 33.205 - (33.77 * 33.77) / 33.935, 2)
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

describe('files that no other can be put in the place of', () => {
  const found = (text: string) => {
    const path = join(folder, 'strategy.mjs')
    writeFileSync(path, text)
    return findNamedImport(path)
  }

  it.each([
    [`import { readFileSync } from 'node:fs'`],
    [`import fs, { readFileSync } from 'node:fs'`],
    [`import * as fs from "fs"`],
    [`const { readFile } = await import('node:fs/promises')`],
  ])('are opened by %s', (text) => {
    expect(found(text)).toBe(join(folder, 'strategy.mjs'))
  })

  it.each([
    [`import fs from 'node:fs'`],
    [`const fs = require('fs')`],
    [`import { join } from 'node:path'`],
    [`import './gone.mjs'`],
  ])('are not by %s', (text) => {
    expect(found(text)).toBeUndefined()
  })

  it('are looked for in the modules beside it, once each', () => {
    const path = join(folder, 'beside.mjs')
    writeFileSync(path, `import './strategy.mjs'; import { open } from 'node:fs'`)
    expect(found(`import './beside.mjs'`)).toBe(path)
  })
})

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

describe('a check on files', () => {
  /** A process that says one thing, whatever it runs. */
  const start = (): Worker => ({
    run: () =>
      Promise.resolve({ ...({} as Outcome), lines: [{ time: 1, what: 'decision', key: '', text: '' }] }),
    end: () => undefined,
  })
  const steps: [number, number][] = []
  const check = async (rows: number) => {
    steps.length = 0
    const name = join(folder, 'few.csv')
    writeFileSync(
      name,
      SP500_DAILY.split('\n')
        .slice(0, rows + 1)
        .join('\n'),
    )
    const options = parseOptions(['--data', name, '--symbols', 'SPX'], { options: SPEC_OPTIONS })
    const planned = await planBacktest(options, checkConfig({}, 'test'))
    const onRun = (done: number, all: number): void => void steps.push([done, all])
    return checkLookAhead({ planned, market: await openOf(name), cuts: 1, start, onRun })
  }

  it('fails where no row lies behind a cut, instead of calling clean what it could not try', async () => {
    await expect(check(2)).rejects.toMatchObject({
      code: 'DATA_INVALID',
      where: join(folder, 'few.csv'),
      message: expect.stringContaining('nothing could be altered'),
    })
    expect((await check(20)).checks.map(({ kind }) => kind)).toEqual(['again', 'fresh', 'prefix', 'altered'])
    // The first run and one a check.
    expect(steps).toEqual([1, 2, 3, 4, 5].map((done) => [done, 5]))
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
    const blind = formatLookAhead({ ...about, verdict: 'blind', checks: [] })
    expect(blind).toContain('own imports node:fs by name')
    const nothing = formatLookAhead({ ...about, advice: 0, verdict: 'nothing', checks: [] })
    expect(nothing).toContain('Nothing is proved')
  })
})
