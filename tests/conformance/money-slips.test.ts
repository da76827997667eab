/** Ways round a rule that were found by looking for them, each shut: approvals, stops, marks, lists, halts. */

import { describe, expect, it } from 'vitest'
import type { EventPayloads, Order, Plugin } from '#core/contract.ts'
import { absorbPage, createAbsorber, finishAbsorbing } from '#core/cycle/absorb.ts'
import { createControl } from '#core/cycle/control.ts'
import type { Cycle } from '#core/cycle/cycle.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import { restoreSnapshot, takeSnapshot } from '#core/cycle/snapshot.ts'
import { createLists } from '#core/gate/lists.ts'
import { modeOf } from '#core/gate/mode.ts'
import { pendingApprovals } from '#core/gate/registers.ts'
import kenny from '#plugins/kenny/index.ts'
import { AGENTS } from '#tests/support/ark.ts'
import { ONE, VOLUME } from '#tests/support/facts.ts'
import {
  agentOf,
  createTestKernel,
  drive,
  hash,
  NOW,
  orderOf,
  replacing,
  type TestKernel,
  type TestKernelOptions,
  XYZ,
} from '#tests/support/kernel.ts'

const BY = { principal: 'anna', reason: 'a test' } as const
const PUBLIC = { sp500: 'public', core: 'public', person: 'public', intake: 'public' } as const

/** The record under the next build. */
async function takeOver(test: TestKernel, options: TestKernelOptions): Promise<Kernel> {
  const { kernel } = await createTestKernel({ ...options, runId: 'test-2' })
  const absorber = createAbsorber(kernel)
  absorbPage(absorber, { first: 1, last: test.events.length, events: test.events, text: '' })
  finishAbsorbing(absorber)
  return kernel
}

async function live(plugins: readonly Plugin[] = AGENTS): Promise<TestKernel> {
  const test = await createTestKernel({ kind: 'live', plugins })
  test.input('clock/ticked', {}, 'core', NOW)
  test.input('drill/passed', BY)
  test.bar(100)
  return test
}

/** 50 XYZ at 100, a stop at 95 and a target at 110. */
async function holding(options: TestKernelOptions = {}): Promise<TestKernel> {
  const test = await createTestKernel(options)
  test.bar(100)
  test.request(orderOf())
  test.bar(100)
  expect(test.kernel.world.position('XYZ')).toBe(50 * ONE)
  return test
}

function decide(test: TestKernel, approved = true, { payload } = waiting(test)): void {
  const { decisionId, orderHash } = payload
  const word = { decisionId, orderHash, approved, principal: 'olga', reason: 'seen' }
  test.input('approval/decided', word, 'olga')
}

function waiting(test: TestKernel) {
  const held = test.of('decision/held').at(-1)
  if (held === undefined) throw new Error('nothing waits')
  return held
}

const cancel = (test: TestKernel, orderId: string) =>
  test.input('order/cancel_requested', { orderId, ...BY }, 'anna')

describe('an approval', () => {
  it.each([true, false])(
    'that was given (%s) under one build is not there under the next',
    async (approved) => {
      const test = await live()
      test.input('order/requested', { order: orderOf(), ...BY }, 'anna')
      const held = waiting(test)
      decide(test, approved)
      expect(test.of('decision/approved')).toHaveLength(approved ? 1 : 0)
      const kernel = await takeOver(test, { kind: 'live' })
      expect(pendingApprovals(kernel.context.registers, kernel.context.now)).toEqual([])
      const again = drive(kernel)
      decide(again, true, held)
      expect(again.of('decision/approved')).toEqual([])
    },
  )

  it('does not let out the order of an agent that was paused meanwhile', async () => {
    const order = orderOf()
    const plan = { planId: 'p', strategy: 'hand', order, intent: 'enter', riskCash: '0', notes: [] } as const
    const planner = agentOf({
      name: 'kenny',
      consumes: ['signal/accepted'],
      emits: kenny.emits,
      reduce: () => [{ type: 'plan/proposed', payload: plan }],
    })
    const lenient: Plugin = agentOf({
      name: 'hrm',
      overlay: {
        limits: [{ name: 'none', unit: 'flag', denies: '' }],
        judge: (_order, report) => report(0, false, 0, 1),
      },
    })
    const test = await live(replacing(lenient, replacing(planner)))
    test.input('signal/received', { symbol: 'XYZ', direction: 'long' }, 'intake')
    test.input('pause/requested', { key: 'agent:kenny', paused: true, ...BY })
    decide(test)
    expect(test.of('decision/approved')).toEqual([])
    expect(test.of('decision/denied').at(-1)?.payload.deniedBy).toEqual(['preserve_user_autonomy'])
  })
})

