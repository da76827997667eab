/**
 * The journal, as `ark doctor` finds it: file, schema, tail, newest signed head. It reads on a connection of
 * its own, so a box may go on writing; what was overtaken meanwhile is looked at again.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyPort } from '#core/contract.ts'
import { restoreTree } from '#core/cycle/boot.ts'
import { toMessage } from '#core/errors.ts'
import { createBatch } from '#core/journal/batch.ts'
import { headOrigin, type Journal } from '#core/journal/journal.ts'
import { createTree, leafHash } from '#core/journal/merkle.ts'
import { readBodies, readIdentities, readLeaves } from '#core/journal/reader.ts'
import { migrate } from '#core/journal/schema.ts'
import type { Database } from '#core/ports.ts'
import { clockPort } from '../../shared/clock.ts'
import { openDatabase } from '../../shared/database.ts'
import { nativeHash } from '../../shared/hash.ts'
import { JOURNAL_FILE } from '../box.ts'
import { withJournal } from '../journal.ts'
import { type Check, fail, ok, warn } from './check.ts'

export interface JournalFindings {
  readonly checks: readonly Check[]
  /** Wall time of the newest commit, ms; 0 = none. */
  readonly newest: number
  /** The same of the newest halt drill that passed in this run. */
  readonly drilled: number
  /** Roles of each identity that is not revoked, by its id. */
  readonly identities: ReadonlyMap<string, readonly string[]>
}

const KEEP = 'Keep the file as it is, restore a backup, and run ark replay --verify.'
/** Entries at the end that are held against their leaves; ark replay --verify holds all of them. */
const TAIL = 1_000
const LEAF_DIGITS = 64
const ATTEMPTS = 5

/** `keys` of the box; undefined when they do not open, and then no head is checked. */
export async function checkJournal(dataDir: string, keys: KeyPort | undefined): Promise<JournalFindings> {
  const nothing = { newest: 0, drilled: 0, identities: new Map<string, readonly string[]>() }
  if (!existsSync(join(dataDir, JOURNAL_FILE)))
    return { ...nothing, checks: [ok('journal', 'made at the first start')] }
  try {
    return await withJournal(dataDir, (database) => examine(database, keys))
  } catch (error) {
    return { ...nothing, checks: [fail('journal', toMessage(error), KEEP)] }
  }
}

async function examine(database: Database, keys: KeyPort | undefined): Promise<JournalFindings> {
  const file = await tryCheck('journal file', () => checkFile(database))
  const schema = await tryCheck('journal schema', () => checkSchema(database))
  if (file.state === 'fail' || schema.state === 'fail')
    return { checks: [file, schema], newest: 0, drilled: 0, identities: new Map() }
  const tail = await tryCheck('journal tail', () => checkTail(database))
  const head = await tryCheck('signed head', () => checkHead(database, keys))
  const rows = await database.query('SELECT max(committed_at) FROM batch')
  const identities = (await readIdentities(database)).filter(({ revoked }) => !revoked)
  return {
    checks: [file, schema, tail, head],
    newest: Number(rows[0]?.[0] ?? 0),
    drilled: await lastDrill(database),
    identities: new Map(identities.map(({ id, roles }) => [id, roles])),
  }
}

/** A check that cannot be made has found something too. */
async function tryCheck(name: string, check: () => Promise<Check>): Promise<Check> {
  try {
    return await check()
  } catch (error) {
    return fail(name, toMessage(error), KEEP)
  }
}

async function checkFile(database: Database): Promise<Check> {
  const rows = await database.query('PRAGMA integrity_check(5)')
  const findings = rows.map((row) => String(row[0]))
  if (findings.length === 1 && findings[0] === 'ok')
    return ok('journal file', 'every page and index is sound')
  return fail('journal file', findings.join('; '), KEEP)
}

async function checkSchema(database: Database): Promise<Check> {
  const [is, known] = [await versionOf(database), await knownVersion()]
  if (is === known) return ok('journal schema', `version ${is}`)
  const said = `version ${is}; this build knows ${known}`
  if (is > known) return fail('journal schema', said, 'Run the newer build that wrote it.')
  return warn('journal schema', said, 'Nothing: the next start migrates it.')
}

async function versionOf(database: Database): Promise<number> {
  const rows = await database.query('SELECT max(version) FROM schema_version')
  return Number(rows[0]?.[0] ?? 0)
}

/** Of a database that this build has just made. */
async function knownVersion(): Promise<number> {
  const database = await openDatabase(':memory:')
  try {
    await migrate(database)
    return await versionOf(database)
  } finally {
    await database.close()
  }
}

async function checkTail(database: Database): Promise<Check> {
  const rows = await database.query(
    `SELECT count(*), coalesce(max(seq), 0), (SELECT coalesce(max(last_seq), 0) FROM batch) FROM journal`,
  )
  const [count = 0, last = 0, committed = 0] = (rows[0] ?? []).map(Number)
  if (count !== committed || last !== committed)
    return fail(
      'journal tail',
      `${committed} entries were committed, ${count} are there, up to seq ${last}`,
      KEEP,
    )
  const first = Math.max(1, last - TAIL + 1)
  const leaves = await readLeaves(database, first, last)
  for (const { seq, body } of await readBodies(database, first - 1, last, TAIL)) {
    const at = (seq - first) * LEAF_DIGITS
    if (leaves.slice(at, at + LEAF_DIGITS) !== leafHash(nativeHash, body))
      return fail('journal tail', `entry ${seq} does not match its leaf`, KEEP)
  }
  return ok('journal tail', `${last} entries without a gap, the last ${last - first + 1} match their leaves`)
}

async function lastDrill(database: Database): Promise<number> {
  const rows = await database.query(
    `SELECT committed_at FROM batch WHERE last_seq >= (SELECT max(seq) FROM journal
      WHERE seq >= (SELECT coalesce(max(seq), 1) FROM run) AND body ->> 'type' = 'drill/passed')
      ORDER BY last_seq LIMIT 1`,
  )
  return Number(rows[0]?.[0] ?? 0)
}

/** The newest head against the box's key and against the leaves. */
async function checkHead(database: Database, keys: KeyPort | undefined): Promise<Check> {
  if (keys === undefined)
    return warn('signed head', 'not checked: there is no box key that opens', 'Mend the box key first.')
  for (let attempt = 1; ; attempt++) {
    const journal = await openTail(database, keys)
    try {
      await restoreTree(journal)
    } catch (error) {
      // Entries that came while the leaves were read belong to no head that was looked at.
      const overtaken = (await openTail(database, keys)).lastSeq !== journal.lastSeq
      if (overtaken && attempt < ATTEMPTS) continue
      throw error
    }
    const { headSize, lastSeq } = journal
    if (headSize === 0) return ok('signed head', 'none is signed yet')
    return ok('signed head', `covers ${headSize} of ${lastSeq} entries, and this box signed it`)
  }
}

/** What boot would open, without what it would migrate. */
async function openTail(database: Database, keys: KeyPort): Promise<Journal> {
  const rows = await database.query(
    'SELECT coalesce((SELECT max(seq) FROM journal), 0), coalesce((SELECT max(size) FROM checkpoint), 0)',
  )
  const [lastSeq = 0, headSize = 0] = (rows[0] ?? []).map(Number)
  return {
    ports: { database, hash: nativeHash, keys, clock: clockPort },
    origin: headOrigin(keys.publicKey),
    tree: createTree(nativeHash),
    batch: createBatch(),
    lastSeq,
    headSize,
    unsignedSince: 0,
    bytes: 0,
    bytesSinceCheckpoint: 0,
  }
}
