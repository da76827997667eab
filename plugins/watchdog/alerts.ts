/**
 * The last alerts, for the route, and the log line of each kind at most once a minute: a lasting fault must
 * not fill the disk.
 */

import type { ClockPort, Host } from '#core/contract.ts'
import { formatTime, MINUTE } from '#core/time.ts'

export interface Alert {
  readonly at: string
  readonly level: 'warn' | 'error'
  readonly kind: string
  readonly message: string
}

export interface Alerts {
  /** Newest last, at most KEPT. */
  readonly recent: Alert[]
  /** Monotonic time of the last log line, by kind; kinds are names of loops, faults and plugins. */
  readonly logged: Map<string, number>
}

const KEPT = 10

export function createAlerts(): Alerts {
  return { recent: [], logged: new Map() }
}

export function raise(
  alerts: Alerts,
  host: Host,
  clock: ClockPort,
  level: Alert['level'],
  kind: string,
  message: string,
): void {
  const now = clock.monotonic()
  const last = alerts.logged.get(kind)
  if (last !== undefined && now - last < MINUTE) return
  alerts.logged.set(kind, now)
  alerts.recent.push({ at: formatTime(Math.floor(clock.now())), level, kind, message })
  if (alerts.recent.length > KEPT) alerts.recent.shift()
  host.log(level, message, { kind })
}
