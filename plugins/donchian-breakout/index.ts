/**
 * Breakout of a Donchian channel: long on a close above the highest high of the bars before, out on a close
 * below the lowest low of a shorter channel.
 *
 * The stop stands at that shorter channel's low, or at a multiple of the ATR; the target is a multiple of the
 * risk.
 */

import * as v from 'valibot'
import { type Atr, createAtr, updateAtr } from '#core/indicators/atr.ts'
import { createDonchian, type Donchian, readDonchian, updateDonchian } from '#core/indicators/donchian.ts'
import { type Advice, defineStrategy } from '#core/strategy.ts'

const bars = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000))

const params = v.strictObject({
  entry: v.optional(v.pipe(bars, v.description('Bars of the channel whose top is the entry.')), 20),
  exit: v.optional(v.pipe(bars, v.description('Bars of the channel whose bottom is the exit.')), 10),
  stopAt: v.optional(
    v.pipe(v.picklist(['channel', 'atr']), v.description('Where the stop of an entry stands.')),
    'channel',
  ),
  atr: v.optional(v.pipe(bars, v.description('Bars of the average true range.')), 14),
  stop: v.optional(
    v.pipe(v.number(), v.gtValue(0), v.maxValue(100), v.description('Distance of an ATR stop, in ATRs.')),
    2,
  ),
  reward: v.optional(
    v.pipe(v.number(), v.minValue(1.5), v.maxValue(100), v.description('Target in multiples of the risk.')),
    2,
  ),
  risk: v.optional(
    v.pipe(v.number(), v.gtValue(0), v.maxValue(1), v.description('Share of equity lost at the stop.')),
    0.01,
  ),
})

type Params = v.InferOutput<typeof params>

interface State {
  readonly entry: Donchian
  readonly exit: Donchian
  readonly atr: Atr
}

export default defineStrategy<State, Params>({
  name: 'donchian-breakout',
  version: '1.0.0',
  params,
  sizing: ({ risk }) => ({ kind: 'risk', fraction: risk }),
  initial: ({ entry, exit, atr }) => ({
    entry: createDonchian(entry),
    exit: createDonchian(exit),
    atr: createAtr(atr),
  }),
  onBar: (state, { high, low, close }, view) => {
    // Of the bars before: a channel that held this bar could not be left by it. NaN until it is complete.
    const top = readDonchian(state.entry).upper
    const bottom = readDonchian(state.exit).lower
    updateDonchian(state.entry, high, low)
    updateDonchian(state.exit, high, low)
    const atr = updateAtr(state.atr, high, low, close)
    if (close < bottom && view.position > 0)
      return { action: 'exit', direction: 'long', evidence: { bottom: bottom / 1e8 } }
    return close > top && view.position === 0 ? enter(close, top, bottom, atr, view.params) : undefined
  },
})

function enter(close: number, top: number, bottom: number, atr: number, params: Params): Advice | undefined {
  const stop = params.stopAt === 'channel' ? bottom : close - params.stop * atr
  // While the other channel or the ATR is NaN there is no stop, and so no entry.
  if (!(stop < close)) return undefined
  return {
    action: 'enter',
    direction: 'long',
    stop,
    targets: [{ price: close + params.reward * (close - stop), portion: 1 }],
    evidence: { top: top / 1e8, bottom: bottom / 1e8 },
  }
}
