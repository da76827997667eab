/** Whatever a file says: it is refused, or it denies everything that was denied without it. */

import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Json, OrderFacts } from '#core/contract.ts'
import hrm from '#plugins/hrm/index.ts'
import { denied, findings, judge, orderFacts, setupOf } from './orders.ts'

const amount = fc.oneof(
  fc.integer({ min: 0, max: 2_000_000_000_000 }),
  fc.constantFrom(Number.NaN, 0, -1, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER),
)
const share = fc.oneof(fc.integer({ min: 0, max: 400_000_000 }), fc.constant(Number.NaN))
const text = fc.constantFrom(
  'breakout',
  'short_squeeze_setup',
  'washout_reversal',
  'pump',
  'forex',
  'swing',
  '',
)
const said = fc.dictionary(
  fc.constantFrom('price', 'catalyst', 'source', 'vix', 'pattern', 'direction', 'market_type', 'timestamp'),
  fc.oneof(text, fc.double(), fc.boolean(), fc.constant(null)) as fc.Arbitrary<Json>,
)

const orders: fc.Arbitrary<Partial<OrderFacts>> = fc.record({
  kind: fc.constantFrom('equity', 'fund', 'index', 'crypto'),
  side: fc.constantFrom('buy', 'sell'),
  type: fc.constantFrom('market', 'limit', 'stop'),
  orderPrice: amount,
  quantity: amount,
  turnoverToday: amount,
  positionAfter: amount,
  referencePrice: amount,
  entryPrice: amount,
  stopPrice: amount,
  notional: amount,
  equity: amount,
  exposureAfter: amount,
  rewardToRisk: share,
  averageVolume: amount,
  lossToday: share,
  strategy: text,
  agent: fc.constantFrom('kenny', ''),
  setup: fc.option(
    fc
      .tuple(fc.double({ min: 0, max: 1, noNaN: true }), text, said)
      .map(([confidence, pattern, metadata]) => setupOf({ confidence, pattern }, metadata)),
    { nil: undefined },
  ),
})

const share1 = fc.double({ min: 0.001, max: 1, noNaN: true })
const rule = fc.oneof(
  fc.record({ id: fc.constantFrom('RISK-001', 'RISK-004', 'RISK-005'), value: share1 }),
  fc.record({
    id: fc.constantFrom('ETH-001', 'ETH-004', 'PAT-001', 'RISK-003'),
    value: fc.double({ noNaN: true }),
  }),
  fc.record({ id: fc.constantFrom('USER-001', 'USER-002', 'ETH-002'), value: fc.array(text) }),
  fc.record({ id: fc.constantFrom('MKT-001', 'DATA-002', 'PAT-002'), enabled: fc.boolean() }),
  fc.record({
    id: fc.constantFrom('MKT-003', 'RISK-003', 'RISK-001'),
    severity: fc.constantFrom('warning', 'error', 'critical'),
  }),
  fc.record({
    id: fc.constantFrom('OWN-001', 'OWN-002'),
    stage: fc.constantFrom('ethics', 'risk', 'circuit_breakers'),
    severity: fc.constantFrom('warning', 'critical'),
    field: fc.constantFrom('price', 'metadata.vix', 'scores.x', 'confidence', 'kind'),
    operator: fc.constantFrom('gte', 'lte', 'equals', 'exists'),
    value: fc.oneof(share1, text),
    message: fc.constant('mine'),
  }),
)
const rulesets = fc
  .record(
    {
      version: fc.constant('1'),
      strict_mode: fc.boolean(),
      rules: fc.array(rule, { maxLength: 4 }),
      pattern_overrides: fc.array(
        fc.record(
          { pattern: text, max_position: share1, min_confidence: share1 },
          { requiredKeys: ['pattern'] },
        ),
        { maxLength: 2 },
      ),
      circuit_breakers: fc.array(
        fc.record({
          id: fc.constantFrom('CB-001', 'CB-002', 'CB-003'),
          value: fc.integer({ min: -5, max: 5 }),
        }),
        { maxLength: 2 },
      ),
      stages: fc.array(
        fc.record({
          name: fc.constantFrom('risk', 'ethics'),
          on_failure: fc.constantFrom('halt', 'collect'),
        }),
        { maxLength: 1 },
      ),
    },
    { requiredKeys: ['version'] },
  )
  .map((input) => ({ rulesets: [{ file: 'any.json', text: JSON.stringify(input) }] }))

describe('an overlay file', () => {
  it('never turns a denial into an approval', () => {
    let accepted = 0
    fc.assert(
      fc.property(rulesets, fc.array(orders, { minLength: 5, maxLength: 5 }), (settings, changes) => {
        if (findings(settings).length > 0) return
        accepted++
        for (const change of changes) {
          const before = denied(change)
          expect(denied(change, settings)).toEqual(expect.arrayContaining(before))
        }
      }),
      { numRuns: 600 },
    )
    expect(accepted).toBeGreaterThan(20)
  })

  it('never touches an exit', () => {
    fc.assert(
      fc.property(rulesets, orders, (settings, change) => {
        if (findings(settings).length > 0) return
        const overlay = denied({ ...change, opening: false }, settings).filter((name) =>
          name.startsWith('overlay:'),
        )
        expect(overlay).toEqual([])
      }),
    )
  })

  it('reports every limit exactly once, whatever the order', () => {
    const config = v.parse(hrm.config, {})
    const count = hrm.overlay.limits(config).length
    fc.assert(
      fc.property(orders, (change) => {
        const seen: number[] = []
        hrm.overlay.judge(orderFacts(change), (index) => seen.push(index), config, hrm.agent.initial())
        expect(seen).toEqual(Array.from({ length: count }, (_, index) => index))
        for (const { observed, limit } of Object.values(judge(change))) {
          expect(typeof observed).toBe('number')
          expect(limit).not.toBeNaN()
        }
      }),
    )
  })
})
