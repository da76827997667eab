/**
 * Which runtime this is, and its ports. Each one's own file touches globals that only it has, so it is loaded
 * there only.
 */

import type { RuntimePorts } from '#core/ports.ts'
import type { PortOptions } from './shared/ports.ts'

type Globals = typeof globalThis & {
  readonly Deno?: { readonly version: { readonly deno: string } }
  readonly Bun?: { readonly version: string }
}

/** "Node 20.20.2". */
export function runtimeLabel(): string {
  const { Deno, Bun } = globalThis as Globals
  if (Deno !== undefined) return `Deno ${Deno.version.deno}`
  return Bun === undefined ? `Node ${process.versions.node}` : `Bun ${Bun.version}`
}

export async function createRuntimePorts(options: PortOptions): Promise<RuntimePorts> {
  if ('Deno' in globalThis) return (await import('./deno.ts')).createDenoPorts(options)
  if ('Bun' in globalThis) return (await import('./bun.ts')).createBunPorts(options)
  return (await import('./node.ts')).createNodePorts(options)
}
