/**
 * Approved market orders that have not filled to the end: what each was judged on, kept for the second look.
 *
 * Plain JSON and core's own copy, frozen through and through: plugins hold the pattern that an order stands
 * on, and are shown the order, but change neither. The list is part of the kernel's state.
 */

import { type SymbolBook, symbolOf } from '../book/book.ts'
import { findOrder } from '../book/fold.ts'
import type { ArkEvent, Decision, EventPayloads, Price, TimeMs } from '../contract.ts'
import { ArkError } from '../errors.ts'
import { hashOrder } from '../gate/decision.ts'
import type { Proposal } from '../gate/facts.ts'
import type { Release } from '../gate/order-flow.ts'
import { type Approval, lookUp } from '../gate/registers.ts'
import { isRatio, mulDiv } from '../math.ts'
import type { HashPort } from '../ports.ts'
import { freeze, frozenCopy } from './freeze.ts'
import type { Kernel, KernelState } from './kernel.ts'
import { releaseOf } from './release.ts'
import { splitOrder } from './split-order.ts'

export interface Waiting {
  readonly orderId: string
  readonly ordinal: number
  readonly planId: string
  readonly principal: string
  readonly order: Decision['order']
  readonly orderHash: string
  readonly proposal: Omit<Proposal, 'parsed'>
  /** What it counts as in the flow of orders, since when, and in the account's day that ends then. */
  readonly release: Release
  readonly approvedAt: TimeMs
  readonly dayEnd: TimeMs
  /**
   * When it was approved, in the time of its rows, which on paper lag behind the clock: no row that begins
   * earlier is met.
   */
  readonly since: TimeMs
  /** A person's word that the order needed, used up by now. */
  readonly approval?: Approval
  /** False where a gate that observes let it pass. */
  readonly allowed: boolean
}

/** What a symbol stood at before its newest row. */
export interface Standing {
  mark: Price
  valued: Price
}

/** Notes an approval whose order may still be waiting when the next row comes. */
export function noteWaiting(kernel: Kernel, decision: Decision, proposal: Proposal): void {
  const { decisionId: orderId, intent, order, orderHash, ordinal, planId, principal } = decision
  if (intent !== 'open' || order.type !== 'market') return
  const { book, context, options, state } = kernel
  const approval = lookUp(context.registers.approved, proposal.orderHash)
  const waiting: Waiting = {
    orderId,
    ordinal,
    planId,
    principal,
    order,
    orderHash,
    proposal: withoutOrder(proposal),
    release: releaseOf(kernel, order, intent, proposal.signal),
    approvedAt: context.now,
    dayEnd: book.state.dayEnd,
    since: options.kind === 'backtest' ? context.now : symbolOf(book, order.symbol).markTime,
    ...(approval === undefined ? {} : { approval }),
    allowed: decision.allowed,
  }
  if (state.waiting.length === 0) state.standings = {}
  state.waiting.push(Object.freeze(waiting))
}

/** What plugins hold of it is copied: the setup and the chain. The order is core's own and frozen already. */
function withoutOrder(proposal: Proposal): Waiting['proposal'] {
  const { agent, chain, hops, orderHash, proposer, rootIsMarket, rootSource, setup, signal, standing } =
    proposal
  return Object.freeze({
    agent,
    chain: frozenCopy(chain),
    hops,
    orderHash,
    proposer,
    rootIsMarket,
    rootSource,
    setup: frozenCopy(setup),
    signal,
    standing,
  })
}

/**
 * What waits for a symbol goes on in its new units: the next look judges, hashes and journals the order as the
 * broker works it from now on. A person's approval goes with it, at the price it was given at in those units.
 */
export function splitWaiting({ book, options, state }: Kernel, split: EventPayloads['split/applied']): void {
  if (!isRatio(split)) return
  const { denominator, numerator, symbol } = split
  delete state.standings[`=${symbol}`]
  for (const [place, waiting] of state.waiting.entries()) {
    if (waiting.order.symbol !== symbol) continue
    const order = splitOrder(waiting.order, split, symbolOf(book, symbol).instrument)
    const { approval } = waiting
    state.waiting[place] = freeze({
      ...waiting,
      order,
      orderHash: hashOrder(order, options.hash),
      ...(approval === undefined
        ? {}
        : { approval: { ...approval, reference: mulDiv(approval.reference, denominator, numerator) } }),
    })
  }
}

/** The list out of a snapshot. Throws JOURNAL_CORRUPT for an order that is not the one that was judged. */
export function restoreWaiting(list: readonly Waiting[], hash: HashPort): Waiting[] {
  return list.map((waiting) => {
    if (hashOrder(waiting.order, hash) === waiting.orderHash) return freeze(waiting)
    const where = `snapshot of ${waiting.orderId}`
    throw new ArkError('JOURNAL_CORRUPT', where, 'The order that waits is not the one that was judged.')
  })
}

/** An order that has filled or ended waits no longer; called when the book has folded the event. */
export function endWaiting({ book, state }: Kernel, event: ArkEvent): void {
  if (state.waiting.length === 0) return
  switch (event.type) {
    case 'order/filled':
    case 'order/cancelled':
    case 'order/rejected':
    case 'order/throttled':
    case 'permit/lapsed': {
      const { orderId } = event.payload
      const place = state.waiting.findIndex((waiting) => waiting.orderId === orderId)
      // The rest of it waits on; nor does a forged submission under its id, or a late refusal, end it.
      if (place >= 0 && findOrder(book, orderId) === undefined) state.waiting.splice(place, 1)
      return
    }
    default:
      return
  }
}

/** Called for each row of a backtest while anything waits, before the row makes a mark. */
export function noteStanding({ standings }: KernelState, { mark, symbol, valued }: SymbolBook): void {
  const known = standings[`=${symbol}`]
  if (known === undefined) {
    standings[`=${symbol}`] = { mark, valued }
    return
  }
  known.mark = mark
  known.valued = valued
}
