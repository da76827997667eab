/** A backtest over files, from outside. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { SP500_DAILY } from '#plugins/feed-replay/sp500-daily.data.ts'
import { ark } from '../support/cli.ts'
import { createTempDir, removeDir } from '../support/ports.ts'

interface Figures {
  readonly bars: number
  readonly fills: number
  readonly fees: string
  readonly endEquity: string
  readonly decisionDigest: string
}

describe('backtest', () => {
  const dataDir = createTempDir()
  const file = join(dataDir, 'spx.csv')
  writeFileSync(file, SP500_DAILY)
  afterAll(() => removeDir(dataDir))

  const run = (...args: string[]) =>
    ark(['backtest', '--data', file, '--symbols', 'SPX', '--json', '--data-dir', dataDir, ...args])

  it('refuses a file that is not there, and one that is malformed, naming file and place', async () => {
    const missing = await ark(['backtest', '--data', join(dataDir, 'none.csv'), '--data-dir', dataDir])
    expect(missing.code).toBe(1)
    expect(missing.err).toContain('FILE_MISSING at')
    const bad = join(dataDir, 'bad.csv')
    writeFileSync(bad, 'date,open,high,low,close,volume\n2000-01-03,1,2,x,1,1\n')
    const malformed = await ark(['backtest', '--data', bad, '--symbols', 'SPX', '--data-dir', dataDir])
    expect(malformed.code).toBe(1)
    expect(malformed.err).toMatch(/DATA_INVALID at .*bad\.csv/)
  })

  it('decides as the first run did over the same bars, and twice the same', async () => {
    const first = await ark(['start', '--once', '--json', '--data-dir', dataDir])
    const [one, two] = [await run(), await run()]
    expect(one.code).toBe(0)
    const figures = JSON.parse(one.out) as Figures
    expect(figures.bars).toBe(5_105)
    expect((JSON.parse(two.out) as Figures).decisionDigest).toBe(figures.decisionDigest)
    expect((JSON.parse(first.out) as Figures).endEquity).toBe(figures.endEquity)
  })

  it('keeps a journal and the summary of its own', async () => {
    const [id = ''] = readdirSync(join(dataDir, 'runs'))
    const folder = join(dataDir, 'runs', id)
    expect(existsSync(join(folder, 'ark.db'))).toBe(true)
    const explained = await ark(['explain', 'backtest-1-1', '--data-dir', folder])
    expect(explained.out).toContain('Decision backtest-1-1,')
  })

  it('takes the range, the cash and the fees it is told', async () => {
    const { out } = await run(
      '--from',
      '2008-01-01',
      '--to',
      '2009-12-31',
      '--cash',
      '50000',
      '--fees',
      'none',
    )
    const figures = JSON.parse(out) as Figures
    expect(figures.bars).toBe(505)
    expect(figures.fees).toBe('0.00')
    expect(Number(figures.endEquity)).toBeGreaterThan(30_000)
    expect(Number(figures.endEquity)).toBeLessThan(70_000)
    const newest = readdirSync(join(dataDir, 'runs')).sort().at(-1) ?? ''
    const kept = JSON.parse(readFileSync(join(dataDir, 'runs', newest, 'summary.json'), 'utf8')) as {
      from: string
      to: string
    }
    expect(kept).toMatchObject({ from: '2008-01-02', to: '2009-12-31' })
  })
})
