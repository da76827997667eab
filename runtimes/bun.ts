/** ARK's ports on Bun 1. Only the listener is Bun's own; see runtimes/shared for the rest. */

import type { Listener, ListenOptions, RuntimePorts } from '#core/ports.ts'
import { nativeHash } from './shared/hash.ts'
import { stopWithin, toListenError } from './shared/listen.ts'
import { createPorts, type PortOptions } from './shared/ports.ts'

type Handler = (request: Request) => Response | Promise<Response>

declare const Bun: {
  readonly version: string
  serve(options: {
    hostname: string
    port: number
    idleTimeout: number
    reusePort: boolean
    development: boolean
    fetch: Handler
  }): {
    readonly port: number
    stop(closeActiveConnections: boolean): Promise<void>
  }
}

/** Seconds; Bun's largest. Its default of ten would cut a live feed in a quiet market. */
const IDLE_SECONDS = 255

export function createBunPorts(options: PortOptions): Promise<RuntimePorts> {
  return createPorts(options, { name: 'bun', version: Bun.version, hash: nativeHash, serve })
}

async function serve(handler: Handler, options: ListenOptions): Promise<Listener> {
  try {
    const server = Bun.serve({
      hostname: options.host,
      port: options.port,
      idleTimeout: IDLE_SECONDS,
      development: false,
      // Outside development Bun shares a taken port with whoever holds it unless told not to.
      reusePort: false,
      // Bun hands over its server too; the handler must not see it.
      fetch: (request) => handler(request),
    })
    return { port: server.port, close: () => stopWithin(server.stop(false), () => server.stop(true)) }
  } catch (error) {
    throw await toListenError(error, options)
  }
}
