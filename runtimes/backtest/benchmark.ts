/**
 * What the same cash would have become, bought at the first price of each symbol in equal parts and held:
 * without fees, dividends kept as cash.
 */

import type { Cash, EventOf, Price } from '#core/contract.ts'
import { CASH_SCALE, PRICE_SCALE, parsePrice } from '#core/math.ts'

export interface Benchmark {
  readonly share: number
  /** What is not bought yet, and dividends; in currency, as evidence is. */
  cash: number
  readonly units: Map<string, number>
}

export function createBenchmark(opening: Cash, symbols: number): Benchmark {
  const cash = opening / CASH_SCALE
  return { share: cash / Math.max(1, symbols), cash, units: new Map() }
}

/** Of a symbol that is known it changes nothing. */
export function noteFirst(benchmark: Benchmark, symbol: string, price: Price): void {
  if (benchmark.units.has(symbol) || !(price > 0)) return
  benchmark.units.set(symbol, (benchmark.share / price) * PRICE_SCALE)
  benchmark.cash -= benchmark.share
}

export function followBenchmark(
  benchmark: Benchmark,
  event: EventOf<'split/applied'> | EventOf<'dividend/paid'>,
): void {
  const { symbol } = event.payload
  const units = benchmark.units.get(symbol)
  if (units === undefined) return
  if (event.type === 'split/applied')
    benchmark.units.set(symbol, (units * event.payload.numerator) / event.payload.denominator)
  else benchmark.cash += (units * parsePrice(event.payload.amount)) / PRICE_SCALE
}

export function worthOf({ cash, units }: Benchmark, markOf: (symbol: string) => Price): Cash {
  let value = cash
  for (const [symbol, held] of units) value += (held * markOf(symbol)) / PRICE_SCALE
  return Math.round(value * CASH_SCALE)
}
