/** `ark stop`: asks the running box to stop, and waits until it has. */

import { setTimeout as sleep } from 'node:timers/promises'
import { ArkError, toMessage } from '#core/errors.ts'
import { readLock } from '../shared/lock.ts'
import type { Cli, Command } from './cli.ts'
import { parseOptions } from './options.ts'
import { dataDirOf } from './settings.ts'

const HELP = `
Usage: ark stop [--force] [--json]

Stops the ARK that runs on the data directory: new input is refused, what was accepted is committed, a snapshot is
written. Waits up to 30 seconds for it.

  --force             end it at once, as a power cut would; the next start checks the journal and goes on

Example: ark stop
`

export const stop: Command = { help: HELP, run }

const PATIENCE_MS = 30_000
const POLL_MS = 50

async function run(argv: readonly string[], cli: Cli): Promise<number> {
  const options = parseOptions(argv, { options: { force: 'flag' } })
  const dataDir = dataDirOf(options, cli)
  const lock = await readLock(dataDir)
  if (lock === undefined) throw new ArkError('NOT_RUNNING', dataDir, 'There is nothing to stop.')
  signal(lock.pid, options.flag('force') ? 'SIGKILL' : 'SIGTERM')
  const until = performance.now() + PATIENCE_MS
  while ((await readLock(dataDir))?.pid === lock.pid) {
    if (performance.now() > until) {
      const why = `Process ${lock.pid} has not stopped within ${PATIENCE_MS / 1_000} s. ark stop --force ends it.`
      throw new ArkError('STOPPING', dataDir, why)
    }
    await sleep(POLL_MS)
  }
  if (options.flag('json')) cli.out(JSON.stringify({ stopped: lock.pid, forced: options.flag('force') }))
  else cli.out(`stopped process ${lock.pid}`)
  return 0
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    throw new ArkError('NOT_RUNNING', `process ${pid}`, `It cannot be signalled (${toMessage(error)}).`, {
      cause: error,
    })
  }
}
