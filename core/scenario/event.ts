/** Drafts as events of a scenario: framed for the functions that fold them, journaled nowhere. */

import type { ArkEvent, Draft, TimeMs } from '../contract.ts'
import type { Root } from '../cycle/kernel.ts'

const TRACE = '0'.repeat(32)

export function toEvent(draft: Draft, time: TimeMs = 0): ArkEvent {
  return { ...draft, seq: 1, source: 'scenario', time, traceId: TRACE, causeSeq: 0, hop: 0 } as ArkEvent
}

/** What everything in a scenario is said to follow from. */
export function createRoot(): Root {
  return { source: 'scenario', type: 'order/requested', traceId: TRACE, ordinal: 0 }
}
