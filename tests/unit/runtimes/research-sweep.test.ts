/** A sweep in this process: which combinations, that each is the backtest it says, and what is told of them. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkConfig } from '#core/config.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { SP500_DAILY } from '#plugins/feed-replay/sp500-daily.data.ts'
import { openBacktestMarket } from '#runtimes/backtest/market.ts'
import { planBacktest, SPEC_OPTIONS } from '#runtimes/backtest/options.ts'
import { runJournaled } from '#runtimes/backtest/run.ts'
import { parseOptions } from '#runtimes/cli/options.ts'
import { createCrewHere } from '#runtimes/research/crew.ts'
import { combinationsOf, countOf, readGrid, vary } from '#runtimes/research/grid.ts'
import { formatHeatMap, heatMapOf } from '#runtimes/research/heat-map.ts'
import { keepInMemory } from '#runtimes/research/kept-market.ts'
import { expectedMaximum, luckySharpe } from '#runtimes/research/luck.ts'
import { rank, runSweep, type Sweep } from '#runtimes/research/sweep.ts'
import { renderSweep } from '#runtimes/research/sweep-page.ts'
import { formatSweep } from '#runtimes/research/sweep-text.ts'
import { filePort } from '#runtimes/shared/files.ts'
import { createTempDir, createTestPorts, removeDir } from '#tests/support/ports.ts'

let folder = ''
let file = ''
beforeAll(() => {
  folder = createTempDir()
  file = join(folder, 'spx.csv')
  writeFileSync(file, SP500_DAILY.split('\n').slice(0, 400).join('\n'))
})
afterAll(() => removeDir(folder))

const optionsOf = (...words: string[]) =>
  parseOptions(words, { options: { ...SPEC_OPTIONS, grid: 'list' }, words: [0, 9] })
const gridOf = (...texts: string[]) => readGrid(optionsOf(...texts.flatMap((text) => ['--grid', text])))
const planOf = (...words: string[]) =>
  planBacktest(
    optionsOf('--data', file, '--symbols', 'SPX', '--strategy', 'ema-cross', ...words),
    checkConfig({}, 'test'),
  )
const openOf = async () => openBacktestMarket((await planOf()).spec, filePort)

describe('a grid is refused', () => {
  it.each<[string[], RegExp]>([
    [[], /At least one range/],
    [['fast'], /wanted fast=10:30:5/],
    [['fast='], /wanted fast=10:30:5/],
    [['=1,2'], /wanted fast=10:30:5/],
    [['fast=1,,2'], /a value is empty/],
    [['fast=5,5'], /5 stands twice/],
    [['fast=10:5:1'], /FROM not above TO/],
    [['fast=1:5:0'], /STEP above 0/],
    [['fast=1:3:1', 'fast=4,5'], /names fast twice/],
    [['a=1:400:1', 'b=1:400:1'], /160,000 backtests are asked for, at most 100,000/],
    [['a=0:1:0.000001'], /1,000,001 backtests/],
  ])('%j', (texts, why) => {
    expect(() => gridOf(...texts)).toThrow(why)
  })

  it('when it varies what --param fixes', () => {
    expect(() => readGrid(optionsOf('--grid', 'fast=1,2', '--param', 'fast=3'))).toThrow(
      /varied by --grid and fixed/,
    )
  })
})

describe('a grid', () => {
  it('holds both ends of a range, without the dust of floating point', () => {
    expect(gridOf('fast=10:30:5')[0]?.values).toEqual([10, 15, 20, 25, 30])
    expect(gridOf('stop=0.1:0.5:0.1')[0]?.values).toEqual([0.1, 0.2, 0.3, 0.4, 0.5])
    expect(gridOf('x=-1:1:0.75')[0]?.values).toEqual([-1, -0.25, 0.5])
    expect(gridOf('mode=on,off,3,true')[0]?.values).toEqual(['on', 'off', 3, true])
  })

  it('gives every combination once, the last axis fastest', () => {
    const grid = gridOf('a=1,2', 'b=3,4,5')
    expect(countOf(grid)).toBe(6)
    expect(combinationsOf(grid).map(({ a, b }) => `${a}${b}`)).toEqual(['13', '14', '15', '23', '24', '25'])
  })

  it('makes the specification that --param would have made', async () => {
    const varied = vary(await planOf('--param', 'stop=3'), { fast: 4, slow: 9 })
    const asked = await planOf('--param', 'stop=3', '--param', 'fast=4', '--param', 'slow=9')
    expect(varied).toEqual(asked.spec)
  })
})

describe('a market in memory', () => {
  const rowsOf = async (market: Market) => {
    const rows: unknown[] = []
    for await (const step of market.steps())
      if (step.kind === 'rows') rows.push(...structuredClone(step.rows.rows))
    return rows
  }

  it('is the market of the files, each time, whatever was done to its rows', async () => {
    const expected = await rowsOf(await openOf())
    const kept = keepInMemory(await openOf())
    expect(expected).toHaveLength(399)
    expect(await rowsOf(kept)).toEqual(expected)
    for await (const step of kept.steps())
      if (step.kind === 'rows') for (const row of step.rows.rows) Object.assign(row, { close: 1, low: 1 })
    expect(await rowsOf(kept)).toEqual(expected)
  })

  it('is not kept when a run left it early, nor when it is too large', async () => {
    const market = await openOf()
    let read = 0
    const counted: Market = {
      ...market,
      steps: () => {
        read++
        return market.steps()
      },
    }
    const kept = keepInMemory(counted)
    for await (const _step of kept.steps()) break
    await rowsOf(kept)
    await rowsOf(kept)
    expect(read).toBe(2)
    const large = keepInMemory(counted, 398)
    await rowsOf(large)
    await rowsOf(large)
    expect(read).toBe(4)
  })
})

describe('a sweep', () => {
  const sweepOf = async (...texts: string[]) =>
    runSweep(await planOf(), gridOf(...texts), 'totalReturn', createCrewHere())

  it('is refused when the strategy takes no combination, with its reason', async () => {
    await expect(sweepOf('fast=50,60')).rejects.toThrow(/fast must be below slow|fast below slow/)
    await expect(sweepOf('fasst=1,2')).rejects.toMatchObject({
      code: 'BAD_USAGE',
      where: '--grid fasst',
      message: expect.stringMatching(/^ema-cross has fast, slow, .*\.$/),
    })
    await expect(sweepOf('fast=0,-1')).rejects.toMatchObject({
      where: '--grid fast',
      message: expect.stringMatching(/^It was 0, wanted at least \d+\.$/),
    })
  })

  it('decides in each row as a backtest of the same parameters', async () => {
    const { rows } = await sweepOf('fast=3,5', 'slow=8,12')
    expect(rows.map(({ params }) => params)).toEqual(combinationsOf(gridOf('fast=3,5', 'slow=8,12')))
    expect(new Set(rows.map(({ figures }) => figures.decisionDigest)).size).toBe(4)
    expect(rows.every(({ figures }) => figures.fills > 0)).toBe(true)
    const { ports, remove } = await createTestPorts()
    for (const { params, figures } of rows.slice(1, 3)) {
      const planned = await planOf('--param', `fast=${params.fast}`, '--param', `slow=${params.slow}`)
      const own = join(folder, `run-${params.fast}-${params.slow}`)
      mkdirSync(own)
      const job = { ports, folder: own, stopped: () => false, onRows: () => undefined }
      const run = await runJournaled(planned, await openOf(), job)
      const { elapsedSeconds: _elapsed, barsPerSecond: _rate, ...expected } = run?.summary.figures ?? {}
      expect(figures).toMatchObject(expected)
    }
    remove()
  })

  it('leaves out what the strategy refuses, and says so', async () => {
    const sweep = await sweepOf('fast=3,9', 'slow=6,12')
    expect(sweep.rows).toHaveLength(3)
    expect(sweep.refused.map(({ params }) => params)).toEqual([{ fast: 9, slow: 6 }])
    expect(sweep.refused[0]?.why).toMatch(/^ema-cross: .*fast/)
    const text = formatSweep(sweep, 2)
    expect(text).toContain('3 combinations were tried, so the best is partly luck')
    expect(text).toContain('and 1 more; --top shows them')
    expect(text).toContain('1 combinations are refused by the strategy and left out, such as fast=9 slow=6')
  })
})

describe('the results', () => {
  const figures = { fills: 1, sharpe: 0, maxDrawdown: 0.1 }
  const rowOf = (a: unknown, b: number, sharpe: number, maxDrawdown = 0.1) => ({
    params: { a, b },
    figures: {
      ...figures,
      sharpe,
      maxDrawdown,
      endEquity: '100.00',
      fees: '1.00',
      totalReturn: 0,
      denials: 0,
      bars: 9,
    },
  })
  const sweepOf = (metric: Sweep['metric'], rows: readonly object[], names = ['a', 'b']) =>
    ({
      strategy: 'own',
      metric,
      grid: names.map((name) => ({ name, values: name === 'a' ? ['x', '<b>'] : [1, 2] })),
      rows,
      refused: [],
      luckySharpe: 1,
      jobs: 2,
      elapsedSeconds: 1,
    }) as unknown as Sweep
  const rows = [rowOf('x', 1, 0.5, 0.3), rowOf('x', 2, 2, 0.2), rowOf('<b>', 1, -1, 0.1)]

  it('are sorted with the better first, which may be the lesser; what is equal stays as it was', () => {
    const order = (metric: Sweep['metric']) =>
      rank(sweepOf(metric, rows)).map(({ figures: { sharpe } }) => sharpe)
    expect(order('sharpe')).toEqual([2, 0.5, -1])
    expect(order('maxDrawdown')).toEqual([-1, 2, 0.5])
    expect(order('endEquity')).toEqual([0.5, 2, -1])
  })

  it('rank gain without a loss above every number, and days that do not differ as 0', () => {
    const own = (b: number, sharpe: number | null, profitFactor: number | null) => {
      const { figures: shared, params } = rowOf('x', b, 0)
      return { params, figures: { ...shared, sharpe, profitFactor } }
    }
    const rows = [own(1, null, 2), own(2, -1, null), own(3, 1, 0)]
    const order = (metric: Sweep['metric']) => rank(sweepOf(metric, rows)).map(({ params }) => params.b)
    expect(order('profitFactor')).toEqual([2, 1, 3])
    expect(order('sharpe')).toEqual([3, 1, 2])
    const sweep = sweepOf('profitFactor', rows.slice(0, 2))
    expect(formatSweep(sweep, 9)).toContain('no loss')
    expect(formatSweep(sweep, 9)).not.toMatch(/NaN|Infinity|null|9007199/)
    const map = heatMapOf(sweepOf('profitFactor', [own(1, 1, null), own(2, 1, 3)]))
    expect(map?.cells[0]).toEqual([
      { text: 'no loss', share: 1 },
      { text: '3.00', share: 0.5 },
    ])
  })

  it('make a field of two parameters, and of no other number', () => {
    const map = heatMapOf(sweepOf('sharpe', rows))
    if (map === undefined) throw new Error('There is no field.')
    expect(map.cells.map((row) => row.map((cell) => cell?.share))).toEqual([
      [0.5, 1],
      [0, undefined],
    ])
    expect(formatHeatMap(map).slice(1)).toEqual([
      '  a         1         2',
      '  x   ▓▓ 0.50   ██ 2.00',
      '<b>  ░░ -1.00         ·',
    ])
    const fall = heatMapOf(sweepOf('maxDrawdown', rows))
    expect(fall?.cells[0]?.map((cell) => Number(cell?.share.toFixed(2)))).toEqual([0, 0.5])
    expect(heatMapOf(sweepOf('sharpe', rows, ['a']))).toBeUndefined()
    expect(heatMapOf(sweepOf('sharpe', rows, ['a', 'b', 'c']))).toBeUndefined()
  })

  it('become a page that loads nothing and in which no value is markup', async () => {
    const page = renderSweep(sweepOf('sharpe', rows), await planOf())
    expect(page).toContain('default-src &#39;none&#39;')
    expect(page.split('<script>')[0]).not.toContain('<b>')
    expect(page).toContain('&#60;b&#62;')
    expect(page).toContain('class="up best"')
    expect(page).not.toMatch(/(?:src|href)=/)
  })
})

describe('luck', () => {
  // Tables of the expected maximum of N standard normal draws.
  it.each([
    [1, 0],
    [2, 0.5642],
    [10, 1.5388],
    [100, 2.5076],
    [1_000, 3.2414],
  ])('of %i draws', (count, expected) => {
    expect(expectedMaximum(count)).toBeCloseTo(expected, 3)
  })

  it('shrinks with the length of the record', () => {
    expect(luckySharpe(10, 252)).toBeCloseTo(1.5388, 3)
    expect(luckySharpe(10, 1_008)).toBeCloseTo(0.7694, 3)
    expect(luckySharpe(10, 0)).toBe(0)
  })
})
