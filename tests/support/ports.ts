/**
 * The real ports of whatever runtime runs the tests, on a directory of their own and with the log kept instead of
 * printed.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RuntimePorts } from '#core/ports.ts'
import type { PortOptions } from '#runtimes/shared/ports.ts'

export interface TestPorts {
  readonly ports: RuntimePorts
  readonly dataDir: string
  /** Lines written so far, `debug` included. */
  readonly logged: readonly string[]
  /** Removes the directory. */
  remove(): void
}

export async function createTestPorts(): Promise<TestPorts> {
  const dataDir = createTempDir()
  const logged: string[] = []
  const options: PortOptions = { dataDir, logLevel: 'debug', writeLog: (text) => void logged.push(text) }
  return { ports: await createPortsHere(options), dataDir, logged, remove: () => removeDir(dataDir) }
}

export function createTempDir(): string {
  return mkdtempSync(join(tmpdir(), 'ark-test-'))
}

export function removeDir(path: string): void {
  rmSync(path, { recursive: true, force: true })
}

/** Arguments that make process.execPath run a TypeScript-free script file with all rights. */
export function scriptArgs(file: string): string[] {
  return 'Deno' in globalThis ? ['run', '-A', file] : [file]
}

/** Imported when needed: each of them touches the globals of its own runtime. */
async function createPortsHere(options: PortOptions): Promise<RuntimePorts> {
  if ('Deno' in globalThis) return (await import('#runtimes/deno.ts')).createDenoPorts(options)
  if ('Bun' in globalThis) return (await import('#runtimes/bun.ts')).createBunPorts(options)
  return (await import('#runtimes/node.ts')).createNodePorts(options)
}
