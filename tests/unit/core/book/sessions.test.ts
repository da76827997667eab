import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isOpen,
  nextOpen,
  openMsBetween,
  sessionCloseOf,
  sessionOf,
  tradingDayOf,
} from '#core/book/sessions.ts'
import { DAY, formatDay, formatTime, HOUR, MINUTE, parseTime } from '#core/time.ts'
import { sessionsSource } from '#scripts/generate-sessions.ts'

const DATA = new URL('../../../../../shared/data/', import.meta.url)
const ABSENT = 'needs ../shared/data beside the checkout'

const FIRST_DAY = parseTime('1998-01-01') / DAY
const LAST_DAY = parseTime('2030-12-31') / DAY
const SESSIONS = Array.from({ length: LAST_DAY - FIRST_DAY + 1 }, (_, index) => FIRST_DAY + index).flatMap(
  (day) => {
    const session = sessionOf(day)
    return session === undefined ? [] : [{ day, ...session }]
  },
)

const at = (text: string) => parseTime(`${text}:00Z`)
const dayOf = (text: string) => parseTime(text) / DAY

/** Rows of a gzipped CSV as arrays of columns, the header left out. */
function rowsOf(file: string): string[][] {
  const lines = gunzipSync(readFileSync(new URL(file, DATA)))
    .toString()
    .trim()
    .split('\n')
  return lines.slice(1).map((line) => line.split(','))
}

describe('outside the calendar', () => {
  it('sessionOf refuses, and names the day', () => {
    for (const day of [
      '1997-12-31',
      '2031-01-01',
      '2020-02-30',
      'today',
      FIRST_DAY - 1,
      LAST_DAY + 1,
      0.5,
      Number.NaN,
    ]) {
      expect(() => sessionOf(day)).toThrow(
        expect.objectContaining({ code: 'DATA_INVALID', where: `session of ${day}` }),
      )
    }
  })

  it('everything else is missing or closed', () => {
    for (const time of [
      at('1997-12-31T16:00'),
      at('2031-01-02T16:00'),
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ]) {
      expect(isOpen(time)).toBe(false)
      expect(openMsBetween(time, at('2020-06-01T16:00'))).toBeNaN()
      expect(openMsBetween(at('2020-06-01T16:00'), time)).toBeNaN()
      expect(tradingDayOf(time)).toBeNaN()
      expect(nextOpen(time)).toBeNaN()
      expect(sessionCloseOf(Math.floor(time / DAY))).toBeNaN()
    }
    expect(tradingDayOf(at('2030-12-31T21:01'))).toBeNaN()
    expect(nextOpen(at('2030-12-31T14:31'))).toBeNaN()
  })
})

