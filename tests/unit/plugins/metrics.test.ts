import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { ArkEvent, Decision, Fill, ProcessPort, RunningService } from '#core/contract.ts'
import metrics, { metricsConfig } from '#plugins/metrics/index.ts'
import { toBounded, toProposer, toSickness } from '#plugins/metrics/labels.ts'
import { JOURNAL_TYPES } from '#plugins/metrics/meters.ts'
import {
  createTestHost,
  createTestStats,
  createVirtualTime,
  eventOf,
  statusOf,
  type TestStats,
  type VirtualTime,
} from '#tests/support/host.ts'

const TRACE = '0123456789abcdef0123456789abcdef'

function decided(
  type: 'approved' | 'denied' | 'held',
  rest: Partial<Decision> = {},
  traceId = TRACE,
): ArkEvent {
  const decision: Decision = {
    decisionId: 'r-1',
    ordinal: 1,
    planId: 'p',
    principal: 'agent:kenny',
    order: { symbol: 'AAA', side: 'buy', type: 'market', quantity: '1' },
    orderHash: '',
    intent: 'open',
    allowed: type === 'approved',
    deniedBy: [],
    unknown: [],
    held: [],
    limitsDenied: [],
    rules: [],
    limits: [],
    facts: '',
    factsDigest: '',
    rulesetDigest: '',
    mode: 'active',
    ...rest,
  }
  return eventOf(`decision/${type}`, decision, { traceId })
}

function filled(remaining: string): ArkEvent {
  const fill: Fill = {
    orderId: 'r-1',
    role: 'entry',
    symbol: 'AAA',
    side: 'buy',
    quantity: '1',
    price: '1',
    fee: '0',
    remaining,
    liquidity: 'taker',
    reason: '',
  }
  return eventOf('order/filled', fill)
}

const submitted = (orderId: string): ArkEvent =>
  eventOf('order/submitted', {
    orderId,
    order: { symbol: 'AAA', side: 'buy', type: 'market', quantity: '1' },
    intent: 'open',
  })
const rejected = (orderId: string): ArkEvent => eventOf('order/rejected', { orderId, code: '', reason: '' })
const pattern = (confidence: number): ArkEvent =>
  eventOf('pattern/recognised', {
    symbol: 'AAA',
    direction: 'long',
    pattern: 'x',
    confidence,
    price: '1',
    evidence: {},
  })
const trades = (rows: number): ArkEvent =>
  eventOf('market/chunk', {
    feed: 'f',
    kind: 'trades',
    price: Array(rows).fill(1),
    quantity: Array(rows).fill(1),
    symbol: Array(rows).fill(0),
    symbols: ['AAA'],
    time: Array(rows).fill(1),
    unit: 1,
  })
const isolated = (reason: string): ArkEvent => eventOf('plugin/isolated', { plugin: 'joey', reason })

interface Bench {
  readonly time: VirtualTime
  readonly stats: TestStats
  readonly service: RunningService
  show(...events: ArkEvent[]): void
  get(pattern: string, accept?: string): Promise<Response>
  /** Samples of /metrics other than 0 and than buckets, in order. */
  samples(prefix?: string): Promise<string[]>
}

async function bench(process: Partial<ProcessPort> = {}): Promise<Bench> {
  const time = createVirtualTime()
  const stats = createTestStats({ plugins: [statusOf('kenny')], equity: 100_000_500_000 })
  const { host } = createTestHost('metrics', {
    stats,
    clock: time.clock,
    timers: time.timers,
    process: {
      cpuSeconds: () => 2.5,
      rssBytes: () => 1_000,
      diskFreeBytes: () => Promise.resolve(5_000),
      ...process,
    },
  })
  const service: RunningService = await metrics.service.start(host, v.parse(metricsConfig, {}))
  const get = async (path: string, accept = ''): Promise<Response> => {
    const route = service.routes?.find((one) => one.pattern === path)
    if (route === undefined) throw new Error(`no route ${path}`)
    return route.handle(new Request(`http://box${path}`, { headers: { accept } }), {})
  }
  return {
    time,
    stats,
    service,
    show(...events) {
      for (const event of events) service.onEvent?.(event)
      service.onCommit?.(1)
    },
    get,
    async samples(prefix = 'ark_') {
      const text = await (await get('/metrics')).text()
      const chosen = text.split('\n').filter((line) => line.startsWith(prefix) && !line.includes('_bucket{'))
      return chosen.filter((line) => !line.endsWith(' 0'))
    },
  }
}

