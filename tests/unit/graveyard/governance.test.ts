import { describe } from 'vitest'
import { MISSING, NOT_APPLICABLE } from '#graveyard/facts.ts'
import { BACKTEST, EXIT, LIVE } from '#tests/support/facts.ts'
import { approvals, cases, denials } from './cases.ts'

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
  cases([
    ['does not apply to an opening', {}, { exempt: ['user_override_allowed'] }],
    ['does not apply to an exit', EXIT, { exempt: ['user_override_allowed'] }],
  ])
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
