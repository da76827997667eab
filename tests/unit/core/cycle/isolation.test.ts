import { describe, expect, it } from 'vitest'
import type { ArkEvent, Draft, Plugin } from '#core/contract.ts'
import { findOverlay } from '#core/cycle/isolation.ts'
import { installPlugins } from '#core/cycle/loader.ts'
import { createSlots, recordSample } from '#core/cycle/slots.ts'
import { modeOf } from '#core/gate/mode.ts'
import broker from '#plugins/broker-paper/index.ts'
import hrm from '#plugins/hrm/index.ts'
import { AGENTS } from '#tests/support/ark.ts'
import { agentOf, createTestKernel, orderOf, replacing, type TestKernel } from '#tests/support/kernel.ts'

const paper = broker as unknown as Plugin
const risk = hrm as unknown as Plugin

/** One more, below the market: out of reach of the target of what is held. */
const ADD = orderOf({ type: 'limit', limitPrice: '99', quantity: '1' })

/** Who was shut out, and why, as the journal has it. */
function shutOut(test: TestKernel): readonly string[] {
  return test.of('plugin/isolated').map(({ payload }) => `${payload.plugin}: ${payload.reason}`)
}

/** An agent that misbehaves on the second bar it is shown, and counts. */
function faulty(misbehave: () => readonly Draft[]) {
  const seen: string[] = []
  const plugin = agentOf({
    name: 'faulty',
    consumes: ['market/bar', 'mode/changed'],
    emits: ['plan/dropped'],
    reduce: (_, event) => {
      seen.push(event.type)
      return seen.length === 2 ? misbehave() : []
    },
  })
  return { seen, plugin }
}