describe('a stop that is moved', () => {
  const amend = (test: TestKernel, stopPrice: string, orderId = 'test-1-1.stop') => {
    test.input('order/amend_requested', { orderId, stopPrice, ...BY }, 'anna')
    return test.of('action/judged').at(-1)?.payload
  }

  it('is never an entry: at another price that is another order', async () => {
    const test = await createTestKernel()
    test.bar(100)
    const short: Partial<Order> = { side: 'sell', type: 'stop', stopPrice: '90', stopLoss: { price: '95' } }
    const { payload } = test.request(orderOf({ ...short, targets: [{ price: '80', portion: '1' }] }))
    expect(payload.allowed).toBe(true)
    // Above its own protective stop.
    expect(amend(test, '99', payload.decisionId)?.deniedBy).toEqual(['require_hrm_approval'])
  })

  it('is measured from its stop, not from the limit behind it', async () => {
    const test = await holding()
    const order: Order = { symbol: 'XYZ', side: 'sell', type: 'stop_limit', quantity: '50' }
    cancel(test, 'test-1-1.stop')
    const { payload } = test.request({ ...order, stopPrice: '97', limitPrice: '92', reason: 'exit' })
    expect(payload).toMatchObject({ allowed: true, intent: 'exit' })
    expect(amend(test, '96.99', payload.decisionId)?.deniedBy).toEqual(['require_stop_loss'])
    expect(amend(test, '97.01', payload.decisionId)?.allowed).toBe(true)
  })

  it.each(['100', '105', '96.005'])(
    'does not go to %s: beyond the market, or off the grid',
    async (price) => {
      const test = await holding()
      expect(amend(test, price)?.deniedBy).toEqual(['require_stop_loss'])
      expect(test.of('order/amended')).toEqual([])
    },
  )
})

it('stops of one position never close more than is held', async () => {
  const test = await holding()
  const stop: Order = {
    symbol: 'XYZ',
    side: 'sell',
    type: 'stop',
    quantity: '50',
    stopPrice: '96',
    reason: 'x',
  }
  expect(test.request(stop).payload).toMatchObject({ allowed: false, intent: 'open' })
  cancel(test, 'test-1-1.stop')
  expect(test.request(stop).payload).toMatchObject({ allowed: true, intent: 'exit' })
})

describe('a position without its stop', () => {
  it.each(['a mark', 'a tick'])('reduces no box any more once it is closed, at %s', async (next) => {
    const settings = { 'broker-paper': { fill: 'quote' } }
    const test = await holding({ kind: 'paper', ...(next === 'a tick' ? { settings } : {}) })
    const tick = (later: number) => test.input('clock/ticked', {}, 'core', test.kernel.context.now + later)
    cancel(test, 'test-1-1.stop')
    tick(0)
    tick(5_001)
    expect(modeOf(test.kernel.context.mode)).toBe('reducing')
    const emergency = test.kernel.world.working('XYZ').find(({ strategy }) => strategy === 'core')
    cancel(test, emergency?.orderId ?? '')
    const order: Order = { symbol: 'XYZ', side: 'sell', type: 'market', quantity: '50', reason: 'flatten' }
    expect(test.request({ ...order, cancelFirst: ['test-1-1.target1'] }).payload.allowed).toBe(true)
    if (next === 'a mark') test.quote(99.99, 100.01)
    else tick(1)
    expect(test.kernel.world.position('XYZ')).toBe(0)
    expect(modeOf(test.kernel.context.mode)).toBe('active')
  })

  it('gets one where a tick is a large part of the price', async () => {
    const coin = { ...XYZ, kind: 'crypto', adv20: 1e9 * VOLUME } as const
    const test = await createTestKernel({ instruments: [coin] })
    test.bar(0.25)
    const targets = [{ price: '0.3', portion: '1' }]
    test.request(orderOf({ quantity: '1000', stopLoss: { price: '0.23' }, targets }))
    test.bar(0.25)
    cancel(test, 'test-1-1.stop')
    for (const close of [0.08, 0.08, 0.08]) test.bar(close)
    const stops = test.kernel.world.working('XYZ').filter(({ role }) => role === 'stop')
    expect(stops).toMatchObject([{ quantity: '1000', stopPrice: '0.07' }])
  })
})

