import { describe, expect, it } from 'vitest'
import { MISSING } from '#graveyard/facts.ts'
import { CASH, type Change, EXIT, MODIFICATION, ONE } from '#tests/support/facts.ts'
import { approvals, cases, denials, told } from './cases.ts'

const LARGEST = Number.MAX_SAFE_INTEGER
const OPENING_ONLY = [
  'max_position_size',
  'max_daily_loss',
  'max_leverage',
  'require_stop_loss',
  'min_risk_reward',
  'max_concurrent_trades',
]

describe('5 max_position_size', () => {
  const rule = 'max_position_size'
  denials(rule, [
    ['10 % and one unit', { exposureAfter: 10_000 * CASH + 1 }],
    ['half of equity', { exposureAfter: 50_000 * CASH }],
    [
      'one unit too much near 2^53',
      {
        exposureAfter: 900_719_925_474_100,
        equity: 9_007_199_254_740_990,
        dayStartEquity: 9_007_199_254_740_990,
      },
    ],
    ['exposure missing', { exposureAfter: MISSING }],
    ['exposure negative', { exposureAfter: -1 }],
    ['exposure beyond 2^53', { exposureAfter: 1e300 }],
    ['position missing', { position: MISSING }],
    ['worst position missing', { worstPosition: MISSING }],
  ])
  approvals([
    ['nothing held in the worst case', { worstPosition: 0, exposureAfter: 0 }],
    ['exactly 10 %', { exposureAfter: 10_000 * CASH }],
    [
      'exactly 10 % near 2^53',
      {
        exposureAfter: 900_719_925_474_099,
        equity: 9_007_199_254_740_990,
        dayStartEquity: 9_007_199_254_740_990,
      },
    ],
    ['an exit from a position that drifted above 10 %', [EXIT, { exposureAfter: 30_000 * CASH }]],
  ])

  const without = ['no_pump_and_dump', 'max_leverage', 'require_stop_loss']
  cases([
    ['owns the quantity: missing', { quantity: MISSING }, { denied: [rule], unknown: without }],
    ['owns the quantity: zero', { quantity: 0 }, { denied: [rule], unknown: without }],
    ['owns the quantity: negative', { quantity: -ONE }, { denied: [rule], unknown: without }],
    ['owns the quantity: no integer', { quantity: 0.5 }, { denied: [rule], unknown: without }],
    ['owns the quantity: beyond 2^53', { quantity: LARGEST + 1 }, { denied: [rule], unknown: without }],
    ['owns the quantity, of an exit too', [EXIT, { quantity: MISSING }], { denied: [rule] }],
  ])

  it('tells a trader how near the limit is', () => {
    expect(told(rule, { exposureAfter: 6_670 * CASH })).toEqual({
      observed: '0.0667',
      limit: '0.1',
      margin: '0.0333',
      reason: 'the position stays within its share of equity',
    })
    expect(told(rule, { exposureAfter: 10_000 * CASH })).toMatchObject({ observed: '0.1', margin: '0' })
    expect(told(rule, { exposureAfter: 10_000 * CASH + 1 })).toMatchObject({
      observed: '0.10000000001',
      limit: '0.1',
      margin: '-0.00000000001',
    })
    expect(told(rule, { quantity: 0 })).toMatchObject({ observed: '0', limit: null, margin: null })
  })
})

describe('6 max_daily_loss', () => {
  const rule = 'max_daily_loss'
  denials(rule, [
    ['a loss of exactly 5 %', { equity: 95_000 * CASH }],
    ['a loss hidden by a deposit', { equity: 100_000 * CASH, netDeposits: 5_000 * CASH }],
    ['the latch of the day', { dayLossLatched: 1 }],
    ['the latch missing', { dayLossLatched: MISSING }],
    ['the day’s start missing', { dayStartEquity: MISSING }],
    ['the day’s start zero', { dayStartEquity: 0 }],
    ['deposits missing', { netDeposits: MISSING }],
    ['a loss beyond 2^53', { dayStartEquity: LARGEST, netDeposits: LARGEST }],
  ])
  approvals([
    ['a loss one unit short of 5 %', { equity: 95_000 * CASH + 1 }],
    ['a withdrawal is no loss', { equity: 90_000 * CASH, netDeposits: -10_000 * CASH }],
    ['a gain', { equity: 120_000 * CASH }],
    ['an exit on a lost day', [EXIT, { equity: 80_000 * CASH, dayLossLatched: 1 }]],
  ])
  it('shows the loss as a share of the day’s start', () => {
    expect(told(rule, { equity: 94_000 * CASH })).toMatchObject({
      observed: '0.06',
      limit: '0.05',
      margin: '-0.01',
    })
  })
})

