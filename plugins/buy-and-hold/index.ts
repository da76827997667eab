/**
 * Buy and hold: all-in on the first bar of a symbol, and never again; several symbols get equal parts. What
 * every other strategy is measured by.
 *
 * It has no stop and puts everything into one position, which the rules deny: backtests of it want --gate
 * observe.
 */

import * as v from 'valibot'
import { defineStrategy } from '#core/strategy.ts'

interface State {
  begun: boolean
}

const params = v.strictObject({
  symbols: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.maxValue(100_000),
      v.description('Symbols that share the account; a backtest counts those of its data.'),
    ),
    1,
  ),
})

export default defineStrategy<State, v.InferOutput<typeof params>>({
  name: 'buy-and-hold',
  version: '1.0.0',
  params,
  sizing: ({ symbols }) => (symbols > 1 ? { kind: 'all-in', share: 1 / symbols } : { kind: 'all-in' }),
  initial: () => ({ begun: false }),
  onBar: (state, _bar, view) => {
    if (state.begun) return undefined
    state.begun = true
    return view.position === 0 ? { action: 'enter', direction: 'long' } : undefined
  },
})
