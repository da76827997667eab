/** What a person does to a working order: a cancel, which is never denied, or new terms, which may be. */

import type { OpenOrder } from '../../book/book.ts'
import { findOrder } from '../../book/fold.ts'
import { ArkError } from '../../errors.ts'
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
    const { reason, ...terms } = await readAct(door, c, AmendBody)
    const { orderId } = workingOrder(door, c.req.param('id'))
    const payload = { orderId, ...terms, principal: c.var.principal.id, reason }
    const accepted = await say(door, c, { type: 'order/amend_requested', payload })
    const events = await consequences(door, accepted)
    const verdict = firstOf(events, 'action/judged')?.payload
    // What does not come to the rules is refused for its own reason, whatever they say of its absence.
    if (verdict?.reason !== undefined) throw new ArkError('CONFLICT', 'id', toSentence(verdict.reason))
    const amended = firstOf(events, 'order/amended') !== undefined
    return c.json({ orderId, ...terms, ...accepted, amended, deniedBy: verdict?.deniedBy ?? [] })
  })
}

function toSentence(reason: string): string {
  return `Not amended: ${reason}.`
}

/** Throws NOT_FOUND for an order that does not work, or not any more. */
function workingOrder(door: Door, id: string): OpenOrder {
  const found = findOrder(kernelOf(door).book, id)
  if (found === undefined) throw new ArkError('NOT_FOUND', 'id', 'No working order has this id.')
  return found.open
}
