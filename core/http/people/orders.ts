/** What a person does to a working order: a cancel, which is never denied, or a new stop, which may be. */

import type { OpenOrder } from '../../book/book.ts'
import { findOrder } from '../../book/fold.ts'
import { ArkError } from '../../errors.ts'
import { isStop } from '../../gate/working.ts'
import type { Guard } from '../auth.ts'
import { ReasonSchema } from '../bodies.ts'
import { type App, type Door, kernelOf } from '../door.ts'
import { limitBody } from '../json.ts'
import { consequences, firstOf, readAct, say } from './act.ts'
import { AmendBody } from './bodies.ts'

export function mountOrders(app: App, door: Door, guard: Guard): void {
  app.post('/v1/orders/:id/cancel', guard.role('operator'), limitBody, async (c) => {
    const { reason } = await readAct(door, c, ReasonSchema)
    const { orderId } = workingOrder(door, c.req.param('id'))
    const payload = { orderId, principal: c.var.principal.id, reason }
    const accepted = await say(door, c, { type: 'order/cancel_requested', payload })
    const events = await consequences(door, accepted)
    // A broker elsewhere answers later.
    const cancelled = events.some(
      (event) => event.type === 'order/cancelled' && event.payload.orderId === orderId,
    )
    return c.json({ orderId, ...accepted, cancelled })
  })

  app.post('/v1/orders/:id/amend', guard.role('operator'), limitBody, async (c) => {
    const { stopPrice, reason } = await readAct(door, c, AmendBody)
    const open = workingOrder(door, c.req.param('id'))
    const { orderId } = open
    if (open.role === 'entry' || !isStop(open))
      throw new ArkError('CONFLICT', 'id', 'The order is no protective stop; cancel it and send another.')
    const payload = { orderId, stopPrice, principal: c.var.principal.id, reason }
    const accepted = await say(door, c, { type: 'order/amend_requested', payload })
    const events = await consequences(door, accepted)
    const amended = firstOf(events, 'order/amended') !== undefined
    const deniedBy = firstOf(events, 'action/judged')?.payload.deniedBy ?? []
    return c.json({ orderId, stopPrice, ...accepted, amended, deniedBy })
  })
}

/** Throws NOT_FOUND for an order that does not work, or not any more. */
function workingOrder(door: Door, id: string): OpenOrder {
  const found = findOrder(kernelOf(door).book, id)
  if (found === undefined) throw new ArkError('NOT_FOUND', 'id', 'No working order has this id.')
  return found.open
}
