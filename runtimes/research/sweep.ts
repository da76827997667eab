/**
 * A parameter sweep: one backtest a combination, over a crew, in the order of the grid.
 *
 * `ark sweep` calls it, and the benchmark of the engine. The results are those of `ark backtest` with the
 * same parameters, whatever the number of workers.
 */

import type { Planned } from '../backtest/options.ts'
import type { Figures } from '../cli/summary.ts'
import type { Crew } from './crew.ts'
import { type Combination, combinationsOf, type Grid, type Sorted, sortOut, vary } from './grid.ts'
import { luckySharpe } from './luck.ts'
import { compareBy, type MetricName } from './metric.ts'

export interface SweepRow {
  readonly params: Combination
  readonly figures: Figures
}

export interface Sweep {
  readonly strategy: string
  readonly grid: Grid
  readonly metric: MetricName
  /** In the order of the grid. */
  readonly rows: readonly SweepRow[]
  readonly refused: Sorted['refused']
  /** Sharpe ratio that the best of as many would be expected to show by luck alone. */
  readonly luckySharpe: number
  readonly jobs: number
  readonly elapsedSeconds: number
}

/**
 * Throws BAD_USAGE when the strategy takes no combination, and what the first backtest to fail threw.
 */
export async function runSweep(
  planned: Planned,
  grid: Grid,
  metric: MetricName,
  crew: Crew,
  onStep: (done: number, all: number) => void = () => undefined,
): Promise<Sweep> {
  const { taken, refused } = await sortOut(planned, combinationsOf(grid))
  const begun = performance.now()
  let done = 0
  onStep(0, taken.length)
  const outcomes = await crew.run(
    taken.map((params) => ({ spec: vary(planned, params) })),
    () => onStep(++done, taken.length),
  )
  const rows = outcomes.flatMap(({ figures }, index) => {
    const params = taken[index]
    return params === undefined ? [] : [{ params, figures }]
  })
  return {
    strategy: planned.spec.strategy,
    grid,
    metric,
    rows,
    refused,
    luckySharpe: luckySharpe(rows.length, outcomes[0]?.dayCount ?? 0),
    jobs: crew.size,
    elapsedSeconds: (performance.now() - begun) / 1_000,
  }
}

/** Best first. */
export function rank({ metric, rows }: Pick<Sweep, 'metric' | 'rows'>): readonly SweepRow[] {
  const compare = compareBy(metric)
  return [...rows].sort((a, b) => compare(a.figures, b.figures))
}