describe('sessionOf', () => {
  it('has no session on holidays, weekends and days of mourning', () => {
    const closed = `1998-01-01 1998-07-03 1999-07-05 2000-04-21 2001-09-11 2001-09-14 2004-06-11 2004-12-24
      2006-01-02 2007-01-02 2008-03-21 2010-12-24 2012-10-29 2012-10-30 2018-12-05 2020-07-03
      2021-12-24 2022-06-20 2023-01-02 2024-03-29 2025-01-09 2025-06-19 2026-07-03 2027-06-18
      2027-12-24 2016-02-06 2016-02-07`
    for (const day of closed.split(/\s+/)) expect(sessionOf(day), day).toBeUndefined()
  })

  it('has a session on days that look like holidays', () => {
    const open =
      '2001-09-10 2001-09-17 2004-12-31 2010-12-31 2021-06-18 2021-12-31 2027-12-31 2008-12-26 2025-12-26'
    for (const day of open.split(' ')) expect(sessionOf(day)?.half, day).toBe(false)
  })

  it.each([
    ['2020-01-06', '14:30', '21:00'],
    ['2020-03-06', '14:30', '21:00'],
    ['2020-03-09', '13:30', '20:00'],
    ['2006-03-31', '14:30', '21:00'],
    ['2006-04-03', '13:30', '20:00'],
    ['2006-10-27', '13:30', '20:00'],
    ['2006-10-30', '14:30', '21:00'],
    ['2007-10-29', '13:30', '20:00'],
    ['2007-11-05', '14:30', '21:00'],
    ['2019-07-03', '13:30', '17:00'],
    ['2019-11-29', '14:30', '18:00'],
    ['2002-09-11', '16:00', '20:00'],
  ])('%s is open from %s to %s UTC', (day, open, close) => {
    const session = sessionOf(day)
    expect(formatTime(session?.open ?? 0)).toBe(`${day}T${open}:00.000Z`)
    expect(formatTime(session?.close ?? 0)).toBe(`${day}T${close}:00.000Z`)
    expect(session?.half).toBe(close < '20:00')
    expect(sessionOf(dayOf(day))).toEqual(session)
  })

  it('closes early on the days that the exchange announced', () => {
    const halves = `1998-11-27 1998-12-24 1999-11-26 1999-12-31 2000-07-03 2000-11-24 2001-07-03 2001-11-23
      2001-12-24 2002-07-05 2002-11-29 2002-12-24 2003-07-03 2003-11-28 2003-12-24 2003-12-26
      2004-11-26 2005-11-25 2006-07-03 2006-11-24 2007-07-03 2007-11-23 2007-12-24 2008-07-03
      2008-11-28 2008-12-24 2009-11-27 2009-12-24 2010-11-26 2011-11-25 2012-07-03 2012-11-23
      2012-12-24 2013-07-03 2013-11-29 2013-12-24 2014-07-03 2014-11-28 2014-12-24 2015-11-27
      2015-12-24 2016-11-25 2017-07-03 2017-11-24 2018-07-03 2018-11-23 2018-12-24 2019-07-03
      2019-11-29 2019-12-24 2020-11-27 2020-12-24 2021-11-26 2022-11-25 2023-07-03 2023-11-24
      2024-07-03 2024-11-29 2024-12-24 2025-07-03 2025-11-28 2025-12-24 2026-11-27 2026-12-24`
    const found = SESSIONS.filter(({ day, half }) => half && day < dayOf('2027-01-01'))
    expect(found.map(({ day }) => formatDay(day))).toEqual(halves.split(/\s+/))
  })

  it('counts the sessions of each year', () => {
    const counts: Record<string, number> = {}
    for (const { day } of SESSIONS) {
      const year = formatDay(day).slice(0, 4)
      counts[year] = (counts[year] ?? 0) + 1
    }
    const numbers = `252 252 252 248 252 252 252 252 251 251 253 252 252 252 250 252 252 252 252 251 251
      252 253 252 251 250 252 250 251 251 251 251 251`
    expect(Object.values(counts)).toEqual(numbers.split(/\s+/).map(Number))
  })

  it('opens at 9:30 and closes at 16:00 or 13:00 by New York clocks', () => {
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'America/New_York',
      hour: '2-digit',
      minute: '2-digit',
    })
    for (const { day, open, close, half } of SESSIONS) {
      const late = formatDay(day) === '2002-09-11'
      expect(`${formatDay(day)} ${clock.format(open)}`).toBe(`${formatDay(day)} ${late ? '12:00' : '09:30'}`)
      expect(`${formatDay(day)} ${clock.format(close)}`).toBe(`${formatDay(day)} ${half ? '13:00' : '16:00'}`)
    }
  })
})

describe('the data file', () => {
  it('is what the generator makes of the rules', () => {
    const file = new URL('../../../../core/book/us-sessions.data.ts', import.meta.url)
    expect(readFileSync(file, 'utf8')).toBe(sessionsSource())
  })

  it('holds exactly the days on which SPY traded', ({ skip }) => {
    if (!existsSync(DATA)) skip(ABSENT)
    const rows = rowsOf('us_equity_daily_raw.csv.gz')
    const traded = rows.flatMap(([date = '', symbol]) => (symbol === 'SPY' ? [date] : []))
    const last = traded.at(-1) ?? ''
    expect(traded.length).toBeGreaterThan(5_800)
    expect(SESSIONS.map(({ day }) => formatDay(day)).filter((day) => day <= last)).toEqual(traded)
  })

  // IBM, for it is listed in New York: SPY was not, and has a misplaced print on the afternoon of 2001-11-23.
  it('closes early exactly when hardly any IBM traded in the last two hours', ({ skip }) => {
    if (!existsSync(DATA)) skip(ABSENT)
    const volumes = new Map<number, { late: number; all: number }>()
    for (const [start = '', symbol, , , , , volume] of rowsOf('us_equity_hourly_raw.csv.gz')) {
      if (symbol !== 'IBM') continue
      const time = parseTime(start)
      const day = Math.floor(time / DAY)
      const session = sessionOf(day)
      const regularClose = (session?.close ?? 0) + (session?.half === true ? 3 * HOUR : 0)
      const sum = volumes.get(day) ?? { late: 0, all: 0 }
      volumes.set(day, sum)
      sum.all += Number(volume)
      if (time >= regularClose - 2 * HOUR) sum.late += Number(volume)
    }
    expect(volumes.size).toBeGreaterThan(5_800)
    const quiet = [...volumes].filter(([, { late, all }]) => late < all * 0.02).map(([day]) => day)
    const halves = SESSIONS.filter(({ day, half }) => half && volumes.has(day)).map(({ day }) => day)
    expect(quiet.map(formatDay)).toEqual(halves.map(formatDay))
  })
})

