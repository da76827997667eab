/**
 * HashPort: one call an event and one a tree node, so the cost of the call itself decides. A string goes in
 * and hex comes out because both beat Buffers on every runtime. Plain JavaScript was measured too and is
 * slower on all three.
 */

import crypto from 'node:crypto'
import type { HashPort } from '#core/ports.ts'

/** Node 20.0 to 20.11 lack the one-shot call, so it cannot be imported by name. */
const oneShot: (data: string | Uint8Array) => string =
  typeof crypto.hash === 'function'
    ? (data) => crypto.hash('sha256', data, 'hex')
    : (data) => crypto.createHash('sha256').update(data).digest('hex')

export const nativeHash: HashPort = {
  sha256Hex: oneShot,
  sha256OfHex: (hex) => oneShot(Buffer.from(hex, 'hex')),
  randomHex,
}

function randomHex(bytes: number): string {
  return crypto.randomBytes(bytes).toString('hex')
}
