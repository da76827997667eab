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
import { isOver } from '#core/cycle/market-rows.ts'
import { createRunKernel, digestConfig, type RunParts } from '#core/cycle/run-kernel.ts'
import { endInstant } from '#core/cycle/watch.ts'
import { ArkError } from '#core/errors.ts'
import { sealHolds, sealRoot } from '#core/gate/seal.ts'
import { formatCash } from '#core/math.ts'
import type { HashPort } from '#core/ports.ts'
import { formatTime } from '#core/time.ts'
import type { Market, MarketStep } from '#plugins/feed-replay/market.ts'
import { buildDigest } from '../build-info.ts'
import { INSTRUMENTS } from '../plugins.ts'
import { isStrategyFile } from '../strategies.ts'
import { wipedOut } from './account.ts'
import type { BacktestSpec } from './spec.ts'
import { type Witness, watchStrategy } from './witness.ts'

/** Name that the rows are offered under. */
export const SOURCE = 'file'

export interface Engine {
  readonly kernel: Kernel
  readonly terms: RunStarted
  /** Of a strategy that is a file. */
  readonly witness?: Witness | undefined
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
  const { config, strategy } = spec
  const [first, ...others] = plugins
  const watched = first !== undefined && isStrategyFile(strategy)
  const witness = watched ? watchStrategy(first, strategy) : undefined
  const deciding = witness === undefined ? plugins : [witness.plugin, ...others]
  const installed = await installPlugins(deciding, config.plugins)
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
  return { kernel: createRunKernel(parts, terms, runSeq, 'digest'), terms, witness }
}

/**
 * Runs to the last row or until nothing is left of the account, or until it is stopped: then `done` is false.
 * `now` dates the run's own two events. Throws PLUGIN_FAILED as soon as a plugin is shut out: what comes of a
 * run without its strategy is no result.
 */
export async function runMarket(
  { kernel, terms, witness }: Engine,
  market: Market,
  hooks: EngineHooks,
  now: TimeMs,
): Promise<{ readonly rows: number; readonly done: boolean }> {
  let shutOut: ArkError | undefined
  kernel.sink = (event) => {
    hooks.sink?.(event)
    if (event.type === 'plugin/isolated') shutOut ??= toFault(event, witness)
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
    if (isOver(kernel, timeOf(step))) break
    if (step.kind === 'event')
      processInput(kernel, { kind: 'event', source: SOURCE, draft: step.draft, time: step.time })
    else {
      hooks.onRows?.(step.rows)
      processInput(kernel, { kind: 'rows', source: SOURCE, rows: step.rows })
      rows += step.rows.rows.length
    }
    if (shutOut !== undefined) throw shutOut
    const waits = hooks.between?.(rows)
    if (waits !== undefined) await waits
  }
  const { decisionDigest } = kernel.state
  endInstant(kernel)
  const reason = wipedOut(kernel) ?? 'completed'
  const ended = { runId: terms.runId, reason, decisionDigest }
  processInput(kernel, {
    kind: 'event',
    source: 'core',
    draft: { type: 'run/ended', payload: ended },
    time: now,
  })
  return { rows, done: true }
}

/** A plugin of the house has no place in a file of the user's. */
function toFault({ payload, time }: EventOf<'plugin/isolated'>, witness: Witness | undefined): ArkError {
  const { plugin, reason } = payload
  const place = witness?.plugin.name === plugin ? witness.place() : `${plugin}, ${formatTime(time)}`
  const why = reason.replaceAll(/\s+/g, ' ').replace(/\.$/, '')
  return new ArkError('PLUGIN_FAILED', place, `${plugin} ${why}.`)
}

function timeOf(step: MarketStep): TimeMs {
  if (step.kind === 'event') return step.time
  const [first] = step.rows.rows
  return first === undefined ? 0 : 'end' in first ? first.end : first.time
}
