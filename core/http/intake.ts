/**
 * What enters: signals, market data, orders by people. Each is answered after its commit, with its place in
 * the journal.
 *
 * Intake never decides anything: what is accepted here is judged later like everything else.
 */

import type { Context } from 'hono'
import { BUILT_IN_SOURCES, VALIDATION } from '../config.ts'
import type { Draft, Json } from '../contract.ts'
import { ArkError } from '../errors.ts'
import { findSecrets, redact } from '../secrets.ts'
import type { Guard } from './auth.ts'
import { assertSignal, toOrder } from './bodies.ts'
import { type App, assertIntake, type Door, type Env, kernelOf } from './door.ts'
import { limitBody, readJson } from './json.ts'
import { type MarketBody, toMarketRows } from './market-body.ts'
import { assertNoSecret } from './people/act.ts'
import { invalidBody } from './problems.ts'

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/

export function mountIntake(app: App, door: Door, guard: Guard): void {
  const { ark } = door

  const signal = async (c: Context<Env>): Promise<Response> => {
    assertIntake(door)
    const body = await readJson(c)
    assertSignal(body)
    await assertClean(door, c, body as Json)
    const draft: Draft = { type: 'signal/received', payload: body as { [key: string]: Json } }
    return c.json(await ark.offer(c.var.principal.id, draft, traceOf(c)), 202)
  }
  app.post('/v1/signals', guard.role('intake'), limitBody, signal)
  app.post('/v1/signals/:token', guard.roleByPath('intake'), limitBody, signal)

  app.post('/v1/market-data', guard.role('feed'), limitBody, async (c) => {
    assertIntake(door)
    const body = toMarketRows(await readJson(c))
    if (body.source === VALIDATION.source) assertOwnMarket(door, body)
    else assertForeign(body.source)
    return c.json(await ark.offerRows(body.source, body.rows), 202)
  })

  app.post('/v1/orders', guard.role('operator'), limitBody, async (c) => {
    assertIntake(door)
    const order = toOrder(await readJson(c))
    assertNoSecret(order as unknown as Json)
    const { id } = c.var.principal
    const draft: Draft = {
      type: 'order/requested',
      payload: { order, principal: id, reason: order.reason ?? '' },
    }
    return c.json(await ark.offer(id, draft, traceOf(c)), 202)
  })
}

/** A credential in a signal is denied and journaled as such, redacted: nothing may keep it. */
async function assertClean(door: Door, c: Context<Env>, body: Json): Promise<void> {
  const leaks = findSecrets(body)
  if (leaks.length === 0) return
  const { id } = c.var.principal
  const fields = leaks.map(({ path }) => ({ name: path, class: 'secret' as const }))
  const payload = { action: 'write_log', sink: 'journal', fields, payload: redact(body), principal: id }
  await door.ark.offer(id, { type: 'action/requested', payload }, traceOf(c))
  const where = leaks.map(({ path }) => path || 'the body').join(', ')
  throw new ArkError('DENIED', where, `encrypt_credentials: the signal holds a credential in ${where}.`)
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

/** Whoever may feed may validate; the prices of that market must not mark anything that is traded. */
function assertOwnMarket(door: Door, { rows }: MarketBody): void {
  const { index } = kernelOf(door).book
  const strange = rows.rows.findIndex(
    ({ symbol }) => index.get(symbol)?.instrument.venue !== VALIDATION.venue,
  )
  if (strange === -1) return
  const message = `is no symbol of the venue ${VALIDATION.venue}, the only one that this source may speak of`
  throw invalidBody([{ pointer: `/${rows.kind}/${strange}/symbol`, message }])
}
