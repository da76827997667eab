/**
 * The kernel that a run goes on with: the unfinished run of that name folded again, or a new one, with the
 * account that another build left behind or with a fresh one.
 *
 * Called between two turns only: else an event of the old run could take the seq that the new one begins
 * with.
 */

import { openingCashOf } from '../config.ts'
import type { RunKind, RunStarted } from '../contract.ts'
import type { Journal } from '../journal/journal.ts'
import { saveSnapshot } from '../journal/snapshots.ts'
import { formatCash } from '../math.ts'
import { absorbRun, firstOfAccount, type LastRun, readLastRun, resumeRun } from './boot.ts'
import { findBrokerBreak } from './broker-break.ts'
import type { Kernel } from './kernel.ts'
import { createRunKernel, hasDigests, type RunDigests, type RunParts } from './run-kernel.ts'
import { takeSnapshot } from './snapshot.ts'

export interface RunTerms {
  readonly kind: RunKind
  /** Names the run: `<name>-<first free number>`. */
  readonly name: string
  readonly seed: string
  /** A backtest keeps no market data. */
  readonly market?: 'chunks' | 'digest'
}

export interface OpenedRun {
  readonly kernel: Kernel
  readonly terms: RunStarted
  /** Of its `run/started`. */
  readonly seq: number
  readonly resumed: boolean
  /**
   * Where broker and book differ after an account was taken over: nothing opens until a person has looked.
   */
  readonly brokerBreak?: string | undefined
}

export async function openRun(
  journal: Journal,
  parts: RunParts,
  digests: RunDigests,
  terms: RunTerms,
): Promise<OpenedRun> {
  const last = await readLastRun(journal.ports.database)
  const unended =
    last !== undefined && last.row.endedSeq === null && isNamed(last, terms.name) ? last : undefined
  // A run without its market data cannot be folded again: it is left as it lies.
  const resumes = unended !== undefined && terms.market !== 'digest' && hasDigests(unended.terms, digests)
  if (resumes) return resume(journal, parts, unended)
  const number = last === undefined ? 1 : Number(last.terms.runId.split('-').at(-1)) + 1
  return begin(journal, parts, digests, terms, number, unended)
}

async function resume(journal: Journal, parts: RunParts, { row, terms }: LastRun): Promise<OpenedRun> {
  const kernel = createRunKernel(parts, terms, row.seq, 'chunks')
  await resumeRun(journal, kernel)
  return { kernel, terms, seq: row.seq, resumed: true }
}

/**
 * A backtest never carries an account over; any other kind takes the one that the unfinished run leaves
 * behind.
 */
async function begin(
  journal: Journal,
  parts: RunParts,
  digests: RunDigests,
  { kind, name, seed, market = 'chunks' }: RunTerms,
  number: number,
  unended: LastRun | undefined,
): Promise<OpenedRun> {
  const { database, keys } = journal.ports
  const before = kind === 'backtest' ? undefined : unended
  const account = before === undefined ? undefined : await firstOfAccount(database, before)
  const terms: RunStarted = {
    ...digests,
    kind,
    openingCash: account?.terms.openingCash ?? formatCash(openingCashOf(parts.config)),
    previousSeq: before?.row.seq ?? 0,
    publicKey: keys.publicKey,
    runId: `${name}-${number}`,
    seed,
  }
  const seq = journal.lastSeq + 1
  const kernel = createRunKernel(parts, terms, seq, market)
  if (account === undefined) return { kernel, terms, seq, resumed: false }
  await absorbRun(journal, kernel, account.row.seq)
  kernel.state.seq = seq - 1
  await saveSnapshot(journal, seq, takeSnapshot(kernel))
  return { kernel, terms, seq, resumed: false, brokerBreak: findBrokerBreak(kernel) }
}

function isNamed({ terms }: LastRun, name: string): boolean {
  return terms.runId.slice(0, terms.runId.lastIndexOf('-')) === name
}
