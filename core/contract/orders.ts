/** Orders, from what a proposer asks for to what a broker reports. */

import type { Decimal } from './units.ts'

export type Side = 'buy' | 'sell'
export type OrderType = 'market' | 'limit' | 'stop' | 'stop_limit'
export type TimeInForce = 'day' | 'gtc' | 'ioc' | 'fok'

/** What a proposer asks for. Nothing in it is believed: the gate derives its own facts. */
export interface Order {
  readonly symbol: string
  readonly side: Side
  readonly type: OrderType
  readonly quantity: Decimal
  readonly limitPrice?: Decimal
  readonly stopPrice?: Decimal
  readonly timeInForce?: TimeInForce
  /** Protective stop, attached to the entry as a reduce-only child. */
  readonly stopLoss?: { readonly price: Decimal }
  /** Profit targets; `portion` is the share of the quantity, all together at most 1. One OCO group with the stop. */
  readonly targets?: readonly { readonly price: Decimal; readonly portion: Decimal }[]
  readonly strategy?: string
  readonly reduceOnly?: boolean
  readonly cancelFirst?: readonly string[]
  readonly reason?: string
}

export type OrderRole = 'entry' | 'exit' | 'stop' | 'target'

/**
 * A working order as broker and book see it. `orderId` of the parent is the decision id; children add
 * `.stop`, `.target1` …
 */
export interface WorkingOrder {
  readonly orderId: string
  readonly symbol: string
  readonly side: Side
  readonly type: OrderType
  readonly quantity: Decimal
  readonly role: OrderRole
  readonly limitPrice?: Decimal
  readonly stopPrice?: Decimal
  readonly timeInForce?: TimeInForce
  readonly parent?: string
  /** Orders of one group cancel one another (OCO). */
  readonly group?: string
  readonly strategy: string
}

export interface Fill {
  readonly orderId: string
  readonly parent?: string
  readonly role: OrderRole
  readonly symbol: string
  readonly side: Side
  readonly quantity: Decimal
  readonly price: Decimal
  readonly fee: Decimal
  /** Left to fill on this order; "0" when it is done. */
  readonly remaining: Decimal
  readonly liquidity: 'maker' | 'taker'
  readonly reason: string
}
