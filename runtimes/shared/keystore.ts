/**
 * The keystore: credentials of the five domains, taken over from the environment or from files at a start,
 * kept in the data directory, handed out by domain.
 *
 * A box that holds its lock opens it. What the environment says replaces what was kept, what it no longer
 * says stays; deleting the file forgets all.
 */

import { readFileSync, statSync } from 'node:fs'
import { type Environment, parseCredential } from '#core/config/environment.ts'
import { DOMAINS, type Domain, type Variable } from '#core/config/variable.ts'
import { credentialsOf } from '#core/config/variables.ts'
import { type Fault, toConfigError } from '#core/config.ts'
import type { CredentialPort } from '#core/contract.ts'
import { ArkError, toMessage } from '#core/errors.ts'
import { formatTime } from '#core/time.ts'
import { keystorePath, openStored, readStored, sealStored, writeStored } from './keystore-file.ts'

export interface Keystore {
  /** Nothing of what it hands out shows when it is printed. */
  credentialsFor(domain: Domain): CredentialPort
}

export interface KeystoreOptions {
  readonly dataDir: string
  /** '' = none. */
  readonly passphrase: string
  readonly env: Environment
  /** Only what these domains hold is taken over; default all. */
  readonly domains?: readonly Domain[]
  /** Wall clock, ms; for tests. */
  readonly now?: number
}

const FILE_SUFFIX = '_FILE'
const FILE_BYTES_MAX = 8_192

/**
 * Takes the credentials of the environment over and opens what is kept. Makes no file when there is nothing
 * to keep. Throws CONFIG_INVALID for a faulty credential or passphrase, FILE_MISSING for the file or its
 * mode.
 */
export function openKeystore(options: KeystoreOptions): Keystore {
  const { dataDir, passphrase, env, domains = DOMAINS } = options
  const given = readCredentials(env)
  if (given.faults.length > 0) throw toConfigError(given.faults, 'environment')
  const path = keystorePath(dataDir)
  const stored = readStored(path)
  const values: { [name: string]: string } = stored === undefined ? {} : openStored(path, stored, passphrase)
  const since: { [name: string]: string } = { ...stored?.since }
  let changed = stored !== undefined && stored.cipher === 'none' && passphrase !== ''
  for (const { name } of domains.flatMap(credentialsOf)) {
    const value = given.values.get(name)
    if (value === undefined || value === values[name]) continue
    values[name] = value
    since[name] = formatTime(options.now ?? Date.now())
    changed = true
  }
  if (changed) writeStored(path, sealStored(since, values, passphrase))
  return { credentialsFor: (domain) => toPort(domain, values) }
}

/** Credentials that NAME says, or the file that NAME_FILE names, and what is wrong with them. */
export function readCredentials(env: Environment): {
  readonly values: ReadonlyMap<string, string>
  readonly faults: readonly Fault[]
} {
  const values = new Map<string, string>()
  const faults: Fault[] = []
  for (const variable of DOMAINS.flatMap(credentialsOf)) {
    const read = readCredential(variable, env)
    if (read === undefined) continue
    if ('value' in read) values.set(variable.name, read.value)
    else faults.push(read)
  }
  return { values, faults }
}

function readCredential(
  variable: Variable,
  env: Environment,
): { readonly value: string } | Fault | undefined {
  const { name } = variable
  const fileName = name + FILE_SUFFIX
  const [text, file] = [env[name] ?? '', env[fileName] ?? '']
  if (text === '' && file === '') return undefined
  if (text !== '' && file !== '')
    return { path: fileName, why: `It is set beside ${name}, wanted one of the two` }
  const place = text === '' ? fileName : name
  try {
    const parsed = parseCredential(variable, text === '' ? readSmall(file) : text)
    return 'value' in parsed ? parsed : { path: place, why: parsed.why }
  } catch (error) {
    return { path: place, why: `The file cannot be read (${toMessage(error)})` }
  }
}

/** Editors and secret stores end a file with a line feed. */
function readSmall(path: string): string {
  const bytes = statSync(path).size
  if (bytes > FILE_BYTES_MAX) throw new Error(`${bytes} bytes are no credential`)
  return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
}

function toPort(domain: Domain, values: { readonly [name: string]: string }): CredentialPort {
  const variables = credentialsOf(domain)
  const valueFor = ({ name, default: fallback }: Variable) =>
    Object.hasOwn(values, name) ? values[name] : fallback === '' ? undefined : fallback
  return Object.freeze({
    domain,
    names: variables.filter((variable) => valueFor(variable) !== undefined).map(({ name }) => name),
    get: (name: string) => {
      const variable = variables.find((entry) => entry.name === name)
      if (variable === undefined)
        throw new ArkError('PORT_NOT_GRANTED', name, `The domain ${domain} holds no ${name}.`)
      return valueFor(variable)
    },
  })
}
