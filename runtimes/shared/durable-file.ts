/**
 * Small files that must exist whole or not at all: the box key, the lock, tokens. Called by the runtimes and
 * the CLI. When a call returns, content and name are on the disk; a reader never sees half a file.
 */

import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const OWNER_ONLY = 0o600

/** Puts `text` in the place of whatever `path` holds. */
export function writeFileDurably(path: string, text: string, mode = OWNER_ONLY): void {
  const draft = writeDraft(path, text, mode)
  try {
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  syncFolderOf(path)
}

/** Creates `path`; false when a file of that name exists. Of two callers at the same time one gets true. */
export function createFileDurably(path: string, text: string, mode = OWNER_ONLY): boolean {
  const draft = writeDraft(path, text, mode)
  try {
    linkSync(draft, path)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    // A file system without hard links: exclusive still, but a crash may leave an empty file.
    return createInPlace(path, text, mode)
  } finally {
    rmSync(draft, { force: true })
  }
  syncFolderOf(path)
  return true
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function writeDraft(path: string, text: string, mode: number): string {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`
  writeSynced(draft, text, mode)
  return draft
}

function createInPlace(path: string, text: string, mode: number): boolean {
  try {
    writeSynced(path, text, mode)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
  syncFolderOf(path)
  return true
}

function writeSynced(path: string, text: string, mode: number): void {
  const file = openSync(path, 'wx', mode)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
}

function syncFolderOf(path: string): void {
  // Windows opens no folders, and needs none synced.
  if (process.platform === 'win32') return
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
