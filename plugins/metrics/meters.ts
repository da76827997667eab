/**
 * Every metric of ARK with its help text, on a registry of its own: two ARKs in one process share nothing.
 *
 * Base units only; label sets are closed here or bounded by label.ts; a trace id is an exemplar, never a
 * label.
 */

import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { EventType, Mode, PluginState, RowType } from '#core/contract.ts'
import { BOUNDS } from './observations.ts'

export const MODES: readonly Mode[] = ['active', 'reducing', 'halted']
export const PLUGIN_STATES: readonly PluginState[] = [
  'pending',
  'starting',
  'active',
  'failed',
  'isolated',
  'stopped',
]
export const ORDER_STATUSES = [
  'submitted',
  'throttled',
  'accepted',
  'partially_filled',
  'filled',
  'rejected',
  'cancelled',
  'lapsed',
] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

export type JournalType = Exclude<EventType, RowType>

/** A record, so that a type added to the contract and forgotten here does not compile. */
const JOURNAL: Readonly<Record<JournalType, true>> = {
  'market/chunk': true,
  'signal/received': true,
  'order/requested': true,
  'order/cancel_requested': true,
  'clock/ticked': true,
  'lease/lost': true,
  'lease/renewed': true,
  'mode/requested': true,
  'audit/lagged': true,
  'audit/recovered': true,
  'plugin/isolated': true,
  'plugin/restored': true,
  'instrument/registered': true,
  'identity/created': true,
  'identity/revoked': true,
  'identity/attested': true,
  'verdict/verified': true,
  'fill/reconciled': true,
  'run/started': true,
  'run/ended': true,
  'signal/accepted': true,
  'signal/refused': true,
  'pattern/recognised': true,
  'plan/proposed': true,
  'plan/dropped': true,
  'identity/confirmed': true,
  'decision/approved': true,
  'decision/denied': true,
  'decision/held': true,
  'decision/reviewed': true,
  'order/submitted': true,
  'order/throttled': true,
  'order/accepted': true,
  'order/filled': true,
  'order/rejected': true,
  'order/cancelled': true,
  'permit/lapsed': true,
  'mode/changed': true,
  'order/amend_requested': true,
  'order/amended': true,
  'action/requested': true,
  'action/judged': true,
  'box/booted': true,
  'pause/requested': true,
  'restriction/requested': true,
  'latch/rearmed': true,
  'approval/decided': true,
  'override/granted': true,
  'override/revoked': true,
  'drill/passed': true,
  'publication/made': true,
  'client_order/registered': true,
  'client_order/ended': true,
  'consent/recorded': true,
  'consent/withdrawn': true,
  'cash/moved': true,
  'split/applied': true,
  'dividend/paid': true,
  'symbol/halted': true,
  'position/uncovered': true,
  'position/covered': true,
  'account/strained': true,
  'account/eased': true,
  'breaker/tripped': true,
  'breaker/reset': true,
}
export const JOURNAL_TYPES = Object.keys(JOURNAL) as readonly JournalType[]

export type Meters = ReturnType<typeof createMeters>

export function createMeters() {
  const registry = new Registry()
  // prom-client refuses exemplars on a registry that is a Prometheus one at this moment; exposition.ts sets
  // the format at each scrape.
  const format: { setContentType(type: string): void } = registry
  format.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  const registers = [registry]
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> =>
    new Counter({ name, help, labelNames, registers })
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> =>
    new Gauge({ name, help, labelNames, registers })
  const histogram = (name: string, help: string, enableExemplars = false): Histogram<'trace_id'> =>
    new Histogram({ name, help, buckets: [...BOUNDS], enableExemplars, registers })
  const meters = {
    registry,
    pass: histogram(
      'ark_pass_latency_seconds',
      'From an accepted input to the commit of all that followed.',
      true,
    ),
    verdict: histogram('ark_hrm_eval_latency_seconds', 'One verdict: all rules and the limits beside them.'),
    commit: histogram('ark_state_write_latency_seconds', 'One durable commit of a batch.'),
    cycle: histogram(
      'ark_cycle_latency_seconds',
      'One cycle: a batch through all agents, without its commit.',
    ),
    ingestRate: gauge('ark_kyle_ingest_rate', 'Market rows and signals a second over the last 300 s.'),
    confidence: gauge(
      'ark_joey_pattern_confidence_avg',
      'Mean confidence of the patterns of the last 300 s; absent when there were none.',
    ),
    successRatio: gauge(
      'ark_kenny_exec_success_ratio',
      'Orders of the last 300 s that were neither throttled, rejected nor lapsed; absent when there were none.',
    ),
    queueDepth: gauge('ark_queue_depth', 'Inputs that wait for a cycle.', ['queue']),
    denials: counter('ark_hrm_denials_total', 'Denials by rule or limit and by who proposed.', [
      'rule',
      'agent',
    ]),
    quarantines: counter('ark_watchdog_quarantines_total', 'Plugins taken out of dispatch.', [
      'agent',
      'reason',
    ]),
    validations: counter('ark_graveyard_validations_total', 'Orders judged by the rules.'),
    heartbeats: counter(
      'ark_agent_heartbeat_failures_total',
      'Agents found silent while their events arrived.',
      ['agent'],
    ),
    mode: gauge('ark_mode', '1 for the mode that holds, 0 for the others.', ['mode']),
    drift: gauge('ark_ethics_drift', '0 while the rules match their seal, 1 when they do not.'),
    equity: gauge('ark_equity', 'Equity in the account currency.'),
    orders: counter('ark_orders_total', 'Orders by what became of them.', ['status']),
    events: counter(
      'ark_events_total',
      'Journaled events by type; a chunk of up to 1,000 market rows is one.',
      ['type'],
    ),
    pluginState: gauge('ark_plugin_state', '1 for the state a plugin is in, 0 for the others.', [
      'plugin',
      'state',
    ]),
    clockOffset: gauge(
      'ark_clock_offset_seconds',
      'How far the wall clock has moved against the monotonic one since the start.',
    ),
    build: gauge('ark_build_info', '1, with what runs as labels.', ['version', 'runtime', 'build']),
    cpu: counter('ark_process_cpu_seconds_total', 'User and system CPU time of the process.'),
    rss: gauge('ark_process_resident_memory_bytes', 'Resident memory of the process.'),
    disk: gauge('ark_disk_free_bytes', 'Free space where the journal lives; absent when it cannot be read.'),
    loopLag: gauge(
      'ark_event_loop_lag_seconds',
      'Longest delay of the one-second timer since the last scrape.',
    ),
  }
  for (const status of ORDER_STATUSES) meters.orders.inc({ status }, 0)
  for (const type of JOURNAL_TYPES) meters.events.inc({ type }, 0)
  return meters
}
