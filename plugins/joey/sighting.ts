/**
 * From what was seen to a `pattern/recognised`: confidence into 0..1, prices to decimals, unknown values
 * left out.
 *
 * Called by the patterns. A level on the wrong side of the price would be no stop or target, so it is
 * dropped; an exit carries none.
 */

import type { Direction, Draft, Pattern, Price } from '#core/contract.ts'
import { formatPrice, PRICE_SCALE } from '#core/math.ts'

export interface Sighting {
  readonly symbol: string
  readonly pattern: string
  readonly direction: Direction
  /** Unbounded; NaN counts as none. */
  readonly confidence: number
  readonly price: Price
  /** In price units, like the levels; NaN when unknown. */
  readonly atr: number
  readonly stopLevel: number
  readonly targetLevel: number
  /** NaN is left out. */
  readonly evidence: { readonly [name: string]: number }
}

/** Nothing is so certain that it may be called 1. */
const CONFIDENCE_MAX = 0.95

export function clampConfidence(value: number): number {
  return value > 0 ? Math.min(value, CONFIDENCE_MAX) : 0
}

export function toDraft(sighting: Sighting, action: 'enter' | 'exit'): Draft {
  const { symbol, direction, pattern, price, atr } = sighting
  const side = direction === 'long' ? 1 : -1
  const stop = toLevel(sighting.stopLevel, price, -side)
  const target = toLevel(sighting.targetLevel, price, side)
  const confidence = clampConfidence(sighting.confidence)
  const evidence = keepKnown(sighting.evidence)
  // Filled in field by field: spreading optional parts costs more on Node 20 than all else here.
  const payload: Writable<Pattern> = {
    symbol,
    direction,
    pattern,
    confidence,
    price: formatPrice(price),
    evidence,
  }
  if (atr >= 0.5) payload.atr = formatPrice(Math.round(atr))
  if (action === 'exit') payload.action = action
  if (action === 'enter' && stop > 0) payload.stopLevel = formatPrice(stop)
  if (action === 'enter' && target > 0) payload.targetLevel = formatPrice(target)
  return { type: 'pattern/recognised', payload }
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

function keepKnown(evidence: { readonly [name: string]: number }): { readonly [name: string]: number } {
  const known: { [name: string]: number } = {}
  for (const name in evidence) {
    const value = evidence[name]
    if (value !== undefined && Number.isFinite(value)) known[name] = value
  }
  return known
}

/** Evidence is read by people: prices in currency, not in units of 1e-8. */
export function inCurrency(price: number): number {
  return price / PRICE_SCALE
}

/** The rounded level when it lies on the given side of the price, else 0. */
function toLevel(level: number, price: Price, side: number): Price {
  const rounded = Math.round(level)
  return (rounded - price) * side > 0 ? rounded : 0
}
