/**
 * From a request's bytes to a checked value. What is refused is refused with every bad place, and never
 * repeated back.
 *
 * Before any schema sees it, a body is walked once: what could reach an object's prototype, has no canonical
 * text, or nests without end goes no further, because the journal must be able to write and read whatever
 * enters.
 */

import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as v from 'valibot'
import type { Env } from './door.ts'
import { type Finding, invalidBody, refusal } from './problems.ts'

export const BODY_MAX = 1024 * 1024
const DEPTH_MAX = 32
const LONE_SURROGATE = /[\ud800-\udfff]/u
const RESERVED: readonly string[] = ['__proto__', 'constructor', 'prototype']

const stopAtLimit = bodyLimit({ maxSize: BODY_MAX, onError: tooLarge })
const LENGTH = /^\d{1,15}$/

/**
 * Refuses more than 1 MiB. A length that is stated is believed, because HTTP itself ends the body there;
 * without one the body is read up to the limit and no further, which costs four times as much.
 */
export const limitBody: MiddlewareHandler<Env> = async (c, next) => {
  const length = c.req.header('content-length') ?? ''
  if (!LENGTH.test(length) || c.req.header('transfer-encoding') !== undefined) return stopAtLimit(c, next)
  return Number(length) > BODY_MAX ? tooLarge() : next()
}

function tooLarge(): Response {
  return refusal('BODY_TOO_LARGE', 'body', `A body is at most ${BODY_MAX} bytes.`)
}

/** Throws INVALID_BODY. */
export async function readJson(c: Context<Env>): Promise<unknown> {
  const body = parse(await c.req.text())
  const fault = findFault(body, 0)
  if (fault !== undefined) throw invalidBody([{ pointer: toPointer(fault.steps), message: fault.message }])
  return body
}

/** Throws INVALID_BODY with all that does not fit. */
export function checkBody<const Schema extends v.GenericSchema>(
  schema: Schema,
  body: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body, { message: toMessage })
  if (result.success) return result.output
  throw invalidBody(result.issues.map(toFinding))
}

export async function readBody<const Schema extends v.GenericSchema>(
  c: Context<Env>,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  return checkBody(schema, await readJson(c))
}

export function toPointer(steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The engine's message would repeat parts of the body.
    throw invalidBody([{ pointer: '', message: text === '' ? 'is empty' : 'is not JSON' }])
  }
}

interface Fault {
  readonly steps: string[]
  readonly message: string
}

/** Steps are gathered on the way back, so that a sound body costs no text. */
function findFault(value: unknown, depth: number): Fault | undefined {
  if (typeof value === 'string')
    return LONE_SURROGATE.test(value) ? { steps: [], message: 'holds half a character' } : undefined
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : { steps: [], message: 'is too large a number' }
  if (typeof value !== 'object' || value === null) return undefined
  if (depth === DEPTH_MAX) return { steps: [], message: `is nested deeper than ${DEPTH_MAX} levels` }
  for (const [key, member] of Object.entries(value)) {
    if (RESERVED.includes(key) || LONE_SURROGATE.test(key))
      return { steps: [], message: 'has a name in it that is not taken here, such as __proto__' }
    const fault = findFault(member, depth + 1)
    if (fault === undefined) continue
    fault.steps.unshift(key)
    return fault
  }
  return undefined
}

/** Says what was wanted and leaves out what came. */
function toMessage(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === 'never') return 'is not a field that is taken here'
  if (issue.kind === 'schema' && issue.input === undefined) return 'is missing'
  // Our own words where there are some: what a schema expects may be a regular expression.
  if (!issue.message.startsWith('Invalid ')) return issue.message
  return issue.expected === null ? 'does not fit' : `wants ${issue.expected}`
}

function toFinding(issue: v.BaseIssue<unknown>): Finding {
  const steps = (issue.path ?? []).map((item) => (typeof item.key === 'number' ? item.key : String(item.key)))
  return { pointer: toPointer(steps), message: issue.message }
}
