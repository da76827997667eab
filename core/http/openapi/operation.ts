/**
 * What one endpoint takes and answers. The tables in operations/ are lists of these; document.ts writes them
 * out, and the contract tests hold every line of them against the box itself.
 */

import type { GenericSchema } from 'valibot'
import type { Json, Role } from '../../contract.ts'
import type { ErrorCode } from '../../errors.ts'
import { integer, type Schema, text } from './schema.ts'

/**
 * `open` to everyone; `read` to everyone on a loopback port, else to a viewer; `known` to any identity; or to
 * whoever holds one of the roles. `inPath`: the token is the path parameter of that name.
 */
export type Access =
  | 'open'
  | 'read'
  | 'known'
  | { readonly roles: readonly Role[]; readonly inPath?: boolean }

export const GROUPS = {
  Status: 'Is it alive, is it ready, what is it. Open to everyone.',
  Intake:
    'What enters. Each is answered 202 after its commit, with its place in the journal; what ' +
    'becomes of it is in `GET /v1/traces/{traceId}`. Nothing is decided here.',
  Questions: 'What would the gate say? No permit, no event and no change of mode can come of these.',
  Account: 'Money, positions and orders of the current run, and what is left of each limit.',
  Journal:
    'What happened, and why. The live feed of one agent is a WebSocket, `/ws/reasoning/{agent}`: ' +
    'one journal body a message, as it is committed, all that the agent says; `?type=` narrows it ' +
    'to one event type. It takes nothing from the client; one that is too slow is let go with 1013 ' +
    'and reads what it missed from `GET /v1/events`. Access is that of a read, and a page from ' +
    'another origin needs a token. `GET /v1/events` with `Accept: text/event-stream` is the live ' +
    'feed of all of them.',
  Mode: 'Halt, resume, and what else stops openings. Tightening takes one person.',
  Loosening: 'Takes two people, one of them a risk officer. The first request changes nothing.',
  Orders: 'What a person does to working orders and positions.',
  Registers: 'What people tell the box about the world. The rules are judged on these words.',
  Identities: 'Tokens and roles. A token is shown once, in the answer that made it.',
  Box: 'What is loaded, sealed and configured.',
} as const

export type Group = keyof typeof GROUPS

export interface Parameter {
  readonly name: string
  readonly about: string
  readonly schema: Schema
}

export interface Body {
  /** The very one that the handler checks with. */
  readonly schema: GenericSchema
  /** What it checks beyond the schema, where JSON Schema has words for it. */
  readonly narrow?: Schema
  readonly example: Json
}

export interface Answer {
  readonly about: string
  readonly schema: Schema
  /** `application/json` unless it says otherwise. */
  readonly type?: string
  /** Other media types by Accept. */
  readonly also?: Readonly<Record<string, Schema>>
}

export interface Operation {
  readonly method: 'GET' | 'POST'
  /** As the router has it: `/v1/orders/:id/cancel`. */
  readonly path: string
  readonly group: Group
  readonly summary: string
  readonly about?: string
  readonly access: Access
  /** Who serves it, where it is not core. */
  readonly plugin?: string
  /** Of path parameters, by name. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly query?: readonly Parameter[]
  readonly body?: Body
  readonly answers: Readonly<Record<number, Answer>>
  /** Codes beside those that follow from access, query and body. */
  readonly problems?: readonly ErrorCode[]
}

type Rest = Pick<Operation, 'about' | 'parameters' | 'query' | 'problems' | 'plugin'>

/** A GET that is open on loopback and answers 200. */
export function read(
  group: Group,
  path: string,
  summary: string,
  answer: Answer,
  rest: Rest = {},
): Operation {
  return { method: 'GET', path, group, summary, access: 'read', answers: { 200: answer }, ...rest }
}

/** What a person does: it is journaled before it is answered, and refused while nothing may enter. */
export function act(
  group: Group,
  path: string,
  roles: readonly Role[],
  summary: string,
  body: Body,
  answers: Operation['answers'],
  rest: Rest = {},
): Operation {
  const problems = [...ENTERING, ...(rest.problems ?? [])]
  return { method: 'POST', path, group, summary, access: { roles }, body, answers, ...rest, problems }
}

/** Why nothing may enter just now. */
export const ENTERING: readonly ErrorCode[] = ['REPLAY_RUNNING', 'STOPPING', 'NOT_RUNNING']

export function answer(about: string, schema: Schema): Answer {
  return { about, schema }
}

export const LIMIT: Parameter = {
  name: 'limit',
  about: 'Items on a page; 50 unless told.',
  schema: { ...integer, minimum: 1, maximum: 500 },
}
export const CURSOR: Parameter = {
  name: 'cursor',
  about: 'The `next` of the page before.',
  schema: { ...integer, minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
}
/** Of lists that go by seq, newest first. */
export const SEQ_CURSOR: Parameter = { ...CURSOR, schema: { ...CURSOR.schema, minimum: 1 } }
export const PAGE: readonly Parameter[] = [LIMIT, CURSOR]
export const RUN: Parameter = {
  name: 'run',
  about: 'Name of a run, or `all`; the current run unless told.',
  schema: text,
}
export const SYMBOL: Parameter = {
  name: 'symbol',
  about: 'Of this symbol only.',
  schema: { ...text, pattern: '^[A-Z0-9][A-Z0-9._-]{0,19}$' },
}
