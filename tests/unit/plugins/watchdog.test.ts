import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { ArkEvent, ControlPort, PluginStatus, RunningService, TimerPort } from '#core/contract.ts'
import { type AgentLimits, createAgentWatch, lookAtAgents, noteArrival } from '#plugins/watchdog/agents.ts'
import { watchdogConfig } from '#plugins/watchdog/config.ts'
import watchdog from '#plugins/watchdog/index.ts'
import {
  createTestHost,
  createTestStats,
  createVirtualTime,
  eventOf,
  statusOf,
  type TestHost,
  type TestStats,
  type VirtualTime,
} from '#tests/support/host.ts'

const pattern = (): ArkEvent =>
  eventOf('pattern/recognised', {
    symbol: 'AAA',
    direction: 'long',
    pattern: 'breakout',
    confidence: 0.9,
    price: '1',
    evidence: {},
  })

const chunk = (): ArkEvent =>
  eventOf('market/chunk', {
    ask: [2],
    askSize: [1],
    bid: [1],
    bidSize: [1],
    feed: 'f',
    kind: 'quotes',
    symbol: [0],
    symbols: ['AAA'],
    time: [1],
    unit: 1,
  })

const LIMITS: AgentLimits = { silentLooksMax: 2, newFailuresMax: 0, slowestMsMax: 250 }

/** One look a step: what the kernel says then, and what arrived before it. */
interface Look {
  readonly status: Partial<PluginStatus>
  readonly patterns?: number
  readonly quotes?: number
}

function judge(looks: readonly Look[], limits = LIMITS): (string | undefined)[] {
  const watch = createAgentWatch()
  const stats = createTestStats()
  return looks.map(({ status, patterns = 0, quotes = 0 }) => {
    for (let count = 0; count < patterns; count++) noteArrival(watch, pattern())
    for (let count = 0; count < quotes; count++) noteArrival(watch, chunk())
    stats.set({ plugins: [statusOf('kenny', status)] })
    return lookAtAgents(watch, stats.read(), limits)[0]?.sickness
  })
}

describe('an agent [COMP_WATCHDOG]', () => {
  it.each<[string, Look[], (string | undefined)[]]>([
    [
      'is silent when its events arrive twice and none is handled',
      [
        { status: {}, patterns: 1 },
        { status: {}, patterns: 1 },
      ],
      [undefined, 'silent'],
    ],
    [
      'is not silent when nothing arrives for it',
      [{ status: {} }, { status: {} }, { status: {} }],
      [undefined, undefined, undefined],
    ],
    [
      'starts anew when it handled something between',
      [
        { status: {}, patterns: 1 },
        { status: { handled: 1 }, patterns: 1 },
        { status: { handled: 1 }, patterns: 1 },
      ],
      [undefined, undefined, undefined],
    ],
    [
      'starts anew after a look at which nothing arrived',
      [{ status: {}, patterns: 1 }, { status: {} }, { status: {}, patterns: 1 }],
      [undefined, undefined, undefined],
    ],
    [
      'is not silent because of rows of another kind',
      [
        { status: { consumes: ['market/bar'] }, quotes: 1 },
        { status: { consumes: ['market/bar'] }, quotes: 1 },
      ],
      [undefined, undefined],
    ],
    [
      'is silent when a chunk of its kind arrives twice and no row is handled',
      [
        { status: { consumes: ['market/quote'] }, quotes: 1 },
        { status: { consumes: ['market/quote'] }, quotes: 1 },
      ],
      [undefined, 'silent'],
    ],
    [
      'is failing when its failures rise',
      [{ status: {} }, { status: { failures: 1 } }],
      [undefined, 'failing'],
    ],
    ['is failing when it failed before the first look', [{ status: { failures: 1 } }], ['failing']],
    ['is slow above the limit', [{ status: { slowestMs: 250.5 } }], ['slow']],
    ['is not slow at the limit', [{ status: { slowestMs: 250 } }], [undefined]],
    [
      'is left alone when it is isolated already',
      [{ status: { state: 'isolated', slowestMs: 900 } }],
      [undefined],
    ],
    ['is named once', [{ status: { failures: 1 } }, { status: { failures: 2 } }], ['failing', undefined]],
    [
      'is named again after it was restored, for new failures only',
      [
        { status: { failures: 1 } },
        { status: { failures: 1, state: 'isolated' } },
        { status: { failures: 1 } },
        { status: { failures: 2 } },
      ],
      ['failing', undefined, undefined, 'failing'],
    ],
    [
      'is not judged when it is a service',
      [{ status: { kind: 'service', failures: 3, slowestMs: 900 } }],
      [undefined],
    ],
    ['is judged when it is a broker', [{ status: { kind: 'broker', slowestMs: 900 } }], ['slow']],
  ])('%s', (_name, looks, expected) => {
    expect(judge(looks)).toEqual(expected)
  })

  it('passes with as many new failures as are allowed', () => {
    const looks = [{ status: { failures: 2 } }, { status: { failures: 4 } }, { status: { failures: 7 } }]
    expect(judge(looks, { ...LIMITS, newFailuresMax: 2 })).toEqual([undefined, undefined, 'failing'])
  })
})

