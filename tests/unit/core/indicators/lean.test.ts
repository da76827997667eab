/**
 * Every column of Lean's reference tables. The tolerance of each is what its text allows: half a unit of the
 * last decimal place, and more only with the reason beside it (docs/INDICATORS.md has them all).
 */

import { describe, expect, it } from 'vitest'
import { type Adx, createAdx, updateAdx } from '#core/indicators/adx.ts'
import { createAtr, updateAtr } from '#core/indicators/atr.ts'
import { trueRange } from '#core/indicators/bar-values.ts'
import { createBollinger, updateBollinger } from '#core/indicators/bollinger.ts'
import { createCutlerRsi, updateCutlerRsi } from '#core/indicators/cutler-rsi.ts'
import { createEma, updateEma } from '#core/indicators/ema.ts'
import { createMacd, updateMacd } from '#core/indicators/macd.ts'
import { createObv, updateObv } from '#core/indicators/obv.ts'
import { createRollingVwap, updateRollingVwap } from '#core/indicators/rolling-vwap.ts'
import { createRsi, updateRsi } from '#core/indicators/rsi.ts'
import { createSimpleAtr, updateSimpleAtr } from '#core/indicators/simple-atr.ts'
import { createSma, updateSma } from '#core/indicators/sma.ts'
import { compare, feed, pluck, readTable } from './reference.ts'

const CENT = 0.005
const FOURTH = 5e-5
const SIXTH = 5e-6

describe('spy_with_indicators', () => {
  const NAME = 'spy_with_indicators.txt'

  it('SMA 14 and EMA 14', (context) => {
    const table = readTable(NAME, context)
    const closes = table.rows('Close')
    // The closes are rounded to a hundredth: their mean may be half of one off before it is rounded itself.
    compare(table.texts('SMA14'), feed(closes, createSma(14), updateSma), 2 * CENT, 13)
    compare(table.texts('EMA14'), feed(closes, createEma(14), updateEma), 2 * CENT, 13)
  })

  it('MACD of 12 and 26', (context) => {
    const table = readTable(NAME, context)
    const readings = feed(table.rows('Close'), createMacd(12, 26, 9), updateMacd)
    // Two averages of such closes, around 15,000: 2e-4 is 1.3e-8 of a close.
    compare(table.texts('MACD 12 26'), pluck(readings, 'macd'), 0.0002, 25)
  })

  it('RSI of 14, of Wilder and of Cutler', (context) => {
    const table = readTable(NAME, context)
    const closes = table.rows('Close')
    compare(table.texts('RSI 14 Wilder'), feed(closes, createRsi(14), updateRsi), SIXTH, 14)
    // The other leaves its first value blank. A hundredth of rounding in the closes, of about 1,000 in changes.
    compare(table.texts('RSI 14'), feed(closes, createCutlerRsi(14), updateCutlerRsi), 0.0003, 14, 15)
  })

  it('OBV goes where the close goes; the table has no volumes to add', (context) => {
    const rows = readTable(NAME, context).rows('Close', 'OBV')
    const values = feed(
      rows.map(([close = 0]) => [close, 1]),
      createObv(),
      updateObv,
    )
    for (let row = 2; row < rows.length; row++) {
      const step = (rows[row]?.[1] ?? 0) - (rows[row - 1]?.[1] ?? 0)
      expect((values[row] ?? 0) - (values[row - 1] ?? 0), `row ${row}`).toBe(Math.sign(step))
    }
  })
})

it('spy_with_macd: MACD, signal and histogram of 12, 26, 9', (context) => {
  const table = readTable('spy_with_macd.txt', context)
  const readings = feed(table.rows('Close'), createMacd(12, 26, 9), updateMacd)
  // The table begins long after ours is warm.
  compare(table.texts('MACD'), pluck(readings, 'macd'), SIXTH, 25, 179)
  compare(table.texts('Histogram'), pluck(readings, 'histogram'), SIXTH, 33, 179)
  // The worst row is 0.59 of a unit off: 5e-7 of the signal.
  compare(table.texts('Signal'), pluck(readings, 'signal'), 1.2 * SIXTH, 33, 179)
})

describe('spy_bollinger_bands', () => {
  const NAME = 'spy_bollinger_bands.txt'
  const [TOP, BOTTOM] = ['Bollinger Bands® 20 2 Top', 'Bollinger Bands® 20 2 Bottom']

  it('mean and bands', (context) => {
    const table = readTable(NAME, context)
    const readings = feed(table.rows('Close'), createBollinger(20, 2), updateBollinger)
    compare(table.texts('Moving Average 20'), pluck(readings, 'middle'), 0, 19)
    // Twice a deviation that was rounded before: 6.1e-5 is 4e-7 of a price.
    compare(table.texts(TOP), pluck(readings, 'upper'), 6.1e-5, 19)
    compare(table.texts(BOTTOM), pluck(readings, 'lower'), 6.1e-5, 19)
  })

  it('BandWidth in percent and %B, as near as the rounded bands that they were computed from', (context) => {
    const table = readTable(NAME, context)
    const readings = feed(table.rows('Close'), createBollinger(20, 2), updateBollinger)
    const widths = pluck(readings, 'bandwidth').map((width) => 100 * width)
    compare(table.texts('BandWidth'), widths, 1.1e-4, 19)
    compare(table.texts('%B'), pluck(readings, 'percentB'), 6.4e-5, 19)
    // From those bands our formulas give theirs to half a unit.
    const bands = table.rows('Close', 'Moving Average 20', TOP, BOTTOM)
    const known = (row: number, value: number) => (row < 19 ? Number.NaN : value)
    compare(
      table.texts('BandWidth'),
      bands.map(([, mean = 0, top = 0, bottom = 0], row) => known(row, (100 * (top - bottom)) / mean)),
      FOURTH,
      19,
    )
    compare(
      table.texts('%B'),
      bands.map(([close = 0, , top = 0, bottom = 0], row) => known(row, (close - bottom) / (top - bottom))),
      FOURTH,
      19,
    )
  })
})

