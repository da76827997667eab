/** The last step before a broker: the permit is redeemed for exactly the order that leaves, or the order is refused. */

import type { EventOf, Order } from '../contract.ts'
import { ArkError, type ErrorCode, isArkError } from '../errors.ts'
import { hashOrder } from '../gate/decision.ts'
import { recordRelease, tripleOf } from '../gate/order-flow.ts'
import { type Permit, redeem } from '../gate/permit.ts'
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
    return undefined
  }
  if (slots.broker === undefined || slots.broker.isolated !== null) {
    refuseUnworked(kernel, event, root)
    return undefined
  }
  const order = JSON.parse(permit.orderText) as Order
  const triple = tripleOf(order.strategy ?? 'manual', order.symbol, order.side)
  recordRelease(context.flow, triple, order.symbol, intent === 'open', context.now)
  return { ...event, payload: { intent, order, orderId } }
}

/** An order that has no JSON form was never judged. */
function toSubmission(kernel: Kernel, event: Submitted) {
  const { orderId, order, intent } = event.payload
  const { hash, rulesetDigest } = kernel.options
  try {
    return { decisionId: orderId, orderHash: hashOrder(order, hash), intent, rulesetDigest }
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
