/**
 * No order reaches a broker without the permit that was made for it: a rogue in Kenny's place, put in by the
 * real loader, tries every way round the gate that an inline plugin has. Each time broker and book must stay
 * as they were, and the journal must say why.
 */

import { describe, expect, it } from 'vitest'
import type { ArkEvent, Decision, Draft, EventType, Order, Plugin } from '#core/contract.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import { restoreSnapshot, takeSnapshot } from '#core/cycle/snapshot.ts'
import { modeOf } from '#core/gate/mode.ts'
import kenny from '#plugins/kenny/index.ts'
import { createTestArk } from '../support/ark.ts'
import {
  agentOf,
  barOf,
  createTestKernel,
  drive,
  orderOf,
  replacing,
  type TestKernel,
  XYZ,
} from '../support/kernel.ts'

type React = (event: ArkEvent) => readonly Draft[]

/** Kenny's name and claims, another's mind. It is called for every tick and every approval. */
function rogueKenny(react: React): Plugin {
  return agentOf({
    name: 'kenny',
    consumes: ['clock/ticked', 'decision/approved'],
    emits: kenny.emits,
    reduce: (_state, event) => react(event),
  })
}

function submit(orderId: string, order: Order = orderOf(), intent: 'open' | 'exit' = 'open'): Draft {
  return { type: 'order/submitted', payload: { orderId, order, intent } }
}

/** What he does at an approval is decided by the test; on ticks he does what `onTick` holds at that moment. */
interface Rogue {
  onTick: () => readonly Draft[]
  onApproval: (decision: Decision) => readonly Draft[]
}

async function createHeist(): Promise<{ test: TestKernel; rogue: Rogue }> {
  const rogue: Rogue = {
    onTick: () => [],
    onApproval: (decision) => [submit(decision.decisionId, decision.order, decision.intent)],
  }
  const react: React = (event) =>
    event.type === 'decision/approved' ? rogue.onApproval(event.payload) : rogue.onTick()
  const test = await createTestKernel({ plugins: replacing(rogueKenny(react)) })
  test.bar(100)
  return { test, rogue }
}

/** Everything that money hangs on. */
function holdings(kernel: Kernel): string {
  return JSON.stringify([kernel.slots.broker?.state, kernel.book.state])
}

/** Codes of the refusals since the last `seen` events. */
function codesAfter(test: TestKernel, seen: number): readonly string[] {
  return test.events
    .slice(seen)
    .flatMap((event) => (event.type === 'order/rejected' ? [event.payload.code] : []))
}

/** What the broker said it works. */
function accepted(test: TestKernel): readonly string[] {
  return test.of('order/accepted').map(({ payload }) => payload.orderId)
}

describe('an order out of nowhere [COMP_KENNY]', () => {
  it.each([
    ['a made-up id', 'test-1-99'],
    ['an empty id', ''],
    ['a name every object has', 'constructor'],
    ['an id of the run before', 'test-0-1'],
  ])('is refused as PERMIT_ABSENT: %s', async (_, id) => {
    const { test, rogue } = await createHeist()
    rogue.onTick = () => [submit(id)]
    const before = holdings(test.kernel)
    test.input('clock/ticked', {})
    expect(codesAfter(test, 0)).toEqual(['PERMIT_ABSENT'])
    expect(holdings(test.kernel)).toBe(before)
  })

  it('is refused when the gate denied it', async () => {
    const { test, rogue } = await createHeist()
    const denied = test.request(orderOf({ quantity: '5000' }))
    expect(denied.type).toBe('decision/denied')
    const before = holdings(test.kernel)
    rogue.onTick = () => [submit(denied.payload.decisionId, denied.payload.order)]
    test.input('clock/ticked', {})
    expect(codesAfter(test, 0)).toEqual(['PERMIT_ABSENT'])
    expect(holdings(test.kernel)).toBe(before)
  })

  it('is refused when it comes in from outside, under whatever name', async () => {
    const { test } = await createHeist()
    const before = holdings(test.kernel)
    for (const source of ['kenny', 'core', 'broker-paper'])
      test.input('order/submitted', { orderId: 'test-1-1', order: orderOf(), intent: 'open' }, source)
    expect(codesAfter(test, 0)).toEqual(['PERMIT_ABSENT', 'PERMIT_ABSENT', 'PERMIT_ABSENT'])
    expect(holdings(test.kernel)).toBe(before)
  })
})

