/**
 * Days of trading: which session a moment belongs to, and whether a row lies inside it.
 *
 * Called by everything here that selects, adjusts or counts rows. The calendar itself is handed in.
 */

import type { TimeMs } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { DAY, formatDay, HOUR, parseTime } from '#core/time.ts'

/** Regular hours: open ≤ time < close. */
export interface Session {
  readonly open: TimeMs
  readonly close: TimeMs
  /** It closes three hours early. */
  readonly half: boolean
}

/** Regular sessions by day number (days since 1970), `firstDay` to `lastDay`. */
export interface Calendar {
  readonly firstDay: number
  readonly lastDay: number
  /** undefined = none that day. Not asked outside. */
  sessionOf(dayNumber: number): Session | undefined
}

/**
 * When the day of a session begins, after midnight UTC. US equities rest between 20:00 and 04:00 New York
 * time, that is at most from 01:00Z to 08:00Z, so 04:00Z parts two days in winter and in summer.
 */
const DAY_BEGIN = 4 * HOUR

/** Day number that a moment counts to: of the session, or of UTC for what trades round the clock. */
export function tradingDay(moment: TimeMs, sessionless: boolean): number {
  return Math.floor((sessionless ? moment : moment - DAY_BEGIN) / DAY)
}

/** First moment of that day. */
export function dayBegin(dayNumber: number, sessionless: boolean): TimeMs {
  return dayNumber * DAY + (sessionless ? 0 : DAY_BEGIN)
}

/** `from` ≤ moment < `to`. */
export interface Range {
  readonly from: TimeMs
  readonly to: TimeMs
}

/** A day given as `to` is inside whole; a moment is, too. Throws BAD_USAGE. */
export function rangeOf(from: string | undefined, to: string | undefined, sessionless: boolean): Range {
  const range = {
    from: from === undefined ? Number.NEGATIVE_INFINITY : momentOf('from', from, sessionless),
    to:
      to === undefined
        ? Number.POSITIVE_INFINITY
        : momentOf('to', to, sessionless) + (to.length === 10 ? DAY : 1),
  }
  if (range.from < range.to) return range
  throw new ArkError('BAD_USAGE', 'to', `to is ${to}, wanted no earlier than from, ${from}.`)
}

function momentOf(name: string, text: string, sessionless: boolean): TimeMs {
  const time = parseTime(text)
  if (Number.isNaN(time)) {
    const wanted = 'wanted YYYY-MM-DD, or a time such as 2020-03-16T13:30:00Z'
    throw new ArkError('BAD_USAGE', name, `${name} is "${text.slice(0, 40)}", ${wanted}.`)
  }
  return text.length === 10 ? dayBegin(time / DAY, sessionless) : time
}

/** The calendar, with the day that was asked for last at hand: rows of a day come together. */
export interface SessionLookup {
  readonly calendar: Calendar
  day: number
  session: Session | undefined
}

export function createSessionLookup(calendar: Calendar): SessionLookup {
  return { calendar, day: Number.NaN, session: undefined }
}

/** undefined outside the calendar, too. */
export function lookUpSession(lookup: SessionLookup, dayNumber: number): Session | undefined {
  if (lookup.day !== dayNumber) {
    lookup.session = covers(lookup.calendar, dayNumber) ? lookup.calendar.sessionOf(dayNumber) : undefined
    lookup.day = dayNumber
  }
  return lookup.session
}

export function covers({ firstDay, lastDay }: Calendar, dayNumber: number): boolean {
  return dayNumber >= firstDay && dayNumber <= lastDay
}

/** Does `start` ≤ time < `end` reach into a regular session? No session crosses midnight UTC. */
export function touchesSession(lookup: SessionLookup, start: TimeMs, end: TimeMs): boolean {
  for (let day = Math.floor(start / DAY); day * DAY < end; day++) {
    const session = lookUpSession(lookup, day)
    if (session !== undefined && start < session.close && end > session.open) return true
  }
  return false
}

/** A stretch of a day in which gathered bars are counted from `anchor`, and which none of them leaves. */
export interface Part {
  readonly anchor: TimeMs
  readonly end: TimeMs
  /** Of the session that the part lies before or in; undefined behind it. */
  readonly close?: TimeMs
}

/**
 * Of the row from `start` to its last moment. Before the close a day is counted from the open, forwards and
 * backwards; then from the close to 20:00 New York time, and from there. A row that overlaps the open or the
 * close lies in the session.
 */
export function partOf(lookup: SessionLookup, sessionless: boolean, start: TimeMs, last: TimeMs): Part {
  const day = tradingDay(last, sessionless)
  const end = dayBegin(day + 1, sessionless)
  const session = sessionless ? undefined : lookUpSession(lookup, day)
  if (session === undefined) return { anchor: day * DAY, end }
  const { open, close } = session
  if (last < open) return { anchor: open, end: open, close }
  if (start < close) return { anchor: open, end: close, close }
  const late = lateOf(session)
  return last < late ? { anchor: close, end: late } : { anchor: late, end }
}

/**
 * The hours in which stocks trade and that `start` ≤ time < `end` reaches into: 04:00 to 20:00 New York time of
 * a session day. Outside the calendar nobody knows, and all hours may be such.
 */
export function awakeHours(lookup: SessionLookup, start: TimeMs, end: TimeMs): Range | undefined {
  for (let day = tradingDay(start, false); dayBegin(day, false) < end; day++) {
    if (!covers(lookup.calendar, day)) return { from: start, to: end }
    const session = lookUpSession(lookup, day)
    if (session === undefined) continue
    const to = lateOf(session)
    const from = to - AWAKE
    if (start < to && end > from) return { from, to }
  }
  return undefined
}

const AWAKE = 16 * HOUR

/** 20:00 New York time. */
function lateOf({ close, half }: Session): TimeMs {
  return close + (half ? 7 : 4) * HOUR
}

/** The first session day after a day; the calendar's end where there is none. */
export function nextSessionDay(lookup: SessionLookup, dayNumber: number): number {
  let day = dayNumber + 1
  while (day < lookup.calendar.lastDay && lookUpSession(lookup, day) === undefined) day++
  return day
}

/** For a message: the day that a moment counts to. */
export function showDay(moment: TimeMs, sessionless: boolean): string {
  return formatDay(tradingDay(moment, sessionless))
}
