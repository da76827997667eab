/**
 * Service level objectives over 300 s with error budgets and burn rates, as the SRE workbook defines them
 * (chapter "Alerting on SLOs").
 *
 * Burn rate = share of bad events ÷ share that may be bad: at 1 the budget lasts exactly its window. No data
 * is `unknown`, never `met`.
 */

import { COLUMN, durationsOf } from './observations.ts'
import { sumOf, type Window } from './window.ts'

export const SLO_WINDOW_MS = 300_000
/** The short window says that it is still going on, the long one that it matters. */
const BURN_WINDOWS = { '1m': 60_000, '5m': SLO_WINDOW_MS, '1h': 3_600_000 } as const

/** null: no data. '+Inf': bad events against a budget of none; JSON has no infinity. */
export type BurnRate = number | '+Inf' | null

export interface Slo {
  readonly name: string
  readonly objective: string
  readonly state: 'met' | 'violated' | 'unknown'
  /** In the unit of the objective; null without data. */
  readonly current: number | null
  readonly budget: {
    /** Share of events that may be bad. */
    readonly share: number
    /** What is left of it in the window: 1 untouched, 0 used up; null without data. */
    readonly remaining: number | null
  }
  readonly burnRates: { readonly [window in keyof typeof BURN_WINDOWS]: BurnRate }
  /** Burning faster than the budget allows over one minute and over five. */
  readonly burning: boolean
}

interface Tally {
  readonly total: number
  readonly bad: number
}

interface Definition {
  readonly name: string
  readonly objective: string
  readonly badShare: number
  count(window: Window, spanMs: number, now: number): Tally
  current(window: Window, tally: Tally, now: number): number
}

const DEFINITIONS: readonly Definition[] = [
  {
    name: 'availability',
    objective: 'share of seconds in which ARK could decide >= 0.995',
    badShare: 0.005,
    count(window, spanMs, now) {
      const total = sumOf(window, COLUMN.looks, spanMs, now)
      return { total, bad: total - sumOf(window, COLUMN.looksGood, spanMs, now) }
    },
    current: (_window, { total, bad }) => (total - bad) / total,
  },
  latency('decision_latency_p95', 'p95 of a pass, input to commit <= 0.4 s', COLUMN.pass, 0.4),
  latency('hrm_latency_p95', 'p95 of a verdict <= 0.12 s', COLUMN.verdict, 0.12),
  {
    name: 'ethics_drift',
    objective: 'looks at which the rules differed from their seal = 0',
    badShare: 0,
    count: (window, spanMs, now) => ({
      total: sumOf(window, COLUMN.sealLooks, spanMs, now),
      bad: sumOf(window, COLUMN.sealDrifts, spanMs, now),
    }),
    current: (_window, { bad }) => bad,
  },
  {
    name: 'false_allows',
    // Any disagreement counts: until a person has looked, a verdict that does not re-derive may have let an
    // order through.
    objective: 'verdicts and fills that do not re-derive = 0',
    badShare: 0,
    count: (window, spanMs, now) => ({
      total: sumOf(window, COLUMN.verified, spanMs, now),
      bad: sumOf(window, COLUMN.disagreed, spanMs, now),
    }),
    current: (_window, { bad }) => bad,
  },
]

function latency(name: string, objective: string, column: number, seconds: number): Definition {
  return {
    name,
    objective,
    badShare: 0.05,
    count(window, spanMs, now) {
      const durations = durationsOf(window, column, spanMs, now)
      return { total: durations.count, bad: durations.count - durations.within(seconds) }
    },
    current: (window, _tally, now) => durationsOf(window, column, SLO_WINDOW_MS, now).quantile(0.95) ?? 0,
  }
}

export function judgeSlos(window: Window, now: number): readonly Slo[] {
  return DEFINITIONS.map((definition) => judge(definition, window, now))
}

function judge(definition: Definition, window: Window, now: number): Slo {
  const { name, objective, badShare } = definition
  const tally = definition.count(window, SLO_WINDOW_MS, now)
  const rate = (spanMs: number): BurnRate => toBurnRate(definition.count(window, spanMs, now), badShare)
  const burnRates = {
    '1m': rate(BURN_WINDOWS['1m']),
    '5m': toBurnRate(tally, badShare),
    '1h': rate(BURN_WINDOWS['1h']),
  }
  const known = tally.total > 0
  return {
    name,
    objective,
    state: !known ? 'unknown' : withinBudget(tally, badShare) ? 'met' : 'violated',
    current: known ? definition.current(window, tally, now) : null,
    budget: { share: badShare, remaining: remaining(burnRates['5m']) },
    burnRates,
    burning: exceeds(burnRates['1m']) && exceeds(burnRates['5m']),
  }
}

/** A billionth of slack: 1 − 0.95 and 0.05 are not the same float. */
function withinBudget({ total, bad }: Tally, badShare: number): boolean {
  return bad <= total * badShare + 1e-9
}

function toBurnRate({ total, bad }: Tally, badShare: number): BurnRate {
  if (total === 0) return null
  if (badShare === 0) return bad === 0 ? 0 : '+Inf'
  return bad / total / badShare
}

function remaining(burnRate: BurnRate): number | null {
  if (burnRate === null) return null
  return burnRate === '+Inf' ? 0 : Math.max(0, 1 - burnRate)
}

function exceeds(burnRate: BurnRate): boolean {
  return burnRate === '+Inf' || (burnRate !== null && burnRate > 1)
}
