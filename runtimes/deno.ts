/** ARK's ports on Deno 2. Only the listener is Deno's own; see runtimes/shared for the rest. */

import type { Handler, Listener, ListenOptions, RuntimePorts, Upgrade } from '#core/ports.ts'
import { nativeHash } from './shared/hash.ts'
import { isUpgrade, stopWithin, toListenError } from './shared/listen.ts'
import { createPorts, type PortOptions } from './shared/ports.ts'

declare const Deno: {
  readonly version: { readonly deno: string }
  serve(
    options: { hostname: string; port: number; onListen: () => void },
    handler: Handler,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> }
  upgradeWebSocket(request: Request): { readonly socket: WebSocket; readonly response: Response }
}

export function createDenoPorts(options: PortOptions): Promise<RuntimePorts> {
  return createPorts(options, { name: 'deno', version: Deno.version.deno, hash: nativeHash, serve })
}

async function serve(handler: Handler, options: ListenOptions, upgrade?: Upgrade): Promise<Listener> {
  const feeds: Feeds = new Set()
  const sockets = new Set<WebSocket>()
  try {
    // An empty onListen keeps Deno's own greeting off standard output.
    const listen = { hostname: options.host, port: options.port, onListen: () => {} }
    const server = Deno.serve(listen, async (request) =>
      upgrade !== undefined && isUpgrade(request)
        ? accept(sockets, upgrade, request)
        : track(feeds, await handler(request)),
    )
    const endFeeds = () => {
      for (const socket of sockets) socket.close(GOING_AWAY, 'ARK is stopping')
      return Promise.all([...feeds].map((feed) => feed.cancel()))
    }
    return { port: server.addr.port, close: () => stopWithin(server.shutdown(), endFeeds) }
  } catch (error) {
    throw await toListenError(error, options)
  }
}

const GOING_AWAY = 1001

async function accept(sockets: Set<WebSocket>, upgrade: Upgrade, request: Request): Promise<Response> {
  const session = await upgrade(request)
  if (session instanceof Response) return session
  const { socket, response } = Deno.upgradeWebSocket(request)
  socket.onopen = () => {
    sockets.add(socket)
    session.open({
      send: (text) => socket.send(text),
      buffered: () => socket.bufferedAmount,
      close: (code, reason) => socket.close(code, reason),
    })
  }
  socket.onclose = () => {
    sockets.delete(socket)
    session.closed()
  }
  return response
}

type Feeds = Set<ReadableStreamDefaultReader<Uint8Array>>

/**
 * A server that shuts down cannot be told to hurry (Deno's own signal throws then), so live feeds are ended
 * one by one.
 */
function track(feeds: Feeds, response: Response): Response {
  const lasting = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  if (!lasting || response.body === null) return response
  const feed = response.body.getReader()
  feeds.add(feed)
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await feed.read()
      if (!done) return controller.enqueue(value)
      feeds.delete(feed)
      controller.close()
    },
    cancel(reason) {
      feeds.delete(feed)
      return feed.cancel(reason)
    },
  })
  return new Response(body, response)
}
