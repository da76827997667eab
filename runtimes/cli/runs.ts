/**
 * `ark runs`: the backtests of a data directory: which there are, what they came to, what tells two apart.
 */

import { join } from 'node:path'
import { ArkError } from '#core/errors.ts'
import { findDifferences } from '../backtest/differences.ts'
import { COLUMNS, EXPORTS, exportRows, toCsvLine } from '../backtest/export.ts'
import { type KeptRun, listRuns, REPORT_FILE } from '../backtest/folder.ts'
import type { Cli, Command } from './cli.ts'
import { didYouMean } from './nearest.ts'
import { choiceOption, type Options, parseOptions, usage } from './options.ts'
import { dataDirOf } from './settings.ts'
import { type Figures, formatRatio, formatSharpe, formatSummary } from './summary.ts'
import { grouped, percent, signedPercent, table } from './text.ts'

const HELP = `
Usage: ark runs list | show ID | compare A B | export ID --what trades|equity|decisions [--csv]

The backtests that were kept in DATA-DIR/runs. An id may be cut short as long as it names one run; "last" is the
newest.

  list                newest first
  show ID             its figures, and where its journal and report are
  compare A B         what they were asked and what came out, where it differs
  export ID           all its trades, equity or decisions, one JSON line a row
    --what W          trades, equity or decisions (default trades)
    --csv             as CSV with a header
  --json              list, show and compare as data
  --data-dir DIR      where the runs are (default ./data, or ARK_DATA_DIR)

Example: ark runs export last --what trades --csv
`

export const runs: Command = { help: HELP, run }

const ACTIONS = ['list', 'show', 'compare', 'export'] as const
const WANTED = { list: 0, show: 1, compare: 2, export: 1 } as const

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, { options: { what: 'text', csv: 'flag' }, words: [0, 3] })
  const [word = 'list', ...ids] = options.words
  const action = ACTIONS.find((name) => name === word)
  if (action === undefined) throw usage(word, `There is no "runs ${word}".${didYouMean(word, ACTIONS)}`)
  if (ids.length !== WANTED[action])
    throw usage(`runs ${action}`, `"runs ${action}" wants ${WANTED[action]} run ids, ${ids.length} given.`)
  if (action !== 'export' && (options.flag('csv') || options.text('what') !== undefined))
    throw usage(`runs ${action}`, '--what and --csv belong to "runs export".')
  const kept = listRuns(dataDirOf(options, cli))
  const [a, b] = ids.map((id) => find(kept, id))
  if (a === undefined) list(kept, options, cli)
  else if (action === 'show') show(a, options, cli)
  else if (action === 'export') await exportRun(a, options, cli)
  else if (b !== undefined) compare(a, b, options, cli)
  return 0
}

function find(kept: readonly KeptRun[], id: string): KeptRun {
  const [newest] = kept
  if (id === 'last' && newest !== undefined) return newest
  const exact = kept.find((run) => run.id === id)
  if (exact !== undefined) return exact
  const found = id === '' ? [] : kept.filter((run) => run.id.startsWith(id))
  const [only, second] = found
  if (only !== undefined && second === undefined) return only
  const why =
    found.length > 1
      ? `${found.length} runs begin with it: ${found.map((run) => run.id).join(', ')}.`
      : 'No finished backtest has this id; ark runs list names those there are.'
  throw new ArkError('BAD_USAGE', id, why)
}

function list(kept: readonly KeptRun[], options: Options, cli: Cli): void {
  if (options.flag('json')) {
    const items = kept.map(({ id, summary: { title, from, to, figures } }) => ({
      id,
      title,
      from,
      to,
      figures,
    }))
    return cli.out(JSON.stringify({ items, next: null }))
  }
  if (kept.length === 0) return cli.out('No backtest is kept here; ark backtest makes one.')
  const rows = kept.map(({ id, summary: { title, from, to, figures } }) => [
    id,
    title,
    `${from}..${to}`,
    grouped(figures.endEquity),
    signedPercent(figures.totalReturn),
    percent(figures.maxDrawdown),
    formatSharpe(figures.sharpe),
    grouped(figures.denials),
    figures.ungoverned ? 'UNGOVERNED' : '',
  ])
  const head = ['id', 'what', 'span', 'end equity', 'return', 'drawdown', 'Sharpe', 'denied', '']
  cli.out(table([head, ...rows], [3, 4, 5, 6, 7]).join('\n'))
}

