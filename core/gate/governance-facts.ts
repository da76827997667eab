/**
 * Facts on who decides and whether the box is fit to: mode, lease, audit, drill, chain of causes, approvals.
 * Called by facts.ts for every order.
 */

import { FACT, type Facts, NOT_APPLICABLE } from '#graveyard/facts.ts'
import { LIMITS } from '#graveyard/limits.ts'
import type { SymbolBook } from '../book/book.ts'
import type { GateContext, Proposal } from './facts.ts'
import type { Venue } from './lists.ts'
import { isApproved } from './registers.ts'

const OPEN_VENUE: Venue = { cancel: true, closing: 'both' }

export function deriveGovernance(
  facts: Facts,
  entry: SymbolBook,
  proposal: Proposal,
  context: GateContext,
): void {
  const backtest = context.runKind === 'backtest'
  const live = context.runKind === 'live'
  const { mode, registers } = context
  const venue = venueOf(context, entry)
  facts[FACT.actionKnown] = proposal.parsed.known ? 1 : 0
  facts[FACT.auditLagged] = backtest ? NOT_APPLICABLE : mode.causes.audit === undefined ? 0 : 1
  facts[FACT.haltDrill] = live ? (registers.drillPassed ? 1 : 0) : NOT_APPLICABLE
  facts[FACT.sealHolds] = context.sealHolds ? 1 : 0
  facts[FACT.leaseHeld] = backtest ? NOT_APPLICABLE : mode.causes.lease === undefined ? 1 : 0
  facts[FACT.causeChain] = proposal.standing === 'real' ? (chainHolds(proposal) ? 1 : 0) : NOT_APPLICABLE
  facts[FACT.reasonGiven] = proposal.parsed.order.reason === undefined ? 0 : 1
  facts[FACT.cancellable] = context.brokerCancels && venue.cancel ? 1 : 0
  facts[FACT.closable] = closes(venue, proposal.parsed.side) ? 1 : 0
  facts[FACT.approved] = isApproved(registers, proposal.orderHash, entry.mark, context.now) ? 1 : 0
  facts[FACT.approvalNeeded] = live ? (needsApproval(facts, entry, context) ? 1 : 0) : NOT_APPLICABLE
}

function venueOf({ lists }: GateContext, { instrument }: SymbolBook): Venue {
  const { venue } = instrument
  return (Object.hasOwn(lists.venues, venue) ? lists.venues[venue] : undefined) ?? OPEN_VENUE
}

function closes({ closing }: Venue, side: 1 | -1): boolean {
  return closing === 'both' || closing === (side === 1 ? 'sell' : 'buy')
}

/** An agent must stand on a market input; a person's authenticated request is a cause by itself. */
function chainHolds(proposal: Proposal): boolean {
  return proposal.proposer === 'person' ? proposal.rootSource !== '' : proposal.rootIsMarket
}

/**
 * The first order, a new venue, the first after a halt, a large or levered one. A missing figure counts as
 * large.
 */
function needsApproval(facts: Facts, { instrument }: SymbolBook, { registers }: GateContext): boolean {
  const equity = facts[FACT.equity] ?? Number.NaN
  const exposure = facts[FACT.exposureAfter] ?? Number.NaN
  const gross = facts[FACT.grossAfter] ?? Number.NaN
  if (!registers.openedSinceHalt || registers.openedVenues[`=${instrument.venue}`] !== true) return true
  return !(exposure <= equity * LIMITS.approvalPositionSize && gross <= equity * LIMITS.approvalLeverage)
}
