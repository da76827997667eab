/**
 * Moving average convergence/divergence (G. Appel, 1979), in the unit of its values: fast EMA − slow EMA;
 * the signal is the EMA of that from the first value of the slow EMA on, the histogram is MACD − signal.
 * MACD is warm after max(fast, slow) values, signal and histogram after `signal` − 1 more. A flat series
 * gives 0, up to rounding.
 */

import { createEma, type Ema, readEma, updateEma } from './ema.ts'

export interface Macd {
  readonly fast: Ema
  readonly slow: Ema
  readonly signal: Ema
}

export interface MacdReading {
  readonly macd: number
  readonly signal: number
  readonly histogram: number
}

export function createMacd(fast: number, slow: number, signal: number): Macd {
  return { fast: createEma(fast), slow: createEma(slow), signal: createEma(signal) }
}

/** Takes the next finite value in. NaN for any other, and in each part before it is warm. */
export function updateMacd(state: Macd, value: number): MacdReading {
  const macd = updateEma(state.fast, value) - updateEma(state.slow, value)
  const signal = updateEma(state.signal, macd)
  return { macd, signal, histogram: macd - signal }
}

export function readMacd(state: Macd): MacdReading {
  const macd = readEma(state.fast) - readEma(state.slow)
  const signal = readEma(state.signal)
  return { macd, signal, histogram: macd - signal }
}
