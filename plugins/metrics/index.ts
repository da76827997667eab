/**
 * Metrics: counts what was committed, samples the kernel and the process, and answers Prometheus and the SLO
 * page.
 *
 * Gauges are read at the scrape; a timer only takes what would be lost otherwise. It decides nothing and
 * offers nothing.
 */

import * as v from 'valibot'
import type { Host, KernelStats, Plugin, Route, RunningService } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { formatTime } from '#core/time.ts'
import { createExposition, type Exposition } from './exposition.ts'
import { readGauges } from './gauges.ts'
import { createMeters, JOURNAL_TYPES } from './meters.ts'
import { createObservations } from './observations.ts'
import { createSampler, drain, look, type Metrics } from './sampler.ts'
import { judgeSlos, SLO_WINDOW_MS } from './slos.ts'
import { countEvent, createTally } from './tally.ts'

const period = v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(5_000))

export const metricsConfig = v.strictObject({
  /** How often availability and event-loop lag are sampled, ms. */
  lookEveryMs: v.optional(period, 1_000),
  /** How often the kernel's durations are taken over between commits, ms; it keeps the recent ones only. */
  drainEveryMs: v.optional(period, 5_000),
})
export type MetricsConfig = v.InferOutput<typeof metricsConfig>

export default {
  name: 'metrics',
  version: '1.0.0',
  contract: 1,
  consumes: JOURNAL_TYPES,
  emits: [],
  needs: ['stats', 'clock', 'process', 'timers'],
  config: metricsConfig,
  service: { start },
} satisfies Plugin<never, MetricsConfig>

function start(host: Host, config: MetricsConfig): Promise<RunningService> {
  const { stats, clock, process, timers } = host.ports
  if (stats === undefined || clock === undefined || process === undefined || timers === undefined) {
    throw new ArkError('PORT_NOT_GRANTED', 'metrics', 'Metrics work with stats, clock, process and timers.')
  }
  const meters = createMeters()
  const window = createObservations()
  const tally = createTally(meters, window)
  const sampler = createSampler(clock, config.lookEveryMs)
  const metrics = { stats, clock, process, meters, window, tally, sampler }
  const cancels = [
    timers.every(config.lookEveryMs, () => look(metrics, stats.read())),
    timers.every(config.drainEveryMs, () => drain(metrics, stats.read())),
  ]
  return Promise.resolve({
    onEvent: (event) => countEvent(tally, event, clock.monotonic()),
    // At each commit, because its durations and the traces seen in it belong together.
    onCommit: () => drain(metrics, stats.read()),
    routes: createRoutes(metrics, createExposition(meters.registry)),
    stop() {
      for (const cancel of cancels) cancel()
      return Promise.resolve()
    },
  })
}

function createRoutes(metrics: Metrics, exposition: Exposition): readonly Route[] {
  const collect = async (): Promise<void> => {
    const stats: KernelStats = metrics.stats.read()
    drain(metrics, stats)
    await readGauges(metrics, stats)
  }
  return [
    {
      method: 'GET',
      pattern: '/metrics',
      metricsPort: true,
      async handle(request) {
        await collect()
        const { contentType, body } = await exposition.render(request.headers.get('accept') ?? '')
        return new Response(body, { headers: { 'content-type': contentType } })
      },
    },
    {
      method: 'GET',
      pattern: '/metrics/json',
      metricsPort: true,
      async handle() {
        await collect()
        return Response.json({ timestamp: timeOf(metrics), ...(await exposition.toJson()) })
      },
    },
    {
      method: 'GET',
      pattern: '/slos',
      metricsPort: true,
      handle() {
        drain(metrics, metrics.stats.read())
        return Response.json(reportSlos(metrics))
      },
    },
  ]
}

function reportSlos(metrics: Metrics): object {
  const slos = judgeSlos(metrics.window, metrics.clock.monotonic())
  const count = (state: string): number => slos.filter((slo) => slo.state === state).length
  return {
    timestamp: timeOf(metrics),
    windowSeconds: SLO_WINDOW_MS / 1_000,
    met: count('met'),
    violated: count('violated'),
    unknown: count('unknown'),
    slos,
  }
}

function timeOf(metrics: Metrics): string {
  return formatTime(Math.floor(metrics.clock.now()))
}
