/**
 * What every act of a person goes through: intake is open, the body fits, no secret is in it, and it is
 * journaled under the name of whoever sent the token before it is answered.
 *
 * Acts take the control lane, which is never full: a person is heard when the queue is not.
 */

import type { Context } from 'hono'
import type * as v from 'valibot'
import type { Accepted, ArkEvent, Draft, EventOf, EventType, Json } from '../../contract.ts'
import { readTrace } from '../../journal/reader.ts'
import { findSecrets } from '../../secrets.ts'
import { assertIntake, type Door, type Env } from '../door.ts'
import { readBody } from '../json.ts'
import { invalidBody } from '../problems.ts'

export async function readAct<const Schema extends v.GenericSchema>(
  door: Door,
  c: Context<Env>,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  assertIntake(door)
  const body = await readBody(c, schema)
  assertNoSecret(body as Json)
  return body
}

/** The journal is read by many and forgets nothing. Throws INVALID_BODY. */
export function assertNoSecret(body: Json): void {
  const findings = findSecrets(body)
  if (findings.length === 0) return
  const message = 'looks like a secret, and what is sent here is journaled'
  throw invalidBody(findings.map(({ path }) => ({ pointer: toPointer(path), message })))
}

function toPointer(path: string): string {
  return path === '' ? '' : `/${path.replaceAll('.', '/')}`
}

/** Journals it; resolves after the commit. */
export function say(door: Door, c: Context<Env>, draft: Draft): Promise<Accepted> {
  return door.ark.control(c.var.principal.id, draft)
}

/** What followed from an act, out of the journal. */
export async function consequences(door: Door, { seq, traceId }: Accepted): Promise<readonly ArkEvent[]> {
  const events = await readTrace(door.reader, traceId)
  return events.filter((event) => event.seq > seq)
}

export function firstOf<T extends EventType>(events: readonly ArkEvent[], type: T): EventOf<T> | undefined {
  return events.find((event): event is EventOf<T> & ArkEvent => event.type === type)
}

export interface Judged {
  /** Null when nobody was there to put the order before the gate. */
  readonly decisionId: string | null
  readonly allowed: boolean
  readonly deniedBy: readonly string[]
  readonly unknown: readonly string[]
  readonly held: readonly string[]
  readonly limitsDenied: readonly string[]
}

/** The gate's answer to an order, in short. */
export function judgedIn(events: readonly ArkEvent[]): Judged {
  const decision =
    firstOf(events, 'decision/approved') ??
    firstOf(events, 'decision/denied') ??
    firstOf(events, 'decision/held')
  if (decision === undefined)
    return { decisionId: null, allowed: false, deniedBy: [], unknown: [], held: [], limitsDenied: [] }
  const { decisionId, allowed, deniedBy, unknown, held, limitsDenied } = decision.payload
  return { decisionId, allowed, deniedBy, unknown, held, limitsDenied }
}
