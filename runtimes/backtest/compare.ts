/**
 * The same market twice, once with a gate that blocks and once with one that only watches: what the rules
 * saved and what they cost.
 *
 * The result of each denied order is read off the run that sent it (ledger.ts). The two runs part at the
 * first denial, so the rules' sums say what their orders came to there, not how far the two accounts are
 * apart.
 */

import { formatCents, parseCash } from '#core/math.ts'
import { type Figures, formatSharpe, type Summary } from '../cli/summary.ts'
import { counted, grouped, signedPercent, table } from '../cli/text.ts'
import type { RuleTally } from './ledger.ts'

export interface RuleCost {
  readonly rule: string
  /** Decisions that it spoke against. */
  readonly denials: number
  /** Of those the entries that became a trade where they were sent: only these have a result. */
  readonly trades: number
  readonly saved: string
  readonly cost: string
}

export interface Comparison {
  readonly enforce: Figures
  readonly observe: Figures
  readonly rules: readonly RuleCost[]
  /** Exits that breakers ordered where the gate blocks; one that watches is spared them. */
  readonly forcedExits: number
}

/** `tallies` are those of the observing run, `forcedExits` those of the other. */
export function compareRuns(
  enforce: Summary,
  observe: Summary,
  tallies: readonly RuleTally[],
  forcedExits: number,
): Comparison {
  const rules = tallies.map(({ rule, denials, trades, saved, cost }) => ({
    rule,
    denials,
    trades,
    saved: formatCents(saved),
    cost: formatCents(cost),
  }))
  return { enforce: enforce.figures, observe: observe.figures, rules, forcedExits }
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
    row('Sharpe', ({ sharpe }) => formatSharpe(sharpe)),
    row('orders', ({ orders }) => grouped(orders)),
    row('fills', ({ fills }) => grouped(fills)),
    row('fees', ({ fees }) => grouped(fees)),
    row('decisions denied', ({ denials }) => grouped(denials)),
  ]
}

/** In sentences: what the sums say, what they leave out, and what makes up the rest. */
export function explain({ enforce, observe, rules, forcedExits }: Comparison): readonly string[] {
  const apart = parseCash(enforce.endEquity) - parseCash(observe.endEquity)
  const size = `${grouped(formatCents(Math.abs(apart)))} ${apart < 0 ? 'less' : 'more'} than`
  const ended = `Under the rules the account ended with ${apart === 0 ? 'as much as' : size} without them.`
  if (rules.length === 0 && forcedExits === 0) return [ended, 'Nothing was denied.']
  return [
    ended,
    ...(rules.length === 0 ? ['No order was denied.'] : verdictOn(rules)),
    ...(forcedExits === 0
      ? []
      : [`Breakers closed positions ${counted(forcedExits, 'time')}, which is in no rule’s line.`]),
    'What else the accounts differ by follows from the first of these on: other positions, other cash, other ' +
      'orders.',
  ]
}

function verdictOn(rules: readonly RuleCost[]): readonly string[] {
  const { net } = netOf(rules)
  return [
    net.startsWith('-')
      ? `The entries that they denied would have made ${grouped(net.slice(1))} more than they lost.`
      : `The entries that they denied would have lost ${grouped(net)} more than they made.`,
    'Saved is what such entries lost where they were sent, cost what they gained, in equal parts where several ' +
      'rules denied one. A denied exit, and an entry that never filled, came to nothing.',
  ]
}

export function formatComparison(comparison: Comparison): string {
  const figures = table([['', 'enforce', 'observe'], ...sideBySide(comparison)], [1, 2])
  const { rules } = comparison
  const { saved, cost, net } = netOf(rules)
  const rows = rules.map((rule) => [
    rule.rule,
    grouped(rule.denials),
    grouped(rule.trades),
    grouped(rule.saved),
    grouped(rule.cost),
    grouped(netOf([rule]).net),
  ])
  const heads = ['rule', 'denials', 'trades', 'saved', 'cost', 'net']
  const sums = ['in sum', '', '', grouped(saved), grouped(cost), grouped(net)]
  const told = rules.length === 0 ? [] : [...table([heads, ...rows, sums], [1, 2, 3, 4, 5]), '']
  const words = explain(comparison).flatMap((sentence) => wrap(sentence, WIDTH))
  return [...figures, '', 'What the rules saved and cost', '', ...told, ...words]
    .map((line) => `  ${line}`.trimEnd())
    .join('\n')
}

const WIDTH = 100

/** Lines of whole words. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length >= width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
