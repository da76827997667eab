/**
 * When the sessions of a symbol begin and end: what `day`, `opg` and `cls` orders hang on.
 *
 * The calendar is core's. On a day that it does not know the rows themselves say that something trades, so
 * the day of UTC is the session.
 */

import type { Session, TimeMs, World } from '#core/contract.ts'
import { DAY } from '#core/time.ts'

export function sessionOn(world: World, symbol: string, day: number): Session {
  return world.session(symbol, day) ?? { open: day * DAY, close: (day + 1) * DAY }
}

/** The close of the session that is open at an instant; 0 when none is. */
export function endOfSession(world: World, symbol: string, time: TimeMs): TimeMs {
  const session = world.session(symbol, Math.floor(time / DAY))
  return session !== undefined && time >= session.open && time < session.close ? session.close : 0
}
