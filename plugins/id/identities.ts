/**
 * Identities as pure functions: how one is made and what its roles allow.
 *
 * Whoever creates an identity journals `created` and shows the token once; only the token's digest is kept.
 */

import type { EventPayloads, Role } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'

export const ROLES: readonly Role[] = ['viewer', 'intake', 'feed', 'operator', 'risk-officer', 'admin']

/** What a role holds besides itself. Risk officer and admin include nothing, so the duties stay apart. */
const INCLUDES: { readonly [role: string]: readonly Role[] | undefined } = {
  operator: ['viewer', 'intake', 'feed'],
}

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/
const TOKEN = /^ark_[0-9a-f]{48}$/
const TOKEN_BYTES = 24

export interface IdentityRequest {
  readonly id: string
  readonly roles: readonly string[]
  /** The principal that asks. */
  readonly by: string
}

/** The two functions of core's HashPort that a token needs. */
export interface TokenHash {
  randomHex(bytes: number): string
  sha256Hex(text: string): string
}

export interface NewIdentity {
  readonly created: EventPayloads['identity/created']
  /** Shown once and stored nowhere. */
  readonly token: string
}

/** Throws BAD_USAGE when the name or a role is not one. */
export function newIdentity(request: IdentityRequest, hash: TokenHash): NewIdentity {
  const { id, by } = request
  if (!NAME.test(id)) {
    throw new ArkError(
      'BAD_USAGE',
      'id',
      'A name has 1 to 32 of a-z, 0-9 and -, and does not start with a hyphen.',
    )
  }
  const roles = parseRoles(request.roles)
  const token = `ark_${hash.randomHex(TOKEN_BYTES)}`
  if (!TOKEN.test(token))
    throw new ArkError('ASSERTION', 'newIdentity', 'The random source gave no 24 bytes of hex.')
  return { created: { id, roles, tokenHash: hash.sha256Hex(token), by }, token }
}

/** In the order of ROLES, each once. */
function parseRoles(roles: readonly string[]): readonly Role[] {
  const stranger = roles.find((role) => !ROLES.some((known) => known === role))
  if (stranger !== undefined)
    throw new ArkError('BAD_USAGE', 'roles', `"${stranger}" is no role; wanted one of ${ROLES.join(', ')}.`)
  if (roles.length === 0)
    throw new ArkError('BAD_USAGE', 'roles', `No role; wanted one or more of ${ROLES.join(', ')}.`)
  return ROLES.filter((role) => roles.includes(role))
}

export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

/** True when one of the roles is the wanted one or includes it. */
export function holds(roles: readonly string[], wanted: Role): boolean {
  return roles.some(
    (role) => role === wanted || (Object.hasOwn(INCLUDES, role) && INCLUDES[role]?.includes(wanted) === true),
  )
}
