/** A walk-forward in the terminal: its windows, what was promised in training, and what came. */

import { basename } from 'node:path'
import { formatCents } from '#core/math.ts'
import { formatSharpe } from '../cli/summary.ts'
import { grouped, percent, signedPercent, sparkline, table } from '../cli/text.ts'
import { formatCombination } from './grid.ts'
import { metricOf } from './metric.ts'
import type { WalkForward, WalkWindow } from './walk-forward.ts'
import { formatSpan } from './windows.ts'

export function formatWalk(walk: WalkForward): string {
  const { curve, lengths, openingCash, total, tried, windows } = walk
  const { train, test } = lengths
  const runs = windows.length * (tried + 1)
  const head =
    `${basename(walk.strategy)}: ${windows.length} windows of ${train} + ${test} days, ` +
    `${grouped(tried)} combinations each, ${grouped(runs)} backtests in ${walk.elapsedSeconds.toFixed(1)} s`
  return [
    head,
    '',
    ...windowTable(walk).map((line) => `  ${line}`),
    '',
    '  what was not seen in training, as one account',
    `  ${sparkline(curve.map(([, equity]) => equity))}`,
    `  ${grouped(formatCents(openingCash))} → ${grouped(total.endEquity)} USD, ${signedPercent(total.totalReturn)}`,
    `  drawdown ${percent(total.maxDrawdown)}, Sharpe ${formatSharpe(total.sharpe)}, ` +
      `efficiency ${formatEfficiency(total.efficiency)}, ${total.gained} of ${windows.length} tests gained`,
    '',
    ...remarksOf(walk).map((line) => `  ${line}`),
  ].join('\n')
}

function windowTable({ metric, windows }: WalkForward): string[] {
  const { title } = metricOf(metric)
  const shown = title === 'return' ? [] : ['return in', 'out']
  const head = ['train', 'test', 'chosen', `${title} in`, 'out', ...shown, 'efficiency', 'fills']
  const right = head.map((_name, index) => index).slice(3)
  return table([head, ...windows.map((window) => windowRow(window, metric))], right)
}

function windowRow({ window, params, train, test, efficiency }: WalkWindow, metric: WalkForward['metric']) {
  const { format, title } = metricOf(metric)
  const returns = title === 'return' ? [] : [train, test].map(({ totalReturn }) => signedPercent(totalReturn))
  return [
    formatSpan(window.train),
    formatSpan(window.test),
    formatCombination(params),
    format(train),
    format(test),
    ...returns,
    formatEfficiency(efficiency),
    grouped(test.fills),
  ]
}

export function formatEfficiency(efficiency: number | null): string {
  return efficiency === null ? '–' : percent(efficiency, 0)
}

/** Also in the report. */
export function remarksOf({ leftDays, refused, tried, windows, total }: WalkForward): readonly string[] {
  const kinds = new Set(windows.map(({ params }) => formatCombination(params))).size
  const idle = windows.filter(({ test }) => test.fills === 0).length
  const [first] = refused
  return [
    `The best of ${grouped(tried)} combinations was chosen ${windows.length} times, ${kinds} different ones.`,
    'Only the tests say what that choice was worth.',
    ...(total.efficiency !== null && total.efficiency < 0.5
      ? ['Less than half of what training promised came: the parameters fit noise, or the market changed.']
      : []),
    ...(idle === 0 ? [] : [`${idle} of the tests never traded.`]),
    ...(leftDays === 0 ? [] : [`${leftDays} days at the end make no whole test and are left out.`]),
    ...(first === undefined
      ? []
      : [
          `${refused.length} combinations are refused by the strategy, such as ${formatCombination(first.params)}.`,
        ]),
  ]
}
