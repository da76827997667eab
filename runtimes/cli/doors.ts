/**
 * The two listeners of a running box. The API's port must be free; the metrics' one may be taken, since the
 * API serves them too.
 */

import { join } from 'node:path'
import type { Config } from '#core/config.ts'
import { ArkError, type ErrorCode, isArkError } from '#core/errors.ts'
import type { Listener } from '#core/ports.ts'
import { openDatabase } from '../shared/database.ts'
import { type Box, JOURNAL_FILE } from './box.ts'

/** Where the box stands between its start and its stop. */
export interface Phase {
  /** replaying = the first run; open = intake is taken. */
  current: 'replaying' | 'open' | 'stopping'
}

export interface Doors {
  readonly port: number
  /** undefined when the port is taken. */
  readonly metricsPort: number | undefined
  /** Why the metrics have no port of their own. */
  readonly warning: string | undefined
  close(): Promise<void>
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/

/** Throws PORT_TAKEN naming the owner, CONFIG_INVALID for a public address without a proxy in front. */
export async function openDoors(box: Box, http: Config['http'], phase: Phase): Promise<Doors> {
  const host = http.host ?? '127.0.0.1'
  const loopbackOnly = LOOPBACK.test(host)
  if (!loopbackOnly && http.behindProxy !== true) {
    throw new ArkError(
      'CONFIG_INVALID',
      'http.host',
      `Other machines reach ${host}, and ARK speaks no TLS. Put a proxy with TLS in front and say --behind-proxy.`,
    )
  }
  const { createHttp } = await import('#core/http.ts')
  const reader = await openDatabase(join(box.dataDir, JOURNAL_FILE), { readOnly: true })
  const {
    api,
    metrics,
    close: letGo,
  } = createHttp(box.ark, {
    hash: box.ports.hash,
    reader,
    // A proxy rewrites the address: whoever it lets through is not at this host.
    loopbackOnly: loopbackOnly && http.behindProxy !== true,
    intakeOpen: () => intakeRefusal(phase),
    ready: () => readiness(box, phase),
  })
  const listeners: Listener[] = []
  const close = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()))
    letGo()
    await reader.close()
  }
  try {
    const listen = { host, port: http.port ?? 8_000 }
    const main = await box.ports.serve((request) => api.fetch(request), listen, api.upgrade)
    listeners.push(main)
    const side = await serveMetrics(box, (request) => metrics.fetch(request), host, http.metricsPort ?? 9_090)
    if (typeof side !== 'string') listeners.push(side)
    return {
      port: main.port,
      metricsPort: typeof side === 'string' ? undefined : side.port,
      warning: typeof side === 'string' ? side : undefined,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function serveMetrics(
  box: Box,
  handler: (request: Request) => Response | Promise<Response>,
  host: string,
  port: number,
): Promise<Listener | string> {
  try {
    return await box.ports.serve(handler, { host, port })
  } catch (error) {
    if (!isArkError(error, 'PORT_TAKEN')) throw error
    return `The metrics port ${port} is taken: ${error.message} /metrics is on the API port too.`
  }
}

function intakeRefusal({ current }: Phase): { readonly code: ErrorCode; readonly why: string } | undefined {
  if (current === 'replaying')
    return { code: 'REPLAY_RUNNING', why: 'The first-run replay is still running.' }
  if (current === 'stopping') return { code: 'STOPPING', why: 'ARK is stopping.' }
  return undefined
}

/** Durable and audited; the mode is no matter here, for a box that only reduces still answers. */
function readiness(box: Box, { current }: Phase): { ready: boolean; reasons: readonly string[] } {
  const reasons: string[] = []
  const cycle = box.ark.cycle
  if (current === 'replaying') reasons.push('the first-run replay is still running')
  if (current === 'stopping') reasons.push('ARK is stopping')
  if (cycle === undefined) reasons.push('no run has begun')
  const halted = cycle?.kernel.context.mode.halted ?? ''
  // A person's halt is the box doing what it is told; one of the record's own is not.
  if (/^(JOURNAL_CORRUPT|REPLAY_DIVERGED)/.test(halted)) reasons.push(halted)
  const lag = cycle?.kernel.context.mode.causes.audit
  if (lag !== undefined) reasons.push(`audit: ${lag}`)
  return { ready: reasons.length === 0, reasons }
}
