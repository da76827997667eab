/**
 * KeyPort: the Ed25519 key of this box, made on the first start and kept in `<dataDir>/keys/box.key` (PKCS8
 * PEM, mode 600; encrypted when there is a passphrase). A key that others may read, or that does not open,
 * stops the start.
 */

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyPort } from '#core/contract.ts'
import { ArkError, toMessage } from '#core/errors.ts'
import { createFileDurably, writeFileDurably } from './durable-file.ts'

/** Of an Ed25519 SubjectPublicKeyInfo (RFC 8410); the 32 bytes of the key follow. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const ENCRYPTED = 'BEGIN ENCRYPTED PRIVATE KEY'

/**
 * `passphrase` '' counts as none. Throws FILE_MISSING for the file or its mode, CONFIG_INVALID for the
 * passphrase.
 */
export function openKeys(dataDir: string, passphrase: string, sha256Hex: (text: string) => string): KeyPort {
  const privateKey = openBoxKey(dataDir, passphrase)
  const publicKey = rawPublicKey(privateKey)
  return {
    publicKey,
    sha256Hex,
    async sign(text) {
      return signBytes(null, Buffer.from(text), privateKey).toString('base64')
    },
    async verify(text, signature, ofKey) {
      const key = toPublicKey(ofKey)
      return key !== undefined && verifyBytes(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))
    },
  }
}

function openBoxKey(dataDir: string, passphrase: string): KeyObject {
  const folder = join(dataDir, 'keys')
  const path = join(folder, 'box.key')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // When two processes make it at the same time, both go on with the one that came first.
    if (!existsSync(path))
      createFileDurably(path, toPem(generateKeyPairSync('ed25519').privateKey, passphrase))
    assertPrivate(path)
    return parseBoxKey(path, readFileSync(path, 'utf8'), passphrase)
  } catch (error) {
    if (error instanceof ArkError) throw error
    throw new ArkError('FILE_MISSING', path, `The box key cannot be read (${toMessage(error)}).`, {
      cause: error,
    })
  }
}

function assertPrivate(path: string): void {
  if (process.platform === 'win32') return
  const mode = statSync(path).mode & 0o777
  if ((mode & 0o077) === 0) return
  const why = `The box key has mode ${mode.toString(8)}, so others may read or change it. Run: chmod 600 '${path}'.`
  throw new ArkError('FILE_MISSING', path, why)
}

function parseBoxKey(path: string, pem: string, passphrase: string): KeyObject {
  const encrypted = pem.includes(ENCRYPTED)
  if (encrypted && passphrase === '') {
    throw new ArkError(
      'CONFIG_INVALID',
      'ARK_KEY_PASSPHRASE',
      `The box key ${path} is encrypted; set its passphrase.`,
    )
  }
  const key = tryParse(pem, encrypted ? passphrase : '')
  if (key === undefined && encrypted) {
    throw new ArkError(
      'CONFIG_INVALID',
      'ARK_KEY_PASSPHRASE',
      `The passphrase does not open the box key ${path}.`,
    )
  }
  if (key?.asymmetricKeyType !== 'ed25519') {
    throw new ArkError(
      'FILE_MISSING',
      path,
      'The box key is no Ed25519 private key in PKCS8 PEM; restore it from a backup.',
    )
  }
  // A passphrase that came later protects the key from now on.
  if (!encrypted && passphrase !== '') writeFileDurably(path, toPem(key, passphrase))
  return key
}

function tryParse(pem: string, passphrase: string): KeyObject | undefined {
  try {
    return createPrivateKey(passphrase === '' ? pem : { key: pem, passphrase })
  } catch {
    return undefined
  }
}

function toPem(key: KeyObject, passphrase: string): string {
  const plain = { format: 'pem', type: 'pkcs8' } as const
  return key.export(passphrase === '' ? plain : { ...plain, cipher: 'aes-256-cbc', passphrase }).toString()
}

function rawPublicKey(privateKey: KeyObject): string {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return spki.subarray(SPKI_PREFIX.length).toString('base64')
}

function toPublicKey(base64: string): KeyObject | undefined {
  const raw = Buffer.from(base64, 'base64')
  // Another spelling of the same bytes is refused: a key is compared as text elsewhere.
  if (raw.length !== 32 || raw.toString('base64') !== base64) return undefined
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' })
}
