/**
 * `ark replay`: the journal once more from its beginning. First every entry against its leaf and every signed
 * head, then each run through a kernel of its own, whose events must be the journaled ones byte for byte.
 * Reads only, so it works beside a running box.
 */

import { readRuns } from '#core/journal/reader.ts'
import { buildDigest } from '../build-info.ts'
import type { Cli, Command } from './cli.ts'
import { withJournal } from './journal.ts'
import { integerOption, type Options, parseOptions } from './options.ts'
import {
  type Checked,
  checkEntries,
  openReplay,
  type Replay,
  type RunResult,
  refoldRun,
} from './refold-run.ts'
import { dataDirOf, loadConfig } from './settings.ts'
import { grouped, table } from './text.ts'

const HELP = `
Usage: ark replay [--verify] [--from SEQ] [--json]

Recomputes the journal: every entry against its proof, every decision from its inputs. Works while ARK runs.

  --verify            exit 1 at the first event that differs, and when a run needs another build to be recomputed
  --from SEQ          leave out the runs that end before SEQ

Example: ark replay --verify
`

export const replay: Command = { help: HELP, run }

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, { options: { verify: 'flag', from: 'text' } })
  const from = integerOption(options, 'from', 1, [1, Number.MAX_SAFE_INTEGER])
  const dataDir = dataDirOf(options, cli)
  const config = loadConfig(options, cli)
  return withJournal(dataDir, async (database) => {
    const ports = await cli.createPorts({ dataDir, logLevel: 'warn' })
    const replaying = await openReplay(database, ports, config)
    const started = ports.clock.monotonic()
    const checked = await checkEntries(replaying, progressOf(cli, 'entries', replaying.lastSeq))
    const results = await refoldRuns(replaying, from, options.flag('verify'), cli)
    const elapsedSeconds = (ports.clock.monotonic() - started) / 1_000
    report(options, cli, { checked, results, elapsedSeconds })
    const agrees = results.every(({ verdict }) => verdict === 'agrees')
    return options.flag('verify') && !agrees ? 1 : 0
  })
}

async function refoldRuns(
  replaying: Replay,
  from: number,
  verify: boolean,
  cli: Cli,
): Promise<readonly RunResult[]> {
  const runs = await readRuns(replaying.database)
  const results: RunResult[] = []
  for (const [index, row] of runs.entries()) {
    const last = (runs[index + 1]?.seq ?? replaying.lastSeq + 1) - 1
    if (last < from || row.seq > replaying.lastSeq) continue
    const result = await refoldRun(
      replaying,
      row,
      last,
      progressOf(cli, row.id, last - row.seq + 1, row.seq - 1),
    )
    results.push(result)
    if (verify && result.verdict === 'diverged') break
  }
  return results
}

/** A line drawn again and again on a terminal, nothing elsewhere: `replay` ends with a table. */
function progressOf(cli: Cli, name: string, count: number, before = 0): (seq: number) => void {
  if (!cli.terminal) return () => undefined
  return (seq) => {
    const done = seq - before >= count
    cli.draw(`\r\u001b[2K${done ? '' : `${name}: ${grouped(seq - before)} of ${grouped(count)}`}`)
  }
}

interface Report {
  readonly checked: Checked
  readonly results: readonly RunResult[]
  readonly elapsedSeconds: number
}

function report(options: Options, cli: Cli, { checked, results, elapsedSeconds }: Report): void {
  const events = results.reduce((sum, result) => sum + result.events, 0)
  const decisions = results.reduce((sum, result) => sum + result.decisions, 0)
  const rate = elapsedSeconds > 0 ? Math.round(checked.entries / elapsedSeconds) : 0
  const verified = results.length > 0 && results.every(({ verdict }) => verdict === 'agrees')
  if (options.flag('json')) {
    const elapsed = Math.round(elapsedSeconds * 1_000) / 1_000
    const { entries, headSize } = checked
    cli.out(
      JSON.stringify({
        verified,
        entries,
        headSize,
        events,
        decisions,
        elapsedSeconds: elapsed,
        eventsPerSecond: rate,
        build: buildDigest(),
        runs: results,
      }),
    )
    return
  }
  const rows = results.map(({ runId, kind, events, decisions, decisionDigest, verdict }) => [
    runId,
    kind,
    `${grouped(events)} events`,
    `${grouped(decisions)} decisions`,
    `digest ${decisionDigest.slice(0, 16)}`,
    verdict,
  ])
  cli.out(table(rows, [2, 3]).join('\n'))
  for (const { runId, why } of results) if (why !== '') cli.out(`${runId}: ${why}`)
  const head =
    checked.headSize === 0
      ? 'no head is signed yet'
      : `the signed head over ${grouped(checked.headSize)} holds`
  cli.out(`${grouped(checked.entries)} entries match their leaves, ${head}`)
  cli.out(`${elapsedSeconds.toFixed(2)} s, ${grouped(rate)} events a second`)
  if (verified) cli.out('every decision was recomputed and agrees')
}
