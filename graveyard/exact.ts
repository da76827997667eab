/**
 * Exact comparisons for the rules: a ratio of exactly the limit passes and one unit more does not, at any
 * size up to 2^53.
 *
 * Every rule file uses these and nothing else to read a fact or to compare two amounts. No function here
 * throws.
 */

import type { Facts } from './facts.ts'

/**
 * Ratios are compared as whole basis points, the coarsest unit in which every limit of the table is an
 * integer.
 */
const BASIS = 10_000
const LARGEST = Number.MAX_SAFE_INTEGER
/** Two rounded products may differ from the true ones by half of this, relative to their sum. */
const DOUBT = 2 / LARGEST

/** A fact; a column that the vector lacks is missing. */
export function read(facts: Facts, column: number): number {
  return facts[column] ?? Number.NaN
}

/** A positive integer that a double holds exactly. */
export function isAmount(value: number): boolean {
  return value > 0 && Number.isSafeInteger(value)
}

/** Zero or an amount. */
export function isCount(value: number): boolean {
  return value >= 0 && Number.isSafeInteger(value)
}

/** 0.10 → 1000. Done once, when a rule file is loaded. */
export function basisPoints(ratio: number): number {
  return Math.round(ratio * BASIS)
}

/** Sign of part ÷ whole − limit, with the limit in basis points; for integers and whole > 0. */
export function compareRatio(part: number, whole: number, limit: number): -1 | 0 | 1 {
  return compareProducts(part, BASIS, whole, limit)
}

/** Quantities are integers of 1e-8, volumes of 1e-4. */
export const QUANTITY_PER_VOLUME = 10_000

/**
 * Sign of quantity ÷ volume − limit, with the limit in basis points; for integers and volume ≥ 0. Any
 * quantity is more than every share of no volume at all.
 */
export function compareShare(quantity: number, volume: number, limit: number): -1 | 0 | 1 {
  // Quantity is finer than volume by 1e4 and a basis point is 1e-4, so the factors cancel.
  return compareProducts(quantity, 1, volume, limit)
}

/**
 * Sign of a·b − c·d for integers of up to 2^53.
 *
 * Two products that floats tell apart beyond their rounding error need no BigInt, however large they are:
 * only near ties do.
 */
export function compareProducts(a: number, b: number, c: number, d: number): -1 | 0 | 1 {
  const left = a * b
  const right = c * d
  const difference = left - right
  const size = Math.abs(left) + Math.abs(right)
  if (size <= LARGEST || Math.abs(difference) > size * DOUBT)
    return difference < 0 ? -1 : difference > 0 ? 1 : 0
  const exact = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d)
  return exact < 0n ? -1 : exact > 0n ? 1 : 0
}
