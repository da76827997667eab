/**
 * Who may do what: bearer tokens, roles, and how many requests a second one token gets.
 *
 * A token is looked up by its digest among the journaled identities; the table is read again as soon as one
 * of them changes.
 */

import type { MiddlewareHandler } from 'hono'
import type { Role } from '../contract.ts'
import { ArkError } from '../errors.ts'
import { readIdentities } from '../journal/reader.ts'
import type { Door, Env, Principal } from './door.ts'

export interface Guard {
  /**
   * Open to whoever reached a loopback port by a loopback name; else role viewer. A token that is sent is
   * checked all the same.
   */
  readonly read: MiddlewareHandler<Env>
  /** A bearer token of an identity that holds the role, or one of the others. */
  role(wanted: Role, ...others: readonly Role[]): MiddlewareHandler<Env>
  /** A bearer token of any identity in force. */
  readonly known: MiddlewareHandler<Env>
  /** The token is the path parameter `token`: for senders that can set no header. */
  roleByPath(wanted: Role): MiddlewareHandler<Env>
  /** For routes that are not Hono's: throws when the request may not. */
  check(request: Request, wanted: Role | undefined): Promise<void>
  close(): void
}

/** A halt is heard however much its sender has sent before: whoever is too loud is the one to stop. */
const URGENT = '/v1/halt'
const TOKEN = /^ark_[0-9a-f]{48}$/
const BEARER = /^Bearer +(\S+) *$/i
const LOOPBACK = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?(?:[/?#]|$)/i

/** What a role holds besides itself. Risk officer and admin include nothing, so the duties stay apart. */
const OPERATOR_INCLUDES: readonly string[] = ['viewer', 'intake', 'feed']

export function holds(roles: readonly string[], wanted: Role): boolean {
  return roles.includes(wanted) || (roles.includes('operator') && OPERATOR_INCLUDES.includes(wanted))
}

/** One of the roles will do. Throws ROLE_MISSING. */
export function assertRole({ id, roles }: Principal, ...wanted: readonly Role[]): void {
  if (wanted.some((role) => holds(roles, role))) return
  const names = wanted.join(' or ')
  throw new ArkError('ROLE_MISSING', names, `${id} does not hold the role ${names}.`)
}

export function createGuard(door: Door): Guard {
  const { ark } = door
  const spend = createLimiter(ark.options.config.http.ratePerToken ?? 200, () =>
    ark.options.ports.clock.monotonic(),
  )
  let known: Promise<ReadonlyMap<string, Principal>> | undefined
  const close = ark.subscribe((events) => {
    for (const { type } of events)
      if (type === 'identity/created' || type === 'identity/revoked') known = undefined
  })

  async function identify(token: string | undefined, path = ''): Promise<Principal> {
    const digest = token !== undefined && TOKEN.test(token) ? door.hash.sha256Hex(token) : undefined
    known ??= readPrincipals(door)
    const table = await known.catch((error: unknown) => {
      known = undefined
      throw error
    })
    const principal = digest === undefined ? undefined : table.get(digest)
    if (principal === undefined)
      throw new ArkError(
        'TOKEN_MISSING',
        'Authorization',
        'No identity answers to this token, or none was sent.',
      )
    if (path !== URGENT) spend(principal.id)
    return principal
  }

  async function admit(token: string | undefined, wanted: Role): Promise<Principal> {
    const principal = await identify(token)
    assertRole(principal, wanted)
    return principal
  }

  async function check(request: Request, wanted: Role | undefined): Promise<void> {
    const token = bearerOf(request)
    if (wanted !== undefined || !isOpen(door, request)) await admit(token, wanted ?? 'viewer')
    else if (token !== undefined) await identify(token)
  }

  return {
    read: async (c, next) => {
      await check(c.req.raw, undefined)
      return next()
    },
    role:
      (wanted, ...others) =>
      async (c, next) => {
        const principal = await identify(bearerOf(c.req.raw), c.req.path)
        assertRole(principal, wanted, ...others)
        c.set('principal', principal)
        return next()
      },
    known: async (c, next) => {
      c.set('principal', await identify(bearerOf(c.req.raw)))
      return next()
    },
    roleByPath: (wanted) => async (c, next) => {
      c.set('principal', await admit(c.req.param('token'), wanted))
      return next()
    },
    check,
    close,
  }
}

/**
 * A web page can make a browser ask a loopback port under the page's own name (DNS rebinding), so the name in
 * the request counts as well as the address we listen on.
 */
function isOpen(door: Door, request: Request): boolean {
  return door.loopbackOnly && LOOPBACK.test(request.url)
}

function bearerOf(request: Request): string | undefined {
  return BEARER.exec(request.headers.get('authorization') ?? '')?.[1]
}

async function readPrincipals(door: Door): Promise<ReadonlyMap<string, Principal>> {
  const rows = await readIdentities(door.reader)
  return new Map(
    rows.filter(({ revoked }) => !revoked).map(({ id, roles, tokenHash }) => [tokenHash, { id, roles }]),
  )
}

/** A token bucket each: `rate` requests a second, and as many at once after a pause. Throws RATE_LIMITED. */
function createLimiter(rate: number, now: () => number): (id: string) => void {
  const buckets = new Map<string, { left: number; at: number }>()
  return (id) => {
    const at = now()
    const bucket = buckets.get(id) ?? { left: rate, at }
    bucket.left = Math.min(rate, bucket.left + ((at - bucket.at) * rate) / 1_000)
    bucket.at = at
    buckets.set(id, bucket)
    if (bucket.left < 1)
      throw new ArkError('RATE_LIMITED', id, `${id} sent more than ${rate} requests in a second.`)
    bucket.left--
  }
}
