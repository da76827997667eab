import { describe, expect, it } from 'vitest'
import { MISSING } from '#graveyard/facts.ts'
import { EXIT, LIVE, ONE, VOLUME } from '#tests/support/facts.ts'
import { approvals, cases, denials, told } from './cases.ts'

describe('1 no_insider_trading', () => {
  denials('no_insider_trading', [
    ['the list was never loaded', { restrictedListLoaded: 0 }],
    ['whether it was loaded is missing', { restrictedListLoaded: MISSING }],
    ['the symbol is restricted', { restricted: 1 }],
    ['an approval does not open a restricted symbol', { restricted: 1, approved: 1 }],
    ['whether it is restricted is missing', { restricted: MISSING }],
    ['the source is neither public nor licensed', { sourceClass: 2 }],
    ['the source class is missing', { sourceClass: MISSING }],
    ['the source class is no class', { sourceClass: 0.5 }],
    ['an unapproved exit from a restricted symbol', [EXIT, { restricted: 1 }]],
    [
      'an approved exit when it is missing whether the symbol is restricted',
      [EXIT, { restricted: MISSING, approved: 1 }],
    ],
    ['an exit on a private source', [EXIT, { sourceClass: 2 }]],
  ])
  approvals([
    ['a public source', { sourceClass: 0 }],
    ['an approved exit from a restricted symbol', [EXIT, { restricted: 1, approved: 1 }]],
  ])
})

describe('3 no_pump_and_dump', () => {
  const LOW = { floatShares: 10_000 * ONE, adv20: 1_000_000 * VOLUME }
  denials('no_pump_and_dump', [
    ['a publication a minute ago', { publicationAge: 60_000 }],
    ['a publication exactly 30 minutes ago', { publicationAge: 1_800_000 }],
    ['a publication of missing age', { publicationAge: MISSING }],
    ['a publication in the future', { publicationAge: -1 }],
    ['an exit after a publication', [EXIT, { publicationAge: 1_000 }]],
    ['average volume missing', { adv20: MISSING }],
    ['average volume zero', { adv20: 0 }],
    ['average volume negative', { adv20: -VOLUME }],
    ['average volume declared not applicable', { adv20: Number.POSITIVE_INFINITY }],
    ['1 % of average volume and one unit more', { adv20: 5_000 * VOLUME, sameSideToday: 1 }],
    ['the day’s quantity missing', { sameSideToday: MISSING }],
    ['the day’s quantity negative', { sameSideToday: -1 }],
    ['a sum beyond 2^53', { adv20: Number.MAX_SAFE_INTEGER, sameSideToday: Number.MAX_SAFE_INTEGER }],
    ['0.5 % of a low float and one unit more', { ...LOW, position: 1, worstPosition: 50 * ONE + 1 }],
    [
      'a short of more than 0.5 % of a low float',
      { ...LOW, side: -1, stop: 105 * ONE, position: -1, worstPosition: 51 * ONE },
    ],
    [
      'float missing, turnover one step under 5 million',
      { floatShares: MISSING, adv20: 50_000 * VOLUME - 1 },
    ],
    ['float negative', { floatShares: -1, adv20: 40_000 * VOLUME }],
  ])
  approvals([
    ['an opening that ends flat', { ...LOW, position: -50 * ONE }],
    ['a float of zero counts as missing: a large turnover excuses it', { floatShares: 0 }],
    ['a publication 30 minutes and 1 ms ago', { publicationAge: 1_800_001 }],
    ['exactly 1 % of average volume', { adv20: 5_000 * VOLUME }],
    [
      'exactly 1 %, near 2^53',
      { adv20: 90_000_000_000_000, quantity: 50 * ONE, sameSideToday: 8_999_995_000_000_000 },
    ],
    ['exactly 0.5 % of a low float', LOW],
    ['a position that crosses through zero counts by its end', { ...LOW, position: -20 * ONE }],
    [
      'any share of a float of exactly 20 million',
      { floatShares: 20_000_000 * ONE, position: 900_000 * ONE },
    ],
    ['float missing, turnover of exactly 5 million', { floatShares: MISSING, adv20: 50_000 * VOLUME }],
    ['a fund of unknown float', { kind: 1, floatShares: MISSING, adv20: 40_000 * VOLUME }],
    ['crypto of tiny float', { kind: 3, floatShares: 100 * ONE }],
    ['a float that is not applicable', { floatShares: Number.POSITIVE_INFINITY, adv20: 40_000 * VOLUME }],
    ['an exit above 1 % of volume', [EXIT, { adv20: VOLUME }]],
  ])
  cases([
    [
      'a low float and no side is unknown',
      { ...LOW, side: 0 },
      {
        denied: ['require_hrm_approval'],
        unknown: ['no_pump_and_dump', 'require_stop_loss', 'min_risk_reward'],
      },
    ],
    [
      'a low float and no position is unknown',
      { ...LOW, position: MISSING },
      { denied: ['max_position_size'], unknown: ['no_pump_and_dump'] },
    ],
    [
      'float missing and a price of zero is unknown',
      { floatShares: MISSING, reference: 0 },
      {
        denied: ['validate_data_sources'],
        unknown: ['no_pump_and_dump', 'max_position_size', 'max_leverage'],
      },
    ],

    [
      'float missing and no price to judge turnover by is unknown',
      { floatShares: MISSING, reference: MISSING },
      {
        denied: ['validate_data_sources'],
        unknown: ['no_pump_and_dump', 'max_position_size', 'max_leverage'],
      },
    ],
  ])

  it('tells a missing average volume from one that is too small', () => {
    expect(told('no_pump_and_dump', { adv20: 0 }).reason).toBe('average volume is missing')
  })

  it('shows share of volume, minutes, or share of float', () => {
    expect(told('no_pump_and_dump', { adv20: 2_500 * VOLUME })).toEqual({
      observed: '0.02',
      limit: '0.01',
      margin: '-0.01',
      reason: 'the day’s orders of this side would exceed their share of average volume',
    })
    expect(told('no_pump_and_dump', { publicationAge: 60_000 })).toMatchObject({
      observed: '60000',
      limit: '1800000',
    })
    expect(told('no_pump_and_dump', { ...LOW, position: 50 * ONE })).toMatchObject({
      observed: '0.01',
      limit: '0.005',
    })
  })
})

describe('3 no_pump_and_dump, after a publication', () => {
  const rule = 'no_pump_and_dump'
  denials(rule, [
    ['an exit of exactly 30 minutes later', [EXIT, { publicationAge: 1_800_000 }]],
    ['a live exit', [EXIT, LIVE, { publicationAge: 0 }]],
    ['an exit, the age missing', [EXIT, { publicationAge: MISSING }]],
    ['a person’s exit while halted', [EXIT, { mode: 2, proposer: 1, publicationAge: 1 }]],
  ])
  approvals([['an exit 30 minutes and 1 ms later', [EXIT, { publicationAge: 1_800_001 }]]])
})

describe('4 no_front_running', () => {
  denials('no_front_running', [
    ['one client order in front', { clientConflicts: 1 }],
    ['their number is missing', { clientConflicts: MISSING }],
    ['their number is negative', { clientConflicts: -2 }],
    ['an exit too', [EXIT, { clientConflicts: 3 }]],
  ])
  approvals([['no client order, live', LIVE]])
})
