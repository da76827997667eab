import { describe, expect, it } from 'vitest'
import type { Decision, Order, Plugin } from '#core/contract.ts'
import {
  digestLine,
  fromFactText,
  rejudge,
  toDecision,
  toLimits,
  toRuleResults,
} from '#core/gate/decision.ts'
import { createGate, judgeProposal, OVERLAY_BIT } from '#core/gate/gate.ts'
import { parseOrder } from '#core/gate/parse-order.ts'
import { sealHolds } from '#core/gate/seal.ts'
import { limitsText } from '#graveyard/limits.ts'
import { SEAL } from '#graveyard/seal.ts'
import { createTestKernel, hash, orderOf, type TestKernel } from '#tests/support/kernel.ts'

type Judge = NonNullable<Plugin['overlay']>['judge']

async function market(): Promise<TestKernel> {
  const test = await createTestKernel()
  test.bar(100)
  return test
}

/** Judged on a gate of its own, by an overlay of one limit. */
function judgeBy(test: TestKernel, judge: Judge, order: Order = orderOf()) {
  const gate = createGate()
  const proposal = {
    parsed: parseOrder(order),
    proposer: 'agent',
    agent: 'kenny',
    standing: 'real',
    orderHash: '',
    setup: undefined,
    signal: '',
    chain: [],
    rootSource: 'sp500',
    rootIsMarket: true,
    hops: 3,
  } as const
  const limits = [{ name: 'one', unit: 'flag' as const, denies: 'no' }]
  const overlay = { name: 'hrm', part: { limits, judge }, limits, config: { max: 5 }, state: () => undefined }
  const mask = judgeProposal(gate, proposal, test.kernel.context, overlay)
  return { gate, mask, limits: toLimits(gate.overlay) }
}

describe('an overlay', () => {
  it.each<[string, Judge, boolean]>([
    ['that allows', (_, report) => report(0, false, 1, 2), false],
    ['that denies', (_, report) => report(0, true, 3, 2), true],
    ['that cannot tell', (_, report) => report(0, false, Number.NaN, 2), true],
    ['that says nothing', () => undefined, true],
    ['that speaks of another limit', (_, report) => report(1, false, 1, 2), true],
    ['that does not concern itself', (_, report) => report(0, false, Number.POSITIVE_INFINITY, 2), false],
    [
      'that throws',
      () => {
        throw new Error('x')
      },
      true,
    ],
    [
      'that allows and then throws',
      (_, report) => {
        report(0, false, 1, 2)
        throw new Error('x')
      },
      true,
    ],
    [
      'that takes a denial back',
      (_, report) => {
        report(0, true, 3, 2)
        report(0, false, 1, 2)
      },
      true,
    ],
  ])('%s', async (_, judge, denies) => {
    const { mask } = judgeBy(await market(), judge)
    expect(mask).toBe(denies ? OVERLAY_BIT : 0)
  })

  it('is asked with its own settings and the facts of the gate', async () => {
    let asked: unknown[] = []
    judgeBy(await market(), (facts, report, config) => {
      asked = [{ ...facts }, config]
      report(0, false, 1, 2)
    })
    expect(asked).toEqual([
      expect.objectContaining({
        symbol: 'XYZ',
        side: 'buy',
        opening: true,
        quantity: 5_000_000_000,
        notional: 5_000_000_000,
        equity: 100_000_000_000,
        positionAfter: 5_000_000_000,
        shortable: true,
        onBars: true,
      }),
      { max: 5 },
    ])
  })

  it('carries nothing over from the order before', async () => {
    const test = await market()
    const first = judgeBy(test, (_, report) => report(0, true, 3, 2))
    expect(first.limits).toEqual([
      expect.objectContaining({ verdict: 'deny', observed: '3', limitValue: '2' }),
    ])
    const { gate } = first
    const proposal = {
      parsed: parseOrder(orderOf()),
      proposer: 'agent',
      agent: '',
      standing: 'question',
      orderHash: '',
      setup: undefined,
      signal: '',
      chain: [],
      rootSource: '',
      rootIsMarket: false,
      hops: 0,
    } as const
    expect(judgeProposal(gate, proposal, test.kernel.context, test.kernel.overlay)).toBe(0)
    expect(toLimits(gate.overlay).every(({ verdict }) => verdict === 'allow')).toBe(true)
  })
})

