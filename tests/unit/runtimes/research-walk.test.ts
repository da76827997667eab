/** Walk-forward: its windows, that a choice sees nothing of its test, and that a test trades on its own days only. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkConfig } from '#core/config.ts'
import { DAY, formatDay, parseTime } from '#core/time.ts'
import { SP500_DAILY } from '#plugins/feed-replay/sp500-daily.data.ts'
import { openBacktestMarket } from '#runtimes/backtest/market.ts'
import { planBacktest, SPEC_OPTIONS } from '#runtimes/backtest/options.ts'
import { parseOptions } from '#runtimes/cli/options.ts'
import { createCrewHere } from '#runtimes/research/crew.ts'
import { readGrid } from '#runtimes/research/grid.ts'
import { createRunner } from '#runtimes/research/runner.ts'
import type { Trial } from '#runtimes/research/trial.ts'
import { runWalkForward, type WalkForward } from '#runtimes/research/walk-forward.ts'
import { renderWalk } from '#runtimes/research/walk-page.ts'
import { formatWalk } from '#runtimes/research/walk-text.ts'
import { readLengths, rollWindows, spanOf } from '#runtimes/research/windows.ts'
import { filePort } from '#runtimes/shared/files.ts'
import { createTempDir, removeDir } from '#tests/support/ports.ts'

let folder = ''
let file = ''
beforeAll(() => {
  folder = createTempDir()
  file = join(folder, 'spx.csv')
  writeFileSync(file, SP500_DAILY.split('\n').slice(0, 500).join('\n'))
})
afterAll(() => removeDir(folder))

const OPTIONS = {
  ...SPEC_OPTIONS,
  grid: 'list',
  train: 'text',
  test: 'text',
  step: 'text',
  'warm-up': 'text',
} as const
const optionsOf = (...words: string[]) => parseOptions(words, { options: OPTIONS, words: [0, 9] })
const lengthsOf = (...words: string[]) => readLengths(optionsOf(...words))

async function walk(...words: string[]): Promise<{ result: WalkForward; trials: readonly Trial[] }> {
  const lengths = ['--train', '200d', '--test', '100d']
  const options = optionsOf(
    '--data',
    file,
    '--symbols',
    'SPX',
    '--strategy',
    'ema-cross',
    ...lengths,
    ...words,
  )
  const planned = await planBacktest(options, checkConfig({}, 'test'))
  const { quality } = await openBacktestMarket(planned.spec, filePort)
  const crew = createCrewHere()
  const trials: Trial[] = []
  const listed = {
    ...crew,
    run: (list: readonly Trial[], onDone?: (index: number) => void) => {
      trials.push(...list)
      return crew.run(list, onDone)
    },
  }
  const own = readLengths(options)
  const rolled = rollWindows(spanOf(quality), own)
  const grid = readGrid(optionsOf('--grid', 'fast=3,6', '--grid', 'slow=10,14'))
  const task = { planned, grid, metric: 'totalReturn' as const, lengths: own, rolled }
  return { result: await runWalkForward(task, listed), trials }
}

describe('lengths are refused', () => {
  it.each<[string[], RegExp]>([
    [['--test', '9d'], /--train is wanted: a length/],
    [['--train', '9d'], /--test is wanted: a length/],
    [['--train', 'year', '--test', '9d'], /--train is "year", wanted a length such as 365d/],
    [['--train', '0d', '--test', '9d'], /--train is "0d"/],
    [['--train', '9d', '--test', '9d', '--step', '8d'], /counted, twice/],
  ])('%j', (words, why) => {
    expect(() => lengthsOf(...words)).toThrow(why)
  })
})

describe('windows', () => {
  const first = 10_000
  const roll = (days: number, ...words: string[]) =>
    rollWindows({ first, last: first + days - 1 }, lengthsOf('--train', '10d', '--test', '5d', ...words))

  it('are refused when not one fits', () => {
    expect(() => roll(14)).toThrow(/span 14 days.*one window takes 15/)
  })

  it('follow each other without a gap, a training day never being a test day of the same window', () => {
    const { windows, left } = roll(27)
    expect(windows).toEqual([
      { train: { first, last: first + 9 }, test: { first: first + 10, last: first + 14 } },
      { train: { first: first + 5, last: first + 14 }, test: { first: first + 15, last: first + 19 } },
      { train: { first: first + 10, last: first + 19 }, test: { first: first + 20, last: first + 24 } },
    ])
    expect(left).toBe(2)
    expect(roll(27, '--step', '1w').windows).toHaveLength(2)
    expect(lengthsOf('--train', '1y', '--test', '2w')).toEqual({
      train: 365,
      test: 14,
      step: 14,
      warmUp: 365,
    })
  })
})

describe('a walk-forward', () => {
  it('chooses by days before the test, and starts each test flat with what the last one left', async () => {
    const { result, trials } = await walk()
    expect(result.windows.length).toBeGreaterThanOrEqual(4)
    expect(result.windows.some(({ test }) => test.fills > 0)).toBe(true)
    const tests = trials.filter(({ quietUntil }) => quietUntil !== undefined)
    expect(tests).toHaveLength(result.windows.length)
    expect(trials).toHaveLength(result.windows.length * 5)
    for (const [index, { window, params, train }] of result.windows.entries()) {
      const trained = trials.slice(index * 4, index * 4 + 4)
      expect(trained.every(({ spec }) => spec.to === formatDay(window.test.first - 1))).toBe(true)
      // Whatever the others made in training, it was not more.
      const run = createRunner()
      const returns = await Promise.all(trained.map(async (trial) => (await run(trial)).figures.totalReturn))
      expect(train.totalReturn).toBe(Math.max(...returns))
      expect(tests[index]?.spec.params).toEqual(params)
      const before = index === 0 ? '100000' : result.windows[index - 1]?.test.endEquity
      expect(Number(tests[index]?.spec.config.account.openingCash)).toBeCloseTo(Number(before), 1)
    }
    expect(Number(result.total.endEquity)).toBeCloseTo(Number(result.windows.at(-1)?.test.endEquity), 2)
    expect(result.curve.map(([time]) => time)).toEqual(
      [...new Set(result.curve.map(([time]) => time))].sort((a, b) => a - b),
    )
  })

  it('counts the test days only, on which alone it trades', async () => {
    const { trials } = await walk()
    const trial = trials.find(({ quietUntil }) => quietUntil !== undefined)
    if (trial?.quietUntil === undefined) throw new Error('There is no test.')
    const outcome = await createRunner()({ ...trial, wantsLines: true })
    expect(outcome.lines.every(({ time }) => time >= (trial.quietUntil ?? 0))).toBe(true)
    // Shown the days before, as its first row says, and not counting them.
    expect(parseTime(trial.spec.from ?? '')).toBe(trial.quietUntil - 200 * DAY)
    expect(outcome.figures.bars).toBeLessThan(80)
    const loud = await createRunner()({ spec: trial.spec, wantsLines: true })
    expect(loud.lines.some(({ time }) => time < (trial.quietUntil ?? 0))).toBe(true)
    expect(loud.figures.bars).toBeGreaterThan(150)
  })

  it('is told with what was promised and what came', async () => {
    const { result } = await walk()
    const text = formatWalk(result)
    expect(text).toContain('The best of 4 combinations was chosen')
    expect(text).toMatch(/efficiency (–|-?\d+ %)/)
    const options = optionsOf('--data', file, '--strategy', 'ema-cross')
    const page = renderWalk(result, await planBacktest(options, checkConfig({}, 'test')))
    expect(page).toContain('Not seen in training')
    expect(page).toContain('data-chart')
  })
})
