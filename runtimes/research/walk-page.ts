/** A walk-forward as a page: the account of what was not seen, and every window. */

import { basename } from 'node:path'
import type { Planned } from '../backtest/options.ts'
import type { RunRecord } from '../backtest/recorder.ts'
import { formatSharpe } from '../cli/summary.ts'
import { grouped } from '../cli/text.ts'
import { equityChart } from '../report/charts.ts'
import { share, signedShare } from '../report/format.ts'
import { type Html, html } from '../report/html.ts'
import { formatCombination } from './grid.ts'
import { metricOf } from './metric.ts'
import { renderPage, settingsOf, sortableTable } from './page.ts'
import type { WalkForward, WalkWindow } from './walk-forward.ts'
import { formatEfficiency, remarksOf } from './walk-text.ts'
import { formatSpan } from './windows.ts'

export function renderWalk(walk: WalkForward, { spec }: Planned): string {
  const { train, test } = walk.lengths
  const files = spec.data.map((file) => basename(file)).join(', ')
  return renderPage({
    brand: 'ARK WALK-FORWARD',
    title: basename(walk.strategy),
    lead: `${walk.windows.length} windows of ${train} + ${test} days · ${grouped(walk.tried)} combinations · ${files}`,
    warnings: remarksOf(walk),
    sections: [
      ['Not seen in training', html`${totals(walk)}${equityChart(recordOf(walk), 'opening cash')}`],
      ['Windows', windowsOf(walk)],
      ['Settings', settingsOf(spec)],
    ],
  })
}

function totals({ total, windows }: WalkForward): Html {
  const rows: readonly (readonly [string, string])[] = [
    ['end equity', grouped(total.endEquity)],
    ['total return', signedShare(total.totalReturn)],
    ['max drawdown', share(total.maxDrawdown)],
    ['Sharpe', formatSharpe(total.sharpe).replace('-', '−')],
    ['efficiency', formatEfficiency(total.efficiency)],
    ['tests that gained', `${total.gained} of ${windows.length}`],
  ]
  return html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`
}

/** Of a backtest's record the chart reads the curve alone. */
function recordOf({ curve, openingCash }: WalkForward): RunRecord {
  const record: Pick<RunRecord, 'curve'> = {
    curve: curve.map(([time, equity]) => ({ time, equity, benchmark: openingCash })),
  }
  return record as RunRecord
}

function windowsOf({ metric, windows }: WalkForward): Html {
  const { title } = metricOf(metric)
  const headings = [
    'Train',
    'Test',
    'Chosen',
    `${title} in`,
    `${title} out`,
    'Return in',
    'Return out',
    'Drawdown out',
    'Efficiency',
    'Fills',
  ]
  const rows = windows.map((window) => rowOf(window, metric))
  return sortableTable(
    'In = on the days that the parameters were chosen on, out = after them.',
    headings,
    rows,
  )
}

function rowOf({ window, params, train, test, efficiency }: WalkWindow, metric: WalkForward['metric']) {
  const { format, of } = metricOf(metric)
  const cell = (text: string, value: number) => [text.replace('-', '−'), value] as const
  const chosen = formatCombination(params)
  return [
    [formatSpan(window.train), formatSpan(window.train)],
    [formatSpan(window.test), formatSpan(window.test)],
    [chosen, chosen],
    cell(format(train), of(train)),
    cell(format(test), of(test)),
    cell(signedShare(train.totalReturn), train.totalReturn),
    cell(signedShare(test.totalReturn), test.totalReturn),
    cell(share(test.maxDrawdown), test.maxDrawdown),
    cell(formatEfficiency(efficiency), efficiency ?? 0),
    cell(grouped(test.fills), test.fills),
  ] as const
}
