/**
 * Random events as the kernel would show them: valid by the contract, in time order, with nothing sensible
 * about them otherwise.
 */

import fc from 'fast-check'
import type {
  ArkEvent,
  Decision,
  EventPayloads,
  EventType,
  Order,
  Pattern,
  RowType,
  Signal,
  TimeInForce,
} from '#core/contract.ts'
import { formatPrice, formatQuantity } from '#core/math.ts'
import { JOURNAL_TYPES } from '#plugins/metrics/meters.ts'
import { ONE } from './facts.ts'
import { NOW } from './kernel.ts'

const ROWS: Readonly<Record<RowType, true>> = {
  'market/bar': true,
  'market/trade': true,
  'market/quote': true,
}
/** Every type there is. */
export const EVENT_TYPES: readonly EventType[] = [...(Object.keys(ROWS) as RowType[]), ...JOURNAL_TYPES]

/** Symbols that a world may know, one that it does not, and one that every object has. */
export const SYMBOLS = ['XYZ', 'ABC', 'WHO', 'constructor'] as const

const symbol = fc.constantFrom(...SYMBOLS)
const cents = (from: number, to: number) =>
  fc.integer({ min: from, max: to }).map((value) => value * (ONE / 100))
const units = fc.integer({ min: 0, max: 1_000 }).map((value) => value * ONE)
const priceText = cents(1, 30_000).map(formatPrice)
const quantityText = fc.integer({ min: 1, max: 300 }).map((value) => formatQuantity(value * ONE))
const text = fc.string({ maxLength: 12 })
const id = fc.integer({ min: 1, max: 40 }).map((value) => `run-1-${value}`)
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const direction = fc.constantFrom('long' as const, 'short' as const)
const confidence = fc.integer({ min: 0, max: 100 }).map((value) => value / 100)

const order: fc.Arbitrary<Order> = fc
  .record({
    symbol,
    side: fc.constantFrom('buy' as const, 'sell' as const),
    type: fc.constantFrom<Order['type']>('market', 'limit', 'stop', 'stop_limit', 'trailing_stop'),
    quantity: quantityText,
    limit: priceText,
    trigger: priceText,
    distance: priceText,
    stopLoss: maybe(fc.record({ price: priceText, trail: priceText }, { requiredKeys: ['price'] })),
    targets: maybe(
      fc.array(fc.record({ price: priceText, portion: fc.constantFrom('0.2', '0.3', '0.5') }), {
        maxLength: 2,
      }),
    ),
    timeInForce: maybe(fc.constantFrom<TimeInForce>('day', 'gtc', 'ioc', 'fok', 'opg', 'cls')),
    cancelFirst: maybe(fc.array(id, { maxLength: 2 })),
    strategy: maybe(text),
    group: maybe(text),
  })
  .map(({ limit, trigger, distance, ...others }) => {
    const limited = others.type === 'limit' || others.type === 'stop_limit' ? { limitPrice: limit } : {}
    const waits = others.type !== 'market' && others.type !== 'limit'
    const stopped = waits ? { stopPrice: trigger } : {}
    const trails = others.type === 'trailing_stop' ? { trail: distance } : {}
    return { ...defined(others), ...limited, ...stopped, ...trails } as Order
  })

const decision = (allowed: boolean): fc.Arbitrary<Decision> =>
  fc
    .record({
      decisionId: id,
      planId: text,
      order,
      intent: fc.constantFrom('open' as const, 'exit' as const),
    })
    .map((made) => ({ ...made, allowed, ...(allowed ? APPROVED : REFUSED) }) as unknown as Decision)
const APPROVED = { deniedBy: [], held: [], unknown: [], limitsDenied: [] }
const REFUSED = { ...APPROVED, deniedBy: ['max_position_size'] }

const bar = fc
  .tuple(
    symbol,
    cents(100, 30_000),
    cents(100, 30_000),
    cents(0, 99),
    cents(0, 99),
    units,
    fc.constantFrom('1d', '1h', '1m', '1s'),
  )
  .map(([name, open, close, up, down, volume, resolution]) => ({
    symbol: name,
    end: 0,
    open,
    close,
    high: Math.max(open, close) + up,
    low: Math.min(open, close) - down,
    volume,
    resolution,
  }))

