import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision, LimitResult, Order } from '#core/contract.ts'
import { type Change, findNearest, JUDGEMENTS_MAX, toOrderChange } from '#core/gate/nearest.ts'
import { parseOrder } from '#core/gate/parse-order.ts'
import { nearestRecorded, obstaclesTo, withChange } from '#core/gate/recorded.ts'
import { FACT_NAMES, type FactName, type Facts } from '#graveyard/facts.ts'
import { CASH, judged, ONE, sound } from '#tests/support/facts.ts'

const SHARES = { lot: ONE, multiplier: 1 }
const CENT = ONE / 100

/** As a decision records them. */
function textOf(facts: Float64Array): string {
  return Array.from(facts, (fact) =>
    fact === Number.POSITIVE_INFINITY ? '*' : Number.isNaN(fact) ? '' : String(fact),
  ).join()
}

interface Terms {
  readonly shares?: number
  readonly stop?: number
  readonly target?: number
  readonly limit?: number
}

const orderOf = ({ shares = 50, stop = 95, target = 110, limit }: Terms): Order => ({
  symbol: 'XYZ',
  side: 'buy',
  type: limit === undefined ? 'market' : 'limit',
  quantity: String(shares),
  ...(limit === undefined ? {} : { limitPrice: String(limit) }),
  ...(Number.isNaN(stop) ? {} : { stopLoss: { price: String(stop) } }),
  ...(Number.isNaN(target) ? {} : { targets: [{ price: String(target), portion: '1' }] }),
})

/** What the gate would derive of the order on a flat book at 100.00 with 100,000 in it. */
function factsOf(terms: Terms, changes: Partial<Record<FactName, number>> = {}): Facts {
  const { shares = 50, stop = 95, target = 110, limit = 100 } = terms
  const gain = Number.isNaN(target) ? Number.NaN : Math.round((target - limit) * 100) * CENT
  return sound(
    {
      quantity: shares * ONE,
      stopCover: Number.isNaN(stop) ? 0 : shares * ONE,
      entry: Math.round(limit * 100) * CENT,
      stop: Math.round(stop * 100) * CENT,
      targets: Number.isNaN(target) ? 0 : 1,
      worstTargetGain: gain,
      portionSum: Number.isNaN(target) ? Number.NaN : ONE,
      reward: Number.isNaN(gain) ? 0 : gain,
      worstPosition: shares * ONE,
      exposureAfter: shares * Math.max(limit, 100) * CASH,
      grossAfter: shares * Math.max(limit, 100) * CASH,
    },
    changes,
  )
}

function decisionOf(
  terms: Terms,
  changes: Partial<Record<FactName, number>> = {},
  limits: readonly LimitResult[] = [],
): Decision {
  return { facts: textOf(factsOf(terms, changes)), order: orderOf(terms), limits } as unknown as Decision
}

function denied(limit: string, limitValue: string, observed: string | null = '0'): LimitResult {
  return { limit, limitValue, observed, reason: 'so it is', verdict: observed === null ? 'unknown' : 'deny' }
}

const changeOf = (decision: Decision, lot = ONE, conflicts: readonly string[] = []): Change | undefined => {
  const answer = nearestRecorded(decision, { ...SHARES, lot }, conflicts)
  return answer.found ? answer.change : undefined
}

