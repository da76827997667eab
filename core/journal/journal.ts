/**
 * The append-only journal: events in, one durable commit a batch, a Merkle leaf each, a signed head over them
 * all.
 *
 * The cycle is the only writer. `append` collects, `flush` commits; until it resolves nothing of the batch is
 * acknowledged. A commit that fails leaves the file as it was, and the caller ends the process.
 */

import type { ArkEvent, ClockPort, KeyPort, TimeMs } from '../contract.ts'
import { ArkError } from '../errors.ts'
import type { Database, HashPort } from '../ports.ts'
import { addToBatch, type Batch, createBatch, toStatements } from './batch.ts'
import { toBody } from './body.ts'
import { formatCheckpoint, signCheckpoint } from './checkpoint.ts'
import { append, createTree, leafHash, root, type Tree } from './merkle.ts'
import { migrate } from './schema.ts'

export interface JournalPorts {
  readonly database: Database
  readonly hash: HashPort
  readonly keys: KeyPort
  readonly clock: ClockPort
}

export interface Journal {
  readonly ports: JournalPorts
  readonly origin: string
  tree: Tree
  batch: Batch
  /** Newest durable seq. */
  lastSeq: number
  /** Size of the newest signed head. */
  headSize: number
  /** Wall time of the oldest event that no head covers; 0 = none. */
  unsignedSince: TimeMs
  bytes: number
  /** Pages written since the last WAL checkpoint, roughly. */
  bytesSinceCheckpoint: number
}

const HEAD_EVERY = 1_000
/** Below this the write-ahead log costs nothing; above it reading slows down. */
const CHECKPOINT_BYTES = 16 * 1024 * 1024

export function headOrigin(publicKey: string): string {
  return `ark/${publicKey.slice(0, 12).replaceAll('/', '_').replaceAll('+', '-')}`
}

/** Opens and migrates. The tree is empty until boot has set it to the newest seq. */
export async function openJournal(ports: JournalPorts): Promise<Journal> {
  await migrate(ports.database)
  const rows = await ports.database.query(
    'SELECT (SELECT max(seq) FROM journal), (SELECT max(size) FROM checkpoint)',
  )
  const lastSeq = Number(rows[0]?.[0] ?? 0)
  return {
    ports,
    origin: headOrigin(ports.keys.publicKey),
    tree: createTree(ports.hash),
    batch: createBatch(),
    lastSeq,
    headSize: Number(rows[0]?.[1] ?? 0),
    unsignedSince: 0,
    bytes: 0,
    bytesSinceCheckpoint: 0,
  }
}

/** Adds one event to the open batch; returns its body for whoever streams it. */
export function appendEvent(journal: Journal, event: ArkEvent): string {
  const body = toBody(event)
  // V8 keeps a text made of pieces in pieces, and every reader would gather them anew; this is the cheapest
  // call that does it for good.
  Number(body)
  const leaf = leafHash(journal.ports.hash, body)
  addToBatch(journal.batch, event, body, leaf)
  append(journal.tree, leaf)
  return body
}

/** Commits the open batch; resolves after the fsync. */
export async function flush(journal: Journal, receivedAt: TimeMs): Promise<void> {
  const { batch, ports } = journal
  if (batch.events === 0) return
  journal.batch = createBatch()
  await ports.database.commit(toStatements(batch, receivedAt, ports.clock.now()))
  journal.lastSeq = batch.lastSeq
  journal.bytes += batch.bytes
  journal.bytesSinceCheckpoint += batch.bytes
  if (journal.unsignedSince === 0) journal.unsignedSince = ports.clock.now()
}

/** A head that is not signed yet. */
export interface OpenHead {
  readonly size: number
  readonly body: string
  readonly formedAt: TimeMs
}

/**
 * The head of all that is durable, when enough is new, or anything at all with `now`. Called between commits.
 */
export function formHead(journal: Journal, now: boolean): OpenHead | undefined {
  const size = journal.lastSeq
  const fresh = size - journal.headSize
  if (fresh === 0 || (!now && fresh < HEAD_EVERY)) return undefined
  if (journal.tree.size !== size)
    throw new ArkError('ASSERTION', `seq ${size}`, 'The tree is not as long as the journal.')
  const body = formatCheckpoint({ origin: journal.origin, size, rootHex: root(journal.tree) })
  return { size, body, formedAt: journal.ports.clock.now() }
}

/** Touches nothing of the journal, so the signer may take its time while the cycle goes on. */
export function signNote({ origin, ports }: Journal, head: OpenHead): Promise<string> {
  return signCheckpoint(head.body, origin, ports.keys, ports.hash)
}

/** Called between commits. */
export async function keepHead(journal: Journal, head: OpenHead, note: string): Promise<void> {
  const { database, clock } = journal.ports
  await database.commit([
    { sql: 'INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?)', args: [head.size, note, clock.now()] },
  ])
  journal.headSize = head.size
  // What came while it was being signed has waited since then at most.
  journal.unsignedSince = journal.lastSeq === head.size ? 0 : head.formedAt
}

/** Forms, signs and keeps the head of all that is durable, while nothing else is committed. */
export async function signHead(journal: Journal): Promise<void> {
  const head = formHead(journal, true)
  if (head !== undefined) await keepHead(journal, head, await signNote(journal, head))
}

/**
 * Moves the write-ahead log into the file when it has grown; for idle moments, since it may take tens of
 * milliseconds.
 */
export async function tidyLog(journal: Journal, force = false): Promise<void> {
  if (!force && journal.bytesSinceCheckpoint < CHECKPOINT_BYTES) return
  journal.bytesSinceCheckpoint = 0
  await journal.ports.database.run(`PRAGMA wal_checkpoint(${force ? 'TRUNCATE' : 'PASSIVE'})`)
}
