/** What a sweep sorts by: one figure of a backtest, which way is better, and how people read it. */

import type { Figures } from '../cli/summary.ts'
import { grouped, percent, signedPercent } from '../cli/text.ts'

interface Metric {
  readonly title: string
  readonly of: (figures: Figures) => number
  readonly format: (value: number) => string
  /** Less is better. */
  readonly down?: true
}

const plain = (value: number) => value.toFixed(2)

const TABLE = {
  sharpe: { title: 'Sharpe', of: ({ sharpe }) => sharpe, format: plain },
  sortino: { title: 'Sortino', of: ({ sortino }) => sortino, format: plain },
  calmar: { title: 'Calmar', of: ({ calmar }) => calmar, format: plain },
  totalReturn: { title: 'return', of: ({ totalReturn }) => totalReturn, format: signedPercent },
  cagr: { title: 'a year (CAGR)', of: ({ cagr }) => cagr, format: signedPercent },
  endEquity: {
    title: 'end equity',
    of: ({ endEquity }) => Number(endEquity),
    format: (value) => grouped(value.toFixed(2)),
  },
  maxDrawdown: { title: 'drawdown', of: ({ maxDrawdown }) => maxDrawdown, format: percent, down: true },
  profitFactor: { title: 'profit factor', of: ({ profitFactor }) => profitFactor, format: plain },
  winRate: { title: 'win rate', of: ({ winRate }) => winRate, format: (value) => percent(value, 0) },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof TABLE

export const METRICS = Object.keys(TABLE) as readonly MetricName[]

/** What a table shows beside the metric that it is sorted by. */
export const USUAL: readonly MetricName[] = ['totalReturn', 'maxDrawdown', 'sharpe', 'endEquity']

export function metricOf(name: MetricName): Metric {
  return TABLE[name]
}

/** Better first; figures that are equal stay in the order of the grid. */
export function compareBy(name: MetricName): (a: Figures, b: Figures) => number {
  const { of, down } = metricOf(name)
  return (a, b) => (down === true ? of(a) - of(b) : of(b) - of(a))
}
