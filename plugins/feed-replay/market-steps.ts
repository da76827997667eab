/**
 * Puts events between rows, each behind every row that is stamped with its moment. Called by open-market.ts.
 */

import type { MarketRows } from '#core/contract.ts'
import type { Action } from './actions.ts'
import type { MarketStep } from './market.ts'
import { sliceRows, timeAt } from './merge.ts'

/** `actions` in order of time. */
export async function* interleave(
  batches: AsyncIterable<MarketRows>,
  actions: readonly Action[],
): AsyncGenerator<MarketStep, void, undefined> {
  let next = 0
  for await (const batch of batches) {
    let at = 0
    const length = batch.rows.length
    for (let action = actions[next]; action !== undefined; action = actions[++next]) {
      if (timeAt(batch, length - 1) <= action.time) break
      const from = at
      while (timeAt(batch, at) <= action.time) at++
      if (at > from) yield { kind: 'rows', rows: sliceRows(batch, from, at) }
      yield toStep(action)
    }
    yield { kind: 'rows', rows: at === 0 ? batch : sliceRows(batch, at, length) }
  }
  for (const action of actions.slice(next)) yield toStep(action)
}

function toStep({ draft, time }: Action): MarketStep {
  return { kind: 'event', draft, time }
}
