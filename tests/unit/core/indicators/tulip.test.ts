/**
 * Every indicator of ours that Tulip's vectors hold, most from S. B. Achelis, Technical Analysis from A to Z: to
 * the last digit they give. Where another seed makes another series, the same code is given that seed and then
 * agrees, so the seed is all that differs.
 */

import { describe, expect, it } from 'vitest'
import { createAdx, updateAdx } from '#core/indicators/adx.ts'
import { createAroon, updateAroon } from '#core/indicators/aroon.ts'
import { createAtr, updateAtr } from '#core/indicators/atr.ts'
import { trueRange, typicalPrice } from '#core/indicators/bar-values.ts'
import { createBollinger, updateBollinger } from '#core/indicators/bollinger.ts'
import { createCci, updateCci } from '#core/indicators/cci.ts'
import { createEma, type Ema, updateEma } from '#core/indicators/ema.ts'
import { createMacd, updateMacd } from '#core/indicators/macd.ts'
import { createMfi, updateMfi } from '#core/indicators/mfi.ts'
import { createObv, updateObv } from '#core/indicators/obv.ts'
import { createRoc, updateRoc } from '#core/indicators/roc.ts'
import { createRsi, updateRsi } from '#core/indicators/rsi.ts'
import { createSma, updateSma } from '#core/indicators/sma.ts'
import { createStochastic, updateStochastic } from '#core/indicators/stochastic.ts'
import { createWilliamsR, updateWilliamsR } from '#core/indicators/williams-r.ts'
import { createWma, updateWma } from '#core/indicators/wma.ts'
import { compare, feed, pluck, readTulip } from './reference.ts'

/** Half a unit of the last decimal place. */
const THIRD = 0.0005
const FOURTH = 5e-5
const SIXTH = 5e-7
const EIGHTH = 5e-9
const NINTH = 5e-10

describe('to the last digit given', () => {
  it('sma 5, wma 5', (context) => {
    const sma = readTulip('sma 5', 1, context)
    compare(sma.results[0], feed(sma.bars, createSma(5), updateSma), THIRD, 4)
    const wma = readTulip('wma 5', 1, context)
    compare(wma.results[0], feed(wma.bars, createWma(5), updateWma), FOURTH, 4)
  })

  it("rsi 5 is Wilder's", (context) => {
    const { bars, results } = readTulip('rsi 5', 1, context)
    compare(results[0], feed(bars, createRsi(5), updateRsi), FOURTH, 5)
  })

  it('rocr 12 is ROC as a factor', (context) => {
    const { bars, results } = readTulip('rocr 12', 1, context)
    const factors = feed(bars, createRoc(12), updateRoc).map((percent) => 1 + percent / 100)
    const [first = [], ...others] = results
    expect(others).toEqual([])
    // Two with four decimals, two with six.
    compare(first.slice(0, 14), factors.slice(0, 14), FOURTH, 12)
    compare(first.slice(14), factors.slice(14), SIXTH, 0)
  })

  it('typprice and tr', (context) => {
    const typical = readTulip('typprice', 3, context)
    compare(
      typical.results[0],
      typical.bars.map(([high = 0, low = 0, close = 0]) => typicalPrice(high, low, close)),
      FOURTH,
      0,
    )
    const { bars, results } = readTulip('tr', 3, context)
    const ranges = bars.map(([high = 0, low = 0], row) =>
      trueRange(high, low, bars[row - 1]?.[2] ?? Number.NaN),
    )
    // The inputs are sixteenths rounded to four decimals, the results differences of unrounded ones.
    compare(results[0], ranges, 2 * FOURTH, 0)
  })

  it("atr 4 is Wilder's, and so is the smoothing of wilders 5", (context) => {
    const atr = readTulip('atr 4', 3, context)
    compare(atr.results[0], feed(atr.bars, createAtr(4), updateAtr), FOURTH, 3)
    // A bar from 0 to a value has the value as its range.
    const { bars, results } = readTulip('wilders 5', 1, context)
    const ranges = bars.map(([value = 0]) => [value, 0, 0])
    compare(results[0], feed(ranges, createAtr(5), updateAtr), FOURTH, 4)
  })

  it('bbands 5 2, and the deviation of stddev 5 in them', (context) => {
    const { bars, results } = readTulip('bbands 5 2', 1, context)
    const readings = feed(bars, createBollinger(5, 2), updateBollinger)
    compare(results[0], pluck(readings, 'lower'), FOURTH, 4)
    compare(results[1], pluck(readings, 'middle'), FOURTH, 4)
    compare(results[2], pluck(readings, 'upper'), FOURTH, 4)
    const single = readTulip('stddev 5', 1, context)
    const deviations = feed(single.bars, createBollinger(5, 2), updateBollinger)
    compare(
      single.results[0],
      deviations.map(({ upper, lower }) => (upper - lower) / 4),
      FOURTH,
      4,
    )
  })

  it('stoch 5 3 3, whose %K begins with %D', (context) => {
    const { bars, results } = readTulip('stoch 5 3 3', 3, context)
    const readings = feed(bars, createStochastic(5, 3, 3), updateStochastic)
    compare(results[0], pluck(readings, 'k'), FOURTH, 6, 8)
    compare(results[1], pluck(readings, 'd'), FOURTH, 8)
  })

  it('willr 5', (context) => {
    const { bars, results } = readTulip('willr 5', 3, context)
    compare(results[0], feed(bars, createWilliamsR(5), updateWilliamsR), THIRD, 4)
  })

  it('aroon 5', (context) => {
    const { bars, results } = readTulip('aroon 5', 2, context)
    const readings = feed(bars, createAroon(5), updateAroon)
    compare(results[0], pluck(readings, 'down'), 0, 5)
    compare(results[1], pluck(readings, 'up'), 0, 5)
  })

  it('cci 5, which begins four bars after ours', (context) => {
    const { bars, results } = readTulip('cci 5', 3, context)
    compare(results[0], feed(bars, createCci(5), updateCci), FOURTH, 4, 8)
  })

  it('obv, mfi 14', (context) => {
    const obv = readTulip('obv', 2, context)
    compare(obv.results[0], feed(obv.bars, createObv(), updateObv), 0, 0)
    const mfi = readTulip('mfi 14', 4, context)
    compare(mfi.results[0], feed(mfi.bars, createMfi(14), updateMfi), EIGHTH, 14)
  })
})

