/**
 * What the endpoints share: the box, a connection to read with, and the questions that only its owner can
 * answer.
 */

import type { Hono } from 'hono'
import type { Ark, CurrentRun } from '../ark.ts'
import type { Kernel } from '../cycle/kernel.ts'
import { ArkError, type ErrorCode } from '../errors.ts'
import type { Database, HashPort } from '../ports.ts'

export interface CodedRefusal {
  readonly code: ErrorCode
  readonly why: string
}

export interface HttpDeps {
  readonly hash: HashPort
  /** For look-ups; a second connection keeps them off the writer's, but the writer's own will do. */
  readonly reader: Database
  /** Why intake is closed, while it is. */
  intakeOpen(): CodedRefusal | undefined
  ready(): { readonly ready: boolean; readonly reasons: readonly string[] }
  /** True when nobody but this host can reach the port: reads then need no token. */
  readonly loopbackOnly: boolean
}

export interface Door extends HttpDeps {
  readonly ark: Ark
}

export interface Principal {
  readonly id: string
  readonly roles: readonly string[]
}

export type Env = { Variables: { principal: Principal } }
export type App = Hono<Env>

/** Throws NOT_RUNNING before the first run. */
export function kernelOf({ ark }: Door): Kernel {
  if (ark.cycle === undefined) throw new ArkError('NOT_RUNNING', 'run', 'No run has begun yet.')
  return ark.cycle.kernel
}

/** Throws NOT_RUNNING before the first run. */
export function runOf({ ark }: Door): CurrentRun {
  if (ark.run === undefined) throw new ArkError('NOT_RUNNING', 'run', 'No run has begun yet.')
  return ark.run
}

/** Throws the owner's refusal while nothing may enter. */
export function assertIntake(door: Door): void {
  const refused = door.intakeOpen()
  if (refused !== undefined) throw new ArkError(refused.code, 'intake', refused.why)
}

/** Bun leaves a bare text without its media type. */
export function toText(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'text/plain; charset=UTF-8' } })
}
