/**
 * New terms for working orders, from a person's or a strategy's wish through the gate to the broker that comes
 * with ARK.
 */

import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Amendment, Order, Pattern, Plugin } from '#core/contract.ts'
import { defineStrategy, type NewTerms } from '#core/strategy.ts'
import { AGENTS } from '#tests/support/ark.ts'
import { ONE } from '#tests/support/facts.ts'
import { agentOf, createTestKernel, orderOf, type TestKernel } from '#tests/support/kernel.ts'

const BY = { principal: 'anna', reason: 'a test' } as const
const RESTING: Partial<Order> = {
  type: 'limit',
  limitPrice: '98',
  stopLoss: { price: '94' },
  targets: [{ price: '108', portion: '1' }],
}

/** A buy limit for 50 at 98, the market at 100. */
async function resting(plugins: readonly Plugin[] = AGENTS): Promise<TestKernel> {
  const test = await createTestKernel({ plugins, settings: { 'broker-paper': { volumeShare: 0.5 } } })
  test.bar(100)
  expect(test.request(orderOf(RESTING)).payload.allowed).toBe(true)
  return test
}

/** 20 of the 50 bought. */
async function partlyFilled(): Promise<TestKernel> {
  const test = await resting()
  test.bar(98, { volume: 40 * 10_000 })
  expect(test.kernel.world.position('XYZ')).toBe(20 * ONE)
  return test
}

function amend(test: TestKernel, terms: Omit<Amendment, 'orderId'>, orderId = 'test-1-1') {
  test.input('order/amend_requested', { orderId, ...terms, ...BY }, 'anna')
  return test.of('action/judged').at(-1)?.payload
}

const working = (test: TestKernel, id = 'test-1-1') =>
  test.kernel.world.working('XYZ').find(({ orderId }) => orderId === id)

describe('an entry', () => {
  it.each<[Omit<Amendment, 'orderId'>, RegExp]>([
    [{ quantity: '51' }, /a larger quantity raises the risk: send an order that replaces it/],
    [{ limitPrice: '98.5' }, /an entry at another price has another risk: send an order that replaces it/],
    [{ limitPrice: '97' }, /another risk/],
    [{ stopPrice: '97' }, /another risk/],
    [{ quantity: '40', limitPrice: '98.5' }, /another risk/],
    [{ quantity: '40.5' }, /no multiple of the lot/],
    [{ quantity: 'some' }, /no multiple of the lot/],
    [{}, /names no new term/],
  ])('does not take %j without a verdict on an order', async (terms, reason) => {
    const test = await resting()
    expect(amend(test, terms)).toMatchObject({ allowed: false, reason: expect.stringMatching(reason) })
    expect(test.of('order/amended')).toEqual([])
    expect(working(test)).toMatchObject({ quantity: '50', limitPrice: '98' })
  })

  it('shrinks, with what has filled', async () => {
    const test = await partlyFilled()
    expect(amend(test, { quantity: '51' })?.allowed).toBe(false)
    expect(amend(test, { quantity: '35' })?.allowed).toBe(true)
    expect(working(test)).toMatchObject({ quantity: '15', filled: '20' })
    expect(amend(test, { quantity: '36' })?.allowed, 'it does not grow back').toBe(false)
    expect(amend(test, { quantity: '10' })?.allowed).toBe(true)
    expect(test.of('order/cancelled').at(-1)?.payload).toMatchObject({ orderId: 'test-1-1', remaining: '15' })
    expect(amend(test, { quantity: '5' })?.reason).toMatch(/no order of this id works/)
  })

  it('that has filled is amended no more, and the wish is on record', async () => {
    const test = await resting()
    test.bar(97)
    expect(amend(test, { quantity: '10' })).toMatchObject({ allowed: false, principal: 'anna' })
    expect(test.of('order/amended')).toEqual([])
  })
})

