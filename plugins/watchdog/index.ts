/**
 * The watchdog: four loops over agents, queue, seal and lease. Sick agents are isolated, a broken seal
 * halts, and the lease that keeps ARK active is renewed only while all is well.
 *
 * It journals nothing itself: its hands are the ControlPort. Nothing that arrives as data makes it halt.
 */

import type {
  ClockPort,
  ControlPort,
  EventType,
  Host,
  KernelStats,
  Plugin,
  RunningService,
  StatsPort,
} from '#core/contract.ts'
import { ArkError, toMessage } from '#core/errors.ts'
import {
  type AgentWatch,
  createAgentWatch,
  isAgent,
  keepSlowest,
  lookAtAgents,
  noteArrival,
} from './agents.ts'
import { type Alerts, createAlerts, raise } from './alerts.ts'
import { type WatchdogConfig, watchdogConfig } from './config.ts'

/** What agents and brokers live on; a chunk stands for its rows. */
const HEARTBEATS: readonly EventType[] = [
  'market/chunk',
  'signal/received',
  'signal/accepted',
  'pattern/recognised',
  'plan/proposed',
  'order/requested',
  'order/cancel_requested',
  'decision/approved',
  'order/submitted',
  'order/filled',
  'mode/changed',
]

export default {
  name: 'watchdog',
  version: '1.0.0',
  contract: 1,
  consumes: HEARTBEATS,
  emits: [],
  needs: ['control', 'stats', 'timers', 'clock'],
  config: watchdogConfig,
  service: { start },
} satisfies Plugin<never, WatchdogConfig>

type LoopName = 'agents' | 'queue' | 'seal' | 'lease'

interface Loop {
  readonly everyMs: number
  /** Monotonic. */
  lastRunMs: number
  /** Why its last look failed; empty when it did not. */
  failure: string
  look(): void
}

interface Watchdog {
  readonly host: Host
  readonly control: ControlPort
  readonly stats: StatsPort
  readonly clock: ClockPort
  readonly config: WatchdogConfig
  readonly watch: AgentWatch
  readonly alerts: Alerts
  readonly loops: { readonly [name in LoopName]: Loop }
  fullLooks: number
  sealHolds: boolean
  /** Why the lease is not held; undefined while it is. */
  unwell: string | undefined
}

function start(host: Host, config: WatchdogConfig): Promise<RunningService> {
  const { control, stats, timers, clock } = host.ports
  if (control === undefined || stats === undefined || timers === undefined || clock === undefined) {
    throw new ArkError(
      'PORT_NOT_GRANTED',
      'watchdog',
      'The watchdog works with control, stats, timers and clock.',
    )
  }
  const loop = (everyMs: number, look: () => void): Loop => ({
    everyMs,
    lastRunMs: clock.monotonic(),
    failure: '',
    look,
  })
  const dog: Watchdog = {
    host,
    control,
    stats,
    clock,
    config,
    watch: createAgentWatch(),
    alerts: createAlerts(),
    loops: {
      agents: loop(config.agentsEveryMs, () => watchAgents(dog)),
      queue: loop(config.queueEveryMs, () => watchQueue(dog)),
      seal: loop(config.sealEveryMs, () => watchSeal(dog)),
      lease: loop(config.leaseEveryMs, () => keepLease(dog)),
    },
    fullLooks: 0,
    sealHolds: true,
    unwell: undefined,
  }
  const cancels = loopNames(dog).map((name) => timers.every(dog.loops[name].everyMs, () => run(dog, name)))
  return Promise.resolve({
    onEvent: (event) => noteArrival(dog.watch, event),
    routes: [{ method: 'GET', pattern: '/v1/watchdog', handle: () => Response.json(report(dog)) }],
    stop() {
      for (const cancel of cancels) cancel()
      return Promise.resolve()
    },
  })
}

/**
 * A look that throws must not end its loop: it is a reason to lose the lease, and the next look may clear
 * it.
 */
