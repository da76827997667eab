/**
 * Who may import whom: the table of docs/ARCHITECTURE.md as a check. Run by `npm run check`.
 *
 * It reads the import statements itself. A ready-made tool once met a compiler it did not know, saw no
 * modules and passed; so this one fails when it sees no files, and its test plants a violation of every rule.
 */

import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { lineAt, readSources, type Source } from './source.ts'

interface Import {
  /** A path from the root for our own files, `node:…`, or a package's name; undefined when it is computed. */
  readonly target: string | undefined
  readonly typeOnly: boolean
  readonly line: number
}

/** What plugins see of core: the contract, and modules without state. */
const DOORS = ['core/contract.ts', 'core/math.ts', 'core/time.ts', 'core/errors.ts', 'core/strategy.ts']
/** Pure mathematics that any plugin may use. */
const SHELF = 'core/indicators/'
/** Loads the files that users name. */
const LOADER = 'runtimes/user-module.ts'

/** Lines "path:line: what is wrong"; empty when all is well. */
export function findCrossings(root: string): string[] {
  const sources = readSources(root)
  if (sources.length === 0) return [`${root}: no source files found, so nothing was checked`]
  return sources.flatMap((source) =>
    readImports(source).flatMap((entry) => {
      const why = refuse(source.path, entry)
      return why === undefined ? [] : [`${source.path}:${entry.line}: ${why}`]
    }),
  )
}

/** Why this file may not import that, or undefined. */
function refuse(path: string, { target, typeOnly }: Import): string | undefined {
  const [house = ''] = path.split('/')
  if (house === 'scripts' || house === 'tests') return undefined
  if (target === undefined && path === LOADER) return undefined
  if (target === undefined) return 'an import must name its module in plain text'
  if (/^(scripts|tests)\//.test(target)) return `nothing imports ${target}: scripts and tests are leaves`
  if (!allows(house, path, target, typeOnly)) return `${house} may not import ${target}${ADVICE[house] ?? ''}`
  return undefined
}

const ADVICE: Readonly<Record<string, string>> = {
  core:
    ' (no host, plugin or runtime; graveyard in core/gate, hono in core/http, valibot in core/config, ' +
    'core/http and core/scenario)',
  graveyard: ' (the rules stand alone)',
  plugins: ` (only ${DOORS.join(', ')}, its own files and its own libraries)`,
  runtimes: ' (core and plugins; graveyard as types, or in the rules command)',
}

function allows(house: string, path: string, target: string, typeOnly: boolean): boolean {
  const own = target.startsWith(`${house}/`)
  switch (house) {
    case 'graveyard':
      return own
    case 'core':
      if (own) return true
      if (target.startsWith('graveyard/')) return path.startsWith('core/gate/')
      if (isPackage(target, 'hono')) return path.startsWith('core/http')
      if (isPackage(target, '@valibot/to-json-schema')) return path.startsWith('core/http/openapi/')
      return isPackage(target, 'valibot') && /^core\/(http|config|scenario)/.test(path)
    case 'plugins': {
      const folder = path.split('/').slice(0, 2).join('/')
      return (
        target.startsWith(`${folder}/`) ||
        target.startsWith(SHELF) ||
        DOORS.includes(target) ||
        isLibrary(target)
      )
    }
    case 'runtimes':
      if (target.startsWith('graveyard/')) return typeOnly || path.startsWith('runtimes/cli/rules')
      return true
    default:
      return true
  }
}

function isPackage(target: string, name: string): boolean {
  return target === name || target.startsWith(`${name}/`)
}

/** Packages have no folder of ours in front, and no scheme (node:, bun:, jsr:, https:). */
function isLibrary(target: string): boolean {
  return (
    !/^(core|graveyard|plugins|runtimes)\//.test(target) && !target.includes(':') && !NODE_MODULES.has(target)
  )
}

/** Node takes these without the prefix as well. */
const NODE_MODULES = new Set(builtinModules)

const STATEMENTS =
  /\b(?:import|export)\b(\s+type\b)?(?:[^'"`;()=]*?\bfrom)?\s*['"]|\b(?:import|require)\s*\(\s*(['"]?)/g

/**
 * Statements are found in the code view, so that one in a comment or string is none; names are read from the
 * text.
 */
function readImports(source: Source): Import[] {
  return [...source.code.matchAll(STATEMENTS)].map((match) => {
    const start = match.index + match[0].length
    const line = lineAt(source.text, match.index)
    const isCall = match[0].includes('(')
    if (isCall && match[2] === '') return { target: undefined, typeOnly: false, line }
    const end = source.text.slice(start).search(/['"]/)
    const name = source.text.slice(start, start + end)
    return { target: resolve(source.path, name), typeOnly: match[1] !== undefined, line }
  })
}

function resolve(path: string, name: string): string {
  if (name.startsWith('#')) return name.slice(1)
  return name.startsWith('.') ? posix.join(posix.dirname(path), name) : name
}
