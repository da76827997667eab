/**
 * Rules 19 to 22, on whether the ground under a decision holds: the rules themselves, the watchdog, the data,
 * and the loop it is part of. Called by graveyard/rules.ts.
 */

import { isAmount, isCount, read } from './exact.ts'
import { FACT, type Facts, NOT_APPLICABLE } from './facts.ts'
import { LIMITS } from './limits.ts'
import { allow, deny, exempt, type Outcome } from './outcome.ts'
import { type Rule, reasons, rule } from './rule.ts'

const GRAVEYARD = reasons('flag', {
  passed: 'rules and limits are as sealed',
  sealBroken: 'rules or limits differ from their seal',
  changeRequest: 'a request to change the rules: they change with a new version, never at run time',
})

export function immutableGraveyard(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.sealHolds) !== 1) return deny(out, 19, GRAVEYARD.sealBroken, 0, 1)
  return read(facts, FACT.action) === 3 ? deny(out, 19, GRAVEYARD.changeRequest, 0, 1) : allow(out, 19, 1, 1)
}

const WATCHDOG = reasons('flag', {
  passed: 'the watchdog holds the lease',
  exempt: 'exits are exempt, and a backtest has no lease',
  leaseLost: 'the watchdog’s lease is lost',
})

export function watchdogMonitoring(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.opening) === 0 || read(facts, FACT.runKind) === 0) return exempt(out, 20)
  return read(facts, FACT.leaseHeld) === 1 ? allow(out, 20, 1, 1) : deny(out, 20, WATCHDOG.leaseLost, 0, 1)
}

const SOURCES = reasons('ms', {
  passed: 'the price is fresh, plausible and of a registered source',
  exempt: 'exits are exempt',
  priceMissing: ['price', 'price missing: no usable reference, entry or tick'],
  sourceUnknown: ['flag', 'the price’s source is not registered'],
  ageMissing: 'the age of the price is missing',
  stale: 'the price is too old',
  ahead: 'the price lies too far in the future, or its time is missing',
  moveMissing: ['ratio', 'the price’s last move is missing'],
  jump: ['ratio', 'the price jumped and nothing confirms it'],
  volumeMissing: ['quantity', 'the market’s volume is missing where own fills must be measured by it'],
})
/** Moves are integers of 1e-8. */
const MOVE_SCALE = 100_000_000
const MAX_MOVE_DAILY = Math.round(LIMITS.maxMoveDaily * MOVE_SCALE)
const MAX_MOVE = Math.round(LIMITS.maxMove * MOVE_SCALE)

/** Owns prices, their times and their source, and the market's volume. */
export function validateDataSources(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.opening) === 0) return exempt(out, 21)
  const reference = read(facts, FACT.reference)
  const priced = isAmount(reference) && isAmount(read(facts, FACT.entry)) && isAmount(read(facts, FACT.tick))
  if (!priced) return deny(out, 21, SOURCES.priceMissing, reference, Number.NaN)
  if (read(facts, FACT.sourceRegistered) !== 1) return deny(out, 21, SOURCES.sourceUnknown, 0, 1)

  const age = read(facts, FACT.referenceAge)
  // A live account trades on live quotes; history and paper may think longer. What is unknown is brief.
  const runKind = read(facts, FACT.runKind)
  const brief = read(facts, FACT.referenceIsQuote) !== 0 && runKind !== 0 && runKind !== 1
  const oldest = brief ? LIMITS.maxQuoteAgeMs : LIMITS.maxReferenceAgeMs
  if (!(age >= 0)) return deny(out, 21, SOURCES.ageMissing, age, oldest)
  if (age > oldest) return deny(out, 21, SOURCES.stale, age, oldest)
  const ahead = read(facts, FACT.referenceAhead)
  const timely = ahead >= 0 && ahead <= LIMITS.maxReferenceAheadMs
  if (!timely) return deny(out, 21, SOURCES.ahead, ahead, LIMITS.maxReferenceAheadMs)

  const measured = read(facts, FACT.aggressiveFills300s) >= LIMITS.ignitionFills
  const volume = read(facts, FACT.marketVolume300s)
  if (measured && !isCount(volume)) return deny(out, 21, SOURCES.volumeMissing, volume, Number.NaN)
  const move = read(facts, FACT.move)
  if (move === NOT_APPLICABLE) return allow(out, 21, age, oldest)
  const daily = read(facts, FACT.moveIsDaily) === 1
  const widest = daily ? LIMITS.maxMoveDaily : LIMITS.maxMove
  if (!isCount(move)) return deny(out, 21, SOURCES.moveMissing, Number.NaN, widest)
  const jumped = move > (daily ? MAX_MOVE_DAILY : MAX_MOVE) && read(facts, FACT.moveConfirmed) !== 1
  return jumped ? deny(out, 21, SOURCES.jump, move / MOVE_SCALE, widest) : allow(out, 21, age, oldest)
}

