import { describe, expect, it } from 'vitest'
import { MISSING, NOT_APPLICABLE } from '#graveyard/facts.ts'
import {
  BACKTEST,
  type Change,
  DATA,
  EXIT,
  LIVE,
  MODIFICATION,
  ONE,
  OVERRIDE,
  RULE_CHANGE,
} from '#tests/support/facts.ts'
import { approvals, cases, denials, told } from './cases.ts'

const HYPOTHETICAL = { hypothetical: 1, causeChain: NOT_APPLICABLE }

describe('11 require_hrm_approval', () => {
  const rule = 'require_hrm_approval'
  denials(rule, [
    ['an unknown action', { actionKnown: 0 }],
    ['whether it is known is missing', { actionKnown: MISSING }],
    ['an exit of unknown action', [EXIT, { actionKnown: 0 }]],
    ['whether it opens is missing', { opening: MISSING }],
    ['a kind of instrument that there is not', { kind: 4 }],
    ['a proposer that there is not', { proposer: 2 }],
    ['whether it is hypothetical is missing', { hypothetical: MISSING }],
    ['a standing that there is not', { hypothetical: 3 }],
    ['a scenario with an unknown action', { hypothetical: 2, actionKnown: 0 }],
    ['a kind of action that there is not', { action: 5 }],
    ['a kind of action between two others', { action: 0.5 }],
    ['a negative kind of action', { action: -1 }],
    ['the kind of action missing', { action: MISSING }],
    ['the kind of action infinite', { action: NOT_APPLICABLE }],
    ['a data action of unknown name', [DATA, { actionKnown: 0 }]],
    ['an override of unknown name', [OVERRIDE, { actionKnown: MISSING }]],
    [
      'a modification of unknown name, asked hypothetically',
      [MODIFICATION, { actionKnown: 0, hypothetical: 1 }],
    ],
  ])
  cases([
    [
      'a side that there is not',
      { side: 0 },
      { denied: [rule], unknown: ['require_stop_loss', 'min_risk_reward'] },
    ],
    [
      'a run that there is not',
      { runKind: 3 },
      {
        denied: [rule, 'emergency_halt_enabled'],
        unknown: ['human_in_loop_critical'],
      },
    ],
    ['does not apply to a question', HYPOTHETICAL, { exempt: [rule, 'transparent_reasoning'] }],
  ])
  approvals([
    ['a known action', { actionKnown: 1 }],
    ['a person’s order', { proposer: 1 }],
    ['a scenario', { hypothetical: 2, causeChain: NOT_APPLICABLE }],
    ['a modification', MODIFICATION],
    [
      'a data action that carries nothing of an order',
      [DATA, { side: MISSING, opening: MISSING, kind: MISSING }],
    ],
  ])
})

describe('12 audit_all_actions', () => {
  const rule = 'audit_all_actions'
  denials(rule, [
    ['signed heads lag', { auditLagged: 1 }],
    ['whether they lag is missing', { auditLagged: MISSING }],
    ['not applicable is for backtests alone', { auditLagged: NOT_APPLICABLE }],
    ['a live opening too', [LIVE, { auditLagged: 1 }]],
  ])
  approvals([['an exit while heads lag', [EXIT, { auditLagged: 1 }]]])
  cases([['does not apply to a backtest', BACKTEST, { exempt: [rule] }]])
})

