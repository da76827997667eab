/**
 * The seal at run time: the limits and the rules in memory are the ones that were sealed. The files are
 * checked by the build.
 */

import { LIMITS, limitsText } from '#graveyard/limits.ts'
import { RULES } from '#graveyard/rules.ts'
import { SEAL } from '#graveyard/seal.ts'
import type { HashPort } from '../ports.ts'

/** Taken when this module loads, before any plugin does. */
const PREDICATES = RULES.map((rule) => rule.judge)
const RULE_COUNT = 26

/** Root digest of the sealed rule files: part of every run, decision and permit. */
export function sealRoot(): string {
  return SEAL.root
}

export function sealHolds(hash: HashPort): boolean {
  if (RULES.length !== RULE_COUNT || !Object.isFrozen(RULES) || !Object.isFrozen(LIMITS)) return false
  if (RULES.some((rule, index) => rule.judge !== PREDICATES[index] || !Object.isFrozen(rule))) return false
  return hash.sha256Hex(limitsText()) === SEAL.limits
}
