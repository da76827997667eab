/** Texts: small files whole (factors, the reference file), and counted things for a sentence. */

import type { FilePort } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { readBytes } from './csv.ts'

const BYTES_MAX = 64 * 1024 * 1024

/** Throws FILE_MISSING, DATA_TRUNCATED, and DATA_INVALID for what is too large or no UTF-8. */
export async function readText(port: FilePort, file: string): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const parts: string[] = []
  let size = 0
  for await (const bytes of readBytes(file, port.read(file))) {
    size += bytes.length
    if (size > BYTES_MAX)
      throw new ArkError('DATA_INVALID', file, `the file is larger than ${BYTES_MAX} bytes.`)
    parts.push(decode(decoder, file, bytes))
  }
  return parts.join('') + decode(decoder, file)
}

function decode(decoder: TextDecoder, file: string, bytes?: Uint8Array): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true })
  } catch (cause) {
    throw new ArkError('DATA_INVALID', file, 'the file is not UTF-8 text, wanted that.', { cause })
  }
}

/** `1 row`, `2,000 rows`. */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`
}

/** `2,000`. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',')
}
