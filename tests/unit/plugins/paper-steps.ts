/** Random sequences of everything that the paper broker hears, for its property tests. */

import fc from 'fast-check'
import type { Amendment, Draft, Order, OrderType, Side, TimeInForce } from '#core/contract.ts'
import { formatPrice, formatQuantity, QUANTITY_SCALE, VOLUME_SCALE } from '#core/math.ts'
import { DAY, HOUR, MINUTE, parseTime } from '#core/time.ts'
import { type Book, ordersOf } from '#plugins/broker-paper/state.ts'

export const TICK = 1_000_000

export const CONFIGS: readonly { fill: string; volumeShare?: number }[] = [
  { fill: 'next-open' },
  { fill: 'intrabar', ...{ slippageBps: 20, spreadBps: 10 } },
  { fill: 'quote' },
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
      readonly replaces: number
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
  | { readonly kind: 'cancel'; readonly which: number }
  | { readonly kind: 'amend'; readonly which: number; readonly terms: Omit<Amendment, 'orderId'> }

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

/** Of what works when the step comes, the oldest first. */
const which = fc.constantFrom(0, 0, 0, 1, 1, 2, 3)
const units = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50 }))
const quantity = units.map((whole) => formatQuantity(whole * QUANTITY_SCALE))
const newTerms = fc.oneof(
  fc.record({ stopPrice: price }),
  fc.record({ quantity }),
  fc.record({ limitPrice: price }),
  fc.record({ quantity, limitPrice: price, stopPrice: price, trail }, { requiredKeys: [] }),
)
const what: fc.Arbitrary<What> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      order,
      intent: fc.constantFrom<'open' | 'exit'>('open', 'open', 'exit'),
      eighths: fc.constantFrom(0, 0, 4, 8),
      /** Which of the working orders it takes the place of; −1 = none. */
      replaces: fc.constantFrom(-1, -1, -1, -1, 0, 1, 2),
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
      spread: fc.integer({ min: -2, max: 300 }),
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
    weight: 5,
    arbitrary: fc.oneof(
      fc.record({ kind: fc.constant('cancel' as const), which }),
      fc.record({ kind: fc.constant('amend' as const), which, terms: newTerms }),
    ),
  },
)

/** In order of time: a minute, an hour or a day apart. */
export function stepsOf(maxLength: number): fc.Arbitrary<readonly Step[]> {
  const gap = fc.constantFrom(MINUTE, HOUR, DAY)
  return fc
    .array(fc.tuple(what, gap), { minLength: Math.floor(maxLength / 2), maxLength, size: 'max' })
    .map((drawn) => {
      let time = START
      return drawn.map(([step, after]) => {
        time += after
        return { ...step, time }
      })
    })
}

/** `book` is the broker's when the step comes. */
export function toDraft(step: Step, index: number, book: Book | undefined): Draft {
  const { time } = step
  const position = book?.position ?? 0
  switch (step.kind) {
    case 'order': {
      const held = Math.floor((Math.abs(position) * step.eighths) / 8)
      const closes = step.intent === 'exit' && held > 0
      const replaces = step.replaces < 0 ? {} : { replaces: idOf(book, step.replaces) }
      const asked = { ...step.order, ...replaces }
      const order = closes
        ? { ...asked, side: position > 0 ? 'sell' : 'buy', quantity: formatQuantity(held) }
        : asked
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
      return {
        type: 'order/cancel_requested',
        payload: { orderId: idOf(book, step.which), principal: 'p', reason: 'r' },
      }
    case 'amend':
      return {
        type: 'order/amended',
        payload: { orderId: idOf(book, step.which), ...step.terms },
      }
  }
}

/** An id that nobody has where fewer work. */
function idOf(book: Book | undefined, which: number): string {
  return (book === undefined ? [] : ordersOf(book))[which]?.orderId ?? 'nobody'
}
