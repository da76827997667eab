import { describe, expect, it } from 'vitest'
import { MISSING, NOT_APPLICABLE } from '#graveyard/facts.ts'
import { type Change, EXIT, LIVE, ONE, VOLUME } from '#tests/support/facts.ts'
import { approvals, cases, denials, told } from './cases.ts'

const RULE = 'no_market_manipulation'

describe('2 no_market_manipulation: self_trade', () => {
  denials(RULE, [
    ['one own order within reach', { selfTrades: 1 }],
    ['many', { selfTrades: 40 }],
    ['their number is missing', { selfTrades: MISSING }],
    ['their number is negative', { selfTrades: -1 }],
    ['an exit too', [EXIT, { selfTrades: 1 }]],
  ])
  approvals([['an exit with no own order within reach', EXIT]])

  it('counts the own orders within reach', () => {
    expect(told(RULE, { selfTrades: 2 })).toEqual({
      observed: '2',
      limit: '0',
      margin: '-2',
      reason: 'self_trade: the worst price reaches own working orders on the other side',
    })
  })
})

describe('2 no_market_manipulation: layering', () => {
  /** Exactly on every threshold: three levels of twice the order, nine of ten cancelled unfilled. */
  const LAYERED: Change = {
    layerLevels: 3,
    layerQuantity: 100 * ONE,
    endedOpposite300s: 10,
    endedUnfilled300s: 9,
  }
  denials(RULE, [
    ['three levels of exactly twice the order, exactly 90 % unfilled', LAYERED],
    ['eight orders, all of them unfilled', [LAYERED, { endedOpposite300s: 8, endedUnfilled300s: 8 }]],
    ['many levels', [LAYERED, { layerLevels: 12, layerQuantity: 5_000 * ONE }]],
    ['an exit too', [EXIT, LAYERED]],
    ['one more level after two episodes', { addsLevel: 1, layerEpisodes600s: 2 }],
    ['an exit that adds a level after three', [EXIT, { addsLevel: 1, layerEpisodes600s: 3 }]],
    ['the number of levels missing', { layerLevels: MISSING }],
    ['their quantity missing', { layerQuantity: MISSING }],
    ['their quantity no number that can be', { layerQuantity: NOT_APPLICABLE }],
    ['ended orders missing', { endedOpposite300s: MISSING }],
    ['unfilled orders negative', { endedUnfilled300s: -1 }],
    ['whether it adds a level missing', { addsLevel: MISSING }],
    ['whether it adds a level is no flag', { addsLevel: 2 }],
    ['episodes missing', { layerEpisodes600s: MISSING }],
    ['an exit, episodes missing', [EXIT, { layerEpisodes600s: MISSING }]],
  ])
  approvals([
    ['two levels', [LAYERED, { layerLevels: 2 }]],
    ['levels of one unit less than twice the order', [LAYERED, { layerQuantity: 100 * ONE - 1 }]],
    ['seven ended orders', [LAYERED, { endedOpposite300s: 7, endedUnfilled300s: 7 }]],
    ['less than 90 % unfilled', [LAYERED, { endedOpposite300s: 19, endedUnfilled300s: 17 }]],
    ['no new level after two episodes', { layerEpisodes600s: 2 }],
    ['a new level after one episode', { addsLevel: 1, layerEpisodes600s: 1 }],
  ])
  cases([
    [
      'layers beside an order of unknown quantity',
      [LAYERED, { quantity: MISSING }],
      {
        denied: ['max_position_size'],
        unknown: [RULE, 'no_pump_and_dump', 'max_leverage', 'require_stop_loss'],
      },
    ],
    [
      'a clause that is sure denies, whatever another could not tell',
      [LAYERED, { quantity: MISSING, closingOwn: ONE, closingVolume: 1 }],
      {
        denied: [RULE, 'max_position_size'],
        unknown: ['no_pump_and_dump', 'max_leverage', 'require_stop_loss'],
      },
    ],
  ])

  it('shows levels, episodes, or what is missing', () => {
    expect(told(RULE, LAYERED)).toMatchObject({ observed: '3', limit: '3', margin: '0' })
    expect(told(RULE, LAYERED).reason).toMatch(/^layering: own levels/)
    const again = told(RULE, { addsLevel: 1, layerEpisodes600s: 3 })
    expect(again).toMatchObject({ observed: '3', limit: '2', margin: '-1' })
    expect(again.reason).toMatch(/^layering: one more level/)
    expect(told(RULE, { layerLevels: MISSING })).toMatchObject({ observed: null, limit: null })
    expect(told(RULE, { layerLevels: MISSING }).reason).toMatch(/^layering: .*missing$/)
  })
})

