/**
 * Rules 15 to 18, on personal data and credentials. They judge data actions, which carry other facts than an
 * order does; on an order all four are not applicable, and they are listed so that a verdict always has 26
 * rows.
 */

import type { Facts } from './facts.ts'
import { exempt, type Outcome } from './outcome.ts'
import { type Rule, reasons, rule } from './rule.ts'

const DATA = reasons('flag', { passed: '', exempt: 'judges data actions, not orders' })

export function protectUserData(_facts: Facts, out: Outcome): number {
  return exempt(out, 15)
}

export function requireConsent(_facts: Facts, out: Outcome): number {
  return exempt(out, 16)
}

export function anonymizeLogs(_facts: Facts, out: Outcome): number {
  return exempt(out, 17)
}

export function encryptCredentials(_facts: Facts, out: Outcome): number {
  return exempt(out, 18)
}

export const PRIVACY: readonly Rule[] = Object.freeze([
  rule({
    number: 15,
    name: 'protect_user_data',
    category: 'privacy',
    severity: 'HIGH',
    effect: 'deny',
    reasons: DATA,
    judge: protectUserData,
    summary: 'Denies a payload with a personal or secret field class that its sink has no grant for.',
  }),
  rule({
    number: 16,
    name: 'require_consent',
    category: 'privacy',
    severity: 'HIGH',
    effect: 'deny',
    reasons: DATA,
    judge: requireConsent,
    summary: 'Denies a use of personal data without a live record of consent: subject, scope, expiry.',
  }),
  rule({
    number: 17,
    name: 'anonymize_logs',
    category: 'privacy',
    severity: 'MEDIUM',
    effect: 'deny',
    reasons: DATA,
    judge: anonymizeLogs,
    summary: 'Denies a log write that holds an unredacted personal field; the field is redacted.',
  }),
  rule({
    number: 18,
    name: 'encrypt_credentials',
    category: 'privacy',
    severity: 'HIGH',
    effect: 'deny',
    reasons: DATA,
    judge: encryptCredentials,
    summary:
      'Denies an event, log line, configuration or bundle with a credential outside the keystore; it is ' +
      'redacted at intake.',
  }),
])
