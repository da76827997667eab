/**
 * The journal database, version by version. A migration is added, never changed; a database of a newer ARK is
 * refused.
 */

import { ArkError } from '../errors.ts'
import type { Database, Statement } from '../ports.ts'

/**
 * journal: the canonical text of each event; thin rows are two to three times faster than wide ones. batch:
 * one row a commit, with the host's wall time and the leaves of its events (32 bytes each). trace: runs of
 * events of one trace, under the first 48 bits of the trace id. decision, orders: what people look up.
 */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    'CREATE TABLE journal (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)',
    `CREATE TABLE batch (first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, received_at INTEGER NOT NULL,
      committed_at INTEGER NOT NULL, leaves BLOB NOT NULL)`,
    'CREATE TABLE trace (key INTEGER, first_seq INTEGER, last_seq INTEGER, PRIMARY KEY (key, first_seq)) WITHOUT ROWID',
    'CREATE TABLE decision (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, verdict TEXT NOT NULL)',
    'CREATE TABLE orders (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, status TEXT NOT NULL, last_seq INTEGER NOT NULL)',
    'CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL, signed_at INTEGER NOT NULL)',
    `CREATE TABLE snapshot (seq INTEGER PRIMARY KEY, run_seq INTEGER NOT NULL, tree TEXT NOT NULL,
      state TEXT NOT NULL, signature TEXT NOT NULL)`,
    `CREATE TABLE run (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, ended_seq INTEGER,
      summary TEXT)`,
    `CREATE TABLE identity (id TEXT PRIMARY KEY, roles TEXT NOT NULL, token_hash TEXT NOT NULL UNIQUE,
      created_seq INTEGER NOT NULL, revoked_seq INTEGER)`,
  ],
]

export async function migrate(database: Database): Promise<void> {
  await database.run('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)')
  const rows = await database.query('SELECT max(version) FROM schema_version')
  const version = Number(rows[0]?.[0] ?? 0)
  if (version > MIGRATIONS.length) {
    throw new ArkError(
      'STORE_FAILED',
      'schema',
      `The database has schema ${version}; this build knows ${MIGRATIONS.length}.`,
    )
  }
  for (let next = version; next < MIGRATIONS.length; next++) {
    const statements: Statement[] = (MIGRATIONS[next] ?? []).map((sql) => ({ sql }))
    statements.push({ sql: 'INSERT INTO schema_version VALUES (?)', args: [next + 1] })
    await database.commit(statements)
  }
}