/** Payloads of the types that agents and brokers consume. */
const PAYLOADS: { readonly [T in EventType]?: fc.Arbitrary<object> } = {
  'market/bar': bar,
  'market/trade': fc.record({ symbol, time: fc.constant(0), price: cents(100, 30_000), quantity: units }),
  'market/quote': fc
    .tuple(symbol, cents(100, 30_000), cents(0, 400), units, units)
    .map(([name, bid, spread, bidSize, askSize]) => ({
      symbol: name,
      time: 0,
      bid,
      ask: bid + spread,
      bidSize,
      askSize,
    })),
  'signal/received': fc.oneof(
    fc.record({ symbol, direction, note: text }),
    fc.record({ ticker: symbol, action: fc.constantFrom('buy', 'sell') }),
    fc.dictionary(text, fc.jsonValue({ maxDepth: 2 })),
  ),
  'signal/accepted': fc.record<Signal>({
    symbol,
    direction,
    kind: fc.constantFrom('breakout', 'momentum', 'external', 'odd'),
    confidence,
  }),
  'pattern/recognised': fc
    .record({
      symbol,
      direction,
      confidence,
      pattern: fc.constantFrom('breakout', 'trend-cross'),
      price: priceText,
      evidence: fc.constant({ rsi: 50 }),
      atr: maybe(priceText),
      stopLevel: maybe(priceText),
      targetLevel: maybe(priceText),
      action: maybe(fc.constantFrom('enter', 'exit')),
    })
    .map((pattern) => defined(pattern) as unknown as Pattern),
  'plan/proposed': fc.record({
    planId: text,
    strategy: text,
    order,
    intent: fc.constantFrom('enter', 'exit'),
    riskCash: priceText,
    notes: fc.array(text),
  }),
  'order/requested': fc.record({ order, principal: text, reason: text }),
  'clock/ticked': fc.constant({}),
  'breaker/tripped': fc.record({
    breaker: text,
    action: text,
    reason: text,
    factor: fc.constantFrom(0.5, 0.9),
  }),
  'breaker/reset': fc.record({ breaker: text, reason: text }),
  'order/filled': fc.record({
    orderId: id,
    role: fc.constantFrom('entry', 'exit', 'stop', 'target'),
    symbol,
    side: fc.constantFrom('buy', 'sell'),
    quantity: quantityText,
    price: priceText,
    fee: priceText,
    remaining: fc.constant('0'),
    liquidity: fc.constantFrom('maker', 'taker'),
    reason: text,
  }),
  'order/amended': fc.record({ orderId: id, stopPrice: priceText }),
  'order/submitted': fc.record({ orderId: id, order, intent: fc.constantFrom('open', 'exit') }),
  'order/cancel_requested': fc.record({ orderId: id, principal: text, reason: text }),
  'decision/approved': decision(true),
  'decision/denied': decision(false),
  'decision/held': decision(false),
  'decision/reviewed': fc.oneof(decision(true), decision(false)),
  'split/applied': fc.record({
    symbol,
    numerator: fc.integer({ min: 1, max: 20 }),
    denominator: fc.integer({ min: 1, max: 20 }),
    principal: text,
    reason: text,
  }),
  'dividend/paid': fc.record({ symbol, amount: priceText, principal: text, reason: text }),
  'symbol/halted': fc.record({ symbol, halted: fc.boolean(), reason: text }),
  'mode/changed': fc.record({
    mode: fc.constantFrom('active', 'reducing', 'halted'),
    was: fc.constant('active'),
    reason: text,
    principal: text,
  }),
  'identity/created': fc.record({ id: text, roles: fc.array(text), tokenHash: text, by: text }),
  'identity/revoked': fc.record({ id: text, by: text }),
  'run/started': fc.record({ runId: text, kind: fc.constant('paper'), seed: text }),
}

/** Throws for a type that nobody wrote an arbitrary for: a new consumer needs one. */
export function eventsOf(types: readonly EventType[], length: number): fc.Arbitrary<readonly ArkEvent[]> {
  const one = fc.oneof(
    ...types.map((type) => {
      const payload = PAYLOADS[type]
      if (payload === undefined) throw new Error(`no random ${type}`)
      return payload.map(
        (value) => ({ type, payload: value }) as { type: EventType; payload: EventPayloads[EventType] },
      )
    }),
  )
  return fc.array(one, { minLength: length, maxLength: length }).map((drafts) => drafts.map(toEvent))
}

/** A minute apart, so that each row is newer than the one before. */
function toEvent(draft: { type: EventType; payload: object }, index: number): ArkEvent {
  const time = NOW + index * 60_000
  const payload =
    'end' in draft.payload
      ? { ...draft.payload, end: time }
      : 'time' in draft.payload
        ? { ...draft.payload, time }
        : draft.payload
  return {
    ...draft,
    payload,
    seq: index + 1,
    source: 'test',
    time,
    traceId: '0'.repeat(32),
    causeSeq: 0,
    hop: 0,
  } as ArkEvent
}

function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T
}
