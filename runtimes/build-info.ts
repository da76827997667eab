/**
 * Which build this is. The digest names the code that decides (core, graveyard, plugins), so runs that share
 * it must recompute to the same bytes; what surrounds it (runtimes, scripts, documents) may change freely. A
 * bundle carries both values as constants; a run from the sources reads them from the files, and gets the
 * same.
 */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

declare const __ARK_BUILD_DIGEST__: string
declare const __ARK_VERSION__: string

const DECIDING = ['core', 'graveyard', 'plugins']

let digest: string | undefined

/** SHA-256, 64 hex, over the lines "path sha256(content)\n" of all deciding .ts files, sorted by path. */
export function buildDigest(): string {
  if (typeof __ARK_BUILD_DIGEST__ === 'string') return __ARK_BUILD_DIGEST__
  digest ??= digestOf(sourceRoot())
  return digest
}

/** The version in package.json. */
export function version(): string {
  if (typeof __ARK_VERSION__ === 'string') return __ARK_VERSION__
  const text = readFileSync(join(sourceRoot(), 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

function digestOf(root: string): string {
  const paths = DECIDING.flatMap((folder) => listSources(root, folder)).sort((a, b) => (a < b ? -1 : 1))
  const lines = paths.map((path) => `${path} ${sha256(readFileSync(join(root, path)))}\n`)
  return sha256(lines.join(''))
}

/** Paths from the root, with slashes on every system. */
function listSources(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return listSources(root, path)
    return entry.name.endsWith('.ts') ? [path] : []
  })
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

function sourceRoot(): string {
  return fileURLToPath(new URL('..', import.meta.url))
}
