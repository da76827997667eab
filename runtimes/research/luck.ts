/**
 * How good the best of many tries looks when none of them is any good.
 *
 * Sources: A. Lo, "The Statistics of Sharpe Ratios", 2002: a Sharpe ratio near zero that was measured over T
 * returns has the standard error 1 ÷ √T. Bailey and López de Prado, "The Deflated Sharpe Ratio", 2014: the
 * best of N independent ones is expected at that error times the expected maximum of N standard normal draws.
 * Neighbours of a grid are not independent, so the true bar lies lower: this is a warning, not a test.
 */

const STEP = 0.01
const WIDTH = 8

/** Expected maximum of `count` standard normal draws; 0 for one. */
export function expectedMaximum(count: number): number {
  // E[max] = ∫ x d(Φ^N), summed over slices of the normal density.
  let below = 0
  let sum = 0
  for (let x = -WIDTH; x < WIDTH; x += STEP) {
    const middle = x + STEP / 2
    const next = Math.min(1, below + (Math.exp((-middle * middle) / 2) / Math.sqrt(2 * Math.PI)) * STEP)
    sum += middle * (next ** count - below ** count)
    below = next
  }
  return sum
}

const TRADING_DAYS = 252

/**
 * Yearly Sharpe ratio that the best of `count` tries over `days` trading days is expected to show by luck
 * alone.
 */
export function luckySharpe(count: number, days: number): number {
  return days > 0 ? Math.sqrt(TRADING_DAYS / days) * expectedMaximum(count) : 0
}