describe('/metrics', () => {
  it('shows a known sequence of events exactly [METRIC_*] [REQ_LOG_03] [COMP_METRICS] [HTTP_METRICS]', async () => {
    const box = await bench()
    box.stats.set({ queueDepth: 7, controlDepth: 1 })
    box.stats.durations.pass.push(2)
    box.stats.durations.verdict.push(0.5, 0.25)
    box.stats.durations.commit.push(8)
    box.stats.durations.cycle.push(4)
    await box.time.advance(10_000)
    box.show(
      trades(9),
      eventOf('signal/received', {}),
      pattern(0.5),
      pattern(1),
      decided('approved'),
      decided('denied', { deniedBy: ['max_leverage', 'require_stop_loss'], limitsDenied: ['price_collar'] }),
      decided('held', { principal: 'ann' }),
      decided('denied', { principal: 'ann', deniedBy: ['max_leverage'] }),
      submitted('r-1'),
      submitted('r-2'),
      filled('3'),
      filled('0'),
      rejected('r-2'),
      isolated('silent: no heartbeat'),
      isolated('it threw'),
    )
    expect(await box.samples()).toEqual([
      'ark_pass_latency_seconds_sum 0.002',
      'ark_pass_latency_seconds_count 1',
      'ark_hrm_eval_latency_seconds_sum 0.00075',
      'ark_hrm_eval_latency_seconds_count 2',
      'ark_state_write_latency_seconds_sum 0.008',
      'ark_state_write_latency_seconds_count 1',
      'ark_cycle_latency_seconds_sum 0.004',
      'ark_cycle_latency_seconds_count 1',
      'ark_kyle_ingest_rate 1',
      'ark_joey_pattern_confidence_avg 0.75',
      'ark_kenny_exec_success_ratio 0.5',
      'ark_queue_depth{queue="intake"} 7',
      'ark_queue_depth{queue="control"} 1',
      'ark_hrm_denials_total{rule="max_leverage",agent="kenny"} 1',
      'ark_hrm_denials_total{rule="require_stop_loss",agent="kenny"} 1',
      'ark_hrm_denials_total{rule="price_collar",agent="kenny"} 1',
      'ark_hrm_denials_total{rule="max_leverage",agent="person"} 1',
      'ark_watchdog_quarantines_total{agent="joey",reason="silent"} 1',
      'ark_watchdog_quarantines_total{agent="joey",reason="other"} 1',
      'ark_graveyard_validations_total 4',
      'ark_agent_heartbeat_failures_total{agent="joey"} 1',
      'ark_mode{mode="active"} 1',
      'ark_equity 100000.5',
      'ark_orders_total{status="submitted"} 2',
      'ark_orders_total{status="partially_filled"} 1',
      'ark_orders_total{status="filled"} 1',
      'ark_orders_total{status="rejected"} 1',
      'ark_events_total{type="market/chunk"} 1',
      'ark_events_total{type="signal/received"} 1',
      'ark_events_total{type="plugin/isolated"} 2',
      'ark_events_total{type="pattern/recognised"} 2',
      'ark_events_total{type="decision/approved"} 1',
      'ark_events_total{type="decision/denied"} 2',
      'ark_events_total{type="decision/held"} 1',
      'ark_events_total{type="order/submitted"} 2',
      'ark_events_total{type="order/filled"} 2',
      'ark_events_total{type="order/rejected"} 1',
      'ark_plugin_state{plugin="kenny",state="active"} 1',
      'ark_build_info{version="1.0.0",runtime="simulation 1",build="abc"} 1',
      'ark_process_cpu_seconds_total 2.5',
      'ark_process_resident_memory_bytes 1000',
      'ark_disk_free_bytes 5000',
    ])
  })

  it('names, types and explains every metric of the interface [METRIC_*] [FIG_METRICS_11] [REQ_LOG_03]', async () => {
    const text = await (await (await bench()).get('/metrics')).text()
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`)
    expect(types.sort()).toEqual(
      [
        'ark_pass_latency_seconds histogram',
        'ark_hrm_eval_latency_seconds histogram',
        'ark_state_write_latency_seconds histogram',
        'ark_cycle_latency_seconds histogram',
        'ark_kyle_ingest_rate gauge',
        'ark_joey_pattern_confidence_avg gauge',
        'ark_kenny_exec_success_ratio gauge',
        'ark_queue_depth gauge',
        'ark_hrm_denials_total counter',
        'ark_watchdog_quarantines_total counter',
        'ark_graveyard_validations_total counter',
        'ark_agent_heartbeat_failures_total counter',
        'ark_mode gauge',
        'ark_ethics_drift gauge',
        'ark_equity gauge',
        'ark_orders_total counter',
        'ark_events_total counter',
        'ark_plugin_state gauge',
        'ark_clock_offset_seconds gauge',
        'ark_build_info gauge',
        'ark_process_cpu_seconds_total counter',
        'ark_process_resident_memory_bytes gauge',
        'ark_disk_free_bytes gauge',
        'ark_event_loop_lag_seconds gauge',
      ].sort(),
    )
    expect([...text.matchAll(/^# HELP \S+ \S/gm)]).toHaveLength(types.length)
  })

  it('leaves out what is not known rather than showing a zero [METRIC_JOEY_CONFIDENCE]', async () => {
    const box = await bench({ diskFreeBytes: () => Promise.reject(new Error('no statfs')) })
    const text = await (await box.get('/metrics')).text()
    for (const name of ['joey_pattern_confidence_avg', 'kenny_exec_success_ratio', 'disk_free_bytes']) {
      expect(text).toContain(`# TYPE ark_${name} gauge`)
      expect(text).not.toMatch(new RegExp(`^ark_${name} `, 'm'))
    }
  })

  it('keeps counting CPU time upwards and shows the lag of its own timer once', async () => {
    let cpu = 1
    const box = await bench({ cpuSeconds: () => cpu })
    await box.time.advance(3_000)
    box.time.block(1_500)
    await box.time.advance(0)
    cpu = 3
    expect(await box.samples('ark_event_loop_lag')).toEqual(['ark_event_loop_lag_seconds 0.5'])
    expect(await box.samples('ark_event_loop_lag')).toEqual([])
    expect(await box.samples('ark_process_cpu')).toEqual(['ark_process_cpu_seconds_total 3'])
  })

  it('reports a broken seal as drift [SLO_ETHICS_DRIFT]', async () => {
    const box = await bench()
    expect(await box.samples('ark_ethics_drift')).toEqual([])
    box.stats.set({ sealHolds: false })
    expect(await box.samples('ark_ethics_drift')).toEqual(['ark_ethics_drift 1'])
  })

  it('forgets rates with the window', async () => {
    const box = await bench()
    box.show(pattern(0.5), submitted('r-1'))
    await box.time.advance(305_000)
    expect(await box.samples('ark_joey')).toEqual([])
    expect(await box.samples('ark_kenny')).toEqual([])
    expect(await box.samples('ark_kyle')).toEqual([])
  })

  it('does not count the rejection of a stop against Kenny', async () => {
    const box = await bench()
    box.show(submitted('r-1'), rejected('r-1.stop'), rejected('r-1.target2'))
    expect(await box.samples('ark_kenny')).toEqual(['ark_kenny_exec_success_ratio 1'])
  })

  it('shares nothing with another ARK in the same process', async () => {
    const [one, other] = [await bench(), await bench()]
    one.show(submitted('r-1'))
    expect(await one.samples('ark_orders_total')).toHaveLength(1)
    expect(await other.samples('ark_orders_total')).toEqual([])
  })
})

