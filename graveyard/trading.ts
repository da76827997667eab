/**
 * Rules 1 to 4, on fair dealing. Called by graveyard/rules.ts for every order, exits included: a way out of a
 * position is no licence to trade on a restricted list, against oneself, against one's own publication or in
 * front of a client.
 */

import { basisPoints, compareProducts, compareRatio, isAmount, isCount, read } from './exact.ts'
import { FACT, type Facts, NOT_APPLICABLE } from './facts.ts'
import { LIMITS } from './limits.ts'
import { allow, deny, type Outcome, unknown } from './outcome.ts'
import { type Rule, reasons, rule } from './rule.ts'

const INSIDER = reasons('flag', {
  passed: 'symbol not restricted, source public or licensed',
  listMissing: 'the restricted list was never loaded',
  restricted: 'the symbol or its issuer is on the restricted list',
  exitUnapproved: 'an exit from a restricted symbol needs an operator’s approval',
  sourceClass: 'an input’s source is not registered as public or licensed',
})

export function noInsiderTrading(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.restrictedListLoaded) !== 1) return deny(out, 1, INSIDER.listMissing, 0, 1)
  const restricted = read(facts, FACT.restricted)
  if (restricted !== 0) {
    const exit = read(facts, FACT.opening) === 0
    if (!exit || restricted !== 1) return deny(out, 1, INSIDER.restricted, 0, 1)
    if (read(facts, FACT.approved) !== 1) return deny(out, 1, INSIDER.exitUnapproved, 0, 1)
  }
  const source = read(facts, FACT.sourceClass)
  if (source !== 0 && source !== 1) return deny(out, 1, INSIDER.sourceClass, 0, 1)
  return allow(out, 1, 1, 1)
}

const MANIPULATION = reasons('count', {
  passed: 'no own order on the other side within reach',
  selfTrade: 'self_trade: the worst price reaches own working orders on the other side',
})

export function noMarketManipulation(facts: Facts, out: Outcome): number {
  const selfTrades = read(facts, FACT.selfTrades)
  return selfTrades === 0 ? allow(out, 2, 0, 0) : deny(out, 2, MANIPULATION.selfTrade, selfTrades, 0)
}

const PUMP = reasons('ratio', {
  passed: 'small beside average volume and float, no recent publication',
  unknown: 'needs quantity, position or price, which are missing',
  publication: ['ms', 'ARK published on the symbol too short a time ago'],
  volumeMissing: 'average volume is missing',
  todayMissing: 'the day’s quantity of this side is missing',
  volumeShare: 'the day’s orders of this side would exceed their share of average volume',
  floatMissing: 'float is missing and turnover is too small to do without it',
  floatShare: 'the position would exceed its share of a low float',
})
const MAX_VOLUME_SHARE = basisPoints(LIMITS.maxVolumeShare)
const MAX_FLOAT_SHARE = basisPoints(LIMITS.maxFloatShare)
/** Quantities are of 1e-8, volumes of 1e-4. */
const QUANTITY_PER_VOLUME = 10_000
const LOW_FLOAT = LIMITS.lowFloatShares * 100_000_000
/** Volume of 1e-4 times price of 1e-8. */
const TURNOVER_SCALE = 1_000_000_000_000

export function noPumpAndDump(facts: Facts, out: Outcome): number {
  const age = read(facts, FACT.publicationAge)
  // A missing or negative age is denied like a recent one; only "there was none" is beyond every age.
  if (!(age > LIMITS.publicationQuietMs))
    return deny(out, 3, PUMP.publication, age, LIMITS.publicationQuietMs)
  if (read(facts, FACT.opening) === 0) return allow(out, 3, Number.NaN, Number.NaN)

  const volume = read(facts, FACT.adv20)
  if (!isAmount(volume)) return deny(out, 3, PUMP.volumeMissing, Number.NaN, LIMITS.maxVolumeShare)
  const quantity = read(facts, FACT.quantity)
  if (!isAmount(quantity)) return unknown(out, 3)
  const today = read(facts, FACT.sameSideToday)
  if (!isCount(today)) return deny(out, 3, PUMP.todayMissing, Number.NaN, LIMITS.maxVolumeShare)
  const total = today + quantity
  const share = total / volume / QUANTITY_PER_VOLUME
  // Quantity is finer than volume by 1e4 and a basis point is 1e-4, so the factors cancel.
  if (!isAmount(total) || compareProducts(total, 1, volume, MAX_VOLUME_SHARE) > 0) {
    return deny(out, 3, PUMP.volumeShare, share, LIMITS.maxVolumeShare)
  }
  return judgeFloat(facts, out, volume, quantity, share)
}

