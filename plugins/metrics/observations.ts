/** What the window counts, column by column, and how durations fall into it. */

import { addTo, createWindow, sumOf, type Window } from './window.ts'

/**
 * Upper bounds of all latency histograms, seconds. 0.12 and 0.4 are the objectives of the SLOs: as bounds
 * they make "how many were within" exact, here and in a PromQL expression.
 */
export const BOUNDS: readonly number[] = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1,
  0.12, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2, 5,
]

/** Window columns. A histogram takes one column a bound and one for what lies beyond the last. */
export const COLUMN = {
  looks: 0,
  looksGood: 1,
  sealLooks: 2,
  sealDrifts: 3,
  verified: 4,
  disagreed: 5,
  patterns: 6,
  confidence: 7,
  ordersTried: 8,
  ordersFailed: 9,
  ingested: 10,
  pass: 11,
  verdict: 11 + BOUNDS.length + 1,
} as const

const COLUMNS = COLUMN.verdict + BOUNDS.length + 1
const SLOT_MS = 5_000
const SPAN_MS = 3_600_000

export function createObservations(): Window {
  return createWindow(COLUMNS, SLOT_MS, SPAN_MS)
}

/** Counts a duration into the histogram that starts at `column`. */
export function addDuration(window: Window, column: number, seconds: number, now: number): void {
  const index = BOUNDS.findIndex((bound) => seconds <= bound)
  addTo(window, column + (index < 0 ? BOUNDS.length : index), 1, now)
}

export interface Durations {
  readonly count: number
  /** How many took at most so many seconds; exact for a value of BOUNDS. */
  within(seconds: number): number
  /** Seconds; null without data. */
  quantile(share: number): number | null
}

export function durationsOf(window: Window, column: number, spanMs: number, now: number): Durations {
  const counts = Array.from({ length: BOUNDS.length + 1 }, (_, index) =>
    sumOf(window, column + index, spanMs, now),
  )
  const count = counts.reduce((sum, one) => sum + one, 0)
  return {
    count,
    within: (seconds) =>
      counts.reduce((sum, one, index) => ((BOUNDS[index] ?? Infinity) <= seconds ? sum + one : sum), 0),
    quantile: (share) => quantileOf(counts, share),
  }
}

/**
 * Quantile of a histogram over BOUNDS, seconds: interpolated inside its bucket as PromQL's
 * histogram_quantile does, the last bound for what lies beyond it, null without data. `counts` are per
 * bucket, not cumulative.
 */
export function quantileOf(counts: readonly number[], share: number): number | null {
  const count = counts.reduce((sum, one) => sum + one, 0)
  if (count === 0) return null
  const rank = share * count
  let below = 0
  for (const [index, bound] of BOUNDS.entries()) {
    const inside = counts[index] ?? 0
    if (inside > 0 && below + inside >= rank) {
      const lower = BOUNDS[index - 1] ?? 0
      return lower + ((bound - lower) * (rank - below)) / inside
    }
    below += inside
  }
  return BOUNDS.at(-1) ?? null
}
