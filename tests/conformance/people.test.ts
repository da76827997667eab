/** What people say changes what the gate allows, and nothing more: pauses, lists, latches, approvals, stops. */

import { describe, expect, it } from 'vitest'
import type { EventPayloads, Order } from '#core/contract.ts'
import { restoreSnapshot, takeSnapshot } from '#core/cycle/snapshot.ts'
import { modeOf } from '#core/gate/mode.ts'
import { pendingApprovals } from '#core/gate/registers.ts'
import { createTestKernel, NOW, orderOf, type TestKernel, XYZ } from '#tests/support/kernel.ts'

const BY = { principal: 'anna', reason: 'a test' } as const
const ONE = 100_000_000

async function market(): Promise<TestKernel> {
  const test = await createTestKernel()
  test.bar(100)
  return test
}

const deniedBy = (test: TestKernel, order: Order = orderOf()) => test.request(order).payload.deniedBy

describe('a pause [REQ_SEC_03]', () => {
  it.each(['symbol:XYZ', 'strategy:hand'])(
    'of %s holds openings back until it is taken back',
    async (key) => {
      const test = await market()
      test.input('pause/requested', { key, paused: true, ...BY })
      expect(deniedBy(test)).toEqual(['preserve_user_autonomy'])
      test.input('pause/requested', { key, paused: false, ...BY })
      expect(deniedBy(test)).toEqual([])
    },
  )

  it('of an agent whose word a plan stands on holds that plan back', async () => {
    const test = await market()
    test.input('pause/requested', { key: 'agent:kyle', paused: true, ...BY })
    test.input('signal/received', { symbol: 'XYZ', direction: 'long' }, 'intake')
    for (const { payload } of test.of('decision/denied'))
      expect(payload.deniedBy).toContain('preserve_user_autonomy')
    expect(test.of('decision/approved')).toEqual([])
    // A person's own order does not stand on Kyle.
    expect(deniedBy(test)).toEqual([])
  })

  it('lets exits through', async () => {
    const test = await market()
    test.request(orderOf())
    test.bar(100)
    test.input('pause/requested', { key: 'symbol:XYZ', paused: true, ...BY })
    const exit = { side: 'sell', quantity: '10', cancelFirst: ['test-1-1.target1'] } as const
    expect(deniedBy(test, orderOf(exit))).toEqual([])
  })
})

describe('the restricted list', () => {
  it('is tightened by one person and loosened by two', async () => {
    const test = await market()
    test.input('restriction/requested', { symbol: 'XYZ', restricted: true, ...BY })
    expect(deniedBy(test)).toEqual(['no_insider_trading'])
    test.input('restriction/requested', { symbol: 'XYZ', restricted: false, ...BY })
    test.input('restriction/requested', { symbol: 'XYZ', restricted: false, second: 'anna', ...BY })
    expect(deniedBy(test)).toEqual(['no_insider_trading'])
    test.input('restriction/requested', { symbol: 'XYZ', restricted: false, second: 'ben', ...BY })
    expect(deniedBy(test)).toEqual([])
  })

  it('lets an exit pass that a person approved, once', async () => {
    const test = await market()
    test.request(orderOf())
    test.bar(100)
    test.input('restriction/requested', { symbol: 'XYZ', restricted: true, ...BY })
    const exit = orderOf({ side: 'sell', quantity: '10', cancelFirst: ['test-1-1.target1'] })
    const { payload } = test.request(exit)
    expect(payload.deniedBy).toEqual(['no_insider_trading'])
    decide(test, payload)
    expect(test.of('decision/approved').at(-1)?.payload).toMatchObject({ principal: 'anna', intent: 'exit' })
    expect(deniedBy(test, { ...exit, cancelFirst: [] })).toEqual(['no_insider_trading'])
  })
})

function decide(
  test: TestKernel,
  { decisionId, orderHash }: { readonly decisionId: string; readonly orderHash: string },
  changes: Partial<EventPayloads['approval/decided']> = {},
): void {
  const payload = { decisionId, orderHash, approved: true, principal: 'olga', reason: 'seen', ...changes }
  test.input('approval/decided', payload, 'olga')
}

