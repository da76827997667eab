/**
 * The operational limits: eleven bounds on one order, on what the account does, and on what it has lost.
 *
 * index.ts calls `judgeLimits` once an order with facts that the gate derived. Every limit reports once: a
 * missing fact denies as unknown, a limit that does not concern the order reports an infinite observation and
 * allows. Nothing is allocated.
 */

import type { LimitReport, OperationalLimit, OrderFacts } from '#core/contract.ts'
import { CASH_SCALE, compareProducts, mulDiv, PRICE_SCALE, QUANTITY_SCALE } from '#core/math.ts'
import type { HrmConfig } from './config.ts'
import { lossAtStop } from './fields.ts'

export const NOT_APPLICABLE = Number.POSITIVE_INFINITY
const ONE = PRICE_SCALE
const BASIS_POINT = ONE / 10_000
/** What the gate's bucket of messages holds. */
const BUCKET = 20

export const LIMITS: readonly OperationalLimit[] = [
  { name: 'order_size', unit: 'quantity', denies: 'more units than one order may have' },
  { name: 'order_notional', unit: 'cash', denies: 'an entry worth more than one may be' },
  { name: 'price_collar', unit: 'ratio', denies: 'the price is too far from the reference' },
  { name: 'shortable', unit: 'flag', denies: 'the instrument may not be sold short' },
  { name: 'trade_risk', unit: 'cash', denies: 'the stop would lose more than one trade may' },
  { name: 'exit_rate', unit: 'count', denies: 'the symbol has had its exits for this minute' },
  // In multiples of equity, or in orders: the one that is nearer to its end.
  { name: 'turnover', unit: 'ratio', denies: 'the day has had its turnover or its orders' },
  { name: 'message_rate', unit: 'count', denies: 'the broker is sent too much in too short a time' },
  { name: 'duplicate', unit: 'count', denies: 'the same order left moments ago on the same signal' },
  { name: 'session_hours', unit: 'flag', denies: 'it would be executed outside regular hours' },
  { name: 'rolling_loss', unit: 'ratio', denies: 'the last day or week has lost too much' },
]

/** `sizes` = the share of the limits on size that a circuit breaker has left, 1 when none is tripped. */
export function judgeLimits(order: OrderFacts, report: LimitReport, config: HrmConfig, sizes: number): void {
  judgeSize(order, report, config.orderSizeMax * sizes)
  judgeNotional(order, report, config.orderNotionalMax * sizes)
  judgeCollar(order, report, config)
  judgeShort(order, report)
  judgeRisk(order, report, config.tradeRiskMax * sizes)
  judgeExitRate(order, report, config)
  judgeTurnover(order, report, config)
  judgeMessages(order, report, config)
  judgeDuplicate(order, report, config)
  judgeSession(order, report)
  judgeRollingLoss(order, report, config)
}

/** Observed and limit: quantity, integers of 1e-8. */
function judgeSize(order: OrderFacts, report: LimitReport, most: number): void {
  const observed = order.opening && order.kind !== 'crypto' ? order.quantity : NOT_APPLICABLE
  judgeMost(0, observed, Math.floor(most * QUANTITY_SCALE), report)
}

/** Observed and limit: cash, integers of 1e-6. */
function judgeNotional(order: OrderFacts, report: LimitReport, most: number): void {
  judgeMost(1, order.opening ? order.notional : NOT_APPLICABLE, Math.floor(most * CASH_SCALE), report)
}

/**
 * Observed and limit: distance from the reference price as a share of it, integers of 1e-8. A limit price
 * beyond the reference trades at once, a stop price beyond it waits: so the two read the sides the other way
 * round. An exit that no reference is left for is let go: there is no better price to hold it to. So is a
 * stop that closes and waits: where a tick is much of the price it may have no nearer one.
 */
function judgeCollar(order: OrderFacts, report: LimitReport, config: HrmConfig): void {
  const away = (order.orderPrice - order.referencePrice) * (order.side === 'buy' ? 1 : -1)
  const aggressive = order.type === 'limit' ? away > 0 : away < 0
  const limit = Math.round(collarOf(order, aggressive, config) * ONE)
  const isPriced = order.orderPrice > 0
  const isReferenced = order.referencePrice > 0
  const waits = (order.type === 'stop' || order.type === 'trailing_stop') && !aggressive
  if (order.type === 'market' || (!order.opening && isPriced && (waits || !isReferenced)))
    return report(2, false, NOT_APPLICABLE, limit)
  if (!isPriced || !isReferenced) return report(2, true, Number.NaN, limit)
  const distance = Math.abs(away)
  const denies = compareProducts(distance, ONE, order.referencePrice, limit) > 0
  report(2, denies, mulDiv(distance, ONE, order.referencePrice), limit)
}

