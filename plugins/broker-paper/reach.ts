/**
 * Where within a range of prices an order is met, and what slippage makes of that price. Pure; 0 = it is not
 * met.
 */

import type { Price } from '#core/contract.ts'
import { againstUs, mulDivUp, PRICE_SCALE } from '#core/math.ts'
import { type Range, toPoint } from './row.ts'
import type { PaperOrder } from './state.ts'

/** An untouched stop_limit has no price before it is a limit: ask `reachStop`. */
export function reach(order: PaperOrder, range: Range): Price {
  if (range.open <= 0) return 0
  if (order.type === 'market' || isTriggered(order)) return range.open
  return order.type === 'limit' ? reachLimit(order, range) : reachStop(order, range)
}

/** At the limit, or at the open when that is better. */
export function reachLimit({ limit, side }: PaperOrder, range: Range): Price {
  if (range.open <= 0) return 0
  if (side === 'buy') return range.low <= limit ? Math.min(range.open, limit) : 0
  return range.high >= limit ? Math.max(range.open, limit) : 0
}

/** At the stop, or at the open when the market gapped through it. */
export function reachStop({ side, stop }: PaperOrder, range: Range): Price {
  if (range.open <= 0) return 0
  if (side === 'buy') return range.high >= stop ? Math.max(range.open, stop) : 0
  return range.low <= stop ? Math.min(range.open, stop) : 0
}

/** A stop whose fill was only partial: what is left takes the next price. */
export function isTriggered({ status, type }: PaperOrder): boolean {
  return (type === 'stop' || type === 'trailing_stop') && status !== 'working'
}

/** The range that is left after a fill inside it. */
export function restOf(range: Range, price: Price): Range {
  const open = Math.min(Math.max(price, range.low), range.high)
  return { open, high: range.high, low: range.low, close: range.close }
}

/**
 * What the market certainly went through after that fill: from its price to the close, whatever lay before.
 */
export function provenOf(range: Range, price: Price): Range {
  const { close } = range
  if (range.open <= 0) return toPoint(0)
  const open = Math.min(Math.max(price, range.low), range.high)
  return { open, high: Math.max(open, close), low: Math.min(open, close), close }
}

/** `adverse` in 1e-8 of the price; to the tick, never past the order's limit. */
export function worsen(price: Price, order: PaperOrder, adverse: number, tick: Price): Price {
  if (adverse === 0) return price
  const away = mulDivUp(price, adverse, PRICE_SCALE)
  const worse = againstUs(order.side, order.side === 'buy' ? price + away : price - away, tick)
  if (order.limit === 0) return worse
  // A limit that an adjusted price meets off the tick stays kept too.
  return order.side === 'buy' ? Math.min(worse, order.limit) : Math.max(worse, order.limit)
}
