/** `ark look-ahead`: a strategy that reads the future is caught and named. */

import { ArkError } from '#core/errors.ts'
import { openBacktestMarket } from '../backtest/market.ts'
import { planBacktest, SPEC_HELP, SPEC_OPTIONS } from '../backtest/options.ts'
import { formatQuality } from '../backtest/quality.ts'
import { checkLookAhead, type LookAhead } from '../research/look-ahead.ts'
import { formatLookAhead, toLookAheadJson } from '../research/look-ahead-text.ts'
import { startWorker, type Worker } from '../research/worker.ts'
import { filePort } from '../shared/files.ts'
import type { Cli, Command } from './cli.ts'
import { integerOption, parseOptions } from './options.ts'
import { showProgress } from './progress.ts'
import { loadConfig } from './settings.ts'
import { INTERRUPTED, listenForStop } from './signals.ts'

const HELP = `
Usage: ark look-ahead --data FILE… --strategy S [options]

Runs a strategy on the same past with other futures. Up to each cut, what it advises and what is decided must be the
same: with data that end there, with files whose prices are mirrored from there on (also for a strategy that opens
them itself), twice in one process, and in a fresh one. Exits 1 when anything differs, and when the strategy never
said anything, since then nothing is proved.

It cannot see a future that somebody wrote into the code, or keeps in another file.

  --cuts N            how many cuts, each a run over a part and one over all of the data (default 4)
  --json              the checks as one JSON line
${SPEC_HELP}

Example: ark look-ahead --data spy.csv.gz --strategy ./my-strategy.ts --param length=20
`

export const lookAhead: Command = { help: HELP, run }

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, { options: { ...SPEC_OPTIONS, cuts: 'text' }, words: [0, 10_000] })
  const cuts = integerOption(options, 'cuts', 4, [1, 100])
  const planned = await planBacktest(options, loadConfig(options, cli))
  const stop = listenForStop()
  const workers: Worker[] = []
  const start = (): Worker => {
    if (stop.isRequested()) throw new ArkError('STOPPING', 'look-ahead', 'It was interrupted.')
    const worker = startWorker()
    workers.push(worker)
    return worker
  }
  try {
    const running = work()
    const result = await Promise.race([running, stop.requested])
    if (result === undefined) {
      for (const worker of workers) worker.end()
      // Its copies of the data are cleared away once its processes have ended.
      if (workers.length > 0) await running.catch(() => undefined)
      return INTERRUPTED
    }
    cli.out(options.flag('json') ? JSON.stringify(toLookAheadJson(result)) : formatLookAhead(result))
    return result.verdict === 'clean' ? 0 : 1
  } finally {
    for (const worker of workers) worker.end()
    stop.close()
  }

  async function work(): Promise<LookAhead> {
    const market = await openBacktestMarket(planned.spec, filePort)
    for (const line of formatQuality(market.quality, market.total)) cli.err(line)
    const told = { rows: 0, total: 0 }
    const progress = showProgress(cli, 'look-ahead', { progress: () => told })
    try {
      const result = await checkLookAhead({
        planned,
        market,
        cuts,
        start,
        onRun: (done, all) => {
          told.rows = done * market.total
          told.total = all * market.total
        },
      })
      // There may have been fewer moments to cut at.
      told.total = told.rows
      return result
    } finally {
      progress.stop()
    }
  }
}
