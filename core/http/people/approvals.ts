/**
 * What waits for a person: orders that the gate held, and requests that need a second person.
 *
 * An approval is bound to the hash of the order that was held. The kernel folds it and proposes that very
 * order again; whatever is not pending any more cannot be approved, so no approval works twice.
 */

import type { Context } from 'hono'
import { ArkError } from '../../errors.ts'
import { lookUp, type Pending, pendingApprovals } from '../../gate/registers.ts'
import { readDecision } from '../../journal/reader.ts'
import { formatTime } from '../../time.ts'
import { assertRole, type Guard } from '../auth.ts'
import { type App, type Door, type Env, kernelOf } from '../door.ts'
import { limitBody } from '../json.ts'
import { pageOf } from '../pages.ts'
import { consequences, judgedIn, readAct, say } from './act.ts'
import { DecideBody } from './bodies.ts'
import { type Request, type TwoPeople, toWaiting } from './two-people.ts'

export function mountApprovals(app: App, door: Door, guard: Guard, twoPeople: TwoPeople): void {
  app.get('/v1/approvals', guard.read, (c) => {
    const orders = pendingApprovals(kernelOf(door).context.registers, now(door)).map(toItem)
    return c.json(pageOf(c, [...orders, ...twoPeople.waiting().map(toWaiting)]))
  })

  app.post('/v1/approvals/:id', guard.role('operator', 'risk-officer'), limitBody, async (c) => {
    const { approve, reason } = await readAct(door, c, DecideBody)
    const id = c.req.param('id')
    const request = twoPeople.find(id)
    return request === undefined
      ? decideOrder(door, c, id, approve, reason)
      : decideRequest(door, c, twoPeople, request, approve, reason)
  })
}

async function decideRequest(
  door: Door,
  c: Context<Env>,
  twoPeople: TwoPeople,
  request: Request,
  approve: boolean,
  reason: string,
): Promise<Response> {
  const { principal } = c.var
  const word = { decisionId: request.id, orderHash: '', approved: approve, principal: principal.id, reason }
  const note = () => say(door, c, { type: 'approval/decided', payload: word })
  const outcome = await twoPeople.decide(request, principal, approve, note)
  return c.json({ id: request.id, kind: request.wish.kind, approved: approve, ...outcome })
}

async function decideOrder(
  door: Door,
  c: Context<Env>,
  id: string,
  approve: boolean,
  reason: string,
): Promise<Response> {
  const { principal } = c.var
  const pending = lookUp(kernelOf(door).context.registers.pending, id)
  if (pending === undefined || pending.expires < now(door)) return refuse(door, id)
  assertRole(principal, 'operator')
  if (approve && pending.principal === principal.id)
    throw new ArkError(
      'SECOND_PERSON',
      'id',
      `${principal.id} asked for the order; somebody else approves it.`,
    )
  const { orderHash } = pending
  const payload = { decisionId: id, orderHash, approved: approve, principal: principal.id, reason }
  const accepted = await say(door, c, { type: 'approval/decided', payload })
  const judged = approve ? judgedIn(await consequences(door, accepted)) : {}
  return c.json({ id, kind: 'order', approved: approve, ...accepted, ...judged })
}

/** Known but not waiting is told apart from never heard of. */
async function refuse(door: Door, id: string): Promise<never> {
  const decision = await readDecision(door.reader, id)
  if (decision === undefined) throw new ArkError('NOT_FOUND', 'id', 'Nothing waits under this id.')
  const why = decision.verdict === 'held' ? 'was decided already, or has expired' : 'was not held'
  throw new ArkError('CONFLICT', 'id', `The order ${why}; propose it anew.`)
}

function toItem({ decisionId, order, principal, rules, time, expires }: Pending): object {
  return {
    id: decisionId,
    kind: 'order',
    principal,
    order,
    rules,
    time: formatTime(time),
    expires: formatTime(expires),
    needs: 'operator',
  }
}

function now(door: Door): number {
  return door.ark.options.ports.clock.now()
}
