/**
 * Rules 1, 3 and 4, on fair dealing, and the table of their category; rule 2 has a file of its own. Called by
 * graveyard/rules.ts for every order, exits included: a way out of a position is no licence to trade on a
 * restricted list, against one's own publication or in front of a client.
 */

import {
  basisPoints,
  compareProducts,
  compareRatio,
  compareShare,
  isAmount,
  isCount,
  QUANTITY_PER_VOLUME,
  read,
} from './exact.ts'
import { FACT, type Facts, NOT_APPLICABLE } from './facts.ts'
import { LIMITS } from './limits.ts'
import { MANIPULATION, noMarketManipulation } from './manipulation.ts'
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

const PUMP = reasons('ratio', {
  passed: 'small beside average volume and float, or an exit; against no recent publication',
  unknown: 'needs quantity, position or price, which are missing',
  publication: ['ms', 'the order goes against what ARK published on the symbol a short time ago'],
  volumeMissing: 'average volume is missing',
  todayMissing: 'the day’s quantity of this side is missing',
  volumeShare: 'the day’s orders of this side would exceed their share of average volume',
  floatMissing: 'float is missing and turnover is too small to do without it',
  floatShare: 'the position would exceed its share of a low float',
})
const MAX_VOLUME_SHARE = basisPoints(LIMITS.maxVolumeShare)
const MAX_FLOAT_SHARE = basisPoints(LIMITS.maxFloatShare)
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
  if (!isAmount(total) || compareShare(total, volume, MAX_VOLUME_SHARE) > 0) {
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
      'Denies on indicators. self_trade: the worst price reaches an own working order of any strategy. ' +
      'layering: 3 own levels on the other side hold twice the quantity, and of 8 orders that ended there ' +
      'in 5 minutes 90 % were cancelled unfilled; or one more level after 2 such episodes in 10. ' +
      'closing_price: in the last 10 minutes of a session own share of volume above 10 %, for exits 25 %. ' +
      'ignition: 3 own aggressive fills in 5 minutes, above 25 % of volume, moved the price 1 % and thrice ' +
      'the usual, and an opening goes on. Naming own orders in cancelFirst removes the first two.',
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
      'with a turnover under 5 million USD a day, and any order, exits too, that goes against what ARK ' +
      'published on the symbol in the last 30 minutes.',
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
