/** Instruments and the rows of a market: bars, trades, quotes, one by one and as the journal keeps them. */

import type { Price, Quantity, TimeMs, Volume } from './units.ts'

export type InstrumentKind = 'equity' | 'fund' | 'index' | 'crypto'

export interface Instrument {
  readonly symbol: string
  readonly kind: InstrumentKind
  readonly venue: string
  readonly tick: Price
  readonly lot: Quantity
  /** Account currency per unit and point of price; 1 for everything but contracts. */
  readonly multiplier: number
  readonly floatShares?: Quantity
  readonly adv20?: Volume
  readonly shortable?: boolean
}

/** Length of a bar: a number of 1 to 9999 and its unit, such as `1m`, `15m`, `4h`, `1d`. */
export type Resolution = `${number}${'s' | 'm' | 'h' | 'd'}`

/** One bar. `end` is its event time. */
export interface Bar {
  readonly symbol: string
  readonly end: TimeMs
  readonly open: Price
  readonly high: Price
  readonly low: Price
  readonly close: Price
  readonly volume: Volume
  readonly resolution: Resolution
}

export interface Trade {
  readonly symbol: string
  readonly time: TimeMs
  readonly price: Price
  readonly quantity: Quantity
}

export interface Quote {
  readonly symbol: string
  readonly time: TimeMs
  readonly bid: Price
  readonly bidSize: Quantity
  readonly ask: Price
  readonly askSize: Quantity
}

/**
 * What a feed offers: up to 1,000 rows of one kind, in event-time order per symbol. One chunk is one journal
 * entry.
 */
export type MarketRows =
  | { readonly kind: 'bars'; readonly resolution: Resolution; readonly rows: readonly Bar[] }
  | { readonly kind: 'trades'; readonly rows: readonly Trade[] }
  | { readonly kind: 'quotes'; readonly rows: readonly Quote[] }

/** Rows as they are journaled: columns, prices divided by `unit` (1e-8). Keys in canonical order. */
export type MarketChunk =
  | {
      readonly close: readonly number[]
      /** Source that offered the rows. */
      readonly feed: string
      readonly high: readonly number[]
      readonly kind: 'bars'
      readonly low: readonly number[]
      readonly open: readonly number[]
      readonly resolution: Resolution
      readonly symbol: readonly number[]
      readonly symbols: readonly string[]
      readonly time: readonly TimeMs[]
      readonly unit: number
      readonly volume: readonly Volume[]
    }
  | {
      readonly feed: string
      readonly kind: 'trades'
      readonly price: readonly number[]
      readonly quantity: readonly Quantity[]
      readonly symbol: readonly number[]
      readonly symbols: readonly string[]
      readonly time: readonly TimeMs[]
      readonly unit: number
    }
  | {
      readonly ask: readonly number[]
      readonly askSize: readonly Quantity[]
      readonly bid: readonly number[]
      readonly bidSize: readonly Quantity[]
      readonly feed: string
      readonly kind: 'quotes'
      readonly symbol: readonly number[]
      readonly symbols: readonly string[]
      readonly time: readonly TimeMs[]
      readonly unit: number
    }
