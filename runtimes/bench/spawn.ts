/**
 * Real processes for the benches: ourselves started again as a box on a directory of its own, watched from
 * outside as an operator would.
 */

import { type ChildProcess, execFile, type StdioOptions, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ArkError } from '#core/errors.ts'
import { readLock } from '../shared/lock.ts'
import { selfCommand } from './self.ts'

const POLL_MS = 5
const PATIENCE_MS = 60_000
const KILOBYTES = 1_024
const ABSENT = { stdout: '' }

export interface ServedBox {
  readonly dataDir: string
  /** Of the operator. */
  readonly token: string
  port(): number
  pid(): number
  /** kill -9, and a start on what it left. */
  killAndRestart(): Promise<void>
  /** Kills it and removes its directory. */
  remove(): Promise<void>
}

/** A box that is ready; `settings` are its configuration. */
export async function startBox(settings: object): Promise<ServedBox> {
  const root = mkdtempSync(join(tmpdir(), 'ark-bench-'))
  const dataDir = join(root, 'data')
  const config = join(root, 'ark.config.json')
  writeFileSync(config, JSON.stringify(settings))
  const begin = () => spawnArk([...startArgs(dataDir), '--config', config], 'ignore')
  const end = async () => {
    child.kill('SIGKILL')
    await ended(child)
  }
  const remove = async () => {
    await end()
    rmSync(root, { recursive: true, force: true })
  }
  let child = begin()
  let port = await readyPort(dataDir).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  return {
    dataDir,
    token: readFileSync(join(dataDir, 'operator.token'), 'utf8').trim(),
    port: () => port,
    pid: () => child.pid ?? 0,
    killAndRestart: async () => {
      await end()
      child = begin()
      port = await readyPort(dataDir)
    },
    remove,
  }
}

export function startArgs(dataDir: string): string[] {
  return ['start', '--data-dir', dataDir, '--port', '0', '--metrics-port', '0']
}

/** `piped`: its standard input and output are ours. */
export function spawnArk(args: readonly string[], io: 'ignore' | 'piped'): ChildProcess {
  const [program, ...before] = selfCommand()
  const stdio: StdioOptions = io === 'ignore' ? 'ignore' : ['pipe', 'pipe', 'inherit']
  return spawn(program, [...before, ...args], { stdio })
}

export function ended(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    if (child.exitCode === null && child.signalCode === null) child.once('exit', resolve)
    else resolve(undefined)
  })
}

/** The lock tells the port; /readyz the rest. Polled, because a process under test cannot call back. */
export async function readyPort(dataDir: string): Promise<number> {
  const until = performance.now() + PATIENCE_MS
  while (performance.now() < until) {
    const port = (await readLock(dataDir))?.port
    const url = `http://127.0.0.1:${port ?? 0}/readyz`
    const answer = port === undefined ? undefined : await fetch(url).catch(() => undefined)
    await answer?.body?.cancel()
    if (port !== undefined && answer?.status === 200) return port
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  throw new ArkError('ASSERTION', 'bench', 'The box did not become ready within a minute.')
}

/** Resident memory of a process in megabytes; NaN where the host does not tell. */
export async function residentMegabytes(pid: number): Promise<number> {
  try {
    return Number(/VmRSS:\s*(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / KILOBYTES
  } catch {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]).catch(() => ABSENT)
    return Number.parseInt(stdout, 10) / KILOBYTES
  }
}
