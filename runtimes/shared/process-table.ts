/**
 * What the host knows of other processes: does one run, since when, which one listens on a port. Linux
 * answers from /proc; elsewhere only whether a process runs is known. Called by the lock and by the
 * listeners.
 */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { hasCode } from './durable-file.ts'

const COMMAND_CHARS = 60
const LISTENING = '0A'

export interface PortOwner {
  readonly pid: number
  /** Program and first argument; later arguments may hold secrets. */
  readonly command: string
}

/**
 * Boot id and start time of a running process, so that a pid used again is not taken for the former;
 * undefined elsewhere.
 */
export function processStart(pid: number): string | undefined {
  const fields = statFields(pid)
  const ticks = fields?.[19]
  if (ticks === undefined || isEnded(fields?.[0])) return undefined
  return `${readOr('/proc/sys/kernel/random/boot_id').trim()}/${ticks}`
}

export function isRunning(pid: number): boolean {
  try {
    // Signal 0 is sent to nobody: it only asks.
    process.kill(pid, 0)
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
  return !isEnded(statFields(pid)?.[0])
}

/**
 * undefined when nobody listens there, or when the host does not tell (not Linux, another user's process).
 */
export async function portOwner(port: number): Promise<PortOwner | undefined> {
  const inodes = new Set([
    ...listeningInodes('/proc/net/tcp', port),
    ...listeningInodes('/proc/net/tcp6', port),
  ])
  if (inodes.size === 0) return undefined
  for (const name of listOr('/proc')) {
    const pid = Number(name)
    if (Number.isSafeInteger(pid) && holdsSocket(pid, inodes)) return { pid, command: commandOf(pid) }
  }
  return undefined
}

/** From field 3 of /proc/<pid>/stat on: the name before it is in brackets and may hold anything. */
function statFields(pid: number): readonly string[] | undefined {
  const text = readOr(`/proc/${pid}/stat`)
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** A zombie answers signals until its parent has asked for it. */
function isEnded(state: string | undefined): boolean {
  return state === 'Z' || state === 'X'
}

/** Columns of proc(5) net/tcp: 1 = local address:port in hex, 3 = state, 9 = inode. */
function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = readOr(table)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  return rows.flatMap((row) => (row[1]?.endsWith(suffix) && row[3] === LISTENING && row[9] ? [row[9]] : []))
}

function holdsSocket(pid: number, inodes: ReadonlySet<string>): boolean {
  const folder = `/proc/${pid}/fd`
  return listOr(folder).some((name) => {
    const inode = /^socket:\[(\d+)\]$/.exec(linkOr(`${folder}/${name}`))?.[1]
    return inode !== undefined && inodes.has(inode)
  })
}

function commandOf(pid: number): string {
  const words = readOr(`/proc/${pid}/cmdline`).split('\0').slice(0, 2)
  return words.join(' ').trim().slice(0, COMMAND_CHARS)
}

// A process may end between two looks, and another user's is closed to us: both read as nothing.

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function listOr(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function linkOr(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