interface Bench {
  readonly time: VirtualTime
  readonly stats: TestStats
  readonly test: TestHost
  readonly service: RunningService
  /** What the watchdog did, in order; renewals apart. */
  readonly done: string[]
  renewals: number
  /** A function, so a test may let it throw. */
  seal: () => boolean
}

/** `deadMs`: timers of this period never fire. */
async function bench(config: object = {}, deadMs = 0): Promise<Bench> {
  const time = createVirtualTime()
  const timers: TimerPort = {
    every: (ms, callback) => time.timers.every(ms, ms === deadMs ? () => undefined : callback),
    after: time.timers.after,
  }
  const stats = createTestStats({ plugins: [statusOf('kenny')] })
  const done: string[] = []
  const control: ControlPort = {
    isolate: (plugin, reason) => void done.push(`isolate ${plugin}: ${reason}`),
    loseLease: (reason) => void done.push(`lose: ${reason}`),
    renewLease: () => void self.renewals++,
    halt: (reason) => void done.push(`halt: ${reason}`),
    sealHolds: () => self.seal(),
  }
  const test = createTestHost('watchdog', { control, stats, timers, clock: time.clock })
  const service = await watchdog.service.start(test.host, v.parse(watchdogConfig, config))
  const self: Bench = { time, stats, test, service, done, renewals: 0, seal: () => true }
  return self
}

describe('the seal loop [COMP_WATCHDOG]', () => {
  it('halts once when the seal breaks, loses the lease, and renews it when the seal holds again', async () => {
    const box = await bench()
    await box.time.advance(9_000)
    box.seal = () => false
    await box.time.advance(31_000)
    expect(box.done).toEqual(['halt: graveyard digest differs', 'lose: graveyard digest differs'])
    const { renewals } = box
    expect(renewals).toBe(9)
    box.seal = () => true
    await box.time.advance(11_000)
    expect(box.renewals).toBeGreaterThan(renewals)
    box.seal = () => false
    await box.time.advance(10_000)
    expect(box.done.filter((act) => act.startsWith('halt'))).toHaveLength(2)
  })

  it('that cannot look costs the lease and does not halt', async () => {
    const box = await bench()
    box.seal = () => {
      throw new Error('unreadable')
    }
    await box.time.advance(12_000)
    expect(box.done).toEqual(['lose: the seal loop failed'])
    expect(box.test.logs.map((line) => line.message)).toContain('The seal loop failed: unreadable')
    box.seal = () => true
    const { renewals } = box
    await box.time.advance(10_000)
    expect(box.renewals).toBeGreaterThan(renewals)
  })
})

describe('the queue loop', () => {
  it.each([
    [69, 0, 0],
    [70, 1, 0],
    [89, 1, 0],
    [90, 1, 1],
    [100, 1, 1],
  ])(
    'at depth %i of 100 warns %i times and loses the lease %i times',
    async (queueDepth, warnings, losses) => {
      const box = await bench()
      box.stats.set({ queueDepth })
      await box.time.advance(20_000)
      expect(box.test.logs.filter((line) => line.level === 'warn')).toHaveLength(warnings)
      expect(box.done).toEqual(Array(losses).fill('lose: the queue is full'))
    },
  )

  it('forgives a full queue that has room at the third look', async () => {
    const box = await bench()
    box.stats.set({ queueDepth: 100 })
    await box.time.advance(4_000)
    box.stats.set({ queueDepth: 0 })
    await box.time.advance(2_000)
    box.stats.set({ queueDepth: 100 })
    await box.time.advance(4_500)
    expect(box.done).toEqual([])
    expect(box.renewals).toBe(10)
  })

  it('warns again after a minute and never halts', async () => {
    const box = await bench()
    box.stats.set({ queueDepth: 100 })
    await box.time.advance(121_000)
    expect(box.test.logs.filter((line) => line.level === 'warn')).toHaveLength(2)
    expect(box.done).toEqual(['lose: the queue is full'])
  })
})

