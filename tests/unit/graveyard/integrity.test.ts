import { describe, expect, it } from 'vitest'
import { MISSING, NOT_APPLICABLE } from '#graveyard/facts.ts'
import {
  BACKTEST,
  DATA,
  EXIT,
  judged,
  LIVE,
  MODIFICATION,
  ONE,
  OVERRIDE,
  RULE_CHANGE,
  sound,
} from '#tests/support/facts.ts'
import { approvals, cases, denials, told } from './cases.ts'

describe('19 immutable_graveyard', () => {
  denials('immutable_graveyard', [
    ['a broken seal', { sealHolds: 0 }],
    ['whether it holds is missing', { sealHolds: MISSING }],
    ['an exit under a broken seal', [EXIT, { sealHolds: 0 }]],
    ['a backtest under a broken seal', [BACKTEST, { sealHolds: 0 }]],
    ['a modification under a broken seal', [MODIFICATION, { sealHolds: 0 }]],
    ['a data action under a broken seal', [DATA, { sealHolds: MISSING }]],
    ['a request to change rules', RULE_CHANGE],
    ['a signed one by two people, approved', [OVERRIDE, RULE_CHANGE, { proposer: 1, approved: 1 }]],
    ['a request to change rules in a scenario', [RULE_CHANGE, { hypothetical: 2 }]],
  ])
  approvals([
    ['a seal that holds', { sealHolds: 1 }],
    ['an override', OVERRIDE],
  ])
  it('tells a request from a broken seal, which alone halts', () => {
    expect(told('immutable_graveyard', RULE_CHANGE).reason).toMatch(/^a request to change the rules/)
    expect(told('immutable_graveyard', RULE_CHANGE, { sealHolds: 0 }).reason).toMatch(
      /differ from their seal/,
    )
  })
})

describe('20 watchdog_monitoring', () => {
  const rule = 'watchdog_monitoring'
  denials(rule, [
    ['the lease lost', { leaseHeld: 0 }],
    ['whether it is held is missing', { leaseHeld: MISSING }],
    ['not applicable is for backtests alone', { leaseHeld: NOT_APPLICABLE }],
    ['a live opening too', [LIVE, { leaseHeld: 0 }]],
  ])
  approvals([['an exit without a lease', [EXIT, { leaseHeld: 0 }]]])
  cases([['does not apply to a backtest', BACKTEST, { exempt: [rule] }]])
})