it("spy_atr_wilder: Wilder's ATR of 14, whose first range is high − low", (context) => {
  const table = readTable('spy_atr_wilder.txt', context)
  const values = feed(table.rows('High', 'Low', 'Close'), createAtr(14), updateAtr)
  compare(table.texts('Average True Range 14'), values, SIXTH, 13)
})

it('spy_atr: the plain mean of 14 true ranges, of which the table leaves the first blank', (context) => {
  const table = readTable('spy_atr.txt', context)
  const values = feed(table.rows('High', 'Low', 'Close'), createSimpleAtr(14), updateSimpleAtr)
  compare(table.texts('Average True Range 14'), values, SIXTH, 13, 14)
})

describe('spy_with_adx', () => {
  const NAME = 'spy_with_adx.txt'

  it('true range, movement, and their sums', (context) => {
    const table = readTable(NAME, context)
    const adx = createAdx(14)
    const bars = table.rows('High', 'Low', 'Close')
    const states = feed(bars, adx, (state, high = 0, low = 0, close = 0) => {
      updateAdx(state, high, low, close)
      return { ...state }
    })
    const ranges = bars.map(([high = 0, low = 0], row) =>
      trueRange(high, low, bars[row - 1]?.[2] ?? Number.NaN),
    )
    compare(table.texts('TR'), ranges, CENT, 0, 1)
    const parts = [
      ['TR14', 'TR', 'range'],
      ['+DM14', '+DM 1', 'plus'],
      ['-DM14', '-DM 1', 'minus'],
    ] as const
    for (const [sum, single, key] of parts) {
      compare(table.texts(sum), sumsOf(states, key), CENT, 14)
      compare(table.texts(single), changesOf(states, key), CENT, 1)
    }
  })

  it('+DI, −DI, their difference and sum, DX, ADX and ADXR', (context) => {
    const table = readTable(NAME, context)
    const readings = feed(table.rows('High', 'Low', 'Close'), createAdx(14), updateAdx)
    const [plus, minus, average] = [
      pluck(readings, 'plusDi'),
      pluck(readings, 'minusDi'),
      pluck(readings, 'adx'),
    ]
    const apart = plus.map((each, row) => Math.abs(each - (minus[row] ?? 0)))
    const both = plus.map((each, row) => each + (minus[row] ?? 0))
    const dx = apart.map((each, row) => (100 * each) / (both[row] ?? 0))
    const rating = average.map((each, row) => (each + (average[row - 13] ?? Number.NaN)) / 2)
    compare(table.texts('+DI14'), plus, FOURTH, 14)
    compare(table.texts('-DI14'), minus, FOURTH, 14)
    compare(table.texts('DI 14 Diff'), apart, CENT, 14)
    compare(table.texts('DI 14 Sum'), both, CENT, 14)
    compare(table.texts('DX'), dx, CENT, 14)
    compare(table.texts('ADX 14'), average, FOURTH, 27)
    compare(table.texts('ADXR 14'), rating, FOURTH, 40)
  })
})

type Sum = 'range' | 'plus' | 'minus'

function sumsOf(states: readonly Adx[], key: Sum): readonly number[] {
  return states.map((state) => (state.count < 14 ? Number.NaN : state[key]))
}

/** What each bar added: the sum less what was kept of the sum before. */
function changesOf(states: readonly Adx[], key: Sum): readonly number[] {
  return states.map((state, row) => {
    const before = states[row - 1]
    if (before === undefined) return Number.NaN
    return state[key] - before[key] * (before.count < 14 ? 1 : 13 / 14)
  })
}

it('spy_with_obv: the table counts the first bar as a rise, so it is ahead by its volume', (context) => {
  const table = readTable('spy_with_obv.txt', context)
  const bars = table.rows('Close', 'Volume')
  const values = feed(bars, createObv(), updateObv)
  expect(values[0]).toBe(0)
  // Seven significant digits of sums up to 3e9, added up from volumes with as many.
  const ahead = values.map((value) => value + (bars[0]?.[1] ?? 0))
  compare(table.texts('OBV'), ahead, 1_300, 0, 1)
})

it('spy_with_vwap: VWAP of 50 bars, each at the mean of open, high, low and close', (context) => {
  const table = readTable('spy_with_vwap.txt', context)
  const bars = table
    .rows('Open', 'High', 'Low', 'Close', 'Volume')
    .map(([open = 0, high = 0, low = 0, close = 0, volume = 0]) => [(open + high + low + close) / 4, volume])
  // One row is 0.56 of a unit off: 2.8e-7 of its price.
  compare(table.texts('Moving VWAP 50'), feed(bars, createRollingVwap(50), updateRollingVwap), 5.6e-5, 49)
})
