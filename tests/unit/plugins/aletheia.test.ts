import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type {
  ArkEvent,
  Decision,
  Fill,
  Order,
  RefoldPort,
  RefoldResult,
  RunningService,
  RunStarted,
} from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import aletheia, { aletheiaConfig } from '#plugins/aletheia/index.ts'
import { createReconciler, reconcile } from '#plugins/aletheia/reconcile.ts'
import { createTestHost, createVirtualTime, eventOf, settle } from '#tests/support/host.ts'

const RUN: RunStarted = {
  runId: 'r',
  kind: 'paper',
  seed: '',
  buildDigest: '',
  rulesetDigest: '',
  configDigest: '',
  publicKey: '',
  previousSeq: 0,
  openingCash: '1000',
}

const started = (): ArkEvent => eventOf('run/started', RUN)
const order = (quantity: string): Order => ({ symbol: 'AAA', side: 'buy', type: 'market', quantity })

function decided(type: 'approved' | 'denied' | 'held', decisionId: string, quantity = '10'): ArkEvent {
  const decision: Decision = {
    decisionId,
    ordinal: Number(decisionId.slice(2)),
    planId: 'p',
    principal: 'agent:kenny',
    order: order(quantity),
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
  }
  return eventOf(`decision/${type}`, decision)
}

const submitted = (orderId: string): ArkEvent =>
  eventOf('order/submitted', { orderId, order: order('10'), intent: 'open' })

function filled(orderId: string, quantity: string, rest: Partial<Fill> = {}): ArkEvent {
  const fill: Fill = {
    orderId,
    role: 'entry',
    symbol: 'AAA',
    side: 'buy',
    quantity,
    price: '5',
    fee: '0',
    remaining: '1',
    liquidity: 'taker',
    reason: '',
    ...rest,
  }
  return eventOf('order/filled', fill, { seq: 9, traceId: 't'.repeat(32) })
}

const stopped = (parent: string, quantity: string, rest: Partial<Fill> = {}): ArkEvent =>
  filled(`${parent}.stop`, quantity, { role: 'stop', side: 'sell', parent, ...rest })

/** What she says about each fill of a story, in order. */
function tell(events: readonly ArkEvent[], capacity = 100): string[] {
  const reconciler = createReconciler(capacity)
  return events
    .map((event) => reconcile(reconciler, event))
    .filter((finding) => finding !== undefined)
    .map(({ verdict, why }) => (why === '' ? verdict : `${verdict}: ${why}`))
}

const opened = [started(), decided('approved', 'r-1'), submitted('r-1')]

const split = (symbol: string, numerator: number, denominator = 1): ArkEvent =>
  eventOf('split/applied', { symbol, numerator, denominator, principal: 'feed', reason: 'a split' })

it('counts what fills after a split in its new units, entry and stop', () => {
  const parts = [filled('r-1', '4'), split('AAA', 3), filled('r-1', '18'), stopped('r-1', '30')]
  expect(tell([...opened, ...parts])).toEqual(['agreed', 'agreed', 'agreed'])
  expect(tell([...opened, split('AAA', 3), filled('r-1', '31')])).toEqual([
    'disagreed: filled 31, approved 30',
  ])
  for (const other of [split('BBB', 3), split('AAA', 0), split('AAA', 1, 0)])
    expect(tell([...opened, other, filled('r-1', '11')])).toEqual(['disagreed: filled 11, approved 10'])
})

it('agrees with a stop that is an order of its own', () => {
  expect(tell([...opened, filled('r-1', '10', { role: 'stop' })])).toEqual(['agreed'])
})

it('counts what the order had filled whose place another one takes', () => {
  const next = eventOf('decision/approved', {
    ...(decided('approved', 'r-2', '12').payload as Decision),
    order: { ...order('12'), replaces: 'r-1' },
  })
  const parts = [filled('r-1', '4'), next, submitted('r-2')]
  expect(tell([...opened, ...parts, filled('r-2', '8')])).toEqual(['agreed', 'agreed'])
  expect(tell([...opened, ...parts, filled('r-2', '9')])).toEqual([
    'agreed',
    'disagreed: filled 9, approved 8',
  ])
})

