/**
 * What must hold for any sequence of orders and bars: protection never exceeds the position, and a restart
 * changes nothing.
 */

import fc from 'fast-check'
import * as v from 'valibot'
import { expect, it } from 'vitest'
import type { ArkEvent, Draft, Order, Side } from '#core/contract.ts'
import { formatPrice, formatQuantity, parseQuantity, QUANTITY_SCALE } from '#core/math.ts'
import broker from '#plugins/broker-paper/index.ts'
import type { BrokerState } from '#plugins/broker-paper/state.ts'
import { createValues, createWorld } from '#tests/support/world.ts'

const TICK = 1_000_000
const config = v.parse(broker.config, {})
const world = createWorld(createValues({ marks: { XYZ: 10_000 * TICK } }))

type Step =
  | { readonly kind: 'order'; readonly draft: Order; readonly intent: 'open' | 'exit' }
  | {
      readonly kind: 'bar'
      readonly open: number
      readonly up: number
      readonly down: number
      readonly volume: number
    }
  | { readonly kind: 'halt' }

const price = fc.integer({ min: 9_000, max: 11_000 }).map((ticks) => formatPrice(ticks * TICK))
const quantity = fc.integer({ min: 1, max: 50 }).map((units) => formatQuantity(units * QUANTITY_SCALE))
const side = fc.constantFrom<Side>('buy', 'sell')
const targets = fc.constantFrom(['1'], ['0.5', '0.3', '0.2'], ['0.4', '0.4'], [])
const order: fc.Arbitrary<Order> = fc
  .record({
    side,
    quantity,
    price,
    stop: price,
    target: price,
    portions: targets,
    type: fc.constantFrom('market', 'limit', 'stop'),
  })
  .map(({ side, quantity, price, stop, target, portions, type }) => ({
    symbol: 'XYZ',
    side,
    quantity,
    type: type as 'market' | 'limit' | 'stop',
    ...(type === 'limit' ? { limitPrice: price } : {}),
    ...(type === 'stop' ? { stopPrice: price } : {}),
    stopLoss: { price: stop },
    targets: portions.map((portion) => ({ price: target, portion })),
  }))
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('order' as const),
    draft: order,
    intent: fc.constantFrom<'open' | 'exit'>('open', 'open', 'exit'),
  }),
  fc.record({
    kind: fc.constant('bar' as const),
    open: fc.integer({ min: 9_000, max: 11_000 }),
    up: fc.integer({ min: 0, max: 500 }),
    down: fc.integer({ min: 0, max: 500 }),
    volume: fc.constantFrom(0, 1, 1, 1),
  }),
  fc.constant({ kind: 'halt' as const }),
)

function toDraft(step: Step, index: number): Draft {
  if (step.kind === 'order') {
    return {
      type: 'order/submitted',
      payload: { orderId: `o${index}`, order: step.draft, intent: step.intent },
    }
  }
  if (step.kind === 'halt')
    return { type: 'mode/changed', payload: { mode: 'halted', was: 'active', reason: 'r', principal: 'p' } }
  const open = step.open * TICK
  const bar = {
    open,
    high: open + step.up * TICK,
    low: open - step.down * TICK,
    close: open,
    volume: step.volume,
  }
  return { type: 'market/bar', payload: { symbol: 'XYZ', end: index, resolution: '1d', ...bar } }
}

function run(state: BrokerState, draft: Draft): readonly Draft[] {
  const event = { ...draft, seq: 1, source: 'test', time: 0, traceId: '', causeSeq: 0, hop: 0 } as ArkEvent
  return broker.broker.simulate.reduce(state, event, config, world)
}

/**
 * Folds what the broker told, the way any reader of the journal would: working quantities and the position.
 */
function fold(told: { position: number; working: Map<string, number> }, drafts: readonly Draft[]): void {
  for (const draft of drafts) {
    if (draft.type === 'order/accepted')
      told.working.set(draft.payload.orderId, parseQuantity(draft.payload.quantity))
    if (draft.type === 'order/cancelled') {
      expect(told.working.get(draft.payload.orderId), 'only a working order is cancelled').toBeDefined()
      told.working.delete(draft.payload.orderId)
    }
    if (draft.type !== 'order/filled') continue
    const { orderId, side } = draft.payload
    const size = parseQuantity(draft.payload.quantity)
    const before = told.working.get(orderId) ?? 0
    expect(size, 'no order fills more than it has left').toBeLessThanOrEqual(before)
    expect(parseQuantity(draft.payload.remaining)).toBe(before - size)
    const signed = side === 'buy' ? size : -size
    if (draft.payload.role !== 'entry') {
      expect(Math.abs(told.position + signed), 'only an entry adds').toBe(Math.abs(told.position) - size)
    }
    told.position += signed
    if (before === size) told.working.delete(orderId)
    else told.working.set(orderId, before - size)
  }
}

it('the journal of any run adds up, and stops and targets never cover more than is held', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const state = broker.broker.simulate.initial()
      const told = { position: 0, working: new Map<string, number>() }
      steps.forEach((step, index) => {
        fold(told, run(state, toDraft(step, index)))
        const book = state.books.XYZ
        expect(book?.position ?? 0).toBe(told.position)
        const sums = { buy: 0, sell: 0 }
        for (const bracket of book?.brackets ?? []) {
          sums[bracket.side] += bracket.open
          expect(bracket.stop?.remaining ?? bracket.open, 'the stop covers what is open').toBe(bracket.open)
          const targeted = bracket.targets.reduce((sum, target) => sum + target.remaining, 0)
          expect(targeted).toBeLessThanOrEqual(bracket.open)
        }
        expect(sums.sell).toBeLessThanOrEqual(Math.max(0, told.position))
        expect(sums.buy).toBeLessThanOrEqual(Math.max(0, -told.position))
        const live = [
          ...(book?.orders ?? []),
          ...(book?.brackets ?? []).flatMap(({ stop, targets }) => [stop, ...targets]),
        ]
        const working = live.flatMap((order) =>
          order === null ? [] : [[order.orderId, order.remaining] as const],
        )
        expect(new Map(working), 'what is working is what was told').toEqual(told.working)
      })
    }),
    { numRuns: 300 },
  )
})

it('a state that went through JSON after every event continues identically', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const whole = broker.broker.simulate.initial()
      let restored: BrokerState = broker.broker.simulate.initial()
      steps.forEach((step, index) => {
        const draft = toDraft(step, index)
        expect(run(restored, draft)).toEqual(run(whole, draft))
        expect(JSON.parse(JSON.stringify(whole)), 'nothing that JSON would lose').toStrictEqual(whole)
        restored = JSON.parse(JSON.stringify(restored)) as BrokerState
      })
    }),
    { numRuns: 100 },
  )
})
