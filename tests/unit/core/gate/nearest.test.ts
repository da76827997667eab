import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearestQuantity } from '#core/gate/nearest.ts'
import { FACT_NAMES, type FactName } from '#graveyard/facts.ts'
import { replace, sound } from '#tests/support/facts.ts'

const ONE = 100_000_000
/** Cash units of 100 shares at 100.00: 10 % of the 100,000 that a sound vector has. */
const LIMIT = 10_000_000_000

/** As a decision records them. */
function textOf(facts: Float64Array): string {
  return Array.from(facts, (fact) =>
    fact === Number.POSITIVE_INFINITY ? '*' : Number.isNaN(fact) ? '' : String(fact),
  ).join()
}

/**
 * An order to buy `shares` at 100.00 on a flat book, protected as a whole, its exposure as the gate would
 * derive it.
 */
function orderOf(shares: number): Float64Array {
  const values: Partial<Record<FactName, number>> = {
    quantity: shares * ONE,
    stopCover: shares * ONE,
    position: 0,
    worstPosition: shares * ONE,
    exposureAfter: shares * 100_000_000,
    grossAfter: shares * 100_000_000,
    equity: 10 * LIMIT,
  }
  return Object.entries(values).reduce(
    (facts, [name, value]) => replace(facts, name as FactName, value),
    sound(),
  )
}

describe('nearestQuantity', () => {
  it('says nothing where size is not what stands in the way', () => {
    expect(nearestQuantity(textOf(replace(orderOf(50), 'restricted', 1)), ONE)).toBe(0)
    expect(nearestQuantity(textOf(replace(orderOf(50), 'stop', Number.NaN)), ONE)).toBe(0)
    expect(nearestQuantity(FACT_NAMES.map(() => '').join(), ONE)).toBe(0)
  })

  it('is the largest order that keeps the position within 10 % of equity', () => {
    expect(nearestQuantity(textOf(orderOf(137)), ONE)).toBe(100 * ONE)
    expect(nearestQuantity(textOf(orderOf(137)), 7 * ONE)).toBe(98 * ONE)
  })

  it('is a multiple of the lot, below the order, for any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 101, max: 5_000 }), fc.integer({ min: 1, max: 120 }), (shares, lot) => {
        const nearest = nearestQuantity(textOf(orderOf(shares)), lot * ONE)
        expect(nearest).toBe(Math.floor(100 / lot) * lot * ONE)
      }),
    )
  })
})
