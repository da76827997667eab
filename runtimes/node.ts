/** ARK's ports on Node 20 and later. Only the listener is Node's own; see runtimes/shared for the rest. */

import { once } from 'node:events'
import { createAdaptorServer } from '@hono/node-server'
import type { Listener, ListenOptions, RuntimePorts } from '#core/ports.ts'
import { nativeHash } from './shared/hash.ts'
import { stopWithin, toListenError } from './shared/listen.ts'
import { createPorts, type PortOptions } from './shared/ports.ts'

export function createNodePorts(options: PortOptions): Promise<RuntimePorts> {
  return createPorts(options, { name: 'node', version: process.versions.node, hash: nativeHash, serve })
}

async function serve(
  handler: (request: Request) => Response | Promise<Response>,
  options: ListenOptions,
): Promise<Listener> {
  const server = createAdaptorServer({ fetch: handler })
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
      return stopWithin(closed, () => 'closeAllConnections' in server && server.closeAllConnections())
    },
  }
}