describe('OpenMetrics', () => {
  const ACCEPT = 'application/openmetrics-text; version=1.0.0,text/plain;q=0.5'

  it('is written when asked for, with the trace of the one pass as an exemplar [HTTP_METRICS]', async () => {
    const box = await bench()
    box.stats.durations.pass.push(3)
    box.show(decided('approved'))
    const answer = await box.get('/metrics', ACCEPT)
    expect(answer.headers.get('content-type')).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    )
    const text = await answer.text()
    expect(text).toMatch(
      new RegExp(
        `^ark_pass_latency_seconds_bucket\\{le="0.005"\\} 1 # \\{trace_id="${TRACE}"\\} 0.003 `,
        'm',
      ),
    )
    expect(text).toContain('# TYPE ark_orders counter')
    expect(text).toContain('ark_orders_total{status="submitted"} 0')
    expect(text.endsWith('# EOF\n')).toBe(true)
  })

  it('names each trace on its own pass when commits follow one another', async () => {
    const box = await bench()
    const other = 'f'.repeat(32)
    for (const [ms, trace] of [
      [3, TRACE],
      [30, other],
    ] as const) {
      box.stats.durations.pass.push(ms)
      box.show(decided('approved', {}, trace))
    }
    const text = await (await box.get('/metrics', ACCEPT)).text()
    expect(text).toContain(`{trace_id="${TRACE}"} 0.003 `)
    expect(text).toContain(`{trace_id="${other}"} 0.03 `)
  })

  it.each([
    ['two passes', [3, 4], [TRACE]],
    ['two traces', [3], [TRACE, 'f'.repeat(32)]],
    ['no trace', [3], ['']],
  ])('names no trace when %s make it ambiguous', async (_name, passes, traces) => {
    const box = await bench()
    box.stats.durations.pass.push(...passes)
    box.show(...traces.map((trace) => decided('approved', {}, trace)))
    expect(await (await box.get('/metrics', ACCEPT)).text()).not.toContain('trace_id')
  })

  it('leaves the plain format as it was, also when both are asked for at once', async () => {
    const box = await bench()
    const before = await (await box.get('/metrics')).text()
    const answers = await Promise.all([
      box.get('/metrics', ACCEPT),
      box.get('/metrics'),
      box.get('/metrics', ACCEPT),
      box.get('/metrics/json'),
    ])
    const [open, plain, again, json] = await Promise.all(answers.map((answer) => answer.text()))
    expect(plain).toBe(before)
    expect(again).toBe(open)
    expect(JSON.parse(json ?? '').counters).toHaveProperty('ark_orders_total')
  })
})

