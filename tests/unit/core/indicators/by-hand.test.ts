/** Small vectors that fit on paper; each number follows from the definition in the module's opening. */

import { describe, expect, it } from 'vitest'
import { createAdx, updateAdx } from '#core/indicators/adx.ts'
import { createAroon, updateAroon } from '#core/indicators/aroon.ts'
import { createAtr, readAtr, updateAtr } from '#core/indicators/atr.ts'
import { createBollinger, updateBollinger } from '#core/indicators/bollinger.ts'
import { createCci, updateCci } from '#core/indicators/cci.ts'
import { createCutlerRsi, updateCutlerRsi } from '#core/indicators/cutler-rsi.ts'
import { createDonchian, readDonchian, updateDonchian } from '#core/indicators/donchian.ts'
import { createEma, updateEma } from '#core/indicators/ema.ts'
import { createKeltner, updateKeltner } from '#core/indicators/keltner.ts'
import { createMacd, updateMacd } from '#core/indicators/macd.ts'
import { createMfi, updateMfi } from '#core/indicators/mfi.ts'
import { createObv, updateObv } from '#core/indicators/obv.ts'
import { createRoc, updateRoc } from '#core/indicators/roc.ts'
import { createRollingVwap, updateRollingVwap } from '#core/indicators/rolling-vwap.ts'
import { createRsi, updateRsi } from '#core/indicators/rsi.ts'
import { createSessionVwap, updateSessionVwap } from '#core/indicators/session-vwap.ts'
import { createSimpleAtr, updateSimpleAtr } from '#core/indicators/simple-atr.ts'
import { createSma, readSma, updateSma } from '#core/indicators/sma.ts'
import { createStochastic, updateStochastic } from '#core/indicators/stochastic.ts'
import { createSupertrend, updateSupertrend } from '#core/indicators/supertrend.ts'
import { createWilliamsR, updateWilliamsR } from '#core/indicators/williams-r.ts'
import { createWma, readWma, updateWma } from '#core/indicators/wma.ts'

const NONE = Number.NaN

type Pair = readonly [number, number]
type Triple = readonly [number, number, number]

describe('averages', () => {
  it('every indicator is NaN before it is warm, and no NaN is in its state', () => {
    const sma = createSma(3)
    const ema = createEma(3)
    const rsi = createRsi(3)
    const atr = createAtr(3)
    const read = (value: number) => [
      updateSma(sma, value),
      updateEma(ema, value),
      updateRsi(rsi, value),
      updateAtr(atr, value + 1, value - 1, value),
    ]
    expect(read(10)).toEqual([NONE, NONE, NONE, NONE])
    expect(read(11)).toEqual([NONE, NONE, NONE, NONE])
    expect(JSON.stringify([sma, ema, rsi, atr])).not.toContain('null')
    expect(read(12)).toEqual([11, 11, NONE, 2])
    expect(read(12)).toEqual([expect.closeTo(35 / 3), 11.5, 100, 2])
    expect(readSma(createSma(1))).toBeNaN()
    expect(readAtr(createAtr(1))).toBeNaN()
  })

  it('SMA drops the oldest value', () => {
    const sma = createSma(2)
    expect([1, 3, 5, 5, 9].map((value) => updateSma(sma, value))).toEqual([NONE, 2, 4, 5, 7])
  })

  it('SMA and WMA do not keep what a huge value has rounded away', () => {
    const [sma, wma] = [createSma(3), createWma(3)]
    for (const value of [2 ** 60, 1, 1, 1, 1, 1, 1, 1]) {
      updateSma(sma, value)
      updateWma(wma, value)
    }
    expect([readSma(sma), readWma(wma)]).toEqual([1, 1])
  })

  it('EMA starts from the mean of its first values', () => {
    const ema = createEma(3)
    expect([2, 4, 6, 10, 3].map((value) => updateEma(ema, value))).toEqual([NONE, NONE, 4, 7, 5])
  })

  it('WMA weighs the newest value most', () => {
    const wma = createWma(3)
    const values = [1, 2, 3, 10, 4].map((value) => updateWma(wma, value))
    expect(values).toEqual([NONE, NONE, 14 / 6, 38 / 6, (3 + 2 * 10 + 3 * 4) / 6])
  })

  it('the signal of MACD starts from the mean of the first values that MACD has', () => {
    // EMA of 2: 4.5 7.5 10.5 9.5 from the second value on; EMA of 3: 6 9 9 from the third.
    const macd = createMacd(2, 3, 2)
    const readings = [3, 6, 9, 12, 9].map((value) => updateMacd(macd, value))
    expect(readings.slice(1)).toEqual([
      { macd: NONE, signal: NONE, histogram: NONE },
      { macd: 1.5, signal: NONE, histogram: NONE },
      { macd: 1.5, signal: 1.5, histogram: 0 },
      { macd: 0.5, signal: expect.closeTo(5 / 6, 12), histogram: expect.closeTo(-1 / 3, 12) },
    ])
  })
})

