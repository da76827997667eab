import { describe } from 'vitest'
import { BACKTEST, EXIT, LIVE } from '#tests/support/facts.ts'
import { cases } from './cases.ts'

const PRIVACY = ['protect_user_data', 'require_consent', 'anonymize_logs', 'encrypt_credentials']

describe('15 to 18, the rules on personal data', () => {
  cases([
    ['do not apply to an opening', {}, { exempt: PRIVACY }],
    ['do not apply to an exit', EXIT, { exempt: PRIVACY }],
    ['do not apply to a live order', LIVE, { exempt: PRIVACY }],
    ['do not apply to a backtest', BACKTEST, { exempt: PRIVACY }],
  ])
})
