/**
 * Deterministic arithmetic: exact integers, decimal text, and nothing whose last bit differs between engines.
 *
 * Core, agents and plugins use this file in place of Math.exp, log, pow, Date and friends
 * (docs/DETERMINISM.md has the measurements).
 */

import type { Cash, Decimal, Draft, EventPayloads, Price, Quantity, Side, Volume } from './contract.ts'

export const PRICE_SCALE = 100_000_000
export const QUANTITY_SCALE = 100_000_000
export const CASH_SCALE = 1_000_000
export const VOLUME_SCALE = 10_000

/** Shared empty result of a reducer: allocating one per event would dominate the hot path. */
export const NOTHING: readonly Draft[] = Object.freeze([])

/**
 * Exact floor(a · b ÷ c) for safe integers, c > 0; NaN when one is no number. BigInt only where the quotient
 * or c leaves 2^50.
 */
export function mulDiv(a: number, b: number, c: number): number {
  const product = a * b
  if (product <= Number.MAX_SAFE_INTEGER && product >= -Number.MAX_SAFE_INTEGER)
    return Math.floor(product / c)
  if (!Number.isFinite(product)) return Number.NaN
  // Off by one at the most, and the exact remainder says which way.
  const near = Math.floor(product / c)
  if (near >= -DIVIDES && near <= DIVIDES && c <= DIVIDES) {
    const back = near * c
    const rest = product - back + (roundedOff(a, b, product) - roundedOff(near, c, back))
    return rest < 0 ? near - 1 : rest >= c ? near + 1 : near
  }
  const wide = BigInt(a) * BigInt(b)
  const divisor = BigInt(c)
  const quotient = wide / divisor
  return Number(wide < 0n && quotient * divisor !== wide ? quotient - 1n : quotient)
}

/** 2^50. */
const DIVIDES = 1_125_899_906_842_624
/** 2^27 + 1. */
const SPLITTER = 134_217_729

/**
 * a · b − product, exactly, where `product` is a · b as a double: each factor in two halves whose products
 * are exact. Source: Dekker, A floating-point technique for extending the available precision (1971).
 */
function roundedOff(a: number, b: number, product: number): number {
  const bigA = SPLITTER * a - (SPLITTER * a - a)
  const bigB = SPLITTER * b - (SPLITTER * b - b)
  const smallA = a - bigA
  const smallB = b - bigB
  return bigA * bigB - product + bigA * smallB + smallA * bigB + smallA * smallB
}

/**
 * Sign of a·b − c·d, exact for all safe integers; 1 ("over") when one is no number, so that a limit never
 * passes by accident.
 */
export function compareProducts(a: number, b: number, c: number, d: number): -1 | 0 | 1 {
  const left = a * b
  const right = c * d
  if (!Number.isFinite(left) || !Number.isFinite(right)) return 1
  // Rounding keeps their order, and where it makes them equal, what was rounded off tells.
  const over = left - right || roundedOff(a, b, left) - roundedOff(c, d, right)
  return over < 0 ? -1 : over > 0 ? 1 : 0
}

/** Like mulDiv, rounded up: for amounts that are held against a limit. */
export function mulDivUp(a: number, b: number, c: number): number {
  return -mulDiv(-a, b, c)
}

/** |price · quantity · multiplier| in cash units, rounded down. */
export function notional(price: Price, quantity: Quantity, multiplier = 1): Cash {
  return mulDiv(price * multiplier, Math.abs(quantity), PRICE_TIMES_QUANTITY)
}

/** The same, rounded up: what an order may cost at the most. */
export function notionalUp(price: Price, quantity: Quantity, multiplier = 1): Cash {
  return mulDivUp(price * multiplier, Math.abs(quantity), PRICE_TIMES_QUANTITY)
}

/** Units of price times units of quantity in one unit of cash. */
const PRICE_TIMES_QUANTITY = (PRICE_SCALE / CASH_SCALE) * QUANTITY_SCALE

/**
 * Parses a plain decimal ("12", "-0.05", "100.00") into an integer of 10^-digits.
 * NaN when it is not one, has more significant decimals than `digits`, or leaves 2^53.
 */
