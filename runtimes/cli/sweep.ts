/**
 * `ark sweep`: one backtest for every combination of parameters, over all cores. Nothing is kept but the
 * table: any row of it is repeated by `ark backtest --param`.
 */

import { openBacktestMarket } from '../backtest/market.ts'
import { planBacktest, SPEC_HELP, SPEC_OPTIONS } from '../backtest/options.ts'
import { formatQuality } from '../backtest/quality.ts'
import { coresHere, createCrew } from '../research/crew.ts'
import { COMBINATIONS_MAX, countOf, readGrid } from '../research/grid.ts'
import { METRICS } from '../research/metric.ts'
import { writePage } from '../research/page.ts'
import { rank, runSweep, type Sweep } from '../research/sweep.ts'
import { renderSweep } from '../research/sweep-page.ts'
import { formatSweep } from '../research/sweep-text.ts'
import { serveTrials } from '../research/worker.ts'
import { prepareReportDir } from '../shared/data-dir.ts'
import { filePort } from '../shared/files.ts'
import type { Cli, Command } from './cli.ts'
import { choiceOption, integerOption, parseOptions, usage } from './options.ts'
import { showProgress } from './progress.ts'
import { loadConfig } from './settings.ts'
import { INTERRUPTED, listenForStop } from './signals.ts'
import { grouped } from './text.ts'

const HELP = `
Usage: ark sweep --data FILE… --strategy S --grid NAME=VALUES… [options]

Runs a backtest for every combination of the parameters, in one process a core, and sorts them by a metric. With two
parameters it draws the field of their results. The best of many tries is partly luck: the output says how much luck
alone would show, and docs/RESEARCH.md what to do about it.

  --grid NAME=RANGE   a parameter's values: FROM:TO:STEP, both ends included, or A,B,C; as often as needed,
                      ${grouped(COMBINATIONS_MAX)} combinations at most
  --metric M          what to sort by: ${METRICS.slice(0, 5).join(', ')},
                      ${METRICS.slice(5).join(', ')} (default sharpe)
  --top N             rows of the table (default 20)
  --jobs N            processes (default one a core)
  --report DIR        write the table and the field there, as sweep.html
  --json              every combination with its figures as one JSON line, best first
${SPEC_HELP}

Example: ark sweep --data spy.csv.gz --strategy ema-cross --grid fast=10:30:5 --grid slow=40,60,80 --fees none
`

export const sweep: Command = { help: HELP, run }

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, {
    options: {
      ...SPEC_OPTIONS,
      grid: 'list',
      metric: 'text',
      top: 'text',
      jobs: 'text',
      report: 'text',
      worker: 'flag',
    },
    words: [0, 10_000],
  })
  if (options.flag('worker')) return serve(argv, cli)
  const grid = readGrid(options)
  const metric = choiceOption(options, 'metric', METRICS, 'sharpe')
  const top = integerOption(options, 'top', 20, [1, COMBINATIONS_MAX])
  const jobs = integerOption(options, 'jobs', coresHere(), [1, 1_024])
  const planned = await planBacktest(options, loadConfig(options, cli))
  prepareReportDir(options.text('report'))
  const stop = listenForStop()
  const crew = createCrew(Math.min(jobs, countOf(grid)))
  try {
    const result = await Promise.race([work(), stop.requested])
    if (result === undefined) return INTERRUPTED
    const folder = options.text('report')
    const page =
      folder === undefined ? undefined : writePage(folder, 'sweep.html', renderSweep(result, planned))
    if (options.flag('json')) cli.out(JSON.stringify(toJson(result)))
    else cli.out(`\n${formatSweep(result, top)}`)
    if (page !== undefined) cli.err(`report in ${page}`)
    return 0
  } finally {
    crew.close()
    stop.close()
  }

  async function work(): Promise<Sweep> {
    // A bad file is told once, and before any process is started.
    const market = await openBacktestMarket(planned.spec, filePort)
    for (const line of formatQuality(market.quality, market.total)) cli.err(line)
    const told = { rows: 0, total: 0 }
    const progress = showProgress(cli, 'sweep', { progress: () => told })
    try {
      return await runSweep(planned, grid, metric, crew, (done, all) => {
        told.rows = done * market.total
        told.total = all * market.total
      })
    } finally {
      progress.stop()
    }
  }
}

async function serve(argv: readonly string[], cli: Cli): Promise<number> {
  if (argv.length > 1) throw usage('--worker', '--worker takes no other option.')
  await serveTrials(cli)
  return 0
}

function toJson(result: Sweep) {
  const { elapsedSeconds, grid, jobs, luckySharpe, metric, refused, rows, strategy } = result
  return {
    strategy,
    metric,
    grid,
    tried: rows.length,
    luckySharpe: Math.round(luckySharpe * 10_000) / 10_000,
    jobs,
    elapsedSeconds: Math.round(elapsedSeconds * 1_000) / 1_000,
    refused,
    results: rank(result),
  }
}
