/** The host, as `ark doctor` finds it: runtime, ports, lock, data directory, disk, clock. Changes nothing. */

import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '#core/config.ts'
import { toMessage } from '#core/errors.ts'
import { formatTime } from '#core/time.ts'
import { hasCode } from '../../shared/durable-file.ts'
import type { LockInfo } from '../../shared/lock.ts'
import { portOwner } from '../../shared/process-table.ts'
import { type Check, fail, ok, warn } from './check.ts'

const OLDEST: { readonly [runtime: string]: number } = { Node: 20, Deno: 2, Bun: 1 }
const GIBIBYTE = 1024 * 1024 * 1024
/** A day of a busy box; and what a commit, its log and a snapshot need at once. */
const DISK_WARN = GIBIBYTE
const DISK_FAIL = GIBIBYTE / 16
const YEARS = [2024, 2100] as const
const CLOCK_LOOK_MS = 100
const CLOCK_DRIFT_MS = 20

/** `label` is "Node 20.20.2". */
export function checkRuntime(label: string): Check {
  const [name = '', version = ''] = label.split(' ')
  const oldest = OLDEST[name]
  if (oldest === undefined || Number.parseInt(version, 10) >= oldest) return ok('runtime', label)
  return fail('runtime', `${label} is too old`, `Install ${name} ${oldest} or newer.`)
}

/** `lock` is the box that runs on this data directory, if one does: what it holds is as it should be. */
export async function checkPorts(
  http: Config['http'],
  lock: LockInfo | undefined,
): Promise<readonly Check[]> {
  const { host, port, metricsPort } = http
  return Promise.all([
    checkPort('API port', host, port, lock, 'Stop its owner, or choose another: ark start --port N.', true),
    checkPort(
      'metrics port',
      host,
      metricsPort,
      lock,
      'Choose another with --metrics-port N; /metrics is on the API port too.',
      false,
    ),
  ])
}

async function checkPort(
  name: string,
  host: string,
  port: number,
  lock: LockInfo | undefined,
  remedy: string,
  needed: boolean,
): Promise<Check> {
  if (port === 0) return ok(name, 'any free one')
  if (lock !== undefined && (lock.port === port || lock.metricsPort === port))
    return ok(name, `${port} is held by the ARK that runs here, process ${lock.pid}`)
  const why = await tryListen(host, port)
  if (why === undefined) return ok(name, `${port} is free`)
  if (why !== 'EADDRINUSE')
    return fail(
      name,
      `${port} cannot be used on ${host} (${why})`,
      'Check http.host and the rights of this user.',
    )
  const owner = await portOwner(port)
  const holder =
    owner === undefined
      ? 'another process; this host does not say which'
      : `process ${owner.pid} (${owner.command})`
  return (needed ? fail : warn)(name, `${port} is held by ${holder}`, remedy)
}

/** The only answer that holds on every system: listen for a moment. undefined when that works. */
function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', (error) => done(hasCode(error, 'EADDRINUSE') ? 'EADDRINUSE' : toMessage(error)))
    server.listen({ host, port, exclusive: true }, () => server.close(() => done(undefined)))
  })
}

export function checkLock(dataDir: string, lock: LockInfo | undefined): Check {
  if (lock !== undefined) {
    const since = formatTime(lock.startedAt).slice(0, 19)
    return ok(
      'lock',
      `ARK ${lock.version} on ${lock.runtime} runs here: process ${lock.pid}, since ${since}Z`,
    )
  }
  const path = join(dataDir, 'ark.lock')
  if (!existsSync(path)) return ok('lock', 'no ARK runs here')
  return warn('lock', `${path} is left by a process that is gone`, 'Nothing: the next start takes it over.')
}

export async function checkDataDir(dataDir: string): Promise<readonly Check[]> {
  const path = resolve(dataDir)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) {
    const parent = nearestFolder(path)
    return isUsable(parent)
      ? [ok('data directory', `${path} is made at the first start`), await checkDisk(parent)]
      : [
          fail(
            'data directory',
            `${path} is not there and cannot be made`,
            `Make it, or let ${parent} be written.`,
          ),
        ]
  }
  if (!stat.isDirectory()) return [fail('data directory', `${path} is no folder`, 'Use another --data-dir.')]
  if (!isUsable(path))
    return [
      fail('data directory', `${path} cannot be read and written`, 'Give it to the user that runs ARK.'),
    ]
  const mode = stat.mode & 0o777
  const open = process.platform !== 'win32' && (mode & 0o077) !== 0
  const said = `${path}, mode ${mode.toString(8)}`
  const rights = open
    ? warn('data directory', `${said}: others may look into it`, `chmod 700 '${path}'`)
    : ok('data directory', said)
  return [rights, await checkDisk(path)]
}

async function checkDisk(path: string): Promise<Check> {
  const disk = await statfs(path)
  const free = disk.bavail * disk.bsize
  const said = `${(free / GIBIBYTE).toFixed(1)} GiB free`
  const remedy = 'Make room: a commit that finds none ends the process.'
  if (free < DISK_FAIL) return fail('disk', said, remedy)
  return free < DISK_WARN ? warn('disk', said, remedy) : ok('disk', said)
}

/** `newest`: wall time of the newest commit, ms; 0 = none. */
export async function checkClock(newest: number): Promise<Check> {
  const [wall, steady] = [Date.now(), performance.now()]
  const year = new Date(wall).getUTCFullYear()
  const remedy = 'Let a time service (chrony, systemd-timesyncd) set the clock before the next start.'
  if (year < YEARS[0] || year > YEARS[1]) return fail('clock', `it says the year ${year}`, remedy)
  if (newest > wall + 1_000) {
    const said = `it says ${formatTime(wall)}, before the newest commit of ${formatTime(newest)}`
    return fail('clock', said, remedy)
  }
  await new Promise((resolve) => setTimeout(resolve, CLOCK_LOOK_MS))
  const drift = Date.now() - wall - (performance.now() - steady)
  const said = `${formatTime(wall)}; how far off it is cannot be known without a network, so ask chronyc tracking`
  if (Math.abs(drift) <= CLOCK_DRIFT_MS) return ok('clock', said)
  return warn(
    'clock',
    `it moved ${Math.round(drift)} ms against the steady clock in ${CLOCK_LOOK_MS} ms`,
    remedy,
  )
}

function nearestFolder(path: string): string {
  let at = dirname(path)
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at)
  return at
}

function isUsable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