describe('a fill disagrees', () => {
  it.each<[string, ArkEvent[], string]>([
    ['without a permit', [started(), filled('r-1', '1')], 'no approval is open for the order r-1'],
    [
      'when it was denied',
      [started(), decided('denied', 'r-1'), filled('r-1', '1')],
      'no approval is open for the order r-1',
    ],
    [
      'when it is held',
      [...opened, decided('held', 'r-1'), filled('r-1', '1')],
      'no approval is open for the order r-1',
    ],
    [
      'when submitted without approval',
      [submitted('r-1'), filled('r-1', '1')],
      'submitted without an approval',
    ],
    [
      'before it was submitted',
      [started(), decided('approved', 'r-1'), filled('r-1', '1')],
      'approved and never submitted',
    ],
    ['over its quantity', [...opened, filled('r-1', '10.00000001')], 'filled 10.00000001, approved 10'],
    ['on another symbol', [...opened, filled('r-1', '1', { symbol: 'BBB' })], 'filled BBB, approved AAA'],
    ['on the other side', [...opened, filled('r-1', '1', { side: 'sell' })], 'filled a sell, wanted a buy'],
    ['of nothing', [...opened, filled('r-1', '0')], 'quantity "0"; wanted a positive decimal'],
    ['of no number', [...opened, filled('r-1', '1e3')], 'quantity "1e3"; wanted a positive decimal'],
    [
      'as a target without a parent',
      [...opened, filled('x', '1', { role: 'target' })],
      'a target without a parent',
    ],
    [
      'as a stop that was never approved',
      [...opened, filled('r-2', '1', { role: 'stop' })],
      'no approval is open for the order r-2',
    ],
    [
      'beyond what its order was amended to',
      [...opened, eventOf('order/amended', { orderId: 'r-1', quantity: '6' }), filled('r-1', '7')],
      'filled 7, approved 6',
    ],
    ['with an unknown parent', [...opened, stopped('r-2', '1')], 'no approval is open for the parent r-2'],
    ['as a child before its entry', [...opened, stopped('r-1', '1')], 'children filled 1, their entry 0'],
    [
      'as a child on the side of its entry',
      [...opened, filled('r-1', '5'), stopped('r-1', '1', { side: 'buy' })],
      'filled a buy, wanted a sell',
    ],
    [
      'after its order was cancelled',
      [
        ...opened,
        eventOf('order/cancelled', { orderId: 'r-1', remaining: '10', reason: '' }),
        filled('r-1', '1'),
      ],
      'no approval is open for the order r-1',
    ],
    [
      'after its order was rejected',
      [...opened, eventOf('order/rejected', { orderId: 'r-1', code: '', reason: '' }), filled('r-1', '1')],
      'no approval is open for the order r-1',
    ],
    [
      'after its permit lapsed',
      [...opened, eventOf('permit/lapsed', { orderId: 'r-1', reason: '' }), filled('r-1', '1')],
      'no approval is open for the order r-1',
    ],
  ])('%s', (_name, events, why) => {
    expect(tell(events).at(-1)).toBe(`disagreed: ${why}`)
  })

  it('when parts add up to more than was approved', () => {
    expect(tell([...opened, filled('r-1', '6'), filled('r-1', '4'), filled('r-1', '1')])).toEqual([
      'agreed',
      'agreed',
      'disagreed: filled 11, approved 10',
    ])
  })

  it('when children close more than their entry filled', () => {
    const target = stopped('r-1', '3', { orderId: 'r-1.target1', role: 'target' })
    expect(tell([...opened, filled('r-1', '6'), target, stopped('r-1', '3.5')])).toEqual([
      'agreed',
      'agreed',
      'disagreed: children filled 6.5, their entry 6',
    ])
  })
})

describe('a fill agrees', () => {
  it('in parts up to the approved quantity, and its children up to the filled one', () => {
    const last = filled('r-1', '4', { remaining: '0' })
    expect(tell([...opened, filled('r-1', '6'), stopped('r-1', '6'), last, stopped('r-1', '4')])).toEqual(
      Array(4).fill('agreed'),
    )
  })
})

