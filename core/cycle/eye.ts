/**
 * Aletheia's eye: a second kernel that folds the journal as it lies on disk and compares every decision with
 * what it finds there.
 *
 * It reads back from the database, so it proves the stored text, not the memory of the writer. A decision is
 * reported only after the page that holds it was compared; a divergence halts the box and ends the looking.
 */

import type { ArkEvent, RefoldPort, RefoldResult, RefoldStep, TimerPort } from '../contract.ts'
import { ArkError, isArkError, toMessage } from '../errors.ts'
import type { Journal } from '../journal/journal.ts'
import { createTree } from '../journal/merkle.ts'
import { type Page, readLeaves, readPage } from '../journal/reader.ts'
import type { Kernel } from './kernel.ts'
import { createRefolder, type Refolder, refoldPage } from './refold.ts'
import { restoreSnapshot, takeSnapshot } from './snapshot.ts'

export interface Eye extends RefoldPort {
  /** From now on `shadow` follows the run whose kernel stands at `afterSeq`. */
  watch(shadow: Kernel, kernel: Kernel, afterSeq: number): void
  settle(timers: TimerPort): Promise<void>
}

interface Watched {
  readonly refolder: Refolder
  /** Where the next run begins; this one is done there. */
  until: number
}

const SETTLE_MS = 10

export function createAletheiaEye(
  journal: Journal,
  onDivergence: (reason: string) => void,
  onFatal: (error: unknown) => void,
): Eye {
  const watched: Watched[] = []
  /** Recomputed, and not yet compared with what is stored. */
  let pending: RefoldResult[] = []
  let blind: string | null = null
  let ended = false

  async function step(limit: number): Promise<RefoldStep> {
    while (watched.length > 1 && isDone(watched[0])) watched.shift()
    const at = watched[0]
    if (at === undefined || blind !== null || !hasRows(at)) return { results: [], more: false, blind }
    const first = at.refolder.base
    const last = Math.min(journal.lastSeq, at.until, first + limit - 1)
    let page: Page | undefined
    try {
      const { database } = journal.ports
      page = await readPage(database, first, last - first + 1)
      if (page === undefined) throw new ArkError('JOURNAL_CORRUPT', `seq ${first}`, 'The row is missing.')
      refoldPage(at.refolder, page, await readLeaves(database, page.first, page.last))
    } catch (error) {
      // A disk that cannot be read says nothing about the record: that ends the process, unlatched.
      if (isArkError(error, 'STORE_FAILED')) {
        if (!ended) onFatal(error)
        ended = true
        throw error
      }
      blind = isArkError(error) ? error.toLine() : toMessage(error)
      onDivergence(blind)
      return { results: accuse(pending, page, error, blind), more: false, blind }
    }
    const { base } = at.refolder
    const results = pending.filter(({ seq }) => seq < base)
    pending = pending.filter(({ seq }) => seq >= base)
    return { results, more: watched.some(hasRows), blind }
  }

  function hasRows({ refolder, until }: Watched): boolean {
    return refolder.base <= Math.min(journal.lastSeq, until)
  }

  return {
    step,
    watch: (shadow, kernel, afterSeq) => {
      const before = watched.at(-1)
      if (before !== undefined) before.until = afterSeq
      if (kernel.state.seq >= shadow.options.runSeq || kernel.context.now > 0)
        restoreSnapshot(shadow, takeSnapshot(kernel))
      const refolder = createRefolder(shadow, afterSeq + 1, createTree(journal.ports.hash))
      refolder.onEvent = (event) => {
        const result = toResult(event)
        if (result !== undefined) pending.push(result)
      }
      watched.push({ refolder, until: Number.POSITIVE_INFINITY })
    },
    settle: async (timers) => {
      while (blind === null && !ended && watched.some(hasRows)) {
        await new Promise<void>((resolve) => timers.after(SETTLE_MS, resolve))
      }
    },
  }
}

function isDone(at: Watched | undefined): boolean {
  return at !== undefined && at.refolder.base > at.until
}

/** The decision at the seq that differs, if it is one: what else was recomputed has not been compared. */
function accuse(
  pending: readonly RefoldResult[],
  page: Page | undefined,
  error: unknown,
  why: string,
): readonly RefoldResult[] {
  const wrong = isArkError(error) ? Number(/^seq (\d+)$/.exec(error.where)?.[1]) : Number.NaN
  const stored = page?.events.find(({ seq }) => seq === wrong)
  const result = pending.find(({ seq }) => seq === wrong) ?? (stored && toResult(stored))
  return result === undefined ? [] : [{ ...result, agreed: false, why }]
}

function toResult(event: ArkEvent): RefoldResult | undefined {
  switch (event.type) {
    case 'decision/approved':
    case 'decision/denied':
    case 'decision/held':
    case 'decision/reviewed': {
      const { decisionId } = event.payload
      return { decisionId, seq: event.seq, traceId: event.traceId, agreed: true, why: '' }
    }
    default:
      return undefined
  }
}
