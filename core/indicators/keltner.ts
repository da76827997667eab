/**
 * Keltner channel in the form of L. B. Raschke (1990s), in the unit of prices: the EMA of closes over
 * `length` bars and bands `multiple` × Wilder's ATR over `atrLength` bars above and below it. (C. Keltner's
 * own of 1960 took simple means of ten typical prices and ten ranges.) Warm after max(`length`, `atrLength`)
 * bars. Where bars without a range stand still, all three lines lie on the price, up to rounding.
 */

import { type Atr, createAtr, readAtr, updateAtr } from './atr.ts'
import { checkMultiple } from './checks.ts'
import { createEma, type Ema, readEma, updateEma } from './ema.ts'

export interface Keltner {
  readonly multiple: number
  readonly ema: Ema
  readonly atr: Atr
}

export interface KeltnerReading {
  readonly upper: number
  readonly middle: number
  readonly lower: number
}

const UNKNOWN: KeltnerReading = Object.freeze({ upper: Number.NaN, middle: Number.NaN, lower: Number.NaN })

export function createKeltner(length: number, atrLength: number, multiple: number): Keltner {
  return { multiple: checkMultiple(multiple), ema: createEma(length), atr: createAtr(atrLength) }
}

/** Takes the next finite bar in. NaN for any other, and before it is warm. */
export function updateKeltner(keltner: Keltner, high: number, low: number, close: number): KeltnerReading {
  if (!Number.isFinite(high + low + close)) return UNKNOWN
  updateEma(keltner.ema, close)
  updateAtr(keltner.atr, high, low, close)
  return readKeltner(keltner)
}

export function readKeltner({ multiple, ema, atr }: Keltner): KeltnerReading {
  const middle = readEma(ema)
  const half = multiple * readAtr(atr)
  if (Number.isNaN(middle + half)) return UNKNOWN
  return { upper: middle + half, middle, lower: middle - half }
}