describe('a permit', () => {
  it('is good for one order: the second use is PERMIT_USED, and the first goes on working', async () => {
    const { test, rogue } = await createHeist()
    rogue.onApproval = ({ decisionId, order }) => [submit(decisionId, order), submit(decisionId, order)]
    const { decisionId } = test.request(orderOf()).payload
    expect(codesAfter(test, 0)).toEqual(['PERMIT_USED'])
    expect(accepted(test)).toEqual([decisionId])
    expect(test.kernel.book.index.get('XYZ')?.open.map(({ orderId }) => orderId)).toEqual([decisionId])
  })

  it('does not wait: what was not sent with its own input has lapsed', async () => {
    const { test, rogue } = await createHeist()
    rogue.onApproval = () => []
    const { decisionId, order } = test.request(orderOf()).payload
    expect(test.of('permit/lapsed').map(({ payload }) => payload.orderId)).toEqual([decisionId])
    const before = holdings(test.kernel)
    rogue.onTick = () => [submit(decisionId, order)]
    test.input('clock/ticked', {})
    expect(codesAfter(test, 0)).toEqual(['PERMIT_USED'])
    expect(holdings(test.kernel)).toBe(before)
  })

  it('stays used over a restart', async () => {
    const first = await createHeist()
    const { decisionId, order } = first.test.request(orderOf()).payload
    const plugins = replacing(
      rogueKenny((event) => (event.type === 'clock/ticked' ? [submit(decisionId, order)] : [])),
    )
    const { kernel } = await createTestKernel({ plugins })
    restoreSnapshot(kernel, takeSnapshot(first.test.kernel))
    const second = drive(kernel)
    const before = holdings(kernel)
    second.input('clock/ticked', {})
    expect(codesAfter(second, 0)).toEqual(['PERMIT_USED'])
    expect(holdings(kernel)).toBe(before)
  })

  it('expires 30 s after it was made, not a millisecond earlier', async () => {
    for (const [wait, codes] of [
      [30_000, []],
      [30_001, ['PERMIT_EXPIRED']],
    ] as const) {
      const { test, rogue } = await createHeist()
      rogue.onApproval = ({ decisionId, order }) => {
        test.kernel.context.now += wait
        return [submit(decisionId, order)]
      }
      test.request(orderOf())
      expect(codesAfter(test, 0)).toEqual(codes)
      expect(accepted(test)).toHaveLength(codes.length === 0 ? 1 : 0)
      expect(test.kernel.book.index.get('XYZ')?.open).toHaveLength(codes.length === 0 ? 1 : 0)
    }
  })

  it('is void under another ruleset', async () => {
    const { test, rogue } = await createHeist()
    rogue.onApproval = ({ decisionId, order }) => {
      Object.assign(test.kernel.options, { rulesetDigest: '0'.repeat(64) })
      return [submit(decisionId, order)]
    }
    test.request(orderOf())
    expect(codesAfter(test, 0)).toEqual(['PERMIT_MISMATCH'])
    expect(accepted(test)).toEqual([])
  })
})

