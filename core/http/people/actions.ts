/**
 * What is asked for beside orders: judged, answered, never obeyed. Whoever has a token may ask, because the
 * answer changes nothing but the journal.
 */

import type { ActionRequest, ActionVerdict, EventPayloads, Json } from '../../contract.ts'
import { ArkError } from '../../errors.ts'
import { findSecrets, redact } from '../../secrets.ts'
import type { Guard } from '../auth.ts'
import { type App, assertIntake, type Door } from '../door.ts'
import { limitBody, readBody } from '../json.ts'
import { consequences, firstOf } from './act.ts'
import { ActionBody } from './bodies.ts'

export function mountActions(app: App, door: Door, guard: Guard): void {
  app.post('/v1/actions', guard.known, limitBody, async (c) => {
    assertIntake(door)
    const request = withoutSecrets((await readBody(c, ActionBody)) as ActionRequest)
    const { id } = c.var.principal
    return c.json(await judgeAction(door, id, { ...request, principal: id }))
  })
}

/** Journals the request and reads the gate's answer to it. `source` is whoever sent it. */
export async function judgeAction(
  door: Door,
  source: string,
  request: EventPayloads['action/requested'],
): Promise<ActionVerdict> {
  const accepted = await door.ark.offer(source, { type: 'action/requested', payload: request })
  const judged = firstOf(await consequences(door, accepted), 'action/judged')
  if (judged === undefined) throw new ArkError('ASSERTION', 'action/requested', 'The gate gave no answer.')
  return judged.payload
}

/** A credential is masked before it reaches the journal; that there was one is left for the gate to see. */
function withoutSecrets(request: ActionRequest): ActionRequest {
  const found = findSecrets(request as unknown as Json)
  if (found.length === 0) return request
  const masked = redact(request as unknown as Json) as unknown as ActionRequest
  const fields = found.slice(0, FIELDS_MAX).map(({ path }) => ({ name: path, class: 'secret' as const }))
  return { ...masked, fields: [...(masked.fields ?? []), ...fields] }
}

const FIELDS_MAX = 64
