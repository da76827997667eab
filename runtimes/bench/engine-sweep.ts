/**
 * What a second core brings: the same sweep by one process and by two, each from nothing, so that starting
 * them and reading the file in each of them is inside.
 */

import { assert } from '#core/errors.ts'
import { createCrew } from '../research/crew.ts'
import type { Grid } from '../research/grid.ts'
import { runSweep, type Sweep } from '../research/sweep.ts'
import { planEngine } from './engine-run.ts'
import type { Sample } from './report.ts'

/** Eight backtests: four a core. */
const GRID: Grid = [
  { name: 'fast', values: [8, 12] },
  { name: 'slow', values: [26, 34, 42, 50] },
]

export async function sweepCores(file: string, symbols: number): Promise<Sample> {
  const one = await sweepWith(1, file, symbols)
  const two = await sweepWith(2, file, symbols)
  assert(digestsOf(one) === digestsOf(two), 'bench', 'Two processes decided otherwise than one.')
  const seconds = one.rows.map(({ figures }) => figures.elapsedSeconds)
  return {
    value: one.elapsedSeconds / two.elapsedSeconds,
    detail: {
      jobs: one.rows.length,
      bars: one.rows[0]?.figures.bars ?? 0,
      shortestJobSeconds: Number(Math.min(...seconds).toFixed(2)),
      oneCoreSeconds: Number(one.elapsedSeconds.toFixed(2)),
      twoCoresSeconds: Number(two.elapsedSeconds.toFixed(2)),
    },
  }
}

async function sweepWith(size: number, file: string, symbols: number): Promise<Sweep> {
  const crew = createCrew(size)
  try {
    return await runSweep(await planEngine(file, symbols, 'enforce'), GRID, 'sharpe', crew)
  } finally {
    crew.close()
  }
}

function digestsOf({ rows }: Sweep): string {
  return rows.map(({ figures }) => figures.decisionDigest).join()
}
