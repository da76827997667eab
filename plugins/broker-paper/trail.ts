/** Trailing stops: how one follows the market. */

import { announceOrder } from './end.ts'
import { againstUs } from './reach.ts'
import type { Range } from './row.ts'
import type { PaperOrder } from './state.ts'
import type { Turn } from './turn.ts'

/** Moves the stop to its distance from the best price of the range, never back; true when it moved. */
export function follow(order: PaperOrder, range: Range, turn: Turn): boolean {
  if (order.trail === 0 || range.open <= 0 || order.status !== 'working') return false
  const { tick } = turn.instrument
  const stop =
    order.side === 'sell'
      ? againstUs('sell', range.high - order.trail, tick)
      : againstUs('buy', range.low + order.trail, tick)
  const closer = order.side === 'sell' ? stop > order.stop : stop < order.stop
  if (!closer) return false
  order.stop = stop
  announceOrder(order, turn.out)
  return true
}
