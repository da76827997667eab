/** What an agent may look at. */

import type { RunKind } from './events.ts'
import type { Instrument } from './market.ts'
import type { WorkingOrder } from './orders.ts'
import type { Mode } from './proposals.ts'
import type { Cash, Price, Quantity, TimeMs } from './units.ts'

/** Open from `open` up to, and not including, `close`. */
export interface Session {
  readonly open: TimeMs
  readonly close: TimeMs
}

/** Read-only, folded by core from the same events; so it is deterministic like the agent itself. */
export interface World {
  /** Event time: in a replay the largest accepted feed event time, in a live run the last tick. */
  now(): TimeMs
  mode(): Mode
  runKind(): RunKind
  instrument(symbol: string): Instrument
  /**
   * The regular session of a day (number since 1970, UTC); all of it for crypto; undefined when there is
   * none.
   */
  session(symbol: string, day: number): Session | undefined
  /** Last known price: mid of the quote, else last trade, else last closed bar; NaN when there is none. */
  mark(symbol: string): Price
  quote(symbol: string): { readonly bid: Price; readonly ask: Price; readonly time: TimeMs } | undefined
  /** Signed; 0 when flat. */
  position(symbol: string): Quantity
  equity(): Cash
  /** What the broker would charge for a fill, by its own word; 0 when it names no fees. */
  fee(symbol: string, price: Price, quantity: Quantity): Cash
  cash(): Cash
  /**
   * What all symbols but this one bind: positions that no market exit on its way closes, and entries that wait,
   * at their last prices.
   */
  committed(besides: string): Cash
  /** Equity when the account's day began, and what was paid in since. */
  dayStartEquity(): Cash
  netDeposits(): Cash
  /** Realised since the run began, fees not taken off. */
  realised(): Cash
  /** Symbols with a position, in the order they were opened. */
  held(): readonly string[]
  /** Working orders of the symbol, sent ones included. */
  working(symbol: string): readonly WorkingOrder[]
}