describe('13 user_override_allowed', () => {
  const rule = 'user_override_allowed'
  const of = (change: Change) => [OVERRIDE, change]
  denials(rule, [
    ['unsigned', of({ overrideSigned: 0 })],
    ['the signature missing', of({ overrideSigned: MISSING })],
    ['the signature not applicable', of({ overrideSigned: NOT_APPLICABLE })],
    ['without a reason', of({ overrideReason: 0 })],
    ['the reason missing', of({ overrideReason: MISSING })],
    ['without expiry', of({ overrideExpiry: MISSING })],
    ['expired this very moment', of({ overrideExpiry: 0 })],
    ['expired', of({ overrideExpiry: -1 })],
    ['for ever', of({ overrideExpiry: NOT_APPLICABLE })],
    ['of one of the 26', of({ overrideReachable: 0 })],
    ['whether it is within reach missing', of({ overrideReachable: MISSING })],
    ['by one person', of({ overridePeople: 1 })],
    ['by nobody', of({ overridePeople: 0 })],
    ['the number of people missing', of({ overridePeople: MISSING })],
    ['by one person and a half', of({ overridePeople: 2.5 })],
  ])
  approvals([
    ['two people, for an hour', OVERRIDE],
    ['three people, for one millisecond', of({ overridePeople: 3, overrideExpiry: 1 })],
    ['while halted and without a lease', [OVERRIDE, { mode: 2, leaseHeld: 0 }]],
  ])
  const others = [{}, EXIT, MODIFICATION, DATA]
  cases(
    others.map((change, index) => [`does not apply to other actions (${index})`, change, { exempt: [rule] }]),
  )

  it('gives each fault its own reason and unit', () => {
    expect(told(rule, ...of({ overridePeople: 1 }))).toEqual({
      observed: '1',
      limit: '2',
      margin: '-1',
      reason: 'loosening needs a second person; alone it takes 24 hours and an offline key',
    })
    expect(told(rule, ...of({ overrideExpiry: -5 }))).toMatchObject({ observed: '-5', limit: '0' })
    expect(told(rule, ...of({ overrideSigned: 0 }))).toMatchObject({ observed: 'false', limit: 'true' })
    const faults: readonly Change[] = [
      { overrideSigned: 0 },
      { overrideReason: 0 },
      { overrideExpiry: 0 },
      { overrideReachable: 0 },
      { overridePeople: 0 },
    ]
    expect(new Set(faults.map((fault) => told(rule, ...of(fault)).reason)).size).toBe(5)
  })
})

describe('what is no order', () => {
  const spoilt: Change = {
    mode: 2,
    leaseHeld: 0,
    auditLagged: 1,
    restricted: 1,
    selfTrades: 3,
    quantity: -ONE,
  }
  cases([
    ['a modification faces none of the rules on orders', [MODIFICATION, spoilt], {}],
    ['a data action neither', [DATA, spoilt], {}],
    ['an override neither', [OVERRIDE, spoilt], {}],
    ['a request to change rules neither', [RULE_CHANGE, spoilt], { denied: ['immutable_graveyard'] }],
  ])
  it('is told so', () => {
    expect(told('emergency_halt_enabled', DATA, { mode: 2 })).toEqual({
      observed: null,
      limit: null,
      margin: null,
      reason: 'does not apply to this kind of action',
    })
  })
})

describe('14 emergency_halt_enabled', () => {
  const rule = 'emergency_halt_enabled'
  denials(rule, [
    ['an opening while reducing', { mode: 1 }],
    ['an opening while halted', { mode: 2 }],
    ['a person’s opening while halted', { mode: 2, proposer: 1 }],
    ['the mode missing', { mode: MISSING }],
    ['an agent’s exit while halted', [EXIT, { mode: 2 }]],
    ['an agent’s exit, the mode missing', [EXIT, { mode: MISSING }]],
    ['live without a halt drill', [LIVE, { haltDrill: 0 }]],
    ['live, the drill missing', [LIVE, { haltDrill: MISSING }]],
    ['live, the drill declared not applicable', [LIVE, { haltDrill: NOT_APPLICABLE }]],
  ])
  approvals([
    ['live after a halt drill', LIVE],
    ['an agent’s exit while reducing', [EXIT, { mode: 1 }]],
    ['a person’s exit while halted', [EXIT, { mode: 2, proposer: 1 }]],
    ['a live exit without a drill', [EXIT, LIVE, { haltDrill: 0 }]],
  ])
  cases([['does not apply to an exit in active mode', EXIT, { exempt: [rule] }]])
})
