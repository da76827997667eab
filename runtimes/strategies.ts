/**
 * Which plugins decide when strategies are named: their own agents in front of Kenny, beside or instead of
 * Kyle and Joey.
 *
 * Called by backtests and research, by `start`, and by `replay`, which must come to the same list. A strategy
 * is one of the list below, or a file.
 */

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from '#core/config.ts'
import type { Plugin } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { nearest } from '#core/nearest.ts'
import buyAndHold from '#plugins/buy-and-hold/index.ts'
import donchianBreakout from '#plugins/donchian-breakout/index.ts'
import emaCross from '#plugins/ema-cross/index.ts'
import macdTrend from '#plugins/macd-trend/index.ts'
import rsiReversion from '#plugins/rsi-reversion/index.ts'
import { PLUGINS } from './plugins.ts'

const AFTER: readonly string[] = ['kenny', 'id', 'hrm', 'broker-paper']
const HOUSE: readonly string[] = ['kyle', 'joey']
/** Kyle and Joey by their common name. */
const PATTERNS = 'patterns'

/** Strategies of the house beside `patterns`. They run where they are named, and nowhere else. */
export const STRATEGIES = [
  buyAndHold,
  emaCross,
  macdTrend,
  rsiReversion,
  donchianBreakout,
] as unknown as readonly Plugin[]

const BUILT_IN: readonly string[] = [PATTERNS, ...STRATEGIES.map(({ name }) => name)]

export function strategyNames(): readonly string[] {
  return BUILT_IN
}

/** In the order in which they are shown an event. Throws as strategyOf does. */
export async function pluginsFor(strategy: string): Promise<readonly Plugin[]> {
  const deciding = (names: readonly string[]) => PLUGINS.filter(({ name }) => names.includes(name))
  if (strategy === PATTERNS) return deciding([...HOUSE, ...AFTER])
  return [await strategyOf(strategy), ...deciding(AFTER)]
}

/**
 * Throws BAD_USAGE naming the strategies that there are, PLUGIN_INVALID with what is wrong with the file, or
 * FILE_MISSING.
 */
export async function strategyOf(strategy: string): Promise<Plugin> {
  const found = STRATEGIES.find(({ name }) => name === strategy)
  if (found !== undefined) return found
  const fault = strategyFault(strategy)
  if (fault !== undefined) throw new ArkError('BAD_USAGE', '--strategy', `${fault}.`)
  // Most commands never need it, nor the whole library that the kit holds.
  const { loadStrategyFile } = await import('./strategy-file.ts')
  return loadStrategyFile(strategy, [...PLUGINS.map(({ name }) => name), ...BUILT_IN])
}

/** A file is told by its path: a name alone is never looked for on disk. */
export function isStrategyFile(strategy: string): boolean {
  return /[/\\]|\.[a-z]+$/.test(strategy)
}

/**
 * What can be said without loading anything; undefined when it is one of the list, or a file that waits to be
 * read.
 */
export function strategyFault(strategy: string): string | undefined {
  if (BUILT_IN.includes(strategy)) return undefined
  if (isStrategyFile(strategy)) return undefined
  const meant = nearest(strategy, BUILT_IN)
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`
  const file = EXISTING.find((extension) => existsSync(resolve(strategy + extension)))
  const path = file === undefined ? '' : `; a file is named by its path, ./${strategy}${file}`
  return `there is no strategy ${strategy}, there are ${BUILT_IN.join(', ')}${hint}${path}`
}

const EXISTING = ['.ts', '.js', '.mjs'] as const

/**
 * What a box runs: all plugins, with the configured strategies in front of Kenny. Settings of strategies that
 * do not run are left out of the configuration, so that they may stay in the file, and out of its digest.
 */
export async function boxPlugins(
  config: Config,
): Promise<{ readonly plugins: readonly Plugin[]; readonly config: Config }> {
  const strategies: Plugin[] = []
  for (const name of config.strategies) if (name !== PATTERNS) strategies.push(await strategyOf(name))
  const kenny = PLUGINS.findIndex(({ name }) => name === 'kenny')
  const plugins = [...PLUGINS.slice(0, kenny), ...strategies, ...PLUGINS.slice(kenny)]
  const idle = (name: string) => BUILT_IN.includes(name) && !plugins.some((plugin) => plugin.name === name)
  const settings = Object.entries(config.plugins).filter(([name]) => !idle(name))
  return { plugins, config: { ...config, plugins: Object.fromEntries(settings) } }
}
