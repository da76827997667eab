/**
 * Reversion by the relative strength index: long when it rises back above the oversold level, out when the
 * fall is made good. The turn is waited for, since a market may stay oversold for long.
 */

import * as v from 'valibot'
import { type Atr, createAtr, updateAtr } from '#core/indicators/atr.ts'
import { createRsi, type Rsi, updateRsi } from '#core/indicators/rsi.ts'
import { type Advice, defineStrategy } from '#core/strategy.ts'

const bars = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000))
const level = v.pipe(v.number(), v.minValue(0), v.maxValue(100))
const multiple = v.pipe(v.number(), v.gtValue(0), v.maxValue(100))

const params = v.pipe(
  v.strictObject({
    rsi: v.optional(v.pipe(bars, v.description('Bars of the index, after Wilder.')), 14),
    oversold: v.optional(v.pipe(level, v.description('Rising above it is the entry.')), 30),
    recovered: v.optional(v.pipe(level, v.description('At or above it is the exit.')), 55),
    atr: v.optional(v.pipe(bars, v.description('Bars of the average true range.')), 14),
    stop: v.optional(v.pipe(multiple, v.description('Distance of the stop in ATRs.')), 2),
    target: v.optional(v.pipe(multiple, v.description('Distance of the target in ATRs.')), 4),
    risk: v.optional(
      v.pipe(v.number(), v.gtValue(0), v.maxValue(1), v.description('Share of equity lost at the stop.')),
      0.01,
    ),
  }),
  v.check(({ oversold, recovered }) => oversold < recovered, 'oversold must be below recovered'),
)

type Params = v.InferOutput<typeof params>

interface State {
  readonly rsi: Rsi
  readonly atr: Atr
  /** The index of the bar before was at or below the oversold level. */
  low: boolean
}

export default defineStrategy<State, Params>({
  name: 'rsi-reversion',
  version: '1.0.0',
  params,
  sizing: ({ risk }) => ({ kind: 'risk', fraction: risk }),
  initial: ({ rsi, atr }) => ({ rsi: createRsi(rsi), atr: createAtr(atr), low: false }),
  onBar: (state, bar, view) => {
    const rsi = updateRsi(state.rsi, bar.close)
    const atr = updateAtr(state.atr, bar.high, bar.low, bar.close)
    const { oversold, recovered } = view.params
    const turned = state.low && rsi > oversold
    state.low = rsi <= oversold
    if (turned && view.position === 0 && atr > 0) return enter(bar.close, rsi, atr, view.params)
    if (rsi >= recovered && view.position > 0) return { action: 'exit', direction: 'long', evidence: { rsi } }
    return undefined
  },
})

function enter(close: number, rsi: number, atr: number, { stop, target }: Params): Advice {
  return {
    action: 'enter',
    direction: 'long',
    stop: close - stop * atr,
    targets: [{ price: close + target * atr, portion: 1 }],
    evidence: { rsi, atr: atr / 1e8 },
  }
}