/** A warm EMA that stands at `value` and gives each new one the weight `weight`. */
function seeded(weight: number, value: number): Ema {
  const length = 2 / weight - 1
  return { length, count: length, value }
}

describe('with the seed of Tulip', () => {
  it('ema 5 begins with the first value', (context) => {
    const { bars, results } = readTulip('ema 5', 1, context)
    const theirs = feed(bars, seeded(2 / 6, bars[0]?.[0] ?? 0), updateEma)
    compare(results[0], theirs, THIRD, 0)
    // Ours begins with the mean of the first five; a third of the difference goes with each bar.
    const ours = feed(bars, createEma(5), updateEma)
    const apart = ours.map((value, row) => value - (theirs[row] ?? 0))
    expect(ours[4]).toBe(24.75)
    expect(apart.slice(0, 4)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN])
    expect(apart[4]).toBeCloseTo(0.0517, 4)
    expect(apart[7]).toBeCloseTo((0.0517 * 8) / 27, 4)
  })

  it('macd 12 26 9 begins with the first value, weighs by 0.15 and 0.075, and has a signal at once', (context) => {
    const { bars, results } = readTulip('macd 12 26 9', 1, context)
    const first = bars[0]?.[0] ?? 0
    const fast = feed(bars, seeded(0.15, first), updateEma)
    const slow = feed(bars, seeded(0.075, first), updateEma)
    const theirs = fast.map((value, row) => (row < 25 ? Number.NaN : value - (slow[row] ?? 0)))
    const signal = feed(
      theirs.map((value) => [value]),
      seeded(0.2, theirs[25] ?? 0),
      updateEma,
    )
    compare(results[0], theirs, NINTH, 25)
    compare(results[1], signal, NINTH, 25)
    compare(
      results[2],
      theirs.map((value, row) => value - (signal[row] ?? 0)),
      2 * NINTH,
      25,
    )
    const ours = pluck(feed(bars, createMacd(12, 26, 9), updateMacd), 'macd')
    const apart = ours.slice(25).map((value, row) => Math.abs(value - (theirs[row + 25] ?? 0)))
    expect(Math.max(...apart)).toBeCloseTo(0.0846, 4)
  })

  it('di 14, dm 14, dx 14, adx 14 and adxr 14 begin with the sums of 13 changes', (context) => {
    const { bars, results } = readTulip('di 14', 3, context)
    const adx = createAdx(14)
    feed(bars.slice(0, 14), adx, updateAdx)
    // Declared complete a change early, with the DX of that bar.
    const dxOf = (plus: number, minus: number) => (100 * Math.abs(plus - minus)) / (plus + minus)
    adx.count = 14
    adx.average = dxOf(adx.plus, adx.minus)
    const states = [{ ...adx, adx: Number.NaN }]
    for (const [high = 0, low = 0, close = 0] of bars.slice(14)) {
      const reading = updateAdx(adx, high, low, close)
      states.push({ ...adx, adx: reading.adx })
    }
    const from = (rows: readonly string[] | undefined) => rows?.slice(13)
    const share = (key: 'plus' | 'minus') => states.map((state) => (100 * state[key]) / state.range)
    compare(from(results[0]), share('plus'), FOURTH, 0)
    compare(from(results[1]), share('minus'), FOURTH, 0)
    const moved = readTulip('dm 14', 2, context)
    compare(from(moved.results[0]), pluck(states, 'plus'), FOURTH, 0)
    compare(from(moved.results[1]), pluck(states, 'minus'), FOURTH, 0)
    // Their first DX is a unit of the last place off what their own sums give (9.75 ÷ 13.25), and ADX and ADXR
    // are means of DX.
    const dx = states.map(({ plus, minus }) => dxOf(plus, minus))
    const average = pluck(states, 'adx')
    const rating = average.map((each, row) => (each + (average[row - 13] ?? Number.NaN)) / 2)
    compare(from(readTulip('dx 14', 2, context).results[0]), dx, 2 * FOURTH, 0)
    compare(from(readTulip('adx 14', 2, context).results[0]), average, 2 * FOURTH, 13)
    compare(from(readTulip('adxr 14', 2, context).results[0]), rating, 2 * FOURTH, 26)
  })

  it('of ours, +DI 14 begins a bar later and is up to 0.75 apart at first', (context) => {
    const { bars, results } = readTulip('di 14', 3, context)
    const plus = pluck(feed(bars, createAdx(14), updateAdx), 'plusDi')
    expect(plus.findIndex((each) => !Number.isNaN(each))).toBe(14)
    const apart = plus.slice(14).map((each, row) => Math.abs(each - Number(results[0]?.[row + 14])))
    expect(Math.max(...apart)).toBeCloseTo(0.746, 3)
    expect(apart.at(-1)).toBeLessThan(0.1)
  })
})
