import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Order } from '#core/contract.ts'
import { createGate } from '#core/gate/gate.ts'
import { evaluate, type Verdict } from '#core/http/evaluate.ts'
import { formatQuantity, parseQuantity } from '#core/math.ts'
import { createTestKernel, orderOf, type TestKernel, XYZ } from '#tests/support/kernel.ts'

const gate = createGate()
let test: TestKernel

/** XYZ at 100 with 10 shares of it held, their stop and target working, and a limit of its own at 99. */
beforeAll(async () => {
  test = await createTestKernel()
  for (let bar = 0; bar < 8; bar++) test.bar(100)
  test.request(orderOf({ quantity: '10' }))
  test.bar(100)
  test.bar(100)
  test.request(orderOf({ quantity: '5', type: 'limit', limitPrice: '99' }))
})

const ask = (order: Order): Verdict => evaluate(gate, test.kernel, order, test.kernel.context.now, 'question')

describe('the nearest order', () => {
  it('is not looked for where nothing denies', () => {
    const verdict = ask(orderOf({ quantity: '5', type: 'limit', limitPrice: '100' }))
    expect(verdict).toMatchObject({ allowed: true })
    expect(verdict).not.toHaveProperty('nearest')
    expect(verdict).not.toHaveProperty('noNearest')
  })

  it('does not exist for a symbol that nobody may trade, and the reason is said', async () => {
    const lists = { ...test.kernel.options.lists, restricted: { XYZ: true as const } }
    const closed = await createTestKernel({ lists })
    closed.bar(100)
    const verdict = evaluate(gate, closed.kernel, orderOf(), closed.kernel.context.now, 'question')
    expect(verdict).not.toHaveProperty('nearest')
    expect(verdict.noNearest).toContain(
      'no_insider_trading: the symbol or its issuer is on the restricted list',
    )
    expect(ask(orderOf({ symbol: 'NOBODY' })).noNearest?.join()).toContain('validate_data_sources')
  })

  it('does not exist while the box is halted', async () => {
    const halted = await createTestKernel()
    halted.bar(100)
    halted.input('mode/requested', { mode: 'halted', principal: 'anna', reason: 'drill' })
    const verdict = evaluate(gate, halted.kernel, orderOf(), halted.kernel.context.now, 'question')
    expect(verdict.noNearest?.join()).toContain('emergency_halt_enabled')
  })

  it('is no way around the limit on repetitions', async () => {
    const again = orderOf({ quantity: '5', type: 'limit', limitPrice: '98', strategy: 'twice' })
    test.request(again)
    const { limits, nearest, noNearest } = ask(again)
    expect(limits.find(({ limit }) => limit === 'duplicate')).toMatchObject({ verdict: 'deny' })
    expect(nearest).toBeUndefined()
    expect(noNearest).toEqual([expect.stringMatching(/^duplicate: /)])
  })

  it('cancels own orders in its way first, and changes nothing else', () => {
    const selling = orderOf({ side: 'sell', quantity: '10', stopLoss: { price: '105' }, targets: [] })
    const { nearest, cancelFirst, deniedBy } = ask(selling)
    expect(deniedBy).toEqual(['no_market_manipulation'])
    expect(nearest).toEqual({ cancelFirst })
    expect(ask({ ...selling, ...nearest }).allowed).toBe(true)
  })

  it('sells what is held where more would turn the position round', () => {
    const { nearest } = ask(
      orderOf({ side: 'sell', type: 'limit', limitPrice: '100', quantity: '300', targets: [] }),
    )
    expect(nearest).toEqual({ quantity: '10' })
  })

  it('brings a limit price inside the collar', () => {
    const order = orderOf({
      quantity: '5',
      type: 'limit',
      limitPrice: '109',
      targets: [{ price: '160', portion: '1' }],
    })
    const { nearest, limits } = ask(order)
    expect(limits.filter(({ verdict }) => verdict !== 'allow').map(({ limit }) => limit)).toEqual([
      'price_collar',
    ])
    expect(nearest).toEqual({ limitPrice: '105' })
  })

  it('passes when it is judged itself, keeps lot and tick, and one lot more does not pass', () => {
    const cents = (min: number, max: number) =>
      fc.integer({ min, max }).map((price) => (price / 100).toFixed(2).replace(/\.?0+$/, ''))
    const orders = fc.record({
      side: fc.constantFrom('buy', 'sell'),
      quantity: fc.integer({ min: 1, max: 20_000 }).map(String),
      limit: fc.option(cents(8_000, 12_000)),
      stop: fc.option(cents(7_000, 13_000)),
      target: fc.option(cents(6_000, 21_000)),
    })
    let found = 0
    fc.assert(
      fc.property(orders, ({ side, quantity, limit, stop, target }) => {
        const order: Order = {
          symbol: 'XYZ',
          side: side as Order['side'],
          type: limit === null ? 'market' : 'limit',
          quantity,
          ...(limit === null ? {} : { limitPrice: limit }),
          ...(stop === null ? {} : { stopLoss: { price: stop } }),
          ...(target === null ? {} : { targets: [{ price: target, portion: '1' }] }),
        }
        const { allowed, nearest, noNearest } = ask(order)
        expect([nearest, noNearest].filter((each) => each !== undefined).length).toBe(allowed ? 0 : 1)
        if (nearest === undefined) return
        found++
        expect(ask({ ...order, ...nearest }).allowed).toBe(true)
        if (nearest.quantity === undefined) return
        const lots = parseQuantity(nearest.quantity) / XYZ.lot
        expect(Number.isInteger(lots)).toBe(true)
        const more = formatQuantity((lots + 1) * XYZ.lot)
        expect(ask({ ...order, ...nearest, quantity: more }).allowed).toBe(false)
      }),
    )
    expect(found).toBeGreaterThan(20)
  })
})
