/**
 * Every rule of the built-in overlay: what it denies, what it just allows, and what it does without its
 * field.
 */

import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { parseCash, parsePrice, parseVolume } from '#core/math.ts'
import { formatTime, MINUTE } from '#core/time.ts'
import hrm from '#plugins/hrm/index.ts'
import { BUILT_IN } from '#plugins/hrm/ruleset.ts'
import { type Changes, denied, file, judge, NOW, ratio, saying, setupOf } from './orders.ts'

/** Warnings deny as well. */
const STRICT = file('version: 1\nstrict_mode: true')

/** Only what the rules say, breakers and pattern overrides among them. */
function rules(changes: Changes, settings?: object): string[] {
  return denied(changes, settings)
    .filter((name) => name.startsWith('overlay:'))
    .map((name) => name.slice('overlay:'.length))
}

const without = (key: string): Changes => ({ [key]: Number.NaN }) as Changes
const NO_PATTERN: Changes = { setup: { pattern: undefined, signal: undefined } }

/** [rule, what it denies, what it just allows, the field missing: denied or not its concern] */
const DENYING: readonly [string, Changes, Changes, Changes, 'denied' | 'allowed'][] = [
  [
    'ETH-001',
    { referencePrice: parsePrice('0.99999999') },
    { referencePrice: parsePrice('1') },
    without('referencePrice'),
    'denied',
  ],
  [
    'ETH-002',
    saying({ catalyst: 'A Coordinated move' }),
    saying({ catalyst: 'earnings beat' }),
    saying({}),
    'allowed',
  ],
  ['ETH-003', saying({ source: 'INSIDER_TIP' }), saying({ source: 'insider_tips' }), saying({}), 'allowed'],
  [
    'ETH-004',
    { averageVolume: parseVolume('99999.9999') },
    { averageVolume: parseVolume('100000') },
    without('averageVolume'),
    'denied',
  ],
  ['DATA-001', without('averageVolume'), {}, without('referencePrice'), 'denied'],
  [
    'DATA-002',
    { referencePrice: parsePrice('10000.00000001') },
    { referencePrice: parsePrice('10000') },
    without('referencePrice'),
    'denied',
  ],
  [
    'RISK-001',
    { exposureAfter: parseCash('10000.000001') },
    { exposureAfter: parseCash('10000') },
    without('exposureAfter'),
    'denied',
  ],
  ['RISK-002', without('stopPrice'), {}, without('stopPrice'), 'denied'],
  [
    'RISK-004',
    { notional: parseCash('10000'), equity: parseCash('24999') },
    { notional: parseCash('10000'), equity: parseCash('25000') },
    without('stopPrice'),
    'denied',
  ],
  [
    'PAT-001',
    { setup: setupOf({ confidence: 0.6499 }) },
    { setup: setupOf({ confidence: 0.65 }) },
    NO_PATTERN,
    'denied',
  ],
  ['PAT-002', NO_PATTERN, {}, { setup: undefined }, 'denied'],
  ['USER-001', saying({ direction: 'sideways' }), saying({ direction: 'swing' }), saying({}), 'allowed'],
  ['USER-002', saying({ market_type: 'forex' }), saying({ marketType: 'Equity' }), saying({}), 'allowed'],
]

/** The same for warnings: in strict mode. */
const WARNING: readonly [string, Changes, Changes, Changes, 'denied' | 'allowed'][] = [
  [
    'DATA-003',
    saying({ timestamp: formatTime(NOW - 15 * MINUTE - 1) }),
    saying({ time: NOW - 15 * MINUTE }),
    saying({}),
    'allowed',
  ],
  ['RISK-003', { rewardToRisk: ratio(2) - 1 }, { rewardToRisk: ratio(2) }, without('rewardToRisk'), 'denied'],
  [
    'RISK-005',
    { exposureAfter: parseCash('5000.000001'), setup: setupOf({ atr: '5' }) },
    { exposureAfter: parseCash('5000.000001'), setup: setupOf({ atr: '4.99' }) },
    { exposureAfter: parseCash('9000'), setup: setupOf({ evidence: {} }) },
    'allowed',
  ],
  [
    'PAT-003',
    saying({ scores: { weighted_total: 0.59 } }),
    saying({ scores: { weighted_total: 0.6 } }),
    saying({ scores: {} }),
    'allowed',
  ],
  [
    'PAT-004',
    saying({ scores: { technical_score: '0.49' } }),
    saying({ scores: { technical_score: '0.50' } }),
    saying({}),
    'allowed',
  ],
  ['MKT-002', saying({ fomc_day: true }), saying({ fomc_day: false }), saying({}), 'allowed'],
  ['MKT-003', saying({ vix: 35.01 }), saying({ vix: 35 }), saying({ vix: null }), 'allowed'],
  [
    'USER-003',
    saying({ expected_holding_hours: 121 }),
    saying({ expected_holding_hours: 120 }),
    saying({}),
    'allowed',
  ],
]

