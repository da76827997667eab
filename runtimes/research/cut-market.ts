/**
 * A market that ends early, or whose steps part at a moment: what the look-ahead check and the walk-forward
 * cut at.
 *
 * Rows come in order of time, so the first one that lies later ends what came before.
 */

import type { MarketRows, TimeMs } from '#core/contract.ts'
import type { Market, MarketStep } from '#plugins/feed-replay/market.ts'
import { sliceRows } from '#plugins/feed-replay/merge.ts'

/** The same market up to its first row or event that is later than `last`. */
export function endingAt(market: Market, last: TimeMs): Market {
  return { ...market, steps: () => stepsUntil(market, last) }
}

async function* stepsUntil(market: Market, last: TimeMs): AsyncGenerator<MarketStep, void, undefined> {
  for await (const step of market.steps()) {
    if (step.kind === 'event') {
      if (step.time > last) return
      yield step
      continue
    }
    const end = findRow(step.rows, last + 1)
    if (end > 0) yield end === step.rows.rows.length ? step : { ...step, rows: sliceRows(step.rows, 0, end) }
    if (end < step.rows.rows.length) return
  }
}

/** The same market, no step of which has rows on both sides of `time`. */
export function partedAt(market: Market, time: TimeMs): Market {
  return { ...market, steps: () => stepsParted(market, time) }
}

async function* stepsParted(market: Market, time: TimeMs): AsyncGenerator<MarketStep, void, undefined> {
  for await (const step of market.steps()) {
    const at = step.kind === 'event' ? 0 : findRow(step.rows, time)
    if (step.kind === 'event' || at === 0 || at === step.rows.rows.length) {
      yield step
      continue
    }
    yield { kind: 'rows', rows: sliceRows(step.rows, 0, at) }
    yield { kind: 'rows', rows: sliceRows(step.rows, at, step.rows.rows.length) }
  }
}

/** Index of the first row at `time` or later; the number of rows when there is none. */
function findRow({ rows }: MarketRows, time: TimeMs): number {
  const at = rows.findIndex((row) => timeOfRow(row) >= time)
  return at < 0 ? rows.length : at
}

export function timeOfRow(row: MarketRows['rows'][number]): TimeMs {
  return 'end' in row ? row.end : row.time
}
