/**
 * Holds every fill against a permit: what was approved, submitted and filled, order by order, from the
 * journal's own events.
 *
 * Index.ts feeds it in seq order. It believes no field of a fill about its own right to exist, and its
 * memory is bounded.
 */

import type { Amendment, ArkEvent, Decision, EventPayloads, Fill, Quantity, Side } from '#core/contract.ts'
import { formatQuantity, isRatio, mulDiv, parseQuantity } from '#core/math.ts'

type Split = EventPayloads['split/applied']

interface Permit {
  readonly symbol: string
  readonly side: Side
  /** Quantity that the gate approved; null when the order was submitted without an approval. */
  approved: Quantity | null
  submitted: boolean
  /** No more fills are due on the order itself. */
  ended: boolean
  filled: Quantity
  /** Filled on its stop and targets together. */
  closed: Quantity
}

export interface Reconciler {
  readonly permits: Map<string, Permit>
  readonly capacity: number
  /**
   * For each run seen here: the ordinal of its first decision from which on every open permit is in
   * `permits`.
   */
  readonly since: Map<string, number>
}

/**
 * `unwitnessed`: the order is older than this memory (a restart, or more than `capacity` open orders), so
 * nothing can be said. Such a fill is no disagreement, or each restart with a working stop would raise an
 * alarm.
 */
export type Finding = { readonly verdict: 'agreed' | 'disagreed' | 'unwitnessed'; readonly why: string }

const RUNS_MAX = 16
const AGREED: Finding = { verdict: 'agreed', why: '' }

export function createReconciler(capacity: number): Reconciler {
  return { permits: new Map(), capacity, since: new Map() }
}

/** Folds one event; says something about fills only. */
export function reconcile(reconciler: Reconciler, event: ArkEvent): Finding | undefined {
  switch (event.type) {
    case 'run/started':
      witness(reconciler, event.payload.runId, 1)
      return undefined
    case 'decision/approved':
      approve(reconciler, event.payload)
      return undefined
    case 'decision/denied':
    case 'decision/held':
      reconciler.permits.delete(event.payload.decisionId)
      return undefined
    case 'order/submitted':
      submit(reconciler, event.payload.orderId, event.payload.order)
      return undefined
    case 'order/rejected':
    case 'order/cancelled':
    case 'order/throttled':
    case 'permit/lapsed':
      end(reconciler, event.payload.orderId)
      return undefined
    case 'order/amended':
      amend(reconciler, event.payload)
      return undefined
    case 'split/applied':
      split(reconciler, event.payload)
      return undefined
    case 'order/filled':
      return fill(reconciler, event.payload)
    default:
      return undefined
  }
}

function approve(reconciler: Reconciler, decision: Decision): void {
  const { decisionId, order } = decision
  const { run, ordinal } = parseId(decisionId)
  if (!reconciler.since.has(run)) witness(reconciler, run, ordinal)
  // What the order whose place it takes has filled is part of it.
  const before = order.replaces === undefined ? 0 : (reconciler.permits.get(order.replaces)?.filled ?? 0)
  remember(reconciler, decisionId, order, parseQuantity(order.quantity) - before)
}

/**
 * A process sees two runs, the first replay and its own; more would be a fault elsewhere and must not grow
 * this.
 */
function witness(reconciler: Reconciler, run: string, ordinal: number): void {
  reconciler.since.set(run, ordinal)
  if (reconciler.since.size > RUNS_MAX) dropFirst(reconciler.since)
}

/** A decision id is `<runId>-<ordinal>`. NaN for a text that no gate made. */
function parseId(decisionId: string): { readonly run: string; readonly ordinal: number } {
  const dash = decisionId.lastIndexOf('-')
  const digits = decisionId.slice(dash + 1)
  return {
    run: decisionId.slice(0, Math.max(0, dash)),
    ordinal: dash > 0 && /^\d{1,15}$/.test(digits) ? Number(digits) : NaN,
  }
}

/** A Map iterates in the order of insertion: the first key is the oldest. */
function dropFirst<K>(map: Map<K, unknown>): K | undefined {
  for (const key of map.keys()) {
    map.delete(key)
    return key
  }
  return undefined
}

function submit(reconciler: Reconciler, orderId: string, order: { symbol: string; side: Side }): void {
  const permit = reconciler.permits.get(orderId) ?? remember(reconciler, orderId, order, null)
  permit.submitted = true
}

