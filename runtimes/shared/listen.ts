/**
 * What the three listeners share: what a request for a WebSocket looks like, a failure to listen as one clear
 * error, and a stop that never waits for a lasting stream.
 */

import { ArkError, toMessage } from '#core/errors.ts'
import type { ListenOptions } from '#core/ports.ts'
import { portOwner } from './process-table.ts'

/**
 * A live feed never ends by itself, so after this long it is cut; the client resumes by its last event id.
 */
const STOP_GRACE_MS = 1_000

/** PORT_TAKEN naming who holds the port; CONFIG_INVALID for an address that the host refuses. */
export async function toListenError(error: unknown, { host, port }: ListenOptions): Promise<ArkError> {
  const where = `${host}:${port}`
  // Bun's error on some platforms carries the code in its text only.
  const code = error instanceof Error && 'code' in error ? String(error.code) : toMessage(error)
  if (!/EADDRINUSE|address (already )?in use/i.test(`${code} ${toMessage(error)}`)) {
    return new ArkError('CONFIG_INVALID', where, `ARK cannot listen there (${toMessage(error)}).`, {
      cause: error,
    })
  }
  const owner = await portOwner(port)
  const holder = owner === undefined ? 'another process' : `pid ${owner.pid} (${owner.command})`
  return new ArkError('PORT_TAKEN', where, `The port is held by ${holder}.`, { cause: error })
}

export function isUpgrade(request: Request): boolean {
  return request.headers.get('upgrade')?.toLowerCase() === 'websocket'
}

/** Waits for running requests, but at most the grace; then cuts them off. */
export async function stopWithin(graceful: Promise<unknown>, force: () => unknown): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), STOP_GRACE_MS)
  })
  const outcome = await Promise.race([graceful, late])
  clearTimeout(timer)
  if (outcome === 'late') await force()
}
