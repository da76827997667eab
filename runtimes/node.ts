/** ARK's ports on Node 20 and later. Only the listener is Node's own; see runtimes/shared for the rest. */

import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { createAdaptorServer } from '@hono/node-server'
import { WebSocketServer } from 'ws'
import type { Handler, Listener, ListenOptions, RuntimePorts, Upgrade } from '#core/ports.ts'
import { nativeHash } from './shared/hash.ts'
import { stopWithin, toListenError } from './shared/listen.ts'
import { createPorts, type PortOptions } from './shared/ports.ts'

export function createNodePorts(options: PortOptions): Promise<RuntimePorts> {
  return createPorts(options, { name: 'node', version: process.versions.node, hash: nativeHash, serve })
}

async function serve(handler: Handler, options: ListenOptions, upgrade?: Upgrade): Promise<Listener> {
  const server = createAdaptorServer({ fetch: handler })
  // Longer than proxies keep theirs, or a request meets a connection that is just being closed.
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = KEEP_ALIVE_MS
  const sockets = new WebSocketServer({ noServer: true, maxPayload: SAID_MAX })
  if (upgrade !== undefined)
    server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      accept(sockets, upgrade, request, stream, head).catch(() => stream.destroy())
    })
  try {
    server.listen(options.port, options.host)
    await once(server, 'listening')
  } catch (error) {
    throw await toListenError(error, options)
  }
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets.clients) socket.close(GOING_AWAY, 'ARK is stopping')
      return stopWithin(closed, () => {
        for (const socket of sockets.clients) socket.terminate()
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
    },
  }
}

const KEEP_ALIVE_MS = 75_000
const GOING_AWAY = 1001
/** Bytes of one message of a client: none is read, so none is kept. */
const SAID_MAX = 1_024

async function accept(
  sockets: WebSocketServer,
  upgrade: Upgrade,
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
): Promise<void> {
  // A stream without a listener would end the process when its peer goes away meanwhile.
  stream.on('error', () => stream.destroy())
  const session = await upgrade(toRequest(request))
  if (session instanceof Response) return refuse(stream, session)
  sockets.handleUpgrade(request, stream, head, (socket) => {
    socket.on('error', () => socket.terminate())
    socket.on('close', () => session.closed())
    session.open({
      send: (text) => socket.send(text),
      buffered: () => socket.bufferedAmount,
      close: (code, reason) => socket.close(code, reason),
    })
  })
}

function toRequest({ headers, url = '/' }: IncomingMessage): Request {
  const list = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
  return new Request(`http://${headers.host ?? 'localhost'}${url}`, { headers: list })
}

async function refuse(stream: Duplex, response: Response): Promise<void> {
  const body = await response.text()
  const type = response.headers.get('content-type') ?? 'text/plain'
  stream.end(
    `HTTP/1.1 ${response.status} Refused\r\nConnection: close\r\nContent-Type: ${type}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
