/**
 * Aroon (T. Chande, Stocks & Commodities, September 1995), 0..100: how lately the last `length` + 1 bars had
 * their highest high (`up`) and lowest low (`down`), 100 on the last bar, 0 `length` bars ago. The
 * oscillator is up − down. Of equal extremes the newest counts, so flat bars give 100, 100 and 0. Warm after
 * `length` + 1 bars.
 */

import { checkLength } from './checks.ts'
import {
  createRollingExtreme,
  type RollingExtreme,
  readExtremeAge,
  updateRollingExtreme,
} from './rolling/extreme.ts'

export interface Aroon {
  readonly length: number
  readonly highs: RollingExtreme
  readonly lows: RollingExtreme
}

export interface AroonReading {
  readonly up: number
  readonly down: number
  readonly oscillator: number
}

const UNKNOWN: AroonReading = Object.freeze({ up: Number.NaN, down: Number.NaN, oscillator: Number.NaN })

export function createAroon(length: number): Aroon {
  const bars = checkLength(length) + 1
  return { length, highs: createRollingExtreme(bars, 1), lows: createRollingExtreme(bars, -1) }
}

/** Takes the next finite bar in. NaN for any other, and before it is warm. */
export function updateAroon(aroon: Aroon, high: number, low: number): AroonReading {
  if (!Number.isFinite(high + low)) return UNKNOWN
  updateRollingExtreme(aroon.highs, high)
  updateRollingExtreme(aroon.lows, low)
  return readAroon(aroon)
}

export function readAroon({ length, highs, lows }: Aroon): AroonReading {
  const up = (100 * (length - readExtremeAge(highs))) / length
  const down = (100 * (length - readExtremeAge(lows))) / length
  return { up, down, oscillator: up - down }
}
