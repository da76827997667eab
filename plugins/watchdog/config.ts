/** The watchdog's settings: how often each loop looks, and what it still accepts. */

import * as v from 'valibot'

const period = v.pipe(v.number(), v.integer(), v.minValue(10), v.maxValue(60_000))
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000))
const share = v.pipe(v.number(), v.gtValue(0), v.maxValue(1))

export const watchdogConfig = v.strictObject({
  agentsEveryMs: v.optional(period, 5_000),
  queueEveryMs: v.optional(period, 2_000),
  sealEveryMs: v.optional(period, 10_000),
  /** Core takes a lease that is silent for three seconds. */
  leaseEveryMs: v.optional(v.pipe(period, v.maxValue(1_500)), 1_000),
  /** Looks in a row at which events arrived for an agent and it handled none. */
  silentLooksMax: v.optional(v.pipe(count, v.minValue(1)), 2),
  /** New failures of an agent between two looks that still pass. */
  newFailuresMax: v.optional(count, 0),
  /** Slowest reduce that still passes, ms. A pure function of one event has no business near it. */
  slowestMsMax: v.optional(v.pipe(v.number(), v.gtValue(0)), 250),
  /** Share of the queue from which a warning is logged, and from which it counts as full. */
  queueWarnShare: v.optional(share, 0.7),
  queueFullShare: v.optional(share, 0.9),
  /** Looks in a row at a full queue that cost the lease. */
  queueFullLooks: v.optional(v.pipe(count, v.minValue(1)), 3),
  /** A loop that did not run for so many of its own periods counts as stopped. */
  stoppedPeriods: v.optional(v.pipe(count, v.minValue(2)), 3),
})

export type WatchdogConfig = v.InferOutput<typeof watchdogConfig>
