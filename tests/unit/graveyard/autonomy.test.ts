import { describe } from 'vitest'
import { MISSING, NOT_APPLICABLE } from '#graveyard/facts.ts'
import { BACKTEST, EXIT, LIVE } from '#tests/support/facts.ts'
import { approvals, cases, denials } from './cases.ts'

describe('23 preserve_user_autonomy', () => {
  denials('preserve_user_autonomy', [
    ['paused', { paused: 1 }],
    ['whether it is paused is missing', { paused: MISSING }],
    ['a person’s opening in a paused symbol', { paused: 1, proposer: 1 }],
    ['an approval does not lift a pause', { paused: 1, approved: 1 }],
  ])
  approvals([['an exit while paused', [EXIT, { paused: 1 }]]])
})

describe('24 transparent_reasoning', () => {
  const rule = 'transparent_reasoning'
  denials(rule, [
    ['no chain of causes', { causeChain: 0 }],
    ['the chain missing', { causeChain: MISSING }],
    ['not applicable is for questions alone', { causeChain: NOT_APPLICABLE }],
    ['a reason code alone opens nothing', { causeChain: 0, reasonGiven: 1 }],
    ['an exit with neither', [EXIT, { reasonGiven: 0 }]],
    ['an exit, both missing', [EXIT, { reasonGiven: MISSING, causeChain: MISSING }]],
  ])
  approvals([
    ['an exit with a reason code', EXIT],
    ['an exit with a chain of causes', [EXIT, { reasonGiven: 0, causeChain: 1 }]],
  ])
  cases([
    ['does not apply to a question', { hypothetical: 1, causeChain: 0 }, { exempt: [rule] }],
    ['does not apply to a scenario', { hypothetical: 2, causeChain: 0 }, { exempt: [rule] }],
    ['nor to its exits', [EXIT, { hypothetical: 2, reasonGiven: 0 }], { exempt: [rule] }],
  ])
})

describe('25 reversible_actions', () => {
  denials('reversible_actions', [
    ['the broker cannot cancel', { cancellable: 0 }],
    ['the venue does not allow the closing side', { closable: 0 }],
    ['whether it can be cancelled is missing', { cancellable: MISSING }],
    ['whether it can be closed is missing', { closable: MISSING }],
    ['the approval missing', { closable: 0, approved: MISSING }],
  ])
  approvals([
    ['irreversible but approved', { cancellable: 0, closable: 0, approved: 1 }],
    ['an exit that cannot be cancelled', [EXIT, { cancellable: 0 }]],
  ])
})

describe('26 human_in_loop_critical', () => {
  const rule = 'human_in_loop_critical'
  denials(rule, [
    ['whether an approval is needed is missing', [LIVE, { approvalNeeded: MISSING }]],
    ['not applicable is for other runs', [LIVE, { approvalNeeded: NOT_APPLICABLE }]],
    ['no flag', [LIVE, { approvalNeeded: 2 }]],
  ])
  cases([
    ['holds a live opening that needs an approval', [LIVE, { approvalNeeded: 1 }], { held: [rule] }],
    [
      'holds it when the approval is missing',
      [LIVE, { approvalNeeded: 1, approved: MISSING }],
      { held: [rule] },
    ],
    ['does not apply on paper', { approvalNeeded: 1 }, { exempt: [rule] }],
    ['does not apply to a backtest', [BACKTEST, { approvalNeeded: 1 }], { exempt: [rule] }],
    ['does not apply to a live exit', [EXIT, LIVE, { approvalNeeded: 1 }], { exempt: [rule] }],
  ])
  approvals([
    ['live, no approval needed', LIVE],
    ['live, approval given', [LIVE, { approvalNeeded: 1, approved: 1 }]],
  ])
})