describe('a live opening [REQ_SEC_03]', () => {
  async function live(): Promise<TestKernel> {
    const test = await createTestKernel({ kind: 'live' })
    test.input('clock/ticked', {}, 'core', NOW)
    test.input('drill/passed', BY)
    test.bar(100)
    return test
  }
  const held = (test: TestKernel, order = orderOf()) => {
    const before = test.of('decision/held').length
    test.input('order/requested', { order, ...BY }, 'anna')
    return test.of('decision/held')[before]?.payload
  }

  it('waits for a person, and leaves when one approves that very order', async () => {
    const test = await live()
    const waiting = held(test)
    expect(waiting?.held).toEqual(['human_in_loop_critical'])
    expect(pendingApprovals(test.kernel.context.registers, test.kernel.context.now)).toHaveLength(1)
    if (waiting !== undefined) decide(test, waiting)
    expect(test.of('decision/approved').map(({ payload }) => payload.orderHash)).toEqual([waiting?.orderHash])
    expect(test.of('order/accepted')).toHaveLength(1)
    // The first order of its venue has left: a small one needs no further word.
    test.bar(100)
    const more = orderOf({ quantity: '1', cancelFirst: ['test-1-2.target1'] })
    expect(held(test, more)).toBeUndefined()
    expect(test.of('decision/approved')).toHaveLength(2)
  })

  it.each<[string, (test: TestKernel, id: string, hash: string) => void]>([
    ['for another order', (test, decisionId) => decide(test, { decisionId, orderHash: 'f'.repeat(64) })],
    ['for another decision', (test, _, orderHash) => decide(test, { decisionId: 'test-1-9', orderHash })],
    [
      'after a quarter of an hour',
      (test, decisionId, orderHash) => {
        test.input('clock/ticked', {}, 'core', test.kernel.context.now + 900_001)
        decide(test, { decisionId, orderHash })
      },
    ],
    [
      'after the price has gone',
      (test, decisionId, orderHash) => {
        test.bar(101.02)
        decide(test, { decisionId, orderHash })
      },
    ],
    [
      'that says no',
      (test, decisionId, orderHash) => decide(test, { decisionId, orderHash }, { approved: false }),
    ],
  ])('stays where it is on a word %s', async (_, say) => {
    const test = await live()
    const waiting = held(test)
    say(test, waiting?.decisionId ?? '', waiting?.orderHash ?? '')
    expect(test.of('decision/approved')).toEqual([])
    expect(test.of('order/submitted')).toEqual([])
  })

  it('cannot leave twice on one approval', async () => {
    const test = await live()
    const waiting = held(test)
    if (waiting === undefined) throw new Error('nothing waits')
    decide(test, waiting)
    decide(test, waiting)
    expect(test.of('decision/approved')).toHaveLength(1)
    expect(test.kernel.context.registers.approved).toEqual({})
  })

  it('is denied until a halt drill has passed since the box booted', async () => {
    const test = await live()
    test.input('box/booted', { reason: 'restart' }, 'core')
    expect(deniedBy(test)).toEqual(['emergency_halt_enabled'])
    test.input('drill/passed', BY)
    expect(held(test)?.held).toEqual(['human_in_loop_critical'])
  })

  it('waits again after a halt', async () => {
    const test = await live()
    const first = held(test)
    if (first !== undefined) decide(test, first)
    test.input('mode/requested', { mode: 'halted', ...BY }, 'anna')
    test.input('mode/requested', { mode: 'active', ...BY }, 'anna')
    expect(held(test, orderOf({ quantity: '1' }))?.held).toEqual(['human_in_loop_critical'])
  })
})

describe('a latched triple', () => {
  it('opens again when a person re-arms it', async () => {
    const test = await market()
    const { flow } = test.kernel.context
    flow.latched['hand|XYZ|buy'] = true
    expect(deniedBy(test)).toEqual(['prevent_infinite_loops'])
    test.input('latch/rearmed', { key: 'hand|XYZ|buy', ...BY })
    expect(deniedBy(test)).toEqual([])
  })
})

describe('a working stop', () => {
  async function holding(): Promise<TestKernel> {
    const test = await market()
    test.request(orderOf())
    test.bar(100)
    return test
  }
  const amend = (test: TestKernel, stopPrice: string, orderId = 'test-1-1.stop') => {
    test.input('order/amend_requested', { orderId, stopPrice, ...BY }, 'anna')
    return test.of('action/judged').at(-1)?.payload
  }
  const stopOf = (test: TestKernel) =>
    test.kernel.book.index.get('XYZ')?.open.find(({ role }) => role === 'stop')?.price

  it('does not move away from the market', async () => {
    const test = await holding()
    expect(amend(test, '94.99')).toMatchObject({ allowed: false, deniedBy: ['require_stop_loss'] })
    expect(stopOf(test)).toBe(95 * ONE)
    expect(test.of('order/amended')).toEqual([])
  })

  it('moves nearer to it, at the broker and in the book', async () => {
    const test = await holding()
    expect(amend(test, '97')).toMatchObject({ allowed: true })
    expect(stopOf(test)).toBe(97 * ONE)
    test.bar(96.5, { open: 97 * ONE, low: 96.5 * ONE, high: 97 * ONE })
    expect(test.of('order/filled').at(-1)?.payload).toMatchObject({ role: 'stop', price: '97' })
  })

  it.each([
    ['an order that is none', 'nothing-1', '97'],
    ['a target', 'test-1-1.target1', '97'],
    ['no price at all', 'test-1-1.stop', 'low'],
  ])('is not found in %s', async (_, orderId, price) => {
    const test = await holding()
    expect(amend(test, price, orderId)?.allowed).toBe(false)
    expect(stopOf(test)).toBe(95 * ONE)
  })
})

