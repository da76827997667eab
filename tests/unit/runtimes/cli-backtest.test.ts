/** Backtests and what is kept of them, through the command line, on the first years of the series that ARK brings. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SP500_DAILY } from '#plugins/feed-replay/sp500-daily.data.ts'
import type { Manifest } from '#runtimes/backtest/manifest.ts'
import type { Figures } from '#runtimes/cli/summary.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'
import { runHere } from '#tests/support/run-cli.ts'

/** As docs/BACKTESTING.md lists them. */
const FIGURES = [
  'bars',
  'elapsedSeconds',
  'barsPerSecond',
  'orders',
  'fills',
  'fees',
  'endEquity',
  'totalReturn',
  'cagr',
  'maxDrawdown',
  'sharpe',
  'sortino',
  'calmar',
  'winRate',
  'profitFactor',
  'exposure',
  'turnover',
  'denialsByRule',
  'decisionDigest',
  'ungoverned',
  'approvals',
  'denials',
]

const dataDir = createTempDir()
const file = join(dataDir, 'spx.csv')
const box = join(dataDir, 'box')
const STRATEGY = ['--strategy', 'ema-cross', '--param', 'fast=5', '--param', 'slow=20']

const backtest = (...words: string[]) =>
  runHere(['backtest', '--data', file, '--symbols', 'SPX', '--data-dir', box, ...words])
const runs = (...words: string[]) => runHere(['runs', ...words, '--data-dir', box])

/** Newest last. */
const kept = () => (existsSync(join(box, 'runs')) ? readdirSync(join(box, 'runs')).sort() : [])

beforeAll(() => writeFileSync(file, SP500_DAILY.split('\n').slice(0, 501).join('\n')))
afterAll(() => removeDir(dataDir))

describe('a backtest that cannot be', () => {
  it.each([
    [['--from', '2030-01-01'], 'BAD_USAGE at --from: No row is of that time'],
    [['--report', join(file, 'x')], 'The folder of --report cannot be written (a part of its path is a file'],
    [['--strategy', 'ema-cross', '--param', 'quick=5'], 'quick'],
    [['--reference', '/nowhere/ref.json'], 'FILE_MISSING'],
    [['--manifest-of', 'x'], 'There is no option'],
  ])('%j says why on one line and keeps nothing', async (words, why) => {
    const { code, out, err } = await backtest(...words)
    expect(code).toBeGreaterThan(0)
    expect(out).toBe('')
    expect(err).toContain(why)
    expect(kept()).toEqual([])
  })
})

describe('a report that cannot be written', () => {
  it.each(['sweep', 'walk-forward'])('is told before %s reads anything', async (command) => {
    const lengths = command === 'sweep' ? [] : ['--train', '1y', '--test', '180d']
    const grid = ['--strategy', 'ema-cross', '--grid', 'fast=5,6', ...lengths]
    const { code, err } = await runHere([
      command,
      '--data',
      '/nowhere.csv',
      ...grid,
      '--report',
      join(file, 'x'),
    ])
    expect(code).toBeGreaterThan(0)
    expect(err).toMatch(/^FILE_MISSING at \S+spx\.csv.x: The folder of --report cannot be written/)
  })
})

