/**
 * Findings on their way into the journal: kept until the host accepts them, so a full queue delays a verdict
 * and never loses it.
 */

import type { Draft, Host } from '#core/contract.ts'

export interface Letter {
  readonly draft: Draft
  readonly cause: { readonly seq: number; readonly traceId: string }
}

export interface Outbox {
  readonly letters: Letter[]
  readonly capacity: number
  /** Letters that found no room. */
  dropped: number
}

export function createOutbox(capacity: number): Outbox {
  return { letters: [], capacity, dropped: 0 }
}

export function post(outbox: Outbox, letter: Letter): void {
  if (outbox.letters.length < outbox.capacity) outbox.letters.push(letter)
  else outbox.dropped++
}

/**
 * Offers all letters together, so they share a commit. The refused ones stay, in order; throws the first
 * refusal.
 */
export async function deliver(outbox: Outbox, host: Host): Promise<void> {
  if (outbox.letters.length === 0) return
  const batch = outbox.letters.splice(0)
  const answers = await Promise.allSettled(batch.map(({ draft, cause }) => host.offer(draft, cause)))
  const refused = batch.filter((_, index) => answers[index]?.status === 'rejected')
  outbox.letters.unshift(...refused)
  const refusal = answers.find((answer) => answer.status === 'rejected')
  if (refusal !== undefined) throw refusal.reason
}
