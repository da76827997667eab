/**
 * Rules 15 to 18, on personal data and credentials. They judge data actions, and say of every other action
 * that they do not apply. Reached through the table of graveyard/rules.ts.
 *
 * Each counts what the gate found in the payload itself; what a sender declares can only add to it.
 */

import { read } from './exact.ts'
import { FACT, type Facts, NOT_APPLICABLE } from './facts.ts'
import { allow, deny, exempt, type Outcome } from './outcome.ts'
import { type Reason, type Rule, reasons, rule } from './rule.ts'

const DATA_ACTION = 2

const USER_DATA = reasons('count', {
  passed: 'the sink has a grant for every personal or secret field',
  exempt: 'judges data actions only',
  ungranted: 'personal or secret fields that the sink has no grant for',
  missing: 'whether the sink has a grant for every field is missing',
})

function protectUserData(facts: Facts, out: Outcome): number {
  return judgeFound(facts, out, 15, FACT.fieldsUngranted, USER_DATA.ungranted, USER_DATA.missing)
}

const CONSENT = reasons('flag', {
  passed: 'a consent for subject and scope is in force',
  exempt: 'judges data actions that concern a person only',
  none: 'no consent for subject and scope is in force',
})

function requireConsent(facts: Facts, out: Outcome): number {
  const consent = read(facts, FACT.consentLive)
  if (read(facts, FACT.action) !== DATA_ACTION || consent === NOT_APPLICABLE) return exempt(out, 16)
  return consent === 1 ? allow(out, 16, 1, 1) : deny(out, 16, CONSENT.none, 0, 1)
}

const LOGS = reasons('count', {
  passed: 'no personal field is in the clear',
  exempt: 'judges log writes only',
  inTheClear: 'personal fields would be logged in the clear',
  missing: 'whether personal fields are in the clear is missing',
})

function anonymizeLogs(facts: Facts, out: Outcome): number {
  return judgeFound(facts, out, 17, FACT.personalUnredacted, LOGS.inTheClear, LOGS.missing)
}

const CREDENTIALS = reasons('count', {
  passed: 'no credential outside the keystore',
  exempt: 'judges data actions only',
  found: 'credentials outside the keystore',
  missing: 'whether there are credentials is missing',
})

function encryptCredentials(facts: Facts, out: Outcome): number {
  return judgeFound(facts, out, 18, FACT.credentials, CREDENTIALS.found, CREDENTIALS.missing)
}

/** Denies anything found, and a count that is none. */
function judgeFound(
  facts: Facts,
  out: Outcome,
  number: number,
  column: number,
  found: Reason,
  missing: Reason,
): number {
  const count = read(facts, column)
  if (read(facts, FACT.action) !== DATA_ACTION || count === NOT_APPLICABLE) return exempt(out, number)
  if (count === 0) return allow(out, number, 0, 0)
  return deny(out, number, count > 0 ? found : missing, count, 0)
}

export const PRIVACY: readonly Rule[] = Object.freeze([
  rule({
    number: 15,
    name: 'protect_user_data',
    category: 'privacy',
    severity: 'HIGH',
    effect: 'deny',
    reasons: USER_DATA,
    judge: protectUserData,
    everyAction: true,
    summary: 'Denies a payload with a personal or secret field class that its sink has no grant for.',
  }),
  rule({
    number: 16,
    name: 'require_consent',
    category: 'privacy',
    severity: 'HIGH',
    effect: 'deny',
    reasons: CONSENT,
    judge: requireConsent,
    everyAction: true,
    summary: 'Denies a use of personal data without a live record of consent: subject, scope, expiry.',
  }),
  rule({
    number: 17,
    name: 'anonymize_logs',
    category: 'privacy',
    severity: 'MEDIUM',
    effect: 'deny',
    reasons: LOGS,
    judge: anonymizeLogs,
    everyAction: true,
    summary: 'Denies a log write that holds an unredacted personal field; the field is redacted.',
  }),
  rule({
    number: 18,
    name: 'encrypt_credentials',
    category: 'privacy',
    severity: 'HIGH',
    effect: 'deny',
    reasons: CREDENTIALS,
    judge: encryptCredentials,
    everyAction: true,
    summary:
      'Denies an event, log line, configuration or bundle with a credential outside the keystore; it is ' +
      'redacted at intake.',
  }),
])