describe('2 no_market_manipulation: closing_price', () => {
  const TENTH: Change = { closingOwn: 50 * ONE, closingVolume: 500 * VOLUME }
  const QUARTER: Change = { closingOwn: 50 * ONE, closingVolume: 200 * VOLUME }
  denials(RULE, [
    ['10 % and one unit', [TENTH, { closingOwn: 50 * ONE + 1 }]],
    ['10 % of a volume of one unit less', [TENTH, { closingVolume: 500 * VOLUME - 1 }]],
    ['a quarter', QUARTER],
    ['an exit of 25 % and one unit', [EXIT, QUARTER, { closingOwn: 50 * ONE + 1 }]],
    ['the volume missing', [TENTH, { closingVolume: MISSING }]],
    ['the volume zero', [TENTH, { closingVolume: 0 }]],
    ['the volume declared not applicable', [TENTH, { closingVolume: NOT_APPLICABLE }]],
    ['own quantity missing', [TENTH, { closingOwn: MISSING }]],
    ['own quantity zero, though the order is part of it', [TENTH, { closingOwn: 0 }]],
    ['an exit, the volume missing', [EXIT, QUARTER, { closingVolume: MISSING }]],
    ['beyond 2^53', [TENTH, { closingOwn: 1e300 }]],
  ])
  approvals([
    ['exactly 10 %', TENTH],
    ['an exit of exactly 25 %', [EXIT, QUARTER]],
    ['exactly 10 %, near 2^53', { closingOwn: 9e15, closingVolume: 9e12 }],
    ['outside the last minutes, whatever the volume', { closingVolume: MISSING }],
  ])

  it('shows own share of volume, against the limit of openings or of exits', () => {
    const reason = 'closing_price: own share of the volume before the close would be too large'
    expect(told(RULE, QUARTER)).toEqual({ observed: '0.25', limit: '0.1', margin: '-0.15', reason })
    const exit = told(RULE, EXIT, QUARTER, { closingOwn: 100 * ONE })
    expect(exit).toEqual({ observed: '0.5', limit: '0.25', margin: '-0.25', reason })
    const missing = told(RULE, TENTH, { closingVolume: 0 })
    expect(missing).toMatchObject({ observed: null, limit: '0.1' })
    expect(missing.reason).toMatch(/^closing_price: .*missing$/)
  })
})

describe('2 no_market_manipulation: ignition', () => {
  /** 25 % and one unit of 20,000, a move of exactly 1 %, the usual one being smaller. */
  const IGNITED: Change = {
    aggressiveFills300s: 3,
    ownFilled300s: 5_000 * ONE + 1,
    marketVolume300s: 20_000 * VOLUME,
    moveSigned300s: ONE / 100,
    medianMove300s: ONE / 1_000,
  }
  denials(RULE, [
    ['three fills, 25 % and one unit, a move of exactly 1 %', IGNITED],
    ['exactly three times the usual move', [IGNITED, { moveSigned300s: 6e6, medianMove300s: 2e6 }]],
    ['a usual move of which there is none to speak of', [IGNITED, { medianMove300s: NOT_APPLICABLE }]],
    ['own fills in a market without volume', [IGNITED, { marketVolume300s: 0 }]],
    ['aggressive fills missing', { aggressiveFills300s: MISSING }],
    ['aggressive fills negative', { aggressiveFills300s: -1 }],
    ['own fills missing', { ownFilled300s: MISSING }],
    ['the move missing', [IGNITED, { moveSigned300s: MISSING }]],
    ['the move infinite', [IGNITED, { moveSigned300s: -Infinity }]],
    ['the usual move missing', [IGNITED, { medianMove300s: MISSING }]],
    ['live', [LIVE, IGNITED]],
  ])
  approvals([
    ['two aggressive fills', [IGNITED, { aggressiveFills300s: 2 }]],
    ['exactly 25 %', [IGNITED, { ownFilled300s: 5_000 * ONE }]],
    ['a move of one unit less than 1 %', [IGNITED, { moveSigned300s: ONE / 100 - 1 }]],
    ['one unit less than three times the usual', [IGNITED, { moveSigned300s: 6e6 - 1, medianMove300s: 2e6 }]],
    ['a move the other way', [IGNITED, { moveSigned300s: -ONE }]],
    ['no price that old, and no own fills', { moveSigned300s: MISSING, marketVolume300s: MISSING }],
    ['an exit', [EXIT, IGNITED]],
    ['an exit of which all is missing', [EXIT, { aggressiveFills300s: MISSING, ownFilled300s: MISSING }]],
  ])
  cases([
    [
      'leaves a missing volume to rule 21',
      [IGNITED, { marketVolume300s: MISSING }],
      { denied: ['validate_data_sources'], unknown: [RULE] },
    ],
  ])

  it('shows the move and what would have been usual', () => {
    expect(told(RULE, IGNITED, { moveSigned300s: 9e6, medianMove300s: 2e6 })).toEqual({
      observed: '0.09',
      limit: '0.06',
      margin: '-0.03',
      reason: 'ignition: own aggressive fills moved the price, and the order goes on the same way',
    })
    expect(told(RULE, { ownFilled300s: MISSING }).reason).toMatch(/^ignition: .*missing$/)
    expect(told(RULE, IGNITED, { moveSigned300s: MISSING })).toMatchObject({ observed: null, limit: '0.01' })
  })
})
