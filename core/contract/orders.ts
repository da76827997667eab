/** Orders, from what a proposer asks for to what a broker reports. */

import type { Decimal } from './units.ts'

export type Side = 'buy' | 'sell'
/**
 * trailing_stop: a stop that starts at `stopPrice` and follows the market at the distance `trail`, never
 * back.
 */
export type OrderType = 'market' | 'limit' | 'stop' | 'stop_limit' | 'trailing_stop'
/**
 * day: until the session closes (crypto: until midnight UTC). gtc: until cancelled. ioc: what fills at once,
 * the rest ends. fok: all at once or nothing. opg: in the next opening auction only. cls: in the next closing
 * auction only.
 */
export type TimeInForce = 'day' | 'gtc' | 'ioc' | 'fok' | 'opg' | 'cls'

/** What a proposer asks for. Nothing in it is believed: the gate derives its own facts. */
export interface Order {
  readonly symbol: string
  readonly side: Side
  readonly type: OrderType
  readonly quantity: Decimal
  readonly limitPrice?: Decimal
  readonly stopPrice?: Decimal
  /** Of a trailing_stop: its distance from the market. */
  readonly trail?: Decimal
  readonly timeInForce?: TimeInForce
  /** Protective stop, attached to the entry as a reduce-only child; with `trail` it follows the market. */
  readonly stopLoss?: { readonly price: Decimal; readonly trail?: Decimal }
  /**
   * Profit targets; `portion` is the share of the quantity, all together at most 1. One OCO group with the
   * stop.
   */
  readonly targets?: readonly { readonly price: Decimal; readonly portion: Decimal }[]
  readonly strategy?: string
  /**
   * One cancels the others: the first of a strategy's orders of this name and symbol that fills ends the
   * rest.
   */
  readonly group?: string
  readonly reduceOnly?: boolean
  readonly cancelFirst?: readonly string[]
  /**
   * A working entry or exit of the same strategy, symbol and side whose place it takes: judged as if that one
   * were gone, refused once it is. `quantity` is that of both together: what the first has filled counts.
   */
  readonly replaces?: string
  readonly reason?: string
}

/**
 * New terms of a working order, which keeps its id; what is absent stays. Only what lowers the risk: less of
 * it, a stop closer to the market, another limit to leave at. `quantity` is the whole of it, so one that is
 * filled already ends the rest.
 */
export interface Amendment {
  readonly orderId: string
  readonly quantity?: Decimal
  readonly limitPrice?: Decimal
  readonly stopPrice?: Decimal
  readonly trail?: Decimal
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
  /** Left to fill. */
  readonly quantity: Decimal
  /** What had filled when the broker said this; absent = nothing. */
  readonly filled?: Decimal
  readonly role: OrderRole
  readonly limitPrice?: Decimal
  readonly stopPrice?: Decimal
  readonly trail?: Decimal
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
