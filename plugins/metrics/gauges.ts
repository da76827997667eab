/**
 * Sets every gauge at the scrape. A value that cannot be known is left out: an absent series says so, a zero
 * would lie.
 */

import type { Gauge } from 'prom-client'
import type { KernelStats } from '#core/contract.ts'
import { CASH_SCALE } from '#core/math.ts'
import { MODES, PLUGIN_STATES } from './meters.ts'
import { COLUMN } from './observations.ts'
import type { Metrics } from './sampler.ts'
import { SLO_WINDOW_MS } from './slos.ts'
import { sumOf } from './window.ts'

export async function readGauges(metrics: Metrics, stats: KernelStats): Promise<void> {
  readKernel(metrics, stats)
  readRates(metrics)
  await readProcess(metrics)
}

function readKernel({ meters }: Metrics, stats: KernelStats): void {
  meters.queueDepth.set({ queue: 'intake' }, stats.queueDepth)
  meters.queueDepth.set({ queue: 'control' }, stats.controlDepth)
  for (const mode of MODES) meters.mode.set({ mode }, stats.mode === mode ? 1 : 0)
  for (const { name, state } of stats.plugins) {
    for (const one of PLUGIN_STATES)
      meters.pluginState.set({ plugin: name, state: one }, state === one ? 1 : 0)
  }
  meters.drift.set(stats.sealHolds ? 0 : 1)
  meters.equity.set(stats.equity / CASH_SCALE)
  meters.build.set({ version: stats.version, runtime: stats.runtime, build: stats.buildDigest }, 1)
}

function readRates(metrics: Metrics): void {
  const { meters, window, sampler } = metrics
  const now = metrics.clock.monotonic()
  const sum = (column: number): number => sumOf(window, column, SLO_WINDOW_MS, now)
  const firstSlot = Math.floor(now / window.slotMs) - SLO_WINDOW_MS / window.slotMs + 1
  const coveredMs = Math.min(now - sampler.startedAt, now - firstSlot * window.slotMs)
  setOrDrop(meters.ingestRate, (sum(COLUMN.ingested) * 1_000) / coveredMs)
  setOrDrop(meters.confidence, sum(COLUMN.confidence) / sum(COLUMN.patterns))
  const tried = sum(COLUMN.ordersTried)
  // An order tried before the window may fail inside it.
  const failed = Math.min(tried, sum(COLUMN.ordersFailed))
  setOrDrop(meters.successRatio, (tried - failed) / tried)
}

async function readProcess({ meters, sampler, clock, process }: Metrics): Promise<void> {
  const wallMoved = clock.now() - sampler.wallStartedAt
  meters.clockOffset.set((wallMoved - (clock.monotonic() - sampler.startedAt)) / 1_000)
  const cpuSeconds = process.cpuSeconds()
  meters.cpu.inc(Math.max(0, cpuSeconds - sampler.cpuSeconds))
  sampler.cpuSeconds = cpuSeconds
  meters.rss.set(process.rssBytes())
  meters.loopLag.set(sampler.lagMs / 1_000)
  sampler.lagMs = 0
  setOrDrop(meters.disk, await process.diskFreeBytes().catch(() => Number.NaN))
}

function setOrDrop(gauge: Gauge<never>, value: number): void {
  if (Number.isFinite(value)) gauge.set(value)
  else gauge.remove()
}
