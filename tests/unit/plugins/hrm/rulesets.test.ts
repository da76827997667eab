/** Files of people: what they may tighten, and what is refused with its line. */

import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { parseCash } from '#core/math.ts'
import hrm from '#plugins/hrm/index.ts'
import { denied, file, findings, ratio, saying, setupOf } from './orders.ts'

/** The findings of a file whose second line and on are these. */
const refused = (...lines: string[]): string[] => findings(file(['version: 1', ...lines].join('\n')))

describe('a file that loosens is refused with its line [REQ_AGENT_04]', () => {
  it('in YAML', () => {
    const lines = Array.from({ length: 14 }, (_, index) => `# comment ${index}`)
    expect(refused(...lines, 'rules:', '  - { id: RISK-001, value: 0.12 }')).toEqual([
      'limits.yaml:17: RISK-001 position_size lte 0.12 loosens 0.10',
    ])
  })

  it('in JSON', () => {
    const text = '{ "version": 1,\n"rules": [\n{ "id": "PAT-001",\n"value": 0.6 } ] }'
    expect(findings(file(text, 'mine.json'))).toEqual([
      'mine.json:4: PAT-001 confidence gte 0.6 loosens 0.65',
    ])
  })

  const cases: readonly [string, string, string][] = [
    ['a lower gte', '{ id: ETH-001, value: 0.5 }', 'ETH-001 price gte 0.5 loosens 1.00'],
    ['a higher age', '{ id: DATA-003, value: 16 }', 'DATA-003 timestamp age_minutes_lte 16 loosens 15'],
    [
      'a wider band',
      '{ id: DATA-002, value: [0.01, 10001] }',
      'DATA-002 price between [0.01, 10001] loosens [0.01, 10000]',
    ],
    [
      'a longer list of what is traded',
      '{ id: USER-002, value: [equity, crypto, forex] }',
      'loosens [equity, crypto]',
    ],
    ['a shorter list of bad words', '{ id: ETH-002, value: [pump] }', 'loosens [pump, dump,'],
    [
      'fewer required fields',
      '{ id: DATA-001, value: [symbol] }',
      'loosens [symbol, price, direction, volume]',
    ],
    ['another forbidden text', '{ id: ETH-003, value: nothing }', 'loosens insider_tip'],
    ['a disabled rule', '{ id: ETH-001, enabled: false }', 'ETH-001 is at work and cannot be disabled'],
    ['a lower severity', '{ id: RISK-001, severity: warning }', 'RISK-001 severity warning loosens error'],
    [
      'another field',
      '{ id: RISK-001, field: stop_distance }',
      'RISK-001 field stop_distance: it is position_size and stays so',
    ],
    ['another operator', '{ id: RISK-001, operator: gte }', 'RISK-001 operator gte: it is lte and stays so'],
    ['another stage', '{ id: RISK-001, stage: ethics }', 'RISK-001 stage ethics: it is risk and stays so'],
    ['a condition', '{ id: RISK-001, when: [] }', 'RISK-001 is there already'],
    [
      'a value of another type',
      '{ id: RISK-001, value: small }',
      'RISK-001 position_size: lte wants a number',
    ],
    [
      'a band upside down',
      '{ id: DATA-002, value: [10, 1] }',
      'between wants two numbers, the lower one first',
    ],
  ]
  it.each(cases)('%s', (_name, rule, why) => {
    const [finding, ...more] = refused('', 'rules:', `  - ${rule}`)
    expect(more).toEqual([])
    expect(finding).toContain('limits.yaml:4: ')
    expect(finding).toContain(why)
  })

  const terms: readonly [string, string, string][] = [
    [
      'pattern_overrides',
      '{ pattern: short_squeeze_setup, max_position: 0.06 }',
      'max_position 0.06 loosens 0.05',
    ],
    ['pattern_overrides', '{ pattern: Washout_Reversal, min_risk_reward: 2 }', 'min_risk_reward 2 loosens 3'],
    ['pattern_overrides', '{ pattern: mine, max_position: 0.11 }', 'max_position'],
    ['pattern_overrides', '{ pattern: mine }', 'mine wants one of max_position'],
    ['circuit_breakers', '{ id: CB-001, value: -2.5 }', 'CB-001 daily_pnl_percent lte -2.5 loosens -2'],
    ['circuit_breakers', '{ id: CB-001, value: 0 }', 'wants a loss, below 0'],
    ['circuit_breakers', '{ id: CB-001, minutes: 60 }', 'CB-001 minutes 60 loosens 1440'],
    ['circuit_breakers', '{ id: CB-001, enabled: false }', 'cannot be disabled'],
    ['circuit_breakers', '{ id: CB-001, factor: 0.5 }', 'CB-001 knows no factor'],
    ['circuit_breakers', '{ id: CB-002, value: 4 }', 'CB-002 consecutive_losses gte 4 loosens 3'],
    ['circuit_breakers', '{ id: CB-002, value: 1.5 }', 'a whole number'],
    ['circuit_breakers', '{ id: CB-002, factor: 0.6 }', 'CB-002 factor 0.6 loosens 0.5'],
    ['circuit_breakers', '{ id: CB-003, action: suspend_trading }', 'stays so'],
    ['circuit_breakers', '{ id: CB-004, value: 1 }', 'CB-004 is no breaker'],
    ['stages', '{ name: ethics, on_failure: collect }', 'halts and keeps halting'],
    ['stages', '{ name: risk, order: 1 }', 'is number 3 and stays there'],
    ['stages', '{ name: mine }', 'mine is no stage'],
  ]
  it.each(terms)('%s %s', (list, entry, why) => {
    const [finding, ...more] = refused(`${list}:`, `  - ${entry}`)
    expect(more).toEqual([])
    expect(finding).toContain('limits.yaml:3: ')
    expect(finding).toContain(why)
  })

  it('strict mode that goes out again', () => {
    const files = ['version: 1\nstrict_mode: true', 'version: 1\nstrict_mode: false'].map((text, index) => ({
      file: `${index}.yaml`,
      text,
    }))
    expect(findings({ rulesets: files })).toEqual(['1.yaml:2: strict_mode is on and stays on'])
    expect(findings({ rulesets: files.slice(1) })).toEqual([])
  })

  it('what an earlier file has tightened', () => {
    const texts = ['0.05', '0.06'].map((value) => `version: 1\nrules: [{ id: RISK-001, value: ${value} }]`)
    const [finding] = findings({ rulesets: texts.map((text, index) => ({ file: `${index}.yaml`, text })) })
    expect(finding).toBe('1.yaml:2: RISK-001 position_size lte 0.06 loosens 0.05')
  })
})