function remember(
  reconciler: Reconciler,
  orderId: string,
  order: { symbol: string; side: Side },
  approved: Quantity | null,
): Permit {
  const { symbol, side } = order
  const permit = { symbol, side, approved, submitted: false, ended: false, filled: 0, closed: 0 }
  reconciler.permits.set(orderId, permit)
  const dropped = reconciler.permits.size > reconciler.capacity ? dropFirst(reconciler.permits) : undefined
  if (dropped !== undefined) {
    const { run, ordinal } = parseId(dropped)
    witness(reconciler, run, ordinal + 1)
  }
  return permit
}

function end(reconciler: Reconciler, orderId: string): void {
  const permit = reconciler.permits.get(orderId)
  if (permit === undefined) return
  permit.ended = true
  forget(reconciler, orderId, permit)
}

/** Finished: its own fills are over, and stop and targets have closed what it opened. */
function forget(reconciler: Reconciler, orderId: string, permit: Permit): void {
  if (permit.ended && permit.closed >= permit.filled) reconciler.permits.delete(orderId)
}

/** The gate takes no larger quantity in place. */
function amend({ permits }: Reconciler, { orderId, quantity }: Amendment): void {
  const permit = permits.get(orderId)
  if (quantity !== undefined && permit !== undefined && permit.approved !== null)
    permit.approved = Math.min(permit.approved, parseQuantity(quantity))
}

/** What fills from now on is counted in the new units. */
function split(reconciler: Reconciler, split: Split): void {
  if (!isRatio(split)) return
  const { denominator, numerator, symbol } = split
  const scale = (quantity: Quantity) => mulDiv(quantity, numerator, denominator)
  for (const permit of reconciler.permits.values()) {
    if (permit.symbol !== symbol) continue
    if (permit.approved !== null) permit.approved = scale(permit.approved)
    permit.filled = scale(permit.filled)
    permit.closed = scale(permit.closed)
  }
}

function fill(reconciler: Reconciler, fill: Fill): Finding {
  const child = fill.parent !== undefined
  if (!child && fill.role === 'target') return disagreed('a target without a parent')
  const orderId = fill.parent ?? fill.orderId
  const size = parseQuantity(fill.quantity)
  if (!(size > 0)) return disagreed(`quantity "${fill.quantity}"; wanted a positive decimal`)
  const permit = reconciler.permits.get(orderId)
  if (permit === undefined) return absent(reconciler, orderId, child)
  const finding = child ? judgeChild(permit, fill, size) : judgeParent(permit, fill, size)
  if (child) permit.closed += size
  else {
    permit.filled += size
    // An exit, a stop of its own too, has no children: what it filled is closed already.
    if (fill.role !== 'entry') permit.closed += size
    if (parseQuantity(fill.remaining) === 0) permit.ended = true
  }
  forget(reconciler, orderId, permit)
  return finding
}

function absent(reconciler: Reconciler, orderId: string, child: boolean): Finding {
  const what = child ? 'parent' : 'order'
  const { run, ordinal } = parseId(orderId)
  const older = ordinal < (reconciler.since.get(run) ?? Number.POSITIVE_INFINITY)
  if (!older) return disagreed(`no approval is open for the ${what} ${orderId}`)
  return { verdict: 'unwitnessed', why: `the ${what} ${orderId} is older than this memory` }
}

function judgeParent(permit: Permit, fill: Fill, size: Quantity): Finding {
  const flaw = permitFlaw(permit, fill, permit.side)
  if (flaw !== undefined) return disagreed(flaw)
  const total = permit.filled + size
  if (permit.approved !== null && total <= permit.approved) return AGREED
  return disagreed(`filled ${formatQuantity(total)}, approved ${formatQuantity(permit.approved ?? 0)}`)
}

function judgeChild(permit: Permit, fill: Fill, size: Quantity): Finding {
  const flaw = permitFlaw(permit, fill, permit.side === 'buy' ? 'sell' : 'buy')
  if (flaw !== undefined) return disagreed(flaw)
  const total = permit.closed + size
  if (total <= permit.filled) return AGREED
  return disagreed(`children filled ${formatQuantity(total)}, their entry ${formatQuantity(permit.filled)}`)
}

function permitFlaw(permit: Permit, fill: Fill, side: Side): string | undefined {
  if (permit.approved === null) return 'submitted without an approval'
  if (!permit.submitted) return 'approved and never submitted'
  if (fill.symbol !== permit.symbol) return `filled ${fill.symbol}, approved ${permit.symbol}`
  if (fill.side !== side) return `filled a ${fill.side}, wanted a ${side}`
  return undefined
}

function disagreed(why: string): Finding {
  return { verdict: 'disagreed', why }
}
