/**
 * `ark backtest`: the same agents, gate and broker over history of one's own, in a journal of its own under
 * <data-dir>/runs.
 *
 * It takes no lock and opens no port, so any number of them run beside a box. Of the market it keeps nothing
 * but what followed from it.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Ark, createArk } from '#core/ark.ts'
import { type Config, checkConfig } from '#core/config.ts'
import type { Plugin } from '#core/contract.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import { ArkError, isArkError, toMessage } from '#core/errors.ts'
import { parseCash } from '#core/math.ts'
import { formatTime, parseTime } from '#core/time.ts'
import type { ReplayProgress } from '#plugins/feed-replay/index.ts'
import { buildDigest, version } from '../build-info.ts'
import { INSTRUMENTS, PLUGINS } from '../plugins.ts'
import { prepareDataDir } from '../shared/data-dir.ts'
import { openDatabase } from '../shared/database.ts'
import { JOURNAL_FILE } from './box.ts'
import type { Cli, Command } from './cli.ts'
import { choiceOption, type Options, parseOptions, usage } from './options.ts'
import { showProgress } from './progress.ts'
import { dataDirOf, loadConfig, logLevelOf } from './settings.ts'
import { listenForStop } from './signals.ts'
import { buildSummary, formatSummary, type Summary } from './summary.ts'

const HELP = `
Usage: ark backtest --data FILE… [options]

Runs the pipeline over CSV files (plain or gzipped) of bars, quotes or trades, and says what came of it.

  --data FILE…        the files; their header says what they hold
  --symbols A,B       only these; of a file without a column symbol, its one symbol
  --from DATE         first session, inclusive
  --to DATE           last session, inclusive
  --resolution R      of bars stamped with a time: 1s, 1m, 1h or 1d (default: told from the stamps)
  --cash N            opening cash (default 100000)
  --fees MODEL        lean, alpaca or none (default lean)
  --fill MODEL        next-open, or quote = the last known quote's far side (default next-open)
  --json              the summary as one JSON line
  --data-dir DIR      results go to DIR/runs/<id> (default ./data, or ARK_DATA_DIR)

Example: ark backtest --data spy.csv.gz --from 2008-01-01 --to 2009-12-31 --fees none
`

export const backtest: Command = { help: HELP, run }

const DECIDING = ['kyle', 'joey', 'kenny', 'id', 'hrm', 'broker-paper']
const FEED = 'feed-replay'
const SOURCE = 'file'
const RUN = { kind: 'backtest', name: 'backtest', seed: 'backtest', market: 'digest' } as const

const RESOLUTIONS = ['1s', '1m', '1h', '1d'] as const
const FEES = ['lean', 'alpaca', 'none'] as const
const FILLS = ['next-open', 'quote'] as const

/** Of the whole command, not of this build. */
const LATER = {
  session: 'text',
  adjust: 'text',
  reference: 'text',
  strategy: 'text',
  param: 'list',
  gate: 'text',
  compare: 'flag',
  report: 'text',
} as const

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = readOptions(argv)
  const plugins = PLUGINS.filter(({ name }) => DECIDING.includes(name) || name === FEED)
  const config = toConfig(options, loadConfig(options, cli), plugins)
  const feed = toFeed(options)
  const dataDir = prepareDataDir(dataDirOf(options, cli))
  const ports = await cli.createPorts({ dataDir, logLevel: logLevelOf(cli) })
  const id = `${formatTime(Date.now()).replace(/[-:.Z]/g, '')}-${ports.hash.randomHex(2)}`
  const folder = join(dataDir, 'runs', id)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const database = await openDatabase(join(folder, JOURNAL_FILE))
  const stop = listenForStop()
  let kept = false
  try {
    const ark = await createArk({
      ports,
      database,
      config,
      plugins,
      instruments: INSTRUMENTS,
      build: { digest: buildDigest(), version: version() },
      onFatal: (error) => {
        cli.err(isArkError(error) ? error.toLine() : toMessage(error))
        process.exit(1)
      },
    })
    const summary = await replay(ark, feed, cli, stop.requested).finally(() => ark.stop())
    if (summary === undefined) return 1
    kept = true
    writeFileSync(join(folder, 'summary.json'), `${JSON.stringify(summary)}\n`)
    if (options.flag('json')) {
      cli.out(JSON.stringify(summary.figures))
      cli.err(`kept in ${folder}`)
    } else cli.out(`${formatSummary(summary)}\n\n  kept in ${folder}`)
    return 0
  } finally {
    await database.close()
    stop.close()
    // Half a backtest is no result, and would only be taken for one.
    if (!kept) rmSync(folder, { recursive: true, force: true })
  }
}

