/**
 * Identities: made, listed, rotated, revoked; by an admin only. A token is shown once, in the answer that
 * made it; its digest is journaled.
 *
 * Changes run one after another, so that two of them cannot each take away what the other one relies on.
 */

import { type IdentityRow, readIdentities } from '../journal/reader.ts'
import type { Guard } from './auth.ts'
import { IdentitySchema } from './bodies.ts'
import type { App, Door } from './door.ts'
import { limitBody, readBody } from './json.ts'
import { pageOf } from './pages.ts'
import { invalidBody, refusal } from './problems.ts'
import { createTurnstile } from './turnstile.ts'

const TOKEN_BYTES = 24

export function mountIdentities(app: App, door: Door, guard: Guard): void {
  const { ark, hash, reader } = door
  const inTurn = createTurnstile()

  app.get('/v1/identities', guard.role('admin'), async (c) => {
    const rows = await readIdentities(reader)
    return c.json(
      pageOf(
        c,
        rows.map(({ id, roles, revoked }) => ({ id, roles, revoked })),
      ),
    )
  })

  app.post('/v1/identities', guard.role('admin'), limitBody, async (c) => {
    const body = await readBody(c, IdentitySchema)
    const roles = [...new Set(body.roles)]
    const by = c.var.principal.id
    return inTurn(async () => {
      if (isReserved(door, body.id))
        throw invalidBody([{ pointer: '/id', message: 'is a name that ARK itself uses' }])
      const taken = (await readIdentities(reader)).some(({ id, revoked }) => id === body.id && !revoked)
      if (taken) return conflict('There is an identity of this name; revoke it first.')
      return c.json(await issue(by, body.id, roles), 201)
    })
  })

  /** One event ends the old token and begins the new one, so there is no moment without either. */
  app.post('/v1/identities/:id/rotate', guard.role('admin'), limitBody, (c) => {
    const id = c.req.param('id')
    const by = c.var.principal.id
    return inTurn(async () => {
      const row = (await readIdentities(reader)).find((known) => known.id === id && !known.revoked)
      if (row === undefined) return absent()
      return c.json(await issue(by, id, row.roles))
    })
  })

  app.post('/v1/identities/:id/revoke', guard.role('admin'), limitBody, (c) => {
    const id = c.req.param('id')
    const by = c.var.principal.id
    return inTurn(async () => {
      const rows = (await readIdentities(reader)).filter(({ revoked }) => !revoked)
      const target = rows.find((row) => row.id === id)
      if (target === undefined) return absent()
      if (isLastAdmin(rows, target)) return conflict('The last admin stays: nobody could make another one.')
      const { seq } = await ark.control(by, { type: 'identity/revoked', payload: { id, by } })
      return c.json({ id, seq })
    })
  })

  async function issue(by: string, id: string, roles: readonly string[]) {
    const token = `ark_${hash.randomHex(TOKEN_BYTES)}`
    const payload = { id, roles, tokenHash: hash.sha256Hex(token), by }
    await ark.control(by, { type: 'identity/created', payload })
    return { id, roles, token }
  }
}

/**
 * Events are told apart by their source, so no identity may pass for a plugin or for core; `constructor` is
 * every object's.
 */
function isReserved({ ark }: Door, id: string): boolean {
  return id === 'core' || id === 'constructor' || ark.installed.some(({ plugin }) => plugin.name === id)
}

function isLastAdmin(rows: readonly IdentityRow[], { roles }: IdentityRow): boolean {
  return roles.includes('admin') && rows.filter((row) => row.roles.includes('admin')).length === 1
}

function absent(): Response {
  return refusal('NOT_FOUND', 'id', 'No identity in force has this name.')
}

function conflict(detail: string): Response {
  return refusal('CONFLICT', 'id', detail)
}
