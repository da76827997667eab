/**
 * The libSQL file behind core/ports.ts Database, opened by runtimes/main.ts and by the CLI's reading
 * commands.
 *
 * One connection: settings belong to a connection, and a pool would hand out some without them. A commit has
 * reached the disk when it resolves (WAL, synchronous FULL); checkpoints are run by the caller, never in the
 * middle of a commit.
 */

import { chmodSync, closeSync, existsSync, openSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Client, createClient, type InStatement, LibsqlError } from '@libsql/client/sqlite3'
import { ArkError, toMessage } from '#core/errors.ts'
import type { Database, SqlValue, Statement } from '#core/ports.ts'

const MEMORY = ':memory:'
/** The engine waits inside the call, so the event loop stands still for as long: no more than this. */
const BUSY_MS = 2_000
const WRITER_SETTINGS = ['journal_mode=WAL', 'synchronous=FULL', 'wal_autocheckpoint=0', 'foreign_keys=ON']
/** Leaves the file whole, so that a copy of it alone is a backup of a stopped box. */
const CHECKPOINT = 'PRAGMA wal_checkpoint(TRUNCATE)'
const READER_SETTINGS = ['query_only=ON']

export interface DatabaseOptions {
  /** Opens what exists and refuses every write. */
  readonly readOnly?: boolean
}

/**
 * `path` may be `:memory:`. Throws FILE_MISSING (reading only, no such file), JOURNAL_CORRUPT (no database),
 * else STORE_FAILED.
 */
export async function openDatabase(path: string, options: DatabaseOptions = {}): Promise<Database> {
  const readOnly = options.readOnly === true
  const where = path === MEMORY ? MEMORY : resolve(path)
  const client = connect(where, readOnly)
  const settings = readOnly ? READER_SETTINGS : WRITER_SETTINGS
  const database = toDatabase(client, where, settings)
  try {
    // The engine opens any file; only reading its first page shows whether it is a database.
    await database.query('SELECT count(*) FROM sqlite_schema')
    return database
  } catch (error) {
    client.close()
    throw error
  }
}

function connect(where: string, readOnly: boolean): Client {
  try {
    if (where !== MEMORY) {
      if (readOnly && !existsSync(where))
        throw new ArkError('FILE_MISSING', where, 'There is no such database.')
      if (!readOnly) makePrivate(where)
    }
    const url = where === MEMORY ? MEMORY : pathToFileURL(where).href
    return createClient({ url, concurrency: 1, intMode: 'number', timeout: BUSY_MS })
  } catch (error) {
    throw toStoreError(where, error)
  }
}

/**
 * Made by us first, because the engine would make it readable to all; the files beside it inherit the mode.
 */
function makePrivate(where: string): void {
  closeSync(openSync(where, 'a', 0o600))
  chmodSync(where, 0o600)
}

function toDatabase(client: Client, where: string, settings: readonly string[]): Database {
  // After a failure the client may go on with a new connection, which has none of the settings.
  let settled = false

  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      if (!settled) for (const setting of settings) await client.execute(`PRAGMA ${setting}`)
      settled = true
      return await work()
    } catch (error) {
      settled = false
      throw toStoreError(where, error)
    }
  }

  return {
    query: (sql, args = []) =>
      attempt(async () => {
        const { rows } = await client.execute({ sql, args: [...args] })
        return rows.map((row) => Array.from(row, toSqlValue))
      }),
    commit: (statements) =>
      attempt(async () => {
        await client.batch(statements.map(toInStatement), 'write')
      }),
    run: (sql) =>
      attempt(async () => {
        await client.execute(sql)
      }),
    async close() {
      // The engine's handles outlive the client until they are collected, so it does not do this by itself.
      // Nothing is lost when it fails: every commit is in the log beside the file.
      if (!client.closed && settings === WRITER_SETTINGS) await client.execute(CHECKPOINT).catch(() => {})
      client.close()
    },
  }
}

function toInStatement({ sql, args = [] }: Statement): InStatement {
  return { sql, args: [...args] }
}

function toSqlValue(value: unknown): SqlValue {
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  return value as SqlValue
}

/** The engine's own message names tables and constraints, never a bound value. */
function toStoreError(where: string, error: unknown): ArkError {
  if (error instanceof ArkError) return error
  const code = error instanceof LibsqlError ? error.code : ''
  if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') {
    return new ArkError('JOURNAL_CORRUPT', where, `The file is no sound database (${toMessage(error)}).`, {
      cause: error,
    })
  }
  return new ArkError('STORE_FAILED', where, `The database refused (${toMessage(error)}).`, { cause: error })
}