describe('a file that nobody can be sure of is refused with its line', () => {
  const own = 'stage: risk, severity: error, message: no'
  const cases: readonly [string, string, string][] = [
    ['an id of another shape', '{ id: risk-1, value: 1 }', 'wants an id such as "OWN-001"'],
    ['an unknown key', '{ id: RISK-001, limit: 0.05 }', 'limit'],
    ['an unknown operator', '{ id: RISK-001, operator: lt }', 'operator'],
    ['an unknown severity', '{ id: RISK-001, severity: fatal }', 'severity'],
    ['a rule of its own that is not whole', '{ id: OWN-001, value: 1 }', 'OWN-001 is new, so it wants stage'],
    ['an unknown field', `{ id: OWN-001, field: mood, operator: gte, value: 1, ${own} }`, 'mood is no field'],
    [
      'a field of the prototype',
      `{ id: OWN-001, field: constructor, operator: gte, value: 1, ${own} }`,
      'no field',
    ],
    [
      'an operator that does not fit',
      `{ id: OWN-001, field: kind, operator: gte, value: 1, ${own} }`,
      'asks for a number',
    ],
    [
      'a condition on an unknown field',
      `{ id: OWN-001, field: price, operator: exists, ${own}, when: [{ field: mood, operator: exists }] }`,
      'mood is no field',
    ],
    [
      'the name of a breaker',
      `{ id: CB-009, field: price, operator: gte, value: 1, ${own} }`,
      'circuit breaker',
    ],
    ['not a number', '{ id: RISK-001, value: .nan }', 'value'],
  ]
  it.each(cases)('%s', (_name, rule, why) => {
    const [finding] = refused('rules:', `  - ${rule}`)
    expect(finding).toMatch(/^limits\.yaml:3: /)
    expect(finding).toContain(why)
  })

  it('names the stage that is not there', () => {
    const rule =
      '{ id: OWN-001, stage: vibes, severity: error, message: no, field: price, operator: gte, value: 1 }'
    expect(refused('rules:', `  - ${rule}`)[0]).toContain('vibes is no stage')
  })

  it('texts that are no table of rules', () => {
    expect(findings(file(''))[0]).toContain('limits.yaml:1: ')
    expect(findings(file('- 1'))[0]).toContain('limits.yaml:1: ')
    expect(findings(file('rules: []'))[0]).toContain('version')
    expect(findings(file('version: 1\nrules: ['))[0]).toContain('limits.yaml:2: ')
    expect(findings(file('version: 1\nversion: 2'))[0]).toContain('limits.yaml:2: ')
    expect(findings(file('version: 1\n---\nversion: 2'))[0]).toContain('limits.yaml:')
    expect(findings(file('version: 1\nrules: !!js/function x'))[0]).toContain('limits.yaml:2: ')
    expect(findings(file('version: &a 1\ndescription: *a'))[0]).toContain('alias')
    expect(findings(file(`version: 1\n#${'x'.repeat(300_000)}`))[0]).toContain('longer than')
  })

  it('tells all findings of all files at once', () => {
    const rulesets = ['ETH-001', 'PAT-001'].map((id) => ({
      file: `${id}.yaml`,
      text: `version: 1\nrules:\n  - { id: ${id}, value: 0.1 }\n  - { id: ${id}, enabled: false }`,
    }))
    expect(findings({ rulesets }).map((line) => line.slice(0, 15))).toEqual([
      'ETH-001.yaml:3:',
      'ETH-001.yaml:4:',
      'PAT-001.yaml:3:',
      'PAT-001.yaml:4:',
    ])
  })
})