describe('the memory', () => {
  it('forgets an order when it ended and its children closed it', () => {
    const reconciler = createReconciler(100)
    for (const event of [...opened, filled('r-1', '10', { remaining: '0' })]) reconcile(reconciler, event)
    expect(reconciler.permits.size).toBe(1)
    reconcile(reconciler, stopped('r-1', '10', { remaining: '0' }))
    expect(reconciler.permits.size).toBe(0)
    expect(reconcile(reconciler, stopped('r-1', '1'))?.verdict).toBe('disagreed')
  })

  it('forgets an exit as soon as it is filled: it has no children to wait for', () => {
    const reconciler = createReconciler(100)
    for (const event of [...opened, filled('r-1', '10', { role: 'exit', remaining: '0' })]) {
      reconcile(reconciler, event)
    }
    expect(reconciler.permits.size).toBe(0)
  })

  it('drops the oldest beyond its capacity and then says that it cannot know', () => {
    const reconciler = createReconciler(2)
    for (const event of [...opened, decided('approved', 'r-2'), submitted('r-2')])
      reconcile(reconciler, event)
    reconcile(reconciler, decided('approved', 'r-3'))
    expect([...reconciler.permits.keys()]).toEqual(['r-2', 'r-3'])
    expect(reconcile(reconciler, filled('r-1', '1'))?.verdict).toBe('unwitnessed')
    expect(reconcile(reconciler, filled('r-2', '1'))?.verdict).toBe('agreed')
  })

  it('of a run that it did not see from the start cannot know older orders, but knows later ones', () => {
    expect(tell([stopped('r-3', '1')])).toEqual(['unwitnessed: the parent r-3 is older than this memory'])
    const story = [decided('approved', 'r-5'), stopped('r-4', '1'), stopped('r-6', '1'), stopped('q-6', '1')]
    expect(tell(story)).toEqual([
      'unwitnessed: the parent r-4 is older than this memory',
      'disagreed: no approval is open for the parent r-6',
      'unwitnessed: the parent q-6 is older than this memory',
    ])
  })

  it.each(['', 'r', 'r-', '-1', 'r-1.5', 'r-x', 'r-1e3'])(
    'never takes %j for an older order: no gate made it',
    (id) => {
      expect(tell([filled(id, '1')])).toEqual([`disagreed: no approval is open for the order ${id}`])
    },
  )
})

interface Bench {
  readonly time: ReturnType<typeof createVirtualTime>
  readonly test: ReturnType<typeof createTestHost>
  readonly service: RunningService
  report(): Promise<{ [key: string]: number }>
}

async function bench(refold: RefoldPort): Promise<Bench> {
  const time = createVirtualTime()
  const test = createTestHost('aletheia', { refold, timers: time.timers })
  const service: RunningService = await aletheia.service.start(test.host, v.parse(aletheiaConfig, {}))
  const report = async (): Promise<{ [key: string]: number }> => {
    const answer = await service.routes?.[0]?.handle(new Request('http://box/v1/aletheia'), {})
    return answer?.json()
  }
  return { time, test, service, report }
}

/** A journal of so many decisions, refolded up to `limit` at a step; `blind` once they are told. */
function refoldOf(
  results: RefoldResult[],
  blind: string | null = null,
): RefoldPort & { open: number; most: number; limits: number[] } {
  const port = {
    open: 0,
    most: 0,
    limits: [] as number[],
    async step(limit: number) {
      port.limits.push(limit)
      port.open++
      port.most = Math.max(port.most, port.open)
      await settle()
      port.open--
      const told = results.splice(0, limit)
      const more = results.length > 0
      return { results: told, more: blind === null && more, blind: more ? null : blind }
    },
  }
  return port
}

const result = (seq: number, agreed = true): RefoldResult => ({
  decisionId: `d${seq}`,
  seq,
  traceId: `t${seq}`,
  agreed,
  why: agreed ? '' : 'facts differ',
})