describe('the rules that deny [COMP_HRM] [REQ_AGENT_04]', () => {
  it.each(DENYING)(
    '%s: denies, just allows, and does without its field',
    (id, over, within, missing, then) => {
      expect(rules(over)).toContain(id)
      expect(rules(within)).not.toContain(id)
      expect(rules(missing).includes(id) ? 'denied' : 'allowed').toBe(then)
    },
  )
})

describe('the rules that warn', () => {
  it.each(WARNING)(
    '%s: denies in strict mode only, and is reported without',
    (id, over, within, missing, then) => {
      expect(rules(over, STRICT)).toContain(id)
      expect(rules(over)).not.toContain(id)
      const { denies, observed, limit } = judge(over)[`overlay:${id}`] ?? {}
      expect([denies, observed === limit, Number.isFinite(observed)]).toEqual([false, false, true])
      expect(rules(within, STRICT)).not.toContain(id)
      expect(rules(missing, STRICT).includes(id) ? 'denied' : 'allowed').toBe(then)
      expect(rules(missing)).not.toContain(id)
    },
  )

  it('MKT-001 is disabled until a file enables it', () => {
    const enabled = file('version: 1\nstrict_mode: true\nrules: [{ id: MKT-001, enabled: true }]')
    expect(rules({ inRegularHours: false }, STRICT)).not.toContain('MKT-001')
    expect(rules({ inRegularHours: false }, enabled)).toContain('MKT-001')
    expect(rules(saying({ trading_hours: 'pre' }), enabled)).toContain('MKT-001')
    expect(rules({}, enabled)).toEqual([])
  })
})

describe('the table as a whole', () => {
  it('has 22 rules, each tested above, 3 pattern overrides and 3 breakers', () => {
    const tested = [...DENYING, ...WARNING].map(([id]) => id)
    const ids = [...BUILT_IN.matchAll(/- id: (\S+)/g)].map((match) => match[1])
    expect(ids.filter((id) => id?.startsWith('CB-') === false).sort()).toEqual([...tested, 'MKT-001'].sort())
    expect(ids).toHaveLength(25)
    const names = hrm.overlay.limits(v.parse(hrm.config, {})).map(({ name }) => name)
    expect(names.slice(-9)).toEqual([
      'overlay:short_squeeze_setup.max_position',
      'overlay:short_squeeze_setup.min_confidence',
      'overlay:parabolic_blowoff.max_position',
      'overlay:parabolic_blowoff.max_stop',
      'overlay:washout_reversal.min_confidence',
      'overlay:washout_reversal.min_risk_reward',
      'overlay:CB-001',
      'overlay:CB-002',
      'overlay:CB-003',
    ])
  })

  it('leaves out warnings after a stage that halts has denied, and never a rule that denies', () => {
    const both = {
      ...saying({ catalyst: 'a pump', vix: 90, market_type: 'options' }),
      exposureAfter: parseCash('20000'),
    }
    const judged = judge(both)
    expect(rules(both)).toEqual(['ETH-002', 'RISK-001', 'USER-002'])
    expect(judged['overlay:MKT-003']?.observed).toBe(Number.POSITIVE_INFINITY)
    expect(judge(saying({ vix: 90 }))['overlay:MKT-003']?.observed).toBe(ratio(90))
    expect(rules(both, STRICT)).toContain('MKT-003')
  })
})

describe('whom the rules concern', () => {
  it('holds the price band and the volume against shares only', () => {
    const coin = { referencePrice: parsePrice('65000'), averageVolume: parseVolume('10') }
    expect(rules({ ...coin, kind: 'equity' })).toEqual(['ETH-004', 'DATA-002'])
    expect(rules({ ...coin, kind: 'fund' })).toEqual(['ETH-004'])
    expect(rules({ ...coin, kind: 'crypto' })).toEqual([])
    expect(rules({ kind: 'crypto', referencePrice: parsePrice('0.8') })).toEqual([])
    expect(rules({ kind: 'index', referencePrice: parsePrice('12000') })).toEqual([])
  })

  it('asks a person for no pattern, and an exit for nothing', () => {
    const person = { agent: '', proposer: 'person', setup: undefined } as const
    expect(rules(person)).toEqual([])
    expect(rules({ ...NO_PATTERN, agent: 'kenny' })).toEqual(['PAT-001', 'PAT-002'])
    expect(rules({ ...NO_PATTERN, opening: false, exposureAfter: parseCash('90000') })).toEqual([])
  })
})

