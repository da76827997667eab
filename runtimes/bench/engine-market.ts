/**
 * The market of the engine's benches: seeded one-minute bars of US sessions, the same on every machine.
 *
 * What matters to the engine is real about it. Sessions are the calendar's, half days too. A session has its
 * own volatility, which lasts, is 1 to 3 %, and is larger at both ends of the day, as volume is; nights gap;
 * prices are whole cents, drawn to 200 dollars over years. Volume is that of a large fund, 20 to 70 million
 * shares a day, so that the rules on volume judge every entry and deny none.
 */

import { writeSync } from 'node:fs'
import { sessionOf } from '#core/book/sessions.ts'
import type { ConfigInput } from '#core/config.ts'
import type { Bar, MarketRows } from '#core/contract.ts'
import { PRICE_SCALE, VOLUME_SCALE } from '#core/math.ts'
import { DAY, formatTime, MINUTE, parseTime } from '#core/time.ts'
import { createRandom } from './market.ts'

const FIRST_DAY = parseTime('2010-01-04') / DAY
const ROWS = 1_000
const CENT = PRICE_SCALE / 100
const MEAN_PRICE = 200
/** Standard deviation of a session's return. */
const MEAN_VOLATILITY = 0.016
const SESSION_MINUTES = 390
/** Of a bar, before the day, the hour and the move make it more or fewer. */
const SHARES = 100_000

export function engineSymbols(count: number): readonly string[] {
  return Array.from({ length: count }, (_unused, index) => `FUND${index}`)
}

/** As a configuration names them: the rules on volume know them from the first day. */
export function engineInstruments(count: number): NonNullable<ConfigInput['instruments']> {
  return engineSymbols(count).map((symbol) => ({
    symbol,
    kind: 'fund',
    venue: 'BENCH',
    tick: '0.01',
    lot: '1',
    floatShares: '500000000',
    adv20: '40000000',
  }))
}

interface Walk {
  readonly symbol: string
  price: number
  volatility: number
}

/**
 * `count` bars in chunks of 1,000, the symbols in turn within each minute. Room for ten years: a million a
 * symbol.
 */
export function* engineRows(
  count: number,
  symbols: number,
  seed = 11,
): Generator<MarketRows, void, undefined> {
  const random = createRandom(seed)
  /** Mean 0, variance 1, and no transcendental function: the same bits everywhere. */
  const noise = () => (random() + random() + random() + random() - 2) * 1.732_050_807_568_877_2
  const walks = engineSymbols(symbols).map(
    (symbol): Walk => ({ symbol, price: MEAN_PRICE, volatility: MEAN_VOLATILITY }),
  )
  let rows: Bar[] = []
  let made = 0
  for (let day = FIRST_DAY; made < count; day++) {
    const session = sessionOf(day)
    if (session === undefined) continue
    for (const walk of walks) openDay(walk, noise())
    const minutes = (session.close - session.open) / MINUTE
    for (let minute = 0; minute < minutes && made < count; minute++) {
      const fromMiddle = (2 * minute) / SESSION_MINUTES - 1
      for (const walk of walks) {
        if (made === count) break
        rows.push(nextBar(walk, session.open + (minute + 1) * MINUTE, fromMiddle * fromMiddle, noise, random))
        made++
        if (rows.length < ROWS && made < count) continue
        yield { kind: 'bars', resolution: '1m', rows }
        rows = []
      }
    }
  }
}

/**
 * Tomorrow is nearly as wild as today, and wilder behind a fall; the night is half a session's move, and
 * draws the price back a little.
 */
function openDay(walk: Walk, noise: number): void {
  const volatility = 0.92 * walk.volatility + 0.08 * MEAN_VOLATILITY * (1 - noise)
  walk.volatility = Math.min(0.03, Math.max(0.01, volatility))
  const drawn = 0.001 * (1 - walk.price / MEAN_PRICE)
  walk.price *= 1 + drawn + 0.5 * walk.volatility * noise
}

/** `edge`: 0 in the middle of the day, 1 at its ends. */
function nextBar(walk: Walk, end: number, edge: number, noise: () => number, random: () => number): Bar {
  const { symbol, price, volatility } = walk
  const step = (volatility / 20) * (0.7 + 0.9 * edge)
  const move = noise()
  walk.price = Math.max(1, price * (1 + step * move))
  const open = Math.round(price * 100)
  const close = Math.round(walk.price * 100)
  const reach = 100 * price * step
  const liveliness = (0.5 + 1.5 * edge) * (0.5 + random() * (0.5 + Math.abs(move)))
  const shares = SHARES * (volatility / MEAN_VOLATILITY) * liveliness
  return {
    symbol,
    end,
    open: open * CENT,
    high: (Math.max(open, close) + Math.round(reach * random())) * CENT,
    low: Math.max(1, Math.min(open, close) - Math.round(reach * random())) * CENT,
    close: close * CENT,
    volume: Math.round(shares) * VOLUME_SCALE,
    resolution: '1m',
  }
}

/** The same as a CSV file, stamped with the start of each bar. `file` is open for writing. */
export function writeEngineCsv(file: number, count: number, symbols: number): void {
  writeSync(file, 'ts_utc,symbol,open,high,low,close,volume\n')
  for (const { rows } of engineRows(count, symbols)) {
    let text = ''
    for (const row of rows) if ('end' in row) text += toLine(row)
    writeSync(file, text)
  }
}

function toLine({ symbol, end, open, high, low, close, volume }: Bar): string {
  const prices = `${dollars(open)},${dollars(high)},${dollars(low)},${dollars(close)}`
  return `${formatTime(end - MINUTE)},${symbol},${prices},${volume / VOLUME_SCALE}\n`
}

function dollars(price: number): string {
  return (price / PRICE_SCALE).toFixed(2)
}
