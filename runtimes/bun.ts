/** ARK's ports on Bun 1. Only the listener is Bun's own; see runtimes/shared for the rest. */

import type { Handler, Listener, ListenOptions, RuntimePorts, SocketSession, Upgrade } from '#core/ports.ts'
import { nativeHash } from './shared/hash.ts'
import { isUpgrade, stopWithin, toListenError } from './shared/listen.ts'
import { createPorts, type PortOptions } from './shared/ports.ts'

interface BunSocket {
  readonly data: SocketSession
  send(text: string): number
  getBufferedAmount(): number
  close(code: number, reason: string): void
}

interface BunServer {
  upgrade(request: Request, options: { readonly data: SocketSession }): boolean
}

declare const Bun: {
  readonly version: string
  serve(options: {
    hostname: string
    port: number
    idleTimeout: number
    reusePort: boolean
    development: boolean
    fetch: (request: Request, server: BunServer) => Promise<Response | undefined>
    websocket: {
      readonly open: (socket: BunSocket) => void
      readonly message: () => void
      readonly close: (socket: BunSocket) => void
    }
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

async function serve(handler: Handler, options: ListenOptions, upgrade?: Upgrade): Promise<Listener> {
  try {
    const server = Bun.serve({
      hostname: options.host,
      port: options.port,
      idleTimeout: IDLE_SECONDS,
      development: false,
      // Outside development Bun shares a taken port with whoever holds it unless told not to.
      reusePort: false,
      // Bun hands over its server too; the handler must not see it.
      fetch: async (request, server) =>
        upgrade !== undefined && isUpgrade(request)
          ? accept(server, upgrade, request)
          : await handler(request),
      websocket: { open, message: () => undefined, close: ({ data }) => data.closed() },
    })
    return { port: server.port, close: () => stopWithin(server.stop(false), () => server.stop(true)) }
  } catch (error) {
    throw await toListenError(error, options)
  }
}

/** Undefined tells Bun that the connection is a socket from here on. */
async function accept(server: BunServer, upgrade: Upgrade, request: Request): Promise<Response | undefined> {
  const session = await upgrade(request)
  if (session instanceof Response) return session
  if (server.upgrade(request, { data: session })) return undefined
  return new Response('This request cannot become a WebSocket.', { status: 400 })
}

function open(socket: BunSocket): void {
  socket.data.open({
    send: (text) => void socket.send(text),
    buffered: () => socket.getBufferedAmount(),
    close: (code, reason) => socket.close(code, reason),
  })
}
