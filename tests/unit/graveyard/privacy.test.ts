import { describe, expect, it } from 'vitest'
import { type FactName, MISSING, NOT_APPLICABLE } from '#graveyard/facts.ts'
import { BACKTEST, type Change, DATA, EXIT, LIVE, MODIFICATION, OVERRIDE } from '#tests/support/facts.ts'
import { approvals, cases, denials, told } from './cases.ts'

const PRIVACY = ['protect_user_data', 'require_consent', 'anonymize_logs', 'encrypt_credentials']
const of = (change: Change) => [DATA, change]

describe('15 to 18, the rules on personal data', () => {
  cases([
    ['do not apply to an opening', {}, { exempt: PRIVACY }],
    ['do not apply to an exit', EXIT, { exempt: PRIVACY }],
    ['do not apply to a live order', LIVE, { exempt: PRIVACY }],
    ['do not apply to a backtest', BACKTEST, { exempt: PRIVACY }],
    ['do not apply to a modification', MODIFICATION, { exempt: PRIVACY }],
    ['do not apply to an override', OVERRIDE, { exempt: PRIVACY }],
    [
      'deny together what breaks them all',
      of({ fieldsUngranted: 2, consentLive: 0, personalUnredacted: 1, credentials: 1 }),
      { denied: PRIVACY },
    ],
    [
      'deny an action of which all is missing',
      of({
        fieldsUngranted: MISSING,
        consentLive: MISSING,
        personalUnredacted: MISSING,
        credentials: MISSING,
      }),
      { denied: PRIVACY },
    ],
  ])
  approvals([
    ['a data action that keeps them all', DATA],
    ['a data action while halted', of({ mode: 2 })],
  ])
})

/** The three that count what was found. */
const COUNTED: readonly (readonly [string, string, FactName])[] = [
  ['15', 'protect_user_data', 'fieldsUngranted'],
  ['17', 'anonymize_logs', 'personalUnredacted'],
  ['18', 'encrypt_credentials', 'credentials'],
]

describe.each(COUNTED)('%s %s', (_number, rule, column) => {
  denials(rule, [
    ['one', of({ [column]: 1 })],
    ['many', of({ [column]: 40 })],
    ['half of one', of({ [column]: 0.5 })],
    ['their number missing', of({ [column]: MISSING })],
    ['their number negative', of({ [column]: -1 })],
    ['their number below everything', of({ [column]: -Infinity })],
    ['a person’s action too', of({ [column]: 1, proposer: 1, approved: 1 })],
  ])
  approvals([['none', of({ [column]: 0 })]])
  cases([['does not apply', of({ [column]: NOT_APPLICABLE }), { exempt: [rule] }]])

  it('shows how many, and tells a number from a missing one', () => {
    const found = told(rule, ...of({ [column]: 3 }))
    expect(found).toMatchObject({ observed: '3', limit: '0', margin: '-3' })
    expect(told(rule, ...of({ [column]: MISSING })).reason).toMatch(/is missing$/)
    expect(found.reason).not.toMatch(/missing/)
  })
})

describe('16 require_consent', () => {
  denials('require_consent', [
    ['no consent in force', of({ consentLive: 0 })],
    ['whether there is one missing', of({ consentLive: MISSING })],
    ['no flag', of({ consentLive: 2 })],
    ['less than nothing', of({ consentLive: -Infinity })],
  ])
  approvals([['a consent in force', of({ consentLive: 1 })]])
  cases([
    [
      'does not apply where no person is concerned',
      of({ consentLive: NOT_APPLICABLE }),
      { exempt: PRIVACY.slice(1, 2) },
    ],
  ])
})
