/**
 * The least a durable intake can be compared with: the same POST on Hono, the same Valibot schema, the same
 * listener of the runtime, and nothing behind it. `ark bench bare` serves it in a process of its own until
 * its standard input ends.
 */

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import { assertSignal } from '#core/http/bodies.ts'
import type { Cli } from '../cli/cli.ts'
import { ended, spawnArk } from './spawn.ts'

/** What ARK answers, as long as an answer of ARK. */
const ANSWER = { seq: 1_000_000, traceId: '0'.repeat(32) }

/** Prints one JSON line with the port. */
export async function serveBare(cli: Cli): Promise<void> {
  const app = new Hono()
  app.post('/v1/signals', async (c) => {
    assertSignal(await c.req.json())
    return c.json(ANSWER, 202)
  })
  const dataDir = mkdtempSync(join(tmpdir(), 'ark-bench-'))
  const ports = await cli.createPorts({ dataDir, logLevel: 'error' })
  const listener = await ports.serve((request) => app.fetch(request), { host: '127.0.0.1', port: 0 })
  cli.out(JSON.stringify({ port: listener.port }))
  process.stdin.resume()
  await once(process.stdin, 'end')
  await listener.close()
  rmSync(dataDir, { recursive: true, force: true })
}

export interface BareServer {
  readonly port: number
  remove(): Promise<void>
}

export async function startBare(): Promise<BareServer> {
  const child = spawnArk(['bench', 'bare'], 'piped')
  return {
    port: await readPort(child),
    remove: async () => {
      child.stdin?.end()
      await ended(child)
    },
  }
}

async function readPort(child: ChildProcess): Promise<number> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return (JSON.parse(text) as { port: number }).port
}