describe('a backtest', () => {
  let figures: Figures
  let id = ''

  beforeAll(async () => {
    const { code, out } = await backtest(...STRATEGY, '--json', '--report', join(dataDir, 'report'))
    expect(code).toBe(0)
    expect(out.trim().split('\n')).toHaveLength(1)
    figures = JSON.parse(out) as Figures
    id = kept()[0] ?? ''
  })

  it('prints its figures and nothing else as one line of JSON', () => {
    expect(Object.keys(figures)).toEqual(FIGURES)
    expect(figures.bars).toBe(500)
    expect(figures.fills).toBeGreaterThan(0)
    expect(figures.endEquity).toMatch(/^\d+\.\d\d$/)
    expect(figures.ungoverned).toBe(false)
  })

  it('keeps journal, summary, manifest, record and report', () => {
    const folder = join(box, 'runs', id)
    for (const name of ['ark.db', 'summary.json', 'manifest.json', 'record.json', 'report.html'])
      expect(existsSync(join(folder, name)), name).toBe(true)
    const page = readFileSync(join(folder, 'report.html'), 'utf8')
    expect(readFileSync(join(dataDir, 'report', 'report.html'), 'utf8')).toBe(page)
    expect(page).not.toMatch(/https?:\/\/|NaN %/)
  })

  it('can be repeated from its manifest: the same decisions', async () => {
    const manifest = join(box, 'runs', id, 'manifest.json')
    const again = await runHere(['backtest', '--manifest', manifest, '--json', '--data-dir', box])
    expect(again).toMatchObject({ code: 0 })
    const told = JSON.parse(again.out) as Figures
    expect(told.decisionDigest).toBe(figures.decisionDigest)
    expect(told.endEquity).toBe(figures.endEquity)
    expect(again.err).toContain('the same decisions as before')
  })

  it('is not repeated on other bytes, nor called the same when decisions differ', async () => {
    const path = join(box, 'runs', id, 'manifest.json')
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest
    const forged = join(dataDir, 'forged.json')
    const data = manifest.data.map((entry) => ({ ...entry, sha256: '0'.repeat(64) }))
    writeFileSync(forged, JSON.stringify({ ...manifest, data }))
    const before = kept().length
    const other = await runHere(['backtest', '--manifest', forged, '--data-dir', box])
    expect(other.code).toBe(1)
    expect(other.err).toMatch(/DATA_INVALID at .*spx\.csv/)
    expect(kept()).toHaveLength(before)
    writeFileSync(forged, JSON.stringify({ ...manifest, decisionDigest: '0'.repeat(64) }))
    const differs = await runHere(['backtest', '--manifest', forged, '--data-dir', box])
    expect(differs).toMatchObject({ code: 1 })
    expect(differs.out).toContain('other decisions than before')
  })

  it('holds the digest of whatever it read beside the data, and knows when that is another', async () => {
    const reference = join(dataDir, 'ref.json')
    writeFileSync(
      reference,
      '{"halts":[{"symbol":"SPX","from":"2000-03-01T00:00:00Z","to":"2000-03-09T00:00:00Z"}]}',
    )
    await backtest(...STRATEGY, '--reference', reference)
    const path = join(box, 'runs', kept().at(-1) ?? '', 'manifest.json')
    const { data } = JSON.parse(readFileSync(path, 'utf8')) as Manifest
    expect(data.map((entry) => entry.file)).toEqual([file, reference])
    writeFileSync(reference, '{}')
    const { code, err } = await runHere(['backtest', '--manifest', path, '--data-dir', box])
    expect(code).toBe(1)
    expect(err).toMatch(/DATA_INVALID at .*ref\.json: The run read other bytes/)
  })

  it('is journaled and signed: explain and replay read it', async () => {
    const folder = join(box, 'runs', id)
    const explained = await runHere(['explain', 'backtest-1-1', '--data-dir', folder])
    expect(explained.out).toContain('Decision backtest-1-1,')
    const replayed = await runHere(['replay', '--json', '--data-dir', folder])
    const told = JSON.parse(replayed.out) as { entries: number; headSize: number }
    expect(told.headSize).toBe(told.entries)
    expect(told.entries).toBeGreaterThan(0)
  })

  it('exports all its trades, and they add up to what it made', async () => {
    const { out } = await runs('export', id, '--what', 'trades', '--csv')
    const [head = '', ...lines] = out.trim().split('\n')
    const column = head.split(',').indexOf('pnl')
    const made = lines.reduce((sum, line) => sum + Number(line.split(',')[column]), 0)
    expect(lines.length).toBeGreaterThan(0)
    expect(100_000 + made).toBeCloseTo(Number(figures.endEquity), 2)
  })

  it('exports equity and decisions as rows', async () => {
    const equity = (await runs('export', id, '--what', 'equity')).out.trim().split('\n')
    const last = JSON.parse(equity.at(-1) ?? '') as { equity: string }
    expect(Number(last.equity)).toBeCloseTo(Number(figures.endEquity), 2)
    const decisions = (await runs('export', id, '--what', 'decisions', '--csv')).out.trim().split('\n')
    expect(decisions.length - 1).toBeGreaterThanOrEqual(figures.approvals + figures.denials)
  })
})

