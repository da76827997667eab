/**
 * On-balance volume (J. Granville, 1963), in the unit of volume: the volumes of bars that closed higher less
 * those of bars that closed lower, since the first bar, which counts 0. Only its changes mean something.
 * Warm after one bar; an equal close or a volume of 0 leaves it as it is.
 */

export interface Obv {
  started: boolean
  previousClose: number
  value: number
}

export function createObv(): Obv {
  return { started: false, previousClose: 0, value: 0 }
}

/** Takes the next bar in. NaN for one that is not finite, which is left out. */
export function updateObv(obv: Obv, close: number, volume: number): number {
  if (!Number.isFinite(close + volume)) return Number.NaN
  if (obv.started) {
    if (close > obv.previousClose) obv.value += volume
    else if (close < obv.previousClose) obv.value -= volume
  }
  obv.started = true
  obv.previousClose = close
  return obv.value
}

/** NaN before the first bar. */
export function readObv(obv: Obv): number {
  return obv.started ? obv.value : Number.NaN
}
