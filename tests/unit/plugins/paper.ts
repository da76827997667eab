/** A paper broker on a bench of its own, for its test files. XYZ may be sold short there. */

import * as v from 'valibot'
import type { Amendment, ArkEvent, Bar, Draft, Mode, Order } from '#core/contract.ts'
import { parsePrice, parseQuantity, parseVolume } from '#core/math.ts'
import { resolutionMs } from '#core/time.ts'
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
  const instruments = { XYZ: { shortable: true } }
  const seen = createValues({ marks: { XYZ: parsePrice('100') }, instruments, ...values })
  const world = createWorld(seen)
  let state: BrokerState = broker.broker.simulate.initial()
  const send = (draft: Draft, time = seen.now): readonly Draft[] => {
    seen.now = time
    const event = { ...draft, seq: 1, source: 'test', time, traceId: '', causeSeq: 0, hop: 0 } as ArkEvent
    return broker.broker.simulate.reduce(state, event, settings, world)
  }
  const sendBar = (prices: string, volume: string, changes: Partial<Bar> = {}): readonly Draft[] => {
    const end = seen.now + resolutionMs(changes.resolution ?? '1d')
    const bar = { ...toBar(prices, volume), end, ...changes }
    return send({ type: 'market/bar', payload: bar }, bar.end)
  }
  return {
    seen,
    world,
    drafts: send,
    barDrafts: sendBar,
    view: () => broker.broker.simulate.view(state),
    submit: (orderId: string, order: Order, intent: 'open' | 'exit' = 'open') =>
      tell(send({ type: 'order/submitted', payload: { orderId, order, intent } })),
    /** `prices` = open high low close. It begins now, unless `changes` says otherwise. */
    bar: (prices: string, volume = '1000', changes: Partial<Bar> = {}) =>
      tell(sendBar(prices, volume, changes)),
    trade: (price: string, quantity = '1', time = seen.now) => {
      const trade = { symbol: 'XYZ', time, price: parsePrice(price), quantity: parseQuantity(quantity) }
      return tell(send({ type: 'market/trade', payload: trade }, time))
    },
    quote: (bid: string, ask: string, bidSize = '1', askSize = '1') => {
      const [bidPrice, askPrice] = [parsePrice(bid), parsePrice(ask)]
      const sizes = { bidSize: parseQuantity(bidSize), askSize: parseQuantity(askSize) }
      const payload = { symbol: 'XYZ', time: seen.now, bid: bidPrice, ask: askPrice, ...sizes }
      return tell(send({ type: 'market/quote', payload }))
    },
    cancel: (orderId: string) =>
      tell(send({ type: 'order/cancel_requested', payload: { orderId, principal: 'p', reason: 'r' } })),
    /** A text is a new stop. */
    amend: (orderId: string, terms: string | Omit<Amendment, 'orderId'>) => {
      const given = typeof terms === 'string' ? { stopPrice: terms } : terms
      return tell(send({ type: 'order/amended', payload: { orderId, ...given } }))
    },
    mode: (mode: Mode) =>
      tell(send({ type: 'mode/changed', payload: { mode, was: 'active', reason: 'r', principal: 'p' } })),
    split: (numerator: number, denominator: number) =>
      send({
        type: 'split/applied',
        payload: { symbol: 'XYZ', numerator, denominator, principal: 'p', reason: 'r' },
      }),
    halt: (halted: boolean) =>
      tell(send({ type: 'symbol/halted', payload: { symbol: 'XYZ', halted, reason: 'r' } })),
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