describe('7 max_leverage', () => {
  const rule = 'max_leverage'
  denials(rule, [
    ['2.0 and one unit', { grossAfter: 200_000 * CASH + 1 }],
    ['ten times equity', { grossAfter: 1_000_000 * CASH }],
    ['gross exposure missing', { grossAfter: MISSING }],
    ['gross exposure negative', { grossAfter: -1 }],
    ['gross exposure infinite', { grossAfter: Number.POSITIVE_INFINITY }],
  ])
  approvals([
    ['exactly 2.0', { grossAfter: 200_000 * CASH }],
    ['an exit above 2.0', [EXIT, { grossAfter: 900_000 * CASH }]],
    ['an exit without equity', [EXIT, { equity: -CASH }]],
  ])
  it('tells equity of zero from a leverage that is too high', () => {
    expect(told(rule, { equity: 0 }).reason).toBe('equity is missing or not above zero')
  })
  const owned = { denied: [rule], unknown: ['max_position_size', 'max_daily_loss'] }
  cases([
    ['owns equity: missing', { equity: MISSING }, owned],
    ['owns equity: zero', { equity: 0 }, owned],
    ['owns equity: negative', { equity: -5_000 * CASH }, owned],
    ['owns equity: infinite', { equity: Number.POSITIVE_INFINITY }, owned],
  ])
})

describe('8 require_stop_loss', () => {
  const rule = 'require_stop_loss'
  denials(rule, [
    ['a stop that covers one unit less than the order', { stopCover: 50 * ONE - 1 }],
    ['cover missing', { stopCover: MISSING }],
    ['cover negative', { stopCover: -50 * ONE }],
    ['20 % and one unit', { stop: 80 * ONE - 1, reward: 50 * ONE, worstTargetGain: 50 * ONE }],
    ['one unit closer than 0.1 %', { stop: 99.9 * ONE + 1 }],
    ['one unit closer than 2 ticks', { tick: ONE, stop: 98 * ONE + 1 }],
    [
      'a short’s stop too far',
      {
        side: -1,
        stop: 120 * ONE + 1,
        reward: 50 * ONE,
        worstTargetGain: 50 * ONE,
      },
    ],
  ])
  approvals([
    ['exactly 0.1 %', { stop: 99.9 * ONE }],
    ['exactly 2 ticks', { tick: ONE, stop: 98 * ONE }],
    ['exactly 20 %', { stop: 80 * ONE, reward: 50 * ONE, worstTargetGain: 50 * ONE }],
    ['more cover than needed', { stopCover: 60 * ONE }],
    ['a short’s stop above its entry', { side: -1, stop: 105 * ONE }],
    ['an exit without a stop', EXIT],
  ])
  cases([
    ['owns the stop: missing', { stop: MISSING }, { denied: [rule], unknown: ['min_risk_reward'] }],
    ['owns the stop: zero', { stop: 0 }, { denied: [rule], unknown: ['min_risk_reward'] }],
    ['owns the stop: negative', { stop: -ONE }, { denied: [rule], unknown: ['min_risk_reward'] }],
    ['a stop on the wrong side', { stop: 105 * ONE }, { denied: [rule, 'min_risk_reward'] }],
    ['a stop at the entry', { stop: 100 * ONE }, { denied: [rule, 'min_risk_reward'] }],
  ])
  it('tells a stop or cover of zero from a bad one', () => {
    expect(told(rule, { stop: 0 }).reason).toBe('the order has no protective stop')
    expect(told(rule, { stopCover: 0 }).reason).toBe('the stop does not cover the whole order')
  })
  it('shows the distance as a price, the cover as a quantity', () => {
    expect(told(rule)).toMatchObject({ observed: '5', limit: '20', margin: '15' })
    expect(told(rule, { stop: 99.95 * ONE })).toMatchObject({
      observed: '0.05',
      limit: '0.1',
      margin: '-0.05',
    })
    expect(told(rule, { stopCover: 40 * ONE })).toMatchObject({ observed: '40', limit: '50', margin: '-10' })
  })
})