describe('an order that is not the one that was judged [COMP_KENNY]', () => {
  const changes: readonly [string, Partial<Order>][] = [
    ['more of it', { quantity: '5000' }],
    ['less of it', { quantity: '49' }],
    ['the other side', { side: 'sell' }],
    ['another symbol', { symbol: 'ABC' }],
    ['another type', { type: 'limit', limitPrice: '100' }],
    ['another strategy', { strategy: 'other' }],
    ['a farther stop', { stopLoss: { price: '1' } }],
    ['other targets', { targets: [] }],
    ['another order cancelled first', { cancelFirst: ['test-1-0'] }],
    ['the same amount in other words', { quantity: '50.0' }],
  ]
  it.each(changes)('is refused as PERMIT_MISMATCH: %s', async (_, change) => {
    const { test, rogue } = await createHeist()
    rogue.onApproval = ({ decisionId, order }) => [submit(decisionId, { ...order, ...change })]
    test.request(orderOf())
    expect(codesAfter(test, 0)).toEqual(['PERMIT_MISMATCH'])
    expect(accepted(test)).toEqual([])
    // The reservation went with the permit, so the account is as it was.
    expect(test.kernel.book.index.get('XYZ')?.open).toEqual([])
  })

  it.each<[string, (order: Order) => unknown]>([
    ['its quantity', (order) => Object.assign(order, { quantity: '5000' })],
    ['its stop', ({ stopLoss }) => Object.assign(stopLoss ?? {}, { price: '1' })],
    ['one of its targets', ({ targets }) => Object.assign(targets?.[0] ?? {}, { price: '1000' })],
  ])('cannot be made out of the one he was given: who changes %s in place is shut out', async (_, change) => {
    const { test, rogue } = await createHeist()
    rogue.onApproval = ({ decisionId, order }) => {
      change(order)
      return [submit(decisionId, order)]
    }
    test.request(orderOf())
    expect(test.of('plugin/isolated').map(({ payload }) => payload.plugin)).toEqual(['kenny'])
    expect(test.of('order/submitted')).toEqual([])
    expect(accepted(test)).toEqual([])
  })

  it('is refused when it has no stop any more', async () => {
    const { test, rogue } = await createHeist()
    rogue.onApproval = ({ decisionId, order }) => {
      const { stopLoss: _, ...bare } = order
      return [submit(decisionId, bare)]
    }
    test.request(orderOf())
    expect(codesAfter(test, 0)).toEqual(['PERMIT_MISMATCH'])
  })

  it('is refused when an exit is sent as an opening, which a broker would fill beyond the position', async () => {
    const { test, rogue } = await createHeist()
    test.request(orderOf())
    test.bar(100)
    expect(test.kernel.book.index.get('XYZ')?.position).toBe(50 * XYZ.lot)
    rogue.onApproval = ({ decisionId, order }) => [submit(decisionId, order, 'open')]
    const exit = test.request({
      symbol: 'XYZ',
      side: 'sell',
      type: 'market',
      quantity: '50',
      cancelFirst: ['test-1-1.target1'],
    })
    expect(exit.payload).toMatchObject({ allowed: true, intent: 'exit' })
    expect(codesAfter(test, 0)).toEqual(['PERMIT_MISMATCH'])
    test.bar(100)
    expect(test.kernel.book.index.get('XYZ')?.position).toBe(50 * XYZ.lot)
  })

  it('is not made by an order that reads differently each time: the broker gets what was judged', async () => {
    const { test, rogue } = await createHeist()
    rogue.onApproval = ({ decisionId, order }) => {
      let reads = 0
      // The journal reads it first, the hash second; from then on it would be a hundred times as much.
      const shifty = Object.defineProperty({ ...order }, 'quantity', {
        enumerable: true,
        get: () => (reads++ < 2 ? '50' : '5000'),
      })
      return [submit(decisionId, shifty)]
    }
    test.request(orderOf())
    expect(test.of('order/accepted').map(({ payload }) => payload.quantity)).toEqual(['50'])
  })
})

describe('an order that works', () => {
  async function withWorkingOrder() {
    const heist = await createHeist()
    const working = orderOf({ type: 'limit', limitPrice: '99' })
    const { decisionId } = heist.test.request(working).payload
    expect(heist.test.kernel.book.index.get('XYZ')?.open).toHaveLength(1)
    return { ...heist, decisionId, working }
  }

  const forgeries: readonly [string, (id: string, order: Order) => Draft, readonly string[]][] = [
    ['sent again', (id, order) => submit(id, order), ['PERMIT_USED']],
    ['sent again in another form', (id, order) => submit(id, { ...order, quantity: '1' }), ['PERMIT_USED']],
    ['called throttled', (id) => ({ type: 'order/throttled', payload: { orderId: id, reason: '' } }), []],
  ]
  it.each(forgeries)('stays in broker and book when it is %s', async (_, forge, codes) => {
    const { test, rogue, decisionId, working } = await withWorkingOrder()
    const before = holdings(test.kernel)
    rogue.onTick = () => [forge(decisionId, working)]
    test.input('clock/ticked', {})
    expect(codesAfter(test, 0)).toEqual(codes)
    expect(holdings(test.kernel)).toBe(before)
  })

  const attempts: readonly [string, (id: string, order: Order) => Draft, string][] = [
    ['nobody approved', (id, order) => submit(`${id}9`, order), 'PERMIT_ABSENT'],
    [
      'is no order',
      (id) => ({ type: 'order/submitted', payload: { orderId: id } }) as unknown as Draft,
      'PERMIT_MISMATCH',
    ],
  ]
  it.each(attempts)('shuts out the plugin that sends what %s, and reduces', async (_, forge, code) => {
    const { test, rogue, decisionId, working } = await withWorkingOrder()
    rogue.onTick = () => [forge(decisionId, working)]
    test.input('clock/ticked', {})
    expect(codesAfter(test, 0)).toEqual([code])
    expect(test.of('plugin/isolated').map(({ payload }) => payload.reason)).toEqual([
      `tried to get round the gate: ${code}`,
    ])
    expect(modeOf(test.kernel.context.mode)).toBe('reducing')
    expect(test.of('order/filled')).toEqual([])
  })
})

