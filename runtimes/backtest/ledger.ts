/**
 * Which rule spoke against which order, and what the order came to where it was sent all the same.
 *
 * Only a run that observes has anything to settle: there the trade of a denied entry is worth what it made. A
 * result is shared equally by all that denied the order, so the rules' sums add up to that of the orders.
 */

import type { Cash } from '#core/contract.ts'
import type { Trade } from './trades.ts'

export interface RuleTally {
  readonly rule: string
  /** Decisions that it spoke against. */
  readonly denials: number
  /** Of those the entries that became a trade. */
  readonly trades: number
  /** What those would have lost, and what they would have made. */
  readonly saved: Cash
  readonly cost: Cash
}

export interface Ledger {
  readonly tallies: Map<string, { denials: number; trades: number; saved: number; cost: number }>
  /** Denied entries whose trade may still come, or is not closed yet. */
  readonly denied: Map<string, readonly string[]>
}

/** Beyond this the oldest is forgotten: an order that was never sent leaves nothing to settle. */
const DENIED_MAX = 100_000

export function createLedger(): Ledger {
  return { tallies: new Map(), denied: new Map() }
}

/** An order that is denied again at its open is one denial, by whoever spoke first or second. */
export function writeDenial(
  ledger: Ledger,
  decisionId: string,
  by: readonly string[],
  opening: boolean,
): void {
  const known = ledger.denied.get(decisionId) ?? []
  const fresh = by.filter((rule) => !known.includes(rule))
  for (const rule of fresh) tallyOf(ledger, rule).denials++
  if (!opening) return
  ledger.denied.set(decisionId, [...known, ...fresh])
  if (ledger.denied.size <= DENIED_MAX) return
  const [oldest] = ledger.denied.keys()
  if (oldest !== undefined) ledger.denied.delete(oldest)
}

export function settleDenied(ledger: Ledger, { decisionId, pnl }: Pick<Trade, 'decisionId' | 'pnl'>): void {
  const by = ledger.denied.get(decisionId)
  if (by === undefined) return
  ledger.denied.delete(decisionId)
  for (const rule of by) {
    const tally = tallyOf(ledger, rule)
    tally.trades++
    if (pnl < 0) tally.saved -= pnl / by.length
    else tally.cost += pnl / by.length
  }
}

/** Most denials first. */
export function readLedger({ tallies }: Ledger): readonly RuleTally[] {
  return [...tallies]
    .map(([rule, { denials, trades, saved, cost }]) => ({
      rule,
      denials,
      trades,
      saved: Math.round(saved),
      cost: Math.round(cost),
    }))
    .sort((a, b) => b.denials - a.denials || (a.rule < b.rule ? -1 : 1))
}

function tallyOf({ tallies }: Ledger, rule: string) {
  const known = tallies.get(rule)
  if (known !== undefined) return known
  const fresh = { denials: 0, trades: 0, saved: 0, cost: 0 }
  tallies.set(rule, fresh)
  return fresh
}
