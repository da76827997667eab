/**
 * A market that is parsed once and replayed from memory, for whoever runs many backtests over the same files.
 *
 * Rows are kept as the columns of a journal's chunk: a quarter of the memory of the objects, and every run
 * gets rows of its own, so that a strategy which writes on a bar spoils no other run. What is larger is read
 * from its files each time, and memory stays as flat as in a single backtest.
 */

import type { MarketChunk } from '#core/contract.ts'
import { fromChunk, toChunk } from '#core/journal/chunk.ts'
import type { Market, MarketStep } from '#plugins/feed-replay/market.ts'

/** About 60 bytes each. */
const ROWS_MAX = 4_000_000

type Kept =
  | { readonly kind: 'chunk'; readonly chunk: MarketChunk }
  | Extract<MarketStep, { readonly kind: 'event' }>

export function keepInMemory(market: Market, rowsMax = ROWS_MAX): Market {
  if (market.total > rowsMax) return market
  let kept: readonly Kept[] | undefined
  const keep = (steps: readonly Kept[]): void => {
    kept = steps
  }
  return { ...market, steps: () => (kept === undefined ? record(market, keep) : replay(kept)) }
}

/** Nothing is kept of a run that ended early. */
async function* record(
  market: Market,
  keep: (steps: readonly Kept[]) => void,
): AsyncGenerator<MarketStep, void, undefined> {
  const kept: Kept[] = []
  for await (const step of market.steps()) {
    kept.push(
      step.kind === 'event' ? structuredClone(step) : { kind: 'chunk', chunk: toChunk('file', step.rows) },
    )
    yield step
  }
  keep(kept)
}

async function* replay(kept: readonly Kept[]): AsyncGenerator<MarketStep, void, undefined> {
  for (const step of kept)
    yield step.kind === 'event' ? structuredClone(step) : { kind: 'rows', rows: fromChunk(step.chunk) }
}
