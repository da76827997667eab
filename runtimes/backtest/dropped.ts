/**
 * Advice and signals that came to no order, counted by reason: what never reaches the gate is in no decision,
 * and would otherwise vanish without a word. Whoever counts a run's trades counts these beside them.
 */

import type { ArkEvent } from '#core/contract.ts'

export type Dropped = { [reason: string]: number }

/** What a sender wrote may be part of a reason; so many are told apart. */
const REASONS_MAX = 20
const OTHERS = 'other reasons'
/** Kenny names the symbol in front: the reason is the same for all of them. */
const OF_SYMBOL = /^[A-Z0-9][A-Z0-9._-]*: /

export function countDropped(dropped: Dropped, event: ArkEvent): void {
  if (event.type !== 'plan/dropped' && event.type !== 'signal/refused') return
  const reason = event.payload.reason.replace(OF_SYMBOL, '')
  const known = Object.keys(dropped)
  const key = known.includes(reason) || known.length < REASONS_MAX ? reason : OTHERS
  dropped[key] = (Object.hasOwn(dropped, key) ? (dropped[key] ?? 0) : 0) + 1
}
