/**
 * `ark replay`: the journal once more from its beginning. First every entry against its leaf and every signed
 * head, then each run through a kernel of its own, whose events must be the journaled ones byte for byte. In
 * a backtest's folder the kernel is fed from the files that the run read.
 *
 * Reads only, so it works beside a running box.
 */

import { readRuns } from '#core/journal/reader.ts'
import type { Manifest } from '../backtest/manifest.ts'
import { buildDigest } from '../build-info.ts'
import { boxPlugins, pluginsFor } from '../strategies.ts'
import type { Cli, Command } from './cli.ts'
import { withJournal } from './journal.ts'
import { integerOption, type Options, parseOptions, usage } from './options.ts'
import {
  type Checked,
  checkEntries,
  openReplay,
  type Replay,
  type RunResult,
  recomputeRun,
} from './refold-run.ts'
import { fromManifest, manifestIn } from './rerun-backtest.ts'
import { dataDirOf, loadConfig } from './settings.ts'
import { grouped, table } from './text.ts'

const HELP = `
Usage: ark replay [--verify] [--from SEQ] [--json]

Recomputes the journal: every entry against its proof, every decision from its inputs. Works while ARK runs.
A backtest's folder is a data directory too: its plugins, configuration and files come from its manifest.

  --verify            exit 1 at the first event that differs, and when a run needs another build to be recomputed
  --from SEQ          leave out the runs that end before SEQ

Example: ark replay --verify
`

export const replay: Command = { help: HELP, run }

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, { options: { verify: 'flag', from: 'text' } })
  const from = integerOption(options, 'from', 1, [1, Number.MAX_SAFE_INTEGER])
  const dataDir = dataDirOf(options, cli)
  const manifest = manifestIn(dataDir)
  if (manifest !== undefined && options.text('config') !== undefined)
    throw usage('--config', 'A backtest has its configuration in its manifest.')
  return withJournal(dataDir, async (database) => {
    const ports = await cli.createPorts({ dataDir, logLevel: 'warn' })
    const deciding =
      manifest === undefined ? await boxPlugins(loadConfig(options, cli)) : await decidingIn(manifest)
    const replaying = await openReplay(database, ports, deciding)
    const started = ports.clock.monotonic()
    const checked = await checkEntries(replaying, progressOf(cli, 'entries', replaying.lastSeq))
    const results = await recomputeRuns({ replaying, manifest, cli }, from, options.flag('verify'))
    const elapsedSeconds = (ports.clock.monotonic() - started) / 1_000
    report(options, cli, { checked, results, elapsedSeconds })
    const agrees = results.every(({ verdict }) => verdict === 'agrees')
    return options.flag('verify') && !agrees ? 1 : 0
  })
}

interface Task {
  readonly replaying: Replay
  readonly manifest: Manifest | undefined
  readonly cli: Cli
}

async function recomputeRuns(
  { replaying, manifest, cli }: Task,
  from: number,
  verify: boolean,
): Promise<readonly RunResult[]> {
  const { database, lastSeq } = replaying
  const runs = await readRuns(database)
  const results: RunResult[] = []
  for (const [index, row] of runs.entries()) {
    const last = (runs[index + 1]?.seq ?? lastSeq + 1) - 1
    if (last < from || row.seq > lastSeq) continue
    const onSeq = progressOf(cli, row.id, last - row.seq + 1, row.seq - 1)
    const refold = manifest === undefined ? undefined : fromManifest(replaying, manifest, row, last)
    const result = await recomputeRun(replaying, row, last, onSeq, refold)
    results.push(result)
    if (verify && result.verdict === 'diverged') break
  }
  return results
}

async function decidingIn({ spec }: Manifest) {
  return { config: spec.config, plugins: await pluginsFor(spec.strategy) }
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
