/**
 * Fact vectors for tests of the rules: one order that passes all 26, to be spoilt one column at a time, and
 * its verdict by name.
 *
 * The order: buy 50 XYZ, a common stock at 100.00, stop 95.00, one target at 110.00, on a paper account of
 * 100,000. What is no order (a moved stop, a data action, a request, an override) is a change of it as well.
 */

import { FACT, FACT_NAMES, type FactName, type Facts, MISSING, NOT_APPLICABLE } from '#graveyard/facts.ts'
import { createOutcome, VERDICT } from '#graveyard/outcome.ts'
import { judge, RULES } from '#graveyard/rules.ts'

export type Change = Readonly<Partial<Record<FactName, number>>>

/** One unit of price or quantity. */
export const ONE = 100_000_000
/** One unit of cash. */
export const CASH = 1_000_000
/** One unit of volume. */
export const VOLUME = 10_000

const SOUND: Readonly<Record<FactName, number>> = {
  opening: 1,
  side: 1,
  kind: 0,
  runKind: 1,
  mode: 0,
  proposer: 0,
  hypothetical: 0,
  quantity: 50 * ONE,
  entry: 100 * ONE,
  reference: 100 * ONE,
  tick: ONE / 100,
  stop: 95 * ONE,
  stopCover: 50 * ONE,
  targets: 1,
  worstTargetGain: 10 * ONE,
  portionSum: ONE,
  reward: 10 * ONE,
  position: 0,
  worstPosition: 50 * ONE,
  exposureAfter: 5_000 * CASH,
  grossAfter: 5_000 * CASH,
  equity: 100_000 * CASH,
  dayStartEquity: 100_000 * CASH,
  netDeposits: 0,
  dayLossLatched: 0,
  symbolsAfter: 1,
  adv20: 1_000_000 * VOLUME,
  sameSideToday: 0,
  floatShares: 50_000_000 * ONE,
  publicationAge: NOT_APPLICABLE,
  restrictedListLoaded: 1,
  restricted: 0,
  sourceClass: 1,
  selfTrades: 0,
  clientConflicts: 0,
  actionKnown: 1,
  auditLagged: 0,
  haltDrill: NOT_APPLICABLE,
  sealHolds: 1,
  leaseHeld: 1,
  referenceAge: 1_000,
  referenceIsQuote: 1,
  referenceAhead: 0,
  move: ONE / 1_000,
  moveIsDaily: 0,
  moveConfirmed: 0,
  sourceRegistered: 1,
  hops: 6,
  parents60s: 0,
  tripleLatched: 0,
  executions60s: 0,
  paused: 0,
  causeChain: 1,
  reasonGiven: 0,
  cancellable: 1,
  closable: 1,
  approved: 0,
  approvalNeeded: NOT_APPLICABLE,
  exits60s: 0,
  action: 0,
  layerLevels: 0,
  layerQuantity: 0,
  endedOpposite300s: 0,
  endedUnfilled300s: 0,
  addsLevel: 0,
  layerEpisodes600s: 0,
  closingOwn: NOT_APPLICABLE,
  closingVolume: NOT_APPLICABLE,
  aggressiveFills300s: 0,
  ownFilled300s: 0,
  marketVolume300s: 20_000 * VOLUME,
  moveSigned300s: 0,
  medianMove300s: ONE / 1_000,
  stopBefore: NOT_APPLICABLE,
  uncoveredAfter: NOT_APPLICABLE,
  overrideSigned: NOT_APPLICABLE,
  overrideReason: NOT_APPLICABLE,
  overrideExpiry: NOT_APPLICABLE,
  overrideReachable: NOT_APPLICABLE,
  overridePeople: NOT_APPLICABLE,
  fieldsUngranted: NOT_APPLICABLE,
  consentLive: NOT_APPLICABLE,
  personalUnredacted: NOT_APPLICABLE,
  credentials: NOT_APPLICABLE,
  grossActual: 0,
}

/** A live run that needs no approval. */
export const LIVE: Change = { runKind: 2, haltDrill: 1, approvalNeeded: 0 }
/** A backtest: no lease, no signed heads. */
export const BACKTEST: Change = { runKind: 0, auditLagged: NOT_APPLICABLE, leaseHeld: NOT_APPLICABLE }
/** Sells the 50 that are held; protective stop and targets would make no sense. */
export const EXIT: Change = {
  opening: 0,
  side: -1,
  position: 50 * ONE,
  stop: MISSING,
  stopCover: 0,
  targets: 0,
  worstTargetGain: MISSING,
  portionSum: MISSING,
  reward: 0,
  causeChain: 0,
  reasonGiven: 1,
}

/** Raises the stop of a long position from 94 to 95, all of it covered. */
export const MODIFICATION: Change = { action: 1, stopBefore: 94 * ONE, uncoveredAfter: 0 }
/** A log write about a person who consented, with nothing in it that should not be there. */
export const DATA: Change = {
  action: 2,
  fieldsUngranted: 0,
  consentLive: 1,
  personalUnredacted: 0,
  credentials: 0,
}
/** Asks to change the rules, which nothing allows. */
export const RULE_CHANGE: Change = { action: 3 }
/** Two people lift an operational limit for an hour. */
export const OVERRIDE: Change = {
  action: 4,
  overrideSigned: 1,
  overrideReason: 1,
  overrideExpiry: 3_600_000,
  overrideReachable: 1,
  overridePeople: 2,
}

/** A vector that passes all 26 rules, with these changes applied from left to right. */
export function sound(...changes: readonly Change[]): Facts {
  const whole = Object.assign({}, SOUND, ...changes) as Record<FactName, number>
  return Float64Array.from(FACT_NAMES, (name) => whole[name])
}

/** The same vector with one column replaced. */
export function replace(facts: Facts, name: FactName, value: number): Facts {
  const copy = facts.slice()
  copy[FACT[name]] = value
  return copy
}

/** Names of the rules in the way, by verdict, and of those that do not apply. */
export interface Named {
  readonly denied: readonly string[]
  readonly held: readonly string[]
  readonly unknown: readonly string[]
  readonly exempt: readonly string[]
  readonly mask: number
}

export function judged(facts: Facts): Named {
  const out = createOutcome()
  const mask = judge(facts, out)
  const named = (verdict: number) =>
    RULES.filter((rule) => out.verdicts[rule.number - 1] === verdict).map((rule) => rule.name)
  return {
    denied: named(VERDICT.deny),
    held: named(VERDICT.held),
    unknown: named(VERDICT.unknown),
    exempt: named(VERDICT.notApplicable),
    mask,
  }
}
