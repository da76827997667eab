/**
 * The standing checks of the journal: the whole of it against its leaves and heads, slowly, and the age of
 * what no head covers yet.
 *
 * Boot verifies from the last snapshot on; this goes over everything before, in slices between two turns. A
 * mismatch halts the box.
 */

import type { ClockPort, Draft, KeyPort, TimerPort } from '../contract.ts'
import { ArkError, isArkError, toMessage } from '../errors.ts'
import { parseCheckpoint, verifyCheckpoint } from '../journal/checkpoint.ts'
import { headOrigin, type Journal } from '../journal/journal.ts'
import { append, createTree, leafHash, root, type Tree } from '../journal/merkle.ts'
import { readBodies, readLeaves } from '../journal/reader.ts'
import type { Database } from '../ports.ts'

export interface AuditOptions {
  readonly journal: Journal
  readonly clock: ClockPort
  readonly timers: TimerPort
  /** False in a backtest, where rule 12 does not apply. */
  readonly watchesHeads: () => boolean
  readonly lagged: () => boolean
  readonly send: (draft: Draft) => void
  readonly halt: (reason: string) => void
  readonly onFatal: (error: unknown) => void
}

export interface Audit {
  /** Resolves when every entry up to the boot has been checked, or one was found that does not fit. */
  readonly finished: Promise<void>
  stop(): void
}

const SLICE = 500
const SLICE_EVERY_MS = 20
const HEADS_EVERY_MS = 1_000
/** An entry that no signed head covers for longer makes the audit lag. */
const LAG_MS = 10_000

export function startAudit(options: AuditOptions): Audit {
  const { journal, timers } = options
  const { database, keys } = journal.ports
  const upTo = journal.lastSeq
  const tree = createTree(journal.ports.hash)
  let done: () => void = () => undefined
  const finished = new Promise<void>((resolve) => {
    done = resolve
  })
  let stopped = false
  const cancelHeads = timers.every(HEADS_EVERY_MS, () => watchHeads(options))

  function next(): void {
    if (stopped || tree.size >= upTo) return done()
    checkSlice(database, tree, upTo, keys).then(
      () => timers.after(SLICE_EVERY_MS, next),
      (error: unknown) => {
        // A disk that cannot be read says nothing about the record: that ends the process, unlatched.
        if (isArkError(error, 'STORE_FAILED')) options.onFatal(error)
        else options.halt(isArkError(error) ? error.toLine() : toMessage(error))
        done()
      },
    )
  }
  timers.after(SLICE_EVERY_MS, next)
  return {
    finished,
    stop: () => {
      stopped = true
      cancelHeads()
      done()
    },
  }
}

/**
 * Extends the tree by up to 500 checked entries. Throws JOURNAL_CORRUPT with the seq or the head that does
 * not fit. With `keys`, each head must be signed by that key as well.
 */
export async function checkSlice(
  database: Database,
  tree: Tree,
  upTo: number,
  keys?: KeyPort,
): Promise<void> {
  const first = tree.size + 1
  const count = Math.min(SLICE, upTo - tree.size)
  const rows = await readBodies(database, tree.size, upTo, count)
  const leaves = await readLeaves(database, first, first + count - 1)
  const heads = await readHeads(database, first, first + count - 1)
  for (let index = 0; index < count; index++) {
    const seq = first + index
    const row = rows[index]
    if (row?.seq !== seq) throw new ArkError('JOURNAL_CORRUPT', `seq ${seq}`, `Event ${seq} is missing.`)
    const leaf = leafHash(tree.hash, row.body)
    if (leaves.slice(index * 64, index * 64 + 64) !== leaf) {
      throw new ArkError('JOURNAL_CORRUPT', `seq ${seq}`, `The text of event ${seq} does not match its leaf.`)
    }
    append(tree, leaf)
    const note = heads.get(seq)
    if (note !== undefined) await checkHead(tree, note, keys)
  }
}

async function checkHead(tree: Tree, note: string, keys: KeyPort | undefined): Promise<void> {
  const { size, hash } = tree
  const fail = (why: string) => new ArkError('JOURNAL_CORRUPT', `head ${size}`, why)
  if (keys !== undefined) {
    const verdict = await verifyCheckpoint(note, headOrigin(keys.publicKey), keys.publicKey, keys, hash)
    if (!verdict.ok) throw fail(`The head of ${size} entries is not signed by this box.`)
  }
  const head = readNote(note)
  if (head?.size !== size || head.rootHex !== root(tree))
    throw fail(`The entries up to ${size} do not give the root that was signed.`)
}

/** Undefined when the text is no note. */
function readNote(note: string) {
  try {
    return parseCheckpoint(note)
  } catch {
    return undefined
  }
}

/** Notes by size. */
async function readHeads(
  database: Database,
  first: number,
  last: number,
): Promise<ReadonlyMap<number, string>> {
  const rows = await database.query('SELECT size, note FROM checkpoint WHERE size BETWEEN ? AND ?', [
    first,
    last,
  ])
  return new Map(rows.map((row) => [Number(row[0]), String(row[1])]))
}

function watchHeads({ journal, clock, watchesHeads, lagged, send }: AuditOptions): void {
  if (!watchesHeads()) return
  const age = journal.unsignedSince === 0 ? 0 : clock.now() - journal.unsignedSince
  if (age > LAG_MS && !lagged())
    send({ type: 'audit/lagged', payload: { reason: `no signed head for ${Math.round(age / 1000)} s` } })
  if (age <= LAG_MS && lagged()) send({ type: 'audit/recovered', payload: {} })
}
