/** `ark walk-forward`: what choosing parameters by the past would have been worth on days that came after. */

import { formatCents } from '#core/math.ts'
import { formatTime } from '#core/time.ts'
import { openBacktestMarket } from '../backtest/market.ts'
import { planBacktest, SPEC_HELP, SPEC_OPTIONS } from '../backtest/options.ts'
import { formatQuality } from '../backtest/quality.ts'
import { coresHere, createCrew } from '../research/crew.ts'
import { readGrid } from '../research/grid.ts'
import { METRICS } from '../research/metric.ts'
import { writePage } from '../research/page.ts'
import { runWalkForward, type WalkForward } from '../research/walk-forward.ts'
import { renderWalk } from '../research/walk-page.ts'
import { formatWalk } from '../research/walk-text.ts'
import { formatSpan, readLengths, rollWindows, spanOf } from '../research/windows.ts'
import { prepareReportDir } from '../shared/data-dir.ts'
import { filePort } from '../shared/files.ts'
import type { Cli, Command } from './cli.ts'
import { choiceOption, integerOption, parseOptions } from './options.ts'
import { showProgress } from './progress.ts'
import { loadConfig } from './settings.ts'
import { INTERRUPTED, listenForStop } from './signals.ts'

const HELP = `
Usage: ark walk-forward --data FILE… --strategy S --grid NAME=VALUES… --train LENGTH --test LENGTH [options]

Chooses the best parameters on the training days, trades them on the test days after them, rolls on, and repeats to
the end of the data. The tests make one account, on days that no choice has seen: what comes out there, and not the
best row of a sweep, is what the choice was worth. Before each test the strategy watches the days before it, so that
its indicators are warm, and may not trade in them.

  --grid NAME=RANGE   a parameter's values: FROM:TO:STEP, both ends included, or A,B,C; as often as needed
  --train LENGTH      days to choose on, such as 365d, 52w or 1y
  --test LENGTH       days to trade on
  --step LENGTH       how far a window lies behind the last (default the test; not shorter)
  --warm-up LENGTH    days that the strategy watches before a test (default the training days)
  --metric M          what the best is best by: ${METRICS.slice(0, 5).join(', ')},
                      ${METRICS.slice(5).join(', ')} (default sharpe)
  --jobs N            processes (default one a core)
  --report DIR        write the account and the windows there, as walk-forward.html
  --json              all of it as one JSON line
${SPEC_HELP}

Example: ark walk-forward --data spy.csv.gz --strategy ema-cross --grid fast=10:30:5 --grid slow=40,60,80 \\
           --train 730d --test 180d
`

export const walkForward: Command = { help: HELP, run }

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, {
    options: {
      ...SPEC_OPTIONS,
      grid: 'list',
      train: 'text',
      test: 'text',
      step: 'text',
      'warm-up': 'text',
      metric: 'text',
      jobs: 'text',
      report: 'text',
    },
    words: [0, 10_000],
  })
  const grid = readGrid(options)
  const lengths = readLengths(options)
  const metric = choiceOption(options, 'metric', METRICS, 'sharpe')
  const jobs = integerOption(options, 'jobs', coresHere(), [1, 1_024])
  const planned = await planBacktest(options, loadConfig(options, cli))
  prepareReportDir(options.text('report'))
  const stop = listenForStop()
  const crew = createCrew(jobs)
  try {
    const result = await Promise.race([work(), stop.requested])
    if (result === undefined) return INTERRUPTED
    const folder = options.text('report')
    const page =
      folder === undefined ? undefined : writePage(folder, 'walk-forward.html', renderWalk(result, planned))
    if (options.flag('json')) cli.out(JSON.stringify(toJson(result)))
    else cli.out(`\n${formatWalk(result)}`)
    if (page !== undefined) cli.err(`report in ${page}`)
    return 0
  } finally {
    crew.close()
    stop.close()
  }

  async function work(): Promise<WalkForward> {
    const market = await openBacktestMarket(planned.spec, filePort)
    const rolled = rollWindows(spanOf(market.quality), lengths)
    for (const line of formatQuality(market.quality, market.total)) cli.err(line)
    const share = lengths.train / (lengths.train + lengths.test)
    const rows = Math.ceil((market.total * share) / rolled.windows.length)
    const told = { rows: 0, total: 0 }
    // How many rows each window has is not known before it is read; their mean is near enough for a clock.
    const progress = showProgress(cli, 'walk-forward', { progress: () => told })
    try {
      return await runWalkForward({ planned, grid, metric, lengths, rolled }, crew, (done, all) => {
        told.rows = done * rows
        told.total = all * rows
      })
    } finally {
      progress.stop()
    }
  }
}

function toJson(walk: WalkForward) {
  const { curve, elapsedSeconds, openingCash, windows, ...rest } = walk
  return {
    ...rest,
    openingCash: formatCents(openingCash),
    elapsedSeconds: Math.round(elapsedSeconds * 1_000) / 1_000,
    windows: windows.map(({ window, ...found }) => ({
      train: { span: formatSpan(window.train), figures: found.train },
      test: { span: formatSpan(window.test), figures: found.test },
      params: found.params,
      efficiency: found.efficiency,
    })),
    curve: curve.map(([time, equity]) => [formatTime(time), formatCents(equity)]),
  }
}
