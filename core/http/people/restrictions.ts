/** The restricted list: one person puts a symbol on it, two take it off. */

import { ArkError } from '../../errors.ts'
import type { Guard } from '../auth.ts'
import { type App, type Door, kernelOf } from '../door.ts'
import { limitBody } from '../json.ts'
import { pageOf } from '../pages.ts'
import { readAct, say } from './act.ts'
import { RestrictBody } from './bodies.ts'
import { type TwoPeople, toWaiting } from './two-people.ts'

export function mountRestrictions(app: App, door: Door, guard: Guard, twoPeople: TwoPeople): void {
  app.get('/v1/restrictions', guard.read, (c) =>
    c.json(
      pageOf(
        c,
        Object.keys(restrictedOf(door)).map((symbol) => ({ symbol })),
      ),
    ),
  )

  app.post('/v1/restrict', guard.role('operator', 'risk-officer'), limitBody, async (c) => {
    const { symbol, reason } = await readAct(door, c, RestrictBody)
    const payload = { symbol, restricted: true, principal: c.var.principal.id, reason }
    const { seq } = await say(door, c, { type: 'restriction/requested', payload })
    return c.json({ symbol, restricted: true, seq })
  })

  app.post('/v1/unrestrict', guard.role('operator', 'risk-officer'), limitBody, async (c) => {
    const { symbol, reason } = await readAct(door, c, RestrictBody)
    if (!Object.hasOwn(restrictedOf(door), symbol))
      throw new ArkError('NOT_FOUND', 'symbol', `${symbol} is not on the restricted list.`)
    const { principal } = c.var
    await twoPeople.assertSecond(principal)
    const payload = { symbol, restricted: false, principal: principal.id, reason }
    const carryOut = async (second: { readonly id: string }): Promise<object> => {
      const draft = { type: 'restriction/requested' as const, payload: { ...payload, second: second.id } }
      const { seq } = await door.ark.control(second.id, draft)
      return { symbol, restricted: false, seq }
    }
    const wish = { kind: 'unrestrict' as const, about: { symbol }, reason, carryOut }
    const request = twoPeople.ask(principal, wish)
    // Without a second name it takes nothing off: it is the request, for the record.
    await say(door, c, { type: 'restriction/requested', payload })
    return c.json(toWaiting(request), 202)
  })
}

function restrictedOf(door: Door): object {
  return kernelOf(door).context.lists.restricted ?? {}
}
