/** What a sweep sorts by: one figure of a backtest, which way is better, and how people read it. */

import { type Figures, formatRatio, formatSharpe } from '../cli/summary.ts'
import { grouped, percent, signedPercent } from '../cli/text.ts'

interface Metric {
  readonly title: string
  /** To sort by. */
  readonly of: (figures: Figures) => number
  readonly format: (figures: Figures) => string
  /** Less is better. */
  readonly down?: true
}

/** Gain without a loss: better than any ratio, and still a number that a page can sort by. */
export const UNBOUNDED = Number.MAX_SAFE_INTEGER

function ratio(title: string, name: 'sortino' | 'calmar' | 'profitFactor'): Metric {
  return {
    title,
    of: (figures) => figures[name] ?? UNBOUNDED,
    format: (figures) => formatRatio(figures[name]),
  }
}

const TABLE = {
  // Days that do not differ are no merit: they sort as 0.
  sharpe: {
    title: 'Sharpe',
    of: ({ sharpe }) => sharpe ?? 0,
    format: ({ sharpe }) => formatSharpe(sharpe),
  },
  sortino: ratio('Sortino', 'sortino'),
  calmar: ratio('Calmar', 'calmar'),
  totalReturn: {
    title: 'return',
    of: ({ totalReturn }) => totalReturn,
    format: ({ totalReturn }) => signedPercent(totalReturn),
  },
  cagr: { title: 'a year (CAGR)', of: ({ cagr }) => cagr, format: ({ cagr }) => signedPercent(cagr) },
  endEquity: {
    title: 'end equity',
    of: ({ endEquity }) => Number(endEquity),
    format: ({ endEquity }) => grouped(endEquity),
  },
  maxDrawdown: {
    title: 'drawdown',
    of: ({ maxDrawdown }) => maxDrawdown,
    format: ({ maxDrawdown }) => percent(maxDrawdown),
    down: true,
  },
  profitFactor: ratio('profit factor', 'profitFactor'),
  winRate: { title: 'win rate', of: ({ winRate }) => winRate, format: ({ winRate }) => percent(winRate, 0) },
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