describe('verification [COMP_ALETHEIA]', () => {
  it('journals a disagreement as one and raises an error', async () => {
    const { time, test, service, report } = await bench(refoldOf([result(3, false)], 'facts differ'))
    service.onCommit?.(3)
    await time.advance(25)
    await settle()
    expect(test.offers).toEqual([
      {
        draft: {
          type: 'verdict/verified',
          payload: { decisionId: 'd3', agreed: false, why: 'facts differ' },
        },
        cause: { seq: 3, traceId: 't3' },
      },
    ])
    expect(test.logs).toMatchObject([
      { level: 'error', fields: { decisionId: 'd3' } },
      { level: 'error', fields: { verifiedSeq: 0, why: 'facts differ' } },
    ])
    expect(await report()).toMatchObject({ verified: 1, disagreed: 1, lagRows: 3, blind: 'facts differ' })
  })

  it('that has gone blind over no decision counts a disagreement, says so once, and falls behind', async () => {
    const { time, test, service, report } = await bench(refoldOf([result(3)], 'event 5 differs'))
    service.onCommit?.(4)
    await time.advance(250)
    service.onCommit?.(9)
    await time.advance(1_000)
    expect(test.logs).toMatchObject([{ level: 'error', fields: { why: 'event 5 differs' } }])
    expect(await report()).toMatchObject({ verified: 1, disagreed: 1, lagRows: 6, blind: 'event 5 differs' })
  })

  it('takes steps of 500, one at a time, however often it is woken', async () => {
    const refold = refoldOf(Array.from({ length: 1_200 }, (_, index) => result(index + 1)))
    const { time, test, service } = await bench(refold)
    for (let seq = 1; seq <= 10; seq++) service.onCommit?.(seq)
    await time.advance(250)
    for (let turn = 0; turn < 10; turn++) await time.advance(0)
    expect(test.offers).toHaveLength(1_200)
    expect(refold.most).toBe(1)
    expect(refold.limits.slice(0, 3)).toEqual([500, 500, 500])
    await service.stop()
  })

  it('comes to rest: its own commits find nothing and offer nothing', async () => {
    const { time, test, service } = await bench(refoldOf([result(1)]))
    service.onCommit?.(1)
    await time.advance(250)
    for (let seq = 2; seq < 10; seq++) {
      service.onCommit?.(seq)
      await time.advance(250)
    }
    expect(test.offers).toHaveLength(1)
    for (const own of aletheia.emits) expect(aletheia.consumes).not.toContain(own)
  })

  it('keeps what the host refuses, steps no further meanwhile, and logs the refusal once', async () => {
    const refold = refoldOf([result(1), result(2)])
    const { time, test, service, report } = await bench(refold)
    test.refuse = new ArkError('QUEUE_FULL', 'queue', 'the queue is full')
    service.onCommit?.(2)
    await time.advance(1_000)
    expect(refold.limits).toHaveLength(1)
    expect(test.logs).toMatchObject([{ level: 'warn', fields: { why: 'the queue is full' } }])
    expect(await report()).toMatchObject({ verified: 2, undelivered: 2 })
    test.refuse = undefined
    await time.advance(500)
    expect(test.offers.map((offer) => offer.cause?.seq)).toEqual([1, 2])
  })

  it('raises an error when the journal cannot be refolded, and falls behind visibly', async () => {
    const step = () => Promise.reject(new ArkError('REPLAY_DIVERGED', 'seq 3', 'event 3 differs'))
    const { time, test, service, report } = await bench({ step })
    service.onCommit?.(9)
    await time.advance(1_000)
    expect(test.logs).toMatchObject([{ level: 'error', fields: { why: 'event 3 differs' } }])
    expect(await report()).toMatchObject({ verified: 0, lagRows: 9 })
  })

  it('states how far it is behind', async () => {
    const { service, report } = await bench({ step: () => new Promise(() => undefined) })
    service.onCommit?.(40)
    expect(await report()).toMatchObject({ verified: 0, lagRows: 40 })
  })

  it('stops its timers and takes no further step', async () => {
    const refold = refoldOf([])
    const { time, service } = await bench(refold)
    await service.stop()
    service.onCommit?.(1)
    await time.advance(1_000)
    expect(refold.limits).toEqual([])
    expect(time.pending()).toBe(0)
  })
})

describe('reconciliation [COMP_ALETHEIA]', () => {
  it('journals a fill without a permit with the fill as its cause, and only counts one that agrees', async () => {
    const { time, test, service, report } = await bench(refoldOf([]))
    for (const event of [...opened, filled('r-1', '4'), filled('r-9', '1')]) service.onEvent?.(event)
    service.onCommit?.(9)
    await time.advance(250)
    expect(test.offers).toEqual([
      {
        draft: {
          type: 'fill/reconciled',
          payload: { orderId: 'r-9', agreed: false, why: 'no approval is open for the order r-9' },
        },
        cause: { seq: 9, traceId: 't'.repeat(32) },
      },
    ])
    expect(test.logs).toMatchObject([{ level: 'error', fields: { orderId: 'r-9' } }])
    expect(await report()).toMatchObject({ fillsReconciled: 1, disagreed: 1, verified: 0 })
  })
})
