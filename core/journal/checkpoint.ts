/**
 * Signed tree heads: the C2SP tlog-checkpoint as a C2SP signed note with Ed25519, so that tools nobody here
 * wrote can check them.
 *
 * The journal signs one every so many entries; audit, fleet and boot read them back. A note that is not
 * exactly in form is refused. Sources: c2sp.org/tlog-checkpoint, c2sp.org/signed-note.
 */

import type { KeyPort } from '../contract.ts'
import { ArkError, isArkError } from '../errors.ts'
import type { HashPort } from '../ports.ts'

/** What a log states about itself. */
export interface Head {
  /** Unique name of the log: one line of text. */
  readonly origin: string
  readonly size: number
  /** 64 lower-case hex digits. */
  readonly rootHex: string
}

export interface NoteSignature {
  readonly name: string
  /** 8 hex digits, so that a verifier finds the key without trying all. */
  readonly keyId: string
  /** base64, without the key id. */
  readonly signature: string
}

export interface Checkpoint extends Head {
  /** The text that was signed, its final newline included. */
  readonly body: string
  readonly extensions: readonly string[]
  readonly signatures: readonly NoteSignature[]
}

export type CheckpointVerdict =
  | { readonly ok: true; readonly checkpoint: Checkpoint }
  | { readonly ok: false; readonly code: 'DATA_INVALID' | 'JOURNAL_CORRUPT'; readonly why: string }

const MAX_NOTE_LENGTH = 65_536
const MAX_SIGNATURES = 64
/** Control characters other than newline, and lone surrogates: a note is UTF-8 text. */
const NOT_TEXT = /[\u0000-\u0009\u000b-\u001f\ud800-\udfff]/u
const KEY_NAME = /^[^\s+]+$/u
const SIZE = /^(?:0|[1-9][0-9]{0,15})$/
const HEX_HASH = /^[0-9a-f]{64}$/
const SIGNATURE_LINE = /^\u2014 (\S+) (\S+)$/u
const ED25519 = '01'

/** The note's text. DATA_INVALID when a part does not fit its line. */
export function formatCheckpoint(head: Head): string {
  const { origin, size, rootHex } = head
  if (origin === '' || origin.includes('\n') || NOT_TEXT.test(origin))
    throw invalid('origin', 'An origin is one line of text.')
  if (!Number.isSafeInteger(size) || size < 0) throw invalid('size', `${size} is not a number of leaves.`)
  if (!HEX_HASH.test(rootHex)) throw invalid('root', 'A root is 64 lower-case hex digits.')
  return `${origin}\n${size}\n${hexToBase64(rootHex)}\n`
}

/** The whole signed note. `name` is the key's name, by custom the origin: without spaces and plus. */
export async function signCheckpoint(
  body: string,
  name: string,
  keys: KeyPort,
  hash: HashPort,
): Promise<string> {
  if (!KEY_NAME.test(name) || NOT_TEXT.test(name))
    throw invalid('key name', 'A key name holds neither spaces nor plus.')
  readBody(body)
  const keyId = keyIdOf(name, keys.publicKey, hash)
  const signature = base64ToHex(await keys.sign(body))
  if (signature?.length !== 128) throw invalid('signature', 'The key did not return 64 bytes of base64.')
  return `${body}\n\u2014 ${name} ${hexToBase64(keyId + signature)}\n`
}

/**
 * Takes a signed note apart, without a look at its signatures' truth. DATA_INVALID when it is not in form.
 */
export function parseCheckpoint(note: string): Checkpoint {
  if (note.length > MAX_NOTE_LENGTH) throw invalid('note', `A note is at most ${MAX_NOTE_LENGTH} characters.`)
  if (NOT_TEXT.test(note)) throw invalid('note', 'A note is text without control characters.')
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n'))
    throw invalid('note', 'A note is a text, an empty line, and signature lines.')
  const body = note.slice(0, split + 1)
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > MAX_SIGNATURES)
    throw invalid('signatures', `A note holds at most ${MAX_SIGNATURES} signatures.`)
  const { head, extensions } = readBody(body)
  return { ...head, body, extensions, signatures: lines.map(readSignature) }
}