describe('the lease loop', () => {
  it('renews every second while all is well', async () => {
    const box = await bench()
    await box.time.advance(60_000)
    expect(box.renewals).toBe(60)
    expect(box.done).toEqual([])
  })

  it('says so when the process stood still, and recovers by itself', async () => {
    const box = await bench()
    await box.time.advance(5_000)
    box.time.block(3_500)
    await box.time.advance(0)
    expect(box.done).toEqual(['lose: the lease loop stood still'])
    await box.time.advance(1_000)
    expect(box.renewals).toBe(6)
  })

  it('notices another loop that stopped [FIG_LOOPS_4]', async () => {
    const box = await bench({}, 5_000)
    await box.time.advance(15_000)
    expect(box.done).toEqual([])
    await box.time.advance(1_000)
    expect(box.done).toEqual(['lose: the agents loop stood still'])
  })

  it('stops renewing when it is stopped', async () => {
    const box = await bench()
    await box.service.stop()
    await box.time.advance(10_000)
    expect(box.renewals).toBe(0)
    expect(box.time.pending()).toBe(0)
  })
})

describe('the agents loop', () => {
  it('isolates a silent agent once, after two intervals [FIG_HEARTBEAT_2]', async () => {
    const box = await bench()
    box.service.onEvent?.(pattern())
    await box.time.advance(5_000)
    expect(box.done).toEqual([])
    box.service.onEvent?.(pattern())
    await box.time.advance(5_000)
    box.service.onEvent?.(pattern())
    await box.time.advance(5_000)
    expect(box.done).toEqual([
      'isolate kenny: silent: its events arrived and 2 looks in a row saw none handled',
    ])
  })

  it('remembers a slow reduce that another loop read first', async () => {
    const box = await bench()
    box.stats.set({ plugins: [statusOf('kenny', { slowestMs: 400.2 })] })
    await box.time.advance(2_000)
    box.stats.set({ plugins: [statusOf('kenny')] })
    await box.time.advance(3_000)
    expect(box.done).toEqual(['isolate kenny: slow: a reduce took 400 ms, allowed 250 ms'])
  })
})

describe('the route', () => {
  it('shows loops, agents and the last ten alerts [TASK_7]', async () => {
    const box = await bench()
    const plugins = Array.from({ length: 12 }, (_, index) => statusOf(`a${index}`, { failures: 1 }))
    box.stats.set({ plugins })
    await box.time.advance(10_000)
    const answer = await box.service.routes?.[0]?.handle(new Request('http://box/v1/watchdog'), {})
    const body = await answer?.json()
    expect(body.well).toBe(true)
    expect(body.loops).toEqual({
      agents: { everyMs: 5_000, lastRunMs: 10_000, failure: '' },
      queue: { everyMs: 2_000, lastRunMs: 10_000, failure: '' },
      seal: { everyMs: 10_000, lastRunMs: 10_000, failure: '' },
      lease: { everyMs: 1_000, lastRunMs: 10_000, failure: '' },
    })
    expect(body.agents).toHaveLength(12)
    expect(body.alerts).toHaveLength(10)
    expect(body.alerts.at(-1)).toEqual({
      at: '2020-09-13T12:26:45.000Z',
      level: 'error',
      kind: 'a11_failing',
      message: 'a11 is isolated: failing: 1 new failures, allowed 0',
    })
  })

  it('has loops at the documented intervals by default and refuses unknown settings [FIG_LOOPS_4]', () => {
    expect(v.parse(watchdogConfig, {})).toMatchObject({
      agentsEveryMs: 5_000,
      queueEveryMs: 2_000,
      sealEveryMs: 10_000,
      leaseEveryMs: 1_000,
      slowestMsMax: 250,
    })
    expect(v.safeParse(watchdogConfig, { agentEveryMs: 1 }).success).toBe(false)
    expect(v.safeParse(watchdogConfig, { leaseEveryMs: 0 }).success).toBe(false)
  })
})
