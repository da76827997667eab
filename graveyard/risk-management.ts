/**
 * Rules 5 to 10, on how much may be lost. Called by graveyard/rules.ts; they judge openings and let every
 * exit through, because a guard that keeps a position open would cause the loss it is there to prevent.
 */

import { basisPoints, compareRatio, isAmount, isCount, read } from './exact.ts'
import { FACT, type Facts } from './facts.ts'
import { LIMITS } from './limits.ts'
import { allow, deny, exempt, exemptAction, type Outcome, unknown } from './outcome.ts'
import { type Rule, reasons, rule } from './rule.ts'

const POSITION = reasons('ratio', {
  passed: 'the position stays within its share of equity',
  exempt: 'exits are exempt',
  unknown: 'needs equity and a price, which are missing',
  quantityInvalid: [
    'quantity',
    'the quantity is missing, not above zero, too large or not a whole number of 1e-8',
  ],
  exposureMissing: 'the worst position or its exposure cannot be computed',
  tooLarge: 'the worst position would exceed its share of equity',
})
const MAX_POSITION = basisPoints(LIMITS.max_position_size)

/** Owns the quantity: without one not even an exit passes, since an exit is defined by it. */
export function maxPositionSize(facts: Facts, out: Outcome): number {
  const quantity = read(facts, FACT.quantity)
  if (!isAmount(quantity)) return deny(out, 5, POSITION.quantityInvalid, quantity, Number.NaN)
  if (read(facts, FACT.opening) === 0) return exempt(out, 5)

  const position = read(facts, FACT.position)
  const positions = Number.isSafeInteger(position) && isCount(read(facts, FACT.worstPosition))
  if (!positions) return deny(out, 5, POSITION.exposureMissing, Number.NaN, LIMITS.max_position_size)
  const equity = read(facts, FACT.equity)
  if (!isAmount(equity) || !isAmount(read(facts, FACT.reference))) return unknown(out, 5)
  const exposure = read(facts, FACT.exposureAfter)
  if (!isCount(exposure)) return deny(out, 5, POSITION.exposureMissing, Number.NaN, LIMITS.max_position_size)
  const share = exposure / equity
  if (compareRatio(exposure, equity, MAX_POSITION) > 0) {
    return deny(out, 5, POSITION.tooLarge, share, LIMITS.max_position_size)
  }
  return allow(out, 5, share, LIMITS.max_position_size)
}

const DAILY_LOSS = reasons('ratio', {
  passed: 'the day’s loss is below the limit',
  exempt: 'exits are exempt',
  unknown: 'needs equity, which is missing',
  latched: ['flag', 'the day’s loss limit was reached; openings wait for the next session'],
  startMissing: 'the day’s opening equity or its deposits are missing',
  reached: 'the day’s loss has reached the limit',
})
const MAX_LOSS = basisPoints(LIMITS.max_daily_loss)

export function maxDailyLoss(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.opening) === 0) return exempt(out, 6)
  if (read(facts, FACT.dayLossLatched) !== 0) return deny(out, 6, DAILY_LOSS.latched, 0, 1)

  const start = read(facts, FACT.dayStartEquity)
  const deposits = read(facts, FACT.netDeposits)
  const known = isAmount(start) && Number.isSafeInteger(deposits)
  if (!known) return deny(out, 6, DAILY_LOSS.startMissing, Number.NaN, LIMITS.max_daily_loss)
  const equity = read(facts, FACT.equity)
  if (!isAmount(equity)) return unknown(out, 6)
  // Beyond 2^53 the sum may be off by one, but is then so far from 5 % of `start` that the sign stays right.
  const loss = start - equity + deposits
  const share = loss / start
  if (compareRatio(loss, start, MAX_LOSS) >= 0)
    return deny(out, 6, DAILY_LOSS.reached, share, LIMITS.max_daily_loss)
  return allow(out, 6, share, LIMITS.max_daily_loss)
}

const LEVERAGE = reasons('ratio', {
  passed: 'gross exposure stays within its multiple of equity',
  exempt: 'exits are exempt',
  unknown: 'needs quantity and price, one of which is missing',
  equityInvalid: ['cash', 'equity is missing or not above zero'],
  exposureMissing: 'gross exposure cannot be computed',
  tooHigh: 'gross exposure would exceed its multiple of equity',
})
const MAX_LEVERAGE = basisPoints(LIMITS.max_leverage)

