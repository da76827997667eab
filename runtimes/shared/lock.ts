/**
 * One ARK a data directory: `<dataDir>/ark.lock` names the process that runs there, and its ports for the
 * CLI.
 *
 * A lock whose owner is dead is taken over, so kill -9 needs no cleaning up. The owner is told from a process
 * that merely got the same number by its start time. Of any number of contenders one wins.
 */

import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ArkError, toMessage } from '#core/errors.ts'
import { formatTime } from '#core/time.ts'
import { createFileDurably, hasCode, writeFileDurably } from './durable-file.ts'
import { isRunning, processStart } from './process-table.ts'

export interface LockInfo {
  readonly pid: number
  /** Wall clock, ms since the epoch. */
  readonly startedAt: number
  /** Boot id and start time in clock ticks, where /proc tells them. */
  readonly processStart?: string
  readonly port?: number
  readonly metricsPort?: number
  readonly runtime: string
  readonly version: string
}

export interface Lock {
  info(): LockInfo
  /** Adds what became known after the start. */
  update(ports: { readonly port?: number; readonly metricsPort?: number }): void
  /** Synchronous, so that an exit handler can call it. A lock that is no longer ours stays. */
  release(): void
}

/**
 * A lock file is written in one piece; one that holds no JSON is another program's, or a disk fault. It gets
 * this long.
 */
const GARBLED_MS = 5_000

/** Throws LOCKED, naming pid, port and start of the owner; FILE_MISSING when the lock cannot be written. */
export async function acquireLock(
  dataDir: string,
  owner: { readonly runtime: string; readonly version: string },
): Promise<Lock> {
  const path = lockPath(dataDir)
  const start = processStart(process.pid)
  let info: LockInfo = {
    pid: process.pid,
    startedAt: Date.now(),
    ...(start === undefined ? {} : { processStart: start }),
    runtime: owner.runtime,
    version: owner.version,
  }
  try {
    if (!take(path, toText(info))) throw toLocked(dataDir, parseLock(readText(path)))
  } catch (error) {
    if (error instanceof ArkError) throw error
    throw new ArkError('FILE_MISSING', path, `The lock cannot be written (${toMessage(error)}).`, {
      cause: error,
    })
  }
  return {
    info: () => info,
    update(ports) {
      info = { ...info, ...ports }
      writeFileDurably(path, toText(info))
    },
    release() {
      if (readText(path) === toText(info)) rmSync(path, { force: true })
    },
  }
}

/** Of the ARK that runs on the directory now; undefined when none does. */
export async function readLock(dataDir: string): Promise<LockInfo | undefined> {
  const info = parseLock(readText(lockPath(dataDir)))
  return info !== undefined && isAlive(info) ? info : undefined
}

function lockPath(dataDir: string): string {
  return join(dataDir, 'ark.lock')
}

function toText(info: LockInfo): string {
  return `${JSON.stringify(info)}\n`
}

/**
 * Makes `path` hold `text`; false when a living process owns it. A stale file is replaced only under a second
 * lock of the same kind, and only if it still is the one that was judged: else a slow contender would remove
 * the lock of a quick one. The recursion ends because every level below the first takes one more process
 * killed in the middle of a takeover.
 */
function take(path: string, text: string): boolean {
  for (;;) {
    if (createFileDurably(path, text)) return true
    const seen = readText(path)
    if (seen === undefined) continue
    if (!isStale(path, seen)) return false
    const guard = `${path}.takeover`
    if (!take(guard, text)) return false
    try {
      if (readText(path) !== seen) continue
      writeFileDurably(path, text)
      return true
    } finally {
      rmSync(guard, { force: true })
    }
  }
}

function isStale(path: string, text: string): boolean {
  const info = parseLock(text)
  if (info !== undefined) return !isAlive(info)
  const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  return modified !== undefined && Date.now() - modified > GARBLED_MS
}

function isAlive(info: LockInfo): boolean {
  const start = processStart(info.pid)
  if (start !== undefined && info.processStart !== undefined) return start === info.processStart
  return isRunning(info.pid)
}

function toLocked(dataDir: string, info: LockInfo | undefined): ArkError {
  if (info === undefined)
    return new ArkError('LOCKED', dataDir, 'Another process is taking the lock right now.')
  const port = info.port === undefined ? '' : ` on port ${info.port}`
  const since = formatTime(info.startedAt)
  const why = `Process ${info.pid} (${info.runtime}) runs here${port} since ${since}.`
  return new ArkError('LOCKED', dataDir, why)
}

function parseLock(text: string | undefined): LockInfo | undefined {
  try {
    const info: unknown = JSON.parse(text ?? '')
    return isLockInfo(info) ? info : undefined
  } catch {
    return undefined
  }
}

function isLockInfo(value: unknown): value is LockInfo {
  if (typeof value !== 'object' || value === null) return false
  const info = value as Partial<Record<keyof LockInfo, unknown>>
  return Number.isSafeInteger(info.pid) && Number(info.pid) > 0 && Number.isSafeInteger(info.startedAt)
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}
