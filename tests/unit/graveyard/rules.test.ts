import { describe, expect, it } from 'vitest'
import { FACT, FACT_COUNT, MISSING } from '#graveyard/facts.ts'
import { LIMITS, limitsText } from '#graveyard/limits.ts'
import { createOutcome, VERDICT } from '#graveyard/outcome.ts'
import { describeRule, judge, RULES } from '#graveyard/rules.ts'
import { BACKTEST, EXIT, judged, LIVE, sound } from '#tests/support/facts.ts'

/** The table of the specification: number, name, value, severity, effect. */
const TABLE = `
1 no_insider_trading true CRITICAL deny
2 no_market_manipulation true CRITICAL deny
3 no_pump_and_dump true HIGH deny
4 no_front_running true HIGH deny
5 max_position_size 0.1 HIGH deny
6 max_daily_loss 0.05 CRITICAL deny+reduce
7 max_leverage 2 HIGH deny+reduce
8 require_stop_loss true HIGH deny+reduce
9 min_risk_reward 1.5 MEDIUM deny
10 max_concurrent_trades 5 LOW deny
11 require_hrm_approval true HIGH deny+reduce
12 audit_all_actions true CRITICAL deny+reduce
13 user_override_allowed true HIGH deny
14 emergency_halt_enabled true CRITICAL deny
15 protect_user_data true HIGH deny
16 require_consent true HIGH deny
17 anonymize_logs true MEDIUM deny
18 encrypt_credentials true HIGH deny
19 immutable_graveyard true CRITICAL deny+halt
20 watchdog_monitoring true HIGH deny+reduce
21 validate_data_sources true MEDIUM deny
22 prevent_infinite_loops true HIGH deny
23 preserve_user_autonomy true HIGH deny
24 transparent_reasoning true MEDIUM deny
25 reversible_actions true MEDIUM deny
26 human_in_loop_critical true HIGH deny`

const PRIVACY = ['protect_user_data', 'require_consent', 'anonymize_logs', 'encrypt_credentials']

describe('the table of rules', () => {
  it('holds the 26 of the specification in number order [FIG_RULES_26]', () => {
    const rows = RULES.map(({ number, name, value, severity, effect }) => [
      number,
      name,
      value,
      severity,
      effect,
    ])
    expect(rows.map((row) => row.join(' '))).toEqual(TABLE.trim().split('\n'))
  })

  it('is frozen to the last object, with its columns and limits [COMP_GRAVEYARD]', () => {
    const seen: unknown[] = [RULES, FACT, LIMITS, VERDICT]
    for (const value of seen) {
      expect(Object.isFrozen(value)).toBe(true)
      for (const inner of Object.values(value as object)) {
        if (inner !== null && (typeof inner === 'object' || typeof inner === 'function')) seen.push(inner)
      }
    }
    expect(seen.length).toBeGreaterThan(26 * 4)
  })

  it('says when an effect that goes beyond denying needs more than a proposal', () => {
    const conditional = RULES.filter((rule) => rule.effectWhen !== null).map((rule) => rule.number)
    expect(conditional).toEqual([7, 8, 11, 19])
  })

  it('has a text for every reason and a unit beside it', () => {
    for (const rule of RULES) {
      expect(rule.units).toHaveLength(rule.reasons.length)
      for (const reason of rule.reasons.slice(1)) expect(reason).not.toBe('')
    }
  })

  it('writes its limits as canonical JSON', () => {
    const keys = Object.keys(JSON.parse(limitsText()))
    expect(keys).toEqual([...keys].sort((a, b) => (a < b ? -1 : 1)))
    expect(JSON.parse(limitsText())).toEqual(LIMITS)
    expect(limitsText()).not.toMatch(/\s/)
  })
})

describe('judge', () => {
  it('lets nothing pass before it ran, and nothing on an empty vector', () => {
    expect([...createOutcome().verdicts]).toEqual(new Array(26).fill(VERDICT.unknown))
    const { denied, exempt, mask } = judged(new Float64Array(0))
    expect(mask).not.toBe(0)
    expect(denied).toEqual(['require_hrm_approval', 'immutable_graveyard'])
    expect(exempt).toHaveLength(24)
  })

  it('lets nothing pass on a vector of which only the kind of action is known', () => {
    const order = new Float64Array(FACT_COUNT).fill(MISSING)
    order[FACT.action] = 0
    const { denied, exempt, unknown } = judged(order)
    expect(exempt).toHaveLength(5)
    expect(unknown).toEqual(['human_in_loop_critical'])
    expect(denied).toHaveLength(26 - 5 - 1)
    const faces = [1, 2, 3, 4].map((action) => {
      const facts = order.slice()
      facts[FACT.action] = action
      return judged(facts).denied
    })
    const always = ['require_hrm_approval', 'immutable_graveyard']
    expect(faces).toEqual([
      ['require_stop_loss', ...always],
      [...always.slice(0, 1), ...PRIVACY, ...always.slice(1)],
      always,
      [...always.slice(0, 1), 'user_override_allowed', ...always.slice(1)],
    ])
  })

  it('passes a sound order of each kind by all rules that apply', () => {
    const exemptions = [[], [LIVE], [BACKTEST], [EXIT]].map((changes) => {
      const verdict = judged(sound(...changes))
      expect(verdict).toMatchObject({ mask: 0, denied: [], held: [], unknown: [] })
      return verdict.exempt.length
    })
    expect(exemptions).toEqual([6, 5, 8, 18])
  })

  it('writes every row anew, whatever the outcome held before', () => {
    const used = createOutcome()
    judge(sound({ quantity: Number.NaN, restricted: 1 }), used)
    judge(sound(), used)
    const fresh = createOutcome()
    judge(sound(), fresh)
    expect(used).toEqual(fresh)
  })
})

describe('describeRule', () => {
  it('has nothing to show but the reason when a rule does not apply', () => {
    const out = createOutcome()
    judge(sound(EXIT), out)
    const rule = RULES[4]
    if (rule === undefined) throw new Error('no rule 5')
    expect(describeRule(rule, out)).toEqual({
      observed: null,
      limit: null,
      margin: null,
      reason: 'exits are exempt',
    })
  })
})
