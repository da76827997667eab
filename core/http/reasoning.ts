/**
 * The live feed of one agent over a WebSocket: what it says, as it is committed, one body a message.
 *
 * Nothing is read from the client. One that is too slow is let go with 1013; it comes back and reads what it
 * missed from /v1/events.
 */

import type { SocketSession } from '../ports.ts'
import type { Guard } from './auth.ts'
import type { Door } from './door.ts'
import { refusal, toProblem } from './problems.ts'

const PATH = /^\/ws\/reasoning\/([a-z][a-z0-9-]{0,31})$/
const LOOPBACK_ORIGIN = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/
const BUFFERED_MAX = 1024 * 1024
const TRY_AGAIN_LATER = 1013

/** `?type=` narrows it to one event type. A refusal is a problem like any other. */
export async function upgradeReasoning(
  request: Request,
  door: Door,
  guard: Guard,
): Promise<SocketSession | Response> {
  const { pathname, searchParams } = new URL(request.url)
  const agent = PATH.exec(pathname)?.[1]
  const where = `GET ${pathname}`
  if (agent === undefined) return refusal('NOT_FOUND', where, 'No live feed answers here.')
  const known = door.ark.installed.some(({ plugin }) => plugin.name === agent) || agent === 'core'
  if (!known) return refusal('NOT_FOUND', where, `There is no agent ${agent}; GET /v1/plugins lists them.`)
  try {
    await guard.check(request, isForeign(request) ? 'viewer' : undefined)
  } catch (error) {
    return toProblem(error, where, door.ark.options.ports.log)
  }
  return follow(door, agent, searchParams.get('type'))
}

/**
 * Browsers let any page open a socket to this host, so a page from elsewhere needs a token like everybody.
 */
function isForeign(request: Request): boolean {
  const origin = request.headers.get('origin')
  return origin !== null && !LOOPBACK_ORIGIN.test(origin)
}

function follow(door: Door, agent: string, type: string | null): SocketSession {
  let cancel = (): void => undefined
  return {
    open(socket) {
      cancel = door.ark.subscribe((events, bodies) => {
        for (const [index, event] of events.entries())
          if (event.source === agent && (type === null || event.type === type))
            socket.send(bodies[index] ?? '')
        if (socket.buffered() <= BUFFERED_MAX) return
        cancel()
        socket.close(TRY_AGAIN_LATER, 'too slow for this feed')
      })
    },
    closed: () => cancel(),
  }
}
