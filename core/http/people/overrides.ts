/**
 * Overrides: an operational limit, or one of HRM's, lifted for a while by two people. The gate judges the
 * request; the 26 rules are out of reach. Revoking tightens, so one person does it.
 */

import type { Context } from 'hono'
import type { ActionVerdict, EventPayloads } from '../../contract.ts'
import { ArkError } from '../../errors.ts'
import { lookUp } from '../../gate/registers.ts'
import { formatTime } from '../../time.ts'
import type { Guard } from '../auth.ts'
import { type App, type Door, type Env, kernelOf, type Principal } from '../door.ts'
import { limitBody } from '../json.ts'
import { pageOf } from '../pages.ts'
import { invalidBody, refusal } from '../problems.ts'
import { readAct, say } from './act.ts'
import { judgeAction } from './actions.ts'
import { OVERRIDE_MS_MAX, OverrideBody, RevokeBody } from './bodies.ts'
import { type TwoPeople, toWaiting } from './two-people.ts'

const OVERRIDE_RULE = 'user_override_allowed'

export function mountOverrides(app: App, door: Door, guard: Guard, twoPeople: TwoPeople): void {
  app.get('/v1/overrides', guard.read, (c) => c.json(pageOf(c, overridesOf(door))))

  app.post('/v1/overrides', guard.role('operator', 'risk-officer'), limitBody, async (c) => {
    const body = await readAct(door, c, OverrideBody)
    const { limit, reason } = body
    const { principal } = c.var
    const untilOf = (): number => body.until ?? now(door) + (body.untilSeconds ?? 0) * 1_000
    assertBounded(door, untilOf())
    // Alone it is denied. Why tells whether a second person could change that.
    const verdict = await judge(door, principal.id, {
      limit,
      until: untilOf(),
      principal: principal.id,
      reason,
    })
    if (!wantsSecond(verdict)) return denied(verdict)
    await twoPeople.assertSecond(principal)
    const carryOut = (second: Principal): Promise<object> =>
      grant(door, { limit, until: untilOf(), principal: principal.id, second: second.id, reason })
    const about = { limit, until: formatTime(untilOf()) }
    return c.json(toWaiting(twoPeople.ask(principal, { kind: 'override', about, reason, carryOut })), 202)
  })

  app.post('/v1/overrides/revoke', guard.role('operator', 'risk-officer'), limitBody, async (c) =>
    revoke(door, c),
  )
}

type Override = Omit<EventPayloads['override/granted'], 'second'> & { readonly second?: string }

/** Signed with the box's key: it has seen the tokens, and the words are not to be changed afterwards. */
async function judge(door: Door, source: string, asked: Override): Promise<ActionVerdict> {
  const { limit, principal, reason, second = '', until } = asked
  const words = ['override', limit, String(until), principal, second, reason].join('\n')
  const signature = await door.ark.options.ports.keys.sign(words)
  return judgeAction(door, source, { action: 'override', ...asked, signature })
}

/** Judged anew, with both names on it. Throws DENIED. */
async function grant(door: Door, payload: EventPayloads['override/granted']): Promise<object> {
  const { limit, second, until } = payload
  const verdict = await judge(door, second, payload)
  if (!verdict.allowed) throw new ArkError('DENIED', limit, `Denied by ${verdict.deniedBy.join(', ')}.`)
  const { seq } = await door.ark.control(second, { type: 'override/granted', payload })
  return { limit, until: formatTime(until), seq }
}

async function revoke(door: Door, c: Context<Env>): Promise<Response> {
  const { limit, reason } = await readAct(door, c, RevokeBody)
  if (lookUp(kernelOf(door).context.registers.overrides, limit) === undefined)
    throw new ArkError('NOT_FOUND', 'limit', `No override of ${limit} is in force.`)
  const payload = { limit, principal: c.var.principal.id, reason }
  const { seq } = await say(door, c, { type: 'override/revoked', payload })
  return c.json({ limit, seq })
}

/** True when all that is missing is another name: the rule counted people, and found too few. */
function wantsSecond({ deniedBy, rules, unknown }: ActionVerdict): boolean {
  const judged = rules.find(({ rule }) => rule === OVERRIDE_RULE)
  return unknown.length === 0 && deniedBy.join() === OVERRIDE_RULE && Number(judged?.limit) > 1
}

function denied(verdict: ActionVerdict): Response {
  const names = [...verdict.deniedBy, ...verdict.unknown].join(', ')
  return refusal('DENIED', 'limit', `Denied by ${names}.`, { members: { verdict } })
}

function assertBounded(door: Door, until: number): void {
  const left = until - now(door)
  if (left > 0 && left <= OVERRIDE_MS_MAX) return
  throw invalidBody([{ pointer: '/until', message: 'wants a time in the next 24 hours' }])
}

function overridesOf(door: Door): readonly object[] {
  const { context } = kernelOf(door)
  return Object.entries(context.registers.overrides)
    .filter(([, until]) => until > now(door))
    .map(([key, until]) => ({ limit: key.slice(1), until: formatTime(until) }))
}

function now(door: Door): number {
  return door.ark.options.ports.clock.now()
}
