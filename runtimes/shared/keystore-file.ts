/**
 * The file of the keystore: `<dataDir>/keys/credentials.json`, mode 600, plain or encrypted with AES-256-GCM
 * under a key that scrypt makes of the passphrase. Names and dates are readable without it and sealed by it,
 * values are not. keystore.ts reads and writes it, `ark doctor` and `ark config` look at it.
 */

import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ArkError, toMessage } from '#core/errors.ts'
import { hasCode, writeFileDurably } from './durable-file.ts'

/** What the file tells without its passphrase. */
export interface KeystoreFile {
  readonly path: string
  /** Permission bits. */
  readonly mode: number
  readonly encrypted: boolean
  /** Since when the present value is kept, RFC 3339, by name. */
  readonly since: { readonly [name: string]: string }
}

export interface Stored {
  readonly format: typeof FORMAT
  readonly since: { readonly [name: string]: string }
  readonly cipher: 'none' | 'aes-256-gcm'
  /** Without a passphrase. */
  readonly values?: { readonly [name: string]: string }
  /** base64, with one. */
  readonly salt?: string
  readonly nonce?: string
  readonly tag?: string
  readonly data?: string
}

const FORMAT = 'ark-keystore-1'
/** 32 MiB and about a tenth of a second a guess. */
const SCRYPT = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }

/**
 * Reads what is there without opening it; undefined when nothing is. Throws FILE_MISSING when it is no
 * keystore.
 */
export function inspectKeystore(dataDir: string): KeystoreFile | undefined {
  const path = keystorePath(dataDir)
  const stored = readStored(path, false)
  if (stored === undefined) return undefined
  return {
    path,
    mode: statSync(path).mode & 0o777,
    encrypted: stored.cipher !== 'none',
    since: stored.since,
  }
}

/** Throws as openKeystore does when the file or the passphrase is no good; changes nothing. */
export function tryKeystore(dataDir: string, passphrase: string): void {
  const path = keystorePath(dataDir)
  const stored = readStored(path)
  if (stored !== undefined) openStored(path, stored, passphrase)
}

export function keystorePath(dataDir: string): string {
  return join(dataDir, 'keys', 'credentials.json')
}

/** undefined when there is none. Throws FILE_MISSING for the file or its mode. */
export function readStored(path: string, mustBePrivate = true): Stored | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw new ArkError('FILE_MISSING', path, `The keystore cannot be read (${toMessage(error)}).`, {
      cause: error,
    })
  }
  const mode = statSync(path).mode & 0o777
  if (mustBePrivate && process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const why = `The keystore has mode ${mode.toString(8)}, so others may read it. Run: chmod 600 '${path}'.`
    throw new ArkError('FILE_MISSING', path, why)
  }
  const stored = parseStored(text)
  if (stored === undefined)
    throw new ArkError('FILE_MISSING', path, 'It is no keystore of this build; restore it, or delete it.')
  return stored
}

function parseStored(text: string): Stored | undefined {
  try {
    const stored = JSON.parse(text) as Partial<Stored> | null
    const fits =
      stored?.format === FORMAT &&
      isTexts(stored.since) &&
      (stored.cipher === 'none'
        ? isTexts(stored.values)
        : stored.cipher === 'aes-256-gcm' &&
          [stored.salt, stored.nonce, stored.tag, stored.data].every((part) => typeof part === 'string'))
    return fits ? (stored as Stored) : undefined
  } catch {
    return undefined
  }
}

function isTexts(value: unknown): value is { readonly [name: string]: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((member) => typeof member === 'string')
  )
}

/** The values. Throws CONFIG_INVALID for the passphrase. */
export function openStored(path: string, stored: Stored, passphrase: string): { [name: string]: string } {
  if (stored.cipher === 'none') return { ...stored.values }
  if (passphrase === '') throw locked(`The keystore ${path} is encrypted; set its passphrase.`)
  try {
    const key = scryptSync(passphrase, toBytes(stored.salt), 32, SCRYPT)
    const decipher = createDecipheriv('aes-256-gcm', key, toBytes(stored.nonce), { authTagLength: 16 })
    decipher.setAAD(boundTo(stored.since))
    decipher.setAuthTag(toBytes(stored.tag))
    const text = Buffer.concat([decipher.update(toBytes(stored.data)), decipher.final()]).toString('utf8')
    return JSON.parse(text) as { [name: string]: string }
  } catch {
    // The cipher cannot tell a wrong passphrase from a changed file.
    throw locked(`The passphrase does not open the keystore ${path}, or the file was changed.`)
  }
}

export function sealStored(
  since: { readonly [name: string]: string },
  values: { readonly [name: string]: string },
  passphrase: string,
): Stored {
  if (passphrase === '') return { format: FORMAT, since, cipher: 'none', values }
  const [salt, nonce] = [randomBytes(16), randomBytes(12)]
  const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32, SCRYPT), nonce)
  cipher.setAAD(boundTo(since))
  const data = Buffer.concat([cipher.update(JSON.stringify(values), 'utf8'), cipher.final()])
  return {
    format: FORMAT,
    since,
    cipher: 'aes-256-gcm',
    salt: salt.toString('base64'),
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  }
}

/** Names and dates stand outside the cipher, and cannot be changed without it. */
function boundTo(since: { readonly [name: string]: string }): Buffer {
  const entries = Object.entries(since).sort(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.from(JSON.stringify([FORMAT, entries]))
}

export function writeStored(path: string, stored: Stored): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileDurably(path, `${JSON.stringify(stored, null, 2)}\n`)
  } catch (error) {
    throw new ArkError('FILE_MISSING', path, `The keystore cannot be written (${toMessage(error)}).`, {
      cause: error,
    })
  }
}

function toBytes(base64: string | undefined): Buffer {
  return Buffer.from(base64 ?? '', 'base64')
}

function locked(why: string): ArkError {
  return new ArkError('CONFIG_INVALID', 'ARK_KEY_PASSPHRASE', why)
}
