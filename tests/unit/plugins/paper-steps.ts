/** Random sequences of everything that the paper broker hears, for its property tests. */

import fc from 'fast-check'
import type { Draft, Order, OrderType, Side, TimeInForce } from '#core/contract.ts'
import { formatPrice, formatQuantity, QUANTITY_SCALE, VOLUME_SCALE } from '#core/math.ts'
import { DAY, HOUR, MINUTE, parseTime } from '#core/time.ts'

export const TICK = 1_000_000

export const CONFIGS: readonly { fill: string; volumeShare?: number }[] = [
  { fill: 'next-open' },
  { fill: 'intrabar', ...{ slippageBps: 20, spreadBps: 10 } },
  { fill: 'quote', volumeShare: 0.5 },
  { fill: 'next-open', volumeShare: 0.25, ...{ latencyMs: 1_000 } },
]

const START = parseTime('2024-06-28T18:00:00Z')

type What =
  | {
      readonly kind: 'order'
      readonly order: Order
      /** An exit of so many eighths of what is held, by default of the order's own quantity. */
      readonly intent: 'open' | 'exit'
      readonly eighths: number
    }
  | {
      readonly kind: 'bar'
      readonly open: number
      readonly up: number
      readonly down: number
      readonly volume: number
      readonly resolution: '1m' | '1h' | '1d'
    }
  | { readonly kind: 'trade'; readonly price: number; readonly volume: number }
  | { readonly kind: 'quote'; readonly price: number; readonly spread: number; readonly volume: number }
  | { readonly kind: 'mode' }
  | { readonly kind: 'halt'; readonly halted: boolean }
  | { readonly kind: 'split'; readonly numerator: number; readonly denominator: number }
  | { readonly kind: 'cancel' | 'amend'; readonly id: string; readonly price: number }

export type Step = What & { readonly time: number }

const ticks = fc.integer({ min: 9_000, max: 11_000 })
const price = ticks.map((count) => formatPrice(count * TICK))
const trail = fc.integer({ min: 1, max: 500 }).map((count) => formatPrice(count * TICK))
const volume = fc.constantFrom(0, 1, 20, 100, 1_000)

const terms = fc.record({
  side: fc.constantFrom<Side>('buy', 'sell'),
  quantity: fc.integer({ min: 1, max: 50 }).map((units) => formatQuantity(units * QUANTITY_SCALE)),
  limit: price,
  stop: price,
  trail,
  protective: price,
  target: price,
  portions: fc.constantFrom(['1'], ['0.5', '0.3', '0.2'], ['0.4', '0.4', '0.2'], ['0.4', '0.4'], []),
  type: fc.constantFrom<OrderType>('market', 'limit', 'stop', 'stop_limit', 'trailing_stop'),
  timeInForce: fc.constantFrom<TimeInForce>('gtc', 'gtc', 'gtc', 'day', 'ioc', 'fok', 'opg', 'cls'),
  group: fc.constantFrom('', '', 'g', 'h'),
  trails: fc.boolean(),
})

const order: fc.Arbitrary<Order> = terms.map((given) => {
  const { side, quantity, type, timeInForce, group } = given
  const auction = timeInForce === 'opg' || timeInForce === 'cls'
  const kind = auction && type !== 'market' ? 'limit' : type
  return {
    symbol: 'XYZ',
    side,
    quantity,
    type: kind,
    timeInForce,
    ...(group === '' ? {} : { group }),
    ...(kind === 'limit' || kind === 'stop_limit' ? { limitPrice: given.limit } : {}),
    ...(kind === 'market' || kind === 'limit' ? {} : { stopPrice: given.stop }),
    ...(kind === 'trailing_stop' ? { trail: given.trail } : {}),
    stopLoss: { price: given.protective, ...(given.trails ? { trail: given.trail } : {}) },
    targets: given.portions.map((portion) => ({ price: given.target, portion })),
  }
})