describe('oscillators', () => {
  it('RSI is 100 without a loss, 0 without a gain, 50 without a move', () => {
    const last = (values: number[]) => {
      const rsi = createRsi(2)
      return values.map((value) => updateRsi(rsi, value)).at(-1)
    }
    expect(last([5, 6, 7])).toBe(100)
    expect(last([7, 6, 5])).toBe(0)
    expect(last([5, 5, 5])).toBe(50)
    // Means of the first two changes: gain 1.5, loss 0.5; then a fall of 3: gain 0.75, loss 1.75.
    expect(last([5, 8, 7])).toBe(75)
    expect(last([5, 8, 7, 4])).toBe(30)
  })

  it("Cutler's RSI forgets what Wilder's remembers", () => {
    const rsi = createCutlerRsi(2)
    const values = [5, 8, 7, 4, 4, 4].map((value) => updateCutlerRsi(rsi, value))
    expect(values).toEqual([NONE, NONE, 75, 0, 0, 50])
  })

  const bars: readonly Triple[] = [
    [5, 1, 3],
    [6, 2, 6],
    [7, 3, 4],
    [8, 4, 8],
    [8, 5, 5],
  ]

  it('the fast stochastic is the place of the close, the slow one its mean', () => {
    const fast = createStochastic(3, 1, 2)
    expect(bars.map((bar) => updateStochastic(fast, ...bar)).slice(1)).toEqual([
      { k: NONE, d: NONE },
      { k: 50, d: NONE },
      { k: 100, d: 75 },
      { k: 40, d: 70 },
    ])
    const slow = createStochastic(3, 2, 2)
    expect(bars.map((bar) => updateStochastic(slow, ...bar)).slice(2)).toEqual([
      { k: NONE, d: NONE },
      { k: 75, d: NONE },
      { k: 70, d: 72.5 },
    ])
  })

  it('Williams %R is the same place seen from the top', () => {
    const williams = createWilliamsR(3)
    expect(bars.map((bar) => updateWilliamsR(williams, ...bar))).toEqual([NONE, NONE, -50, 0, -60])
  })

  it('CCI counts in mean deviations', () => {
    // Mean 3, deviations 2, 1 and 3: their mean is 2.
    const cci = createCci(3)
    const values = [1, 2, 6].map((value) => updateCci(cci, value, value, value))
    expect(values).toEqual([NONE, NONE, expect.closeTo(3 / (0.015 * 2), 12)])
  })

  it('ROC is in percent of the old value, and NaN where that is 0', () => {
    const roc = createRoc(2)
    const values = [10, 11, 12, 5.5, 0, 1, 2].map((value) => updateRoc(roc, value))
    expect(values).toEqual([NONE, NONE, 20, -50, -100, expect.closeTo(-81.818_181_818_18), NONE])
  })

  it('Aroon counts back to the extremes', () => {
    const aroon = createAroon(4)
    const lows = [1, 3, 0.5, 1, 1]
    const readings = [1, 5, 3, 2, 5].map((high, index) => updateAroon(aroon, high, lows[index] ?? 0))
    expect(readings.slice(3)).toEqual([
      { up: NONE, down: NONE, oscillator: NONE },
      { up: 100, down: 50, oscillator: 50 },
    ])
  })
})

