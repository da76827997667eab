/**
 * The market that a new strategy is tried on: three years of daily bars of a stock that does not exist, the
 * same for everybody. It swings, so that trends can be caught, and it is nervous, so that some trades lose.
 *
 * Called by `ark plugin new`. Generated here, from integers only: nobody's data is in it.
 */

import { sessionCloseOf } from '#core/book/sessions.ts'
import { DAY, formatDay, parseTime } from '#core/time.ts'

const SAMPLE_SYMBOL = 'DEMO'
const FIRST_DAY = '2021-01-04'
const SESSIONS = 756
const SEED = 20_210_104
/** Cents. */
const START = 10_000
/** Sessions of one swing, and what it moves the price a session, in 1e-4. */
const SWING = 40
const SLOPE = 32
/** Largest move of a session beside the swing, in 1e-4 of the price. */
const NOISE = 230

/** CSV with a header: date, symbol, open, high, low, close, volume. */
export function sampleBars(): string {
  const next = createChance(SEED)
  const lines = ['date,symbol,open,high,low,close,volume']
  let close = START
  for (let day = parseTime(FIRST_DAY) / DAY; lines.length <= SESSIONS; day++) {
    if (Number.isNaN(sessionCloseOf(day))) continue
    const rising = Math.floor(lines.length / SWING) % 2 === 0
    const open = close
    close = move(open, (rising ? SLOPE : -SLOPE) + next(2 * NOISE + 1) - NOISE)
    const high = move(Math.max(open, close), next(60))
    const low = move(Math.min(open, close), -next(60))
    const prices = [open, high, low, close].map((cents) => (cents / 100).toFixed(2))
    lines.push([formatDay(day), SAMPLE_SYMBOL, ...prices, 4_000_000 + next(2_000_000)].join(','))
  }
  return `${lines.join('\n')}\n`
}

function move(cents: number, share: number): number {
  return cents + Math.round((cents * share) / 10_000)
}

/**
 * Whole numbers below a bound; Lehmer's generator with the modulus 2^31 − 1 (S. Park and K. Miller, 1988).
 */
function createChance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}
