/**
 * What a backtest came to: figures for a program, and the same for somebody who trades. Built once, when the
 * run ends, and stored with it; whoever asks later is shown what was stored.
 */

import { equityOf } from '#core/book/book.ts'
import { barsOf, gainByLoss, type Performance, ratiosOf, recordDay } from '#core/book/performance.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import { CASH_SCALE, formatCents } from '#core/math.ts'
import { formatTime } from '#core/time.ts'
import { accountFindings } from '../backtest/account.ts'
import type { Dropped } from '../backtest/dropped.ts'
import type { ClosedTrades } from '../backtest/trades.ts'
import { bar, counted, grouped, percent, signedPercent, sparkline, table } from './text.ts'

/**
 * Amounts are decimal strings to the cent, shares are fractions. `turnover` = traded value ÷ opening cash.
 * Of sortino, calmar and profitFactor null = gain and no loss; of sharpe, no two days that differ.
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
  readonly sharpe: number | null
  readonly sortino: number | null
  readonly calmar: number | null
  readonly winRate: number
  readonly profitFactor: number | null
  readonly exposure: number
  readonly turnover: number
  readonly denialsByRule: { readonly [rule: string]: number }
  /** Advice that came to no order, and so to no decision; absent = none. */
  readonly droppedByReason?: Readonly<Dropped>
  readonly decisionDigest: string
  readonly ungoverned: boolean
  readonly approvals: number
  readonly denials: number
  /** What no account could have done, one sentence each; absent = nothing. */
  readonly findings?: readonly string[]
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
  /** That it is kept under; else its own. */
  readonly runId?: string
  readonly title: string
  /** Of this process; a resumed run counts what it did since. */
  readonly elapsedSeconds: number
  readonly bars: number
  /** The gate observed and did not block. */
  readonly ungoverned?: boolean
  readonly trades: ClosedTrades
  readonly dropped?: Readonly<Dropped>
}

const CURVE_POINTS = 60
const CASH_UNIT = 1_000_000

export function buildSummary(kernel: Kernel, finished: Finished): Summary {
  const { decisionDigest } = kernel.state
  const performance = withLastDay(kernel)
  const { state: book } = kernel.book
  const equity = equityOf(kernel.book)
  const { dropped = {}, elapsedSeconds, title } = finished
  const days = performance.days
  const equities = days.map(([, value]) => value)
  const findings = accountFindings(kernel)
  return {
    runId: finished.runId ?? kernel.options.runId,
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
      ...ratios(performance, finished.trades, book.turnover, equity),
      denialsByRule: sorted(performance.deniedBy),
      decisionDigest,
      ungoverned: finished.ungoverned === true,
      approvals: performance.approvals,
      denials: performance.denials,
      ...(findings.length === 0 ? {} : { findings }),
      ...(Object.keys(dropped).length === 0 ? {} : { droppedByReason: sorted(dropped) }),
    },
  }
}

/** The account's last day has no next one that closes it. */
function withLastDay({ book, context, state }: Kernel): Performance {
  const performance = { ...state.performance, days: [...state.performance.days] }
  if (performance.rows > 0) recordDay(performance, book, context.now)
  return performance
}

function ratios(performance: Performance, trades: ClosedTrades, turnover: number, equity: number) {
  const found = ratiosOf({ ...performance, days: untilSpent(performance.days) }, equity)
  const { days, daysInvested, maxDrawdown, opening } = performance
  const { grossLoss, grossProfit, losses, wins } = trades
  return {
    totalReturn: round(found.totalReturn, 6),
    cagr: round(found.cagr, 6),
    maxDrawdown: round(maxDrawdown, 6),
    sharpe: roundKnown(found.sharpe, 4),
    sortino: roundKnown(found.sortino, 4),
    calmar: roundKnown(found.calmar, 4),
    winRate: round(wins + losses === 0 ? 0 : wins / (wins + losses), 4),
    profitFactor: roundKnown(gainByLoss(grossProfit / CASH_SCALE, grossLoss / CASH_SCALE), 4),
    exposure: round(days.length === 0 ? 0 : daysInvested / days.length, 4),
    turnover: round(turnover / opening, 4),
  }
}

/** Days up to the one that left nothing, itself included: on nothing there is no return. */
export function untilSpent(days: Performance['days']): Performance['days'] {
  const spent = days.findIndex(([, equity]) => equity <= 0)
  return spent < 0 ? days : days.slice(0, spent + 1)
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
  const lines = [
    `${summary.title}, ${summary.from} to ${summary.to} (run ${summary.runId})`,
    '',
    `  ${sparkline(summary.curve, CURVE_POINTS)}`,
    `  ${grouped(summary.openingCash)} → ${grouped(figures.endEquity)} USD`,
    '',
    ...indented(table(columns(figures), [1, 3])),
    '',
    ...counts('denied by', figures.denialsByRule),
    ...counts('advice that came to no order', figures.droppedByReason),
    `  ${counted(figures.bars, 'bar')}; ${figures.elapsedSeconds} s, ${grouped(figures.barsPerSecond)} a second`,
    `  decision digest ${figures.decisionDigest}`,
  ]
  if (figures.ungoverned) lines.push('', '  UNGOVERNED: the gate observed and did not block.')
  for (const finding of figures.findings ?? []) lines.push(`  WARNING: ${finding}.`)
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
    ['Sharpe', formatSharpe(figures.sharpe)],
    ['Sortino', formatRatio(figures.sortino)],
    ['Calmar', formatRatio(figures.calmar)],
    ['win rate', percent(figures.winRate, 0)],
    ['profit factor', formatRatio(figures.profitFactor)],
  ]
  return left.map(([name, value], row) => [name, value, `   ${right[row]?.[0] ?? ''}`, right[row]?.[1] ?? ''])
}

/** Gain by loss, such as sortino, calmar, profitFactor. */
export function formatRatio(ratio: number | null): string {
  return ratio === null ? 'no loss' : ratio.toFixed(2)
}

export function formatSharpe(sharpe: number | null): string {
  return sharpe === null ? '–' : sharpe.toFixed(2)
}

const BAR_WIDTH = 24

/** A denial may name several rules, so the counts add up to more than the denials. */
function counts(title: string, counted: Readonly<Record<string, number>> = {}): string[] {
  const entries = Object.entries(counted)
  if (entries.length === 0) return []
  const most = Math.max(...entries.map(([, count]) => count))
  const rows = entries.map(([name, count]) => [name, grouped(count), bar(count, most, BAR_WIDTH)])
  return [`  ${title}`, ...indented(table(rows, [1])), '']
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

/** The largest count first. */
function sorted(counts: Readonly<Record<string, number>>): { readonly [name: string]: number } {
  return Object.fromEntries(Object.entries(counts).sort(byCount))
}

function byCount([a, x]: [string, number], [b, y]: [string, number]): number {
  return y - x || (a < b ? -1 : 1)
}

function round(value: number, digits: number): number {
  const unit = Number(`1e${digits}`)
  return Math.round(value * unit) / unit
}

function roundKnown(value: number | null, digits: number): number | null {
  return value === null ? null : round(value, digits)
}
