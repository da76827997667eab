/**
 * Factors: what a vendor multiplies raw prices by, so that splits and dividends leave no jump in them.
 *
 * Called for each row that is built when prices are adjusted. The first factor whose day is at or after the
 * row's counts for it. All arithmetic is exact.
 */

import type { MarketRows, Price, TimeMs } from '#core/contract.ts'
import { mulDiv } from '#core/math.ts'
import type { KnownSymbol } from './csv-symbols.ts'

/** `price` and `split` are integers of this part. */
export const FACTOR_ONE = 100_000_000

export interface Factor {
  /** Last day that it counts for, as a number and as the moment after it. */
  readonly day: number
  readonly end: TimeMs
  readonly price: number
  readonly split: number
  /** Raw price at the close of `day`; 0 where the vendor gives none. */
  readonly reference: Price
  /** Prices are multiplied by `numerator` ÷ `denominator`, which is price × split. */
  readonly numerator: number
  readonly denominator: number
  /** `file:line`. */
  readonly where: string
}

/** Registers of prices and of sizes. */
const PRICES = { bars: [1, 2, 3, 4], trades: [1], quotes: [1, 3] } as const
const SIZES = { bars: [5], trades: [2], quotes: [2, 4] } as const

/**
 * Multiplies the prices in the registers and divides the sizes. `known` remembers where its time stands in
 * the factors, whose last one the caller has seen to reach far enough.
 */
export function adjustRow(
  kind: MarketRows['kind'],
  registers: Float64Array,
  known: KnownSymbol,
  factors: readonly Factor[],
  moment: TimeMs,
): void {
  while (known.factor < factors.length - 1 && moment >= (factors[known.factor]?.end ?? 0)) known.factor++
  const factor = factors[known.factor]
  if (factor === undefined) return
  const { numerator, denominator, split } = factor
  if (numerator !== denominator)
    for (const slot of PRICES[kind]) registers[slot] = halfUp(registers[slot] ?? 0, numerator, denominator)
  if (split !== FACTOR_ONE)
    for (const slot of SIZES[kind]) registers[slot] = halfUp(registers[slot] ?? 0, FACTOR_ONE, split)
}

/** a · b ÷ c to the nearest integer, ties up. */
export function halfUp(a: number, b: number, c: number): number {
  return Math.floor((mulDiv(2 * a, b, c) + 1) / 2)
}
