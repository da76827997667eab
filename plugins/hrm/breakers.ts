/**
 * The three circuit breakers as limits: what the gate is told while they are tripped.
 *
 * Their state is kept by watch.ts, HRM's agent part. Nothing opens when it is missing.
 */

import type { Cash, LimitReport, OrderFacts, Price, TimeMs } from '#core/contract.ts'
import { PRICE_SCALE } from '#core/math.ts'
import type { CompiledRuleset } from './compile.ts'
import { lookUp, type Path, toNumber } from './fields.ts'
import { NOT_APPLICABLE } from './limits.ts'

/** Plain JSON. A time of 0 = not tripped. */
export interface BreakerState {
  /** Nothing opens before it. */
  suspendedUntil: TimeMs
  /** Sizes are cut before it. */
  reducedUntil: TimeMs
  /** Longs are closed and nothing opens before it. */
  closingUntil: TimeMs
  /** When exits of the longs were last proposed; 0 = not since it tripped. */
  exitsAt: TimeMs
  /** Positions lost in a row. */
  losses: number
  /** Realised gain of the account that has been seen. */
  realised: Cash
  /** Result so far of each open position, fees taken off. */
  readonly results: { [symbol: string]: Cash }
  readonly benchmarks: { [symbol: string]: Benchmark }
}

export interface Benchmark {
  /** Days since the epoch, UTC. */
  day: number
  /** Price that the day is measured from. */
  start: Price
  /** Last price that was believed. */
  last: Price
  /** Last price that was seen. */
  seen: Price
}

export function createBreakerState(): BreakerState {
  return {
    suspendedUntil: 0,
    reducedUntil: 0,
    closingUntil: 0,
    exitsAt: 0,
    losses: 0,
    realised: 0,
    results: {},
    benchmarks: {},
  }
}

/** Share of the limits on size that is left; the smaller one when the state is missing. */
export function sizesLeft(
  state: Readonly<BreakerState> | undefined,
  { reduce }: CompiledRuleset,
  now: TimeMs,
): number {
  return state !== undefined && now >= state.reducedUntil ? 1 : reduce.factor
}

const DAILY: Path = ['daily_pnl_percent']
const MARKET: Path = ['market_drop_percent']

/**
 * Suspension and closing report a flag, 1 = tripped; reduction reports the share of the sizes that is left.
 * What a signal says of the day or the market can deny its own order, and trips nothing.
 */
export function judgeBreakers(
  order: OrderFacts,
  report: LimitReport,
  overlay: CompiledRuleset,
  first: number,
  state: Readonly<BreakerState> | undefined,
): void {
  const { suspend, close } = overlay
  if (!order.opening) {
    report(first, false, NOT_APPLICABLE, 0)
    report(first + 1, false, NOT_APPLICABLE, PRICE_SCALE)
    report(first + 2, false, NOT_APPLICABLE, 0)
    return
  }
  // Measured here as well: a fill may have lost it since the account was last looked at.
  const loss = order.lossToday
  const lost = Number.isNaN(loss)
    ? Number.NaN
    : toFlag(loss >= Math.round(-suspend.value * (PRICE_SCALE / 100)))
  const suspended = state === undefined || order.now < state.suspendedUntil
  const closing = state === undefined || order.now < state.closingUntil
  const suspending = suspended || saysWorse(order, DAILY, suspend.value) ? 1 : lost
  const falling = toFlag(closing || saysWorse(order, MARKET, close.value))
  report(first, suspending !== 0, suspending, 0)
  report(first + 1, false, sizesLeft(state, overlay, order.now) * PRICE_SCALE, PRICE_SCALE)
  report(first + 2, falling !== 0, falling, 0)
}

function toFlag(value: boolean): number {
  return value ? 1 : 0
}

/** True when the signal says as much of a fall as trips the breaker, or says it in words nobody can read. */
function saysWorse(order: OrderFacts, path: Path, tripsAt: number): boolean {
  if (order.setup?.signal?.metadata === undefined) return false
  const stated = lookUp(order, path)
  return stated !== undefined && !(toNumber(stated, PRICE_SCALE) > tripsAt * PRICE_SCALE)
}
