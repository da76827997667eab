/**
 * What a backtest came to: figures for a program, and the same for somebody who trades. Built once, when the
 * run ends, and stored with it; whoever asks later is shown what was stored.
 */

import { equityOf } from '#core/book/book.ts'
import { barsOf, type Performance, ratiosOf, recordDay } from '#core/book/performance.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import { formatCents } from '#core/math.ts'
import { formatTime } from '#core/time.ts'
import { bar, grouped, percent, signedPercent, sparkline, table } from './text.ts'

/**
 * Amounts are decimal strings to the cent, shares are fractions. `turnover` = traded value ÷ opening cash.
 */
export interface Figures {
  readonly bars: number
  readonly elapsedSeconds: number
  readonly barsPerSecond: number
  readonly orders: number
  readonly fills: number
  readonly fees: string
  readonly endEquity: string
  readonly totalReturn: number
  readonly cagr: number
  readonly maxDrawdown: number
  readonly sharpe: number
  readonly sortino: number
  readonly calmar: number
  readonly winRate: number
  readonly profitFactor: number
  readonly exposure: number
  readonly turnover: number
  readonly denialsByRule: { readonly [rule: string]: number }
  readonly decisionDigest: string
  readonly ungoverned: boolean
  readonly approvals: number
  readonly denials: number
}

/** What is stored with the run: enough to print the whole text again. */
export interface Summary {
  readonly runId: string
  readonly title: string
  /** Session dates of the first and the last bar. */
  readonly from: string
  readonly to: string
  readonly openingCash: string
  /** Equity in whole units, one point a stretch of days. */
  readonly curve: readonly number[]
  readonly figures: Figures
}

export interface Finished {
  readonly title: string
  /** Of this process; a resumed run counts what it did since. */
  readonly elapsedSeconds: number
  readonly bars: number
  /** The gate observed and did not block. */
  readonly ungoverned?: boolean
  /** Closed trades after fees; without them, fills that closed something, before fees. */
  readonly trades?: ClosedTrades
}

export type ClosedTrades = Pick<Performance, 'wins' | 'losses' | 'grossProfit' | 'grossLoss'>

const CURVE_POINTS = 60
const CASH_UNIT = 1_000_000

export function buildSummary(kernel: Kernel, finished: Finished): Summary {
  const { decisionDigest } = kernel.state
  const performance = { ...withLastDay(kernel), ...finished.trades }
  const { state: book } = kernel.book
  const equity = equityOf(kernel.book)
  const { elapsedSeconds, title } = finished
  const days = performance.days
  const equities = days.map(([, value]) => value)
  return {
    runId: kernel.options.runId,
    title,
    from: formatTime(days[0]?.[0] ?? kernel.context.now).slice(0, 10),
    to: formatTime(kernel.context.now).slice(0, 10),
    openingCash: formatCents(performance.opening),
    curve: thin(equities).map((value) => Math.round(value / CASH_UNIT)),
    figures: {
      bars: barsOf(performance),
      elapsedSeconds: round(elapsedSeconds, 3),
      barsPerSecond: elapsedSeconds > 0 ? Math.round(finished.bars / elapsedSeconds) : 0,
      orders: book.orders,
      fills: book.fills,
      fees: formatCents(book.fees),
      endEquity: formatCents(equity),
      ...ratios(performance, book.turnover, equity),
      denialsByRule: Object.fromEntries(Object.entries(performance.deniedBy).sort(byCount)),
      decisionDigest,
      ungoverned: finished.ungoverned === true,
      approvals: performance.approvals,
      denials: performance.denials,
    },
  }
}

/** The account's last day has no next one that closes it. */
function withLastDay({ book, context, state }: Kernel): Performance {
  const performance = { ...state.performance, days: [...state.performance.days] }
  if (performance.rows > 0) recordDay(performance, book, context.now)
  return performance
}

