/**
 * The life of a paper order as one table: what may happen to it in each state, and what it is then.
 *
 * Every change of a status goes through `advance`, so a step that is not in the table cannot happen: an order
 * that has ended neither fills nor ends a second time.
 */

import { ArkError } from '#core/errors.ts'

export type OrderStatus =
  | 'received'
  | 'working'
  /** The stop of a stop order was touched: it fills at the next price, whatever that is. */
  | 'triggered'
  | 'partly_filled'
  | 'filled'
  | 'cancelled'
  | 'expired'
  | 'rejected'

export type OrderStep = 'accept' | 'reject' | 'trigger' | 'fill_part' | 'fill' | 'cancel' | 'expire'

type Steps = { readonly [Step in OrderStep]?: OrderStatus }

const FILLS: Steps = { fill_part: 'partly_filled', fill: 'filled' }
const ENDS: Steps = { cancel: 'cancelled', expire: 'expired' }
const NOTHING_MORE: Steps = {}

export const TRANSITIONS: { readonly [Status in OrderStatus]: Steps } = {
  received: { accept: 'working', reject: 'rejected' },
  working: { trigger: 'triggered', ...FILLS, ...ENDS },
  triggered: { ...FILLS, ...ENDS },
  partly_filled: { ...FILLS, ...ENDS },
  filled: NOTHING_MORE,
  cancelled: NOTHING_MORE,
  expired: NOTHING_MORE,
  rejected: NOTHING_MORE,
}

interface Living {
  readonly orderId: string
  status: OrderStatus
}

/** Throws ASSERTION for a step that the order's state does not allow. */
export function advance(order: Living, step: OrderStep): void {
  const next = TRANSITIONS[order.status][step]
  if (next === undefined)
    throw new ArkError('ASSERTION', order.orderId, `An order that is ${order.status} cannot ${step}.`)
  order.status = next
}

export function isLive({ status }: Living): boolean {
  return status === 'working' || status === 'triggered' || status === 'partly_filled'
}
