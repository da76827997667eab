/**
 * A walk-forward: parameters are chosen on one stretch of history and traded on the next, which they have not
 * seen.
 *
 * Every combination runs on every training window, over a crew. The tests run one after the other on one
 * account: each begins flat, with what the last one left, and with a strategy that has watched the days
 * before.
 */

import { createPerformance, type Performance, type Ratios, ratiosOf } from '#core/book/performance.ts'
import { openingCashOf } from '#core/config.ts'
import type { Cash, TimeMs } from '#core/contract.ts'
import { ArkError, assert } from '#core/errors.ts'
import { formatCash, formatCents } from '#core/math.ts'
import { DAY, formatDay } from '#core/time.ts'
import type { Planned } from '../backtest/options.ts'
import type { BacktestSpec } from '../backtest/spec.ts'
import { type Figures, untilSpent } from '../cli/summary.ts'
import type { Crew } from './crew.ts'
import {
  assertFew,
  type Combination,
  combinationsOf,
  countOf,
  type Grid,
  type Sorted,
  sortOut,
  vary,
} from './grid.ts'
import { compareBy, type MetricName } from './metric.ts'
import type { Trial } from './trial.ts'
import type { Lengths, Rolled, Window } from './windows.ts'

export interface WalkWindow {
  readonly window: Window
  /** Best by the metric on the training days. */
  readonly params: Combination
  readonly train: Figures
  readonly test: Figures
  /** Gain a day in the test by gain a day in training; null where training gained nothing. */
  readonly efficiency: number | null
}

export interface WalkForward {
  readonly strategy: string
  readonly grid: Grid
  readonly metric: MetricName
  readonly lengths: Lengths
  readonly windows: readonly WalkWindow[]
  /** Combinations on each training window. */
  readonly tried: number
  readonly refused: Sorted['refused']
  /** Days at the end of the data that make no whole test. */
  readonly leftDays: number
  readonly openingCash: Cash
  /** Equity at the end of each tested day. */
  readonly curve: readonly (readonly [TimeMs, Cash])[]
  /** Of all tests as one account. */
  readonly total: Total
  readonly jobs: number
  readonly elapsedSeconds: number
}

export interface Total extends Pick<Ratios, 'totalReturn' | 'cagr' | 'sharpe' | 'sortino'> {
  readonly endEquity: string
  readonly maxDrawdown: number
  readonly efficiency: number | null
  /** Windows whose test gained. */
  readonly gained: number
}

export interface WalkTask {
  readonly planned: Planned
  readonly grid: Grid
  readonly metric: MetricName
  readonly lengths: Lengths
  readonly rolled: Rolled
}

/** Throws BAD_USAGE for too many backtests, and what the first of them to fail threw. */
export async function runWalkForward(
  task: WalkTask,
  crew: Crew,
  onStep: (done: number, all: number) => void = () => undefined,
): Promise<WalkForward> {
  const { planned, grid, metric, lengths, rolled } = task
  assertFew(countOf(grid) * rolled.windows.length)
  const begun = performance.now()
  const { taken, refused } = await sortOut(planned, combinationsOf(grid))
  const all = rolled.windows.length * (taken.length + 1)
  let done = 0
  const step = (): void => onStep(++done, all)
  const chosen = await choose(task, taken, crew, step)
  const openingCash = openingCashOf(planned.spec.config)
  const curve: (readonly [TimeMs, Cash])[] = []
  const windows: WalkWindow[] = []
  let equity = openingCash
  for (const { window, params, figures } of chosen) {
    if (!(equity > 0))
      throw new ArkError('CONFLICT', '--cash', `The account is spent before ${nameOf(window)}.`)
    const [outcome] = await crew.run([testOf(task, window, params, equity)], step)
    assert(outcome !== undefined, 'research', 'A test has no outcome.')
    const days = outcome.days.filter(([time]) => time >= window.test.first * DAY)
    curve.push(...days)
    equity = days.at(-1)?.[1] ?? equity
    windows.push({ window, params, train: figures, test: outcome.figures, efficiency: 0 })
  }
  const judged = windows.map((one) => ({ ...one, efficiency: efficiencyOf([one], lengths) }))
  return {
    strategy: planned.spec.strategy,
    grid,
    metric,
    lengths,
    windows: judged,
    tried: taken.length,
    refused,
    leftDays: rolled.left,
    openingCash,
    curve,
    total: totalOf(openingCash, curve, judged, lengths),
    jobs: crew.size,
    elapsedSeconds: (performance.now() - begun) / 1_000,
  }
}

interface Chosen {
  readonly window: Window
  readonly params: Combination
  readonly figures: Figures
}

async function choose(
  { planned, metric, rolled }: WalkTask,
  taken: readonly Combination[],
  crew: Crew,
  onDone: () => void,
): Promise<readonly Chosen[]> {
  const { windows } = rolled
  const trials = windows.flatMap(({ train }): Trial[] =>
    taken.map((params) => ({ spec: between(vary(planned, params), train.first, train.last) })),
  )
  const outcomes = await crew.run(trials, onDone)
  const compare = compareBy(metric)
  return windows.map((window, index) => {
    const own = outcomes.slice(index * taken.length, (index + 1) * taken.length)
    const [best] = own
      .flatMap(({ figures }, at) => {
        const params = taken[at]
        return params === undefined ? [] : [{ window, params, figures }]
      })
      .sort((a, b) => compare(a.figures, b.figures))
    assert(best !== undefined, 'research', 'A window has no outcome.')
    return best
  })
}

function testOf({ planned, lengths }: WalkTask, { test }: Window, params: Combination, equity: Cash): Trial {
  const spec = between(vary(planned, params), test.first - lengths.warmUp, test.last)
  const { config } = spec
  const account = { ...config.account, openingCash: formatCash(equity) }
  return {
    spec: { ...spec, config: { ...config, account } },
    quietUntil: test.first * DAY,
    wantsDays: true,
  }
}

function between(spec: BacktestSpec, first: number, last: number): BacktestSpec {
  return { ...spec, from: formatDay(first), to: formatDay(last) }
}

function nameOf({ test }: Window): string {
  return `the test from ${formatDay(test.first)}`
}

/** By days, not compounded: a short window's gain would become a fantasy over a year. */
function efficiencyOf(windows: readonly WalkWindow[], { train, test }: Lengths): number | null {
  const sum = (of: (window: WalkWindow) => number) => windows.reduce((total, one) => total + of(one), 0)
  const inside = sum((window) => window.train.totalReturn) / train
  return inside > 0 ? sum((window) => window.test.totalReturn) / test / inside : null
}

function totalOf(
  openingCash: Cash,
  curve: WalkForward['curve'],
  windows: readonly WalkWindow[],
  lengths: Lengths,
): Total {
  const record: Performance = createPerformance(openingCash)
  for (const [time, equity] of curve) {
    record.days.push([time, equity])
    record.peak = Math.max(record.peak, equity)
    record.maxDrawdown = Math.max(record.maxDrawdown, (record.peak - equity) / record.peak)
  }
  const equity = curve.at(-1)?.[1] ?? openingCash
  const { cagr, sharpe, sortino, totalReturn } = ratiosOf(
    { ...record, days: untilSpent(record.days) },
    equity,
  )
  return {
    endEquity: formatCents(equity),
    totalReturn,
    cagr,
    sharpe,
    sortino,
    maxDrawdown: record.maxDrawdown,
    efficiency: efficiencyOf(windows, lengths),
    gained: windows.filter(({ test }) => test.totalReturn > 0).length,
  }
}
