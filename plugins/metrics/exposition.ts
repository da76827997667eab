/**
 * The registry as text and as JSON.
 *
 * prom-client keeps the format in the registry, reads it again after an await, and strips `_total` from its
 * counters for good when it writes OpenMetrics. So renderings take turns, and each OpenMetrics one puts the
 * names back.
 */

import { Registry } from 'prom-client'
import { quantileOf } from './observations.ts'

export interface Exposition {
  render(accept: string): Promise<{ readonly contentType: string; readonly body: string }>
  toJson(): Promise<{ readonly [part: string]: unknown }>
}

export function createExposition(registry: Registry): Exposition {
  const format: { setContentType(type: string): void } = registry
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
  return {
    render: (accept) =>
      inTurn(async () => {
        const open = accept.includes('application/openmetrics-text')
        const contentType = open ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE
        const names = registry.getMetricsAsArray().map((metric) => [metric, metric.name] as const)
        format.setContentType(contentType)
        try {
          return { contentType, body: await registry.metrics() }
        } finally {
          for (const [metric, name] of names) metric.name = name
        }
      }),
    toJson: () => inTurn(() => structure(registry)),
  }
}

interface Sample {
  readonly labels: { readonly [name: string]: string | number | undefined }
  readonly value: number
}

/**
 * `{counters: {name: [{labels, value}]}, gauges: the same, histograms: {name: {count, sum, p50, p95,
 * p99}}}`; quantiles since the start.
 */
async function structure(registry: Registry): Promise<{ readonly [part: string]: unknown }> {
  const counters: { [name: string]: readonly Sample[] } = {}
  const gauges: { [name: string]: readonly Sample[] } = {}
  const histograms: { [name: string]: object } = {}
  for (const { name, type, values } of await registry.getMetricsAsJSON()) {
    const kind = String(type)
    if (kind === 'histogram') histograms[name] = summarise(name, values)
    else
      (kind === 'counter' ? counters : gauges)[name] = values.map(({ labels, value }) => ({ labels, value }))
  }
  return { counters, gauges, histograms }
}

function summarise(name: string, values: readonly (Sample & { readonly metricName?: string })[]): object {
  const totalOf = (suffix: string): number =>
    values.find(({ metricName }) => metricName === `${name}_${suffix}`)?.value ?? 0
  // Buckets come in order of their bounds, each with all that lie below it; +Inf is the last.
  const cumulative = values
    .filter(({ metricName }) => metricName === `${name}_bucket`)
    .map(({ value }) => value)
  const counts = cumulative.map((value, index) => value - (cumulative[index - 1] ?? 0))
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantileOf(counts, share))
  return { count: totalOf('count'), sum: totalOf('sum'), p50, p95, p99 }
}
