/**
 * Whoever opens one of the data files by a path of his own is handed the altered copy: so a strategy is
 * caught whose code names the file. Called in a process of the look-ahead check, before the strategy is
 * loaded.
 *
 * On Node every way through `node:fs` is covered. Deno and Bun bind named imports of it before anybody can
 * reach them, so there it covers the module's object, `require`, and what Deno and Bun have of their own.
 */

import fs from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of a file, and the one to read in its place. */
export type Redirects = { readonly [path: string]: string }

const OPENERS = ['open', 'openSync', 'readFile', 'readFileSync', 'createReadStream'] as const
const DENO_OPENERS = [
  'open',
  'openSync',
  'readFile',
  'readFileSync',
  'readTextFile',
  'readTextFileSync',
] as const

type Table = { [name: string]: unknown }
type Call = (this: unknown, path: unknown, ...rest: unknown[]) => unknown

export function redirectReads(redirects: Redirects): void {
  const { Deno, Bun } = globalThis as { readonly Deno?: Table; readonly Bun?: Table }
  for (const table of new Set<unknown>([fs, fs.promises, promises])) wrap(table as Table, OPENERS, redirects)
  syncBuiltinESMExports()
  if (Deno !== undefined) wrap(Deno, DENO_OPENERS, redirects)
  if (Bun !== undefined) wrap(Bun, ['file'], redirects)
}

function wrap(table: Table, names: readonly string[], redirects: Redirects): void {
  for (const name of names) {
    const real = table[name]
    if (typeof real !== 'function') continue
    table[name] = function (this: unknown, path: unknown, ...rest: unknown[]): unknown {
      return (real as Call).call(this ?? table, place(path, redirects), ...rest)
    }
  }
}

function place(path: unknown, redirects: Redirects): unknown {
  const isFile = path instanceof URL && path.protocol === 'file:'
  const text = isFile ? fileURLToPath(path) : Buffer.isBuffer(path) ? path.toString() : path
  if (typeof text !== 'string') return path
  const absolute = resolve(text)
  return Object.hasOwn(redirects, absolute) ? redirects[absolute] : path
}