describe('ranges', () => {
  const gaps: readonly Triple[] = [
    [12, 10, 11],
    [16, 15, 15],
    [9, 8.5, 9],
  ]

  it('ATR counts the gap from the close before, up and down', () => {
    const [wilder, simple] = [createAtr(2), createSimpleAtr(2)]
    expect(gaps.map((bar) => updateAtr(wilder, ...bar))).toEqual([NONE, 3.5, 5])
    expect(gaps.map((bar) => updateSimpleAtr(simple, ...bar))).toEqual([NONE, 3.5, 5.75])
  })

  it('ADX: sums of two changes, then half of each sum goes', () => {
    const adx = createAdx(2)
    const readings = [
      updateAdx(adx, 10, 8, 9),
      // +2, range 3; then −2, range 4: both directions have 2 ÷ 7, DX 0.
      updateAdx(adx, 12, 9, 11),
      updateAdx(adx, 11, 7, 8),
      // +3, range 6: 4, 1 and 9.5, DX 60, and their mean 30.
      updateAdx(adx, 14, 8, 13),
      // An inside bar moves nowhere; its range is 2: 2, 0.5 and 6.75.
      updateAdx(adx, 14, 12, 13),
      // Outside bars count on their longer side alone. −3, range 7: 1, 3.25 and 10.375.
      updateAdx(adx, 16, 9, 10),
      // +4, range 12: 4.5, 1.625 and 17.1875.
      updateAdx(adx, 20, 8, 19),
    ]
    const near = (value: number) => expect.closeTo(value, 12)
    expect(readings.slice(1)).toEqual([
      { adx: NONE, plusDi: NONE, minusDi: NONE },
      { adx: NONE, plusDi: near(200 / 7), minusDi: near(200 / 7) },
      { adx: 30, plusDi: near(400 / 9.5), minusDi: near(100 / 9.5) },
      { adx: 45, plusDi: near(200 / 6.75), minusDi: near(50 / 6.75) },
      { adx: near((45 + 225 / 4.25) / 2), plusDi: near(100 / 10.375), minusDi: near(325 / 10.375) },
      { adx: expect.any(Number), plusDi: near(450 / 17.1875), minusDi: near(162.5 / 17.1875) },
    ])
  })
})

