/** `ark parity`: what a backtest of a recorded paper session would have done otherwise. Reads only. */

import { ArkError } from '#core/errors.ts'
import { type RunRow, readRuns } from '#core/journal/reader.ts'
import { compareWithBacktest } from '../research/parity.ts'
import { formatParity, isSame, toParityJson } from '../research/parity-text.ts'
import { boxPlugins } from '../strategies.ts'
import type { Cli, Command } from './cli.ts'
import { withJournal } from './journal.ts'
import { parseOptions } from './options.ts'
import { openReplay } from './refold-run.ts'
import { dataDirOf, loadConfig } from './settings.ts'
import { grouped } from './text.ts'

const HELP = `
Usage: ark parity [--run ID] [options]

Replays the market data that a paper session recorded as a backtest, with the same plugins and configuration, and
shows every difference: decisions, fills, fees, equity, each with its reason where one shows. Signals and what people
ordered are replayed at their place; ticks, leases and the watchdog are the host's and are not. Works while ARK runs.

  --run ID            a run of kind paper (default the newest)
  --fail-on-difference
                      exit 1 when anything differs
  --json              the whole report as one JSON line
  --data-dir DIR      of the box (default ./data, or ARK_DATA_DIR)
  --config FILE       the configuration that the session ran under

Example: ark parity --run paper-2 --fail-on-difference
`

export const parity: Command = { help: HELP, run }

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, { options: { run: 'text', 'fail-on-difference': 'flag' } })
  const dataDir = dataDirOf(options, cli)
  const config = loadConfig(options, cli)
  return withJournal(dataDir, async (database) => {
    const runs = await readRuns(database)
    const row = findRun(runs, options.text('run'), dataDir)
    const ports = await cli.createPorts({ dataDir, logLevel: 'warn' })
    const replay = await openReplay(database, ports, await boxPlugins(config))
    const next = runs[runs.indexOf(row) + 1]
    const last = Math.min(replay.lastSeq, (next?.seq ?? Number.POSITIVE_INFINITY) - 1)
    const report = await compareWithBacktest(replay, row, last, progressOf(cli, row.seq, last))
    cli.out(options.flag('json') ? JSON.stringify(toParityJson(report)) : formatParity(report))
    return options.flag('fail-on-difference') && !isSame(report) ? 1 : 0
  })
}

function findRun(runs: readonly RunRow[], id: string | undefined, dataDir: string): RunRow {
  const papers = runs.filter(({ kind }) => kind === 'paper')
  const found = id === undefined ? papers.at(-1) : runs.find((row) => row.id === id)
  if (found?.kind === 'paper') return found
  if (found !== undefined)
    throw new ArkError('BAD_USAGE', found.id, `It is a run of kind ${found.kind}, wanted paper.`)
  const there = papers.length === 0 ? 'none' : papers.map((row) => row.id).join(', ')
  throw new ArkError('NOT_FOUND', id ?? dataDir, `There is no such paper run here; there are ${there}.`)
}

/** A line drawn again and again on a terminal, nothing elsewhere. */
function progressOf(cli: Cli, first: number, last: number): (seq: number) => void {
  if (!cli.terminal) return () => undefined
  return (seq) => {
    const text = `parity: ${grouped(seq - first + 1)} of ${grouped(last - first + 1)} events`
    cli.draw(`\r\u001b[2K${seq >= last ? '' : text}`)
  }
}
