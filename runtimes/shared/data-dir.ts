/**
 * Folders that are written into: made when they are asked for, proven writable before anything relies on
 * them.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ArkError } from '#core/errors.ts'
import { toReason } from './reason.ts'

/**
 * The data directory, private to its owner. Returns the absolute path. Throws FILE_MISSING with the host's
 * reason when the directory cannot be used.
 */
export function prepareDataDir(dataDir: string): string {
  return prepare(dataDir, 'The data directory', 0o700)
}

/** Where a report will be written: asked before the work that it tells of. Throws as above. */
export function prepareReportDir(folder: string | undefined): void {
  if (folder !== undefined) prepare(folder, 'The folder of --report', 0o777)
}

function prepare(folder: string, what: string, mode: number): string {
  const path = resolve(folder)
  // Something is really written: access() says nothing of a full disk, and an empty file needs no room.
  const probe = join(path, `.writable-${process.pid}`)
  try {
    mkdirSync(path, { recursive: true, mode })
    writeFileSync(probe, 'ark')
    rmSync(probe)
  } catch (cause) {
    throw new ArkError('FILE_MISSING', path, `${what} cannot be written (${toReason(cause)}).`, { cause })
  }
  return path
}
