/**
 * The HTTP door: wires the endpoints of core/http and whatever routes the plugins bring into two
 * applications, the API's and the metrics port's. A runtime calls their `fetch`; this file opens no socket
 * and keeps no timer.
 */

import { type Context, Hono } from 'hono'
import type { Ark } from './ark.ts'
import { mountAccount } from './http/account.ts'
import { mountAudit } from './http/audit.ts'
import { createGuard, type Guard } from './http/auth.ts'
import { mountControls } from './http/controls.ts'
import { mountDecisions } from './http/decisions.ts'
import type { App, Door, Env, HttpDeps } from './http/door.ts'
import { mountEvaluate } from './http/evaluate.ts'
import { mountEvents } from './http/events.ts'
import { mountHealth, mountIndex } from './http/health.ts'
import { mountIdentities } from './http/identities.ts'
import { mountIntake } from './http/intake.ts'
import { limitBody } from './http/json.ts'
import { mountDocument } from './http/openapi/mount.ts'
import { mountPeople } from './http/people.ts'
import { findRoute } from './http/plugin-routes.ts'
import { refusal, toProblem } from './http/problems.ts'
import { mountReads } from './http/reads.ts'
import { upgradeReasoning } from './http/reasoning.ts'
import { mountRisk } from './http/risk.ts'
import { mountTraces } from './http/traces.ts'

import type { Upgrade } from './ports.ts'

export type { HttpDeps } from './http/door.ts'

export interface HttpApp {
  fetch(request: Request): Promise<Response>
}

export interface Http {
  readonly api: HttpApp & { readonly upgrade: Upgrade }
  readonly metrics: HttpApp
  /** Lets go of the box; for when it stops before the process does. */
  close(): void
}

export function createHttp(ark: Ark, deps: HttpDeps): Http {
  const door: Door = { ...deps, ark }
  const guard = createGuard(door)
  const api = createApp(door, guard, 'api')
  mountIndex(api, door)
  mountHealth(api, door)
  mountIntake(api, door, guard)
  mountEvaluate(api, door, guard)
  mountControls(api, door, guard)
  mountReads(api, door, guard)
  mountAccount(api, door, guard)
  mountRisk(api, door, guard)
  mountDecisions(api, door, guard)
  mountTraces(api, door, guard)
  mountEvents(api, door, guard)
  mountPeople(api, door, guard)
  mountIdentities(api, door, guard)
  mountAudit(api, door, guard)
  mountDocument(api, door)
  const metrics = createApp(door, guard, 'metrics')
  mountHealth(metrics, door)
  const upgrade: Upgrade = (request) => upgradeReasoning(request, door, guard)
  return { api: { ...toFetch(api), upgrade }, metrics: toFetch(metrics), close: guard.close }
}

function toFetch(app: App): HttpApp {
  return { fetch: async (request) => app.fetch(request) }
}

function createApp(door: Door, guard: Guard, where: 'api' | 'metrics'): App {
  const app = new Hono<Env>()
  app.use(async (c, next) => {
    await next()
    c.res.headers.set('x-content-type-options', 'nosniff')
    c.res.headers.set('cache-control', 'no-store')
  })
  app.onError((error, c) => toProblem(error, placeOf(c), door.ark.options.ports.log))
  app.notFound(async (c) => {
    const found = findRoute(door, where, c.req.method === 'HEAD' ? 'GET' : c.req.method, c.req.path)
    if (found === undefined) return absent(app, door, where, c)
    await guard.check(c.req.raw, found.route.role)
    const tooLarge = await limitBody(c, async () => undefined)
    return tooLarge ?? found.route.handle(c.req.raw, found.params)
  })
  return app
}

const METHODS = ['GET', 'POST'] as const

/** 405 when another method would be answered, else 404. */
function absent(app: App, door: Door, where: 'api' | 'metrics', c: Context<Env>): Response {
  const { path } = c.req
  const allowed = METHODS.filter((method) => takes(app, method, path) || findRoute(door, where, method, path))
  if (allowed.length === 0) return refusal('NOT_FOUND', placeOf(c), 'Nothing answers here.')
  return refusal('METHOD_NOT_ALLOWED', placeOf(c), `This path takes ${allowed.join(' and ')}.`, {
    headers: {
      allow: allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', '),
    },
  })
}

/** Only the first handler that matches everything would match as well. */
function takes(app: App, method: string, path: string): boolean {
  return app.router.match(method, path)[0].length > 1
}

/** For errors and the log. A token in the path stays out of both. */
function placeOf(c: Context<Env>): string {
  return `${c.req.method} ${c.req.path.replace(/^(\/v1\/signals\/).+/, '$1…')}`
}
