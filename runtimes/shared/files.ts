/**
 * FilePort: a market data file as a stream of bytes, gunzipped when its first two bytes say gzip, whatever
 * its name says.
 *
 * node:zlib and not DecompressionStream: on Deno the latter takes no second gzip member and calls a short
 * file a bad checksum.
 */

import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { FilePort } from '#core/contract.ts'
import { ArkError, toMessage } from '#core/errors.ts'
import { toReason } from './reason.ts'

const CHUNK_BYTES = 256 * 1024

export const filePort: FilePort = { read }

/**
 * Throws FILE_MISSING when the file cannot be read, DATA_TRUNCATED when the gzip ends early or is damaged.
 */
async function* read(path: string): AsyncGenerator<Uint8Array> {
  let inflating = false
  try {
    inflating = await isGzip(path)
    yield* inflating ? inflate(path) : createReadStream(path, { highWaterMark: CHUNK_BYTES })
  } catch (error) {
    throw toFileError(path, error, inflating)
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const magic = new Uint8Array(2)
    const { bytesRead } = await file.read(magic, 0, 2, 0)
    return bytesRead === 2 && magic[0] === 0x1f && magic[1] === 0x8b
  } finally {
    await file.close()
  }
}

function inflate(path: string): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES })
  // pipeline destroys the other end when either fails or the reader stops early. The error reaches the reader
  // through gunzip.
  pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), gunzip, () => {})
  return gunzip
}

function toFileError(path: string, error: unknown, inflating: boolean): ArkError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (inflating && code.startsWith('Z_')) {
    return new ArkError(
      'DATA_TRUNCATED',
      path,
      `The gzip data is incomplete or damaged (${toMessage(error)}).`,
      {
        cause: error,
      },
    )
  }
  return new ArkError('FILE_MISSING', path, `The file cannot be read (${toReason(error)}).`, { cause: error })
}
