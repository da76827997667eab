/**
 * Is it alive, is it ready, and what is it: open to everyone, because whoever watches a box has no token yet.
 */

import type { Ark } from '../ark.ts'
import { modeOf } from '../gate/mode.ts'
import { type App, type Door, toText } from './door.ts'

const PLACES = [
  'GET  /docs · /openapi.json',
  'GET  /healthz · /readyz · /metrics · /slos',
  'GET  /v1/mode · /v1/account · /v1/positions · /v1/orders',
  'GET  /v1/decisions · /v1/decisions/:id · /v1/traces/:traceId · /v1/events',
  'GET  /v1/plugins · /v1/rules · /v1/config · /v1/audit/checkpoint',
  'POST /v1/evaluate · /v1/signals · /v1/market-data · /v1/orders',
  'POST /v1/halt · /v1/resume · /v1/instruments · /v1/identities',
]

export function mountHealth(app: App, door: Door): void {
  const { clock } = door.ark.options.ports
  const started = clock.monotonic()

  app.get('/healthz', (c) => c.json(readHealth(door, Math.floor((clock.monotonic() - started) / 1_000))))

  app.get('/readyz', (c) => {
    const { ready, reasons } = door.ready()
    return c.json({ ready, reasons }, ready ? 200 : 503)
  })
}

export function mountIndex(app: App, { ark }: Door): void {
  app.get('/', () => {
    const { version } = ark.options.build
    return toText([`ARK ${version}, ${modeNow(ark)}`, '', ...PLACES, ''].join('\n'))
  })
}

function readHealth({ ark }: Door, uptimeSeconds: number): object {
  const { build, ports } = ark.options
  return {
    status: 'ok',
    name: 'ark',
    version: build.version,
    build: build.digest,
    runtime: `${ports.name} ${ports.version}`,
    uptimeSeconds,
    mode: modeNow(ark),
    runId: ark.run?.terms.runId ?? null,
    lastSeq: ark.journal.lastSeq,
  }
}

/** Nothing opens before the first run. */
function modeNow({ cycle }: Ark): string {
  return cycle === undefined ? 'reducing' : modeOf(cycle.kernel.context.mode)
}
