/**
 * Closing positions, by a person: what may still open goes first, then one market exit a position, judged
 * like any order. Works in every mode; protective stops stay until their position is gone.
 */

import type { Context } from 'hono'
import type { SymbolBook } from '../../book/book.ts'
import type { Order } from '../../contract.ts'
import { formatQuantity } from '../../math.ts'
import type { Guard } from '../auth.ts'
import { type App, type Door, type Env, kernelOf } from '../door.ts'
import { limitBody } from '../json.ts'
import { consequences, type Judged, judgedIn, readAct, say } from './act.ts'
import { FlattenBody } from './bodies.ts'

export interface Flattened {
  /** Working orders that were asked to end. */
  readonly cancelled: readonly string[]
  readonly exits: readonly Exit[]
}

interface Exit extends Judged {
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  readonly seq: number
  readonly traceId: string
}

export function mountFlatten(app: App, door: Door, guard: Guard): void {
  app.post('/v1/flatten', guard.role('operator'), limitBody, async (c) => {
    const { symbol, reason } = await readAct(door, c, FlattenBody)
    return c.json(await flatten(door, c, reason, symbol))
  })
}

/** All symbols unless one is named. Each part is answered after its commit. */
export async function flatten(
  door: Door,
  c: Context<Env>,
  reason: string,
  symbol?: string,
): Promise<Flattened> {
  const chosen = (): readonly SymbolBook[] =>
    kernelOf(door).book.state.symbols.filter((entry) => symbol === undefined || entry.symbol === symbol)
  const principal = c.var.principal.id
  const cancelled = chosen().flatMap(exposingOrders)
  await Promise.all(
    cancelled.map((orderId) =>
      say(door, c, { type: 'order/cancel_requested', payload: { orderId, principal, reason } }),
    ),
  )
  // Looked at again: an order may have been filled before its cancel came.
  const held = chosen().filter(({ position }) => position !== 0)
  const exits = await Promise.all(held.map((entry) => sendExit(door, c, entry, reason)))
  return { cancelled, exits }
}

/** Stops and targets only take risk away; they end with the position. */
function exposingOrders({ open }: SymbolBook): readonly string[] {
  return open.filter(({ role }) => role !== 'stop' && role !== 'target').map(({ orderId }) => orderId)
}

async function sendExit(door: Door, c: Context<Env>, entry: SymbolBook, reason: string): Promise<Exit> {
  const stillWorking = exposingOrders(entry)
  const order: Order = {
    symbol: entry.symbol,
    side: entry.position > 0 ? 'sell' : 'buy',
    type: 'market',
    quantity: formatQuantity(Math.abs(entry.position)),
    reduceOnly: true,
    ...(stillWorking.length === 0 ? {} : { cancelFirst: stillWorking }),
    reason: 'flatten',
  }
  const payload = { order, principal: c.var.principal.id, reason }
  const accepted = await say(door, c, { type: 'order/requested', payload })
  const judged = judgedIn(await consequences(door, accepted))
  return { symbol: order.symbol, side: order.side, quantity: order.quantity, ...accepted, ...judged }
}
