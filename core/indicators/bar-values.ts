/** Values of one bar that several indicators, and those who feed them, work on. */

/** (high + low + close) ÷ 3. */
export function typicalPrice(high: number, low: number, close: number): number {
  return (high + low + close) / 3
}

/**
 * True range: the bar's own range, stretched to the close before it (J. W. Wilder, New Concepts in Technical
 * Trading Systems, 1978).
 */
export function trueRange(high: number, low: number, previousClose: number): number {
  return (previousClose > high ? previousClose : high) - (previousClose < low ? previousClose : low)
}
