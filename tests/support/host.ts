/**
 * A host for one service under test: time that moves only when the test says so, and lists of what was
 * offered and logged.
 *
 * Everything here really does its job at a small scale; nothing records calls for their own sake.
 */

import type {
  Accepted,
  ArkEvent,
  ClockPort,
  Draft,
  EventPayloads,
  EventType,
  Host,
  Json,
  KernelStats,
  PluginStatus,
  Ports,
  StatsPort,
  TimerPort,
} from '#core/contract.ts'
import { createValues, createWorld } from './world.ts'

export interface VirtualTime {
  readonly clock: ClockPort
  readonly timers: TimerPort
  /** Runs what falls due in the next `ms`, in order of time, and lets each callback's promises settle. */
  advance(ms: number): Promise<void>
  /** Lets `ms` pass without running anything, as an event loop does that is blocked. */
  block(ms: number): void
  /** Timers that would still fire. */
  pending(): number
}

interface Timer {
  due: number
  readonly every: number
  readonly callback: () => void
}

const EPOCH = 1_600_000_000_000

export function createVirtualTime(): VirtualTime {
  let now = 0
  let timers: Timer[] = []
  const cancel = (timer: Timer) => (): void => {
    timers = timers.filter((other) => other !== timer)
  }
  const add = (ms: number, every: number, callback: () => void): (() => void) => {
    const timer = { due: now + ms, every, callback }
    timers.push(timer)
    return cancel(timer)
  }
  return {
    clock: { now: () => EPOCH + now, monotonic: () => now },
    timers: {
      every: (ms, callback) => add(ms, ms, callback),
      after: (ms, callback) => add(ms, 0, callback),
    },
    async advance(ms) {
      const until = now + ms
      await settle()
      for (;;) {
        const next = timers.reduce<Timer | undefined>(
          (first, timer) => (first && first.due <= timer.due ? first : timer),
          undefined,
        )
        if (next === undefined || next.due > until) break
        now = Math.max(now, next.due)
        if (next.every > 0) next.due = now + next.every
        else cancel(next)()
        next.callback()
        await settle()
      }
      now = Math.max(now, until)
    },
    block(ms) {
      now += ms
    },
    pending: () => timers.length,
  }
}

/** One turn of the real event loop: every promise that could settle has settled. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

export interface Offer {
  readonly draft: Draft
  readonly cause?: { readonly seq: number; readonly traceId: string }
}

export interface TestHost {
  readonly host: Host
  readonly offers: readonly Offer[]
  readonly logs: readonly {
    readonly level: string
    readonly message: string
    readonly fields?: { readonly [key: string]: Json | undefined }
  }[]
  /** While set, an offer is refused with it. */
  refuse: Error | undefined
}

export function createTestHost(plugin: string, ports: Partial<Ports>): TestHost {
  const offers: Offer[] = []
  const logs: TestHost['logs'][number][] = []
  const test: TestHost = {
    offers,
    logs,
    refuse: undefined,
    host: {
      plugin,
      ports,
      world: createWorld(createValues()),
      runKind: () => 'paper',
      rowsAccepted: () => 0,
      offerRows: () => Promise.reject(new Error('No service under test here offers rows.')),
      offer(draft, cause): Promise<Accepted> {
        if (test.refuse !== undefined) return Promise.reject(test.refuse)
        offers.push(cause === undefined ? { draft } : { draft, cause })
        return Promise.resolve({ seq: 1_000 + offers.length, traceId: cause?.traceId ?? '' })
      },
      log(level, message, fields) {
        logs.push(fields === undefined ? { level, message } : { level, message, fields })
      },
    },
  }
  return test
}

export interface EventStamp {
  readonly seq?: number
  readonly source?: string
  readonly time?: number
  readonly traceId?: string
  readonly causeSeq?: number
  readonly hop?: number
}

/** A journaled event; what the test does not state is 1, 'core', empty or 0. */
export function eventOf<T extends EventType>(
  type: T,
  payload: EventPayloads[T],
  stamp: EventStamp = {},
): ArkEvent {
  return {
    type,
    payload,
    seq: 1,
    source: 'core',
    time: 0,
    traceId: '',
    causeSeq: 0,
    hop: 0,
    ...stamp,
  } as ArkEvent
}

export interface TestStats extends StatsPort {
  /** Changes some of what the kernel says from now on. */
  set(values: Partial<Omit<KernelStats, 'drain'>>): void
  /** Durations that the next drain hands out, ms. */
  readonly durations: Record<'cycle' | 'commit' | 'verdict' | 'pass', number[]>
}

/** An idle kernel, but for `initial`; reading drains like the real one. */
export function createTestStats(initial: Partial<Omit<KernelStats, 'drain'>> = {}): TestStats {
  let values: Omit<KernelStats, 'drain'> = {
    queueDepth: 0,
    queueCapacity: 100,
    controlDepth: 0,
    lastSeq: 0,
    headSeq: 0,
    rows: 0,
    events: 0,
    decisions: 0,
    mode: 'active',
    equity: 0,
    journalBytes: 0,
    plugins: [],
    runtime: 'simulation 1',
    version: '1.0.0',
    buildDigest: 'abc',
    sealHolds: true,
    ...initial,
  }
  const durations: TestStats['durations'] = { cycle: [], commit: [], verdict: [], pass: [] }
  return {
    durations,
    set(changes) {
      values = { ...values, ...changes }
    },
    read: () => ({ ...values, drain: (name) => durations[name].splice(0) }),
  }
}

/** An active agent that consumes patterns. */
export function statusOf(name: string, values: Partial<PluginStatus> = {}): PluginStatus {
  return {
    name,
    version: '1.0.0',
    state: 'active',
    kind: 'agent',
    consumes: ['pattern/recognised'],
    emits: [],
    needs: [],
    handled: 0,
    failures: 0,
    slowestMs: 0,
    why: '',
    ...values,
  }
}
