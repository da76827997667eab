/**
 * Where trials are run: opens the market of a trial, keeps it for the next ones over the same files, and runs
 * them one after the other. One in each child process, one in this process where no other is wanted.
 */

import type { Plugin } from '#core/contract.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { openBacktestMarket } from '../backtest/market.ts'
import type { BacktestSpec } from '../backtest/spec.ts'
import { filePort } from '../shared/files.ts'
import { pluginsFor } from '../strategies.ts'
import { keepInMemory } from './kept-market.ts'
import { redirectReads } from './redirect.ts'
import { type Outcome, runTrial, type Trial } from './trial.ts'

export type Runner = (trial: Trial) => Promise<Outcome>

export function createRunner(): Runner {
  const plugins = new Map<string, readonly Plugin[]>()
  let open: { readonly key: string; readonly market: Market } | undefined
  return async (trial) => {
    const { spec, redirects } = trial
    // Before the strategy is loaded, which may read as it loads.
    if (redirects !== undefined) redirectReads(redirects)
    const key = marketKey(spec)
    if (open?.key !== key) {
      // What was kept goes before the next is read: two markets may not fit.
      open = undefined
      open = { key, market: keepInMemory(await openBacktestMarket(spec, filePort)) }
    }
    const deciding = plugins.get(spec.strategy) ?? (await pluginsFor(spec.strategy))
    plugins.set(spec.strategy, deciding)
    return runTrial(trial, deciding, open.market)
  }
}

/** All that decides which rows a trial is shown: equal for trials over the same market. */
export function marketKey(spec: BacktestSpec): string {
  const { adjust, data, from, prices, reference, resolution, session, symbols, to, config } = spec
  const { instruments } = config
  return JSON.stringify({
    adjust,
    data,
    from,
    prices,
    reference,
    resolution,
    session,
    symbols,
    to,
    instruments,
  })
}
