/** Health, the index, the documents; and what the plugins of this build answer. */

import { mode, time } from '../components.ts'
import { type Answer, answer, type Operation, read } from '../operation.ts'
import {
  anything,
  byName,
  choice,
  flag,
  integer,
  listOf,
  names,
  number,
  object,
  orNull,
  text,
} from '../schema.ts'

const plain = (about: string, type = 'text/plain'): Answer => ({ about, schema: text, type })
const openapi = object({
  openapi: text,
  info: byName(text),
  servers: listOf(anything),
  tags: listOf(anything),
  paths: byName(anything),
  components: byName(anything),
  'x-ark-problems': byName(anything),
})
const readiness = object({ ready: flag, reasons: names })

function open(path: string, summary: string, answers: Operation['answers'], about?: string): Operation {
  const shared = { method: 'GET', path, group: 'Status', summary, access: 'open', answers } as const
  return about === undefined ? shared : { ...shared, about }
}

export const STATUS: readonly Operation[] = [
  open('/', 'Version, mode and the endpoints in short', { 200: plain('A few lines of text.') }),
  open(
    '/healthz',
    'Liveness',
    {
      200: answer(
        'The process answers.',
        object({
          status: choice('ok'),
          name: text,
          version: text,
          build: { ...text, description: 'Digest of the code that decides.' },
          runtime: { ...text, description: 'Name and version.' },
          uptimeSeconds: integer,
          mode,
          runId: orNull(text),
          lastSeq: integer,
        }),
      ),
    },
    'On the metrics port too.',
  ),
  open(
    '/readyz',
    'Readiness',
    {
      200: answer('Reconciled, fresh and durable.', readiness),
      503: answer('Not ready, and why.', readiness),
    },
    'On the metrics port too.',
  ),
  open('/openapi.json', 'This document', { 200: answer('OpenAPI 3.1.', openapi) }),
  open('/docs', 'This document as a page', { 200: plain('HTML without script.', 'text/html') }),
]

const slo = object({
  name: text,
  objective: text,
  state: choice('met', 'violated', 'unknown'),
  current: orNull(number),
  budget: object({ share: number, remaining: orNull(number) }),
  burnRates: byName({ anyOf: [number, { const: '+Inf' }, { type: 'null' }] }),
  burning: flag,
})
const histogram = object({ count: integer, sum: number, p50: number, p95: number, p99: number })
const samples = byName(listOf(object({ labels: byName(anything), value: number })))

/** Served by whoever is loaded under that name; absent from the document of a box that lacks the plugin. */
export const OF_PLUGINS: readonly Operation[] = [
  read(
    'Status',
    '/metrics',
    'Metrics for Prometheus',
    {
      ...plain('The text format.'),
      also: { 'application/openmetrics-text': text },
    },
    { plugin: 'metrics', about: 'OpenMetrics, with exemplars, by Accept. On the metrics port too.' },
  ),
  read(
    'Status',
    '/metrics/json',
    'Metrics as JSON',
    answer(
      'By kind and name.',
      object({ timestamp: time, counters: samples, gauges: samples, histograms: byName(histogram) }),
    ),
    { plugin: 'metrics', about: 'On the metrics port too.' },
  ),
  read(
    'Status',
    '/slos',
    'Service level objectives',
    answer(
      'State, budget and burn rates of each. No data is `unknown`, never `met`.',
      object({
        timestamp: time,
        windowSeconds: integer,
        met: integer,
        violated: integer,
        unknown: integer,
        slos: listOf(slo),
      }),
    ),
    { plugin: 'metrics', about: 'Over 300 s. On the metrics port too.' },
  ),
  read(
    'Status',
    '/v1/aletheia',
    'How far verification has come',
    answer(
      'Counts since the start.',
      object({
        verified: integer,
        disagreed: integer,
        fillsReconciled: integer,
        fillsUnwitnessed: integer,
        lagRows: integer,
        blind: anything,
        undelivered: integer,
        dropped: integer,
      }),
    ),
    { plugin: 'aletheia' },
  ),
  read(
    'Status',
    '/v1/watchdog',
    'What the watchdog sees',
    answer(
      'Its loops, its agents, its latest alerts.',
      object({
        well: flag,
        reason: text,
        loops: byName(object({ everyMs: number, lastRunMs: number, failure: text })),
        agents: listOf(object({ name: text, state: text, handled: integer, failures: integer })),
        alerts: listOf(anything),
      }),
    ),
    { plugin: 'watchdog' },
  ),
]