describe('what protects or closes', () => {
  async function holding(): Promise<TestKernel> {
    const test = await resting()
    test.bar(97)
    return test
  }

  it.each<[string, Omit<Amendment, 'orderId'>]>([
    ['.stop', { stopPrice: '95' }],
    ['.target1', { limitPrice: '105' }],
    ['.target1', { limitPrice: '110' }],
  ])('%s moves by %j', async (leg, terms) => {
    const test = await holding()
    expect(amend(test, terms, `test-1-1${leg}`)).toMatchObject({ allowed: true })
    expect(working(test, `test-1-1${leg}`)).toMatchObject(terms)
  })

  it.each<[string, Omit<Amendment, 'orderId'>, RegExp | undefined]>([
    ['.stop', { stopPrice: '93' }, undefined],
    ['.stop', { limitPrice: '95' }, /has no limit price/],
    ['.stop', { quantity: '10' }, /as large as what they close/],
    ['.stop', { trail: '1' }, /does not trail/],
    ['.target1', { stopPrice: '95' }, /has no stop price/],
    ['.target1', { limitPrice: '96' }, /would trade at once/],
    ['.target1', { limitPrice: '105.005' }, /no multiple of the tick/],
    ['.target1', { quantity: '10' }, /as large as what they close/],
  ])('%s does not by %j', async (leg, terms, reason) => {
    const test = await holding()
    const verdict = amend(test, terms, `test-1-1${leg}`)
    expect(verdict).toMatchObject({ allowed: false })
    if (reason === undefined) expect(verdict?.deniedBy).toEqual(['require_stop_loss'])
    else expect(verdict?.reason).toMatch(reason)
    expect(test.of('order/amended')).toEqual([])
  })

  it('less of a stop than is held is denied; less than nobody needs is not', async () => {
    const test = await holding()
    test.input('order/cancel_requested', { orderId: 'test-1-1.stop', ...BY })
    test.input('order/cancel_requested', { orderId: 'test-1-1.target1', ...BY })
    const stop: Order = {
      symbol: 'XYZ',
      side: 'sell',
      type: 'trailing_stop',
      quantity: '50',
      stopPrice: '94',
      trail: '4',
    }
    expect(test.request({ ...stop, reason: 'exit' }).payload).toMatchObject({ allowed: true, intent: 'exit' })
    expect(amend(test, { quantity: '40' }, 'test-1-2')?.deniedBy).toEqual(['require_stop_loss'])
    expect(amend(test, { trail: '5' }, 'test-1-2')?.reason).toMatch(/farther away/)
    expect(amend(test, { trail: '2' }, 'test-1-2')?.allowed).toBe(true)
    expect(working(test, 'test-1-2')).toMatchObject({ trail: '2', stopPrice: '94' })
    const part: Order = { symbol: 'XYZ', side: 'sell', type: 'market', quantity: '10', reason: 'exit' }
    expect(test.request(part).payload.allowed).toBe(true)
    test.bar(97)
    expect(amend(test, { quantity: '40' }, 'test-1-2')?.allowed, 'as much as is left').toBe(true)
  })
})

describe('an order that replaces another', () => {
  const replacing = (changes: Partial<Order> = {}): Order =>
    orderOf({ ...RESTING, limitPrice: '98.5', replaces: 'test-1-1', ...changes })

  it('is judged as one, as if that one were gone, and works under its own decision', async () => {
    const test = await resting()
    // Together with the first it would be 98.5 % of what one position may be worth.
    const { payload } = test.request(replacing({ quantity: '95' }))
    expect(payload).toMatchObject({ allowed: true, order: { replaces: 'test-1-1' } })
    expect(test.kernel.world.working('XYZ').map(({ orderId, quantity }) => [orderId, quantity])).toEqual([
      ['test-1-2', '95'],
    ])
    const { deniedBy } = test.request(orderOf({ ...RESTING, quantity: '95' })).payload
    expect(deniedBy, 'beside it nothing is forgiven').toContain('max_position_size')
  })

  it('is denied where its terms would be denied, and the first works on', async () => {
    const test = await resting()
    const { payload } = test.request(replacing({ limitPrice: '94' }))
    expect(payload.deniedBy).toContain('require_stop_loss')
    expect(working(test)).toMatchObject({ quantity: '50', limitPrice: '98' })
  })

  it('counts what the first has filled', async () => {
    const test = await partlyFilled()
    expect(test.request(replacing({ quantity: '60' })).payload.allowed).toBe(true)
    expect(working(test, 'test-1-2')).toMatchObject({ quantity: '40', filled: '20' })
    test.bar(98)
    expect(test.kernel.world.position('XYZ')).toBe(60 * ONE)
  })

  it.each<[string, Partial<Order>]>([
    ['that nobody has', { replaces: 'test-1-9' }],
    ['of another strategy', { strategy: 'other' }],
    ['of the other side', { side: 'sell' }],
    ['that has filled as much', { quantity: '20' }],
    ['by no name', { replaces: '' }],
  ])('is denied for one %s', async (_, changes) => {
    const test = await partlyFilled()
    const { payload } = test.request(replacing(changes))
    expect(payload.allowed).toBe(false)
    expect(working(test)).toMatchObject({ quantity: '30' })
  })

  it('is denied for one that filled meanwhile, so nothing is bought twice', async () => {
    const test = await resting()
    test.bar(97)
    expect(test.request(replacing()).payload.deniedBy).toContain('require_hrm_approval')
    expect(test.kernel.world.position('XYZ')).toBe(50 * ONE)
  })

  it('never takes the place of a protective stop', async () => {
    const test = await resting()
    test.bar(97)
    const order: Order = { symbol: 'XYZ', side: 'sell', type: 'market', quantity: '50', reason: 'exit' }
    expect(test.request({ ...order, replaces: 'test-1-1.stop' }).payload.allowed).toBe(false)
  })

  it('nor that of a stop limit, which protects as well', async () => {
    const test = await resting()
    test.bar(97)
    for (const leg of ['stop', 'target1'])
      test.input('order/cancel_requested', { orderId: `test-1-1.${leg}`, ...BY })
    const exit = { symbol: 'XYZ', side: 'sell', quantity: '50', strategy: 'hand', reason: 'exit' } as const
    const cover: Order = { ...exit, type: 'stop_limit', stopPrice: '94', limitPrice: '93' }
    expect(test.request(cover).payload).toMatchObject({ allowed: true, intent: 'exit' })
    const limit: Order = { ...exit, type: 'limit', limitPrice: '98', replaces: 'test-1-2' }
    expect(test.request(limit).payload.deniedBy).toContain('require_hrm_approval')
    expect(working(test, 'test-1-2')).toMatchObject({ quantity: '50', stopPrice: '94' })
    const entry = orderOf({ ...RESTING, quantity: '5', limitPrice: '96', cancelFirst: ['test-1-2'] })
    expect(test.request(entry).payload.allowed).toBe(true)
    expect(working(test, 'test-1-2'), 'nor does it make way').toMatchObject({ quantity: '50' })
  })
})