describe('runs', () => {
  it('are told apart by what they were asked and what came out', async () => {
    await backtest(...STRATEGY, '--fees', 'none')
    const [first = '', last = ''] = [kept()[0], kept().at(-1)]
    const told = JSON.parse((await runs('compare', first, last, '--json')).out) as {
      differences: { place: string }[]
      sameDecisions: boolean
    }
    expect(told.differences.map(({ place }) => place)).toEqual([
      'spec.config.plugins.broker-paper.feeModel',
      'configDigest',
    ])
    expect((await runs('compare', first, 'last')).out).toContain('broker-paper.feeModel')
  })

  it('are listed newest first, and shown by as much of the id as names one', async () => {
    const { items } = JSON.parse((await runs('list', '--json')).out) as { items: { id: string }[] }
    expect(items.map(({ id }) => id)).toEqual(kept().reverse())
    const newest = items[0]?.id ?? ''
    const shown = (await runs('show', newest.slice(0, -1))).out
    expect(shown).toContain('ema-cross on spx.csv')
    expect(shown).toContain(`(run ${newest})`)
    expect(shown).toMatch(/verify +ark replay --verify --data-dir \S+/)
    expect((await runs('list')).out).toContain(newest)
    const ambiguous = await runs('show', newest.slice(0, 2))
    expect(ambiguous).toMatchObject({ code: 2, out: '' })
    expect(ambiguous.err).toContain('runs begin with it')
    expect((await runs('show', '../runs')).code).toBe(2)
  })
})

describe('advice that comes to no order', () => {
  const strategy = join(dataDir, 'tiny.mjs')
  const words = ['--strategy', strategy]
  beforeAll(() =>
    writeFileSync(
      strategy,
      `export default ({ defineStrategy, v }) => defineStrategy({
        name: 'tiny', version: '1.0.0', params: v.strictObject({}), initial: () => ({}),
        onBar: () => ({ action: 'enter', direction: 'long', sizing: { kind: 'fraction', fraction: 1e-7 } }),
      })`,
    ),
  )

  it('is told with its reason, in text, in JSON and in the report', async () => {
    const reason = 'the fraction asked for leaves room for less than one lot'
    const { out } = await backtest(...words, '--json')
    expect(JSON.parse(out)).toMatchObject({ approvals: 0, denials: 0, droppedByReason: { [reason]: 500 } })
    const told = await runs('show', 'last')
    expect(told.out).toMatch(/advice that came to no order\n +the fraction asked for .* 500 /)
    const page = readFileSync(join(box, 'runs', kept().at(-1) ?? '', 'report.html'), 'utf8')
    expect(page).toContain(reason)
  })

  it('has its strategy under strategy, and not under what was read', async () => {
    const { out } = await runs('show', 'last')
    expect(out).toContain(`strategy  ${strategy} {}`)
    expect(out).toMatch(/^ +read +\S+spx\.csv$/m)
  })
})

describe('--compare', () => {
  it('runs both gates, says what the rules saved and cost, and keeps both', async () => {
    const before = kept().length
    const { code, out } = await backtest('--strategy', 'buy-and-hold', '--compare', '--json')
    expect(code).toBe(0)
    const told = JSON.parse(out) as {
      enforce: Figures
      observe: Figures
      rules: { rule: string; denials: number; saved: string; cost: string }[]
    }
    expect(Object.keys(told)).toEqual(['enforce', 'observe', 'rules', 'forcedExits'])
    expect(told.enforce).toMatchObject({ fills: 0, ungoverned: false, endEquity: '100000.00' })
    expect(told.observe).toMatchObject({ fills: 1, ungoverned: true })
    expect(told.rules.map(({ rule }) => rule)).toContain('max_position_size')
    const net = told.rules.reduce((sum, { saved, cost }) => sum + Number(saved) - Number(cost), 0)
    expect(100_000 - net).toBeCloseTo(Number(told.observe.endEquity), 0)
    const [enforce = '', observe = ''] = kept().slice(before)
    expect([enforce.slice(-8), observe.slice(-8)]).toEqual(['-enforce', '-observe'])
    const page = readFileSync(join(box, 'runs', enforce, 'report.html'), 'utf8')
    expect(page).toContain('What the rules saved and cost')
  })

  it('tells of exits that breakers ordered, since no rule has denied anything there', async () => {
    // The index fell by more than 3 % in a day while something was held.
    const strategy = ['--strategy', 'rsi-reversion']
    const json = await backtest(...strategy, '--compare', '--json')
    const { forcedExits } = JSON.parse(json.out) as { forcedExits: number }
    expect(forcedExits).toBe(1)
    const { out } = await backtest(...strategy, '--compare')
    expect(out.replace(/\s+/g, ' ')).toContain('Breakers closed positions 1 time, which')
  })
})