/** The float clause, for common stock alone. */
function judgeFloat(
  facts: Facts,
  out: Outcome,
  volume: number,
  quantity: number,
  volumeShare: number,
): number {
  const kind = read(facts, FACT.kind)
  const shares = read(facts, FACT.floatShares)
  const stock = kind !== 1 && kind !== 2 && kind !== 3
  if (!stock || shares === NOT_APPLICABLE) return allow(out, 3, volumeShare, LIMITS.maxVolumeShare)

  if (!isAmount(shares)) {
    const price = read(facts, FACT.reference)
    if (!isAmount(price)) return unknown(out, 3)
    const liquid = compareProducts(volume, price, LIMITS.unknownFloatTurnoverUsd, TURNOVER_SCALE) >= 0
    if (!liquid) return deny(out, 3, PUMP.floatMissing, Number.NaN, LIMITS.maxFloatShare)
    return allow(out, 3, volumeShare, LIMITS.maxVolumeShare)
  }
  if (shares >= LOW_FLOAT) return allow(out, 3, volumeShare, LIMITS.maxVolumeShare)

  const side = read(facts, FACT.side)
  const position = read(facts, FACT.position)
  if ((side !== 1 && side !== -1) || !Number.isSafeInteger(position)) return unknown(out, 3)
  const after = Math.abs(position + side * quantity)
  if (!isCount(after) || compareRatio(after, shares, MAX_FLOAT_SHARE) > 0) {
    return deny(out, 3, PUMP.floatShare, after / shares, LIMITS.maxFloatShare)
  }
  return allow(out, 3, volumeShare, LIMITS.maxVolumeShare)
}

const FRONT_RUNNING = reasons('count', {
  passed: 'no client order waits in front',
  clientFirst: 'client orders that came in earlier would be overtaken',
})

export function noFrontRunning(facts: Facts, out: Outcome): number {
  const conflicts = read(facts, FACT.clientConflicts)
  return conflicts === 0 ? allow(out, 4, 0, 0) : deny(out, 4, FRONT_RUNNING.clientFirst, conflicts, 0)
}

export const TRADING: readonly Rule[] = Object.freeze([
  rule({
    number: 1,
    name: 'no_insider_trading',
    category: 'trading',
    severity: 'CRITICAL',
    effect: 'deny',
    reasons: INSIDER,
    judge: noInsiderTrading,
    summary:
      'Denies when the symbol or its issuer is on the restricted list, when that list was never loaded, ' +
      'or when an input’s registered source is neither public nor licensed. An exit from a restricted ' +
      'symbol needs an operator’s approval.',
  }),
  rule({
    number: 2,
    name: 'no_market_manipulation',
    category: 'trading',
    severity: 'CRITICAL',
    effect: 'deny',
    reasons: MANIPULATION,
    judge: noMarketManipulation,
    summary:
      'Denies when the worst price of the order reaches an own working order on the other side, whatever ' +
      'its strategy; naming those orders in cancelFirst removes the conflict.',
  }),
  rule({
    number: 3,
    name: 'no_pump_and_dump',
    category: 'trading',
    severity: 'HIGH',
    effect: 'deny',
    reasons: PUMP,
    judge: noPumpAndDump,
    summary:
      'Denies an opening above 1 % of average daily volume (with the day’s fills and working orders of ' +
      'its side), a position above 0.5 % of a float under 20 million shares, a stock of unknown float ' +
      'with a turnover under 5 million USD a day, and any order within 30 minutes of ARK’s own ' +
      'publication on the symbol.',
  }),
  rule({
    number: 4,
    name: 'no_front_running',
    category: 'trading',
    severity: 'HIGH',
    effect: 'deny',
    reasons: FRONT_RUNNING,
    judge: noFrontRunning,
    summary:
      'Denies when a registered client order of the same symbol and side came in earlier, is still open, ' +
      'and would be satisfied by the price of this order.',
  }),
])
