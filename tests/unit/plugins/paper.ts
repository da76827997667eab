/** A paper broker on a bench of its own, for its two test files. */

import * as v from 'valibot'
import type { ArkEvent, Bar, Draft, Mode, Order } from '#core/contract.ts'
import { parsePrice, parseQuantity, parseVolume } from '#core/math.ts'
import broker from '#plugins/broker-paper/index.ts'
import type { BrokerState } from '#plugins/broker-paper/state.ts'
import { createValues, createWorld, type WorldValues } from '#tests/support/world.ts'

export const LONG: Order = {
  symbol: 'XYZ',
  side: 'buy',
  type: 'market',
  quantity: '100',
  strategy: 'breakout',
  stopLoss: { price: '95' },
  targets: [
    { price: '106', portion: '0.5' },
    { price: '110', portion: '0.3' },
    { price: '116', portion: '0.2' },
  ],
}
export const SHORT: Order = {
  ...LONG,
  side: 'sell',
  stopLoss: { price: '105' },
  targets: [{ price: '90', portion: '1' }],
}
export const EXIT: Order = { symbol: 'XYZ', side: 'sell', type: 'market', quantity: '100', reason: 'person' }

/** A broker with a world whose values the test may change; every call answers with the drafts in words. */
export function createBroker(config: object = {}, values: Partial<WorldValues> = {}) {
  const settings = v.parse(broker.config, config)
  const seen = createValues({ marks: { XYZ: parsePrice('100') }, ...values })
  const world = createWorld(seen)
  let state: BrokerState = broker.broker.simulate.initial()
  const send = (draft: Draft): readonly Draft[] => {
    const event = { ...draft, seq: 1, source: 'test', time: 0, traceId: '', causeSeq: 0, hop: 0 } as ArkEvent
    return broker.broker.simulate.reduce(state, event, settings, world)
  }
  return {
    seen,
    drafts: send,
    submit: (orderId: string, order: Order, intent: 'open' | 'exit' = 'open') =>
      tell(send({ type: 'order/submitted', payload: { orderId, order, intent } })),
    /** `prices` = open high low close. */
    bar: (prices: string, volume = '1000') =>
      tell(send({ type: 'market/bar', payload: toBar(prices, volume) })),
    trade: (price: string, quantity = '1') =>
      tell(
        send({
          type: 'market/trade',
          payload: { symbol: 'XYZ', time: 0, price: parsePrice(price), quantity: parseQuantity(quantity) },
        }),
      ),
    quote: (bid: string, ask: string, bidSize = '1', askSize = '1') =>
      tell(
        send({
          type: 'market/quote',
          payload: {
            symbol: 'XYZ',
            time: 0,
            bid: parsePrice(bid),
            bidSize: parseQuantity(bidSize),
            ask: parsePrice(ask),
            askSize: parseQuantity(askSize),
          },
        }),
      ),
    cancel: (orderId: string) =>
      tell(send({ type: 'order/cancel_requested', payload: { orderId, principal: 'p', reason: 'r' } })),
    mode: (mode: Mode) =>
      tell(send({ type: 'mode/changed', payload: { mode, was: 'active', reason: 'r', principal: 'p' } })),
    restart: () => {
      state = JSON.parse(JSON.stringify(state)) as BrokerState
    },
  }
}

export function toBar(prices: string, volume: string): Bar {
  const [open = 0, high = 0, low = 0, close = 0] = prices.split(' ').map(parsePrice)
  return { symbol: 'XYZ', end: 0, open, high, low, close, volume: parseVolume(volume), resolution: '1d' }
}

/** `filled e 100 @100`, `accepted e.stop 100`, `cancelled e.stop 50`, `rejected e CODE`. */
export function tell(drafts: readonly Draft[]): string[] {
  return drafts.map((draft) => {
    switch (draft.type) {
      case 'order/filled':
        return `filled ${draft.payload.orderId} ${draft.payload.quantity} @${draft.payload.price}`
      case 'order/accepted':
        return `accepted ${draft.payload.orderId} ${draft.payload.quantity}`
      case 'order/cancelled':
        return `cancelled ${draft.payload.orderId} ${draft.payload.remaining}`
      case 'order/rejected':
        return `rejected ${draft.payload.orderId} ${draft.payload.code}`
      default:
        return draft.type
    }
  })
}

/** A long of 100 at 100 with its bracket working. */
export function createLong(config: object = {}) {
  const box = createBroker(config)
  box.submit('e', LONG)
  box.bar('100 101 99 100')
  return box
}
