/**
 * Two exponential averages of the close: long when the fast one crosses above the slow one, out when it
 * crosses back.
 *
 * Each entry carries a bracket in units of the average true range, so a loss has a size before the trade
 * begins. It is the strategy of the engine's benchmark: a bar without a cross allocates nothing.
 */

import * as v from 'valibot'
import { type Atr, createAtr, updateAtr } from '#core/indicators/atr.ts'
import { createEma, type Ema, updateEma } from '#core/indicators/ema.ts'
import { type Advice, defineStrategy } from '#core/strategy.ts'

const bars = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000))
const multiple = v.pipe(v.number(), v.gtValue(0), v.maxValue(100))

const params = v.pipe(
  v.strictObject({
    fast: v.optional(v.pipe(bars, v.description('Bars of the fast average.')), 12),
    slow: v.optional(v.pipe(bars, v.description('Bars of the slow average.')), 26),
    atr: v.optional(v.pipe(bars, v.description('Bars of the average true range.')), 14),
    stop: v.optional(v.pipe(multiple, v.description('Distance of the stop in ATRs.')), 2),
    target: v.optional(v.pipe(multiple, v.description('Distance of the target in ATRs.')), 4),
    risk: v.optional(
      v.pipe(v.number(), v.gtValue(0), v.maxValue(1), v.description('Share of equity lost at the stop.')),
      0.01,
    ),
  }),
  v.check(({ fast, slow }) => fast < slow, 'fast must be below slow'),
)

type Params = v.InferOutput<typeof params>

interface State {
  readonly fast: Ema
  readonly slow: Ema
  readonly atr: Atr
  /** Was the fast average above the slow one? 0 = not known yet. Equal averages leave it as it was. */
  side: -1 | 0 | 1
}

export default defineStrategy<State, Params>({
  name: 'ema-cross',
  version: '1.0.0',
  params,
  sizing: ({ risk }) => ({ kind: 'risk', fraction: risk }),
  initial: ({ fast, slow, atr }) => ({
    fast: createEma(fast),
    slow: createEma(slow),
    atr: createAtr(atr),
    side: 0,
  }),
  onBar: (state, bar, view) => {
    const fast = updateEma(state.fast, bar.close)
    const slow = updateEma(state.slow, bar.close)
    const atr = updateAtr(state.atr, bar.high, bar.low, bar.close)
    // While an average is NaN no comparison holds.
    const side = fast > slow ? 1 : fast < slow ? -1 : state.side
    const crossed = state.side !== 0 && side !== state.side
    state.side = side
    if (!crossed) return undefined
    if (side === -1) return view.position > 0 ? { action: 'exit', direction: 'long' } : undefined
    return view.position === 0 && atr > 0 ? enter(bar.close, atr, view.params) : undefined
  },
})

function enter(close: number, atr: number, { stop, target }: Params): Advice {
  return {
    action: 'enter',
    direction: 'long',
    stop: close - stop * atr,
    targets: [{ price: close + target * atr, portion: 1 }],
    evidence: { atr: atr / 1e8 },
  }
}