describe('an agent [REQ_AGENT_02] [COMP_WATCHDOG]', () => {
  const faults: readonly [string, () => readonly Draft[], string][] = [
    [
      'throws',
      () => {
        throw new Error('I am lost')
      },
      'threw: I am lost',
    ],
    ['returns nothing at all', () => undefined as never, 'threw: what it returned is no list'],
    ['returns a promise', () => Promise.resolve([]) as never, 'threw: what it returned is no list'],
    ['returns a list of nothing', () => [undefined as never], 'emitted undefined, which it does not declare'],
    [
      'emits what it did not declare',
      () => [{ type: 'signal/refused', payload: { code: '', reason: '' } }],
      'emitted signal/refused, which it does not declare',
    ],
    [
      'emits what no journal can hold',
      () => [{ type: 'plan/dropped', payload: { reason: Number.NaN as never } }],
      'emitted plan/dropped without a JSON form',
    ],
    [
      'emits an event without content',
      () => [{ type: 'plan/dropped' } as never],
      'emitted plan/dropped without a JSON form',
    ],
  ]

  it.each(faults)('that %s is shut out, the mode falls, the box goes on', async (_, misbehave, reason) => {
    const { plugin, seen } = faulty(misbehave)
    const test = await createTestKernel({ plugins: [...AGENTS, plugin] })
    test.bar(100)
    expect(test.request(orderOf({ quantity: '1' })).payload.deniedBy).toEqual([])
    test.bar(100)
    expect(shutOut(test)).toEqual([`faulty: ${reason}`])
    expect(test.of('mode/changed').map(({ payload }) => payload.mode)).toEqual(['reducing'])
    expect(test.events.map(({ seq }) => seq)).toEqual(test.events.map((_, index) => index + 1))

    // It is shown nothing more, not even the mode that fell because of it.
    expect(seen).toEqual(['market/bar', 'market/bar'])
    expect(test.request(ADD).payload.deniedBy).toEqual(['emergency_halt_enabled'])
    const exit = orderOf({ side: 'sell', quantity: '1', cancelFirst: ['test-1-1.target1'] })
    expect(test.request(exit).payload).toMatchObject({ allowed: true, intent: 'exit' })
    test.bar(100)
    expect(test.kernel.book.index.get('XYZ')?.position).toBe(0)
    expect(seen).toHaveLength(2)
  })

  it('keeps what it said before it went wrong, and loses what came after', async () => {
    const said = (reason: string): Draft => ({ type: 'plan/dropped', payload: { reason } })
    const { plugin } = faulty(() => [said('one'), { type: 'signal/refused' } as never, said('three')])
    const test = await createTestKernel({ plugins: [plugin] })
    test.bar(100)
    test.bar(100)
    expect(test.of('plan/dropped').map(({ payload }) => payload.reason)).toEqual(['one'])
  })

  it('that a person restores is shown events again, and the mode recovers', async () => {
    const { plugin, seen } = faulty(() => [undefined as never])
    const test = await createTestKernel({ plugins: [...AGENTS, plugin] })
    test.bar(100)
    test.bar(100)
    test.input('plugin/restored', { plugin: 'faulty', principal: 'anna', reason: 'mended' })
    expect(modeOf(test.kernel.context.mode)).toBe('active')
    test.bar(100)
    expect(seen.at(-1)).toBe('market/bar')
    expect(seen.length).toBeGreaterThan(2)
  })

  it('that a person restores begins with a clean record of its samples', async () => {
    const { plugin } = faulty(() => [])
    const test = await createTestKernel({ plugins: [plugin] })
    const slot = test.kernel.slots.byName.get('faulty')
    for (const ms of [300, 300]) if (slot !== undefined) recordSample(slot, ms)
    expect(slot).toMatchObject({ slowestMs: 300, sampleMs: 300 })
    test.input('plugin/isolated', { plugin: 'faulty', reason: 'too slow' })
    test.input('plugin/restored', { plugin: 'faulty', principal: 'anna', reason: 'mended' })
    expect(slot).toMatchObject({ isolated: null, slowestMs: 0, sampleMs: 0 })
  })

  it('that keeps below the bound of hops and doubles is shut out at 10,000 events of one input', async () => {
    const draft: Draft = { type: 'plan/dropped', payload: { reason: 'again' } }
    const doubling = agentOf({
      name: 'doubling',
      consumes: ['market/bar', 'plan/dropped'],
      emits: ['plan/dropped'],
      reduce: (_, event) => (event.hop < 14 ? [draft, draft] : []),
    })
    const test = await createTestKernel({ plugins: [doubling] })
    test.bar(100)
    expect(test.of('plan/dropped')).toHaveLength(10_000)
    expect(shutOut(test)).toEqual(['doubling: says too much: 10000 events have followed from the last input'])
  })

  it('may say as much again about the next input', async () => {
    const drafts = Array.from(
      { length: 6_000 },
      (): Draft => ({ type: 'plan/dropped', payload: { reason: '' } }),
    )
    const busy = agentOf({ consumes: ['market/bar'], emits: ['plan/dropped'], reduce: () => drafts })
    const test = await createTestKernel({ plugins: [busy] })
    test.bar(100)
    test.bar(100)
    expect(test.of('plan/dropped')).toHaveLength(12_000)
    expect(shutOut(test)).toEqual([])
  })

  it('that answers itself is shut out at 64 hops', async () => {
    const echo = agentOf({
      name: 'echo',
      consumes: ['market/bar', 'plan/dropped'],
      emits: ['plan/dropped'],
      reduce: () => [{ type: 'plan/dropped', payload: { reason: 'again' } }],
    })
    const test = await createTestKernel({ plugins: [...AGENTS, echo] })
    test.bar(100)
    expect(test.of('plan/dropped').map(({ hop }) => hop)).toEqual(
      Array.from({ length: 64 }, (_, index) => index + 1),
    )
    expect(shutOut(test)).toEqual(['echo: keeps answering itself: 64 hops since the last input'])
    test.bar(100)
    expect(test.of('plan/dropped')).toHaveLength(64)
  })

  it('that answers itself twice each time is stopped before it doubles', async () => {
    const draft: Draft = { type: 'plan/dropped', payload: { reason: 'again' } }
    const echo = agentOf({
      name: 'echo',
      consumes: ['market/bar', 'plan/dropped'],
      emits: ['plan/dropped'],
      reduce: () => [draft, draft],
    })
    const test = await createTestKernel({ plugins: [echo] })
    test.bar(100)
    expect(test.of('plan/dropped')).toHaveLength(64)
  })

  it('whose order comes after more than 32 hops is denied by the loop rule', async () => {
    const plan = (hop: number): Draft =>
      hop < 32
        ? { type: 'plan/dropped', payload: { reason: String(hop) } }
        : {
            type: 'plan/proposed',
            payload: {
              planId: 'p',
              strategy: 's',
              intent: 'enter',
              riskCash: '0',
              notes: [],
              order: orderOf(),
            },
          }
    const slow = agentOf({
      name: 'kenny',
      consumes: ['market/bar', 'plan/dropped'],
      emits: ['plan/proposed', 'plan/dropped'],
      reduce: (_, event: ArkEvent) => (event.hop < 32 ? [plan(event.hop + 1)] : []),
    })
    const test = await createTestKernel({ plugins: replacing(slow) })
    test.bar(100)
    expect(test.of('decision/denied').map(({ payload }) => payload.deniedBy)).toEqual([
      ['prevent_infinite_loops'],
    ])
    expect(test.of('identity/confirmed').map(({ hop }) => hop)).toEqual([33])
  })
})