describe('authority', () => {
  const reserved: readonly EventType[] = [
    'order/accepted',
    'order/filled',
    'order/rejected',
    'order/cancelled',
    'order/requested',
    'order/cancel_requested',
    'decision/approved',
    'decision/denied',
    'decision/held',
    'identity/confirmed',
    'permit/lapsed',
    'mode/changed',
    'mode/requested',
    'lease/renewed',
    'audit/recovered',
    'plugin/restored',
    'plugin/isolated',
    'instrument/registered',
    'market/bar',
    'market/chunk',
    'clock/ticked',
    'run/started',
  ]
  it.each(reserved)('is not granted by the loader: %s', async (type) => {
    const greedy = { ...rogueKenny(() => []), emits: [...kenny.emits, type] }
    await expect(createTestKernel({ plugins: replacing(greedy) })).rejects.toMatchObject({
      code: 'PLUGIN_INVALID',
      where: 'kenny',
    })
  })

  it.each<EventType>(['plan/proposed', 'order/submitted', 'order/throttled'])(
    'is Kenny’s alone: %s',
    async (type) => {
      const ghost = agentOf({ name: 'ghost', emits: [type] })
      const plugins = [...replacing(rogueKenny(() => [])), ghost]
      await expect(createTestKernel({ plugins })).rejects.toMatchObject({
        code: 'PLUGIN_INVALID',
        where: 'ghost',
      })
    },
  )

  it.each<[string, Draft]>([
    ['a fill', { type: 'order/filled', payload: {} as never }],
    ['an approval', { type: 'decision/approved', payload: {} as never }],
  ])('taken without asking shuts the plugin out: %s', async (_, draft) => {
    const { test, rogue } = await createHeist()
    rogue.onTick = () => [draft]
    const before = holdings(test.kernel)
    test.input('clock/ticked', {})
    expect(test.of('plugin/isolated').map(({ payload }) => payload.plugin)).toEqual(['kenny'])
    expect(test.of(draft.type)).toEqual([])
    expect(holdings(test.kernel)).toBe(before)
  })

  it.each<EventType>([
    'order/filled',
    'order/accepted',
    'order/rejected',
    'order/cancelled',
    'order/throttled',
    'permit/lapsed',
    'decision/approved',
    'decision/denied',
    'decision/held',
    'mode/changed',
    'market/bar',
    'market/trade',
    'market/quote',
    'market/chunk',
  ])('is not had by handing the kernel a finished event: %s', async (type) => {
    const { test } = await createHeist()
    const whole = JSON.stringify([holdings(test.kernel), test.kernel.state, test.bodies])
    expect(() => test.input(type, {} as never, 'kenny')).toThrow(
      expect.objectContaining({ code: 'EMIT_NOT_DECLARED' }),
    )
    expect(JSON.stringify([holdings(test.kernel), test.kernel.state, test.bodies])).toBe(whole)
  })
})

it('stands in the journal of a whole box, with its code', async () => {
  const rogue = agentOf({
    name: 'kenny',
    consumes: ['market/bar', 'decision/approved'],
    emits: kenny.emits,
    reduce: (_state, event) => (event.type === 'market/bar' ? [submit('sp500-1-1')] : []),
  })
  const { ark, database, fatal } = await createTestArk({ plugins: replacing(rogue), instruments: [XYZ] })
  await ark.beginRun({ kind: 'backtest', name: 'sp500', seed: 'sp500' })
  await ark.offerRows('sp500', { kind: 'bars', resolution: '1m', rows: [barOf(100)] })
  const rows = await database.query(
    `SELECT body->>'$.payload.code', body->>'source' FROM journal WHERE body->>'type' = 'order/rejected'`,
  )
  expect(rows).toEqual([['PERMIT_ABSENT', 'core']])
  const positions = ark.cycle?.kernel.book.state.symbols.map(({ position, open }) => [position, open.length])
  expect(positions).toEqual([[0, 0]])
  await ark.stop()
  expect(fatal).toEqual([])
})
