/**
 * The same market twice, once with a gate that blocks and once with one that only watches: what the rules
 * saved and what they cost.
 *
 * The result of each denied order is read off the run that sent it (ledger.ts). The two runs part at the
 * first denial, so the rules' sums say what their orders came to there, not how far the two accounts are
 * apart.
 */

import { formatCents, parseCash } from '#core/math.ts'
import type { Figures, Summary } from '../cli/summary.ts'
import { grouped, signedPercent, table } from '../cli/text.ts'
import type { RuleTally } from './ledger.ts'

export interface RuleCost {
  readonly rule: string
  readonly denials: number
  readonly saved: string
  readonly cost: string
}

export interface Comparison {
  readonly enforce: Figures
  readonly observe: Figures
  readonly rules: readonly RuleCost[]
}

/** `tallies` are those of the observing run. */
export function compareRuns(enforce: Summary, observe: Summary, tallies: readonly RuleTally[]): Comparison {
  const rules = tallies.map(({ rule, denials, saved, cost }) => ({
    rule,
    denials,
    saved: formatCents(saved),
    cost: formatCents(cost),
  }))
  return { enforce: enforce.figures, observe: observe.figures, rules }
}

/** What the rules saved less what they cost, on the orders that they denied. */
export function netOf(rules: readonly RuleCost[]): {
  readonly saved: string
  readonly cost: string
  readonly net: string
} {
  const sum = (amounts: readonly string[]) => amounts.reduce((total, text) => total + parseCash(text), 0)
  const saved = sum(rules.map((rule) => rule.saved))
  const cost = sum(rules.map((rule) => rule.cost))
  return { saved: formatCents(saved), cost: formatCents(cost), net: formatCents(saved - cost) }
}

/** Name, then a figure as text of each run. */
export function sideBySide({ enforce, observe }: Pick<Comparison, 'enforce' | 'observe'>): string[][] {
  const row = (name: string, of: (figures: Figures) => string) => [name, of(enforce), of(observe)]
  return [
    row('end equity', ({ endEquity }) => grouped(endEquity)),
    row('total return', ({ totalReturn }) => signedPercent(totalReturn)),
    row('max drawdown', ({ maxDrawdown }) => `${(maxDrawdown * 100).toFixed(2)} %`),
    row('Sharpe', ({ sharpe }) => sharpe.toFixed(2)),
    row('orders', ({ orders }) => grouped(orders)),
    row('fills', ({ fills }) => grouped(fills)),
    row('fees', ({ fees }) => grouped(fees)),
    row('decisions denied', ({ denials }) => grouped(denials)),
  ]
}

export function formatComparison(comparison: Comparison): string {
  const figures = table([['', 'enforce', 'observe'], ...sideBySide(comparison)], [1, 2])
  const { saved, cost, net } = netOf(comparison.rules)
  const rows = comparison.rules.map((rule) => [
    rule.rule,
    grouped(rule.denials),
    grouped(rule.saved),
    grouped(rule.cost),
  ])
  const rules = table(
    [['rule', 'denials', 'saved', 'cost'], ...rows, ['in sum', '', grouped(saved), grouped(cost)]],
    [1, 2, 3],
  )
  const verdict = net.startsWith('-')
    ? `The orders that they denied would have made ${grouped(net.slice(1))} more than they lost.`
    : `The orders that they denied would have lost ${grouped(net)} more than they made.`
  const told = comparison.rules.length === 0 ? ['Nothing was denied.'] : [...rules, '', verdict]
  return [...figures, '', 'What the rules saved and cost', ...told]
    .map((line) => `  ${line}`.trimEnd())
    .join('\n')
}
