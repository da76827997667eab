/**
 * The environment, read by the table of variables: settings for the configuration, faults and warnings. Pure:
 * the runtime hands the environment in, and opens what a NAME_FILE names.
 *
 * A variable set to nothing counts as not set, as container files write them. Nothing here repeats a secret.
 */

import type { Json } from '../contract.ts'
import { nearest } from '../nearest.ts'
import type { Fault } from './faults.ts'
import type { Variable, VariableType } from './variable.ts'
import { findVariable, VARIABLES } from './variables.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface EnvironmentReading {
  /** As a configuration file would say it. */
  readonly settings: { readonly [key: string]: Json }
  /** Variable by the path of the key that it sets. */
  readonly origins: ReadonlyMap<string, string>
  readonly faults: readonly Fault[]
  /** One line a retired variable that is set. */
  readonly warnings: readonly string[]
}

export type Level = 'debug' | 'info' | 'warn' | 'error'

/** Of a passphrase in production: scrypt makes each guess cost, but not enough for a word. */
const PASSPHRASE_MIN = 16
const FILE_SUFFIX = '_FILE'
const LEVELS: { readonly [text: string]: Level } = {
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  critical: 'error',
}

/** Every fault at once; `settings` hold what was sound. */
export function readEnvironment(env: Environment): EnvironmentReading {
  const faults: Fault[] = [...unknownNames(env)]
  const warnings: string[] = []
  const values = new Map<string, { readonly value: Json; readonly name: string }>()
  for (const variable of VARIABLES) {
    const { name, fate } = variable
    const text = env[name] ?? ''
    // Credentials may come from files too, so the keystore reads them.
    if (text === '' || fate.kind === 'credential') continue
    if (fate.kind === 'retired') {
      warnings.push(`${name} has no effect: ${fate.because}. Use instead: ${fate.instead}.`)
      continue
    }
    const read = parseVariable(variable, text)
    if ('why' in read) {
      faults.push({ path: name, why: read.why })
      continue
    }
    if (fate.kind !== 'key') continue
    const value = fate.to === undefined ? read.value : fate.to(Number(read.value))
    const other = values.get(fate.path)
    if (other === undefined) values.set(fate.path, { value, name })
    else if (other.value !== value)
      faults.push({ path: name, why: `It says otherwise than ${other.name}, wanted one of the two` })
  }
  const origins = new Map([...values].map(([path, { name }]) => [path, name]))
  return { settings: toTree(values), origins, faults, warnings }
}

/** What production refuses and wants, whether the environment or the file says that it is one. */
export function productionFaults(env: Environment): readonly Fault[] {
  const faults: Fault[] = VARIABLES.filter(
    ({ name, debug }) => debug === true && (env[name] ?? '') !== '' && parseFlag(env[name] ?? '') !== false,
  ).map(({ name }) => ({ path: name, why: 'It is set, wanted false or nothing in production' }))
  const passphrase = env.ARK_KEY_PASSPHRASE ?? ''
  if (passphrase.length < PASSPHRASE_MIN) {
    const was = passphrase === '' ? 'missing' : 'too short'
    const why = `It is ${was}, wanted at least ${PASSPHRASE_MIN} characters in production`
    faults.push({ path: 'ARK_KEY_PASSPHRASE', why })
  }
  return faults
}

/**
 * The log level, or what is wrong with the variable that says it. ARK_DEBUG_MODE counts where it is not said.
 */
export function logLevelFrom(env: Environment): Level | Fault {
  const text = env.ARK_LOG_LEVEL ?? ''
  const level = Object.hasOwn(LEVELS, text.toLowerCase()) ? LEVELS[text.toLowerCase()] : undefined
  if (level !== undefined) return level
  if (text !== '') return { path: 'ARK_LOG_LEVEL', why: `It is "${text}", wanted debug, info, warn or error` }
  return parseFlag(env.ARK_DEBUG_MODE ?? '') === true ? 'debug' : 'info'
}

/** The value of one credential as it is kept, or what is wrong with it. */
export function parseCredential(
  variable: Variable,
  text: string,
): { readonly value: string } | { readonly why: string } {
  const read = parseVariable(variable, text)
  return 'why' in read ? read : { value: String(read.value) }
}

/** A name that begins like ours and is none is a mistyped one; others belong to other programs. */
function unknownNames(env: Environment): readonly Fault[] {
  const known = VARIABLES.map(({ name }) => name)
  return Object.keys(env)
    .filter((name) => name.startsWith('ARK_') && (env[name] ?? '') !== '' && findVariable(name) === undefined)
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => {
      const meant = nearest(name, known)
      const base = name.endsWith(FILE_SUFFIX) ? findVariable(name.slice(0, -FILE_SUFFIX.length)) : undefined
      if (base !== undefined)
        return { path: name, why: `Only credentials come from files, wanted ${base.name}` }
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`
      return { path: name, why: `There is no such variable${hint}` }
    })
}

function parseVariable(
  { type, name, domain }: Variable,
  text: string,
): { readonly value: Json } | { readonly why: string } {
  const value = parse(type, text.trim())
  if (value !== undefined) return { value }
  const was = domain === undefined ? JSON.stringify(text) : 'not what it should be'
  return { why: `It is ${was}, wanted ${wish(type, name)}` }
}

/** undefined when it does not fit. */
function parse(type: VariableType, text: string): Json | undefined {
  switch (type.kind) {
    case 'flag':
      return parseFlag(text)
    case 'integer': {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
      return value >= type.least && value <= type.most ? value : undefined
    }
    case 'choice':
      return type.choices.find((one) => one === text.toLowerCase())
    case 'text':
      return /^[^\u0000-\u001f\u007f]{1,4096}$/.test(text) ? text : undefined
    case 'address':
      return /^[A-Za-z0-9.:_-]{1,255}$/.test(text) ? text : undefined
    case 'numbers':
      return /^\d{1,20}(?:,\s?\d{1,20}){0,999}$/.test(text) ? text.replace(/\s/g, '') : undefined
    case 'url':
      return /^https?:\/\/[^\s/@]{1,255}(?:\/[^\s@]{0,1024})?$/.test(text) ? text : undefined
    case 'secret':
      return /^[^\u0000-\u001f\u007f]{1,4096}$/.test(text) ? text : undefined
  }
}

function parseFlag(text: string): boolean | undefined {
  const word = text.trim().toLowerCase()
  if (word === 'true' || word === '1' || word === 'yes') return true
  return word === 'false' || word === '0' || word === 'no' ? false : undefined
}

function wish(type: VariableType, name: string): string {
  switch (type.kind) {
    case 'flag':
      return 'true or false (1 or 0, yes or no)'
    case 'integer':
      return `${name.endsWith('PORT') ? 'a port' : 'a whole number'} from ${type.least} to ${type.most}`
    case 'choice':
      return `one of ${type.choices.join(', ')}`
    case 'numbers':
      return 'numbers separated by commas'
    case 'url':
      return 'an http or https address without a user name'
    case 'address':
      return 'an address to listen on'
    default:
      return 'one line of at most 4,096 characters'
  }
}

function toTree(values: ReadonlyMap<string, { readonly value: Json }>): { readonly [key: string]: Json } {
  const tree: { [key: string]: Json } = {}
  for (const [path, { value }] of values) {
    const steps = path.split('.')
    const last = steps.pop() ?? ''
    let at: { [key: string]: Json } = tree
    for (const step of steps) {
      at[step] ??= {}
      at = at[step] as { [key: string]: Json }
    }
    at[last] = value
  }
  return tree
}
