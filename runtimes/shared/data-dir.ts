/**
 * The data directory: made on the first start, private to its owner, proven writable before anything relies
 * on it.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ArkError, toMessage } from '#core/errors.ts'

/**
 * Returns the absolute path. Throws FILE_MISSING with the host's reason when the directory cannot be used.
 */
export function prepareDataDir(dataDir: string): string {
  const path = resolve(dataDir)
  // Something is really written: access() says nothing of a full disk, and an empty file needs no room.
  const probe = join(path, `.writable-${process.pid}`)
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    writeFileSync(probe, 'ark')
    rmSync(probe)
  } catch (error) {
    throw new ArkError('FILE_MISSING', path, `The data directory cannot be written (${toMessage(error)}).`, {
      cause: error,
    })
  }
  return path
}
