/**
 * Modules that the user wrote: a strategy, or the tests of one. TypeScript runs where the runtime runs it,
 * and elsewhere by esbuild where that is at hand.
 *
 * Called by strategy-file.ts and by `ark plugin test`. Every failure is one error that names the file as it
 * was given.
 */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ArkError, isArkError, toMessage } from '#core/errors.ts'

export const EXTENSIONS: readonly string[] = ['.ts', '.mts', '.js', '.mjs']

/** Throws FILE_MISSING, or PLUGIN_INVALID for a name that tells no language of ours. */
export function readUserFile(file: string): Uint8Array {
  if (!EXTENSIONS.includes(extname(file)))
    throw invalidModule(file, `its name ends in "${extname(file)}", wanted one of ${EXTENSIONS.join(' ')}`)
  try {
    return readFileSync(resolve(file))
  } catch (error) {
    throw new ArkError('FILE_MISSING', file, `It cannot be read (${toMessage(error)}).`, { cause: error })
  }
}

/** The default export; called with `kit` when it is a function. Throws PLUGIN_INVALID with what it threw. */
export async function runUserModule(file: string, kit: unknown): Promise<unknown> {
  const { default: exported } = await importModule(file)
  if (typeof exported !== 'function') return exported
  try {
    return await exported(kit)
  } catch (error) {
    throw invalidModule(file, `its default export threw: ${toMessage(error)}`, error)
  }
}

export function invalidModule(file: string, why: string, cause?: unknown): ArkError {
  const line = why.replaceAll(/\s+/g, ' ').replace(/\.$/, '')
  return new ArkError('PLUGIN_INVALID', file, `${line}.`, { cause })
}

async function importModule(file: string): Promise<{ readonly default?: unknown }> {
  const path = resolve(file)
  try {
    const translated = runsTypeScript() || extname(file) === '.mjs' ? undefined : await translate(file, path)
    return (await import(translated ?? pathToFileURL(path).href)) as { readonly default?: unknown }
  } catch (error) {
    if (isArkError(error)) throw error
    throw invalidModule(file, `it does not load: ${toMessage(error)}`, error)
  }
}

export function runsTypeScript(): boolean {
  const { typescript = false } = process.features as { readonly typescript?: string | false }
  return 'Deno' in globalThis || 'Bun' in globalThis || typescript !== false
}

/**
 * One module as an address, its neighbours included; undefined for JavaScript that must do without esbuild.
 */
async function translate(file: string, path: string): Promise<string | undefined> {
  const esbuild = findEsbuild()
  if (esbuild === undefined) {
    if (extname(file) === '.js') return undefined
    const why = `Node ${process.versions.node} does not run TypeScript`
    throw invalidModule(file, `${why}; use Node 22.18 or newer, Deno, Bun, or a .mjs file`)
  }
  const { outputFiles } = await esbuild.build({
    entryPoints: [path],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    write: false,
    logLevel: 'silent',
  })
  const code = outputFiles[0]?.contents ?? new Uint8Array()
  return `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`
}

/**
 * A tool of the clone, absent from an ARK that stands alone. No bundle may take it in, so it is found by
 * hand.
 */
function findEsbuild(): typeof import('esbuild') | undefined {
  const load = createRequire(import.meta.url)
  try {
    return load('esbuild') as typeof import('esbuild')
  } catch {
    return undefined
  }
}
