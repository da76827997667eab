/**
 * One box on its data directory: lock, ports, journal, ARK, in that order, and closed in the reverse one.
 * `start` runs it; the commands that change something while nothing runs open it, do their one thing and
 * close it.
 */

import { join } from 'node:path'
import { type Ark, createArk } from '#core/ark.ts'
import type { Config } from '#core/config.ts'
import { isArkError, toMessage } from '#core/errors.ts'
import type { Database, RuntimePorts } from '#core/ports.ts'
import { buildDigest, version } from '../build-info.ts'
import { INSTRUMENTS } from '../plugins.ts'
import { prepareDataDir } from '../shared/data-dir.ts'
import { openDatabase } from '../shared/database.ts'
import { openKeystore } from '../shared/keystore.ts'
import { acquireLock, type Lock } from '../shared/lock.ts'
import { boxPlugins } from '../strategies.ts'
import type { Cli } from './cli.ts'
import { logLevelOf } from './settings.ts'

export interface Box {
  readonly ark: Ark
  readonly ports: RuntimePorts
  readonly database: Database
  readonly lock: Lock
  /** Absolute. */
  readonly dataDir: string
  /** Stops ARK, closes the journal, releases the lock. A second call waits for the first. */
  close(): Promise<void>
}

export interface BoxOptions {
  readonly cli: Cli
  readonly dataDir: string
  readonly config: Config
  /** Where log lines go instead of standard error. */
  readonly writeLog?: (text: string) => void
}

export const JOURNAL_FILE = 'ark.db'

/**
 * Throws LOCKED when one runs there already, and whatever keeps ARK from booting; nothing stays open then.
 */
export async function openBox(options: BoxOptions): Promise<Box> {
  const { cli } = options
  const { plugins, config } = await boxPlugins(options.config)
  const logLevel = logLevelOf(cli)
  const dataDir = prepareDataDir(options.dataDir)
  const lock = await acquireLock(dataDir, { runtime: cli.runtime, version: version() })
  let database: Database | undefined
  try {
    const ports = await cli.createPorts({
      dataDir,
      logLevel,
      ...(options.writeLog === undefined ? {} : { writeLog: options.writeLog }),
    })
    const { credentialsFor } = openKeystore({
      dataDir,
      passphrase: cli.env.ARK_KEY_PASSPHRASE ?? '',
      env: cli.env,
      // What no plugin of this build asks for stays where it is.
      domains: plugins.flatMap(({ credentials }) => credentials ?? []),
    })
    database = await openDatabase(join(dataDir, JOURNAL_FILE))
    const ark = await createArk({
      ports,
      database,
      config,
      plugins,
      instruments: INSTRUMENTS,
      credentials: credentialsFor,
      build: { digest: buildDigest(), version: version() },
      onFatal: (error) => die(error, cli, lock),
    })
    return toBox(ark, ports, database, lock, dataDir)
  } catch (error) {
    await database?.close()
    lock.release()
    throw error
  }
}

function toBox(ark: Ark, ports: RuntimePorts, database: Database, lock: Lock, dataDir: string): Box {
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    try {
      await ark.stop()
    } finally {
      await database.close()
      lock.release()
    }
  }
  return {
    ark,
    ports,
    database,
    lock,
    dataDir,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

/**
 * A kernel ahead of its journal must not go on, nor tidy up: what is on disk is whole, and the next boot
 * starts from it.
 */
function die(error: unknown, cli: Cli, lock: Lock): never {
  cli.err(isArkError(error) ? error.toLine() : `ASSERTION: ${toMessage(error)}`)
  if (cli.env.ARK_LOG_LEVEL === 'debug' && error instanceof Error) cli.err(error.stack ?? '')
  lock.release()
  process.exit(1)
}