export function parseDecimal(text: string, digits: number): number {
  const length = text.length
  let index = 0
  let negative = false
  if (length > 0 && text.charCodeAt(0) === 45) {
    negative = true
    index = 1
  }
  if (index === length || length > 32) return Number.NaN
  let value = 0
  let decimals = -1
  for (; index < length; index++) {
    const code = text.charCodeAt(index)
    if (code === 46) {
      if (decimals >= 0 || index === length - 1 || index === (negative ? 1 : 0)) return Number.NaN
      decimals = 0
      continue
    }
    const digit = code - 48
    if (digit < 0 || digit > 9) return Number.NaN
    if (decimals >= digits) {
      if (digit !== 0) return Number.NaN
      continue
    }
    value = value * 10 + digit
    if (decimals >= 0) decimals++
    if (value > Number.MAX_SAFE_INTEGER) return Number.NaN
  }
  for (let have = Math.max(decimals, 0); have < digits; have++) value *= 10
  if (value > Number.MAX_SAFE_INTEGER) return Number.NaN
  return negative && value !== 0 ? -value : value
}

/** The shortest plain decimal of an integer of 10^-digits: formatDecimal(145522000000, 8) = "1455.22". */
export function formatDecimal(value: number, digits: number): Decimal {
  if (!Number.isSafeInteger(value)) return 'NaN'
  if (value < 0) return `-${formatDecimal(-value, digits)}`
  const unit = POWERS[digits] ?? Number.NaN
  const whole = Math.floor(value / unit)
  let rest = value - whole * unit
  if (rest === 0) return String(whole)
  let width = digits
  while (rest % 10 === 0) {
    rest /= 10
    width--
  }
  const text = String(rest)
  return `${whole}.${text.length === width ? text : '0'.repeat(width - text.length) + text}`
}

const POWERS = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]

export const parsePrice = (text: Decimal): Price => parseDecimal(text, 8)
export const parseQuantity = (text: Decimal): Quantity => parseDecimal(text, 8)
export const parseCash = (text: Decimal): Cash => parseDecimal(text, 6)
export const parseVolume = (text: Decimal): Volume => parseDecimal(text, 4)
export const formatPrice = (value: Price): Decimal => formatDecimal(value, 8)
export const formatQuantity = (value: Quantity): Decimal => formatDecimal(value, 8)
export const formatCash = (value: Cash): Decimal => formatDecimal(value, 6)
export const formatVolume = (value: Volume): Decimal => formatDecimal(value, 4)

/** Reports only: cash to the cent, half to even, always two decimals. */
export function formatCents(value: Cash): Decimal {
  if (!Number.isFinite(value)) return 'NaN'
  const magnitude = Math.abs(value)
  const floor = Math.floor(magnitude / 10_000)
  const rest = magnitude - floor * 10_000
  const cents = rest > 5_000 || (rest === 5_000 && floor % 2 === 1) ? floor + 1 : floor
  const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
  return value < 0 && cents !== 0 ? `-${text}` : text
}

/** Largest multiple of `step` that is ≤ value, for non-negative values. */
export function floorTo(value: number, step: number): number {
  return value - (value % step)
}

/** Smallest multiple of `step` that is ≥ value, for non-negative integers. */
export function ceilTo(value: number, step: number): number {
  return floorTo(value + step - 1, step)
}

/** Nearest multiple of `step`; ties go up. */
export function roundTo(value: number, step: number): number {
  const rest = value % step
  return rest * 2 >= step ? value - rest + step : value - rest
}

/** To the tick: up for who buys, down for who sells, and never to nothing. */
export function againstUs(side: Side, price: Price, tick: Price): Price {
  return Math.max(tick, side === 'buy' ? ceilTo(price, tick) : floorTo(price, tick))
}

/** A split: one unit becomes `numerator` ÷ `denominator`. */
export type Ratio = Pick<EventPayloads['split/applied'], 'denominator' | 'numerator'>

/** Agents may put anything in the place of a split; what is none changes nothing. */
export function isRatio({ numerator, denominator }: Ratio): boolean {
  return (
    Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator) && numerator > 0 && denominator > 0
  )
}

/** A price of an order after a split, to the tick against us: broker and core must come to the same. */
export function splitPrice(side: Side, price: Price, { denominator, numerator }: Ratio, tick: Price): Price {
  const divide = side === 'buy' ? mulDivUp : mulDiv
  return againstUs(side, divide(price, denominator, numerator), tick)
}