describe('Kenny', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'buy everything'],
    ['a list', [orderOf()]],
  ])('is shut out when he puts %s in the place of an order [TASK_7]', async (_, order) => {
    const kenny = agentOf({
      name: 'kenny',
      consumes: ['market/bar'],
      emits: ['plan/proposed'],
      reduce: () => [
        {
          type: 'plan/proposed',
          payload: {
            planId: 'p',
            strategy: 's',
            intent: 'enter',
            riskCash: '0',
            notes: [],
            order: order as never,
          },
        },
      ],
    })
    const test = await createTestKernel({ plugins: replacing(kenny) })
    test.bar(100)
    expect(shutOut(test)).toEqual(['kenny: proposed a plan without an order'])
    expect(test.kernel.state.decisions).toBe(0)
    test.bar(100)
    expect(test.of('plan/proposed')).toHaveLength(1)
  })
})

describe('a broker', () => {
  /** The real one until `fails` says that it is not. */
  function faultyBroker(answer: (event: ArkEvent) => readonly Draft[] | undefined): Plugin {
    const simulate = paper.broker?.simulate
    if (simulate === undefined) throw new Error('no broker')
    return {
      ...paper,
      broker: {
        simulate: {
          ...simulate,
          reduce: (state, event, config, world) =>
            answer(event) ?? simulate.reduce(state, event, config, world),
        },
      },
    }
  }

  it('that throws at an order is shut out, and the order does not count as working for ever', async () => {
    const throwing = faultyBroker((event) => {
      if (event.type === 'order/submitted') throw new Error('no line')
      return undefined
    })
    const test = await createTestKernel({ plugins: replacing(throwing) })
    test.bar(100)
    test.request(orderOf())
    expect(shutOut(test)).toEqual(['broker-paper: threw: no line'])
    expect(test.of('order/rejected').map(({ payload }) => payload.code)).toEqual(['PLUGIN_FAILED'])
    expect(test.kernel.book.index.get('XYZ')?.open).toEqual([])
    expect(modeOf(test.kernel.context.mode)).toBe('reducing')
  })

  it('that is not there gets no order', async () => {
    const test = await createTestKernel({ plugins: AGENTS.filter(({ name }) => name !== 'broker-paper') })
    test.bar(100)
    expect(test.request(orderOf()).type).toBe('decision/approved')
    expect(test.of('order/rejected').map(({ payload }) => payload.code)).toEqual(['PLUGIN_FAILED'])
    expect(test.kernel.book.index.get('XYZ')?.open).toEqual([])
    expect(test.kernel.context.flow.executions).toEqual([])
  })

  const fill = {
    orderId: 'test-1-1',
    role: 'entry',
    symbol: 'XYZ',
    side: 'buy',
    quantity: '50',
    price: '100',
    fee: '1',
    remaining: '0',
    liquidity: 'taker',
    reason: '',
  } as const
  it.each<[string, object]>([
    ['a quantity', { quantity: 'all' }],
    ['a quantity of nothing', { quantity: '0' }],
    ['a negative quantity', { quantity: '-50' }],
    ['a price', { price: '1e2' }],
    ['a fee', { fee: '' }],
    ['a rest', { remaining: '-1' }],
    ['a side', { side: 'hold' }],
    ['an amount that is no text', { quantity: 50 }],
  ])('whose fill has no %s that can be read is shut out, the book untouched', async (_, change) => {
    const garbling = faultyBroker((event) =>
      event.type === 'order/submitted'
        ? [{ type: 'order/filled', payload: { ...fill, ...change } as never }]
        : undefined,
    )
    const test = await createTestKernel({ plugins: replacing(garbling) })
    test.bar(100)
    const { cash } = test.kernel.book.state
    test.request(orderOf())
    expect(shutOut(test)).toEqual(['broker-paper: reported a fill that cannot be read'])
    expect(test.of('order/filled')).toEqual([])
    expect(test.kernel.book.state).toMatchObject({ cash, fills: 0 })
    expect(test.kernel.book.index.get('XYZ')?.position).toBe(0)
  })

  it('is shown only what it consumes', async () => {
    const seen = new Set<string>()
    const picky = { ...faultyBroker((event) => void seen.add(event.type)), consumes: ['market/bar' as const] }
    const test = await createTestKernel({ plugins: replacing(picky) })
    test.bar(100)
    test.quote(99.9, 100.1)
    expect([...seen]).toEqual(['market/bar'])
  })
})