function ratios(performance: Performance, turnover: number, equity: number) {
  const found = ratiosOf(performance, equity)
  return {
    totalReturn: round(found.totalReturn, 6),
    cagr: round(found.cagr, 6),
    maxDrawdown: round(performance.maxDrawdown, 6),
    sharpe: round(found.sharpe, 4),
    sortino: round(found.sortino, 4),
    calmar: round(found.calmar, 4),
    winRate: round(found.winRate, 4),
    profitFactor: round(found.profitFactor, 4),
    exposure: round(found.exposure, 4),
    turnover: round(turnover / performance.opening, 4),
  }
}

/** Reads a stored summary; undefined when it is none, as that of a build which wrote it otherwise. */
export function parseSummary(text: string | null): Summary | undefined {
  if (text === null) return undefined
  try {
    const parsed = JSON.parse(text) as Partial<Summary>
    return parsed.figures === undefined || parsed.curve === undefined ? undefined : (parsed as Summary)
  } catch {
    return undefined
  }
}

export function formatSummary(summary: Summary): string {
  const { figures } = summary
  const rate = `${grouped(figures.barsPerSecond)} a second`
  const lines = [
    `${summary.title}, ${summary.from} to ${summary.to} (run ${summary.runId})`,
    '',
    `  ${sparkline(summary.curve, CURVE_POINTS)}`,
    `  ${grouped(summary.openingCash)} → ${grouped(figures.endEquity)} USD`,
    '',
    ...indented(table(columns(figures), [1, 3])),
    '',
    ...denials(figures),
    `  ${grouped(figures.bars)} bars; ${rate} over the last ${figures.elapsedSeconds} s`,
    `  decision digest ${figures.decisionDigest}`,
  ]
  if (figures.ungoverned) lines.push('', '  UNGOVERNED: the gate observed and did not block.')
  return lines.join('\n')
}

function columns(figures: Figures): string[][] {
  const left: [string, string][] = [
    ['decisions', grouped(figures.approvals + figures.denials)],
    ['approved', grouped(figures.approvals)],
    ['denied', grouped(figures.denials)],
    ['orders', grouped(figures.orders)],
    ['fills', grouped(figures.fills)],
    ['fees', grouped(figures.fees)],
    ['turnover', `${figures.turnover.toFixed(1)} ×`],
    ['exposure', percent(figures.exposure, 0)],
  ]
  const right: [string, string][] = [
    ['total return', signedPercent(figures.totalReturn)],
    ['a year (CAGR)', signedPercent(figures.cagr)],
    ['max drawdown', percent(figures.maxDrawdown)],
    ['Sharpe', figures.sharpe.toFixed(2)],
    ['Sortino', figures.sortino.toFixed(2)],
    ['Calmar', figures.calmar.toFixed(2)],
    ['win rate', percent(figures.winRate, 0)],
    ['profit factor', figures.profitFactor.toFixed(2)],
  ]
  return left.map(([name, value], row) => [name, value, `   ${right[row]?.[0] ?? ''}`, right[row]?.[1] ?? ''])
}

const BAR_WIDTH = 24

/** A denial may name several rules, so the counts add up to more than the denials. */
function denials(figures: Figures): string[] {
  const entries = Object.entries(figures.denialsByRule)
  if (entries.length === 0) return []
  const most = Math.max(...entries.map(([, count]) => count))
  const rows = entries.map(([rule, count]) => [rule, grouped(count), bar(count, most, BAR_WIDTH)])
  return ['  denied by', ...indented(table(rows, [1])), '']
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}

function thin(values: readonly number[]): readonly number[] {
  const count = Math.min(CURVE_POINTS, values.length)
  return Array.from(
    { length: count },
    (_unused, index) => values[Math.ceil(((index + 1) * values.length) / count) - 1] ?? 0,
  )
}

function byCount([a, x]: [string, number], [b, y]: [string, number]): number {
  return y - x || (a < b ? -1 : 1)
}

function round(value: number, digits: number): number {
  const unit = Number(`1e${digits}`)
  return Math.round(value * unit) / unit
}
