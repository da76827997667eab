/**
 * What happens to an account between two rows: splits, dividends, halts and setups, as events with their
 * time.
 *
 * Made while a market is opened, from factor files (raw prices) and the reference file. An event at a moment
 * comes after every row that is stamped with it.
 */

import type { Draft, TimeMs } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { formatPrice } from '#core/math.ts'
import { formatDay } from '#core/time.ts'
import type { Factor } from './factors.ts'
import { dayBegin, nextSessionDay, type SessionLookup } from './sessions.ts'

export interface Action {
  readonly time: TimeMs
  readonly symbol: string
  readonly draft: Draft
  /** A split or dividend, which must be told once only. */
  readonly corporate: boolean
}

/** The one who tells them in a backtest. */
const PRINCIPAL = 'feed'

export function createSplit(
  symbol: string,
  time: TimeMs,
  numerator: number,
  denominator: number,
  reason: string,
): Action {
  const payload = { symbol, numerator, denominator, principal: PRINCIPAL, reason }
  return { time, symbol, draft: { type: 'split/applied', payload }, corporate: true }
}

export function createDividend(symbol: string, time: TimeMs, amount: string, reason: string): Action {
  const payload = { symbol, amount, principal: PRINCIPAL, reason }
  return { time, symbol, draft: { type: 'dividend/paid', payload }, corporate: true }
}

/**
 * The splits and dividends that a factor file stands for: where the factors change behind a day, the next
 * session begins with them. Throws DATA_INVALID for a step that is neither.
 */
export function toActions(
  symbol: string,
  factors: readonly Factor[],
  sessions: SessionLookup,
): readonly Action[] {
  return factors.flatMap((factor, index) => {
    const next = factors[index + 1]
    if (next === undefined) return []
    const time = dayBegin(nextSessionDay(sessions, factor.day), false)
    const reason = `factors change after ${formatDay(factor.day)}`
    const actions: Action[] = []
    // Before the split: the reference price is one of the shares before it.
    const dividend = factor.price === next.price ? 0 : toDividend(factor, next)
    if (dividend > 0) actions.push(createDividend(symbol, time, formatPrice(dividend), reason))
    if (factor.split !== next.split) {
      const [numerator, denominator] = toRatio(factor, next)
      actions.push(createSplit(symbol, time, numerator, denominator, reason))
    }
    return actions
  })
}

/** Day numbers on which the factors split a symbol. */
export function splitDays(factors: readonly Factor[], sessions: SessionLookup): readonly number[] {
  return factors.flatMap((factor, index) =>
    factor.split === (factors[index + 1]?.split ?? factor.split)
      ? []
      : [nextSessionDay(sessions, factor.day)],
  )
}

/** Factors have seven digits: what they tell of a dividend beyond its fourth decimal is noise. */
const DIVIDEND_STEP = 10_000

/** Reference price × (1 − price factor ÷ next price factor), to four decimals, half to even. */
function toDividend({ price, reference, where }: Factor, next: Factor): number {
  if (next.price > price && reference > 0) {
    const part = BigInt(reference) * BigInt(next.price - price)
    const step = BigInt(next.price) * BigInt(DIVIDEND_STEP)
    const steps = part / step
    const twice = 2n * (part % step)
    const isUp = twice > step || (twice === step && steps % 2n === 1n)
    return Number(isUp ? steps + 1n : steps) * DIVIDEND_STEP
  }
  const why =
    'the price factor steps without a dividend, wanted a larger one on the next line and a reference price'
  throw new ArkError('DATA_INVALID', where, `${why}.`)
}

const PARTS_MAX = 100
/** Factors carry seven or eight digits: a third is 0.333333 in some files. */
const RATIO_TOLERANCE = 100_000

/**
 * What one share becomes, next split factor ÷ split factor, as the fraction with the smallest denominator.
 */
function toRatio(factor: Factor, next: Factor): readonly [number, number] {
  for (let denominator = 1; denominator <= PARTS_MAX; denominator++) {
    const exact = next.split * denominator
    const numerator = Math.round(exact / factor.split)
    if (numerator > 0 && Math.abs(numerator * factor.split - exact) * RATIO_TOLERANCE <= exact)
      return [numerator, denominator]
  }
  const was = `the split factor steps from ${formatPrice(factor.split)} to ${formatPrice(next.split)}`
  throw new ArkError('DATA_INVALID', factor.where, `${was}, wanted a ratio such as 7:1 or 3:2.`)
}
