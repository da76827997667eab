/** The two passes of `ark replay`: entries against their proof, then a run through a fresh kernel. */

import type { Config } from '#core/config.ts'
import type { Plugin, RunStarted } from '#core/contract.ts'
import { checkSlice } from '#core/cycle/audit.ts'
import { checkHeadsKept, readTerms, refoldRange } from '#core/cycle/boot.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import { installPlugins } from '#core/cycle/loader.ts'
import {
  createRunKernel,
  digestConfig,
  hasDigests,
  type RunDigests,
  type RunParts,
} from '#core/cycle/run-kernel.ts'
import { restoreSnapshot } from '#core/cycle/snapshot.ts'
import { ArkError, isArkError } from '#core/errors.ts'
import { sealRoot } from '#core/gate/seal.ts'
import { createTree } from '#core/journal/merkle.ts'
import type { RunRow } from '#core/journal/reader.ts'
import { readSnapshot } from '#core/journal/snapshots.ts'
import type { Database, RuntimePorts } from '#core/ports.ts'
import { buildDigest } from '../build-info.ts'
import { INSTRUMENTS } from '../plugins.ts'

export interface Replay {
  readonly database: Database
  readonly ports: RuntimePorts
  readonly parts: RunParts
  readonly digests: RunDigests
  /** A box may go on writing meanwhile: what comes after is left to the next replay. */
  readonly lastSeq: number
}

export interface Checked {
  readonly entries: number
  /** Of the newest signed head; 0 = none. */
  readonly headSize: number
}

export interface RunResult {
  readonly runId: string
  readonly kind: string
  readonly first: number
  readonly last: number
  readonly events: number
  readonly decisions: number
  readonly decisionDigest: string
  /** unverified = it takes another build, ruleset or configuration to recompute it. */
  readonly verdict: 'agrees' | 'diverged' | 'unverified'
  readonly why: string
}

/** `deciding` = what a box, or a manifest, says that the journal was written by. */
export async function openReplay(
  database: Database,
  ports: RuntimePorts,
  { config, plugins }: { readonly config: Config; readonly plugins: readonly Plugin[] },
): Promise<Replay> {
  const installed = await installPlugins(plugins, config.plugins)
  const rows = await database.query('SELECT max(seq) FROM journal')
  return {
    database,
    ports,
    parts: { hash: ports.hash, config, instruments: INSTRUMENTS, installed },
    digests: {
      buildDigest: buildDigest(),
      rulesetDigest: sealRoot(),
      configDigest: digestConfig(config, INSTRUMENTS, plugins, ports.hash),
    },
    lastSeq: Number(rows[0]?.[0] ?? 0),
  }
}

/**
 * Throws JOURNAL_CORRUPT with the first entry that does not match its leaf, or the head that does not hold.
 */
export async function checkEntries(replay: Replay, onSeq: (seq: number) => void): Promise<Checked> {
  const { database, ports, lastSeq } = replay
  const tree = createTree(ports.hash)
  while (tree.size < lastSeq) {
    await checkSlice(database, tree, lastSeq, ports.keys)
    onSeq(tree.size)
  }
  const rows = await database.query('SELECT max(size) FROM checkpoint')
  const size = Number(rows[0]?.[0] ?? 0)
  await checkHeadsKept(database, size)
  // A box that runs may have signed more meanwhile; the signature is as good, the entries are newer than our
  // look.
  const journaled = Number((await database.query('SELECT max(seq) FROM journal'))[0]?.[0] ?? 0)
  if (size > journaled)
    throw new ArkError(
      'JOURNAL_CORRUPT',
      `head ${size}`,
      `A signed head covers ${size} events; the journal holds ${journaled}.`,
    )
  return { entries: lastSeq, headSize: size }
}

/** Puts the run's inputs through the kernel again. Returns why it cannot, where its inputs are gone. */
export type Refold = (kernel: Kernel, terms: RunStarted, onSeq: (seq: number) => void) => Promise<string>

/**
 * Recomputes one run up to `last`, from its own journal unless `refold` is given. Never throws for what it
 * finds: that is its result.
 */
export async function recomputeRun(
  replay: Replay,
  row: RunRow,
  last: number,
  onSeq: (seq: number) => void,
  refold?: Refold,
): Promise<RunResult> {
  const { database, digests, parts } = replay
  const about = { runId: row.id, kind: row.kind, first: row.seq, last }
  const unread = { ...about, events: 0, decisions: 0, decisionDigest: '' }
  const unverified = (why: string): RunResult => {
    return { ...unread, verdict: 'unverified', why: `not recomputed: ${why}; its entries match their leaves` }
  }
  try {
    const terms = await readTerms(database, row.seq)
    if (!hasDigests(terms, digests)) return unverified(differences(terms, digests))
    const kernel = createRunKernel(parts, terms, row.seq, refold === undefined ? 'chunks' : 'digest')
    const gone = await (refold ?? fromJournal(replay, last))(kernel, terms, onSeq)
    if (gone !== '') return unverified(gone)
    if (kernel.state.seq !== last) {
      const why = `Its inputs give events up to ${kernel.state.seq}, the journal ends the run at ${last}.`
      throw new ArkError('REPLAY_DIVERGED', `seq ${last + 1}`, why)
    }
    const { decisions, decisionDigest } = kernel.state
    return { ...about, events: last - row.seq + 1, decisions, decisionDigest, verdict: 'agrees', why: '' }
  } catch (error) {
    if (!isArkError(error, 'REPLAY_DIVERGED') && !isArkError(error, 'JOURNAL_CORRUPT')) throw error
    return { ...unread, verdict: 'diverged', why: error.toLine() }
  }
}

/** From the state it began with. */
function fromJournal({ database, ports }: Replay, last: number): Refold {
  return async (kernel, terms, onSeq) => {
    const { runSeq } = kernel.options
    const carried = terms.previousSeq === 0 ? undefined : await readSnapshot(database, runSeq, 'first', ports)
    if (carried !== undefined) restoreSnapshot(kernel, carried.state)
    await refoldRange(database, kernel, runSeq, last, createTree(ports.hash), onSeq)
    return ''
  }
}

/** Only what wrote a run can recompute it; which that is, people must be told. */
function differences(terms: RunStarted, digests: RunDigests): string {
  const parts = [
    ['build', terms.buildDigest, digests.buildDigest],
    ['ruleset', terms.rulesetDigest, digests.rulesetDigest],
    ['configuration', terms.configDigest, digests.configDigest],
  ]
  const wanted = parts
    .filter(([, written, here]) => written !== here)
    .map(([name, written = '', here = '']) => `${name} ${written.slice(0, 12)} (here ${here.slice(0, 12)})`)
  return `it takes ${wanted.join(', ')}`
}