describe('21 validate_data_sources', () => {
  const rule = 'validate_data_sources'
  const BAR = { referenceIsQuote: 0 }
  denials(rule, [
    ['a live quote of 15 s and 1 ms', [LIVE, { referenceAge: 15_001 }]],
    ['a quote on paper of 15 minutes and 1 ms', { referenceAge: 900_001 }],
    ['a quote in a backtest of 15 minutes and 1 ms', [BACKTEST, { referenceAge: 900_001 }]],
    ['a bar of 15 minutes and 1 ms', { ...BAR, referenceAge: 900_001 }],
    [
      'an old live price of which it is missing whether it is a quote',
      [LIVE, { referenceIsQuote: MISSING, referenceAge: 20_000 }],
    ],
    ['age missing', { referenceAge: MISSING }],
    ['age negative', { referenceAge: -1 }],
    ['more than 5 s in the future', { referenceAhead: 5_001 }],
    ['time in the future missing', { referenceAhead: MISSING }],
    ['a move of 10 % and one unit', { move: ONE / 10 + 1 }],
    ['a daily move of 25 % and one unit', { moveIsDaily: 1, move: ONE / 4 + 1 }],
    ['a move of 20 % of which it is missing whether it is daily', { moveIsDaily: MISSING, move: ONE / 5 }],
    ['a large move whose confirmation is missing', { move: ONE, moveConfirmed: MISSING }],
    ['the move missing', { move: MISSING }],
    ['the move negative', { move: -ONE }],
    ['an unregistered source', { sourceRegistered: 0 }],
    ['registration missing', { sourceRegistered: MISSING }],
    ['a price 15 s old of a registered source, a move of 11 %', { referenceAge: 15_000, move: 11e6 }],
  ])
  approvals([
    ['a quote of this very moment that did not move', { referenceAge: 0, move: 0 }],
    ['a live quote of exactly 15 s', [LIVE, { referenceAge: 15_000 }]],
    ['a quote on paper of exactly 15 minutes', { referenceAge: 900_000 }],
    ['a quote in a backtest of exactly 15 minutes', [BACKTEST, { referenceAge: 900_000 }]],
    ['a live bar of exactly 15 minutes', [LIVE, { ...BAR, referenceAge: 900_000 }]],
    ['exactly 5 s in the future', { referenceAhead: 5_000 }],
    ['a move of exactly 10 %', { move: ONE / 10 }],
    ['a daily move of exactly 25 %', { moveIsDaily: 1, move: ONE / 4 }],
    ['a large move with a second observation', { move: ONE, moveConfirmed: 1 }],
    ['the first observation', { move: NOT_APPLICABLE }],
    [
      'an exit on a stale price of an unregistered source',
      [EXIT, { referenceAge: 1e9, sourceRegistered: 0 }],
    ],
    ['an exit without any price', [EXIT, { reference: MISSING, entry: MISSING, referenceAge: MISSING }]],
  ])
  const priced = { denied: [rule], unknown: ['max_position_size', 'max_leverage'] }
  const entered = { denied: [rule], unknown: ['require_stop_loss', 'min_risk_reward'] }
  cases([
    ['owns the reference: missing', { reference: MISSING }, priced],
    ['owns the reference: zero', { reference: 0 }, priced],
    ['owns the reference: negative', { reference: -ONE }, priced],
    ['owns the entry', { entry: MISSING }, entered],
    ['owns the entry: zero', { entry: 0 }, entered],
    ['owns the tick', { tick: 0 }, { denied: [rule], unknown: ['require_stop_loss'] }],
    [
      'no price at all',
      { reference: MISSING, entry: MISSING, exposureAfter: MISSING, grossAfter: MISSING },
      {
        denied: [rule],
        unknown: ['max_position_size', 'max_leverage', 'require_stop_loss', 'min_risk_reward'],
      },
    ],
  ])
  it.each([MISSING, -1, 3])('gives a quote in a run of kind %d no longer life', (runKind) => {
    expect(judged(sound({ runKind, referenceAge: 15_000 })).denied).not.toContain(rule)
    expect(judged(sound({ runKind, referenceAge: 15_001 })).denied).toContain(rule)
  })

  it('shows age in milliseconds and a jump as a ratio', () => {
    expect(told(rule)).toMatchObject({ observed: '1000', limit: '900000', margin: '899000' })
    expect(told(rule, LIVE)).toMatchObject({ observed: '1000', limit: '15000', margin: '14000' })
    expect(told(rule, { move: ONE / 5 })).toMatchObject({ observed: '0.2', limit: '0.1', margin: '-0.1' })
    expect(told(rule, { sourceRegistered: 0 })).toMatchObject({
      observed: 'false',
      limit: 'true',
      margin: null,
    })
  })
})

describe('22 prevent_infinite_loops', () => {
  denials('prevent_infinite_loops', [
    ['33 hops', { hops: 33 }],
    ['hops missing', { hops: MISSING }],
    ['hops negative', { hops: -1 }],
    ['the sixth parent order in 60 s', { parents60s: 5 }],
    ['parents missing', { parents60s: MISSING }],
    ['parents negative', { parents60s: -1 }],
    ['the latch', { tripleLatched: 1 }],
    ['the latch missing', { tripleLatched: MISSING }],
    ['the 61st execution in 60 s', { executions60s: 60 }],
    ['executions missing', { executions60s: MISSING }],
  ])
  approvals([
    ['an input itself', { hops: 0 }],
    ['32 hops', { hops: 32 }],
    ['the fifth parent order', { parents60s: 4 }],
    ['the 60th execution', { executions60s: 59 }],
    ['an exit of a latched triple', [EXIT, { tripleLatched: 1, parents60s: 50, hops: 40 }]],
  ])
})