function show({ id, folder, summary, manifest }: KeptRun, options: Options, cli: Cli): void {
  if (options.flag('json'))
    return cli.out(JSON.stringify({ id, folder, summary, manifest: manifest ?? null }))
  const lines = [formatSummary(summary)]
  if (manifest !== undefined) {
    const { spec, version, runtime, startedAt, data } = manifest
    const read = data.map(({ file }) => file).filter((file) => file !== spec.strategy)
    const told = [
      ['strategy', `${spec.strategy} ${JSON.stringify(spec.params)}`],
      ['read', read.join(', ')],
      ['session', `${spec.session}, prices ${spec.prices}`],
      ['settings', JSON.stringify(spec.config.plugins)],
      ['started', `${startedAt}, ARK ${version} on ${runtime}`],
      ['report', join(folder, REPORT_FILE)],
      ['repeat', `ark backtest --manifest ${join(folder, 'manifest.json')}`],
      ['verify', `ark replay --verify --data-dir ${folder}`],
    ]
    lines.push('', ...table(told).map((line) => `  ${line}`))
  }
  cli.out(lines.join('\n'))
}

const AMOUNTS = ['fees', 'endEquity'] as const
const RATES = ['totalReturn', 'cagr', 'maxDrawdown', 'winRate', 'exposure'] as const
const COUNTS = ['bars', 'orders', 'fills', 'approvals', 'denials'] as const
const RATIOS = ['sortino', 'calmar', 'profitFactor', 'turnover'] as const

function compare(a: KeptRun, b: KeptRun, options: Options, cli: Cli): void {
  const differences = findDifferences(a, b)
  const [one, two] = [a.summary.figures, b.summary.figures]
  const same = one.decisionDigest === two.decisionDigest
  if (options.flag('json')) {
    const told = [a, b].map(({ id, summary }) => ({ id, figures: summary.figures }))
    return cli.out(JSON.stringify({ runs: told, differences, sameDecisions: same }))
  }
  const asked = differences.map(({ place, a: left, b: right }) => [place, short(left), short(right)])
  const lines = [
    ...table([['', a.id, b.id], ...figureRows(one, two)], [1, 2]),
    '',
    ...(asked.length === 0 ? ['asked the same'] : ['asked', ...table(asked).map((line) => `  ${line}`)]),
    same ? 'the same decisions' : 'other decisions',
  ]
  cli.out(lines.join('\n'))
}

function figureRows(one: Figures, two: Figures): string[][] {
  return [
    ...AMOUNTS.map((name) => [name, grouped(one[name]), grouped(two[name])]),
    ...RATES.map((name) => [name, percent(one[name]), percent(two[name])]),
    ['sharpe', formatSharpe(one.sharpe), formatSharpe(two.sharpe)],
    ...RATIOS.map((name) => [name, formatRatio(one[name]), formatRatio(two[name])]),
    ...COUNTS.map((name) => [name, grouped(one[name]), grouped(two[name])]),
  ]
}

const SHORT = 60

function short(text: string): string {
  if (text === '') return '–'
  return text.length > SHORT ? `${text.slice(0, SHORT - 1)}…` : text
}

/** Row by row, so a run of any size can be exported. */
async function exportRun(kept: KeptRun, options: Options, cli: Cli): Promise<void> {
  const what = choiceOption(options, 'what', EXPORTS, 'trades')
  const csv = options.flag('csv')
  if (csv) cli.out(COLUMNS[what].join(','))
  for await (const row of exportRows(kept, what))
    cli.out(csv ? toCsvLine(COLUMNS[what].map((column) => row[column] ?? null)) : JSON.stringify(row))
}