describe('bands', () => {
  it('Bollinger bands lie two population deviations from the mean', () => {
    const bollinger = createBollinger(4, 2)
    const readings = [1, 1, 3, 3, 5].map((value) => updateBollinger(bollinger, value))
    expect(readings[3]).toEqual({ upper: 4, middle: 2, lower: 0, bandwidth: 2, percentB: 0.75 })
    expect(readings[4]).toEqual({
      upper: expect.closeTo(3 + 2 * Math.SQRT2, 12),
      middle: 3,
      lower: expect.closeTo(3 - 2 * Math.SQRT2, 12),
      bandwidth: expect.closeTo((4 * Math.SQRT2) / 3, 12),
      percentB: expect.closeTo(0.5 + 0.25 * Math.SQRT2, 12),
    })
  })

  it('the bandwidth around 0 is 0 where nothing moves, and no number where something does', () => {
    const still = createBollinger(2, 2)
    expect([0, 0].map((value) => updateBollinger(still, value).bandwidth)).toEqual([NONE, 0])
    const moving = createBollinger(2, 2)
    expect([1, -1].map((value) => updateBollinger(moving, value).bandwidth)).toEqual([NONE, NONE])
    expect([1, 3].map((value) => updateBollinger(moving, value).bandwidth)).toEqual([NONE, 2])
  })

  it('Donchian has the extremes and their middle', () => {
    const channel = createDonchian(2)
    updateDonchian(channel, 5, 3)
    expect(readDonchian(channel).upper).toBeNaN()
    updateDonchian(channel, 4, 1)
    expect(readDonchian(channel)).toEqual({ upper: 5, middle: 3, lower: 1 })
    updateDonchian(channel, 4, 2)
    expect(readDonchian(channel)).toEqual({ upper: 4, middle: 2.5, lower: 1 })
  })

  it('Keltner is an EMA of closes with ATRs around it', () => {
    const keltner = createKeltner(2, 2, 2)
    expect(updateKeltner(keltner, 12, 10, 11).middle).toBeNaN()
    expect(updateKeltner(keltner, 16, 15, 15)).toEqual({ upper: 20, middle: 13, lower: 6 })
  })

  it('Supertrend follows the market and turns where a close crosses it', () => {
    const trend = createSupertrend(2, 1)
    const readings = [
      updateSupertrend(trend, 12, 10, 11),
      updateSupertrend(trend, 13, 11, 12),
      // ATR 3.5 around 15: the upper band stays at 14, and the close is beyond it.
      updateSupertrend(trend, 17, 13, 16),
      // ATR 2.75 around 15: the lower band rises.
      updateSupertrend(trend, 16, 14, 15),
      // ATR 4.375 around 11: the lower band stays at 12.25, and the close is beyond it.
      updateSupertrend(trend, 13, 9, 10),
      // ATR 3.1875 around 10: the upper band falls; the lower was left behind and begins anew at 6.8125.
      updateSupertrend(trend, 11, 9, 10),
      // ATR 4.09375 around 14: from there it rises, and the close is beyond the upper band.
      updateSupertrend(trend, 15, 13, 14.5),
    ]
    expect(readings).toEqual([
      { line: NONE, direction: NONE },
      { line: 14, direction: -1 },
      { line: 11.5, direction: 1 },
      { line: 12.25, direction: 1 },
      { line: 15.375, direction: -1 },
      { line: 13.1875, direction: -1 },
      { line: 9.90625, direction: 1 },
    ])
  })
})

describe('volume', () => {
  it('OBV begins at 0 and ignores an equal close', () => {
    const obv = createObv()
    const bars: readonly Pair[] = [
      [10, 5],
      [11, 7],
      [11, 3],
      [9, 4],
    ]
    expect(bars.map((bar) => updateObv(obv, ...bar))).toEqual([0, 7, 7, 3])
  })

  it('VWAP of a session starts anew with the next, and has no price without volume', () => {
    const vwap = createSessionVwap()
    const trades: readonly Triple[] = [
      [1, 10, 1],
      [1, 13, 2],
      [1, 99, 0],
      [2, 20, 0],
      [2, 20, 5],
    ]
    expect(trades.map((trade) => updateSessionVwap(vwap, ...trade))).toEqual([10, 12, 12, NONE, 20])
  })

  it('VWAP of the last bars forgets the others, and has no price without volume', () => {
    const vwap = createRollingVwap(2)
    const bars: readonly Pair[] = [
      [10, 1],
      [13, 2],
      [16, 0],
      [9, 0],
    ]
    expect(bars.map((bar) => updateRollingVwap(vwap, ...bar))).toEqual([NONE, 12, 13, NONE])
  })

  it('MFI weighs rising money against falling, and an equal price against nothing', () => {
    const mfi = createMfi(2)
    const bars: readonly Pair[] = [
      [10, 1],
      [11, 2],
      [10, 3],
      [10, 9],
      [12, 1],
    ]
    const values = bars.map(([price, volume]) => updateMfi(mfi, price, price, price, volume))
    expect(values).toEqual([NONE, NONE, expect.closeTo((100 * 22) / 52, 12), 0, 100])
  })
})
