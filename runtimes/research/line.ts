/** What a run decided, as lines that two runs can be held against each other by. */

import type { ArkEvent, Decision, Pattern, TimeMs } from '#core/contract.ts'
import { digestLine } from '#core/gate/decision.ts'
import { canonical } from '#core/journal/canonical.ts'

export interface Line {
  readonly time: TimeMs
  /** A strategy's advice, or the gate's verdict on what became of it. */
  readonly what: 'advice' | 'decision'
  /** Equal in two runs where they agree; without seq, cause, wall time and run. */
  readonly key: string
  /** For people. */
  readonly text: string
}

/** undefined for an event that is neither advice nor verdict. */
export function toLine({ payload, time, type }: ArkEvent): Line | undefined {
  switch (type) {
    case 'pattern/recognised':
      return { time, what: 'advice', key: canonical(payload), text: tellPattern(payload as Pattern) }
    case 'decision/approved':
    case 'decision/denied':
    case 'decision/held':
    case 'decision/reviewed': {
      const decision = payload as Decision
      const verdict = type.slice('decision/'.length)
      return {
        time,
        what: 'decision',
        key: `${verdict}|${digestLine(decision)}`,
        text: tellDecision(decision, verdict),
      }
    }
    default:
      return undefined
  }
}

function tellPattern({ action = 'enter', direction, pattern, price, symbol }: Pattern): string {
  return `${pattern} advises to ${action} ${direction} ${symbol} at ${price}`
}

export function tellDecision({ order, ...decision }: Decision, verdict: string): string {
  const { deniedBy, held, limitsDenied, unknown } = decision
  const by = [...deniedBy, ...unknown, ...held, ...limitsDenied]
  const why = by.length === 0 ? '' : ` by ${by.join(', ')}`
  return `${order.side} ${order.quantity} ${order.symbol} ${order.type}, ${verdict}${why}`
}
