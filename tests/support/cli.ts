/**
 * ARK as a real process of the runtime that runs the tests: the bundle on Node, the sources on Deno and Bun.
 *
 * Whatever a test starts it also ends: `startArk` gives a box that `end` kills if nothing else has stopped it.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PATIENCE_MS = 40_000
const POLL_MS = 20

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Box {
  readonly pid: number
  readonly dataDir: string
  readonly ended: Promise<Ended>
  /** Standard output and error so far. */
  said(): string
  signal(name: NodeJS.Signals): void
  /** Kills it unless it has ended, and waits for it. */
  end(): Promise<void>
}

/** Runs a command to its end. */
export function ark(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return watch(spawnArk(args, env)).ended
}

/** A box on ports of its own choice; the lock tells which. */
export function startArk(dataDir: string, args: readonly string[] = [], metricsPort = '0'): Box {
  const ports = ['--port', '0', '--metrics-port', metricsPort]
  const child = spawnArk(['start', '--data-dir', dataDir, ...ports, ...args], {})
  const { ended, said } = watch(child)
  return {
    pid: child.pid ?? 0,
    dataDir,
    ended,
    said,
    // Not child.kill: on Deno a child that was signalled so counts as killed, however it ends.
    signal: (name) => void process.kill(child.pid ?? 0, name),
    end: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function spawnArk(args: readonly string[], env: Record<string, string>): ChildProcess {
  const { ARK_DATA_DIR: _dir, ARK_CONFIG: _config, ...inherited } = process.env
  return spawn(process.execPath, [...program(), ...args], {
    cwd: ROOT,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Words that make process.execPath run ARK. */
export function program(): readonly string[] {
  if ('Deno' in globalThis) return ['run', '-A', join(ROOT, 'runtimes/main.ts')]
  if ('Bun' in globalThis) return [join(ROOT, 'runtimes/main.ts')]
  return [join(ROOT, 'dist/ark.mjs')]
}

function watch(child: ChildProcess): { readonly ended: Promise<Ended>; said(): string } {
  let out = ''
  let err = ''
  child.stdout?.on('data', (text: Buffer) => {
    out += text.toString()
  })
  child.stderr?.on('data', (text: Buffer) => {
    err += text.toString()
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }))
  })
  return { ended, said: () => out + err }
}

/** The API's address, once the lock tells it. Throws with what the box said when it ends first. */
export function urlOf(box: Box): Promise<string> {
  return until(box, async () => {
    const path = join(box.dataDir, 'ark.lock')
    if (!existsSync(path)) return undefined
    const { pid, port } = JSON.parse(readFileSync(path, 'utf8')) as { pid: number; port?: number }
    return pid === box.pid && port !== undefined ? `http://127.0.0.1:${port}` : undefined
  })
}

/** The API's address, once the box answers that it is ready. */
export async function readyUrlOf(box: Box): Promise<string> {
  const url = await urlOf(box)
  return until(box, async () => ((await fetch(`${url}/readyz`)).status === 200 ? url : undefined))
}

/** Asks again until the answer is not undefined. */
export async function until<T>(box: Box, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  let over: Ended | undefined
  void box.ended.then((ended) => {
    over = ended
  })
  for (;;) {
    const answer = await ask().catch(() => undefined)
    if (answer !== undefined) return answer
    if (over !== undefined || performance.now() > deadline)
      throw new Error(`The box did not get there. It said:\n${box.said()}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

export function tokenOf(dataDir: string): string {
  return readFileSync(join(dataDir, 'operator.token'), 'utf8').trim()
}

export async function post(
  url: string,
  path: string,
  token: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

export async function get<T>(url: string, path: string): Promise<T> {
  return (await (await fetch(`${url}${path}`)).json()) as T
}