function run(dog: Watchdog, name: LoopName): void {
  const loop = dog.loops[name]
  try {
    loop.look()
    loop.failure = ''
  } catch (error) {
    loop.failure = toMessage(error)
    raise(
      dog.alerts,
      dog.host,
      dog.clock,
      'error',
      `${name}_failed`,
      `The ${name} loop failed: ${loop.failure}`,
    )
  }
  loop.lastRunMs = dog.clock.monotonic()
}

function watchAgents(dog: Watchdog): void {
  for (const { plugin, sickness, reason } of lookAtAgents(dog.watch, read(dog), dog.config)) {
    raise(
      dog.alerts,
      dog.host,
      dog.clock,
      'error',
      `${plugin}_${sickness}`,
      `${plugin} is isolated: ${reason}`,
    )
    dog.control.isolate(plugin, reason)
  }
}

function watchQueue(dog: Watchdog): void {
  const { queueDepth, queueCapacity } = read(dog)
  const { queueWarnShare, queueFullShare } = dog.config
  dog.fullLooks = queueDepth >= queueCapacity * queueFullShare ? dog.fullLooks + 1 : 0
  if (queueDepth < queueCapacity * queueWarnShare) return
  raise(
    dog.alerts,
    dog.host,
    dog.clock,
    'warn',
    'queue_deep',
    `The queue holds ${queueDepth} of ${queueCapacity}.`,
  )
}

/** Halts once for each time the seal breaks; the halt itself is latched elsewhere. */
function watchSeal(dog: Watchdog): void {
  const held = dog.sealHolds
  dog.sealHolds = dog.control.sealHolds()
  if (dog.sealHolds || !held) return
  raise(dog.alerts, dog.host, dog.clock, 'error', 'seal_broken', 'The rules differ from their seal: halting.')
  dog.control.halt('graveyard digest differs')
}

function keepLease(dog: Watchdog): void {
  const reason = findFault(dog)
  const was = dog.unwell
  dog.unwell = reason
  if (reason === undefined) {
    dog.control.renewLease()
    return
  }
  raise(dog.alerts, dog.host, dog.clock, 'error', 'lease_lost', `The lease is lost: ${reason}.`)
  // Said once while the reason stays the same: each call is a journal entry.
  if (reason !== was) dog.control.loseLease(reason)
}

/**
 * Why the lease may not be renewed. A gap in the lease loop itself means that the whole process stood still.
 */
function findFault(dog: Watchdog): string | undefined {
  const now = dog.clock.monotonic()
  for (const name of loopNames(dog)) {
    const { lastRunMs, everyMs, failure } = dog.loops[name]
    if (name !== 'lease' && failure !== '') return `the ${name} loop failed`
    if (now - lastRunMs > everyMs * dog.config.stoppedPeriods) return `the ${name} loop stood still`
  }
  if (!dog.sealHolds) return 'graveyard digest differs'
  if (dog.fullLooks >= dog.config.queueFullLooks) return 'the queue is full'
  return undefined
}

function read(dog: Watchdog): KernelStats {
  const stats = dog.stats.read()
  keepSlowest(dog.watch, stats)
  return stats
}

function loopNames(dog: Watchdog): readonly LoopName[] {
  return Object.keys(dog.loops) as LoopName[]
}

function report(dog: Watchdog): object {
  const loops = loopNames(dog).map((name) => {
    const { everyMs, lastRunMs, failure } = dog.loops[name]
    return [name, { everyMs, lastRunMs, failure }] as const
  })
  const agents = read(dog)
    .plugins.filter(isAgent)
    .map(({ name, state, handled, failures }) => {
      const memory = dog.watch.agents.get(name)
      return {
        name,
        state,
        handled,
        failures,
        slowestMs: memory?.slowestMs ?? 0,
        silentLooks: memory?.silentLooks ?? 0,
      }
    })
  return {
    well: dog.unwell === undefined,
    reason: dog.unwell ?? '',
    loops: Object.fromEntries(loops),
    agents,
    alerts: dog.alerts.recent,
  }
}
