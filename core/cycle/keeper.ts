/**
 * What is signed beside the turns: heads of the journal and saved states of the run.
 *
 * Each is formed between two turns, signed while the turns go on, and kept between two again, so a signer
 * that hangs holds up nothing.
 */

import { formHead, type Journal, keepHead, signNote } from '../journal/journal.ts'
import { formSnapshot, keepSnapshot, signSnapshot } from '../journal/snapshots.ts'
import type { Kernel } from './kernel.ts'
import { takeSnapshot } from './snapshot.ts'

export interface Keeper {
  /**
   * Called after each turn: a head and a saved state when enough is new, a head for anything new with `now`.
   */
  keep(kernel: Kernel, now: boolean): void
}

const SNAPSHOT_EVERY = 25_000

export function createKeeper(
  journal: Journal,
  between: <T>(work: () => Promise<T>) => Promise<T>,
  onFailure: (error: unknown) => void,
): Keeper {
  let savedSeq = journal.lastSeq
  let signing = false

  function keepHeadBeside(now: boolean): void {
    const head = signing ? undefined : formHead(journal, now)
    if (head === undefined) return
    signing = true
    signNote(journal, head)
      .then((note) => between(() => keepHead(journal, head, note)))
      .then(() => {
        signing = false
      })
      .catch(onFailure)
  }

  function keepStateBeside(kernel: Kernel): void {
    if (journal.lastSeq - savedSeq < SNAPSHOT_EVERY) return
    savedSeq = journal.lastSeq
    const saved = formSnapshot(journal, kernel.options.runSeq, takeSnapshot(kernel))
    signSnapshot(journal, saved)
      .then((signature) => between(() => keepSnapshot(journal, saved, signature)))
      .catch(onFailure)
  }

  return {
    keep: (kernel, now) => {
      keepHeadBeside(now)
      keepStateBeside(kernel)
    },
  }
}
