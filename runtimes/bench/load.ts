/**
 * The load generator of the benches, in two forms. A closed loop keeps every connection busy and tells how
 * much a server can do. An open loop sends at a steady rate whatever the server does, and counts a request's
 * latency from the moment at which it was due, so that a stall is charged to everyone it kept waiting.
 */

import { BROKEN, type Connection, connect } from './connection.ts'

export interface Target {
  readonly port: number
  readonly connections: number
  readonly seconds: number
  /** The request of an ordinal, from 0. */
  request(ordinal: number): Uint8Array
}

export interface LoadReport {
  /** Answered or broken. */
  readonly requests: number
  /** Answers of 2xx alone. */
  readonly perSecond: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Requests by status outside 2xx; `broken` got no readable answer, `unanswered` none in time. */
  readonly errors: { readonly [status: string]: number }
  /** Milliseconds by ordinal; NaN where there was no answer. */
  readonly latencies: Float64Array
}

/** How long the last answers of an open loop are waited for. */
const PATIENCE_MS = 10_000

export async function runClosed(target: Target): Promise<LoadReport> {
  const tally = createTally()
  const started = performance.now()
  const until = started + target.seconds * 1_000
  let sent = 0
  const work = (connection: Connection): Promise<void> =>
    new Promise((resolve) => {
      const next = (): void => {
        const at = performance.now()
        if (at >= until) return resolve()
        const ordinal = sent++
        connection.send(target.request(ordinal), (status) => {
          note(tally, ordinal, status, performance.now() - at)
          // Without the detour a broken port would recurse without end.
          if (status === BROKEN) setTimeout(next, 1)
          else next()
        })
      }
      next()
    })
  const connections = openAll(target)
  await Promise.all(connections.map(work))
  closeAll(connections)
  return toReport(tally, performance.now() - started)
}

/** `perSecond` requests are due each second, evenly; those that find no free connection wait for one. */
export async function runOpen(target: Target & { readonly perSecond: number }): Promise<LoadReport> {
  const tally = createTally()
  const total = Math.round(target.perSecond * target.seconds)
  const interval = 1_000 / target.perSecond
  const connections = openAll(target)
  const free = [...connections]
  const started = performance.now()
  let sent = 0
  let done = 0
  const sendDue = (): void => {
    while (sent < total && performance.now() >= started + sent * interval) {
      const connection = free.pop()
      if (connection === undefined) return
      send(connection, sent++)
    }
  }
  const send = (connection: Connection, ordinal: number): void => {
    connection.send(target.request(ordinal), (status) => {
      note(tally, ordinal, status, performance.now() - (started + ordinal * interval))
      done++
      free.push(connection)
      if (status !== BROKEN) sendDue()
    })
  }
  const late = started + target.seconds * 1_000 + PATIENCE_MS
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      sendDue()
      if (done < total && performance.now() < late) return
      clearInterval(timer)
      resolve()
    }, 1)
  })
  closeAll(connections)
  if (done < total) tally.errors.unanswered = total - done
  return toReport(tally, performance.now() - started)
}

interface Tally {
  latencies: Float64Array
  requests: number
  good: number
  readonly errors: { [status: string]: number }
}

function createTally(): Tally {
  return { latencies: new Float64Array(1_024).fill(Number.NaN), requests: 0, good: 0, errors: {} }
}

function note(tally: Tally, ordinal: number, status: number, ms: number): void {
  while (ordinal >= tally.latencies.length) {
    const longer = new Float64Array(tally.latencies.length * 2).fill(Number.NaN)
    longer.set(tally.latencies)
    tally.latencies = longer
  }
  tally.requests++
  if (status !== BROKEN) tally.latencies[ordinal] = ms
  if (status >= 200 && status < 300) {
    tally.good++
    return
  }
  const name = status === BROKEN ? 'broken' : String(status)
  tally.errors[name] = (tally.errors[name] ?? 0) + 1
}

function toReport({ latencies, requests, good, errors }: Tally, ms: number): LoadReport {
  const perSecond = round((good / ms) * 1_000)
  return { requests, perSecond, ...summarise(latencies), errors, latencies }
}

/** Percentiles of the answered; NaN when nothing was. */
export function summarise(latencies: Float64Array): Pick<LoadReport, 'p50Ms' | 'p95Ms' | 'p99Ms' | 'maxMs'> {
  // Typed arrays sort by value.
  const sorted = latencies.filter((latency) => !Number.isNaN(latency)).sort()
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN)
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) }
}

/** Errors in one short text, "none" when there were none. */
export function errorText(...reports: readonly LoadReport[]): string {
  const parts = reports.flatMap(({ errors }) =>
    Object.entries(errors).map(([status, count]) => `${count} x ${status}`),
  )
  return parts.length === 0 ? 'none' : parts.join(', ')
}

function openAll({ port, connections }: Target): readonly Connection[] {
  return Array.from({ length: connections }, () => connect(port))
}

function closeAll(connections: readonly Connection[]): void {
  for (const connection of connections) connection.close()
}

function round(value: number): number {
  return Number(value.toFixed(2))
}
