/**
 * Saved states of a run: what lets a boot begin near the journal's end instead of at its start.
 *
 * A state is signed by the box, because no leaf covers it: an edited one would otherwise be believed. One
 * that is not signed is refused rather than passed over, since somebody has had a hand in the file.
 */

import type { KeyPort } from '../contract.ts'
import { ArkError } from '../errors.ts'
import type { Database, HashPort } from '../ports.ts'
import type { Journal } from './journal.ts'
import { treeState } from './merkle.ts'

export interface SavedState {
  /** The state is the one after this seq. */
  readonly seq: number
  readonly runSeq: number
  /** Merkle tree of that size, as JSON. */
  readonly tree: string
  readonly state: string
}

const SNAPSHOTS_KEPT = 2

/** Called between commits, so that state and tree are of one seq. */
export function formSnapshot(journal: Journal, runSeq: number, state: string): SavedState {
  return { seq: journal.lastSeq, runSeq, tree: JSON.stringify(treeState(journal.tree)), state }
}

/** Touches nothing of the journal, so the signer may take its time while the cycle goes on. */
export function signSnapshot({ ports }: Journal, saved: SavedState): Promise<string> {
  return ports.keys.sign(textOf(saved, ports.hash))
}

/** Called between commits. */
export async function keepSnapshot({ ports }: Journal, saved: SavedState, signature: string): Promise<void> {
  await ports.database.commit([
    {
      sql: 'INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?)',
      args: [saved.seq, saved.runSeq, saved.tree, saved.state, signature],
    },
    {
      // The state a run began with stays: a full verification of that run starts there.
      sql: `DELETE FROM snapshot WHERE seq <> run_seq - 1
        AND seq NOT IN (SELECT seq FROM snapshot ORDER BY seq DESC LIMIT ?)`,
      args: [SNAPSHOTS_KEPT],
    },
  ])
}

/** Forms, signs and keeps, while nothing else is committed. */
export async function saveSnapshot(journal: Journal, runSeq: number, state: string): Promise<void> {
  const saved = formSnapshot(journal, runSeq, state)
  await keepSnapshot(journal, saved, await signSnapshot(journal, saved))
}

/**
 * `first` = the state the run began with, when it carried one over; else the newest of the run. Throws
 * JOURNAL_CORRUPT when the box has not signed it.
 */
export async function readSnapshot(
  database: Database,
  runSeq: number,
  which: 'newest' | 'first',
  { keys, hash }: { readonly keys: KeyPort; readonly hash: HashPort },
): Promise<SavedState | undefined> {
  const restriction = which === 'first' ? 'AND seq = run_seq - 1' : ''
  const rows = await database.query(
    `SELECT seq, run_seq, tree, state, signature FROM snapshot WHERE run_seq = ? ${restriction}
      ORDER BY seq DESC LIMIT 1`,
    [runSeq],
  )
  const row = rows[0]
  if (row === undefined) return undefined
  const saved = { seq: Number(row[0]), runSeq: Number(row[1]), tree: String(row[2]), state: String(row[3]) }
  if (await keys.verify(textOf(saved, hash), String(row[4]), keys.publicKey)) return saved
  throw new ArkError('JOURNAL_CORRUPT', `snapshot ${saved.seq}`, 'The saved state is not signed by this box.')
}

function textOf({ seq, runSeq, tree, state }: SavedState, hash: HashPort): string {
  return `ark snapshot\n${seq}\n${runSeq}\n${hash.sha256Hex(tree)}\n${hash.sha256Hex(state)}\n`
}