describe('the nearest recorded order', () => {
  it.each([
    ['restricted', { restricted: 1 }],
    ['halted', { mode: 2 }],
    ['without a price', { reference: Number.NaN, entry: Number.NaN }],
    ['at the day’s loss limit', { dayLossLatched: 1 }],
    [
      'not even one lot fits',
      { position: 100 * ONE, worstPosition: 150 * ONE, exposureAfter: 15_000 * CASH },
    ],
  ] as const)('is none where no change of terms would help: %s', (_name, changes) => {
    expect(changeOf(decisionOf({}, changes))).toBeUndefined()
  })

  it('is none where the record holds nothing, or a limit that nothing is known of', () => {
    const empty = { facts: FACT_NAMES.map(() => '').join(), order: orderOf({}), limits: [] }
    expect(changeOf(empty as unknown as Decision)).toBeUndefined()
    expect(changeOf(decisionOf({}, {}, [denied('overlay:ETH-001', '1')]))).toBeUndefined()
    expect(changeOf(decisionOf({}, {}, [denied('duplicate', '5000')]))).toBeUndefined()
  })

  it('is the largest order that keeps the position within 10 % of equity', () => {
    expect(changeOf(decisionOf({ shares: 137 }))).toEqual({ quantity: 100 * ONE })
    expect(changeOf(decisionOf({ shares: 137 }), 7 * ONE)).toEqual({ quantity: 98 * ONE })
    expect(changeOf(decisionOf({ shares: 10_000_000_000_000 / ONE }))).toEqual({ quantity: 100 * ONE })
  })

  it('asks for another stop where size is not what stands in the way, and for the closest one', () => {
    expect(changeOf(decisionOf({ stop: 99.95 }))).toEqual({ stop: 9_990 * CENT })
    expect(changeOf(decisionOf({ stop: 75, target: 190 }))).toEqual({ stop: 80 * ONE })
    expect(changeOf(decisionOf({ stop: 75, target: 108 }))).toEqual({ stop: 9_467 * CENT })
    expect(changeOf(decisionOf({ stop: Number.NaN, target: 109 }))).toEqual({ stop: 94 * ONE })
  })

  it('changes the target where no stop earns enough, and both where both are missing', () => {
    expect(changeOf(decisionOf({ target: Number.NaN }))).toEqual({ target: 10_750 * CENT })
    expect(changeOf(decisionOf({ target: 99 }))).toEqual({ target: 10_750 * CENT })
    expect(changeOf(decisionOf({ stop: Number.NaN, target: Number.NaN }))).toEqual({
      stop: 80 * ONE,
      target: 130 * ONE,
    })
  })

  it('changes quantity and stop where both stand in the way', () => {
    expect(changeOf(decisionOf({ shares: 137, stop: 75, target: 108 }))).toEqual({
      quantity: 100 * ONE,
      stop: 9_467 * CENT,
    })
  })

  it.each([
    ['order_size', '20', '30', { quantity: 20 * ONE }],
    ['order_notional', '2000', '3000', { quantity: 20 * ONE }],
    ['trade_risk', '100', '150', { quantity: 20 * ONE }],
    ['overlay:share', '0.02', '0.03', { quantity: 20 * ONE }],
    ['overlay:loss', '0.001', '0.0015', { quantity: 20 * ONE }],
    ['overlay:distance', '0.04', '0.05', { stop: 96 * ONE }],
    ['overlay:ratio', '2.5', '2', { stop: 96 * ONE }],
  ])('keeps the limit %s of %s, known by having observed %s', (limit, bound, observed, change) => {
    const decision = decisionOf({ shares: 30 }, {}, [denied(limit, bound, observed)])
    expect(changeOf(decision)).toEqual(change)
  })

  it('keeps a collar, and what it does not recognise stands', () => {
    const terms = { limit: 106, target: 130 }
    expect(changeOf(decisionOf(terms, {}, [denied('price_collar', '0.03', '0.06')]))).toEqual({
      limit: 103 * ONE,
    })
    const decision = decisionOf(terms, {}, [denied('overlay:mood', '0.03', '0.061')])
    expect(changeOf(decision)).toBeUndefined()
    expect(obstaclesTo(decision, SHARES, {})).toEqual(['overlay:mood: so it is'])
  })

  it('names the limits that asked for a stop that was not there, and judges what it can', () => {
    const bare = { stop: Number.NaN, target: 130 }
    const limits = [denied('overlay:stop', '1'), denied('overlay:loss', '0.01', null)]
    const risk = denied('trade_risk', '500', null)
    expect(nearestRecorded(decisionOf(bare, {}, [...limits, risk]), SHARES, [])).toEqual({
      found: true,
      change: { stop: 90 * ONE },
      unjudged: ['overlay:stop', 'overlay:loss'],
    })
    expect(changeOf(decisionOf(bare, {}, [denied('shortable', '1')]))).toBeUndefined()
    expect(changeOf(decisionOf({}, {}, limits))).toBeUndefined()
  })

  it('names the own orders to cancel first, and cannot without knowing them', () => {
    const crossing = decisionOf({}, { selfTrades: 2 })
    expect(changeOf(crossing)).toBeUndefined()
    expect(changeOf(crossing, ONE, ['a', 'b'])).toEqual({ cancelFirst: ['a', 'b'] })
  })

  it('does not count on less exposure where the other side makes the worst case', () => {
    const opposite = { worstPosition: 150 * ONE, exposureAfter: 15_000 * CASH }
    expect(changeOf(decisionOf({ shares: 120 }, opposite))).toBeUndefined()
    const layered = { layerQuantity: 110 * ONE, worstPosition: 110 * ONE, exposureAfter: 11_000 * CASH }
    expect(changeOf(decisionOf({ shares: 110 }, layered))).toBeUndefined()
  })

  it('turns an order that would flip a position into the exit that it fits', () => {
    const flip = {
      side: -1,
      position: 50 * ONE,
      worstPosition: 50 * ONE,
      mode: 1,
    } as const
    expect(changeOf(decisionOf({ shares: 80 }, { ...flip, reasonGiven: 1 }))).toEqual({ quantity: 50 * ONE })
  })

  it('counts on no smaller size where another leg of its group may count in its place', () => {
    const inGroup = (terms: Terms, changes: Partial<Record<FactName, number>>) => {
      const decision = decisionOf(terms, changes)
      return changeOf({ ...decision, order: { ...decision.order, group: 'g' } })
    }
    expect(inGroup({ shares: 137 }, {})).toBeUndefined()
    const flip = { side: -1, position: 50 * ONE, worstPosition: 50 * ONE, mode: 1, reasonGiven: 1 } as const
    expect(inGroup({ shares: 80 }, flip)).toBeUndefined()
    expect(inGroup({ stop: 99.95 }, {})).toEqual({ stop: 9_990 * CENT })
  })

  it('moves a stop that trails, and leaves how it trails to its proposer', () => {
    const decision = decisionOf({ stop: 99.95 })
    const stopLoss = { price: '99.95', trail: '2.5' }
    const change = changeOf({ ...decision, order: { ...decision.order, stopLoss } })
    expect(change).toEqual({ stop: 9_990 * CENT, stopTrail: 250 * CENT })
    expect(toOrderChange(change ?? {})).toEqual({ stopLoss: { price: '99.9', trail: '2.5' } })
  })

  it('passes when it is judged again, and one lot more does not', () => {
    const terms = fc.record({
      shares: fc.integer({ min: 1, max: 5_000 }),
      stop: fc.oneof(
        fc.integer({ min: 5_000, max: 10_400 }).map((cents) => cents / 100),
        fc.constant(Number.NaN),
      ),
      target: fc.oneof(
        fc.integer({ min: 9_000, max: 21_000 }).map((cents) => cents / 100),
        fc.constant(Number.NaN),
      ),
    })
    fc.assert(
      fc.property(terms, fc.integer({ min: 1, max: 120 }), (given, lot) => {
        const facts = factsOf(given)
        fc.pre(judged(facts).mask !== 0 && lot <= 100)
        const change = changeOf(decisionOf(given), lot * ONE)
        expect(change).toBeDefined()
        const parsed = parseOrder(orderOf(given))
        const judge = (more: Change) => judged(withChange(facts, parsed, { ...change, ...more })).mask
        expect(judge({})).toBe(0)
        const { quantity, stop } = change ?? {}
        if (stop !== undefined) expect(stop % CENT).toBe(0)
        if (quantity === undefined) return
        expect(quantity % (lot * ONE)).toBe(0)
        expect(judge({ quantity: quantity + lot * ONE })).not.toBe(0)
      }),
    )
  })
})