describe('/metrics/json', () => {
  it('groups by kind and summarises histograms [HTTP_METRICS_JSON]', async () => {
    const box = await bench()
    box.stats.durations.commit.push(160, 170, 180, 190)
    box.show(submitted('r-1'))
    const body = await (await box.get('/metrics/json')).json()
    expect(body.timestamp).toBe('2020-09-13T12:26:40.000Z')
    expect(body.counters.ark_orders_total).toContainEqual({ labels: { status: 'submitted' }, value: 1 })
    expect(body.gauges.ark_equity).toEqual([{ labels: {}, value: 100_000.5 }])
    expect(body.histograms.ark_state_write_latency_seconds).toEqual({
      count: 4,
      sum: expect.closeTo(0.7, 12),
      p50: expect.closeTo(0.175, 12),
      p95: expect.closeTo(0.1975, 12),
      p99: expect.closeTo(0.1995, 12),
    })
    expect(body.histograms.ark_pass_latency_seconds).toMatchObject({ count: 0, p95: null })
  })
})

describe('/slos', () => {
  const statesOf = async (box: Bench): Promise<{ [name: string]: string }> => {
    const body = await (await box.get('/slos')).json()
    return Object.fromEntries(body.slos.map((slo: { name: string; state: string }) => [slo.name, slo.state]))
  }

  it('knows nothing before anything was seen [HTTP_SLOS] [COMP_SLOS]', async () => {
    const body = await (await (await bench()).get('/slos')).json()
    expect(body).toMatchObject({ windowSeconds: 300, met: 0, violated: 0, unknown: 5 })
  })

  it('meets all of them on a good day [FIG_SLOS_4]', async () => {
    const box = await bench()
    box.stats.durations.pass.push(1)
    box.stats.durations.verdict.push(0.01)
    box.show(eventOf('verdict/verified', { decisionId: 'r-1', agreed: true, why: '' }))
    await box.time.advance(5_000)
    expect(await statesOf(box)).toEqual({
      availability: 'met',
      decision_latency_p95: 'met',
      hrm_latency_p95: 'met',
      ethics_drift: 'met',
      false_allows: 'met',
    })
  })

  it.each<[string, (box: Bench) => void]>([
    ['halted', (box) => box.stats.set({ mode: 'halted' })],
    ['full', (box) => box.stats.set({ queueDepth: 100 })],
    ['unsealed', (box) => box.stats.set({ sealHolds: false })],
    ['without a lease', (box) => box.show(eventOf('lease/lost', { reason: '' }))],
    ['missing an agent', (box) => box.stats.set({ plugins: [statusOf('joey', { state: 'isolated' })] })],
    ['standing still', (box) => box.time.block(60_000)],
  ])('counts a box that is %s as not available [SLO_AVAILABILITY]', async (_name, harm) => {
    const box = await bench()
    await box.time.advance(60_000)
    expect((await statesOf(box)).availability).toBe('met')
    harm(box)
    await box.time.advance(2_000)
    expect((await statesOf(box)).availability).toBe('violated')
  })

  it('takes a verdict or fill that does not re-derive for a false allow', async () => {
    const box = await bench()
    box.show(eventOf('fill/reconciled', { orderId: 'r-1', agreed: false, why: '' }))
    expect((await statesOf(box)).false_allows).toBe('violated')
  })
})

