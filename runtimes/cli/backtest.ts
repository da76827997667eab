/**
 * `ark backtest`: the same agents, gate and broker over history of one's own, in a journal of its own under
 * <data-dir>/runs.
 *
 * It takes no lock and opens no port, so any number of them run beside a box. Of the market it keeps nothing
 * but what followed from it.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RuntimePorts } from '#core/ports.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { type Comparison, compareRuns, formatComparison } from '../backtest/compare.ts'
import { keepResults, makeFolder, newRunId, REPORT_FILE, removeFolder } from '../backtest/folder.ts'
import { countForcedExits } from '../backtest/forced-exits.ts'
import { forMarket } from '../backtest/instruments.ts'
import { checkData, type Manifest, planAgain, readManifest, toManifest } from '../backtest/manifest.ts'
import { openBacktestMarket } from '../backtest/market.ts'
import { type Planned, planBacktest, SPEC_HELP, SPEC_OPTIONS } from '../backtest/options.ts'
import { formatQuality } from '../backtest/quality.ts'
import { type FinishedRun, runJournaled } from '../backtest/run.ts'
import type { BacktestSpec } from '../backtest/spec.ts'
import { renderReport } from '../report/page.ts'
import { prepareDataDir, prepareReportDir } from '../shared/data-dir.ts'
import type { Cli, Command } from './cli.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { showProgress } from './progress.ts'
import { dataDirOf, loadConfig, logLevelOf } from './settings.ts'
import { INTERRUPTED, listenForStop, type StopRequest } from './signals.ts'
import { formatSummary } from './summary.ts'

const HELP = `
Usage: ark backtest --data FILE… [options]

Runs the pipeline over CSV files (plain or gzipped) of bars, quotes or trades, and says what came of it. Results,
journal and an HTML report go to DATA-DIR/runs/ID; ark runs lists them.

${SPEC_HELP}
  --compare           enforce and observe over the same data: what the rules saved and cost
  --manifest FILE     repeat the run that wrote this manifest; exits 1 when other decisions come out
  --report DIR        write the report there as well, as report.html
  --json              the summary as one JSON line, all else on standard error
  --data-dir DIR      where the runs are kept (default ./data, or ARK_DATA_DIR)

Example: ark backtest --data spy.csv.gz --strategy ema-cross --from 2008-01-01 --to 2009-12-31 --fees none
`

export const backtest: Command = { help: HELP, run }

interface Session {
  readonly cli: Cli
  readonly options: Options
  readonly ports: RuntimePorts
  readonly dataDir: string
  readonly stop: StopRequest
  readonly id: string
  /** Of the run that is repeated. */
  readonly before: Manifest | undefined
  /** Text for people: standard output, or with --json standard error. */
  readonly say: (text: string) => void
}

interface Kept {
  readonly planned: Planned
  readonly folder: string
  readonly run: FinishedRun
  readonly manifest: Manifest
}

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, {
    options: { ...SPEC_OPTIONS, compare: 'flag', manifest: 'text', report: 'text' },
    words: [0, 10_000],
  })
  if (options.flag('compare') && options.text('gate') !== undefined)
    throw usage('--gate', '--compare runs both gates; --gate is for one of them.')
  const before = options.text('manifest') === undefined ? undefined : readBefore(options)
  const planned =
    before === undefined ? await planBacktest(options, loadConfig(options, cli)) : await planAgain(before)
  prepareReportDir(options.text('report'))
  const dataDir = prepareDataDir(dataDirOf(options, cli))
  const ports = await cli.createPorts({ dataDir, logLevel: logLevelOf(cli) })
  const id = newRunId(ports.clock.now(), ports.hash.randomHex(2))
  const stop = listenForStop()
  const say = options.flag('json') ? cli.err : cli.out
  try {
    const session = { cli, options, ports, dataDir, stop, id, before, say }
    const market = await Promise.race([openBacktestMarket(planned.spec, ports.files), stop.requested])
    return market === undefined ? INTERRUPTED : await runAll(session, planned, market)
  } finally {
    stop.close()
  }
}

/** A repeat is told nothing else about what to do. */
function readBefore(options: Options): Manifest {
  const other = [...Object.keys(SPEC_OPTIONS), 'config'].find((name) => options.list(name).length > 0)
  const given = other ?? (options.flag('compare') ? 'compare' : undefined)
  if (given !== undefined || options.words.length > 0)
    throw usage(given === undefined ? '' : `--${given}`, '--manifest says all there is to say about a run.')
  return readManifest(options.text('manifest') ?? '')
}

