/**
 * The configuration that a start would run with, and where each value of it comes from: options over
 * environment over file over defaults. settings.ts asks for it before anything starts; `ark config` and `ark
 * doctor` show it.
 *
 * Plugins check their own part here, so that their faults are told together with all others.
 */

import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Environment, productionFaults, readEnvironment } from '#core/config/environment.ts'
import {
  type Config,
  type Fault,
  listFaults,
  parseJson,
  readConfig,
  schemaFaults,
  toConfigError,
} from '#core/config.ts'
import { ArkError, isArkError, toMessage } from '#core/errors.ts'
import { nearest } from '#core/nearest.ts'
import { PLUGINS } from '../plugins.ts'
import { readCredentials } from '../shared/keystore.ts'
import { isStrategyFile, STRATEGIES, strategyFault } from '../strategies.ts'

const CONFIG_FILE = 'ark.config.json'

export type Origin = 'default' | 'file' | 'environment' | 'option'

export interface EffectiveConfig {
  /** The file, as it was named; `defaults` where there is none. */
  readonly where: string
  /** undefined when there are faults. */
  readonly config: Config | undefined
  /** Settings of every plugin of this build, defaults included. */
  readonly plugins: Layer
  readonly faults: readonly Fault[]
  readonly warnings: readonly string[]
  /** Of a value by the keys that lead to it. */
  originOf(steps: readonly string[]): Origin
}

/** What stands in a file, in the environment, in options, as a tree of keys. */
type Layer = { readonly [key: string]: unknown }

export interface ConfigSource {
  /** As given by --config or ARK_CONFIG; absent = the usual file, where it exists. */
  readonly named: string | undefined
  readonly env: Environment
  /** What options of the command say. */
  readonly overrides?: Layer
}

/** Throws FILE_MISSING for a file that was named and cannot be read; everything else is a fault. */
export function readEffectiveConfig({ named, env, overrides = {} }: ConfigSource): EffectiveConfig {
  const path = named ?? CONFIG_FILE
  const exists = named !== undefined || existsSync(path)
  const where = exists ? path : 'defaults'
  const environment = readEnvironment(env)
  const faults: Fault[] = [...environment.faults, ...readCredentials(env).faults]
  const file = exists ? readFileLayer(path, faults) : {}
  const layers = { file, environment: environment.settings, option: overrides }
  let config: Config | undefined
  let plugins: Layer = {}
  if (file !== undefined) {
    const raw = isTable(file) ? [layers.environment, layers.option].reduce(merge, file) : file
    const read = readConfig(raw)
    faults.push(...read.faults)
    // Faults of one part do not hide those of another.
    const { environment: place, plugins: given = {}, strategies } = isTable(raw) ? raw : {}
    const listed = Array.isArray(strategies) ? strategies.filter((one) => typeof one === 'string') : []
    faults.push(...checkStrategies(listed))
    if (place === 'production') faults.push(...productionFaults(env))
    if (isTable(given)) {
      const checked = checkPlugins(given, listed)
      plugins = checked.settings
      faults.push(...checked.faults)
    }
    if (faults.length === 0) config = read.config
  }
  // A key that the environment set is known to whoever set it by its variable.
  return {
    where,
    config,
    plugins,
    faults: faults.map(({ path, why }) => ({ path: environment.origins.get(path) ?? path, why })),
    warnings: environment.warnings,
    originOf: (steps) => originOf(layers, steps),
  }
}

/** One error for all faults; the place of a single one in the environment is its variable. */
export function toEffectiveError({ faults, where }: EffectiveConfig): ArkError {
  const [first] = faults
  if (faults.length === 1 && first !== undefined && /^[A-Z][A-Z0-9_]+$/.test(first.path))
    return new ArkError('CONFIG_INVALID', first.path, first.why.endsWith('?') ? first.why : `${first.why}.`)
  return toConfigError(faults, where)
}

/** undefined, with a fault, when the text is no JSON. */
function readFileLayer(path: string, faults: Fault[]): unknown {
  const text = readText(path)
  try {
    return parseJson(text, path)
  } catch (error) {
    if (!isArkError(error, 'CONFIG_INVALID')) throw error
    faults.push({ path: '(whole file)', why: error.message.replace(/\.$/, '') })
    return undefined
  }
}

function readText(path: string): string {
  try {
    return readFileSync(resolve(path), 'utf8')
  } catch (error) {
    throw new ArkError('FILE_MISSING', path, `The configuration cannot be read (${toMessage(error)}).`, {
      cause: error,
    })
  }
}

function checkStrategies(listed: readonly string[]): readonly Fault[] {
  return listed.flatMap((strategy, index) => {
    const missing = isStrategyFile(strategy) && !existsSync(resolve(strategy))
    const why = missing ? `there is no file ${strategy}` : strategyFault(strategy)
    return why === undefined ? [] : [{ path: `strategies.${index}`, why }]
  })
}

/**
 * Every plugin's settings through its own schema. One that answers later is left to the loader, and so are
 * settings that may belong to a strategy in a file: no file is loaded here.
 */
function checkPlugins(
  given: Layer,
  strategies: readonly string[],
): { readonly settings: Layer; readonly faults: readonly Fault[] } {
  const names = [...PLUGINS, ...STRATEGIES].map(({ name }) => name)
  const chosen = STRATEGIES.filter(({ name }) => strategies.includes(name) || Object.hasOwn(given, name))
  const files = strategies.some(isStrategyFile)
  const faults: Fault[] = []
  for (const name of Object.keys(given)) {
    if (names.includes(name) || files) continue
    const meant = nearest(name, names)
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`
    faults.push({ path: `plugins.${name}`, why: `there is no such plugin${hint}` })
  }
  const settings: { [name: string]: unknown } = {}
  for (const { name, config: schema } of [...PLUGINS, ...chosen]) {
    const own = Object.hasOwn(given, name) ? given[name] : {}
    if (!isTable(own)) {
      faults.push({ path: `plugins.${name}`, why: 'wanted an object of settings' })
      continue
    }
    faults.push(...listFaults(own, schema, ['plugins', name]))
    const result = schema['~standard'].validate(own)
    if (result instanceof Promise) continue
    if (result.issues === undefined) settings[name] = result.value
    else faults.push(...schemaFaults(result.issues, schema, ['plugins', name]))
  }
  return { settings, faults }
}

function originOf(
  layers: { readonly file: unknown; readonly environment: Layer; readonly option: Layer },
  steps: readonly string[],
): Origin {
  if (says(layers.option, steps)) return 'option'
  if (says(layers.environment, steps)) return 'environment'
  return says(layers.file, steps) ? 'file' : 'default'
}

function says(layer: unknown, steps: readonly string[]): boolean {
  let at = layer
  for (const step of steps) {
    if (!isTable(at) || !Object.hasOwn(at, step)) return false
    at = at[step]
  }
  return true
}

/**
 * Tables are joined, the rest is replaced; what stands in the place of a table is left for the schema to
 * refuse.
 */
function merge(under: Layer, over: Layer): Layer {
  const merged = new Map<string, unknown>(Object.entries(under))
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key)
    if (below === undefined || !isTable(value)) merged.set(key, value)
    else if (isTable(below)) merged.set(key, merge(below, value))
  }
  return Object.fromEntries(merged)
}

function isTable(value: unknown): value is Layer {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