describe('labels', () => {
  it('never grow beyond their set [COMP_METRICS]', () => {
    const known = new Set<string>()
    for (let index = 0; index < 200; index++) toBounded(known, `rule${index}`)
    expect(known.size).toBe(64)
    expect(toBounded(known, 'rule0')).toBe('rule0')
    expect(toBounded(known, 'one_more')).toBe('other')
    expect(toProposer(new Set(), 'agent:kenny')).toBe('kenny')
    expect(toProposer(new Set(), 'ann')).toBe('person')
  })

  it.each([
    ['silent: x', 'silent'],
    ['slow: x', 'slow'],
    ['failing: x', 'failing'],
    ['threw: x', 'threw'],
    ['silent', 'other'],
    ['Ann said so: x', 'other'],
    ['', 'other'],
  ])('read the reason %j as %s', (reason, word) => {
    expect(toSickness(reason)).toBe(word)
  })
})

describe('the service', () => {
  it('is shown every journaled type once and stops its timers', async () => {
    expect(new Set(JOURNAL_TYPES).size).toBe(JOURNAL_TYPES.length)
    expect(metrics.consumes).toBe(JOURNAL_TYPES)
    const box = await bench()
    await box.service.stop()
    expect(box.time.pending()).toBe(0)
  })

  it('takes the kernel’s durations every five seconds without a commit or a scrape', async () => {
    const box = await bench()
    box.stats.durations.verdict.push(1)
    await box.time.advance(5_000)
    expect(box.stats.durations.verdict).toEqual([])
  })
})
