/**
 * The figures of a run that a trader asks for: equity by day, drawdown, return by risk. Evidence in floats,
 * never input to a rule.
 */

import type { Cash, TimeMs } from '../contract.ts'
import { type Book, equityOf } from './book.ts'

export interface Performance {
  opening: Cash
  peak: Cash
  /** Largest fall from a peak, as a share of it. */
  maxDrawdown: number
  /** Event time and equity at the end of each account day. */
  days: [TimeMs, Cash][]
  /** Days that ended with a position. */
  daysInvested: number
  approvals: number
  denials: number
  held: number
  /** Approved, and taken back at the open that they waited for. */
  withdrawn: number
  rows: number
  /** Of the rows, those that are bars. */
  bars: number
  deniedBy: { [rule: string]: number }
  /**
   * Of a backtest that only observes: since when more is at stake than the rules let anybody borrow, and the most
   * there was as a multiple of the equity then. Null = never.
   */
  levered: { since: TimeMs; most: number } | null
}

export function createPerformance(opening: Cash): Performance {
  return {
    opening,
    peak: opening,
    maxDrawdown: 0,
    days: [],
    daysInvested: 0,
    approvals: 0,
    denials: 0,
    held: 0,
    withdrawn: 0,
    rows: 0,
    bars: 0,
    deniedBy: {},
    levered: null,
  }
}

/** A market of trades or quotes alone is told by its rows. */
export function barsOf({ bars, rows }: Performance): number {
  return bars > 0 ? bars : rows
}

/** Called when an account day has ended, with the marks it ended on. */
export function recordDay(performance: Performance, book: Book, dayEnd: TimeMs): void {
  const equity = equityOf(book)
  performance.days.push([dayEnd, equity])
  if (book.state.held.length > 0) performance.daysInvested++
  if (equity > performance.peak) performance.peak = equity
  const drawdown = (performance.peak - equity) / performance.peak
  if (drawdown > performance.maxDrawdown) performance.maxDrawdown = drawdown
}

export function recordDecision(
  performance: Performance,
  verdict: 'approved' | 'denied' | 'held',
  by: readonly string[],
): void {
  if (verdict === 'approved') performance.approvals++
  else if (verdict === 'held') performance.held++
  else performance.denials++
  for (const rule of by) performance.deniedBy[rule] = (performance.deniedBy[rule] ?? 0) + 1
}

/** A waiting order was judged again at its open, and denied; a gate that observes takes none back. */
export function recordReview(performance: Performance, by: readonly string[], withdrawn: boolean): void {
  if (withdrawn) performance.withdrawn++
  for (const rule of by) performance.deniedBy[rule] = (performance.deniedBy[rule] ?? 0) + 1
}

const TRADING_DAYS = 252
/** Of the account a day: what moves less stood still, and dividing by it would make a figure of rounding. */
const STILL = 1e-9

export interface Ratios {
  readonly totalReturn: number
  readonly cagr: number
  /** Null where there is no deviation: of less than two days, or of days that do not differ. */
  readonly sharpe: number | null
  /** Null where there is gain and no loss, so no bound. */
  readonly sortino: number | null
  readonly calmar: number | null
}

/**
 * Annualised from daily returns at a risk-free rate of 0: sharpe = mean ÷ deviation of the sample (n − 1) ×
 * √252, sortino with the downside deviation over all n days, calmar = cagr ÷ maximum drawdown. Without data
 * they are 0.
 */
export function ratiosOf(performance: Performance, equity: Cash): Ratios {
  const points = [performance.opening, ...performance.days.map(([, value]) => value)]
  const returns = points.slice(1).map((value, index) => value / (points[index] ?? value) - 1)
  const mean = average(returns)
  const deviation = deviationOf(returns, mean)
  const downside = Math.sqrt(average(returns.map((value) => (value < 0 ? value * value : 0))))
  const growth = equity / performance.opening
  const years = performance.days.length / TRADING_DAYS
  // Less than a year is not annualised: three good days would promise a fortune.
  const cagr = years >= 1 ? rootOf(growth, years) - 1 : years > 0 ? growth - 1 : 0
  return {
    totalReturn: growth - 1,
    cagr,
    sharpe: deviation > STILL ? (mean / deviation) * Math.sqrt(TRADING_DAYS) : null,
    sortino: gainByLoss(mean * Math.sqrt(TRADING_DAYS), downside),
    calmar: gainByLoss(cagr, performance.maxDrawdown),
  }
}

/** Null = gain without a loss. Where there is neither there is nothing to say, which is 0. */
export function gainByLoss(gain: number, loss: number): number | null {
  if (loss > STILL) return gain / loss
  return gain > STILL ? null : 0
}

/** Of a sample: n − 1. */
function deviationOf(values: readonly number[], mean: number): number {
  if (values.length < 2) return 0
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0)
  return Math.sqrt(squares / (values.length - 1))
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * x^(1/n) for n ≥ 1, by bisection: Math.pow differs in its last bit between engines, and summaries are
 * compared.
 */
function rootOf(value: number, degree: number): number {
  let low = 0
  let high = Math.max(1, value)
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2
    if (powerOf(middle, degree) < value) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** base^exponent for a non-negative exponent: whole part by squaring, fraction by repeated square roots. */
function powerOf(base: number, exponent: number): number {
  let result = 1
  let whole = Math.floor(exponent)
  for (let square = base; whole > 0; whole = Math.floor(whole / 2), square *= square)
    if (whole % 2 === 1) result *= square
  let fraction = exponent - Math.floor(exponent)
  for (let root = Math.sqrt(base), bit = 0; bit < 40 && fraction > 0; bit++, root = Math.sqrt(root)) {
    fraction *= 2
    if (fraction >= 1) {
      result *= root
      fraction -= 1
    }
  }
  return result
}
