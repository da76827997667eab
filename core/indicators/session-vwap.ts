/**
 * Volume-weighted average price since a session began (S. Berkowitz, D. Logue, E. Noser, The Total Cost of
 * Transactions on the NYSE, 1988), in the unit of prices; rolling-vwap.ts has that of the last N bars.
 *
 * Who calls says which price of a bar counts (its close, `typicalPrice` of bar-values.ts, …) and names the
 * session by any number that changes with it: a day number, the time of the open. Warm with the first volume
 * of the session; NaN before it, since a price at which nothing traded is no average. A flat price gives
 * exactly itself; a volume of 0 changes nothing.
 */

export interface SessionVwap {
  session: number
  /** Of the session so far; the average means nothing while it is 0. */
  volume: number
  average: number
}

export function createSessionVwap(): SessionVwap {
  return { session: 0, volume: 0, average: 0 }
}

/** Takes the next bar or trade in. NaN for one that is not finite, which is left out. */
export function updateSessionVwap(vwap: SessionVwap, session: number, price: number, volume: number): number {
  if (!Number.isFinite(session + price + volume)) return Number.NaN
  if (session !== vwap.session) {
    vwap.session = session
    vwap.volume = 0
    vwap.average = 0
  }
  if (volume > 0) {
    vwap.volume += volume
    vwap.average += (price - vwap.average) * (volume / vwap.volume)
  }
  return readSessionVwap(vwap)
}

export function readSessionVwap({ volume, average }: SessionVwap): number {
  return volume > 0 ? average : Number.NaN
}
