/**
 * The journal folded again: inputs go through a kernel, what follows must be what was journaled, byte for
 * byte.
 *
 * Boot, `replay --verify` and Aletheia use it. A difference is reported with its seq; a leaf or a head that
 * does not fit likewise.
 */

import type { ArkEvent } from '../contract.ts'
import { ArkError } from '../errors.ts'
import { toBody } from '../journal/body.ts'
import { fromChunk } from '../journal/chunk.ts'
import { append, leafHash, type Tree } from '../journal/merkle.ts'
import type { Page } from '../journal/reader.ts'
import { type Kernel, processInput } from './kernel.ts'

export interface Refolder {
  readonly kernel: Kernel
  /** The tree is carried along when it is given: boot needs it, Aletheia does not. */
  readonly tree: Tree | undefined
  /** Recomputed bodies from seq `base` on that no page has confirmed yet. */
  bodies: string[]
  base: number
  /** Told of every recomputed event, in seq order, before it is compared. */
  onEvent: (event: ArkEvent) => void
}

export function createRefolder(kernel: Kernel, nextSeq: number, tree?: Tree): Refolder {
  const refolder: Refolder = { kernel, tree, bodies: [], base: nextSeq, onEvent: () => undefined }
  kernel.sink = (event) => {
    refolder.bodies.push(toBody(event))
    refolder.onEvent(event)
  }
  return refolder
}

/**
 * Folds one page that begins at the next unconfirmed seq. `leaves` are the hex leaves that were committed
 * with it. Throws REPLAY_DIVERGED with the first seq that differs, JOURNAL_CORRUPT with the first that does
 * not match its leaf.
 */
export function refoldPage(refolder: Refolder, page: Page, leaves?: string): void {
  try {
    foldPage(refolder, page, leaves)
  } catch (error) {
    // A text that was edited explains whatever follows from it.
    throw findEdited(refolder, page, leaves) ?? error
  }
}

function foldPage(refolder: Refolder, page: Page, leaves: string | undefined): void {
  const { kernel } = refolder
  for (const event of page.events) {
    if (event.hop !== 0 || event.seq <= kernel.state.seq) continue
    if (event.seq !== kernel.state.seq + 1)
      throw diverged(kernel.state.seq + 1, 'fewer events followed than were journaled')
    feed(kernel, event)
  }
  const count = page.last - page.first + 1
  const mine = refolder.bodies.slice(0, count)
  if (mine.length < count || mine.join(',') !== page.text) throw locate(refolder, page)
  refolder.bodies = refolder.bodies.slice(count)
  refolder.base = page.last + 1
  if (refolder.tree !== undefined) growTree(refolder.tree, page.first, mine, leaves)
}

function growTree(tree: Tree, first: number, bodies: readonly string[], leaves: string | undefined): void {
  for (const [index, body] of bodies.entries()) {
    const leaf = leafHash(tree.hash, body)
    if (!isLeafOf(leaves, index, leaf)) throw edited(first + index)
    append(tree, leaf)
  }
}

function findEdited({ tree }: Refolder, page: Page, leaves: string | undefined): ArkError | undefined {
  if (tree === undefined) return undefined
  const index = page.events.findIndex(
    (event, at) => !isLeafOf(leaves, at, leafHash(tree.hash, toBody(event))),
  )
  return index < 0 ? undefined : edited(page.first + index)
}

function isLeafOf(leaves: string | undefined, index: number, leaf: string): boolean {
  return leaves === undefined || leaves.slice(index * 64, index * 64 + 64) === leaf
}

function edited(seq: number): ArkError {
  return new ArkError('JOURNAL_CORRUPT', `seq ${seq}`, `The text of event ${seq} does not match its leaf.`)
}

/** Puts a recorded input through the kernel again. */
export function feed(kernel: Kernel, event: ArkEvent): void {
  if (event.type === 'market/chunk') {
    processInput(kernel, { kind: 'rows', source: event.payload.feed, rows: fromChunk(event.payload) })
    return
  }
  processInput(kernel, {
    kind: 'event',
    source: event.source,
    draft: event,
    time: event.time,
    traceId: event.traceId,
    causeSeq: event.causeSeq,
  })
}

function locate(refolder: Refolder, page: Page): ArkError {
  for (const [index, event] of page.events.entries()) {
    const mine = refolder.bodies[index]
    if (mine === undefined) return diverged(event.seq, 'nothing was recomputed for it')
    if (mine !== toBody(event)) return diverged(event.seq, difference(mine, toBody(event)))
  }
  return new ArkError(
    'JOURNAL_CORRUPT',
    `seq ${page.first} to ${page.last}`,
    'A stored text is not in canonical form.',
  )
}

function diverged(seq: number, why: string): ArkError {
  return new ArkError('REPLAY_DIVERGED', `seq ${seq}`, `Event ${seq} is not what its inputs give: ${why}.`)
}

const AROUND = 60

function difference(mine: string, stored: string): string {
  let at = 0
  while (at < mine.length && mine[at] === stored[at]) at++
  const from = Math.max(0, at - AROUND / 2)
  return `recomputed …${mine.slice(from, from + AROUND)}…, journaled …${stored.slice(from, from + AROUND)}…`
}