/** Owns the equity. */
export function maxLeverage(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.opening) === 0) return exempt(out, 7)
  const equity = read(facts, FACT.equity)
  if (!isAmount(equity)) return deny(out, 7, LEVERAGE.equityInvalid, equity, 0)
  if (!isAmount(read(facts, FACT.reference))) return unknown(out, 7)
  const gross = read(facts, FACT.grossAfter)
  if (!isAmount(read(facts, FACT.quantity))) return unknown(out, 7)
  if (!isCount(gross)) return deny(out, 7, LEVERAGE.exposureMissing, Number.NaN, LIMITS.max_leverage)
  const leverage = gross / equity
  if (compareRatio(gross, equity, MAX_LEVERAGE) > 0)
    return deny(out, 7, LEVERAGE.tooHigh, leverage, LIMITS.max_leverage)
  return allow(out, 7, leverage, LIMITS.max_leverage)
}

const STOP = reasons('price', {
  passed: 'a stop at a sensible distance covers the whole order, or moves towards the market',
  exempt: 'exits are exempt',
  unknown: 'needs side, quantity or price, which are missing',
  missing: 'the order has no protective stop',
  uncovered: ['quantity', 'the stop does not cover the whole order'],
  tooClose: 'the stop is on the wrong side of the entry or too close to it',
  tooFar: 'the stop is too far from the entry',
  moveMissing: 'the stop before or after the modification is missing',
  away: 'the modification moves the stop away from the market',
  uncovers: ['quantity', 'the modification leaves filled quantity without a stop, or may'],
})
const MIN_STOP = basisPoints(LIMITS.minStopDistance)
const MAX_STOP = basisPoints(LIMITS.maxStopDistance)

/** Owns the stop. */
export function requireStopLoss(facts: Facts, out: Outcome): number {
  const action = read(facts, FACT.action)
  if (action !== 0) return action === 1 ? judgeStopMove(facts, out) : exemptAction(out, 8)
  if (read(facts, FACT.opening) === 0) return exempt(out, 8)
  const stop = read(facts, FACT.stop)
  if (!isAmount(stop)) return deny(out, 8, STOP.missing, stop, Number.NaN)
  const quantity = read(facts, FACT.quantity)
  if (!isAmount(quantity)) return unknown(out, 8)
  const cover = read(facts, FACT.stopCover)
  if (!isAmount(cover)) return deny(out, 8, STOP.uncovered, cover, quantity)

  const side = read(facts, FACT.side)
  const entry = read(facts, FACT.entry)
  const tick = read(facts, FACT.tick)
  const known = (side === 1 || side === -1) && isAmount(entry) && isAmount(tick)
  if (!known) return unknown(out, 8)
  if (cover < quantity) return deny(out, 8, STOP.uncovered, cover, quantity)

  const distance = side * (entry - stop)
  const ticks = LIMITS.minStopTicks * tick
  if (distance < ticks || compareRatio(distance, entry, MIN_STOP) < 0) {
    return deny(out, 8, STOP.tooClose, distance, Math.max(ticks, Math.ceil(entry * LIMITS.minStopDistance)))
  }
  const farthest = Math.floor(entry * LIMITS.maxStopDistance)
  if (compareRatio(distance, entry, MAX_STOP) > 0) return deny(out, 8, STOP.tooFar, distance, farthest)
  return allow(out, 8, distance, farthest)
}

/** A working stop may tighten, whatever state the box is in; it may not give way. */
function judgeStopMove(facts: Facts, out: Outcome): number {
  const stop = read(facts, FACT.stop)
  const before = read(facts, FACT.stopBefore)
  if (!isAmount(stop) || !isAmount(before)) return deny(out, 8, STOP.moveMissing, stop, before)
  const uncovered = read(facts, FACT.uncoveredAfter)
  if (uncovered !== 0) return deny(out, 8, STOP.uncovers, uncovered, 0)
  const side = read(facts, FACT.side)
  if (side !== 1 && side !== -1) return unknown(out, 8)
  const away = side * (stop - before) < 0
  return away ? deny(out, 8, STOP.away, stop, before) : allow(out, 8, stop, before)
}

const REWARD = reasons('ratio', {
  passed: 'the reward is worth the risk',
  exempt: 'exits are exempt',
  unknown: 'needs side, entry or stop, which are missing',
  missing: ['count', 'the order has no profit target'],
  portions: 'the targets’ portions are missing or add up to more than the whole',
  noRisk: ['price', 'the stop is not on the losing side of the entry'],
  wrongSide: ['price', 'a target is missing or not on the winning side of the entry'],
  tooSmall: 'the reward is too small for the risk',
})
const MIN_REWARD = basisPoints(LIMITS.min_risk_reward)
const WHOLE = 100_000_000

