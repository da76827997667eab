/**
 * A market in smaller steps, so that whoever watches a run sees the account often enough. How rows are cut
 * into steps changes no decision.
 */

import type { MarketRows } from '#core/contract.ts'
import type { Market, MarketStep } from '#plugins/feed-replay/market.ts'

/** The same market, no step of more than `size` rows. */
export async function* inSlices(market: Market, size: number): AsyncGenerator<MarketStep, void, undefined> {
  for await (const step of market.steps()) {
    if (step.kind === 'event' || step.rows.rows.length <= size) yield step
    else {
      for (let at = 0; at < step.rows.rows.length; at += size)
        yield { kind: 'rows', rows: slice(step.rows, at, at + size) }
    }
  }
}

function slice(batch: MarketRows, from: number, to: number): MarketRows {
  switch (batch.kind) {
    case 'bars':
      return { kind: 'bars', resolution: batch.resolution, rows: batch.rows.slice(from, to) }
    case 'trades':
      return { kind: 'trades', rows: batch.rows.slice(from, to) }
    case 'quotes':
      return { kind: 'quotes', rows: batch.rows.slice(from, to) }
  }
}