describe('8 require_stop_loss, when a stop is moved', () => {
  const rule = 'require_stop_loss'
  const of = (...changes: readonly Change[]) => [MODIFICATION, ...changes]
  const SHORT = { side: -1, stopBefore: 106 * ONE, stop: 105 * ONE }
  denials(rule, [
    ['away from the market by one unit, long', of({ stopBefore: 95 * ONE + 1 })],
    ['away from the market by one unit, short', of(SHORT, { stop: 106 * ONE + 1 })],
    ['one filled unit left uncovered', of({ uncoveredAfter: 1 })],
    ['what it leaves uncovered missing', of({ uncoveredAfter: MISSING })],
    ['what it leaves uncovered not applicable', of({ uncoveredAfter: Number.POSITIVE_INFINITY })],
    ['what it leaves uncovered negative', of({ uncoveredAfter: -1 })],
    ['the new stop missing', of({ stop: MISSING })],
    ['the new stop zero', of({ stop: 0 })],
    ['the old stop missing', of({ stopBefore: MISSING })],
    ['the old stop not applicable', of({ stopBefore: Number.POSITIVE_INFINITY })],
    ['an approval does not help', of({ stopBefore: 96 * ONE, approved: 1, proposer: 1 })],
  ])
  approvals([
    ['towards the market, long', MODIFICATION],
    ['towards the market, short', of(SHORT)],
    ['to where it was', of({ stopBefore: 95 * ONE })],
    ['when halted, without lease, heads lagging', of({ mode: 2, leaseHeld: 0, auditLagged: 1, paused: 1 })],
    ['on a stale price and a lost day', of({ referenceAge: 1e9, dayLossLatched: 1, equity: -1 })],
  ])
  cases([
    [
      'side missing',
      of({ side: MISSING }),
      { denied: ['require_hrm_approval'], unknown: ['require_stop_loss'] },
    ],
  ])
  it('shows the new stop against the old one', () => {
    expect(told(rule, MODIFICATION, { stopBefore: 96 * ONE })).toEqual({
      observed: '95',
      limit: '96',
      margin: '-1',
      reason: 'the modification moves the stop away from the market',
    })
    expect(told(rule, MODIFICATION, { uncoveredAfter: 5 * ONE })).toMatchObject({
      observed: '5',
      limit: '0',
    })
  })
})

describe('9 min_risk_reward', () => {
  const rule = 'min_risk_reward'
  denials(rule, [
    ['portions of nothing', { portionSum: 0 }],
    ['one unit short of 1.5', { reward: 7.5 * ONE - 1 }],
    ['no target', { targets: 0, worstTargetGain: MISSING, reward: 0, portionSum: MISSING }],
    ['number of targets missing', { targets: MISSING }],
    ['a target on the wrong side', { worstTargetGain: -1 }],
    ['a target at the entry', { worstTargetGain: 0 }],
    ['a gain that is missing', { worstTargetGain: MISSING }],
    ['portions of one unit more than the whole', { portionSum: ONE + 1 }],
    ['portions missing', { portionSum: MISSING }],
    ['portions negative', { portionSum: -ONE }],
    ['reward missing', { reward: MISSING }],
    ['reward infinite', { reward: Number.POSITIVE_INFINITY }],
    ['reward negative', { reward: -10 * ONE }],
  ])
  approvals([
    ['exactly 1.5', { reward: 7.5 * ONE }],
    ['portions of less than the whole', { portionSum: ONE / 2 }],
    ['a short', { side: -1, stop: 105 * ONE, reward: 7.5 * ONE }],
    ['an exit without a target', EXIT],
  ])
  it('tells an order without a target from one with a bad target', () => {
    expect(told(rule, { targets: 0 })).toMatchObject({
      observed: '0',
      reason: 'the order has no profit target',
    })
  })
  it('shows reward over risk', () => {
    expect(told(rule)).toMatchObject({ observed: '2', limit: '1.5', margin: '0.5' })
    expect(told(rule, { reward: 7 * ONE })).toMatchObject({ observed: '1.4', margin: '-0.1' })
  })
})

describe('10 max_concurrent_trades', () => {
  denials('max_concurrent_trades', [
    ['a sixth symbol', { symbolsAfter: 6 }],
    ['many', { symbolsAfter: 100 }],
    ['their number is missing', { symbolsAfter: MISSING }],
    ['their number is negative', { symbolsAfter: -1 }],
    ['their number is no integer', { symbolsAfter: 4.5 }],
  ])
  approvals([
    ['no symbol at all', { symbolsAfter: 0 }],
    ['the fifth symbol', { symbolsAfter: 5 }],
    ['an exit with ten symbols held', [EXIT, { symbolsAfter: 10 }]],
  ])
})

cases([['all six let an exit be', EXIT, { exempt: OPENING_ONLY }]])
