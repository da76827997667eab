/**
 * What enters: signals, market data, orders by people. Each is answered after its commit, with its place in
 * the journal.
 *
 * Intake never decides anything: what is accepted here is judged later like everything else.
 */

import type { Context } from 'hono'
import { BUILT_IN_SOURCES } from '../config.ts'
import type { Draft, Json } from '../contract.ts'
import type { Guard } from './auth.ts'
import { assertSignal, toOrder } from './bodies.ts'
import { type App, assertIntake, type Door, type Env } from './door.ts'
import { limitBody, readJson } from './json.ts'
import { toMarketRows } from './market-body.ts'
import { invalidBody } from './problems.ts'

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/

export function mountIntake(app: App, door: Door, guard: Guard): void {
  const { ark } = door

  const signal = async (c: Context<Env>): Promise<Response> => {
    assertIntake(door)
    const body = await readJson(c)
    assertSignal(body)
    const draft: Draft = { type: 'signal/received', payload: body as { [key: string]: Json } }
    return c.json(await ark.offer(c.var.principal.id, draft, traceOf(c)), 202)
  }
  app.post('/v1/signals', guard.role('intake'), limitBody, signal)
  app.post('/v1/signals/:token', guard.roleByPath('intake'), limitBody, signal)

  app.post('/v1/market-data', guard.role('feed'), limitBody, async (c) => {
    assertIntake(door)
    const { source, rows } = toMarketRows(await readJson(c))
    assertForeign(source)
    return c.json(await ark.offerRows(source, rows), 202)
  })

  app.post('/v1/orders', guard.role('operator'), limitBody, async (c) => {
    assertIntake(door)
    const order = toOrder(await readJson(c))
    const { id } = c.var.principal
    const draft: Draft = {
      type: 'order/requested',
      payload: { order, principal: id, reason: order.reason ?? '' },
    }
    return c.json(await ark.offer(id, draft, traceOf(c)), 202)
  })
}

/** The trace id of a W3C traceparent; a malformed one counts as none, as the standard asks. */
function traceOf(c: Context<Env>): string | undefined {
  return TRACEPARENT.exec(c.req.header('traceparent') ?? '')?.[1]
}

/** ARK's own sources: a row sent under such a name would move that feed's position. */
function assertForeign(source: string): void {
  if (!Object.hasOwn(BUILT_IN_SOURCES, source)) return
  throw invalidBody([
    {
      pointer: '/source',
      message: 'is a name of ARK’s own; register another in the configuration’s sources',
    },
  ])
}
