/**
 * Refusals as RFC 9457 problems: one shape for whatever goes wrong at the door, with a code from the closed
 * table of core/errors.ts.
 *
 * Every handler throws an ArkError or returns `refusal`; what nobody expected becomes a plain 500, and its
 * particulars stay in the log.
 */

import { ArkError, ERRORS, type ErrorCode, isArkError, toMessage } from '../errors.ts'
import type { LogPort } from '../ports.ts'

/** One bad place of a body: a JSON pointer (RFC 6901) and what was wanted there. */
export interface Finding {
  readonly pointer: string
  readonly message: string
}

/** What differs from the table's own words. */
export interface Wording {
  readonly headers?: Readonly<Record<string, string>>
  readonly findings?: readonly Finding[]
  /** Extension members (RFC 9457, 3.2), such as the verdict behind a denial. */
  readonly members?: Readonly<Record<string, unknown>>
}

const FINDINGS_SHOWN = 100

/** Seconds after which the same request may fare better. */
const RETRY_AFTER: Readonly<Partial<Record<ErrorCode, number>>> = {
  QUEUE_FULL: 1,
  RATE_LIMITED: 1,
  NOT_RUNNING: 1,
  REPLAY_RUNNING: 5,
  STOPPING: 5,
}

export function refusal(code: ErrorCode, where: string, detail: string, wording: Wording = {}): Response {
  const entry = ERRORS[code]
  const { status } = entry
  const [first] = wording.findings ?? []
  const retryAfter = RETRY_AFTER[code]
  const body = {
    type: `urn:ark:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: entry.cause,
    status,
    detail,
    code,
    where,
    retry: entry.retry,
    remedy: entry.remedy,
    ...wording.members,
    ...(first === undefined
      ? {}
      : { pointer: first.pointer, issues: wording.findings?.slice(0, FINDINGS_SHOWN) }),
  }
  const headers = new Headers({ 'content-type': 'application/problem+json', ...wording.headers })
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter))
  if (code === 'TOKEN_MISSING') headers.set('www-authenticate', 'Bearer realm="ark"')
  if (code === 'ROLE_MISSING')
    headers.set('www-authenticate', 'Bearer realm="ark", error="insufficient_scope"')
  return new Response(JSON.stringify(body), { status, headers })
}

/** A body that does not fit; the findings are all its bad places, the first one first. */
export function invalidBody(findings: readonly Finding[]): ArkError {
  const [first] = findings
  const why = first === undefined ? 'The body does not fit.' : `${placeOf(first.pointer)} ${first.message}.`
  return new ArkError('INVALID_BODY', first?.pointer ?? '', why, { cause: findings })
}

/** A query parameter that is not understood. */
export function badQuery(name: string, why: string): ArkError {
  return new ArkError('BAD_QUERY', name, `The query parameter ${name} ${why}.`)
}

/** `place` is the request's method and path without anything secret. */
export function toProblem(error: unknown, place: string, log: LogPort): Response {
  if (!isArkError(error) || ERRORS[error.code].status === 500) {
    const fields = { place, why: toMessage(error), stack: error instanceof Error ? error.stack : undefined }
    log.write({ level: 'error', source: 'http', message: 'a request failed unexpectedly', fields })
    const code = isArkError(error) ? error.code : 'ASSERTION'
    return refusal(code, place, 'The request failed; the log says why.')
  }
  const { code, where, message } = error
  if (code === 'DATA_INVALID' || code === 'DATA_BACKWARDS')
    return refusal(code, where, message, { findings: [{ pointer: `/${where}`, message }] })
  const findings = error.cause
  return refusal(code, where, message, isFindings(findings) ? { findings } : {})
}

function isFindings(value: unknown): value is readonly Finding[] {
  return Array.isArray(value) && value.every((item) => typeof item?.pointer === 'string')
}

function placeOf(pointer: string): string {
  return pointer === '' ? 'The body' : pointer
}
