/**
 * Strategies that the look-ahead check cannot hold to other files: on Deno and Bun a named import of node:fs
 * is bound before redirect.ts can reach it, so what such a strategy reads stays the true future.
 *
 * It looks at the text of the strategy's file and of those that it imports by a relative path. A default
 * import and `require` hand out the object that is redirected.
 */

import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

const FS = `['"\`](?:node:)?fs(?:/promises)?['"\`]`
const REDIRECTED = new RegExp(`\\bimport\\s+\\w+\\s+from\\s*${FS}|\\brequire\\(\\s*${FS}\\s*\\)`, 'g')
const RELATIVE = /['"](\.{1,2}\/[^'"]+)['"]/g

/** On this runtime. The file that imports it so, or undefined. */
export function findBlindSpot(file: string): string | undefined {
  return 'Deno' in globalThis || 'Bun' in globalThis ? findNamedImport(resolve(file)) : undefined
}

/** Exported for its test, which runs on every runtime. */
export function findNamedImport(path: string, seen = new Set<string>()): string | undefined {
  if (seen.has(path) || !existsSync(path)) return undefined
  seen.add(path)
  const text = readFileSync(path, 'utf8')
  if (new RegExp(FS).test(text.replace(REDIRECTED, ''))) return path
  for (const [, near = ''] of text.matchAll(RELATIVE)) {
    const found = /\.[mc]?[jt]s$/.test(near) ? findNamedImport(resolve(dirname(path), near), seen) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
