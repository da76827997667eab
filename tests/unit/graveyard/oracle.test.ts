/**
 * A second derivation of the rules that compare amounts, in BigInt and from the wording, against random
 * orders near the limits.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judged, ONE, sound } from '#tests/support/facts.ts'

const LARGEST = Number.MAX_SAFE_INTEGER
const amount = (max: number = LARGEST) => fc.integer({ min: 1, max })
/** A number near share/of of a whole, on either side of it. */
const near = (whole: number, share: number, of: number) =>
  fc.integer({ min: -2, max: 2 }).map((by) => Number((BigInt(whole) * BigInt(share)) / BigInt(of)) + by)

describe('amounts near their limits', () => {
  it('5: worst exposure against a tenth of equity', () => {
    const pair = amount().chain((equity) => fc.tuple(fc.constant(equity), near(equity, 1, 10)))
    fc.assert(
      fc.property(pair, ([equity, exposureAfter]) => {
        fc.pre(exposureAfter >= 0)
        const facts = sound({ equity, exposureAfter, dayStartEquity: equity, grossAfter: 0 })
        const expected = 10n * BigInt(exposureAfter) > BigInt(equity) ? ['max_position_size'] : []
        expect(judged(facts).denied).toEqual(expected)
      }),
    )
  })

  it('6: the day’s loss against a twentieth of its start', () => {
    const triple = amount().chain((start) =>
      fc.tuple(fc.constant(start), near(start, 19, 20), fc.integer({ min: -3, max: 3 })),
    )
    fc.assert(
      fc.property(triple, ([dayStartEquity, equity, netDeposits]) => {
        fc.pre(equity > 0)
        const facts = sound({ dayStartEquity, equity, netDeposits, exposureAfter: 0, grossAfter: 0 })
        const loss = BigInt(dayStartEquity) + BigInt(netDeposits) - BigInt(equity)
        expect(judged(facts).denied).toEqual(20n * loss >= BigInt(dayStartEquity) ? ['max_daily_loss'] : [])
      }),
    )
  })

  it('7: gross exposure against twice the equity', () => {
    const pair = amount(2 ** 51).chain((equity) => fc.tuple(fc.constant(equity), near(equity, 2, 1)))
    fc.assert(
      fc.property(pair, ([equity, grossAfter]) => {
        fc.pre(grossAfter >= 0)
        const facts = sound({ equity, grossAfter, dayStartEquity: equity, exposureAfter: 0 })
        expect(judged(facts).denied).toEqual(BigInt(grossAfter) > 2n * BigInt(equity) ? ['max_leverage'] : [])
      }),
    )
  })

  it('3: the day’s quantity against a hundredth of average volume', () => {
    const triple = amount(90_000_000_000_000).chain((adv20) =>
      fc.tuple(fc.constant(adv20), near(adv20, 100, 1), fc.integer({ min: 0, max: ONE })),
    )
    fc.assert(
      fc.property(triple, ([adv20, total, quantity]) => {
        fc.pre(quantity > 0 && total >= quantity)
        const facts = sound({ adv20, quantity, sameSideToday: total - quantity, stopCover: LARGEST })
        // Share of volume in units: (total ÷ 1e8) ÷ (adv20 ÷ 1e4) > 1/100.
        const over = BigInt(total) * 10_000n * 100n > BigInt(adv20) * 100_000_000n
        expect(judged(facts).denied).toEqual(over ? ['no_pump_and_dump'] : [])
      }),
    )
  })

  it('8: the stop’s distance against 2 ticks, 0.1 % and 20 % of the entry', () => {
    const side = fc.constantFrom(1, -1)
    const place = amount(2 ** 52).chain((entry) =>
      fc.tuple(
        fc.constant(entry),
        fc.oneof(near(entry, 1, 1_000), near(entry, 1, 5), fc.integer({ min: -3, max: 9 })),
        amount(4),
      ),
    )
    fc.assert(
      fc.property(side, place, (direction, [entry, distance, tick]) => {
        const stop = entry - direction * distance
        fc.pre(stop > 0 && Number.isSafeInteger(stop))
        const facts = sound({ side: direction, entry, reference: entry, stop, tick, reward: LARGEST })
        const [far, start] = [BigInt(distance), BigInt(entry)]
        const wrong = far < 2n * BigInt(tick) || 1_000n * far < start || 5n * far > start
        expect(judged(facts).denied.includes('require_stop_loss')).toBe(wrong)
      }),
    )
  })

  it('9: reward against three halves of the risk', () => {
    const pair = amount(2 ** 52).chain((risk) => fc.tuple(fc.constant(risk), near(risk, 3, 2)))
    fc.assert(
      fc.property(pair, ([risk, reward]) => {
        fc.pre(reward >= 0)
        const facts = sound({ entry: LARGEST, stop: LARGEST - risk, reward })
        expect(judged(facts).denied.includes('min_risk_reward')).toBe(2n * BigInt(reward) < 3n * BigInt(risk))
      }),
    )
  })
})
