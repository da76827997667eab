import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, type TestContext } from 'vitest'
import { createAtr, readAtr, updateAtr } from '#plugins/joey/indicators/atr.ts'
import { createDonchian, highestHigh, lowestLow, updateDonchian } from '#plugins/joey/indicators/donchian.ts'
import { createEma, updateEma } from '#plugins/joey/indicators/ema.ts'
import { createRsi, updateRsi } from '#plugins/joey/indicators/rsi.ts'
import { createSma, readSma, updateSma } from '#plugins/joey/indicators/sma.ts'

const prices = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 100 })
const lengths = fc.integer({ min: 2, max: 12 })

describe('before it is warm', () => {
  it('every indicator is NaN, and no NaN is in its state', () => {
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
    expect(read(10)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN])
    expect(read(11)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN])
    expect(JSON.stringify([sma, ema, rsi, atr])).not.toContain('null')
    expect(read(12)).toEqual([11, 11, Number.NaN, 2])
    expect(read(12)).toEqual([expect.closeTo(35 / 3), 11.5, 100, 2])
    expect(readSma(createSma(1))).toBeNaN()
    expect(readAtr(createAtr(1))).toBeNaN()
  })
})

describe('by hand', () => {
  it('SMA drops the oldest value', () => {
    const sma = createSma(2)
    expect([1, 3, 5, 5, 9].map((value) => updateSma(sma, value))).toEqual([Number.NaN, 2, 4, 5, 7])
  })

  it('SMA does not keep what a huge value has rounded away', () => {
    const sma = createSma(3)
    for (const value of [2 ** 60, 1, 1, 1, 1, 1]) updateSma(sma, value)
    expect(readSma(sma)).toBe(1)
  })

  it('EMA starts from the mean of its first values', () => {
    const ema = createEma(3)
    expect([2, 4, 6, 10, 3].map((value) => updateEma(ema, value))).toEqual([Number.NaN, Number.NaN, 4, 7, 5])
  })

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

  it('ATR counts the gap from the close before, up and down', () => {
    const atr = createAtr(2)
    expect(updateAtr(atr, 12, 10, 11)).toBeNaN()
    expect(updateAtr(atr, 16, 15, 15)).toBe(3.5)
    expect(updateAtr(atr, 9, 8.5, 9)).toBe(5)
  })
})

describe('against a plain recomputation [COMP_JOEY]', () => {
  it('SMA of integers is exact', () => {
    fc.assert(
      fc.property(prices, lengths, (values, length) => {
        const sma = createSma(length)
        values.forEach((value, index) => {
          const window = values.slice(Math.max(0, index + 1 - length), index + 1)
          const mean =
            window.length < length ? Number.NaN : window.reduce((sum, each) => sum + each, 0) / length
          expect(updateSma(sma, value)).toBe(mean)
        })
      }),
    )
  })

  it('the Donchian channel has the extremes of its window, and of any shorter one', () => {
    fc.assert(
      fc.property(prices, lengths, lengths, (values, length, wanted) => {
        const channel = createDonchian(length)
        const bars = Math.min(wanted, length)
        values.forEach((value, index) => {
          updateDonchian(channel, value + 3, value)
          const window = values.slice(Math.max(0, index + 1 - length), index + 1)
          const last = window.slice(-bars)
          expect([channel.top, channel.bottom]).toEqual([Math.max(...window) + 3, Math.min(...window)])
          expect([highestHigh(channel, bars), lowestLow(channel, bars)]).toEqual([
            Math.max(...last) + 3,
            Math.min(...last),
          ])
        })
      }),
    )
  })
})

/** Rows of a table with a header; the test is skipped where the reference results are not at hand. */
function readTable(name: string, context: TestContext): readonly (readonly string[])[] {
  const file = new URL(`../../../../shared/data/indicators/${name}`, import.meta.url)
  if (!existsSync(file)) context.skip('needs ../shared/data beside the checkout')
  const lines = readFileSync(file, 'utf8').trim().split(/\r?\n/)
  return lines.slice(1).map((line) => line.split(','))
}

/** The largest difference from a column of reference values; the first of them must stand on row `first`. */
function compare(
  rows: readonly (readonly string[])[],
  column: number,
  first: number,
  values: readonly number[],
): number {
  let worst = 0
  let compared = 0
  rows.forEach((row, index) => {
    const text = row[column] ?? ''
    expect(text === '', `row ${index}`).toBe(index < first)
    expect(Number.isNaN(values[index]), `row ${index}`).toBe(index < first)
    if (text === '') return
    compared++
    worst = Math.max(worst, Math.abs((values[index] ?? Number.NaN) - Number(text)))
  })
  expect(compared).toBeGreaterThan(400)
  return worst
}

describe('against results of another implementation', () => {
  // The tables are rounded: SMA and EMA to a hundredth, RSI and ATR to the fifth decimal.
  it('SMA, EMA and Wilder RSI of 14', (context) => {
    const rows = readTable('spy_with_indicators.txt', context)
    const closes = rows.map((row) => Number(row[7]))
    const [sma, ema, rsi] = [createSma(14), createEma(14), createRsi(14)]
    expect(
      compare(
        rows,
        1,
        13,
        closes.map((close) => updateSma(sma, close)),
      ),
    ).toBeLessThan(0.0101)
    expect(
      compare(
        rows,
        2,
        13,
        closes.map((close) => updateEma(ema, close)),
      ),
    ).toBeLessThan(0.0101)
    expect(
      compare(
        rows,
        5,
        14,
        closes.map((close) => updateRsi(rsi, close)),
      ),
    ).toBeLessThan(0.000_005_1)
  })

  it('Wilder ATR of 14, whose first range is high − low', (context) => {
    const rows = readTable('spy_atr_wilder.txt', context)
    const atr = createAtr(14)
    const values = rows.map((row) => updateAtr(atr, Number(row[2]), Number(row[3]), Number(row[4])))
    expect(compare(rows, 5, 13, values)).toBeLessThan(0.000_005_1)
  })
})
