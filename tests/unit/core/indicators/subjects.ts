/** Every indicator behind one face, so that what holds for all of them is tested on all of them. */

import { createAdx, readAdx, updateAdx } from '#core/indicators/adx.ts'
import { createAroon, readAroon, updateAroon } from '#core/indicators/aroon.ts'
import { createAtr, readAtr, updateAtr } from '#core/indicators/atr.ts'
import { createBollinger, readBollinger, updateBollinger } from '#core/indicators/bollinger.ts'
import { createCci, readCci, updateCci } from '#core/indicators/cci.ts'
import { createCutlerRsi, readCutlerRsi, updateCutlerRsi } from '#core/indicators/cutler-rsi.ts'
import { createDonchian, readDonchian, updateDonchian } from '#core/indicators/donchian.ts'
import { createEma, readEma, updateEma } from '#core/indicators/ema.ts'
import { createKeltner, readKeltner, updateKeltner } from '#core/indicators/keltner.ts'
import { createMacd, readMacd, updateMacd } from '#core/indicators/macd.ts'
import { createMfi, readMfi, updateMfi } from '#core/indicators/mfi.ts'
import { createObv, readObv, updateObv } from '#core/indicators/obv.ts'
import { createRoc, readRoc, updateRoc } from '#core/indicators/roc.ts'
import { createRollingVwap, readRollingVwap, updateRollingVwap } from '#core/indicators/rolling-vwap.ts'
import { createRsi, readRsi, updateRsi } from '#core/indicators/rsi.ts'
import { createSessionVwap, readSessionVwap, updateSessionVwap } from '#core/indicators/session-vwap.ts'
import { createSimpleAtr, readSimpleAtr, updateSimpleAtr } from '#core/indicators/simple-atr.ts'
import { createSma, readSma, updateSma } from '#core/indicators/sma.ts'
import { createStochastic, readStochastic, updateStochastic } from '#core/indicators/stochastic.ts'
import { createSupertrend, readSupertrend, updateSupertrend } from '#core/indicators/supertrend.ts'
import { createWilliamsR, readWilliamsR, updateWilliamsR } from '#core/indicators/williams-r.ts'
import { createWma, readWma, updateWma } from '#core/indicators/wma.ts'

