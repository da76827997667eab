/**
 * What people tell the box about the world: what ARK published, what clients ordered, who consented, money
 * paid in or out. The rules are judged on these words, so each stands in the journal under a name.
 */

import { ArkError } from '../../errors.ts'
import { ENTRIES_MAX, lookUp } from '../../gate/registers.ts'
import { formatCash, parseCash } from '../../math.ts'
import { formatTime } from '../../time.ts'
import type { Guard } from '../auth.ts'
import { ReasonSchema } from '../bodies.ts'
import { type App, type Door, kernelOf } from '../door.ts'
import { limitBody } from '../json.ts'
import { invalidBody } from '../problems.ts'
import { createTurnstile } from '../turnstile.ts'
import { readAct, say } from './act.ts'
import { CashBody, ClientOrderBody, ConsentBody, PublicationBody, WithdrawBody } from './bodies.ts'

export function mountRegisters(app: App, door: Door, guard: Guard): void {
  mountConduct(app, door, guard)
  mountConsents(app, door, guard)
  mountCash(app, door, guard)
}

function mountConduct(app: App, door: Door, guard: Guard): void {
  app.post('/v1/publications', guard.role('operator'), limitBody, async (c) => {
    const body = await readAct(door, c, PublicationBody)
    const payload = { ...body, principal: c.var.principal.id }
    const { seq } = await say(door, c, { type: 'publication/made', payload })
    return c.json({ symbol: body.symbol, channel: body.channel, seq }, 201)
  })

  app.post('/v1/client-orders', guard.role('operator'), limitBody, async (c) => {
    const body = await readAct(door, c, ClientOrderBody)
    if (body.expires !== undefined) assertFuture(door, body.expires)
    const { clientOrderId } = body
    if (isRegistered(door, clientOrderId))
      throw new ArkError('CONFLICT', 'clientOrderId', 'A client order of this id is registered.')
    assertRoom(kernelOf(door).context.registers.clientOrders, 'client orders')
    const payload = { ...body, principal: c.var.principal.id }
    const { seq } = await say(door, c, { type: 'client_order/registered', payload })
    return c.json({ clientOrderId, seq }, 201)
  })

  app.post('/v1/client-orders/:id/end', guard.role('operator'), limitBody, async (c) => {
    const { reason } = await readAct(door, c, ReasonSchema)
    const clientOrderId = c.req.param('id')
    if (!isRegistered(door, clientOrderId))
      throw new ArkError('NOT_FOUND', 'id', 'No client order of this id is registered.')
    const payload = { clientOrderId, principal: c.var.principal.id, reason }
    const { seq } = await say(door, c, { type: 'client_order/ended', payload })
    return c.json({ clientOrderId, seq })
  })
}

function mountConsents(app: App, door: Door, guard: Guard): void {
  app.post('/v1/consents', guard.role('admin'), limitBody, async (c) => {
    const body = await readAct(door, c, ConsentBody)
    assertFuture(door, body.expires)
    const payload = { ...body, principal: c.var.principal.id }
    const { seq } = await say(door, c, { type: 'consent/recorded', payload })
    return c.json({ subject: body.subject, scope: body.scope, expires: formatTime(body.expires), seq }, 201)
  })

  /** Never refused for want of a consent: who withdraws wants it gone, whatever we hold. */
  app.post('/v1/consents/withdraw', guard.role('admin'), limitBody, async (c) => {
    const body = await readAct(door, c, WithdrawBody)
    const payload = { ...body, principal: c.var.principal.id }
    const { seq } = await say(door, c, { type: 'consent/withdrawn', payload })
    return c.json({ ...body, seq })
  })
}

function mountCash(app: App, door: Door, guard: Guard): void {
  const inTurn = createTurnstile()
  app.post('/v1/cash', guard.role('operator'), limitBody, async (c) => {
    const { amount, reason } = await readAct(door, c, CashBody)
    return inTurn(async () => {
      const after = kernelOf(door).book.state.cash + parseCash(amount)
      if (after < 0 || !Number.isSafeInteger(after))
        throw new ArkError('CONFLICT', 'amount', 'The account has less cash than would be taken out.')
      const payload = { amount, principal: c.var.principal.id, reason }
      const { seq } = await say(door, c, { type: 'cash/moved', payload })
      return c.json({ amount, cash: formatCash(kernelOf(door).book.state.cash), seq }, 201)
    })
  })
}

/** The oldest entry of a full table would be forgotten, and a rule with it. */
function assertRoom(table: object, what: string): void {
  if (Object.keys(table).length < ENTRIES_MAX) return
  throw new ArkError('CONFLICT', what, `${ENTRIES_MAX} ${what} are registered; end some first.`)
}

function isRegistered(door: Door, clientOrderId: string): boolean {
  return lookUp(kernelOf(door).context.registers.clientOrders, clientOrderId) !== undefined
}

function assertFuture(door: Door, expires: number): void {
  if (expires > door.ark.options.ports.clock.now()) return
  throw invalidBody([{ pointer: '/expires', message: 'is over already' }])
}