/**
 * Accepts a note that the named key signed. Signatures of other keys are passed over, as the format asks; one
 * of this key that does not hold condemns the whole note. `publicKey` is base64 of 32 bytes.
 */
export async function verifyCheckpoint(
  note: string,
  name: string,
  publicKey: string,
  keys: KeyPort,
  hash: HashPort,
): Promise<CheckpointVerdict> {
  try {
    const checkpoint = parseCheckpoint(note)
    const keyId = keyIdOf(name, publicKey, hash)
    const ours = checkpoint.signatures.filter((line) => line.name === name && line.keyId === keyId)
    if (ours.length === 0)
      return { ok: false, code: 'JOURNAL_CORRUPT', why: `No signature of ${name} with this key.` }
    for (const { signature } of ours) {
      const holds = await keys.verify(checkpoint.body, signature, publicKey)
      if (!holds)
        return { ok: false, code: 'JOURNAL_CORRUPT', why: `A signature of ${name} does not fit the text.` }
    }
    return { ok: true, checkpoint }
  } catch (error) {
    if (isArkError(error, 'DATA_INVALID')) return { ok: false, code: 'DATA_INVALID', why: error.message }
    throw error
  }
}

/** First four bytes of SHA-256(name, newline, signature type, public key), in hex. */
export function keyIdOf(name: string, publicKey: string, hash: HashPort): string {
  const key = base64ToHex(publicKey)
  if (key?.length !== 64) throw invalid('public key', 'An Ed25519 public key is 32 bytes of base64.')
  return hash.sha256OfHex(`${utf8Hex(name)}0a${ED25519}${key}`).slice(0, 8)
}

function readBody(body: string): { readonly head: Head; readonly extensions: readonly string[] } {
  const [origin = '', size = '', root = '', ...extensions] = body.slice(0, -1).split('\n')
  if (!body.endsWith('\n') || origin === '' || NOT_TEXT.test(body))
    throw invalid('origin', 'A checkpoint begins with its origin.')
  if (!SIZE.test(size) || !Number.isSafeInteger(Number(size)))
    throw invalid('size', 'The second line is the size in decimal digits.')
  const rootHex = base64ToHex(root)
  if (rootHex?.length !== 64) throw invalid('root', 'The third line is the root: 32 bytes of base64.')
  if (extensions.includes('')) throw invalid('extensions', 'An extension line is not empty.')
  return { head: { origin, size: Number(size), rootHex }, extensions }
}

function readSignature(line: string): NoteSignature {
  const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? []
  const hex = base64ToHex(encoded)
  if (!KEY_NAME.test(name) || hex === undefined || hex.length <= 8) {
    throw invalid('signatures', 'A signature line is a dash, a key name, and base64 of key id and signature.')
  }
  return { name, keyId: hex.slice(0, 8), signature: hexToBase64(hex.slice(8)) }
}

/** Standard base64 with padding (RFC 4648, section 4). */
export function hexToBase64(hex: string): string {
  return btoa(hex.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))))
}

/**
 * Undefined unless it is exactly the base64 that hexToBase64 writes: no spaces, no missing padding, no stray
 * bits.
 */
export function base64ToHex(base64: string): string | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) return undefined
  let hex = ''
  for (const character of atob(base64)) hex += character.charCodeAt(0).toString(16).padStart(2, '0')
  return hexToBase64(hex) === base64 ? hex : undefined
}

function utf8Hex(text: string): string {
  let hex = ''
  for (const byte of new TextEncoder().encode(text)) hex += byte.toString(16).padStart(2, '0')
  return hex
}

function invalid(what: string, why: string): ArkError {
  return new ArkError('DATA_INVALID', `checkpoint ${what}`, why)
}
