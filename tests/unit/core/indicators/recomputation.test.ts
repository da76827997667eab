/** Indicators over a window against what the whole window gives, computed plainly. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCci, updateCci } from '#core/indicators/cci.ts'
import { createDonchian, highestHigh, lowestLow, updateDonchian } from '#core/indicators/donchian.ts'
import {
  createRollingExtreme,
  readExtremeAge,
  updateRollingExtreme,
} from '#core/indicators/rolling/extreme.ts'
import { createRollingMoments, updateRollingMoments } from '#core/indicators/rolling/moments.ts'
import { createRollingSum, updateRollingSum } from '#core/indicators/rolling/sum.ts'
import { createSma, updateSma } from '#core/indicators/sma.ts'
import { createWma, updateWma } from '#core/indicators/wma.ts'

const prices = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 100 })
/** Few enough values that many are equal. */
const ties = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 60 })
const lengths = fc.integer({ min: 1, max: 12 })
const total = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0)

/** Shows each value to `see` with the window that ends in it, or undefined while that is too short. */
function slide(
  values: readonly number[],
  length: number,
  see: (value: number, window: readonly number[] | undefined) => void,
): void {
  values.forEach((value, index) => {
    see(value, index + 1 < length ? undefined : values.slice(index + 1 - length, index + 1))
  })
}

describe('against a plain recomputation [COMP_JOEY]', () => {
  it('SMA of integers is exact', () => {
    fc.assert(
      fc.property(prices, lengths, (values, length) => {
        const sma = createSma(length)
        slide(values, length, (value, window) => {
          expect(updateSma(sma, value)).toBe(window === undefined ? Number.NaN : total(window) / length)
        })
      }),
    )
  })

  it('WMA of integers is exact', () => {
    fc.assert(
      fc.property(prices, lengths, (values, length) => {
        const wma = createWma(length)
        slide(values, length, (value, window) => {
          const sum = total(window?.map((each, index) => each * (index + 1)) ?? [Number.NaN])
          expect(updateWma(wma, value)).toBe(sum / ((length * (length + 1)) / 2))
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

  it('CCI is the distance from the mean in mean deviations', () => {
    fc.assert(
      fc.property(prices, lengths, (values, length) => {
        const cci = createCci(length)
        slide(values, length, (value, window) => {
          const seen = updateCci(cci, value, value, value)
          if (window === undefined) return expect(seen).toBeNaN()
          const mean = total(window) / length
          const deviation = total(window.map((each) => Math.abs(each - mean))) / length
          const expected = window.every((each) => each === value) ? 0 : (value - mean) / (0.015 * deviation)
          expect(seen).toBeCloseTo(expected, 6)
        })
      }),
    )
  })

  it('a rolling sum of integers is exact', () => {
    fc.assert(
      fc.property(ties, lengths, (values, length) => {
        const rolling = createRollingSum(length)
        slide(values, length, (value, window) => {
          expect(updateRollingSum(rolling, value)).toBe(window === undefined ? Number.NaN : total(window))
        })
      }),
    )
  })

  it('a rolling extreme is the newest of the best', () => {
    fc.assert(
      fc.property(ties, lengths, fc.constantFrom(1, -1), (values, length, sign) => {
        const rolling = createRollingExtreme(length, sign)
        slide(values, length, (value, window) => {
          const seen = [updateRollingExtreme(rolling, value), readExtremeAge(rolling)]
          if (window === undefined) return expect(seen).toEqual([Number.NaN, Number.NaN])
          const best = sign > 0 ? Math.max(...window) : Math.min(...window)
          expect(seen).toEqual([best, length - 1 - window.lastIndexOf(best)])
        })
      }),
    )
  })

  it('rolling moments keep nine digits of a deviation that is a billionth of the values', () => {
    fc.assert(
      fc.property(ties, lengths, (values, length) => {
        const rolling = createRollingMoments(length)
        // A step of 1/8 at 1e8: sums of squares would need 19 digits before the first that matters.
        const step = (value: number) => 100_000_000 + value / 8
        slide(values, length, (value, window) => {
          const { mean, deviation } = updateRollingMoments(rolling, step(value))
          if (window === undefined) return expect([mean, deviation]).toEqual([Number.NaN, Number.NaN])
          const middle = total(window) / length
          const variance = total(window.map((each) => (each - middle) * (each - middle))) / length
          expect(Math.abs(mean - step(middle))).toBeLessThan(1e-7)
          expect(Math.abs(deviation - Math.sqrt(variance) / 8)).toBeLessThan(1e-7)
        })
      }),
    )
  })
})
