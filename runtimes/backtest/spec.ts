/**
 * What a backtest is asked to do, as plain JSON: the command line makes one, a manifest keeps it, a sweep
 * sends variants of it to other processes.
 */

import type { Config } from '#core/config.ts'
import type { MarketTerms } from '#plugins/feed-replay/market.ts'

/** Its market, and what is done in it. */
export interface BacktestSpec extends MarketTerms {
  /** Name of a built-in strategy, or path of a plugin file. */
  readonly strategy: string
  readonly params: { readonly [name: string]: unknown }
  readonly gate: 'enforce' | 'observe'
  /** Whole and checked; fees, fill model, cash and plugin settings of the command line are in it. */
  readonly config: Config
}
