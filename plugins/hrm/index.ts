/**
 * HRM, the risk manager: the operational limits that stand beside the Graveyard's rules, tighter only.
 *
 * The gate calls `judge` once an order with facts that it derived itself. Every limit reports once: a
 * missing fact denies as unknown, a limit that does not concern the order reports an infinite observation
 * and allows. Nothing is allocated.
 */

import type { LimitReport, OperationalLimit, OrderFacts, Plugin } from '#core/contract.ts'
import { CASH_SCALE, compareProducts, mulDiv, PRICE_SCALE, QUANTITY_SCALE } from '#core/math.ts'
import { type HrmConfig, hrmConfig } from './config.ts'

const NOT_APPLICABLE = Number.POSITIVE_INFINITY
const ONE = PRICE_SCALE

const LIMITS: readonly OperationalLimit[] = [
  { name: 'order_size', unit: 'quantity', denies: 'more units than one order may have' },
  { name: 'order_notional', unit: 'cash', denies: 'an entry worth more than one may be' },
  { name: 'price_collar', unit: 'ratio', denies: 'the price is too far from the reference' },
  { name: 'shortable', unit: 'flag', denies: 'the instrument may not be sold short' },
  { name: 'trade_risk', unit: 'cash', denies: 'the stop would lose more than one trade may' },
  { name: 'exit_rate', unit: 'count', denies: 'the symbol has had its exits for this minute' },
]

export default {
  name: 'hrm',
  version: '1.0.0',
  contract: 1,
  consumes: [],
  emits: [],
  needs: [],
  config: hrmConfig,
  overlay: {
    limits: LIMITS,
    judge(order: OrderFacts, report: LimitReport, config: HrmConfig): void {
      judgeSize(order, report, config)
      judgeNotional(order, report, config)
      judgeCollar(order, report, config)
      judgeShort(order, report)
      judgeRisk(order, report, config)
      judgeExitRate(order, report, config)
    },
  },
} satisfies Plugin<never, HrmConfig>

/** Observed and limit: quantity, integers of 1e-8. */
function judgeSize(order: OrderFacts, report: LimitReport, config: HrmConfig): void {
  const limit = Math.floor(config.orderSizeMax * QUANTITY_SCALE)
  const observed = order.opening && order.kind !== 'crypto' ? order.quantity : NOT_APPLICABLE
  judgeMost(0, observed, limit, report)
}

/** Observed and limit: cash, integers of 1e-6. */
function judgeNotional(order: OrderFacts, report: LimitReport, config: HrmConfig): void {
  judgeMost(
    1,
    order.opening ? order.notional : NOT_APPLICABLE,
    Math.floor(config.orderNotionalMax * CASH_SCALE),
    report,
  )
}

/**
 * Observed and limit: distance from the reference price as a share of it, integers of 1e-8.
 * A limit price beyond the reference trades at once, a stop price beyond it waits: so the two read the
 * sides the other way round.
 */
function judgeCollar(order: OrderFacts, report: LimitReport, config: HrmConfig): void {
  const away = (order.orderPrice - order.referencePrice) * (order.side === 'buy' ? 1 : -1)
  const aggressive = order.type === 'limit' ? away > 0 : away < 0
  const limit = Math.round(collarOf(order, aggressive, config) * ONE)
  if (order.type === 'market') {
    report(2, false, NOT_APPLICABLE, limit)
    return
  }
  if (!(order.orderPrice > 0 && order.referencePrice > 0)) {
    report(2, true, Number.NaN, limit)
    return
  }
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

/**
 * Observed and limit: cash lost when the stop is reached, against the share of equity; a stop on the
 * winning side bounds nothing.
 */
function judgeRisk(order: OrderFacts, report: LimitReport, config: HrmConfig): void {
  const known = order.equity > 0
  const limit = known ? mulDiv(Math.floor(order.equity), Math.round(config.tradeRiskMax * ONE), ONE) : 0
  if (!order.opening) {
    report(4, false, NOT_APPLICABLE, limit)
    return
  }
  const distance =
    order.side === 'buy' ? order.entryPrice - order.stopPrice : order.stopPrice - order.entryPrice
  const computable = known && distance > 0 && order.entryPrice > 0 && order.notional >= 0
  judgeMost(
    4,
    computable ? -mulDiv(-Math.ceil(order.notional), distance, order.entryPrice) : Number.NaN,
    limit,
    report,
  )
}

/** Observed and limit: exits of the symbol in a minute, this one included. */
function judgeExitRate(order: OrderFacts, report: LimitReport, config: HrmConfig): void {
  judgeMost(5, order.opening ? NOT_APPLICABLE : order.exits60s + 1, config.exitsPerMinute, report)
}

/** Denies above the limit and when the observation is missing. */
function judgeMost(index: number, observed: number, limit: number, report: LimitReport): void {
  report(index, observed !== NOT_APPLICABLE && !(observed <= limit), observed, limit)
}
