/**
 * Loosening by two people: the first one's request waits here until another identity confirms it.
 *
 * Requests live in memory for fifteen minutes and die with the process, which leaves everything as tight as
 * it was. The journal has both words: the request as an event that loosens nothing, the second person's as
 * `approval/decided`, and then what became of it.
 */

import type { Accepted, Role } from '../../contract.ts'
import { ArkError } from '../../errors.ts'
import { type IdentityRow, readIdentities } from '../../journal/reader.ts'
import { formatTime, MINUTE } from '../../time.ts'
import { assertRole, holds } from '../auth.ts'
import type { Door, Principal } from '../door.ts'

const OFFICER: Role = 'risk-officer'
const LIFETIME_MS = 15 * MINUTE
/** Of open requests, and of ended ones that are remembered. */
const REQUESTS_MAX = 64

/** What is asked for; `about` is shown to whoever confirms. */
export interface Wish {
  readonly kind: 'unrestrict' | 'override'
  readonly about: { readonly [name: string]: string | number }
  readonly reason: string
  /** Loosens, and says so in the journal. Called at most once. */
  carryOut(second: Principal): Promise<object>
}

export interface Request {
  readonly id: string
  readonly wish: Wish
  readonly principal: Principal
  readonly time: number
  readonly deadline: number
  ended: 'no' | 'confirmed' | 'rejected'
}

export interface TwoPeople {
  /** Throws SECOND_PERSON when nobody could confirm it. Called before anything is journaled. */
  assertSecond(principal: Principal): Promise<void>
  /** Keeps the wish until somebody confirms it. Throws CONFLICT when too many wait. */
  ask(principal: Principal, wish: Wish): Request
  waiting(): readonly Request[]
  find(id: string): Request | undefined
  /** Throws SECOND_PERSON, ROLE_MISSING or CONFLICT; `note` journals the second person's word. */
  decide(request: Request, by: Principal, approve: boolean, note: () => Promise<Accepted>): Promise<object>
}

export function createTwoPeople({ ark, hash, reader }: Door): TwoPeople {
  const { clock } = ark.options.ports
  const requests = new Map<string, Request>()
  const waits = (request: Request): boolean => request.ended === 'no' && clock.monotonic() <= request.deadline

  async function inForce(): Promise<readonly IdentityRow[]> {
    return (await readIdentities(reader)).filter(({ revoked }) => !revoked)
  }

  return {
    assertSecond: async (principal) => {
      if ((await inForce()).some((row) => row.id !== principal.id && mayConfirm(principal, row.roles))) return
      const wanted = isOfficer(principal) ? 'operator' : OFFICER
      throw new ArkError(
        'SECOND_PERSON',
        wanted,
        `Nobody else holds the role ${wanted} to confirm it: ark identity create --role ${wanted}.`,
      )
    },
    ask: (principal, wish) => {
      forgetOldest(requests, waits)
      const time = clock.now()
      const id = `two-${hash.randomHex(8)}`
      const deadline = clock.monotonic() + LIFETIME_MS
      const request: Request = { id, wish, principal, time, deadline, ended: 'no' }
      requests.set(id, request)
      return request
    },
    waiting: () => [...requests.values()].filter(waits),
    find: (id) => requests.get(id),
    decide: async (request, by, approve, note) => {
      assertRole(by, 'operator', OFFICER)
      if (!waits(request))
        throw new ArkError('CONFLICT', 'id', 'The request was decided already, or has expired: ask again.')
      if (approve) {
        assertOther(request, by)
        const asker = (await inForce()).find(({ id }) => id === request.principal.id)
        if (asker === undefined)
          throw new ArkError('CONFLICT', 'id', 'Whoever asked for it has lost the identity to ask with.')
        // Once more, because the look-up took time.
        if (!waits(request)) throw new ArkError('CONFLICT', 'id', 'The request was decided already.')
      }
      request.ended = approve ? 'confirmed' : 'rejected'
      const { seq } = await note()
      return approve ? request.wish.carryOut(by) : { seq }
    },
  }
}

/** Of the two, one is a risk officer. */
function mayConfirm(asker: Principal, roles: readonly string[]): boolean {
  return holds(roles, OFFICER) || (isOfficer(asker) && holds(roles, 'operator'))
}

function isOfficer({ roles }: Principal): boolean {
  return holds(roles, OFFICER)
}

function assertOther({ principal }: Request, by: Principal): void {
  if (principal.id === by.id)
    throw new ArkError('SECOND_PERSON', 'id', `${by.id} asked for it; another identity has to confirm it.`)
  if (!mayConfirm(principal, by.roles)) assertRole(by, OFFICER)
}

function forgetOldest(requests: Map<string, Request>, waits: (request: Request) => boolean): void {
  if (requests.size < REQUESTS_MAX) return
  for (const [id, request] of requests) {
    if (waits(request)) continue
    requests.delete(id)
    return
  }
  throw new ArkError(
    'CONFLICT',
    'requests',
    `${REQUESTS_MAX} requests wait for a second person; decide those first.`,
  )
}

export function toWaiting({ id, wish, principal, time }: Request): object {
  return {
    id,
    kind: wish.kind,
    principal: principal.id,
    ...wish.about,
    reason: wish.reason,
    time: formatTime(time),
    expires: formatTime(time + LIFETIME_MS),
    needs: isOfficer(principal) ? 'operator' : OFFICER,
  }
}