describe('the word of a signal', () => {
  it('makes a verdict worse', () => {
    expect(rules(saying({ price: '0.50' }))).toEqual(['ETH-001'])
    expect(rules(saying({ price: 20_000 }))).toEqual(['DATA-002'])
    expect(rules(saying({ avgVolume: 5_000 }))).toEqual(['ETH-004'])
    expect(rules(saying({ confidence: 0.1 }))).toEqual(['PAT-001'])
    expect(rules(saying({ daily_pnl_percent: -2 }))).toEqual(['CB-001'])
    expect(rules(saying({ market_drop_percent: -3 }))).toEqual(['CB-003'])
  })

  it('never makes it better', () => {
    const better = { price: 100, avgVolume: 9_000_000, volume: 9_000_000, confidence: 0.99, pattern: 'sure' }
    const poor = {
      referencePrice: parsePrice('0.5'),
      averageVolume: Number.NaN,
      setup: setupOf({ confidence: 0.2 }, better),
    }
    expect(rules(poor)).toEqual(['ETH-001', 'ETH-004', 'DATA-001', 'PAT-001'])
    expect(rules({ setup: { pattern: undefined, signal: setupOf({}, better).signal } })).toContain('PAT-002')
    expect(rules(saying({ daily_pnl_percent: 5, market_drop_percent: 5 }))).toEqual([])
  })

  it('denies what it says and nobody can read', () => {
    expect(rules(saying({ price: 'cheap' }))).toEqual(['ETH-001', 'DATA-002'])
    expect(rules(saying({ price: [1] }))).toEqual(['ETH-001', 'DATA-002'])
    expect(rules(saying({ market_drop_percent: 'a lot' }))).toEqual(['CB-003'])
    expect(rules(saying({ timestamp: 'yesterday' }), STRICT)).toEqual(['DATA-003'])
    expect(rules(saying({ timestamp: NOW + MINUTE }), STRICT)).toEqual(['DATA-003'])
    expect(rules(saying({ vix: 1e300 }), STRICT)).toEqual(['MKT-003'])
  })

  it('is searched whole, and what only sounds like a field of it is none', () => {
    expect(rules(saying({ catalyst: { headline: ['nothing', 'A PUMP'] } }))).toEqual(['ETH-002'])
    expect(rules(saying({ catalyst: null }))).toEqual([])
    expect(rules(saying({ scores: 'high', constructor: 1 }), STRICT)).toEqual([])
  })
})

describe('pattern overrides', () => {
  const squeeze = 'short_squeeze_setup'
  it('holds a pattern to its own bounds, whoever names it', () => {
    const large = { exposureAfter: parseCash('5001') }
    const name = 'short_squeeze_setup.max_position'
    expect(rules({ ...large, setup: setupOf({ pattern: squeeze }) })).toEqual([name])
    expect(rules({ ...large, ...saying({ pattern: 'Short_Squeeze_Setup' }) })).toEqual([name])
    expect(rules({ ...large, strategy: squeeze })).toEqual([name])
    expect(rules({ exposureAfter: parseCash('5000'), strategy: squeeze })).toEqual([])
    expect(rules(large)).toEqual([])
  })

  it('asks for more certainty, a nearer stop and a better reward', () => {
    expect(rules({ setup: setupOf({ pattern: squeeze, confidence: 0.74 }) })).toEqual([
      `${squeeze}.min_confidence`,
    ])
    expect(rules({ setup: setupOf({ pattern: squeeze, confidence: 0.75 }) })).toEqual([])
    const blowoff = { strategy: 'parabolic_blowoff' }
    expect(rules({ ...blowoff, stopPrice: parsePrice('89.99') })).toEqual(['parabolic_blowoff.max_stop'])
    expect(rules({ ...blowoff, stopPrice: parsePrice('90') })).toEqual([])
    const washout = { strategy: 'washout_reversal', rewardToRisk: ratio(2.99) }
    expect(rules(washout)).toEqual(['washout_reversal.min_risk_reward'])
    expect(rules({ ...washout, rewardToRisk: ratio(3) })).toEqual([])
  })

  it('asks a person for no certainty', () => {
    expect(rules({ strategy: squeeze, agent: '', proposer: 'person', setup: undefined })).toEqual([])
  })
})
