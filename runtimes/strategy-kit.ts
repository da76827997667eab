/**
 * What a strategy in a file of its own is handed, since it can import nothing of ARK: the default export of
 * such a file is a function of this kit. docs/WRITING-A-PLUGIN.md shows one; plugin-new/ark.d.ts has its
 * types for editors.
 */

import * as v from 'valibot'
import * as adx from '#core/indicators/adx.ts'
import * as aroon from '#core/indicators/aroon.ts'
import * as atr from '#core/indicators/atr.ts'
import * as values from '#core/indicators/bar-values.ts'
import * as bollinger from '#core/indicators/bollinger.ts'
import * as cci from '#core/indicators/cci.ts'
import * as cutlerRsi from '#core/indicators/cutler-rsi.ts'
import * as donchian from '#core/indicators/donchian.ts'
import * as ema from '#core/indicators/ema.ts'
import * as keltner from '#core/indicators/keltner.ts'
import * as macd from '#core/indicators/macd.ts'
import * as mfi from '#core/indicators/mfi.ts'
import * as obv from '#core/indicators/obv.ts'
import * as roc from '#core/indicators/roc.ts'
import * as rollingVwap from '#core/indicators/rolling-vwap.ts'
import * as rsi from '#core/indicators/rsi.ts'
import * as sessionVwap from '#core/indicators/session-vwap.ts'
import * as simpleAtr from '#core/indicators/simple-atr.ts'
import * as sma from '#core/indicators/sma.ts'
import * as stochastic from '#core/indicators/stochastic.ts'
import * as supertrend from '#core/indicators/supertrend.ts'
import * as williamsR from '#core/indicators/williams-r.ts'
import * as wma from '#core/indicators/wma.ts'
import * as math from '#core/math.ts'
import { defineStrategy } from '#core/strategy.ts'
import type { Kit } from './plugin-new/ark.d.ts'

/** Every function of core/indicators, by its own name. */
const indicators = {
  ...adx,
  ...aroon,
  ...atr,
  ...bollinger,
  ...cci,
  ...cutlerRsi,
  ...donchian,
  ...ema,
  ...keltner,
  ...macd,
  ...mfi,
  ...obv,
  ...roc,
  ...rollingVwap,
  ...rsi,
  ...sessionVwap,
  ...simpleAtr,
  ...sma,
  ...stochastic,
  ...supertrend,
  ...values,
  ...williamsR,
  ...wma,
} satisfies Kit['indicators']

export const KIT = Object.freeze({
  // Written against its own, narrower types: a strategy of theirs is one of ours.
  defineStrategy: defineStrategy as unknown as Kit['defineStrategy'],
  indicators: Object.freeze(indicators),
  math: math satisfies Kit['math'],
  v,
})