describe('HRM', () => {
  const throwing: Plugin = {
    ...risk,
    overlay: {
      limits: [{ name: 'order_size', unit: 'quantity', denies: 'too large' }],
      judge: (_, report) => {
        report(0, false, 1, 2)
        throw new Error('overflow')
      },
    },
  }

  /** Holds 1 XYZ, bought while HRM was well. */
  async function held(hrm: Plugin): Promise<TestKernel> {
    const test = await createTestKernel({ plugins: replacing(risk) })
    test.bar(100)
    test.request(orderOf({ quantity: '1' }))
    test.bar(100)
    const installed = await installPlugins([hrm], {})
    test.kernel.overlay = findOverlay(installed, createSlots(installed))
    return test
  }

  const EXIT = orderOf({ side: 'sell', quantity: '1', cancelFirst: ['test-1-1.target1'] })

  it('that throws denies the opening and is shut out [REQ_AGENT_02] [COMP_HRM]', async () => {
    const test = await held(throwing)
    const { payload } = test.request(ADD)
    expect(payload).toMatchObject({ allowed: false, deniedBy: [], limitsDenied: ['overlay:absent'] })
    expect(shutOut(test)).toEqual(['hrm: threw: overflow'])
    expect(modeOf(test.kernel.context.mode)).toBe('reducing')
    expect(test.kernel.overlay).toBeUndefined()

    // From now on it is merely absent: asked no more, and the same answer.
    expect(test.request(ADD).payload.limitsDenied).toEqual(['overlay:absent'])
    expect(shutOut(test)).toHaveLength(1)
  })

  it('that throws at an exit does not keep anybody in a position', async () => {
    const test = await held(throwing)
    expect(test.request(EXIT).payload).toMatchObject({ allowed: true, intent: 'exit', limitsDenied: [] })
    expect(shutOut(test)).toEqual(['hrm: threw: overflow'])
    test.bar(100)
    expect(test.kernel.book.index.get('XYZ')?.position).toBe(0)
  })

  it('that is not listed, or shut out by hand, denies openings and lets exits through [COMP_HRM]', async () => {
    const absent = await createTestKernel({ plugins: AGENTS.filter(({ name }) => name !== 'hrm') })
    absent.bar(100)
    expect(absent.request(orderOf()).payload).toMatchObject({
      deniedBy: [],
      limitsDenied: ['overlay:absent'],
    })

    const test = await held(risk)
    test.input('plugin/isolated', { plugin: 'hrm', reason: 'by hand' }, 'watchdog')
    expect(test.request(ADD).payload.limitsDenied).toEqual(['overlay:absent'])
    expect(test.request(EXIT).payload.allowed).toBe(true)
    test.input('plugin/restored', { plugin: 'hrm', principal: 'anna', reason: 'well again' })
    expect(test.request(ADD).payload.limitsDenied).toEqual([])
  })

  it('that says nothing about one of its limits denies by it', async () => {
    const forgetful: Plugin = {
      ...risk,
      overlay: {
        limits: ['first', 'second'].map((name) => ({ name, unit: 'flag', denies: name })),
        judge: (_, report) => report(0, false, 1, 2),
      },
    }
    const test = await held(forgetful)
    const { payload } = test.request(ADD)
    expect(payload.limitsDenied).toEqual(['second'])
    expect(payload.limits).toEqual([
      {
        limit: 'second',
        limitValue: null,
        observed: null,
        reason: 'a fact that it needs is missing',
        verdict: 'unknown',
      },
    ])
    expect(test.request(EXIT).payload.allowed).toBe(true)
  })
})
