/**
 * Buy and hold: all-in on the first bar of a symbol, and never again. What every other strategy is measured
 * by.
 *
 * It has no stop and puts everything into one position, which the rules deny: backtests of it want --gate
 * observe.
 */

import * as v from 'valibot'
import { defineStrategy } from '#core/strategy.ts'

interface State {
  begun: boolean
}

export default defineStrategy<State, Record<string, never>>({
  name: 'buy-and-hold',
  version: '1.0.0',
  params: v.strictObject({}),
  sizing: () => ({ kind: 'all-in' }),
  initial: () => ({ begun: false }),
  onBar: (state, _bar, view) => {
    if (state.begun) return undefined
    state.begun = true
    return view.position === 0 ? { action: 'enter', direction: 'long' } : undefined
  },
})