describe('judging', () => {
  it('leaves the book as it is, for symbols that nobody knows too', async () => {
    const test = await market()
    const before = JSON.stringify(test.kernel.book.state)
    for (const symbol of ['WHO', '__proto__', 'constructor', '']) {
      const { mask } = judgeBy(test, (_, report) => report(0, false, 1, 2), orderOf({ symbol }))
      expect(mask).not.toBe(0)
    }
    expect(JSON.stringify(test.kernel.book.state)).toBe(before)
    expect(test.kernel.book.index.size).toBe(1)
  })

  it('of an unknown symbol, or of one without a price, names the owner of prices', async () => {
    const test = await market()
    for (const symbol of ['WHO', '__proto__', 'constructor'])
      expect(test.request(orderOf({ symbol })).payload.deniedBy).toContain('validate_data_sources')
    expect(test.kernel.book.index.size).toBe(1)
  })

  it.each<[string, Partial<Order>, readonly string[], readonly string[]]>([
    [
      'no quantity',
      { quantity: 'x' },
      ['max_position_size'],
      ['no_pump_and_dump', 'max_leverage', 'require_stop_loss'],
    ],
    ['no stop', { stopLoss: undefined as never }, ['require_stop_loss'], ['min_risk_reward']],
    [
      'a stop that cannot be read',
      { stopLoss: { price: '1e2' } },
      ['require_stop_loss'],
      ['min_risk_reward'],
    ],
    ['no target', { targets: [] }, ['min_risk_reward'], []],
    [
      'a target that cannot be read, before a good one',
      {
        targets: [
          { price: 'x', portion: '0.5' },
          { price: '130', portion: '0.5' },
        ],
      },
      ['min_risk_reward'],
      [],
    ],
    [
      'another type',
      { type: 'iceberg' as never },
      ['require_hrm_approval', 'validate_data_sources'],
      ['require_stop_loss', 'min_risk_reward'],
    ],
    ['too much of it', { quantity: '101' }, ['max_position_size'], []],
  ])('of an order with %s is by its owner rule', async (_, change, denied, unknown) => {
    const { payload } = (await market()).request({ ...orderOf(), ...change } as Order)
    expect(payload.allowed).toBe(false)
    expect([payload.deniedBy, payload.unknown]).toEqual([denied, unknown])
  })

  it('lets exactly a tenth of equity pass, and no hundred-millionth more', async () => {
    const ask = async (quantity: string) => (await market()).request(orderOf({ quantity })).payload
    expect((await ask('100')).deniedBy).toEqual([])
    const over = await ask('100.00001')
    expect(over.deniedBy).toEqual(['max_position_size'])
    expect(over.limitsDenied).toEqual(['order_notional', 'overlay:RISK-001'])
  })
})

describe('a decision', () => {
  it('carries all that it was judged on: rejudged from the journal it says the same [CLAIM_12]', async () => {
    const test = await market()
    const orders = [
      orderOf(),
      orderOf({ quantity: 'x' }),
      orderOf({ quantity: '500' }),
      orderOf({ symbol: 'WHO' }),
      orderOf({ side: 'sell' }),
    ]
    for (const order of orders) {
      const decision = test.request(order).payload
      const again = toRuleResults(rejudge(decision.facts))
      const named = (verdict: string) =>
        again.filter((rule) => rule.verdict === verdict).map(({ rule }) => rule)
      expect([named('deny'), named('unknown'), named('held')]).toEqual([
        decision.deniedBy,
        decision.unknown,
        decision.held,
      ])
      expect(again.filter(({ rule }) => decision.rules.some((other) => other.rule === rule))).toEqual(
        decision.rules,
      )
      expect(decision.factsDigest).toBe(hash.sha256Hex(decision.facts))
    }
  })

  it('reads its facts back as they were, missing and not applicable too', async () => {
    const { gate, mask } = judgeBy(
      await market(),
      (_, report) => report(0, false, 1, 2),
      orderOf({ quantity: '0.12345678', stopLoss: undefined as never }),
    )
    const terms = {
      decisionId: '',
      ordinal: 1,
      planId: '',
      principal: '',
      order: orderOf(),
      orderHash: '',
      rulesetDigest: '',
      mode: 'active',
    } as const
    const { facts } = toDecision(gate, mask, terms, hash)
    expect([...fromFactText(facts)]).toEqual([...gate.facts])
  })

  it('is digested by what was decided, not by when and where', () => {
    const decision = {
      ordinal: 1,
      orderHash: 'o',
      factsDigest: 'f',
      allowed: false,
      deniedBy: ['a'],
      unknown: ['b'],
      held: [],
      limitsDenied: ['c'],
    } as unknown as Decision
    const line = digestLine(decision)
    expect(digestLine({ ...decision, decisionId: 'other', planId: 'p', mode: 'halted' })).toBe(line)
    for (const change of [
      { ordinal: 2 },
      { orderHash: 'x' },
      { factsDigest: 'x' },
      { allowed: true },
      { deniedBy: [] },
      { unknown: [] },
      { held: ['x'] },
      { limitsDenied: [] },
    ])
      expect(digestLine({ ...decision, ...change })).not.toBe(line)
  })
})

describe('the seal', () => {
  it('holds for what is in memory, and not when the limits hash to something else', () => {
    expect(sealHolds(hash)).toBe(true)
    expect(hash.sha256Hex(limitsText())).toBe(SEAL.limits)
    expect(sealHolds({ ...hash, sha256Hex: () => '0'.repeat(64) })).toBe(false)
  })

  it('broken, denies everything, exits too [COMP_GRAVEYARD] [SAFE_GRAVEYARD]', async () => {
    const test = await market()
    test.request(orderOf())
    test.bar(100)
    test.kernel.context.sealHolds = false
    const exit = orderOf({ side: 'sell', cancelFirst: ['test-1-1.target1'] })
    expect(test.request(exit).payload).toMatchObject({
      allowed: false,
      intent: 'exit',
      deniedBy: ['immutable_graveyard'],
    })
  })
})
