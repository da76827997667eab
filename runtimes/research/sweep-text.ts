/** A sweep in the terminal: best first, the field of two parameters, and how little the best one may mean. */

import { basename } from 'node:path'
import { formatSharpe } from '../cli/summary.ts'
import { grouped, table } from '../cli/text.ts'
import { formatCombination, formatValue } from './grid.ts'
import { formatHeatMap, heatMapOf } from './heat-map.ts'
import { metricOf, USUAL } from './metric.ts'
import { rank, type Sweep, type SweepRow } from './sweep.ts'

export function formatSweep(sweep: Sweep, top: number): string {
  const ranked = rank(sweep)
  const map = heatMapOf(sweep)
  const rest = ranked.length > top ? [`  and ${grouped(ranked.length - top)} more; --top shows them`] : []
  return [
    headOf(sweep),
    '',
    ...tableOf(sweep, ranked.slice(0, top)).map((line) => `  ${line}`),
    ...rest,
    ...(map === undefined ? [] : ['', ...formatHeatMap(map).map((line) => `  ${line}`)]),
    '',
    ...warningsOf(sweep).map((line) => `  ${line}`),
  ].join('\n')
}

function headOf({ elapsedSeconds, jobs, rows, strategy }: Sweep): string {
  const bars = rows.reduce((sum, { figures }) => sum + figures.bars, 0)
  const rate = elapsedSeconds > 0 ? `, ${grouped(Math.round(bars / elapsedSeconds))} rows a second` : ''
  const time = `${elapsedSeconds.toFixed(1)} s on ${jobs} ${jobs === 1 ? 'core' : 'cores'}`
  return `${basename(strategy)}: ${grouped(rows.length)} combinations in ${time}${rate}`
}

function tableOf({ grid, metric }: Sweep, rows: readonly SweepRow[]): string[] {
  const names = grid.map(({ name }) => name)
  const columns = [metric, ...USUAL.filter((name) => name !== metric)].map((name) => metricOf(name))
  const head = ['#', ...names, ...columns.map(({ title }) => title), 'fills', 'denied']
  const body = rows.map(({ params, figures }, index) => [
    String(index + 1),
    ...names.map((name) => formatValue(params[name])),
    ...columns.map(({ format }) => format(figures)),
    grouped(figures.fills),
    grouped(figures.denials),
  ])
  const right = head.map((_name, index) => index)
  return table([head, ...body], right)
}

/** What people must know before they believe the first row; also in the report. */
export function warningsOf(sweep: Sweep): readonly string[] {
  const { luckySharpe, refused, rows } = sweep
  const [best] = rank({ ...sweep, metric: 'sharpe' })
  const [first] = refused
  const idle = rows.filter(({ figures }) => figures.fills === 0).length
  const sharpe = best?.figures.sharpe ?? null
  const beaten = (sharpe ?? 0) > luckySharpe ? 'above' : 'no better than'
  return [
    ...(rows.length < 2
      ? []
      : [
          `${grouped(rows.length)} combinations were tried, so the best is partly luck: its Sharpe of ` +
            `${formatSharpe(sharpe)} is ${beaten} the ${luckySharpe.toFixed(2)} that the best of as many ` +
            `would show without any merit.`,
          'Trust it only where its neighbours are good too, and after ark walk-forward.',
        ]),
    ...(idle === 0 ? [] : [`${grouped(idle)} of them never traded.`]),
    ...(first === undefined
      ? []
      : [
          `${grouped(refused.length)} combinations are refused by the strategy and left out, such as ` +
            `${formatCombination(first.params)}: ${first.why}.`,
        ]),
  ]
}
