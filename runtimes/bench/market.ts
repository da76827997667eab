/** Bars for the benches: seeded, 20 symbols, one-minute bars of US sessions, made before the clock starts. */

import type { Bar, Instrument, MarketRows } from '#core/contract.ts'

const PRICE = 100_000_000
const MINUTE = 60_000
const SESSION_MINUTES = 390
const FIRST_OPEN = Date.UTC(2015, 0, 5, 14, 30)
const SYMBOLS = 20

/**
 * Crypto on purpose: its calendar has no gaps, so any number of bars fits into the years that the calendar
 * knows.
 */
export const BENCH_INSTRUMENTS: readonly Instrument[] = Array.from({ length: SYMBOLS }, (_unused, index) => ({
  symbol: `BENCH${index}`,
  kind: 'crypto',
  venue: 'BENCH',
  tick: PRICE / 100,
  lot: PRICE / 100,
  multiplier: 1,
  adv20: 50_000_000_000,
  shortable: true,
}))

/**
 * `count` bars in chunks of 1,000, symbols in turn within each minute: a random walk with trends and bursts
 * of volume.
 */
export function* benchChunks(count: number, seed = 7): Generator<MarketRows> {
  const random = createRandom(seed)
  const prices = BENCH_INSTRUMENTS.map((_instrument, index) => 2_000 + index * 700)
  const drifts = prices.map(() => 0)
  let rows: Bar[] = []
  for (let made = 0; made < count; made++) {
    const index = made % SYMBOLS
    const minute = Math.floor(made / SYMBOLS)
    const end = FIRST_OPEN + (minute + 1) * MINUTE
    if (minute % SESSION_MINUTES === 0) drifts[index] = (random() - 0.5) * 0.0002
    const open = prices[index] ?? 1
    const change = (random() + random() + random() - 1.5) * 0.0016 + (drifts[index] ?? 0)
    const close = Math.min(1_000_000, Math.max(100, Math.round(open * (1 + change))))
    const reach = Math.round(open * 0.0008 * random())
    prices[index] = close
    rows.push({
      symbol: BENCH_INSTRUMENTS[index]?.symbol ?? '',
      end,
      open: cents(open),
      close: cents(close),
      high: cents(Math.max(open, close) + reach),
      low: cents(Math.max(1, Math.min(open, close) - reach)),
      volume: Math.floor((500 + random() * 1_000 * (random() > 0.97 ? 5 : 1)) * 10_000),
      resolution: '1m',
    })
    if (rows.length === 1_000 || made === count - 1) {
      yield { kind: 'bars', resolution: '1m', rows }
      rows = []
    }
  }
}

function cents(value: number): number {
  return value * (PRICE / 100)
}

/** Mulberry32: 32 bits of state are enough for a bench. */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
