import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBollinger } from '#core/indicators/bollinger.ts'
import { createEma, updateEma } from '#core/indicators/ema.ts'
import { createRsi, updateRsi } from '#core/indicators/rsi.ts'
import { SUBJECTS, type TestBar, walk } from './subjects.ts'

const bars: fc.Arbitrary<readonly TestBar[]> = fc.array(
  fc
    .record({
      session: fc.integer({ min: 0, max: 1 }),
      close: fc.integer({ min: 1_000, max: 1_010 }),
      above: fc.integer({ min: 0, max: 3 }),
      below: fc.integer({ min: 0, max: 3 }),
      volume: fc.integer({ min: 0, max: 3 }),
    })
    .map(({ session, close, above, below, volume }) => ({
      session,
      high: close + above,
      low: close - below,
      close,
      volume,
    })),
  { minLength: 1, maxLength: 40 },
)

/** Those that forget what left their window. */
const WINDOWED = [
  'cutler-rsi',
  'stochastic',
  'williams-r',
  'cci',
  'roc',
  'aroon',
  'simple-atr',
  'bollinger',
  'donchian',
  'session-vwap',
  'rolling-vwap',
  'mfi',
]

describe('what is refused', () => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('a length of %d', (length) => {
    expect(() => createEma(length)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(() => createBollinger(length, 2)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a multiple of %d', (multiple) => {
    expect(() => createBollinger(5, multiple)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})

describe.each(SUBJECTS)('$name', ({ start, takes, warm, grows, flat }) => {
  it('answers NaN to what is not finite and leaves it out', () => {
    const running = start()
    for (const bar of walk(50)) running.update(bar)
    const before = running.text()
    for (const field of takes) {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const [bar] = walk(1)
        const parts = running.update({ ...bar, [field]: value } as TestBar)
        expect(parts.every(Number.isNaN)).toBe(true)
        expect(running.text()).toBe(before)
      }
    }
  })

  it('warms up after the bars it states, and reads as it updates', () => {
    const running = start()
    expect(running.read().every(Number.isNaN)).toBe(true)
    walk(20).forEach((bar, index) => {
      const parts = running.update({ ...bar, volume: bar.volume + 1 })
      expect(parts.map(Number.isNaN), `bar ${index}`).toEqual(warm.map((needed) => index + 1 < needed))
      expect(running.read()).toEqual(parts)
    })
  })

  it('continues the same from a snapshot, and never has a number in it that JSON has not', () => {
    fc.assert(
      fc.property(bars, fc.integer({ min: 0, max: 40 }), (series, cut) => {
        const whole = start()
        const broken = start()
        series.forEach((bar, index) => {
          if (index === cut) broken.restart()
          expect(broken.update(bar)).toEqual(whole.update(bar))
          expect(broken.text()).toBe(whole.text())
          expect(whole.text()).not.toContain('null')
        })
      }),
    )
  })

  it('follows the scale of prices: to the bit by a power of two', () => {
    fc.assert(
      fc.property(bars, (series) => {
        const [plain, scaled] = [start(), start()]
        for (const bar of series) {
          const parts = plain.update(bar)
          const expected = parts.map((part, index) => (grows[index] === 'price' ? part / 1_024 : part))
          expect(scaled.update(scale(bar, 1 / 1_024))).toEqual(expected)
        }
      }),
    )
  })

  it('follows the scale of prices: integers of 1e-8 and plain floats agree', () => {
    const [integers, floats] = [start(), start()]
    for (const bar of walk(400)) {
      const parts = integers.update(bar)
      const others = floats.update(scale(bar, 1e-8))
      parts.forEach((part, index) => {
        const other = others[index] ?? 0
        if (Number.isNaN(part)) expect(other).toBeNaN()
        // Prices are around 1.5e10 and 150: twelve digits of them.
        else if (grows[index] === 'price') expect(Math.abs(part * 1e-8 - other)).toBeLessThan(150e-12)
        else expect(Math.abs(part - other)).toBeLessThan(1e-7)
      })
    }
  })

  it('has its stated value on flat bars without volume', () => {
    const running = start()
    const bar = { session: 1, high: 8, low: 8, close: 8, volume: 0 }
    let parts: readonly number[] = []
    for (let index = 0; index < 40; index++) parts = running.update(bar)
    expect(parts).toEqual(flat)
  })
})

describe('when the market falls still after movement', () => {
  const still = { session: 99, high: 0.1, low: 0.1, close: 0.1, volume: 0 }

  it.each(SUBJECTS.filter(({ name }) => WINDOWED.includes(name)))(
    '$name is at its flat value to the bit as soon as the window is flat',
    ({ start, flat, grows }) => {
      for (let before = 40; before < 50; before++) {
        const running = start()
        for (const bar of walk(before)) running.update(bar)
        let parts: readonly number[] = []
        for (let index = 0; index < 12; index++) parts = running.update(still)
        expect(parts).toEqual(
          flat.map((value, index) => (grows[index] === 'price' ? (value / 8) * 0.1 : value)),
        )
      }
    },
  )

  it('an indicator on an indicator starts when that is warm', () => {
    const rsi = createRsi(2)
    const smooth = createEma(2)
    const values = [5, 8, 7, 4].map((value) => updateEma(smooth, updateRsi(rsi, value)))
    expect(values).toEqual([Number.NaN, Number.NaN, Number.NaN, (75 + 30) / 2])
  })
})

function scale(bar: TestBar, by: number): TestBar {
  return { ...bar, high: bar.high * by, low: bar.low * by, close: bar.close * by }
}
