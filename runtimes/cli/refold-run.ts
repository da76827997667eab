/** The two passes of `ark replay`: entries against their proof, then a run through a fresh kernel. */

import type { Config } from '#core/config.ts'
import type { RunStarted } from '#core/contract.ts'
import { checkSlice } from '#core/cycle/audit.ts'
import { checkHeadsKept, readTerms, refoldRange } from '#core/cycle/boot.ts'
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
import { boxPlugins } from '../strategies.ts'

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

export async function openReplay(database: Database, ports: RuntimePorts, given: Config): Promise<Replay> {
  const { plugins, config } = await boxPlugins(given)
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

/** Folds one run, from the state it began with. Never throws for what it finds: that is its result. */
export async function refoldRun(
  replay: Replay,
  row: RunRow,
  last: number,
  onSeq: (seq: number) => void,
): Promise<RunResult> {
  const { database, digests, parts, ports } = replay
  const about = { runId: row.id, kind: row.kind, first: row.seq, last }
  const unread = { ...about, events: 0, decisions: 0, decisionDigest: '' }
  try {
    const terms = await readTerms(database, row.seq)
    const other = hasDigests(terms, digests) ? '' : differences(terms, digests)
    if (other !== '') return { ...unread, verdict: 'unverified', why: other }
    const kernel = createRunKernel(parts, terms, row.seq, 'chunks')
    const carried =
      terms.previousSeq === 0 ? undefined : await readSnapshot(database, row.seq, 'first', ports)
    if (carried !== undefined) restoreSnapshot(kernel, carried.state)
    await refoldRange(database, kernel, row.seq, last, createTree(ports.hash), onSeq)
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
  return `not recomputed: it takes ${wanted.join(', ')}; its entries match their leaves`
}
