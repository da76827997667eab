/** Simple moving average over a ring: plain JSON state, O(1) an update. */

export interface Sma {
  readonly length: number
  /** Slot of the oldest value. */
  next: number
  sum: number
  readonly values: number[]
}

export function createSma(length: number): Sma {
  return { length, next: 0, sum: 0, values: [] }
}

/** Takes the next value in. The mean of the last `length`; NaN before there are as many. */
export function updateSma(sma: Sma, value: number): number {
  const { values, next, length } = sma
  sma.sum += value - (values[next] ?? 0)
  values[next] = value
  sma.next = next + 1 === length ? 0 : next + 1
  // Sums above 2^53 drift; one made anew each time round keeps the error within one window.
  if (sma.next === 0) sma.sum = values.reduce((sum, each) => sum + each, 0)
  return readSma(sma)
}

export function readSma(sma: Sma): number {
  return sma.values.length === sma.length ? sma.sum / sma.length : Number.NaN
}