describe('a strategy', () => {
  const amender = (name: string, terms: NewTerms): Plugin =>
    defineStrategy({
      name,
      version: '1.0.0',
      params: v.strictObject({}),
      initial: () => ({}),
      onBar: (_state, _bar, { world }) => (world.working('XYZ').length === 0 ? undefined : terms),
    }) as Plugin
  const terms: NewTerms = { action: 'amend', orderId: 'test-1-1', quantity: 30 * ONE }

  it('amends its own orders, and core says in whose name', async () => {
    const test = await resting([...AGENTS, amender('hand', terms)])
    test.bar(100)
    expect(working(test)).toMatchObject({ quantity: '30' })
    expect(test.of('action/judged').at(-1)?.payload).toMatchObject({
      allowed: true,
      principal: 'agent:hand',
    })
  })

  it('advises an order that takes the place of its own, and it goes the whole way', async () => {
    const again = defineStrategy({
      name: 'hand',
      version: '1.0.0',
      params: v.strictObject({}),
      initial: () => ({ said: false }),
      onBar: (state, _bar, { world }) => {
        const [first] = world.working('XYZ')
        if (first === undefined || state.said) return undefined
        state.said = true
        return {
          action: 'enter',
          direction: 'long',
          stop: 94 * ONE,
          targets: [{ price: 108 * ONE, portion: 1 }],
          terms: { type: 'limit', limitPrice: '98.5', replaces: first.orderId },
          sizing: { kind: 'quantity', quantity: '60' },
        }
      },
    }) as Plugin
    const test = await resting([...AGENTS, again])
    test.bar(100)
    expect(test.kernel.world.working('XYZ')).toMatchObject([
      { orderId: 'test-1-2', quantity: '60', limitPrice: '98.5' },
    ])
  })

  it.each(['hand', 'manual'])('does not replace those of %s by bearing that name', async (name) => {
    const rogue = agentOf({
      consumes: ['market/bar'],
      emits: ['pattern/recognised'],
      reduce: (_state, _event, _config, world) => {
        const [first] = world.working('XYZ')
        if (first === undefined) return []
        const payload: Pattern = {
          symbol: 'XYZ',
          direction: 'long',
          pattern: name,
          action: 'enter',
          confidence: 0.9,
          price: '100',
          atr: '2',
          evidence: {},
          sizing: { kind: 'quantity', quantity: '1' },
          terms: { type: 'limit', limitPrice: '97', replaces: first.orderId },
          legs: { stopLoss: { price: '94' }, targets: [{ price: '108', portion: '1' }] },
        }
        return [{ type: 'pattern/recognised', payload }]
      },
    })
    const test = await createTestKernel({ plugins: [...AGENTS, rogue] })
    test.bar(100)
    test.request(orderOf({ ...RESTING, strategy: name }))
    test.bar(100)
    expect(test.of('decision/denied').at(-1)?.payload.deniedBy).toEqual(['require_hrm_approval'])
    expect(working(test)).toMatchObject({ quantity: '50', limitPrice: '98' })
  })

  it('does not amend those of others', async () => {
    const test = await resting([...AGENTS, amender('other', terms)])
    test.bar(100)
    expect(test.of('action/judged').at(-1)?.payload).toMatchObject({
      allowed: false,
      principal: 'agent:other',
    })
    expect(working(test)).toMatchObject({ quantity: '50' })
  })

  it.each([undefined, null, 'a text', { orderId: 7, quantity: 30 }])(
    'that asks with %j is answered, and nothing else happens',
    async (payload) => {
      const odd = {
        ...amender('odd', terms),
        agent: {
          stateVersion: 1,
          initial: () => ({}),
          reduce: () => [{ type: 'order/amend_requested', payload }],
        },
      } as unknown as Plugin
      const test = await createTestKernel({ plugins: [...AGENTS, odd] })
      test.bar(100)
      expect(test.of('order/amended')).toEqual([])
    },
  )

  it('that is a service as well is refused: what a service says counts as a person’s word', async () => {
    const service = { start: () => Promise.resolve({ stop: () => Promise.resolve() }) }
    const both = { ...amender('both', terms), service } as Plugin
    await expect(createTestKernel({ plugins: [...AGENTS, both] })).rejects.toThrow(/order\/amend_requested/)
  })
})