describe('the search', () => {
  const parsed = parseOrder(orderOf({ shares: 90_000_000, stop: 50, limit: 150 }))
  const question = { parsed, tick: 1, lot: 1, entry: 150 * ONE, reference: 100 * ONE, conflicts: ['w1'] }

  it('judges a bounded number of orders, and what it gives passed even so', () => {
    const judgements: Change[] = []
    const answer = findNearest({
      ...question,
      passes: (change) => {
        judgements.push(change)
        const { quantity = parsed.quantity, limit = parsed.price, cancelFirst = [] } = change
        return quantity < 12_345_678_901 && limit < 123 * ONE && cancelFirst.includes('w1')
      },
    })
    expect(judgements.length).toBeLessThanOrEqual(JUDGEMENTS_MAX)
    if (!answer.found) throw new Error('none was found')
    expect(answer.change.quantity).toBeLessThan(12_345_678_901)
    expect(answer.change.limit).toBeLessThan(123 * ONE)
    expect(judgements).toContainEqual(answer.change)
  })

  it('shows the most careful order that it tried when there is none', () => {
    const answer = findNearest({ ...question, lot: ONE, passes: () => false })
    expect(answer).toMatchObject({ found: false, tried: { quantity: ONE, limit: 100 * ONE } })
  })

  it('is put as members of an order, in decimal texts', () => {
    const change = { quantity: 5 * ONE, limit: CENT, stop: 95 * ONE, target: 110 * ONE, cancelFirst: ['a'] }
    expect(toOrderChange(change)).toEqual({
      quantity: '5',
      limitPrice: '0.01',
      stopLoss: { price: '95' },
      targets: [{ price: '110', portion: '1' }],
      cancelFirst: ['a'],
    })
    expect(toOrderChange({})).toEqual({})
  })
})
