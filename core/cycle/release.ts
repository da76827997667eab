/**
 * The last step before a broker: the permit is redeemed for exactly the order that leaves, or the order is
 * refused.
 */

import { symbolOf } from '../book/book.ts'
import type { EventOf, Order, TimeMs } from '../contract.ts'
import { ArkError, type ErrorCode, isArkError } from '../errors.ts'
import { hashOrder } from '../gate/decision.ts'
import { type Release, recordRelease, tripleOf } from '../gate/order-flow.ts'
import { orderContent, parseOrder } from '../gate/parse-order.ts'
import { knownHash, type Permit, redeem } from '../gate/permit.ts'
import { canonical } from '../journal/canonical.ts'
import { notionalUp } from '../math.ts'
import { isolate } from './isolation.ts'
import { emit, type Kernel, type Root } from './kernel.ts'

type Submitted = EventOf<'order/submitted'>

/**
 * The event to show the broker, with the order as it was judged; undefined when it was refused, and then the
 * refusal is journaled as
 * `order/rejected`.
 */
export function redeemOrder(kernel: Kernel, event: Submitted, root: Root): Submitted | undefined {
  const { orderId, intent } = event.payload
  const { context, slots } = kernel
  let permit: Permit
  try {
    permit = redeem(kernel.permits, toSubmission(kernel, event), context.now)
  } catch (error) {
    if (!isArkError(error)) throw error
    reject(kernel, event, root, error.code, error.message)
    // Rule 11: whoever tries to get round the gate is shut out. Asking twice, or too late, is no attempt.
    if (error.code === 'PERMIT_ABSENT' || error.code === 'PERMIT_MISMATCH')
      isolate(kernel, event.source, event, root, `tried to get round the gate: ${error.code}`)
    return undefined
  }
  if (slots.broker === undefined || slots.broker.isolated !== null) {
    refuseUnworked(kernel, event, root)
    return undefined
  }
  const { order } = permit
  noteRelease(kernel, order, intent, signalOf(kernel, root), context.now)
  // Usually the very object comes back; an equal one of a plugin's own making does not go to the broker.
  return event.payload.order === order ? event : { ...event, payload: { intent, order, orderId } }
}

/** What left counts: for the rules on loops, rates and duplicates, and, live, as trust in its venue. */
export function noteRelease(
  kernel: Kernel,
  order: Order,
  intent: 'open' | 'exit',
  signal: string,
  now: TimeMs,
): void {
  const { book, context } = kernel
  recordRelease(context.flow, releaseOf(kernel, order, intent, signal), now)
  if (intent !== 'open') return
  const { instrument } = symbolOf(book, order.symbol)
  context.registers.openedVenues[`=${instrument.venue}`] = true
  context.registers.openedSinceHalt = true
}

/** At the present mark, where the order names no price. */
export function releaseOf({ book }: Kernel, order: Order, intent: 'open' | 'exit', signal: string): Release {
  const parsed = parseOrder(order)
  const { instrument, mark } = symbolOf(book, order.symbol)
  const price = parsed.price > 0 ? parsed.price : mark
  return {
    triple: tripleOf(parsed.strategy, order.symbol, order.side),
    symbol: order.symbol,
    opening: intent === 'open',
    notional: notionalUp(price, parsed.quantity, instrument.multiplier),
    content: orderContent(parsed),
    signal,
  }
}

/**
 * Two signals of the same content are one; rows and a person's orders are told apart by nothing but
 * themselves.
 */
export function signalOf({ options }: Kernel, root: Root): string {
  if (root.signal !== undefined) return options.hash.sha256Hex(canonical(root.signal))
  return root.type === 'order/requested' ? '' : `${root.source}|${root.ordinal}`
}

/** An order that has no JSON form was never judged. */
function toSubmission(kernel: Kernel, event: Submitted) {
  const { orderId, order, intent } = event.payload
  const { hash, rulesetDigest } = kernel.options
  try {
    const orderHash = knownHash(kernel.permits, orderId, order) ?? hashOrder(order, hash)
    return { decisionId: orderId, orderHash, intent, rulesetDigest }
  } catch (error) {
    if (!isArkError(error, 'DATA_INVALID')) throw error
    throw new ArkError(
      'PERMIT_MISMATCH',
      orderId,
      'The order has no JSON form, so it is none that was judged.',
    )
  }
}

/** A redeemed order that no broker took must not count as working for ever. */
export function refuseUnworked(kernel: Kernel, event: Submitted, root: Root): void {
  reject(kernel, event, root, 'PLUGIN_FAILED', 'No broker is there to work it.')
}

function reject(kernel: Kernel, event: Submitted, root: Root, code: ErrorCode, reason: string): void {
  const { orderId } = event.payload
  emit(kernel, event, root, 'core', { type: 'order/rejected', payload: { orderId, code, reason } })
}
