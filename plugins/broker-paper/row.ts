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
  /**
   * Of a quote that the end of a bar still to come is stamped with: the begin of that bar, which tells what
   * came before the quote and is met instead by what rests since then. Else −1.
   */
  readonly after: TimeMs
  /** Day of the session it belongs to: a number since 1970, UTC. */
  readonly day: number
  readonly daily: boolean
  /** Its prices are those of a quote, so the spread is in them already. */
  readonly quoted: boolean
  /** False of a quote too wide to be a reference: what it shows touches no stop. */
  readonly triggers: boolean
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
    after: -1,
    day,
    daily,
    quoted: false,
    triggers: true,
    traded: bar.volume > 0,
    room: roomOf(bar.volume, VOLUME_SCALE, config),
    where: 'next open',
  }
}

export function tradeRow({ price, quantity, time }: Trade, config: BrokerConfig): Row {
  const point = toPoint(price)
  return pointRow({
    kind: 'trade',
    time,
    buy: point,
    sell: point,
    quoted: false,
    triggers: true,
    traded: quantity > 0,
    room: roomOf(quantity, QUANTITY_SCALE, config),
    after: -1,
    where: 'next trade',
  })
}

/** Of its two sizes the smaller one that is there bounds the volume. */
export function quoteRow(quote: Quote, after: TimeMs, config: BrokerConfig): Row {
  const { ask, askSize, bid, bidSize, time } = quote
  return pointRow({
    kind: 'quote',
    time,
    buy: toPoint(askSize > 0 ? ask : 0),
    sell: toPoint(bidSize > 0 ? bid : 0),
    quoted: true,
    triggers: isNarrow(quote),
    traded: true,
    room: roomOf(Math.min(askSize || bidSize, bidSize || askSize), QUANTITY_SCALE, config),
    after,
    where: 'next quote',
  })
}

/** The far sides of the last quote; where no quote was ever seen, the last price for both sides. */
export function lastRow(now: TimeMs, mark: Price, quote: Sides | undefined): Row {
  return pointRow({
    kind: 'quote',
    time: now,
    buy: toPoint(quote?.ask ?? mark),
    sell: toPoint(quote?.bid ?? mark),
    quoted: quote !== undefined,
    triggers: quote === undefined || isNarrow(quote),
    traded: true,
    room: Number.POSITIVE_INFINITY,
    after: -1,
    where: quote === undefined ? 'last price' : 'last quote',
  })
}

interface Point extends Omit<Row, 'begin' | 'end' | 'day' | 'daily'> {
  readonly time: TimeMs
}

/** Written out: copying two objects into one costs as much as filling an order does. */
function pointRow({ kind, time, buy, sell, quoted, triggers, traded, room, after, where }: Point): Row {
  return {
    kind,
    buy,
    sell,
    begin: time,
    end: time,
    after,
    day: Math.floor(time / DAY),
    daily: false,
    quoted,
    triggers,
    traded,
    room,
    where,
  }
}

interface Sides {
  readonly bid: Price
  readonly ask: Price
}

/** As core draws the line: by a wider quote than this it values nothing either. */
const SPREAD_LIMIT_PERCENT = 2

function isNarrow({ ask, bid }: Sides): boolean {
  const spread = ask - bid
  return spread >= 0 && spread * 100 <= (bid + spread / 2) * SPREAD_LIMIT_PERCENT
}

/** A share of the volume, in units of quantity; no bound where none is configured. */
function roomOf(volume: Volume | Quantity, scale: number, { volumeShare }: BrokerConfig): Quantity {
  if (volumeShare === undefined) return Number.POSITIVE_INFINITY
  const share = Math.round(volumeShare * QUANTITY_SCALE)
  return Math.min(mulDiv(volume, share, scale), Number.MAX_SAFE_INTEGER)
}
