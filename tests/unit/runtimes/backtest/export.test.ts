/** What `ark runs export` says of open trades, against the account that the same run ended with. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatCents, parseCash } from '#core/math.ts'
import type { RunRecord } from '#runtimes/backtest/recorder.ts'
import type { Figures } from '#runtimes/cli/summary.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'
import { runHere } from '#tests/support/run-cli.ts'

const folder = createTempDir()
const [bars, quotes] = [join(folder, 'bars.csv'), join(folder, 'quotes.csv')]
const box = join(folder, 'box')

const BARS = `ts_utc,symbol,open,high,low,close,volume
2013-10-07T13:30:00.000Z,SPY,100,100.2,99.9,100,9000
2013-10-07T13:31:00.000Z,SPY,100,100.2,99.9,100.1,9000
2013-10-07T13:32:00.000Z,SPY,100.1,100.2,99.9,100.1,9000
`
const COLUMNS = ['open', 'high', 'low', 'close', 'size']
/** The last one is read after the last bar, and its middle is no price that was traded. */
const QUOTES = `ts_utc,symbol,${COLUMNS.map((name) => `bid_${name}`)},${COLUMNS.map((name) => `ask_${name}`)}
2013-10-07T13:30:00.000Z,SPY,99.9,99.9,99.9,99.9,100,100.1,100.1,100.1,100.1,100
2013-10-07T13:40:00.000Z,SPY,101,101,101,101,100,101.5,101.5,101.5,101.5,100
`

interface Row {
  readonly exit_time: string | null
  readonly exit_price: string
  readonly pnl: string
}

describe('an exported trade that is open', () => {
  let figures: Figures
  let recordFile = ''

  const exported = () => runHere(['runs', 'export', 'last', '--what', 'trades', '--data-dir', box])

  beforeAll(async () => {
    writeFileSync(bars, BARS)
    writeFileSync(quotes, QUOTES)
    const words = ['--strategy', 'buy-and-hold', '--gate', 'observe']
    const ended = await runHere(['backtest', '--data', bars, quotes, ...words, '--json', '--data-dir', box])
    expect(ended.code).toBe(0)
    figures = JSON.parse(ended.out) as Figures
    const { out } = await runHere(['runs', 'show', 'last', '--json', '--data-dir', box])
    recordFile = join((JSON.parse(out) as { folder: string }).folder, 'record.json')
  })
  afterAll(() => removeDir(folder))

  it('is valued at the mark of the account, here the middle of the last quote', async () => {
    const { out } = await exported()
    const rows = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
    expect(rows).toMatchObject([{ exit_time: null, exit_price: '101.25' }])
    const made = parseCash(rows[0]?.pnl ?? '')
    expect(formatCents(parseCash('100000') + made)).toBe(figures.endEquity)
  })

  it('is not valued by guess when the record holds no mark of it', async () => {
    const text = readFileSync(recordFile, 'utf8')
    const { marks, ...rest } = JSON.parse(text) as RunRecord
    expect(marks).toEqual({ SPY: 101.25e8 })
    writeFileSync(recordFile, JSON.stringify(rest))
    const { code, err } = await exported()
    writeFileSync(recordFile, text)
    expect(code).toBe(1)
    expect(err).toContain('no mark of it')
  })
})
