/**
 * From a journal on disk to a kernel that can go on: tree, snapshot, the rest folded again and compared.
 *
 * Under the digests that wrote the run, what is recomputed must equal what was journaled. Under others the
 * recorded events are absorbed as they are, and a new run begins.
 */

import type { RunStarted } from '../contract.ts'
import { ArkError } from '../errors.ts'
import { parseCheckpoint, verifyCheckpoint } from '../journal/checkpoint.ts'
import type { Journal } from '../journal/journal.ts'
import { append, createTree, root, type Tree } from '../journal/merkle.ts'
import { PAGE, type RunRow, readEvent, readLeaves, readPage, readRuns } from '../journal/reader.ts'
import { readSnapshot } from '../journal/snapshots.ts'
import type { Database } from '../ports.ts'
import { absorbPage, createAbsorber, finishAbsorbing } from './absorb.ts'
import type { Kernel } from './kernel.ts'
import { createRefolder, refoldPage } from './refold.ts'
import { restoreSnapshot } from './snapshot.ts'

export interface LastRun {
  readonly row: RunRow
  readonly terms: RunStarted
}

/** The newest run of the journal, ended or not. */
export async function readLastRun(database: Database): Promise<LastRun | undefined> {
  const row = (await readRuns(database)).at(-1)
  if (row === undefined) return undefined
  return { row, terms: await readTerms(database, row.seq) }
}

export async function readTerms(database: Database, seq: number): Promise<RunStarted> {
  const event = await readEvent(database, seq)
  if (event?.type !== 'run/started')
    throw new ArkError('JOURNAL_CORRUPT', `seq ${seq}`, 'A run has no beginning here.')
  return event.payload
}

/**
 * Brings the tree to the journal's length from its stored leaves, and holds the newest signed head against
 * it.
 */
export async function restoreTree(journal: Journal): Promise<void> {
  const { database, hash } = journal.ports
  const rows = await database.query(
    'SELECT seq, tree FROM snapshot WHERE seq <= ? ORDER BY seq DESC LIMIT 1',
    [journal.headSize],
  )
  const saved = rows[0]
  const tree: Tree = createTree(hash, saved === undefined ? undefined : JSON.parse(String(saved[1])))
  await checkLength(journal)
  await checkHeadsKept(database, journal.headSize)
  if (tree.size > 0 && tree.size === journal.headSize) await checkHead(journal, tree)
  for (let first = tree.size + 1; first <= journal.lastSeq; first += PAGE) {
    const last = Math.min(first + PAGE - 1, journal.lastSeq)
    const leaves = await readLeaves(database, first, last)
    for (let seq = first; seq <= last; seq++) {
      const leaf = leaves.slice((seq - first) * 64, (seq - first + 1) * 64)
      if (leaf.length !== 64)
        throw new ArkError('JOURNAL_CORRUPT', `seq ${seq}`, `The leaf of event ${seq} is missing.`)
      append(tree, leaf)
      if (seq === journal.headSize) await checkHead(journal, tree)
    }
  }
  if (tree.size !== journal.lastSeq || tree.size < journal.headSize) {
    throw new ArkError(
      'JOURNAL_CORRUPT',
      `seq ${journal.lastSeq}`,
      `A signed head covers ${journal.headSize} events; the journal is shorter.`,
    )
  }
  journal.tree = tree
}

/** What was committed or kept of more events than there are shows that the newest ones were taken away. */
async function checkLength(journal: Journal): Promise<void> {
  const rows = await journal.ports.database.query(
    'SELECT max(0, coalesce((SELECT max(last_seq) FROM batch), 0), coalesce((SELECT max(seq) FROM snapshot), 0))',
  )
  const committed = Number(rows[0]?.[0])
  if (committed > journal.lastSeq) {
    throw new ArkError(
      'JOURNAL_CORRUPT',
      `seq ${journal.lastSeq + 1}`,
      `${committed} events were committed; the journal ends at ${journal.lastSeq}.`,
    )
  }
}

