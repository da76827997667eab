/**
 * Trend by the MACD of closes: all-in while the MACD stands clearly above its signal, out when clearly below.
 *
 * "Clearly" is a share of the fast average, so that it means the same at any price. Orders are sent after the
 * close. It has no stop and puts everything into one position, which the rules deny: backtests of it want
 * --gate observe.
 */

import * as v from 'valibot'
import { readEma } from '#core/indicators/ema.ts'
import { createMacd, type Macd, updateMacd } from '#core/indicators/macd.ts'
import { defineStrategy } from '#core/strategy.ts'

const bars = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000))

const params = v.pipe(
  v.strictObject({
    fast: v.optional(v.pipe(bars, v.description('Bars of the fast average.')), 12),
    slow: v.optional(v.pipe(bars, v.description('Bars of the slow average.')), 26),
    signal: v.optional(v.pipe(bars, v.description('Bars of the average of the MACD.')), 9),
    threshold: v.optional(
      v.pipe(
        v.number(),
        v.minValue(0),
        v.maxValue(1),
        v.description('Share of the fast average by which the MACD must leave its signal.'),
      ),
      0.0025,
    ),
  }),
  v.check(({ fast, slow }) => fast < slow, 'fast must be below slow'),
)

export default defineStrategy<Macd, v.InferOutput<typeof params>>({
  name: 'macd-trend',
  version: '1.0.0',
  params,
  sizing: () => ({ kind: 'all-in' }),
  initial: ({ fast, slow, signal }) => createMacd(fast, slow, signal),
  onBar: (state, { close, symbol }, view) => {
    // NaN, on which neither comparison holds, until the signal is known.
    const lead = updateMacd(state, close).histogram / readEma(state.fast)
    const { threshold } = view.params
    // The trend goes on while an entry waits for its fill: one is enough.
    if (lead > threshold && view.position === 0 && view.world.working(symbol).length === 0)
      return { action: 'enter', direction: 'long', evidence: { lead } }
    if (lead < -threshold && view.position > 0)
      return { action: 'exit', direction: 'long', evidence: { lead } }
    return undefined
  },
})
