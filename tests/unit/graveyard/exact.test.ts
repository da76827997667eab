import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { basisPoints, compareProducts, compareRatio, isAmount, isCount, read } from '#graveyard/exact.ts'
import { LIMITS } from '#graveyard/limits.ts'

const LARGEST = Number.MAX_SAFE_INTEGER
const anyInteger = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -50, max: 50 }),
  fc.integer({ min: 0, max: 1_000 }).map((less) => LARGEST - less),
)

function sign(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0
}

describe('compareProducts', () => {
  it('agrees with BigInt on all integers of 2^53', () => {
    fc.assert(
      fc.property(anyInteger, anyInteger, anyInteger, anyInteger, (a, b, c, d) => {
        expect(compareProducts(a, b, c, d)).toBe(sign(BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d)))
      }),
    )
  })

  it('tells near ties apart at any size', () => {
    const factor = fc.integer({ min: 1, max: 94_906_265 })
    const offset = fc.integer({ min: -3, max: 3 })
    fc.assert(
      fc.property(factor, factor, factor, factor, offset, (p, q, r, s, by) => {
        // (p·q)·(r·s) against (p·r)·(q·s) is a tie; one factor is then moved by a unit or three.
        const [a, b, c, d] = [p * q, r * s, p * r + by, q * s]
        fc.pre([a, b, c, d].every(Number.isSafeInteger))
        expect(compareProducts(a, b, c, d)).toBe(sign(BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d)))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('compareRatio', () => {
  it('puts exactly the limit on the limit and one unit beside it, up to 2^53', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Math.floor(LARGEST / 10) }), (tenth) => {
        const whole = tenth * 10
        expect(compareRatio(tenth, whole, 1_000)).toBe(0)
        expect(compareRatio(tenth + 1, whole, 1_000)).toBe(1)
        expect(compareRatio(tenth - 1, whole, 1_000)).toBe(-1)
      }),
    )
  })
})

describe('the readers', () => {
  it('take a column that the vector lacks for missing', () => {
    expect(read(new Float64Array(1), 7)).toBeNaN()
  })

  it('know an amount from everything else', () => {
    for (const value of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, LARGEST + 1])
      expect(isAmount(value)).toBe(false)
    expect([isAmount(1), isAmount(LARGEST), isCount(0), isCount(-1)]).toEqual([true, true, true, false])
  })

  it('turn every ratio among the limits into whole basis points', () => {
    const { max_position_size, max_daily_loss, max_leverage, min_risk_reward } = LIMITS
    const { maxVolumeShare, maxFloatShare, minStopDistance, maxStopDistance } = LIMITS
    const ratios = [max_position_size, max_daily_loss, max_leverage, min_risk_reward]
    expect(ratios.map(basisPoints)).toEqual([1_000, 500, 20_000, 15_000])
    expect([maxVolumeShare, maxFloatShare, minStopDistance, maxStopDistance].map(basisPoints)).toEqual([
      100, 50, 10, 2_000,
    ])
  })
})
