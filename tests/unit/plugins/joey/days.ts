/** Histories of a symbol in days, for the tests of what is derived from them. Prices in currency units. */

import type { Bar, Resolution } from '#core/contract.ts'
import { DAY, HOUR } from '#core/time.ts'
import { ONE } from './agent.ts'

export interface DayRow {
  readonly close: number
  readonly open?: number
  readonly high?: number
  readonly low?: number
  /** In units. */
  readonly volume?: number
}

/** 2024-06-03, end of the US session. */
const FIRST = 19_877 * DAY + 20 * HOUR

export function dayBar(row: DayRow, index: number, resolution: Resolution = '1d'): Bar {
  const { close, open = close, volume = 1_000_000 } = row
  const high = row.high ?? Math.max(open, close)
  const low = row.low ?? Math.min(open, close)
  const price = (value: number) => Math.round(value * ONE)
  return {
    symbol: 'XYZ',
    end: FIRST + index * DAY,
    open: price(open),
    high: price(high),
    low: price(low),
    close: price(close),
    volume: volume * 10_000,
    resolution,
  }
}

/** So many days of a price, each with a range of 2 %. */
export function calm(count: number, close: number): DayRow[] {
  return Array.from({ length: count }, () => ({ close, high: close * 1.01, low: close * 0.99 }))
}

/** From one price, each day so many per cent from the day before. */
export function steps(from: number, ...percents: readonly number[]): DayRow[] {
  let close = from
  return percents.map((percent) => {
    const open = close
    close = close * (1 + percent / 100)
    return { open, close }
  })
}

/** Falls by more than a third and comes back by a seventh on little volume, turned away at the high of the bounce. */
export const DEAD_CAT: readonly DayRow[] = [
  ...calm(30, 100),
  ...steps(100, -12, -11, -10, -5, -3),
  ...steps(64.97, 5, 5, 5).map((row) => ({ ...row, volume: 700_000 })),
  { open: 75.3, close: 73, high: 76, low: 72.9, volume: 600_000 },
]

/** A fall of hardly more than a third, and a bounce that is nearly too high. */
export const HIGH_BOUNCE: readonly DayRow[] = [
  ...calm(30, 100),
  ...steps(100, -12, -11, -8, -4),
  ...steps(69.17, 6.5, 6.5, 6.5).map((row) => ({ ...row, volume: 700_000 })),
  { open: 87, close: 84.5, high: 88, low: 84, volume: 600_000 },
]

/** Half as much again within a week, faster and faster, on a volume of many days, then the first lower close. */
export const BLOWOFF: readonly DayRow[] = [
  ...calm(30, 20),
  ...steps(20, 1, 1, 1, 1, 1),
  ...steps(21.02, 8, 10, 14, 18).map((row) => ({ ...row, volume: 2_000_000 })),
  { open: 34, close: 32.5, high: 37, low: 31, volume: 6_000_000 },
]

/** Back to where it came from in a climax, and a green day at once. */
export const WASHED_OUT: readonly DayRow[] = [
  ...calm(20, 51),
  ...steps(51, 12, 12, 12, 12, 12, 12),
  ...calm(25, 100.66),
  ...steps(100.66, -8, -8, -8, -8, -8, -8),
  { open: 60.9, close: 54, high: 61, low: 50, volume: 9_000_000 },
  { open: 54, close: 60, high: 60, low: 53, volume: 4_000_000 },
]