/** Owns the targets. */
export function minRiskReward(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.opening) === 0) return exempt(out, 9)
  const targets = read(facts, FACT.targets)
  if (!isAmount(targets)) return deny(out, 9, REWARD.missing, targets, 1)
  const portions = read(facts, FACT.portionSum)
  if (!isAmount(portions) || portions > WHOLE) return deny(out, 9, REWARD.portions, portions / WHOLE, 1)

  const side = read(facts, FACT.side)
  const entry = read(facts, FACT.entry)
  const stop = read(facts, FACT.stop)
  if ((side !== 1 && side !== -1) || !isAmount(entry) || !isAmount(stop)) return unknown(out, 9)
  const risk = side * (entry - stop)
  if (!(risk > 0)) return deny(out, 9, REWARD.noRisk, risk, 0)
  const gain = read(facts, FACT.worstTargetGain)
  if (!isAmount(gain)) return deny(out, 9, REWARD.wrongSide, gain, 0)
  const reward = read(facts, FACT.reward)
  const ratio = reward / risk
  if (!isCount(reward) || compareRatio(reward, risk, MIN_REWARD) < 0) {
    return deny(out, 9, REWARD.tooSmall, ratio, LIMITS.min_risk_reward)
  }
  return allow(out, 9, ratio, LIMITS.min_risk_reward)
}

const CONCURRENT = reasons('count', {
  passed: 'few enough symbols are held or worked',
  exempt: 'exits are exempt',
  tooMany: 'too many symbols would be held or worked at once',
})

export function maxConcurrentTrades(facts: Facts, out: Outcome): number {
  if (read(facts, FACT.opening) === 0) return exempt(out, 10)
  const symbols = read(facts, FACT.symbolsAfter)
  const limit = LIMITS.max_concurrent_trades
  return isCount(symbols) && symbols <= limit
    ? allow(out, 10, symbols, limit)
    : deny(out, 10, CONCURRENT.tooMany, symbols, limit)
}

export const RISK_MANAGEMENT: readonly Rule[] = Object.freeze([
  rule({
    number: 5,
    name: 'max_position_size',
    category: 'risk_management',
    severity: 'HIGH',
    effect: 'deny',
    reasons: POSITION,
    judge: maxPositionSize,
    summary:
      'Denies an opening whose worst case, all working orders of one side filled with it, is worth more ' +
      'than 10 % of equity. Exactly 10 % passes; a position that drifted above it blocks additions only.',
  }),
  rule({
    number: 6,
    name: 'max_daily_loss',
    category: 'risk_management',
    severity: 'CRITICAL',
    effect: 'deny+reduce',
    reasons: DAILY_LOSS,
    judge: maxDailyLoss,
    summary:
      'Denies an opening once the day’s loss, deposits set aside, is 5 % or more of the equity the day ' +
      'began with, and until the next session then.',
  }),
  rule({
    number: 7,
    name: 'max_leverage',
    category: 'risk_management',
    severity: 'HIGH',
    effect: 'deny+reduce',
    effectWhen: 'actual leverage, without the order, is above 2',
    reasons: LEVERAGE,
    judge: maxLeverage,
    summary:
      'Denies an opening after which gross exposure could exceed 2 × equity, or any when equity is not ' +
      'above zero.',
  }),
  rule({
    number: 8,
    name: 'require_stop_loss',
    category: 'risk_management',
    severity: 'HIGH',
    effect: 'deny+reduce',
    effectWhen: 'a filled position stays uncovered for 5 s of open-market time',
    reasons: STOP,
    judge: requireStopLoss,
    everyAction: true,
    summary:
      'Denies an opening without stops that cover its whole quantity, or with a stop nearer to the entry ' +
      'than 2 ticks or 0.1 %, or farther than 20 %; and a modification that moves a stop away from the ' +
      'market or uncovers filled quantity.',
  }),
  rule({
    number: 9,
    name: 'min_risk_reward',
    category: 'risk_management',
    severity: 'MEDIUM',
    effect: 'deny',
    reasons: REWARD,
    judge: minRiskReward,
    summary:
      'Denies an opening whose reward is under 1.5 × its risk, whose portions exceed the whole, or that ' +
      'has no target or one on the wrong side. A target above 2 × the entry (long) or under 0.4 × (short) ' +
      'earns nothing.',
  }),
  rule({
    number: 10,
    name: 'max_concurrent_trades',
    category: 'risk_management',
    severity: 'LOW',
    effect: 'deny',
    reasons: CONCURRENT,
    judge: maxConcurrentTrades,
    summary: 'Denies an opening after which more than 5 symbols have a position or a working entry.',
  }),
])
