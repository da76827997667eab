/**
 * What a backtest is asked to do, as plain JSON: the command line makes one, a manifest keeps it, a sweep
 * sends variants of it to other processes.
 */

import type { Config } from '#core/config.ts'
import type { Resolution } from '#core/contract.ts'

export interface BacktestSpec {
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
  /** Name of a built-in strategy, or path of a plugin file. */
  readonly strategy: string
  readonly params: { readonly [name: string]: unknown }
  readonly gate: 'enforce' | 'observe'
  /** Whole and checked; fees, fill model, cash and plugin settings of the command line are in it. */
  readonly config: Config
}