/**
 * A run's summary is kept after the head that covers its end, so a run with a summary and no such head has
 * lost it. Throws JOURNAL_CORRUPT: without heads an edited record could not be told from the true one.
 */
export async function checkHeadsKept(database: Database, headSize: number): Promise<void> {
  const rows = await database.query('SELECT max(ended_seq) FROM run WHERE summary IS NOT NULL')
  const ended = Number(rows[0]?.[0] ?? 0)
  if (headSize >= ended) return
  const why = `A run ended at seq ${ended} under a signed head; the newest head covers ${headSize} events.`
  throw new ArkError('JOURNAL_CORRUPT', `head ${ended}`, why)
}

/** The signature and the root of the newest head. */
async function checkHead(journal: Journal, tree: Tree): Promise<void> {
  const { database, hash, keys } = journal.ports
  const rows = await database.query('SELECT note FROM checkpoint WHERE size = ?', [journal.headSize])
  const note = String(rows[0]?.[0] ?? '')
  const verdict = await verifyCheckpoint(note, journal.origin, keys.publicKey, keys, hash)
  if (!verdict.ok)
    throw new ArkError(
      'JOURNAL_CORRUPT',
      `head ${journal.headSize}`,
      'The newest head is not signed by this box.',
    )
  if (parseCheckpoint(note).rootHex !== root(tree)) {
    throw new ArkError(
      'JOURNAL_CORRUPT',
      `head ${journal.headSize}`,
      'The leaves do not give the root that was signed.',
    )
  }
}

/** Puts a fresh kernel of the same digests where the journal ends. */
export async function resumeRun(journal: Journal, kernel: Kernel): Promise<void> {
  const { database, hash } = journal.ports
  const { runSeq } = kernel.options
  const saved = await readSnapshot(database, runSeq, 'newest', journal.ports)
  if (saved !== undefined) restoreSnapshot(kernel, saved.state)
  const first = saved === undefined ? runSeq : saved.seq + 1
  await refoldRange(database, kernel, first, journal.lastSeq, createTree(hash))
}

/** Folds and compares `first` to `last`; the texts are held against their leaves as well. */
export async function refoldRange(
  database: Database,
  kernel: Kernel,
  first: number,
  last: number,
  tree: Tree,
  onPage: (seq: number) => void = () => undefined,
): Promise<void> {
  const refolder = createRefolder(kernel, first, tree)
  for (let next = first; next <= last; ) {
    const page = await readPage(database, next, Math.min(PAGE, last - next + 1))
    if (page === undefined)
      throw new ArkError('JOURNAL_CORRUPT', `seq ${next}`, 'The journal ends too early.')
    refoldPage(refolder, page, await readLeaves(database, page.first, page.last))
    next = page.last + 1
    onPage(page.last)
  }
}

/**
 * Takes over what other builds recorded, from the beginning of the account, believing the recorded decisions.
 */
export async function absorbRun(journal: Journal, kernel: Kernel, first: number): Promise<void> {
  const absorber = createAbsorber(kernel)
  for (let next = first; next <= journal.lastSeq; ) {
    const page = await readPage(journal.ports.database, next)
    if (page === undefined) break
    absorbPage(absorber, page)
    next = page.last + 1
  }
  finishAbsorbing(absorber)
}

/** The first of the runs that carried one account on to `run`. */
export async function firstOfAccount(database: Database, run: LastRun): Promise<LastRun> {
  let { row, terms } = run
  while (terms.previousSeq > 0) {
    const seq = terms.previousSeq
    if (seq >= row.seq)
      throw new ArkError('JOURNAL_CORRUPT', `seq ${row.seq}`, 'A run carries on one that began after it.')
    row = { ...row, seq }
    terms = await readTerms(database, seq)
  }
  return { row, terms }
}