const LOOPS = reasons('count', {
  passed: 'no sign of a loop',
  exempt: 'exits are exempt',
  hops: 'too many derivation steps since the last input',
  latched: ['flag', 'strategy, symbol and side are latched after a loop until a person re-arms them'],
  parents: 'too many released orders of the same strategy, symbol and side within a minute',
  executions: 'too many executions within a minute',
})

export function preventInfiniteLoops(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.opening) === 0) return exempt(out, 22)
  const hops = read(facts, FACT.hops)
  if (!isCount(hops) || hops > LIMITS.maxHops) return deny(out, 22, LOOPS.hops, hops, LIMITS.maxHops)
  if (read(facts, FACT.tripleLatched) !== 0) return deny(out, 22, LOOPS.latched, 0, 1)
  // Both are counted without this order: it would be one more.
  const parents = read(facts, FACT.parents60s) + 1
  if (!isAmount(parents) || parents > LIMITS.maxParents60s) {
    return deny(out, 22, LOOPS.parents, parents, LIMITS.maxParents60s)
  }
  const executions = read(facts, FACT.executions60s) + 1
  if (!isAmount(executions) || executions > LIMITS.maxExecutions60s) {
    return deny(out, 22, LOOPS.executions, executions, LIMITS.maxExecutions60s)
  }
  return allow(out, 22, parents, LIMITS.maxParents60s)
}

export const INTEGRITY: readonly Rule[] = Object.freeze([
  rule({
    number: 19,
    name: 'immutable_graveyard',
    category: 'integrity',
    severity: 'CRITICAL',
    effect: 'deny+halt',
    effectWhen: 'the digest differs; a request to change rules is merely denied',
    reasons: GRAVEYARD,
    judge: immutableGraveyard,
    everyAction: true,
    summary:
      'Denies everything while rules or limits differ from their seal, and every request to change them ' +
      'at run time.',
  }),
  rule({
    number: 20,
    name: 'watchdog_monitoring',
    category: 'integrity',
    severity: 'HIGH',
    effect: 'deny+reduce',
    reasons: WATCHDOG,
    judge: watchdogMonitoring,
    summary: 'Denies an opening while the watchdog’s lease is lost.',
  }),
  rule({
    number: 21,
    name: 'validate_data_sources',
    category: 'integrity',
    severity: 'MEDIUM',
    effect: 'deny',
    reasons: SOURCES,
    judge: validateDataSources,
    summary:
      'Denies an opening without a price, with one older than 15 minutes of open-market time (a live account’s ' +
      'quote: 15 s) or more than 5 s in the future, after an unconfirmed move above 25 % daily or 10 % ' +
      'otherwise, of an unregistered source, or without the market’s volume where rule 2 needs it.',
  }),
  rule({
    number: 22,
    name: 'prevent_infinite_loops',
    category: 'integrity',
    severity: 'HIGH',
    effect: 'deny',
    reasons: LOOPS,
    judge: preventInfiniteLoops,
    summary:
      'Denies an opening more than 32 hops from the last input, the sixth released parent order of one ' +
      'strategy, symbol and side in 60 s (and that triple until a person re-arms it), and the 61st ' +
      'execution in 60 s.',
  }),
])