describe('isOpen', () => {
  it('holds from the opening up to the close', () => {
    expect(isOpen(at('2020-03-16T13:30') - 1)).toBe(false)
    expect(isOpen(at('2020-03-16T13:30'))).toBe(true)
    expect(isOpen(at('2020-03-16T20:00') - 1)).toBe(true)
    expect(isOpen(at('2020-03-16T20:00'))).toBe(false)
    expect(isOpen(at('2020-03-15T15:00'))).toBe(false)
    expect(isOpen(at('2020-03-15T00:00'))).toBe(false)
  })
})

describe('openMsBetween', () => {
  const length = (from: string, to: string) => openMsBetween(at(from), at(to))

  it('counts only what was open', () => {
    expect(length('2020-03-16T14:00', '2020-03-16T14:15')).toBe(15 * MINUTE)
    expect(length('2020-03-16T19:50', '2020-03-17T13:40')).toBe(20 * MINUTE)
    expect(length('2020-03-13T19:59', '2020-03-16T13:29')).toBe(MINUTE)
    expect(length('2020-03-14T10:00', '2020-03-15T10:00')).toBe(0)
    expect(length('2019-11-29T17:00', '2019-12-02T15:00')).toBe(HOUR + 30 * MINUTE)
    expect(length('2001-09-10T19:00', '2001-09-17T14:00')).toBe(HOUR + 30 * MINUTE)
    expect(length('2020-03-16T14:15', '2020-03-16T14:00')).toBe(-15 * MINUTE)
    expect(length('1998-01-01T00:00', '2031-01-01T00:00')).toBeNaN()
  })

  it('agrees with the sum over all sessions', () => {
    const time = fc.integer({ min: FIRST_DAY * DAY, max: (LAST_DAY + 1) * DAY - 1 })
    const span = fc.oneof(fc.integer({ min: 0, max: 3 * DAY }), fc.integer({ min: 0, max: 3_000 * DAY }))
    fc.assert(
      fc.property(time, span, (from, ms) => {
        const to = Math.min(from + ms, (LAST_DAY + 1) * DAY - 1)
        let sum = 0
        for (const { open, close } of SESSIONS) sum += Math.max(0, Math.min(to, close) - Math.max(from, open))
        return openMsBetween(from, to) === sum
      }),
    )
  })
})

describe('sessionCloseOf', () => {
  it('is the close, or missing', () => {
    for (const { day, close } of SESSIONS) expect(sessionCloseOf(day)).toBe(close)
    expect(sessionCloseOf(dayOf('2020-03-15'))).toBeNaN()
  })
})

describe('tradingDayOf', () => {
  it.each([
    ['before the opening', '2020-03-16T03:00', '2020-03-16'],
    ['in the session', '2020-03-16T15:00', '2020-03-16'],
    ['at the close', '2020-03-16T20:00', '2020-03-16'],
    ['after the close', '2020-03-16T20:01', '2020-03-17'],
    ['on Friday evening', '2020-03-13T22:00', '2020-03-16'],
    ['on Sunday', '2020-03-15T12:00', '2020-03-16'],
    ['on a holiday', '2019-07-04T15:00', '2019-07-05'],
    ['at the close of a half day', '2019-07-03T17:00', '2019-07-03'],
    ['after the close of a half day', '2019-07-03T17:01', '2019-07-05'],
    ['after the last close before the attacks', '2001-09-10T20:01', '2001-09-17'],
    ['on the first day of the calendar', '1998-01-01T00:00', '1998-01-02'],
    ['at the last close of the calendar', '2030-12-31T21:00', '2030-12-31'],
  ])('%s', (_, time, day) => {
    expect(formatDay(tradingDayOf(at(time)))).toBe(day)
  })

  it('changes right after a close and nowhere else', () => {
    SESSIONS.forEach(({ day, close }, index) => {
      expect(tradingDayOf(close)).toBe(day)
      expect(tradingDayOf(close + 1)).toBe(SESSIONS[index + 1]?.day ?? Number.NaN)
    })
  })
})

describe('nextOpen', () => {
  it('is this opening at the opening itself, else the one that follows', () => {
    SESSIONS.forEach(({ open, close }, index) => {
      const following = SESSIONS[index + 1]?.open ?? Number.NaN
      expect(nextOpen(open)).toBe(open)
      expect(nextOpen(open - 1)).toBe(open)
      expect(nextOpen(open + 1)).toBe(following)
      expect(nextOpen(close)).toBe(following)
    })
    expect(nextOpen(at('2020-03-14T00:00'))).toBe(at('2020-03-16T13:30'))
  })
})