it('a source that nobody registered closes no position through the benchmark', async () => {
  const test = await holding({ kind: 'paper' })
  test.bar(100, { symbol: 'SPY' })
  const end = test.kernel.context.now
  const row = {
    symbol: 'SPY',
    end,
    open: 100 * ONE,
    high: 100 * ONE,
    low: 95 * ONE,
    close: 95 * ONE,
  } as const
  const rows = [{ ...row, volume: VOLUME, resolution: '1m' as const }]
  test.rows({ kind: 'bars', resolution: '1m', rows }, 'evil')
  test.input('clock/ticked', {}, 'core', end + 120_000)
  expect(test.of('breaker/tripped')).toEqual([])
})

it('quotes too wide to make a mark do not keep the prints from making one', async () => {
  const test = await createTestKernel({ kind: 'paper' })
  test.quote(99.99, 100.01)
  for (let second = 0; second < 20; second++) {
    test.quote(80, 100)
    const trade = { symbol: 'XYZ', time: test.kernel.context.now, price: 93 * ONE, quantity: ONE }
    test.rows({ kind: 'trades', rows: [trade] })
  }
  expect(test.kernel.world.mark('XYZ')).toBe(93 * ONE)
})

it('what the configuration restricts now stays restricted, whatever was taken off before', async () => {
  const test = await createTestKernel()
  test.bar(100)
  test.input('restriction/requested', { symbol: 'XYZ', restricted: false, second: 'ben', ...BY })
  const lists = createLists({ sources: PUBLIC, restricted: { XYZ: true } })
  const kernel = await takeOver(test, { lists })
  expect(kernel.context.lists.restricted).toEqual({ XYZ: true })
})

it('a client’s price that cannot be read is any price, after a restart too', async () => {
  const test = await createTestKernel()
  test.bar(100)
  const client = { clientOrderId: 'c', symbol: 'XYZ', side: 'buy', quantity: '5', principal: 'anna' } as const
  test.input('client_order/registered', {
    ...client,
    limitPrice: 'low',
  } as EventPayloads['client_order/registered'])
  const again = await createTestKernel()
  restoreSnapshot(again.kernel, takeSnapshot(test.kernel))
  for (const { request } of [test, again])
    expect(request(orderOf()).payload.deniedBy).toEqual(['no_front_running'])
})

it('a halt is said although the box stands halted for another reason', async () => {
  const test = await createTestKernel({ kind: 'paper' })
  test.input('mode/requested', { mode: 'halted', principal: 'anna', reason: 'lunch' }, 'anna')
  const cycle = {
    kernel: test.kernel,
    queue: { closed: false },
    control: (
      source: string,
      draft: { type: 'mode/requested'; payload: EventPayloads['mode/requested'] },
    ) => {
      test.input(draft.type, draft.payload, source)
      return Promise.resolve()
    },
  }
  const control = createControl(() => cycle as unknown as Cycle, hash)
  control.haltAs('aletheia', 'diverged')
  control.haltAs('aletheia', 'diverged')
  expect(test.kernel.context.mode.halted).toBe('diverged')
  expect(test.of('mode/requested')).toHaveLength(2)
})
