/** `ark status`: what runs on the data directory, or what is left there by what ran. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readEvent, readIdentities, readRuns } from '#core/journal/reader.ts'
import type { Database } from '#core/ports.ts'
import { formatTime } from '#core/time.ts'
import { readLock } from '../shared/lock.ts'
import { JOURNAL_FILE } from './box.ts'
import type { Cli, Command } from './cli.ts'
import { withJournal } from './journal.ts'
import { parseOptions } from './options.ts'
import { findRemote } from './remote.ts'
import { dataDirOf } from './settings.ts'
import { grouped, table } from './text.ts'

const HELP = `
Usage: ark status [--json]

Says whether an ARK runs on the data directory, where it listens and whether it is ready; else what is on disk.
Exits 0 when one runs and is ready, or when none runs; 1 when one runs and is not ready.

Example: ark status --data-dir ./data
`

export const status: Command = { help: HELP, run }

interface OnDisk {
  readonly lastSeq: number
  readonly lastTime: string | null
  readonly mode: string
  readonly runs: readonly { readonly id: string; readonly kind: string; readonly ended: boolean }[]
  readonly identities: readonly string[]
}

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, {})
  const dataDir = dataDirOf(options, cli)
  const lock = await readLock(dataDir)
  const remote = lock?.port === undefined ? undefined : await findRemote(dataDir)
  const ready = await remote?.probe('/readyz')
  const health = await remote?.probe('/healthz')
  const disk = existsSync(join(dataDir, JOURNAL_FILE)) ? await withJournal(dataDir, readDisk) : null
  const isReady = ready === undefined ? null : ready.status === 200
  if (options.flag('json')) {
    cli.out(
      JSON.stringify({
        running: lock !== undefined,
        ready: isReady,
        url: remote?.url ?? null,
        lock: lock ?? null,
        health: health?.body ?? null,
        reasons: (ready?.body as { reasons?: unknown } | undefined)?.reasons ?? [],
        disk,
      }),
    )
  } else cli.out([...tellRunning(lock, remote?.url, ready?.body), ...tellDisk(dataDir, disk)].join('\n'))
  return isReady === false ? 1 : 0
}

function tellRunning(
  lock: Awaited<ReturnType<typeof readLock>>,
  url: string | undefined,
  ready: unknown,
): string[] {
  if (lock === undefined) return ['No ARK runs here.']
  const since = formatTime(lock.startedAt).slice(0, 19)
  const lines = [`ARK ${lock.version} on ${lock.runtime} runs here: process ${lock.pid}, since ${since}Z.`]
  if (url === undefined) return [...lines, 'It listens on no port yet.']
  const { reasons } = (ready ?? {}) as { reasons?: readonly string[] }
  const state = reasons === undefined || reasons.length === 0 ? 'ready' : `not ready: ${reasons.join('; ')}`
  return [...lines, `It listens on ${url} and is ${state}.`]
}

function tellDisk(dataDir: string, disk: OnDisk | null): string[] {
  if (disk === null) return [`There is no journal in ${dataDir}.`]
  const rows = disk.runs.map(({ id, kind, ended }) => [id, kind, ended ? 'ended' : 'open'])
  return [
    '',
    `Journal of ${grouped(disk.lastSeq)} events in ${dataDir}, the last one of ${disk.lastTime ?? 'no time'}.`,
    `Mode ${disk.mode}.`,
    ...table(rows).map((line) => `  ${line}`),
    `Identities: ${disk.identities.length === 0 ? 'none' : disk.identities.join(', ')}.`,
  ]
}

async function readDisk(database: Database): Promise<OnDisk> {
  const rows = await database.query('SELECT max(seq) FROM journal')
  const lastSeq = Number(rows[0]?.[0] ?? 0)
  const last = lastSeq === 0 ? undefined : await readEvent(database, lastSeq)
  const runs = await readRuns(database)
  const identities = await readIdentities(database)
  return {
    lastSeq,
    lastTime: last === undefined ? null : formatTime(last.time),
    mode: await modeOnDisk(database, runs.at(-1)?.seq ?? 1),
    runs: runs.map(({ id, kind, endedSeq }) => ({ id, kind, ended: endedSeq !== null })),
    identities: identities.filter(({ revoked }) => !revoked).map(({ id }) => id),
  }
}

/** A run without a change has been active all along. */
async function modeOnDisk(database: Database, runSeq: number): Promise<string> {
  const rows = await database.query(
    `SELECT body ->> '$.payload.mode' FROM journal WHERE seq >= ? AND body ->> 'type' = 'mode/changed'
      ORDER BY seq DESC LIMIT 1`,
    [runSeq],
  )
  return String(rows[0]?.[0] ?? 'active')
}
