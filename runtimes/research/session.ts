/**
 * What a session came to, in a form that a paper run and its backtest can be matched by.
 *
 * Both are told by market time: that of the newest row when something happened. The wall clock of a paper run
 * is no part of it, or else nothing would ever agree.
 */

import type { ArkEvent, Decision, Fill, MarketChunk, TimeMs } from '#core/contract.ts'

export interface SessionDecision {
  /** Same in both sessions for what followed from the same input. */
  readonly key: string
  readonly time: TimeMs
  readonly verdict: 'approved' | 'denied' | 'held' | 'reviewed'
  readonly decision: Decision
  /** The input was the host's own, such as a tick. */
  readonly byHost: boolean
}

export interface SessionFill {
  readonly time: TimeMs
  readonly fill: Fill
}

export interface Session {
  readonly decisions: SessionDecision[]
  readonly fills: SessionFill[]
  /** How many decisions each key has had. */
  readonly counts: Map<string, number>
}

export function createSession(): Session {
  return { decisions: [], fills: [], counts: new Map() }
}

/** `time` is the market's. */
export function noteEvent(session: Session, event: ArkEvent, time: TimeMs, byHost = false): void {
  switch (event.type) {
    case 'decision/approved':
    case 'decision/denied':
    case 'decision/held':
    case 'decision/reviewed': {
      const verdict = event.type.slice('decision/'.length) as SessionDecision['verdict']
      const decision = event.payload
      session.decisions.push({ key: keyOf(session, event, decision), time, verdict, decision, byHost })
      return
    }
    case 'order/filled':
      session.fills.push({ time, fill: event.payload })
      return
    default:
      return
  }
}

/**
 * A trace begins with the wall time of a paper run; the rest names its input and is the same in a backtest.
 */
const TRACE_TIME_DIGITS = 12

/** The n-th of its kind that followed from one input: one missing order shifts no other. */
function keyOf({ counts }: Session, { traceId, type }: ArkEvent, { order }: Decision): string {
  const review = type === 'decision/reviewed' ? 'review' : 'decision'
  const { side, strategy = '', symbol } = order
  const kind = [traceId.slice(TRACE_TIME_DIGITS), review, symbol, side, strategy].join('|')
  const count = (counts.get(kind) ?? 0) + 1
  counts.set(kind, count)
  return `${kind}|${count}`
}

/** Market time along a recorded journal: that of the newest row which had been followed. */
export interface MarketClock {
  now: TimeMs
  chunk: { readonly seq: number; readonly times: readonly TimeMs[]; shown: number } | undefined
}

export function createMarketClock(): MarketClock {
  return { now: 0, chunk: undefined }
}

/** Call it with every recorded event, in seq order; returns the market time at which it happened. */
export function followClock(clock: MarketClock, event: ArkEvent): TimeMs {
  const { chunk } = clock
  if (event.hop === 0) {
    if (chunk !== undefined) showRows(clock, chunk.times.length)
    if (event.type === 'market/chunk') {
      const { time } = event.payload as MarketChunk
      clock.chunk = { seq: event.seq, times: time, shown: 0 }
    } else clock.chunk = undefined
  } else if (chunk !== undefined && event.causeSeq === chunk.seq && event.causeRow !== undefined)
    showRows(clock, event.causeRow + 1)
  return clock.now
}

function showRows(clock: MarketClock, until: number): void {
  const { chunk } = clock
  if (chunk === undefined) return
  for (; chunk.shown < until; chunk.shown++) clock.now = Math.max(clock.now, chunk.times[chunk.shown] ?? 0)
}