async function runAll(session: Session, planned: Planned, market: Market): Promise<number> {
  const { before, options, say } = session
  if (before !== undefined) checkData(before, market)
  for (const line of formatQuality(market.quality, market.total)) say(line)
  const kept = await keepAll(session, planned, market)
  if (kept === undefined) return INTERRUPTED
  const [first, second] = kept
  if (first === undefined) return INTERRUPTED
  const comparison =
    second === undefined
      ? undefined
      : compareRuns(
          first.run.summary,
          second.run.summary,
          second.run.record.rules,
          await countForcedExits(first.folder),
        )
  for (const one of kept) writeReport(session, one, market, one === first ? comparison : undefined)
  tell(session, kept, comparison)
  if (options.flag('json')) session.cli.out(JSON.stringify(comparison ?? first.run.summary.figures))
  return before === undefined ? 0 : compareWithBefore(session, before, first)
}

/** All runs or none: what was stopped or failed leaves nothing behind. */
async function keepAll(
  session: Session,
  planned: Planned,
  market: Market,
): Promise<readonly Kept[] | undefined> {
  const { dataDir, id, options } = session
  const gates: readonly BacktestSpec['gate'][] = options.flag('compare')
    ? ['enforce', 'observe']
    : [planned.spec.gate]
  const spec = forMarket(planned.spec, market)
  const folders: string[] = []
  const kept: Kept[] = []
  try {
    for (const gate of gates) {
      const own = gates.length === 1 ? id : `${id}-${gate}`
      const folder = makeFolder(dataDir, own)
      folders.push(folder)
      const gated = { ...planned, spec: { ...spec, gate } }
      const finished = await runOne(session, gated, market, folder)
      if (finished === undefined) break
      const manifest = toManifest(own, gated, market, finished, session.cli.runtime)
      keepResults(folder, finished.summary, finished.record, manifest)
      kept.push({ planned: gated, folder, run: finished, manifest })
    }
    return kept.length === gates.length ? kept : undefined
  } finally {
    if (kept.length < gates.length) for (const folder of folders) removeFolder(folder)
  }
}

/** A run is signed with a key of its own, so that its folder is whole wherever it is taken. */
async function runOne(
  { cli, stop, options }: Session,
  planned: Planned,
  market: Market,
  folder: string,
): Promise<FinishedRun | undefined> {
  let rows = 0
  const ports = await cli.createPorts({ dataDir: folder, logLevel: logLevelOf(cli) })
  const title = options.flag('compare') ? `backtest, ${planned.spec.gate}` : 'backtest'
  const progress = showProgress(cli, title, { progress: () => ({ rows, total: market.total }) })
  const onRows = (count: number): void => {
    rows = count
  }
  try {
    const job = { ports, folder, stopped: stop.isRequested, onRows }
    const finished = await runJournaled(planned, market, job)
    // Rows that are gathered into bars are fewer than those that were read.
    if (finished !== undefined) rows = market.total
    return finished
  } finally {
    progress.stop()
  }
}

function writeReport(
  { options }: Session,
  { folder, run: { summary, record }, manifest }: Kept,
  { quality }: Market,
  comparison: Comparison | undefined,
): void {
  const page = renderReport({
    summary,
    record,
    manifest,
    quality,
    ...(comparison === undefined ? {} : { comparison }),
  })
  writeFileSync(join(folder, REPORT_FILE), page)
  const directory = options.text('report')
  if (directory === undefined || (options.flag('compare') && comparison === undefined)) return
  writeFileSync(join(directory, REPORT_FILE), page)
}

function tell({ options, say }: Session, kept: readonly Kept[], comparison: Comparison | undefined): void {
  const json = options.flag('json')
  for (const {
    run: { summary },
  } of kept)
    if (!json) say(`\n${formatSummary(summary)}`)
  if (comparison !== undefined && !json) say(`\n${formatComparison(comparison)}`)
  const places = kept.map(({ folder }) => `kept in ${folder}, report in ${join(folder, REPORT_FILE)}`)
  say(json ? places.join('\n') : `\n  ${places.join('\n  ')}`)
}

/** 1 when the decisions are other ones than before. */
function compareWithBefore({ say }: Session, before: Manifest, { manifest }: Kept): number {
  if (before.decisionDigest === manifest.decisionDigest) {
    say('  the same decisions as before')
    return 0
  }
  const differs = (['buildDigest', 'rulesetDigest', 'configDigest'] as const).filter(
    (name) => before[name] !== manifest[name],
  )
  const why =
    differs.length === 0
      ? 'though build, rules and configuration are the same'
      : `${differs.join(', ')} differ`
  say(`  other decisions than before: ${why}`)
  return 1
}
