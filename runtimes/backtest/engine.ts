/**
 * One backtest: a kernel, a market, and whoever watches.
 *
 * `ark backtest` gives it hooks that journal and record, a sweep some that only count: the same kernel,
 * plugins and gate as a running box, and nothing else between them and the rows.
 */

import { openingCashOf } from '#core/config.ts'
import type { ArkEvent, EventOf, MarketRows, Plugin, RunStarted, TimeMs } from '#core/contract.ts'
import { type Kernel, processInput } from '#core/cycle/kernel.ts'
import { installPlugins } from '#core/cycle/loader.ts'
import { createRunKernel, digestConfig, type RunParts } from '#core/cycle/run-kernel.ts'
import { ArkError } from '#core/errors.ts'
import { sealHolds, sealRoot } from '#core/gate/seal.ts'
import { formatCash } from '#core/math.ts'
import type { HashPort } from '#core/ports.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { buildDigest } from '../build-info.ts'
import { INSTRUMENTS } from '../plugins.ts'
import type { BacktestSpec } from './spec.ts'

/** Name that the rows are offered under. */
export const SOURCE = 'file'

export interface Engine {
  readonly kernel: Kernel
  readonly terms: RunStarted
}

export interface EngineHooks {
  /** Every event in seq order, market rows excepted. */
  readonly sink?: (event: ArkEvent) => void
  /** Before the rows are followed. */
  readonly onRows?: (rows: MarketRows) => void
  /** Between two steps; a promise is waited for. */
  readonly between?: (rowsSoFar: number) => Promise<void> | undefined
  readonly stopped?: () => boolean
}

/**
 * `runSeq` is the seq that `run/started` gets. Throws SEAL_BROKEN, and what the plugins' settings are refused
 * for.
 */
export async function createEngine(
  spec: BacktestSpec,
  plugins: readonly Plugin[],
  hash: HashPort,
  runId: string,
  publicKey = '',
  runSeq = 1,
): Promise<Engine> {
  if (!sealHolds(hash))
    throw new ArkError('SEAL_BROKEN', 'graveyard', 'The rules in memory are not the sealed ones.')
  const { config } = spec
  const installed = await installPlugins(plugins, config.plugins)
  const parts: RunParts = { hash, config, instruments: INSTRUMENTS, installed }
  const terms: RunStarted = {
    runId,
    kind: 'backtest',
    seed: 'backtest',
    buildDigest: buildDigest(),
    rulesetDigest: sealRoot(),
    configDigest: digestConfig(config, INSTRUMENTS, plugins, hash),
    publicKey,
    previousSeq: 0,
    openingCash: formatCash(openingCashOf(config)),
    ...(spec.gate === 'observe' ? { ungoverned: true } : {}),
  }
  return { kernel: createRunKernel(parts, terms, runSeq, 'digest'), terms }
}

/**
 * Runs to the last row, or until it is stopped: then `done` is false. `now` dates the run's own two events.
 * Throws PLUGIN_FAILED as soon as a plugin is shut out: what comes of a run without its strategy is no
 * result.
 */
export async function runMarket(
  { kernel, terms }: Engine,
  market: Market,
  hooks: EngineHooks,
  now: TimeMs,
): Promise<{ readonly rows: number; readonly done: boolean }> {
  let shutOut: EventOf<'plugin/isolated'>['payload'] | undefined
  kernel.sink = (event) => {
    hooks.sink?.(event)
    if (event.type === 'plugin/isolated') shutOut ??= event.payload
  }
  processInput(kernel, {
    kind: 'event',
    source: 'core',
    draft: { type: 'run/started', payload: terms },
    time: now,
  })
  let rows = 0
  for await (const step of market.steps()) {
    if (hooks.stopped?.() === true) return { rows, done: false }
    if (step.kind === 'event')
      processInput(kernel, { kind: 'event', source: SOURCE, draft: step.draft, time: step.time })
    else {
      hooks.onRows?.(step.rows)
      processInput(kernel, { kind: 'rows', source: SOURCE, rows: step.rows })
      rows += step.rows.rows.length
    }
    if (shutOut !== undefined)
      throw new ArkError('PLUGIN_FAILED', shutOut.plugin, `${shutOut.plugin} ${shutOut.reason}.`)
    const waits = hooks.between?.(rows)
    if (waits !== undefined) await waits
  }
  const { decisionDigest } = kernel.state
  const ended = { runId: terms.runId, reason: 'completed', decisionDigest }
  processInput(kernel, {
    kind: 'event',
    source: 'core',
    draft: { type: 'run/ended', payload: ended },
    time: now,
  })
  return { rows, done: true }
}
