/** Counts the bars that should lie between two that are there. Called by track.ts where they do not touch. */

import type { TimeMs } from '#core/contract.ts'
import { DAY } from '#core/time.ts'
import { lookUpSession, type SessionLookup, tradingDay } from './sessions.ts'

/**
 * Bars of `length` missing between one that ends at `from` and the next, which ends at `to`: whole sessions
 * for daily bars, else bars within regular sessions; what trades round the clock has no pauses. Days outside
 * the calendar count as holidays.
 */
export function countMissing(
  sessions: SessionLookup,
  sessionless: boolean,
  from: TimeMs,
  to: TimeMs,
  length: TimeMs,
): number {
  if (sessionless) return Math.max(0, Math.round((to - from) / length) - 1)
  if (length > DAY) return 0
  const { firstDay, lastDay } = sessions.calendar
  let count = 0
  if (length === DAY) {
    const last = Math.min(lastDay + 1, tradingDay(to - 1, false))
    for (let day = Math.max(firstDay, tradingDay(from - 1, false) + 1); day < last; day++)
      if (lookUpSession(sessions, day) !== undefined) count++
    return count
  }
  const end = to - length
  const last = Math.min(lastDay, Math.floor(end / DAY))
  for (let day = Math.max(firstDay, Math.floor(from / DAY)); day <= last; day++) {
    const session = lookUpSession(sessions, day)
    if (session === undefined) continue
    const open = Math.min(end, session.close) - Math.max(from, session.open)
    if (open > 0) count += Math.ceil(open / length)
  }
  return count
}
