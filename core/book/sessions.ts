/**
 * The regular sessions of US equities, 1998 to 2030, as UTC instants: what an account's day is, and how old a
 * mark is in open-market time.
 *
 * Called by the book for each mark and by the gate for each order, so every question is answered from tables
 * in constant time. Outside the calendar the answer is NaN ("missing"), on which the rules deny; only
 * sessionOf, which answers with an object, throws.
 */

import type { TimeMs } from '../contract.ts'
import { ArkError } from '../errors.ts'
import { DAY, MINUTE, parseTime } from '../time.ts'
import { US_SESSIONS, US_SESSIONS_FIRST_DAY } from './us-sessions.data.ts'

/** Open from `open` up to, and not including, `close`. */
export interface Session {
  readonly open: TimeMs
  readonly close: TimeMs
  /** True when it closes at 13:00 New York time. */
  readonly half: boolean
}

/**
 * Minutes after midnight UTC; no session crosses it. Winter, summer, their half days, and the one day that
 * opened at noon.
 */
const HOURS: Readonly<Record<string, { readonly open: number; readonly close: number }>> = {
  w: { open: 870, close: 1260 },
  s: { open: 810, close: 1200 },
  W: { open: 870, close: 1080 },
  S: { open: 810, close: 1020 },
  N: { open: 960, close: 1200 },
}

/** One column per calendar day from `firstDay`. */
interface Calendar {
  readonly firstDay: number
  /** Minutes after midnight UTC; equal when there is no session. */
  readonly open: Int16Array
  readonly close: Int16Array
  /** Open minutes of all earlier days. */
  readonly before: Int32Array
  /** Column of the first session on or after the day; the number of days when there is none. */
  readonly next: Int16Array
}

let calendar: Calendar | undefined

/**
 * The session of a day ("YYYY-MM-DD" or day number), or undefined when there is none. DATA_INVALID outside
 * 1998–2030.
 */
export function sessionOf(day: string | number): Session | undefined {
  const dayNumber = typeof day === 'number' ? day : parseTime(day) / DAY
  const { firstDay, open, close } = load()
  const start = open[dayNumber - firstDay]
  const end = close[dayNumber - firstDay]
  if (start === undefined || end === undefined) {
    throw new ArkError(
      'DATA_INVALID',
      `session of ${day}`,
      'The US session calendar holds the days of 1998 to 2030.',
    )
  }
  if (start === end) return undefined
  const midnight = dayNumber * DAY
  return { open: midnight + start * MINUTE, close: midnight + end * MINUTE, half: end < HALF_CLOSE_LIMIT }
}

/** A full session closes at 20:00Z or later. */
const HALF_CLOSE_LIMIT = 1_200

/** True while a session is open. False outside the calendar too: not known to be open. */
export function isOpen(time: TimeMs): boolean {
  const { firstDay, open, close } = load()
  const day = Math.floor(time / DAY)
  const minutes = (time - day * DAY) / MINUTE
  return minutes >= (open[day - firstDay] ?? Number.NaN) && minutes < (close[day - firstDay] ?? Number.NaN)
}

/**
 * Milliseconds of open market from one instant to another; negative when `to` is the earlier. NaN when either
 * is outside.
 */
export function openMsBetween(from: TimeMs, to: TimeMs): number {
  return openMsUntil(to) - openMsUntil(from)
}

/** Close of the day's session; NaN when there is none. */
export function sessionCloseOf(dayNumber: number): TimeMs {
  const { firstDay, open, close } = load()
  const minutes = close[dayNumber - firstDay] ?? Number.NaN
  return minutes === open[dayNumber - firstDay] ? Number.NaN : dayNumber * DAY + minutes * MINUTE
}

/** Opening of the day's session; NaN when there is none. */
export function sessionOpenOf(dayNumber: number): TimeMs {
  const { firstDay, open, close } = load()
  const minutes = open[dayNumber - firstDay] ?? Number.NaN
  return minutes === close[dayNumber - firstDay] ? Number.NaN : dayNumber * DAY + minutes * MINUTE
}

/** The first opening at or after an instant. */
export function nextOpen(time: TimeMs): TimeMs {
  const { firstDay, open, next } = load()
  const day = Math.floor(time / DAY)
  const opening = day * DAY + (open[day - firstDay] ?? Number.NaN) * MINUTE
  const column = next[day - firstDay + (time > opening ? 1 : 0)] ?? Number.NaN
  return (firstDay + column) * DAY + (open[column] ?? Number.NaN) * MINUTE
}

/**
 * Day number of the account day an instant belongs to: regular close to regular close. The close itself still
 * belongs to its session, as a bar is stamped with its end; what comes after it, the overnight gap included,
 * belongs to the next.
 */
export function tradingDayOf(time: TimeMs): number {
  const { firstDay, close, next } = load()
  const day = Math.floor(time / DAY)
  const closing = day * DAY + (close[day - firstDay] ?? Number.NaN) * MINUTE
  const column = next[day - firstDay + (time > closing ? 1 : 0)] ?? Number.NaN
  return column < close.length ? firstDay + column : Number.NaN
}

/** Open time since the calendar began. */
function openMsUntil(time: TimeMs): number {
  const { firstDay, open, close, before } = load()
  const day = Math.floor(time / DAY)
  const start = open[day - firstDay] ?? Number.NaN
  const end = close[day - firstDay] ?? Number.NaN
  const opened = Math.min(Math.max(time - day * DAY, start * MINUTE), end * MINUTE) - start * MINUTE
  return (before[day - firstDay] ?? Number.NaN) * MINUTE + opened
}

function load(): Calendar {
  calendar ??= build(US_SESSIONS.join(''), parseTime(US_SESSIONS_FIRST_DAY) / DAY)
  return calendar
}

function build(letters: string, firstDay: number): Calendar {
  const days = letters.length
  const built = {
    firstDay,
    open: new Int16Array(days),
    close: new Int16Array(days),
    before: new Int32Array(days),
    next: new Int16Array(days),
  }
  let minutes = 0
  for (let column = 0; column < days; column++) {
    const hours = HOURS[letters.charAt(column)]
    built.open[column] = hours?.open ?? 0
    built.close[column] = hours?.close ?? 0
    built.before[column] = minutes
    if (hours !== undefined) minutes += hours.close - hours.open
  }
  let following = days
  for (let column = days - 1; column >= 0; column--) {
    if (built.close[column] !== 0) following = column
    built.next[column] = following
  }
  return built
}
