/**
 * The figures under the title, and what each of them is: a ratio means nothing without its definition.
 *
 * What a run has no data for is a dash, where the JSON of `ark backtest` has 0 or null: a page is read by
 * people.
 */

import type { RunRecord } from '../backtest/recorder.ts'
import { type Figures, formatRatio, formatSharpe } from '../cli/summary.ts'
import { grouped } from '../cli/text.ts'
import { share, signedShare } from './format.ts'
import { type Html, html } from './html.ts'

const NONE = '–'

export function figureLists(figures: Figures, { closed, curve }: RunRecord): Html {
  const ratio = (value: number | null, known = value !== 0) =>
    known ? formatRatio(value).replace('-', '−') : NONE
  const trades = closed.wins + closed.losses
  const days = figures.exposure === 0 && curve.length === 0 ? NONE : share(figures.exposure, 0)
  return html`<div class="figures">
${list('Return', [
  ['a year (CAGR)', signedShare(figures.cagr)],
  ['Sharpe', formatSharpe(figures.sharpe).replace('-', '−')],
  ['Sortino', ratio(figures.sortino)],
  ['Calmar', ratio(figures.calmar)],
])}
${list('Risk', [
  ['max drawdown', share(figures.maxDrawdown)],
  ['exposure', days],
  ['win rate', trades === 0 ? NONE : share(figures.winRate, 0)],
  ['profit factor', ratio(figures.profitFactor, trades > 0)],
])}
${list('Trading', [
  ['orders', grouped(figures.orders)],
  ['fills', grouped(figures.fills)],
  ['fees', grouped(figures.fees)],
  ['turnover', `${grouped(figures.turnover.toFixed(1))} ×`],
])}
${list('Rules', [
  ['decisions', grouped(figures.approvals + figures.denials)],
  ['approved', grouped(figures.approvals)],
  ['denied', grouped(figures.denials)],
  ['gate', figures.ungoverned ? 'observes' : 'enforces'],
])}</div>${definitions()}`
}

function list(title: string, rows: readonly (readonly [string, string])[]): Html {
  const told = rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)
  return html`<div><h2>${title}</h2><dl>${told}</dl></div>`
}

/** As docs/BACKTESTING.md defines them. */
const DEFINITIONS: readonly (readonly [string, string])[] = [
  [
    'a year (CAGR)',
    'growth of the account, compounded to a year of 252 days; of less than a year the return as it is',
  ],
  [
    'Sharpe',
    'mean of the daily returns ÷ their standard deviation (n − 1) × √252, risk-free rate 0; of few days a whim',
  ],
  ['Sortino', 'the same with the root mean square of the returns below 0, over all days'],
  ['Calmar', 'CAGR ÷ max drawdown'],
  ['max drawdown', 'largest fall from a peak, as a share of it, of the equity at the ends of days'],
  ['exposure', 'share of the days that ended with a position'],
  ['win rate', 'share of the closed trades that gained after fees; what came out at 0 is not counted'],
  ['profit factor', 'what the winning trades gained ÷ what the losing ones lost, after fees'],
  ['turnover', 'value of all fills ÷ opening cash'],
  ['benchmark', 'each symbol bought in equal parts at its first price and held, without fees'],
  ['no loss', 'there was gain and nothing to divide it by: no bound, better than any figure'],
  ['–', 'nothing to reckon it from, as no trade or no day that differs from another'],
]

function definitions(): Html {
  const told = DEFINITIONS.map(([name, what]) => html`<dt>${name}</dt><dd>${what}</dd>`)
  return html`<details><summary>What these figures are</summary><dl class="facts">${told}</dl></details>`
}
