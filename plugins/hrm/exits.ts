/**
 * The plans that close every long position when the benchmark has fallen too far.
 *
 * Called by watch.ts for as long as that breaker is tripped: at once, and again every minute of event time
 * for what is still held and not being closed, because an order may be refused or an entry may still fill.
 */

import type { Draft, Plan, World } from '#core/contract.ts'
import { formatQuantity, parseQuantity } from '#core/math.ts'
import { MINUTE } from '#core/time.ts'
import type { BreakerState } from './breakers.ts'

const STRATEGY = 'circuit-breaker'
const REASON = 'circuit_breaker'

export function closeLongs(state: BreakerState, world: World, said: Draft[]): void {
  const now = world.now()
  if (state.exitsAt > 0 && now < state.exitsAt + MINUTE) return
  for (const symbol of world.held()) {
    const plan = planClosing(`${STRATEGY}-${symbol}-${now}`, symbol, world)
    if (plan === undefined) continue
    state.exitsAt = now
    said.push({ type: 'plan/proposed', payload: plan })
  }
}

/** Undefined when nothing long is held that is not being closed already. */
function planClosing(planId: string, symbol: string, world: World): Plan | undefined {
  let quantity = world.position(symbol)
  if (!(quantity > 0)) return undefined
  // Entries that still wait would open again, and those with a price would meet this very order.
  const cancelFirst: string[] = []
  for (const order of world.working(symbol)) {
    if (order.side === 'buy' && order.role === 'entry') cancelFirst.push(order.orderId)
    if (order.side === 'sell' && order.role === 'exit') quantity -= parseQuantity(order.quantity)
  }
  if (!(quantity > 0)) return undefined
  return {
    planId,
    strategy: STRATEGY,
    order: {
      symbol,
      side: 'sell',
      type: 'market',
      quantity: formatQuantity(quantity),
      strategy: STRATEGY,
      reduceOnly: true,
      ...(cancelFirst.length > 0 ? { cancelFirst } : {}),
      reason: REASON,
    },
    intent: 'exit',
    riskCash: '0',
    notes: ['the benchmark has fallen too far'],
  }
}