describe('a request that is no order', () => {
  const answer = (test: TestKernel, request: EventPayloads['action/requested']) => {
    test.input('action/requested', request, 'anna')
    return test.of('action/judged').at(-1)?.payload
  }
  const principal = 'anna'

  it('to change the rules is denied, and stops nothing', async () => {
    const test = await market()
    for (const action of ['change_rules', 'modify_graveyard', 'update_ethics'])
      expect(answer(test, { action, principal })?.deniedBy).toEqual(['immutable_graveyard'])
    expect(modeOf(test.kernel.context.mode)).toBe('active')
  })

  it('of an unknown kind is denied', async () => {
    expect(answer(await market(), { action: 'open_position', principal })?.deniedBy).toEqual([
      'require_hrm_approval',
    ])
  })

  it('for data needs a consent in force, and a sink that may have the fields', async () => {
    const test = await market()
    const payload = { note: 'write to ann@example.org' }
    const request = { action: 'share_data', subject: 'ann', scope: 'news', sink: 'crm', payload, principal }
    expect(answer(test, request)?.deniedBy).toEqual(['protect_user_data', 'require_consent'])
    const expires = test.kernel.context.now + 1_000
    test.input('consent/recorded', { subject: 'ann', scope: 'news', expires, principal })
    expect(answer(test, request)?.deniedBy).toEqual(['protect_user_data'])
    expect(answer(test, { ...request, payload: {} })?.allowed).toBe(true)
    test.input('consent/withdrawn', { subject: 'ann', scope: 'news', principal })
    expect(answer(test, { ...request, payload: {} })?.deniedBy).toEqual(['require_consent'])
  })

  it('lifts a limit for two people, never a rule', async () => {
    const test = await market()
    const now = test.kernel.context.now
    const override = {
      action: 'override',
      limit: 'order_notional',
      reason: 'a large day',
      signature: 'sig',
      second: 'ben',
      until: now + 60_000,
      principal,
    }
    const { second: _, ...alone } = override
    const { until: __, ...endless } = override
    expect(answer(test, alone)?.deniedBy).toEqual(['user_override_allowed'])
    expect(answer(test, endless)?.deniedBy).toEqual(['user_override_allowed'])
    expect(answer(test, { ...override, limit: 'max_position_size' })?.deniedBy).toEqual([
      'user_override_allowed',
    ])
    expect(answer(test, override)?.allowed).toBe(true)
  })
})

describe('a lifted limit', () => {
  it('stops denying until its time is over; the rules stay', async () => {
    const test = await createTestKernel({ instruments: [{ ...XYZ, shortable: false }] })
    test.bar(100)
    const short = orderOf({
      side: 'sell',
      stopLoss: { price: '105' },
      targets: [{ price: '90', portion: '1' }],
    })
    expect(test.request(short).payload.limitsDenied).toEqual(['shortable'])
    const until = test.kernel.context.now + 30_000
    test.input('override/granted', { limit: 'shortable', until, second: 'ben', ...BY })
    expect(test.request({ ...short, stopLoss: { price: '101' } }).payload.allowed).toBe(true)
    test.bar(100)
    expect(test.request({ ...short, quantity: '1' }).payload.limitsDenied).toEqual(['shortable'])
  })
})

describe('all of it', () => {
  it('survives a restart', async () => {
    const test = await market()
    test.input('pause/requested', { key: 'symbol:XYZ', paused: true, ...BY })
    test.input('publication/made', { symbol: 'XYZ', channel: 'blog', principal: 'anna' })
    const text = takeSnapshot(test.kernel)
    const again = await createTestKernel()
    restoreSnapshot(again.kernel, text)
    expect(takeSnapshot(again.kernel)).toBe(text)
    expect(deniedBy(again)).toEqual(['no_pump_and_dump', 'preserve_user_autonomy'])
  })
})

describe('a pause that two people lifted', () => {
  it('holds nothing back until the time is over', async () => {
    const test = await market()
    test.input('pause/requested', { key: 'symbol:XYZ', paused: true, ...BY })
    const until = test.kernel.context.now + 30_000
    test.input('override/granted', { limit: 'pause:symbol:XYZ', until, second: 'ben', ...BY })
    expect(deniedBy(test, orderOf({ quantity: '1' }))).toEqual([])
    test.bar(100)
    expect(deniedBy(test, orderOf({ quantity: '2' }))).toContain('preserve_user_autonomy')
  })
})