export interface TestBar {
  readonly session: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

/** What a part of a reading does when all prices double: it doubles, or stays. */
type Grows = 'price' | 'none'

interface Traits {
  /** Fields of a bar that it takes. */
  readonly takes: readonly (keyof TestBar)[]
  /** Bars that each part of the reading needs. */
  readonly warm: readonly number[]
  readonly grows: readonly Grows[]
  /** Each part after many bars at price 8 with volume 0. */
  readonly flat: readonly number[]
}

export interface Running {
  update(bar: TestBar): readonly number[]
  read(): readonly number[]
  /** The state as a snapshot has it. */
  text(): string
  /** Carries on from the snapshot. */
  restart(): void
}

export interface Subject extends Traits {
  readonly name: string
  start(): Running
}

type Reading = number | object

function subject<State>(
  name: string,
  create: () => State,
  update: (state: State, bar: TestBar) => Reading,
  read: (state: State) => Reading,
  traits: Traits,
): Subject {
  const start = (): Running => {
    let state = create()
    return {
      update: (bar) => partsOf(update(state, bar)),
      read: () => partsOf(read(state)),
      text: () => JSON.stringify(state),
      restart: () => {
        state = JSON.parse(JSON.stringify(state))
      },
    }
  }
  return { name, start, ...traits }
}

function partsOf(reading: Reading): readonly number[] {
  return typeof reading === 'number' ? [reading] : Object.values(reading)
}

const CLOSE = ['close'] as const
const RANGE = ['high', 'low', 'close'] as const
const UNKNOWN = Number.NaN

function averages(): readonly Subject[] {
  const traits = { takes: CLOSE, warm: [6], grows: ['price'], flat: [8] } as const
  return [
    subject(
      'sma',
      () => createSma(6),
      (sma, { close }) => updateSma(sma, close),
      readSma,
      traits,
    ),
    subject(
      'ema',
      () => createEma(6),
      (ema, { close }) => updateEma(ema, close),
      readEma,
      traits,
    ),
    subject(
      'wma',
      () => createWma(6),
      (wma, { close }) => updateWma(wma, close),
      readWma,
      traits,
    ),
    subject(
      'macd',
      () => createMacd(3, 6, 4),
      (macd, { close }) => updateMacd(macd, close),
      readMacd,
      {
        takes: CLOSE,
        warm: [6, 9, 9],
        grows: ['price', 'price', 'price'],
        flat: [0, 0, 0],
      },
    ),
  ]
}

function oscillators(): readonly Subject[] {
  const rsi = { takes: CLOSE, warm: [6], grows: ['none'], flat: [50] } as const
  return [
    subject(
      'rsi',
      () => createRsi(5),
      (state, { close }) => updateRsi(state, close),
      readRsi,
      rsi,
    ),
    subject(
      'cutler-rsi',
      () => createCutlerRsi(5),
      (state, { close }) => updateCutlerRsi(state, close),
      readCutlerRsi,
      rsi,
    ),
    subject(
      'stochastic',
      () => createStochastic(5, 3, 4),
      (state, { high, low, close }) => updateStochastic(state, high, low, close),
      readStochastic,
      { takes: RANGE, warm: [7, 10], grows: ['none', 'none'], flat: [50, 50] },
    ),
    subject(
      'williams-r',
      () => createWilliamsR(5),
      (state, { high, low, close }) => updateWilliamsR(state, high, low, close),
      readWilliamsR,
      { takes: RANGE, warm: [5], grows: ['none'], flat: [-50] },
    ),
    subject(
      'cci',
      () => createCci(5),
      (state, { high, low, close }) => updateCci(state, high, low, close),
      readCci,
      { takes: RANGE, warm: [5], grows: ['none'], flat: [0] },
    ),
    subject(
      'roc',
      () => createRoc(5),
      (state, { close }) => updateRoc(state, close),
      readRoc,
      {
        takes: CLOSE,
        warm: [6],
        grows: ['none'],
        flat: [0],
      },
    ),
    subject(
      'aroon',
      () => createAroon(5),
      (state, { high, low }) => updateAroon(state, high, low),
      readAroon,
      { takes: ['high', 'low'], warm: [6, 6, 6], grows: ['none', 'none', 'none'], flat: [100, 100, 0] },
    ),
  ]
}

function ranges(): readonly Subject[] {
  const atr = { takes: RANGE, warm: [5], grows: ['price'], flat: [0] } as const
  return [
    subject(
      'atr',
      () => createAtr(5),
      (state, { high, low, close }) => updateAtr(state, high, low, close),
      readAtr,
      atr,
    ),
    subject(
      'simple-atr',
      () => createSimpleAtr(5),
      (state, { high, low, close }) => updateSimpleAtr(state, high, low, close),
      readSimpleAtr,
      atr,
    ),
    subject(
      'adx',
      () => createAdx(5),
      (state, { high, low, close }) => updateAdx(state, high, low, close),
      readAdx,
      { takes: RANGE, warm: [10, 6, 6], grows: ['none', 'none', 'none'], flat: [0, 0, 0] },
    ),
  ]
}

function bands(): readonly Subject[] {
  const grows = ['price', 'price', 'price'] as const
  return [
    subject(
      'bollinger',
      () => createBollinger(5, 2),
      (state, { close }) => updateBollinger(state, close),
      readBollinger,
      {
        takes: CLOSE,
        warm: [5, 5, 5, 5, 5],
        grows: [...grows, 'none', 'none'],
        flat: [8, 8, 8, 0, 0.5],
      },
    ),
    subject(
      'donchian',
      () => createDonchian(5),
      (state, { high, low }) => {
        updateDonchian(state, high, low)
        return Number.isFinite(high + low) ? readDonchian(state) : { upper: UNKNOWN }
      },
      readDonchian,
      { takes: ['high', 'low'], warm: [5, 5, 5], grows, flat: [8, 8, 8] },
    ),
    subject(
      'keltner',
      () => createKeltner(6, 4, 1.5),
      (state, { high, low, close }) => updateKeltner(state, high, low, close),
      readKeltner,
      { takes: RANGE, warm: [6, 6, 6], grows, flat: [8, 8, 8] },
    ),
    subject(
      'supertrend',
      () => createSupertrend(5, 1.5),
      (state, { high, low, close }) => updateSupertrend(state, high, low, close),
      readSupertrend,
      { takes: RANGE, warm: [5, 5], grows: ['price', 'none'], flat: [8, -1] },
    ),
  ]
}

function volumes(): readonly Subject[] {
  const priced = { grows: ['price'], flat: [UNKNOWN] } as const
  return [
    subject('obv', createObv, (obv, { close, volume }) => updateObv(obv, close, volume), readObv, {
      takes: ['close', 'volume'],
      warm: [1],
      grows: ['none'],
      flat: [0],
    }),
    subject(
      'session-vwap',
      createSessionVwap,
      (state, { session, close, volume }) => updateSessionVwap(state, session, close, volume),
      readSessionVwap,
      { takes: ['session', 'close', 'volume'], warm: [1], ...priced },
    ),
    subject(
      'rolling-vwap',
      () => createRollingVwap(5),
      (state, { close, volume }) => updateRollingVwap(state, close, volume),
      readRollingVwap,
      { takes: ['close', 'volume'], warm: [5], ...priced },
    ),
    subject(
      'mfi',
      () => createMfi(5),
      (state, { high, low, close, volume }) => updateMfi(state, high, low, close, volume),
      readMfi,
      { takes: [...RANGE, 'volume'], warm: [6], grows: ['none'], flat: [50] },
    ),
  ]
}

export const SUBJECTS: readonly Subject[] = [
  ...averages(),
  ...oscillators(),
  ...ranges(),
  ...bands(),
  ...volumes(),
]

/**
 * A walk of integer prices of 1e-8 around 150 by a Lehmer generator, with gaps, equal prices, bars without a
 * range and bars without volume; a new session every 60 bars.
 */
export function walk(count: number): readonly TestBar[] {
  let seed = 20_261_121
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  let close = 15_000_000_000
  return Array.from({ length: count }, (_, index) => {
    close += random(5) === 0 ? 0 : (random(2_001) - 1_000) * 100_000
    const still = random(9) === 0
    return {
      session: Math.floor(index / 60),
      high: close + (still ? 0 : random(500) * 100_000),
      low: close - (still ? 0 : random(500) * 100_000),
      close,
      volume: random(7) === 0 ? 0 : random(90_000) * 10_000,
    }
  })
}