describe('a file that tightens', () => {
  it('moves a value, a severity and a list', () => {
    const settings = file(`
version: "2.1"
rules:
  - { id: RISK-001, value: 0.04 }
  - { id: MKT-003, severity: error, value: 30 }
  - { id: ETH-002, value: [pump, dump, coordinated, manipulation, scheme, rumour] }
  - { id: USER-002, value: [equity] }`)
    expect(denied({}, settings)).toEqual(['overlay:RISK-001'])
    const small = { exposureAfter: parseCash('4000') }
    expect(denied(small, settings)).toEqual([])
    expect(denied({ ...small, ...saying({ vix: 31 }) }, settings)).toEqual(['overlay:MKT-003'])
    expect(denied({ ...small, ...saying({ catalyst: 'a rumour' }) }, settings)).toEqual(['overlay:ETH-002'])
    expect(denied({ ...small, kind: 'crypto' }, settings)).toEqual(['overlay:USER-002'])
  })

  it('brings rules of its own, on any field, in the stage that it names', () => {
    const settings = file(`
version: 1
rules:
  - id: OWN-001
    stage: risk
    severity: error
    when: [{ field: pattern, operator: equals, value: Breakout }]
    field: metadata.market_cap
    operator: gte
    value: 300000000
    message: too small a company
  - { id: OWN-002, stage: ethics, severity: critical, message: hot,
      field: indicators.rsi, operator: lte, value: 80 }
  - { id: OWN-003, stage: ethics, severity: error, message: no,
      field: symbol, operator: not_equals, value: XYZ }
pattern_overrides:
  - { pattern: mean-reversion, min_confidence: 0.9 }
  - { pattern: short_squeeze_setup, max_stop: 0.02 }`)
    const names = hrm.overlay.limits(v.parse(hrm.config, settings)).map(({ name }) => name)
    expect(names).toContain('overlay:mean-reversion.min_confidence')
    expect(names).toContain('overlay:short_squeeze_setup.max_stop')
    expect(names.indexOf('overlay:OWN-002')).toBeLessThan(names.indexOf('overlay:RISK-001'))
    expect(denied({ symbol: 'ABC' }, settings)).toEqual(['overlay:OWN-001'])
    const large = { setup: setupOf({}, { market_cap: 500_000_000 }), symbol: 'ABC' }
    expect(denied(large, settings)).toEqual([])
    expect(denied({ ...large, symbol: 'XYZ' }, settings)).toEqual(['overlay:OWN-003'])
    const hot = { ...large, setup: setupOf({ evidence: { rsi: 81 } }, { market_cap: '299999999' }) }
    expect(denied(hot, settings)).toEqual(['overlay:OWN-002', 'overlay:OWN-001'])
    expect(denied({ ...large, setup: setupOf({ pattern: 'momentum', evidence: {} }) }, settings)).toEqual([
      'overlay:OWN-002',
    ])
  })

  const conditions = ['metadata.vix, operator: gte, value: 20', 'sentiment, operator: equals, value: fearful']
  it.each(conditions)(
    'concerns an order when the condition on %s holds, or cannot be answered',
    (condition) => {
      const settings = file(`
version: 1
rules:
  - { id: OWN-001, stage: risk, severity: error, field: position_size, operator: lte, value: 0.01, message: no,
      when: [{ field: ${condition} }] }`)
      expect(denied(saying({ vix: 20, sentiment: 'Fearful' }), settings)).toEqual(['overlay:OWN-001'])
      expect(denied(saying({ vix: 'high', sentiment: 'fearful' }), settings)).toEqual(['overlay:OWN-001'])
      expect(denied({}, settings)).toEqual(['overlay:OWN-001'])
      expect(denied(saying({ vix: 19, sentiment: 'calm' }), settings)).toEqual([])
    },
  )

  it('trips the breakers sooner', () => {
    const settings = file('version: 1\ncircuit_breakers: [{ id: CB-001, value: -1, minutes: 2880 }]')
    expect(denied({ lossToday: ratio(0.01) })).toEqual([])
    expect(denied({ lossToday: ratio(0.01) }, settings)).toEqual(['overlay:CB-001'])
  })
})
