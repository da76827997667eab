/**
 * A market out of files: rows in order of time, with splits, dividends and halts where they belong, and what
 * is doubtful about them said beforehand.
 *
 * Called by backtests. Every file is read whole once before its first row is offered.
 */

import type { Draft, FilePort, Instrument, MarketRows, Resolution, TimeMs } from '#core/contract.ts'

export interface MarketTerms {
  readonly data: readonly string[]
  /** Absent = all. */
  readonly symbols?: readonly string[]
  /** First and last session, inclusive, `YYYY-MM-DD`; or moments. */
  readonly from?: string
  readonly to?: string
  /** Of bars stamped with a time; rows that are finer are gathered into bars of this length. */
  readonly resolution?: Resolution
  /** regular leaves out what lies wholly outside the regular session of its day. */
  readonly session: 'regular' | 'extended'
  /** Folder of `<symbol>.factor.csv`. */
  readonly adjust?: string
  /**
   * adjusted: prices times their factors. raw: prices as they are; splits and dividends happen to the
   * account.
   */
  readonly prices: 'adjusted' | 'raw'
  /** JSON file of instruments, splits, dividends, halts, setups. */
  readonly reference?: string
}

/**
 * Rows, or one event that happened between them: split/applied, dividend/paid, symbol/halted,
 * signal/received.
 */
export type MarketStep =
  | { readonly kind: 'rows'; readonly rows: MarketRows }
  | { readonly kind: 'event'; readonly draft: Draft; readonly time: TimeMs }

export interface Market {
  /** Rows that the files select; rows gathered into bars are fewer. */
  readonly total: number
  readonly quality: Quality
  /** SHA-256 of each file's bytes, by name: the run's manifest keeps them. */
  readonly digests: { readonly [file: string]: string }
  /** Of the reference file: the run registers them before its first row. */
  readonly instruments: readonly Instrument[]
  steps(): AsyncGenerator<MarketStep, void, undefined>
}

export interface Quality {
  readonly symbols: readonly SymbolQuality[]
  /** One sentence each, worst first; empty = nothing to say. */
  readonly findings: readonly string[]
}

export interface SymbolQuality {
  readonly symbol: string
  readonly kind: MarketRows['kind']
  readonly rows: number
  readonly first: TimeMs
  readonly last: TimeMs
  /** Sessions, or bars within sessions, that are missing. */
  readonly gaps: number
  /** Jumps that look like a split which nothing adjusts. */
  readonly splits: number
  readonly outliers: number
  readonly zeroVolume: number
  /** Left out: outside the regular session. */
  readonly outside: number
}

export type OpenMarket = (terms: MarketTerms, files: FilePort) => Promise<Market>
