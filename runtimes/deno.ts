/** ARK's ports on Deno 2. Only the listener is Deno's own; see runtimes/shared for the rest. */

import type { Listener, ListenOptions, RuntimePorts } from '#core/ports.ts'
import { nativeHash } from './shared/hash.ts'
import { stopWithin, toListenError } from './shared/listen.ts'
import { createPorts, type PortOptions } from './shared/ports.ts'

type Handler = (request: Request) => Response | Promise<Response>

declare const Deno: {
  readonly version: { readonly deno: string }
  serve(
    options: { hostname: string; port: number; onListen: () => void },
    handler: Handler,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> }
}

export function createDenoPorts(options: PortOptions): Promise<RuntimePorts> {
  return createPorts(options, { name: 'deno', version: Deno.version.deno, hash: nativeHash, serve })
}

async function serve(handler: Handler, options: ListenOptions): Promise<Listener> {
  const feeds: Feeds = new Set()
  try {
    // An empty onListen keeps Deno's own greeting off standard output.
    const listen = { hostname: options.host, port: options.port, onListen: () => {} }
    const server = Deno.serve(listen, async (request) => track(feeds, await handler(request)))
    const endFeeds = () => Promise.all([...feeds].map((feed) => feed.cancel()))
    return { port: server.addr.port, close: () => stopWithin(server.shutdown(), endFeeds) }
  } catch (error) {
    throw await toListenError(error, options)
  }
}

type Feeds = Set<ReadableStreamDefaultReader<Uint8Array>>

/**
 * A server that shuts down cannot be told to hurry (Deno's own signal throws then), so live feeds are ended one by
 * one.
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
