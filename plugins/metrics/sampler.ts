/**
 * What must be taken on a timer: availability second by second, the delay of the timer itself, and the
 * kernel's recent durations.
 */

import type { ClockPort, KernelStats, ProcessPort, StatsPort } from '#core/contract.ts'
import type { Meters } from './meters.ts'
import { addDuration, COLUMN } from './observations.ts'
import type { Tally } from './tally.ts'
import { addTo, type Window } from './window.ts'

/** What the parts of this plugin work on. */
export interface Metrics {
  readonly stats: StatsPort
  readonly clock: ClockPort
  readonly process: ProcessPort
  readonly meters: Meters
  readonly window: Window
  readonly tally: Tally
  readonly sampler: Sampler
}

export interface Sampler {
  readonly everyMs: number
  readonly startedAt: number
  readonly wallStartedAt: number
  /** Monotonic. */
  lastLook: number
  /** Longest delay of a look since the last scrape, ms. */
  lagMs: number
  cpuSeconds: number
}

export function createSampler(clock: ClockPort, everyMs: number): Sampler {
  const now = clock.monotonic()
  return {
    everyMs,
    startedAt: now,
    wallStartedAt: clock.now(),
    lastLook: now,
    lagMs: 0,

    cpuSeconds: 0,
  }
}

/**
 * One look at availability. Looks that should have happened while the process stood still count as bad: a
 * service that cannot look at itself is not available.
 */
export function look(metrics: Metrics, stats: KernelStats): void {
  const { sampler, window } = metrics
  const now = metrics.clock.monotonic()
  const elapsed = now - sampler.lastLook
  sampler.lastLook = now
  sampler.lagMs = Math.max(sampler.lagMs, elapsed - sampler.everyMs)
  addTo(window, COLUMN.looks, Math.max(1, Math.round(elapsed / sampler.everyMs)), now)
  addTo(window, COLUMN.looksGood, isAvailable(metrics, stats) ? 1 : 0, now)
  addTo(window, COLUMN.sealLooks, 1, now)
  addTo(window, COLUMN.sealDrifts, stats.sealHolds ? 0 : 1, now)
}

/**
 * Could an order be judged and sent? Reducing for a reason of risk is service as intended; a lost lease or a
 * lost plugin is not.
 */
function isAvailable(metrics: Metrics, stats: KernelStats): boolean {
  return (
    stats.mode !== 'halted' &&
    stats.sealHolds &&
    metrics.tally.leaseHeld &&
    stats.queueDepth < stats.queueCapacity &&
    stats.plugins.every(({ state }) => state !== 'isolated' && state !== 'failed')
  )
}

/** Takes over the kernel's durations: ms there, seconds here. */
export function drain(metrics: Metrics, stats: KernelStats): void {
  const { meters, window } = metrics
  const now = metrics.clock.monotonic()
  drainPasses(metrics, stats)
  for (const ms of stats.drain('verdict')) {
    meters.verdict.observe(ms / 1_000)
    addDuration(window, COLUMN.verdict, ms / 1_000, now)
  }
  for (const ms of stats.drain('commit')) meters.commit.observe(ms / 1_000)
  for (const ms of stats.drain('cycle')) meters.cycle.observe(ms / 1_000)
}

/**
 * The kernel's durations name no trace: one is attached only where one pass met one decided trace, so an
 * exemplar never misleads.
 */
function drainPasses(metrics: Metrics, stats: KernelStats): void {
  const passes = stats.drain('pass')
  if (passes.length === 0) return
  const now = metrics.clock.monotonic()
  const { traces } = metrics.tally
  const [trace] = traces
  const exemplarLabels =
    passes.length === 1 && traces.size === 1 && trace !== undefined ? { trace_id: trace } : {}
  traces.clear()
  for (const ms of passes) {
    metrics.meters.pass.observe({ value: ms / 1_000, exemplarLabels })
    addDuration(metrics.window, COLUMN.pass, ms / 1_000, now)
  }
}