function collarOf(order: OrderFacts, aggressive: boolean, config: HrmConfig): number {
  if (!order.opening) return config.collarExit
  if (!aggressive) return config.collarPassive
  if (order.onBars) return config.collarOnBars
  return order.kind === 'crypto' ? config.collarCrypto : config.collarAggressive
}

/** Observed: 1 when the instrument may be sold short; limit 1. */
function judgeShort(order: OrderFacts, report: LimitReport): void {
  const { positionAfter, shortable } = order
  if (!order.opening || order.side === 'buy' || positionAfter >= 0) report(3, false, NOT_APPLICABLE, 1)
  else if (Number.isNaN(positionAfter)) report(3, true, Number.NaN, 1)
  else report(3, !shortable, shortable ? 1 : 0, 1)
}

/** Observed and limit: cash lost when the stop is reached, against the share of equity. */
function judgeRisk(order: OrderFacts, report: LimitReport, share: number): void {
  const known = order.equity > 0 && Number.isFinite(order.equity)
  const limit = known ? shareOfEquity(order.equity, Math.round(share * ONE)) : 0
  if (!order.opening) report(4, false, NOT_APPLICABLE, limit)
  else judgeMost(4, known ? lossAtStop(order) : Number.NaN, limit, report)
}

/** Whole basis points, the usual case, never need BigInt. `share` in integers of 1e-8. */
function shareOfEquity(equity: number, share: number): number {
  const unit = share % BASIS_POINT === 0 ? BASIS_POINT : 1
  return mulDiv(Math.floor(equity), share / unit, ONE / unit)
}

/** Observed and limit: exits of the symbol in a minute, this one included. */
function judgeExitRate(order: OrderFacts, report: LimitReport, config: HrmConfig): void {
  // A strategy that flutters is stopped; a person who wants out, or core's own stop, is not.
  const counted = !order.opening && order.proposer === 'agent'
  judgeMost(5, counted ? order.exits60s + 1 : NOT_APPLICABLE, config.exitsPerMinute, report)
}

/** Observed and limit: multiples of equity, or orders, whichever is nearer its end; integers of 1e-8. */
function judgeTurnover(order: OrderFacts, report: LimitReport, config: HrmConfig): void {
  const { turnoverMax, ordersPerDay } = config
  const traded = (order.turnoverToday + order.notional) / order.equity
  const orders = order.ordersToday + 1
  const byOrders = orders / ordersPerDay > traded / turnoverMax
  const limit = (byOrders ? ordersPerDay : turnoverMax) * ONE
  if (!order.opening) return report(6, false, NOT_APPLICABLE, limit)
  const known = order.equity > 0 && traded >= 0 && orders > 0
  judgeMost(6, known ? (byOrders ? orders : traded) * ONE : Number.NaN, limit, report)
}

/** Observed and limit: messages in a minute, or at once, whichever is nearer; this one included. */
function judgeMessages(order: OrderFacts, report: LimitReport, config: HrmConfig): void {
  const { messagesPerMinute, messageBurst } = config
  const minute = order.messages60s + 1
  const burst = BUCKET - order.messagesLeft + 1
  const byBurst = burst / messageBurst > minute / messagesPerMinute
  const limit = byBurst ? messageBurst : messagesPerMinute
  if (!order.opening) report(7, false, NOT_APPLICABLE, limit)
  else judgeMost(7, Number.isNaN(minute + burst) ? Number.NaN : byBurst ? burst : minute, limit, report)
}

/** Observed and limit: ms since the same order left. */
function judgeDuplicate(order: OrderFacts, report: LimitReport, config: HrmConfig): void {
  const age = order.opening ? order.duplicateAgeMs : NOT_APPLICABLE
  report(8, !(age > config.duplicateMs), age, config.duplicateMs)
}

/** Observed: 1 when it would be executed in regular hours; limit 1. */
function judgeSession(order: OrderFacts, report: LimitReport): void {
  if (!order.opening) report(9, false, NOT_APPLICABLE, 1)
  else report(9, !order.inRegularHours, order.inRegularHours ? 1 : 0, 1)
}

/** Observed and limit: the loss that is nearer its limit, as a share of equity; reaching it denies. */
function judgeRollingLoss(order: OrderFacts, report: LimitReport, config: HrmConfig): void {
  const day = Math.round(config.lossDayMax * ONE)
  const week = Math.round(config.lossWeekMax * ONE)
  const { loss24h, lossWeek } = order
  const byWeek = !(loss24h - day >= lossWeek - week)
  const observed = Number.isNaN(loss24h) ? Number.NaN : byWeek ? lossWeek : loss24h
  const limit = byWeek ? week : day
  if (!order.opening) report(10, false, NOT_APPLICABLE, limit)
  else report(10, !(observed < limit), observed, limit)
}

/** Denies above the limit and when the observation is missing. */
function judgeMost(index: number, observed: number, limit: number, report: LimitReport): void {
  report(index, observed !== NOT_APPLICABLE && !(observed <= limit), observed, limit)
}