/** undefined when it was stopped before the last row. */
async function replay(
  ark: Ark,
  feed: { readonly files: readonly string[] },
  cli: Cli,
  stopped: Promise<void>,
): Promise<Summary | undefined> {
  const { clock } = ark.options.ports
  await ark.beginRun(RUN)
  const started = clock.monotonic()
  const running = (await ark.startService(FEED, feed)) as unknown as ReplayProgress
  const progress = showProgress(cli, 'backtest', running)
  try {
    await Promise.race([running.finished, stopped])
  } finally {
    progress.stop()
  }
  if (!running.progress().done) return undefined
  if (running.progress().rows === 0) {
    throw new ArkError('DATA_INVALID', '--data', 'No row is left after --symbols, --from and --to.')
  }
  const elapsedSeconds = (clock.monotonic() - started) / 1_000
  let summary: Summary | undefined
  await ark.endRun('completed', (kernel: Kernel) => {
    const bars = kernel.state.performance.rows
    summary = buildSummary(kernel, {
      title: feed.files.map((file) => basename(file)).join(', '),
      elapsedSeconds,
      bars,
    })
    return JSON.stringify(summary)
  })
  return summary
}

function readOptions(argv: readonly string[]): Options {
  const options = parseOptions(argv, {
    options: {
      data: 'list',
      symbols: 'text',
      from: 'text',
      to: 'text',
      resolution: 'text',
      cash: 'text',
      fees: 'text',
      fill: 'text',
      ...LATER,
    },
    words: [0, 10_000],
  })
  for (const [name, kind] of Object.entries(LATER)) {
    const given = kind === 'flag' ? options.flag(name) : options.list(name).length > 0
    if (given) throw usage(`--${name}`, `This build does not have --${name} yet.`)
  }
  return options
}

/** The files named after --data, and those that follow it: a shell expands a pattern into words. */
function toFeed(options: Options) {
  const files = [...options.list('data'), ...options.words]
  if (files.length === 0) throw usage('--data', 'At least one file is wanted: --data FILE.')
  const symbols = options.text('symbols')?.split(',')
  const [only] = symbols ?? []
  return {
    files,
    source: SOURCE,
    speed: 'max',
    ...(symbols === undefined ? {} : { symbols }),
    ...(symbols?.length === 1 ? { symbol: only } : {}),
    ...dates(options),
    ...(options.text('resolution') === undefined
      ? {}
      : { resolution: choiceOption(options, 'resolution', RESOLUTIONS, '1d') }),
  }
}

/** Inclusive on both sides. */
function dates(options: Options): { readonly from?: string; readonly to?: string } {
  const given = (name: 'from' | 'to') => {
    const text = options.text(name)
    if (text === undefined) return {}
    if (!Number.isNaN(parseTime(text))) return { [name]: text }
    throw usage(`--${name}`, `--${name} is "${text}", wanted a date such as 2020-03-16.`)
  }
  const range: { readonly from?: string; readonly to?: string } = { ...given('from'), ...given('to') }
  const { from = '', to = from } = range
  if (from !== '' && parseTime(to) < parseTime(from))
    throw usage('--to', `--to ${to} lies before --from ${from}.`)
  return range
}

/** The configuration's settings for the plugins that take part, with what the command line says on top. */
function toConfig(options: Options, config: Config, plugins: readonly Plugin[]): Config {
  const own = Object.entries(config.plugins).filter(([name]) =>
    plugins.some((plugin) => plugin.name === name),
  )
  const broker = {
    ...(config.plugins['broker-paper'] as object | undefined),
    ...(options.text('fees') === undefined ? {} : { feeModel: choiceOption(options, 'fees', FEES, 'lean') }),
    ...(options.text('fill') === undefined
      ? {}
      : { fill: choiceOption(options, 'fill', FILLS, 'next-open') }),
  }
  const openingCash = options.text('cash') ?? config.account.openingCash ?? '100000'
  if (!(parseCash(openingCash) > 0))
    throw usage('--cash', `--cash is "${openingCash}", wanted an amount such as 100000.`)
  return checkConfig(
    { ...config, account: { openingCash }, plugins: { ...Object.fromEntries(own), 'broker-paper': broker } },
    'options',
  )
}
