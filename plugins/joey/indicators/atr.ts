/**
 * Average true range as J. W. Wilder defined it (New Concepts in Technical Trading Systems, 1978). The
 * first bar has no close before it, so its true range is high − low; the first average is the plain mean of
 * `length` ranges, later ones take 1 ÷ length of each new range.
 */

export interface Atr {
  readonly length: number
  /** Bars seen, at most `length`. */
  count: number
  previousClose: number
  /** Until there are `length` bars the sum of their ranges, then the average. */
  value: number
}

export function createAtr(length: number): Atr {
  return { length, count: 0, previousClose: 0, value: 0 }
}

/** Takes the next bar in. NaN before there are `length` of them. */
export function updateAtr(atr: Atr, high: number, low: number, close: number): number {
  const top = atr.count > 0 && atr.previousClose > high ? atr.previousClose : high
  const bottom = atr.count > 0 && atr.previousClose < low ? atr.previousClose : low
  const range = top - bottom
  atr.previousClose = close
  if (atr.count === atr.length) {
    atr.value += (range - atr.value) / atr.length
  } else {
    atr.value += range
    if (++atr.count === atr.length) atr.value /= atr.length
  }
  return readAtr(atr)
}

export function readAtr(atr: Atr): number {
  return atr.count === atr.length ? atr.value : Number.NaN
}
