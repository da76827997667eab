/**
 * The windows of a walk-forward: a stretch to choose parameters on, the stretch after it to trade them on,
 * rolled.
 */

import type { TimeMs } from '#core/contract.ts'
import { DAY, formatDay } from '#core/time.ts'
import type { Quality } from '#plugins/feed-replay/market.ts'
import { type Options, usage } from '../cli/options.ts'

/** Calendar days. */
export interface Lengths {
  readonly train: number
  readonly test: number
  readonly step: number
  /** Days before a test on which the strategy watches only. */
  readonly warmUp: number
}

/** Day numbers since 1970, both ends included. */
export interface Window {
  readonly train: Span
  readonly test: Span
}

interface Span {
  readonly first: number
  readonly last: number
}

const UNITS: Readonly<Record<string, number>> = { d: 1, w: 7, y: 365 }

/** Throws BAD_USAGE naming the option. */
export function readLengths(options: Options): Lengths {
  const train = readDays(options, 'train')
  const test = readDays(options, 'test')
  const step = readDays(options, 'step', test)
  if (step < test)
    throw usage('--step', '--step is shorter than --test: days would be traded, and counted, twice.')
  return { train, test, step, warmUp: readDays(options, 'warm-up', train, 0) }
}

function readDays(options: Options, name: string, fallback?: number, least = 1): number {
  const text = options.text(name)
  if (text === undefined && fallback !== undefined) return fallback
  const [, count = '', unit = ''] = /^(\d{1,5})([dwy])$/.exec(text ?? '') ?? []
  const days = count === '' ? Number.NaN : Number(count) * (UNITS[unit] ?? Number.NaN)
  if (days >= least) return days
  const was = text === undefined ? 'is wanted' : `is "${text}", wanted`
  throw usage(
    `--${name}`,
    `--${name} ${was}${text === undefined ? ':' : ''} a length such as 365d, 52w or 1y.`,
  )
}

/** First and last day that has rows. */
export function spanOf({ symbols }: Pick<Quality, 'symbols'>): Span {
  const known = symbols.filter(({ rows }) => rows > 0)
  const dayOf = (time: TimeMs) => Math.floor((time - 1) / DAY)
  return {
    first: dayOf(Math.min(...known.map(({ first }) => first))),
    last: dayOf(Math.max(...known.map(({ last }) => last))),
  }
}

export interface Rolled {
  readonly windows: readonly Window[]
  /** Days at the end that make no whole test. */
  readonly left: number
}

/** Throws BAD_USAGE when not even one window fits. */
export function rollWindows({ first, last }: Span, { train, test, step }: Lengths): Rolled {
  const windows: Window[] = []
  for (let begin = first; begin + train + test - 1 <= last; begin += step) {
    const traded = begin + train
    windows.push({
      train: { first: begin, last: traded - 1 },
      test: { first: traded, last: traded + test - 1 },
    })
  }
  const end = windows.at(-1)?.test.last
  if (end !== undefined) return { windows, left: last - end }
  const days = last - first + 1
  throw usage(
    '--train',
    `The data span ${days} days, ${formatDay(first)} to ${formatDay(last)}; one window takes ${train + test}.`,
  )
}

export function formatSpan({ first, last }: Span): string {
  return `${formatDay(first)}..${formatDay(last)}`
}