const id = fc
  .tuple(fc.nat(30), fc.constantFrom('', '.stop', '.target1'))
  .map(([index, child]) => `o${index}${child}`)
const what: fc.Arbitrary<What> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      order,
      intent: fc.constantFrom<'open' | 'exit'>('open', 'open', 'exit'),
      eighths: fc.constantFrom(0, 0, 4, 8),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('bar' as const),
      open: ticks,
      up: fc.integer({ min: 0, max: 500 }),
      down: fc.integer({ min: 0, max: 500 }),
      volume,
      resolution: fc.constantFrom<'1m' | '1h' | '1d'>('1m', '1h', '1d'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('trade' as const), price: ticks, volume }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('quote' as const),
      price: ticks,
      spread: fc.integer({ min: -2, max: 100 }),
      volume,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'mode' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('halt' as const), halted: fc.constantFrom(true, false, false) }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom([2, 1], [1, 3], [3, 2], [1, 1])
      .map(([numerator = 1, denominator = 1]) => ({ kind: 'split' as const, numerator, denominator })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('cancel' as const, 'amend' as const), id, price: ticks }),
  },
)

/** In order of time: a minute, an hour or a day apart. */
export function stepsOf(maxLength: number): fc.Arbitrary<readonly Step[]> {
  const gap = fc.constantFrom(MINUTE, HOUR, DAY)
  return fc.array(fc.tuple(what, gap), { maxLength, size: 'max' }).map((drawn) => {
    let time = START
    return drawn.map(([step, after]) => {
      time += after
      return { ...step, time }
    })
  })
}

/** `position` is what is held when the step comes. */
export function toDraft(step: Step, index: number, position: number): Draft {
  const { time } = step
  switch (step.kind) {
    case 'order': {
      const held = Math.floor((Math.abs(position) * step.eighths) / 8)
      const closes = step.intent === 'exit' && held > 0
      const order = closes
        ? { ...step.order, side: position > 0 ? 'sell' : 'buy', quantity: formatQuantity(held) }
        : step.order
      return {
        type: 'order/submitted',
        payload: { orderId: `o${index}`, order: order as Order, intent: step.intent },
      }
    }
    case 'bar': {
      const [open, high, low] = [step.open, step.open + step.up, step.open - step.down].map((at) => at * TICK)
      const bar = { open, high, low, close: (index % 2 === 0 ? high : low) as number, end: time } as const
      const { resolution } = step
      return {
        type: 'market/bar',
        payload: { symbol: 'XYZ', resolution, volume: step.volume * VOLUME_SCALE, ...bar } as never,
      }
    }
    case 'trade':
      return {
        type: 'market/trade',
        payload: { symbol: 'XYZ', time, price: step.price * TICK, quantity: step.volume * QUANTITY_SCALE },
      }
    case 'quote': {
      const size = step.volume * QUANTITY_SCALE
      const [bid, ask] = [step.price * TICK, (step.price + step.spread) * TICK]
      return {
        type: 'market/quote',
        payload: { symbol: 'XYZ', time, bid, ask, bidSize: size, askSize: size },
      }
    }
    case 'mode':
      return {
        type: 'mode/changed',
        payload: { mode: 'halted', was: 'active', reason: 'r', principal: 'p' },
      }
    case 'halt':
      return { type: 'symbol/halted', payload: { symbol: 'XYZ', halted: step.halted, reason: 'r' } }
    case 'split': {
      const { denominator, numerator } = step
      return {
        type: 'split/applied',
        payload: { symbol: 'XYZ', numerator, denominator, principal: 'p', reason: 'r' },
      }
    }
    case 'cancel':
      return { type: 'order/cancel_requested', payload: { orderId: step.id, principal: 'p', reason: 'r' } }
    case 'amend':
      return {
        type: 'order/amended',
        payload: { orderId: step.id, stopPrice: formatPrice(step.price * TICK) },
      }
  }
}
