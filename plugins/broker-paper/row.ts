/** A market row as an order sees it: what buyers paid and sellers got, from when to when. */

import type { Bar, Price, Quantity, Quote, TimeMs, Trade, Volume, World } from '#core/contract.ts'
import { mulDiv, QUANTITY_SCALE, VOLUME_SCALE } from '#core/math.ts'
import { DAY, resolutionMs } from '#core/time.ts'
import type { BrokerConfig } from './config.ts'
import { sessionOn } from './session.ts'

/** What one side of the market showed. `open` 0 = nothing on offer. */
export interface Range {
  readonly open: Price
  readonly high: Price
  readonly low: Price
  readonly close: Price
}

export interface Row {
  readonly kind: 'bar' | 'trade' | 'quote'
  /** What a buyer pays. */
  readonly buy: Range
  /** What a seller gets. */
  readonly sell: Range
  /**
   * A daily bar begins when its session opens, and none before the one before it ended: the last bar of a
   * session, and that of a short week, are shorter than the others.
   */
  readonly begin: TimeMs
  readonly end: TimeMs
  /** Day of the session it belongs to: a number since 1970, UTC. */
  readonly day: number
  readonly daily: boolean
  /** False where nothing can have been traded. */
  readonly traded: boolean
  /** Most that our fills on it may take together. */
  readonly room: Quantity
  /** Where a market order is filled, in words: it becomes the reason of the fill. */
  readonly where: string
}

export function toPoint(price: Price): Range {
  return { open: price, high: price, low: price, close: price }
}

/** `before` is the end of the bar before it, of the same length; 0 = there is none. */
export function barRow(bar: Bar, before: TimeMs, config: BrokerConfig, world: World): Row {
  const length = resolutionMs(bar.resolution)
  const day = Math.floor((bar.end - 1) / DAY)
  const daily = length >= DAY
  const begin = Math.max(bar.end - length, before)
  return {
    kind: 'bar',
    buy: bar,
    sell: bar,
    begin: length === DAY ? Math.max(begin, sessionOn(world, bar.symbol, day).open) : begin,
    end: bar.end,
    day,
    daily,
    traded: bar.volume > 0,
    room: roomOf(bar.volume, VOLUME_SCALE, config),
    where: 'next open',
  }
}

export function tradeRow({ price, quantity, time }: Trade, config: BrokerConfig): Row {
  const point = toPoint(price)
  const room = roomOf(quantity, QUANTITY_SCALE, config)
  return { ...pointRow('trade', time), buy: point, sell: point, traded: quantity > 0, room }
}

/** Of its two sizes the smaller one that is there bounds the volume. */
export function quoteRow(quote: Quote, config: BrokerConfig): Row {
  const { ask, askSize, bid, bidSize, time } = quote
  const buy = toPoint(askSize > 0 ? ask : 0)
  const sell = toPoint(bidSize > 0 ? bid : 0)
  const size = Math.min(askSize || bidSize, bidSize || askSize)
  const room = roomOf(size, QUANTITY_SCALE, config)
  return { ...pointRow('quote', time), buy, sell, traded: true, room }
}

/** The far sides of the last quote; where no quote was ever seen, the last price for both sides. */
export function lastRow(
  now: TimeMs,
  mark: Price,
  quote: { readonly bid: Price; readonly ask: Price } | undefined,
): Row {
  const buy = toPoint(quote?.ask ?? mark)
  const sell = toPoint(quote?.bid ?? mark)
  const where = quote === undefined ? 'last price' : 'last quote'
  return { ...pointRow('quote', now), buy, sell, traded: true, room: Number.POSITIVE_INFINITY, where }
}

function pointRow(kind: 'trade' | 'quote', time: TimeMs) {
  const day = Math.floor(time / DAY)
  return { kind, begin: time, end: time, day, daily: false, where: `next ${kind}` } as const
}

/** A share of the volume, in units of quantity; no bound where none is configured. */
function roomOf(volume: Volume | Quantity, scale: number, { volumeShare }: BrokerConfig): Quantity {
  if (volumeShare === undefined) return Number.POSITIVE_INFINITY
  const share = Math.round(volumeShare * QUANTITY_SCALE)
  return Math.min(mulDiv(volume, share, scale), Number.MAX_SAFE_INTEGER)
}
