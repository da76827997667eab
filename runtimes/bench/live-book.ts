/**
 * A book in the middle of a working day, made the only way a book is ever made: by events. Five positions
 * with their stops and targets, four resting entries, and five minutes of orders that came and went, so that
 * the windows over the recent order flow are full; the symbol that is judged was bought at the market
 * meanwhile.
 *
 * It promises the same book each time, and throws ASSERTION instead of a lesser one: a limit that tightens
 * must not make the bench cheaper without a word.
 */

import { symbolOf } from '#core/book/book.ts'
import type { ArkEvent, Bar, Draft, Order, Price } from '#core/contract.ts'
import { type Kernel, processInput } from '#core/cycle/kernel.ts'
import { assert } from '#core/errors.ts'
import {
  floorTo,
  formatPrice,
  formatQuantity,
  PRICE_SCALE,
  QUANTITY_SCALE,
  VOLUME_SCALE,
} from '#core/math.ts'
import { decidingPlugins } from './box.ts'
import { BENCH_INSTRUMENTS } from './market.ts'
import { createBenchKernel } from './pipeline.ts'

export interface LiveBook {
  readonly kernel: Kernel
  readonly positions: number
  readonly working: number
  /**
   * Own order events of the last WINDOW_MS: submitted, accepted, filled, cancelled, and cancels asked for.
   */
  readonly orderEvents: number
}

/** The symbol that is judged. */
export const JUDGED = 'BENCH0'
const OTHERS: readonly string[] = ['BENCH1', 'BENCH2', 'BENCH3', 'BENCH4']
const HELD: readonly string[] = [JUDGED, ...OTHERS]
const WINDOW_MS = 300_000
/**
 * Each order is submitted, accepted, asked to be cancelled, and cancelled: four events, 51 orders a minute.
 */
const ROUNDS = 256
const ROUND_MS = 1_180
/**
 * Rounds that begin with a fill at the market: three of them make rule 2 look at the market's own windows.
 */
const BUYS: readonly number[] = [100, 130, 160]
const START = Date.UTC(2024, 5, 12, 12)
/** They stay out: nobody but the bench trades in this market. */
const WATCHERS: readonly string[] = ['kyle', 'joey']

export async function createLiveBook(): Promise<LiveBook> {
  const plugins = decidingPlugins().filter(({ name }) => !WATCHERS.includes(name))
  const kernel = await createBenchKernel('paper', plugins)
  const day: Day = { kernel, time: START, ticks: 0, own: [] }
  kernel.sink = (event) => {
    if (event.type.startsWith('order/') && event.type !== 'order/requested') day.own.push(event)
  }
  tick(day, 1_000)
  for (const symbol of OTHERS) {
    send(day, toMarket(bracketed(day, symbol, 1, 3_000)))
    tick(day, 1_000)
  }
  for (const symbol of OTHERS) send(day, { ...bracketed(day, symbol, 0.9, 1_000), strategy: 'resting' })
  for (let round = 0; round < ROUNDS; round++) {
    if (BUYS.includes(round)) send(day, makeWay(day, toMarket(bracketed(day, JUDGED, 1, 1_000))))
    comeAndGo(day, round)
  }
  kernel.sink = () => undefined
  return whole(day)
}

function whole({ kernel, own }: Day): LiveBook {
  const { symbols } = kernel.book.state
  const counts = {
    positions: symbols.filter(({ position }) => position !== 0).length,
    working: symbols.reduce((sum, { open }) => sum + open.length, 0),
    orderEvents: own.filter(({ time }) => time > kernel.context.now - WINDOW_MS).length,
  }
  const asPromised = counts.positions === 5 && counts.working === 20 && counts.orderEvents >= 1_000
  assert(asPromised, 'bench', `The live book came out as ${JSON.stringify(counts)}.`)
  return { kernel, ...counts }
}

interface Day {
  readonly kernel: Kernel
  time: number
  ticks: number
  readonly own: ArkEvent[]
}

/**
 * A small entry far below the market, and its cancel half a round later. Strategies in turn: no triple runs
 * hot.
 */
function comeAndGo(day: Day, round: number): void {
  const symbol = HELD[round % HELD.length] ?? ''
  send(day, {
    ...bracketed(day, symbol, 0.9 - (round % 7) / 100, 100 + round),
    strategy: `maker-${round % 4}`,
  })
  tick(day, ROUND_MS / 2)
  const submitted = day.own.findLast(({ type }) => type === 'order/submitted')
  const orderId = submitted?.type === 'order/submitted' ? submitted.payload.orderId : ''
  say(day, { type: 'order/cancel_requested', payload: { orderId, ...PERSON } })
  tick(day, ROUND_MS / 2)
}

/**
 * A limit buy at a share of the mark, its stop 5 % below and its targets 10 and 20 % above; in hundredths.
 */
function bracketed({ kernel }: Day, symbol: string, share: number, hundredths: number): Order {
  const limit = toTick(symbolOf(kernel.book, symbol).mark * share)
  const at = (multiple: number) => formatPrice(toTick(limit * multiple))
  return {
    symbol,
    side: 'buy',
    type: 'limit',
    quantity: formatQuantity(hundredths * (QUANTITY_SCALE / 100)),
    limitPrice: at(1),
    stopLoss: { price: at(0.95) },
    targets: [
      { price: at(1.1), portion: '0.5' },
      { price: at(1.2), portion: '0.5' },
    ],
  }
}

function toTick(price: Price): Price {
  return floorTo(Math.round(price), PRICE_SCALE / 100)
}

function toMarket({ limitPrice: _limit, ...order }: Order): Order {
  return { ...order, type: 'market' }
}

/** Own targets that a market order would meet are cancelled by it, and it has one target itself. */
function makeWay({ kernel }: Day, { targets = [], ...order }: Order): Order {
  const { open } = symbolOf(kernel.book, order.symbol)
  const cancelFirst = open.filter(({ role }) => role === 'target').map(({ orderId }) => orderId)
  return { ...order, cancelFirst, targets: targets.slice(1).map(({ price }) => ({ price, portion: '1' })) }
}

const PERSON = { principal: 'bench', reason: 'bench' }

function send(day: Day, order: Order): void {
  say(day, { type: 'order/requested', payload: { order, ...PERSON } })
}

function say({ kernel, time }: Day, draft: Draft): void {
  processInput(kernel, { kind: 'event', source: 'person', draft, time })
}

/** Time goes on by one bar of every symbol, and every price by a tick up or down. */
function tick(day: Day, ms: number): void {
  day.time += ms
  day.ticks++
  say(day, { type: 'clock/ticked', payload: {} })
  const rows = BENCH_INSTRUMENTS.map(({ symbol }, index): Bar => {
    const close = (20 + index * 7) * PRICE_SCALE + (day.ticks % 2) * (PRICE_SCALE / 100)
    const bar = { symbol, end: day.time, open: close, high: close, low: close, close }
    return { ...bar, volume: 1_000_000 * VOLUME_SCALE, resolution: '1s' }
  })
  processInput(day.kernel, { kind: 'rows', source: 'bench', rows: { kind: 'bars', resolution: '1s', rows } })
}
