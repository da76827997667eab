import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, formatDay, formatTime, HOUR, MINUTE, parseTime, SECOND, toDayNumber } from '#core/time.ts'

/** Date is the oracle: core may not use it, a test may. */
const MIN_TIME = new Date('0000-01-01T00:00:00.000Z').getTime()
const MAX_TIME = new Date('9999-12-31T23:59:59.999Z').getTime()
const anyTime = fc.integer({ min: MIN_TIME, max: MAX_TIME })

describe('parseTime', () => {
  it.each([
    '',
    'today',
    '2020',
    '2020-3-16',
    '2020-03',
    '20200316',
    '2020-03-16T',
    '2020-03-16T20:00Z',
    '2020-03-16T20:00:00',
    '2020-13-01',
    '2020-00-01',
    '2020-01-00',
    '2020-01-32',
    '2020-02-30',
    '2019-02-29',
    '1900-02-29',
    '2020-04-31',
    '2020-03-16T24:00:00Z',
    '2020-03-16T20:60:00Z',
    '2020-03-16T20:00:60Z',
    '2020-03-16T20:00:00.Z',
    '2020-03-16T20:00:00.0000000000Z',
    ' 2020-03-16',
    '2020-03-16 ',
    '2020-03-16\n',
    '2020-03-16 20:00:00Z',
    '2020-03-16t20:00:00z',
    '2020-03-16T20:00:00+00:00',
    '+2020-03-16',
    '-0001-01-01',
    '12020-03-16',
    '２020-03-16',
    '1584388800000',
  ])('refuses %j', (text) => {
    expect(parseTime(text)).toBeNaN()
  })

  it.each([
    ['1970-01-01', 0],
    ['2020-03-16', 1_584_316_800_000],
    ['2020-03-16T20:00:00Z', 1_584_388_800_000],
    ['2020-02-29T23:59:59.999Z', 1_583_020_799_999],
    ['2000-02-29', 951_782_400_000],
    ['1969-12-31T23:59:59.999Z', -1],
    ['2020-03-16T20:00:00.5Z', 1_584_388_800_500],
    ['2020-03-16T20:00:00.05Z', 1_584_388_800_050],
  ])('%s is %i', (text, time) => {
    expect(parseTime(text)).toBe(time)
  })

  it('cuts what is finer than a millisecond, never rounds it', () => {
    expect(parseTime('2020-03-16T20:00:00.999999999Z')).toBe(1_584_388_800_999)
    expect(parseTime('1969-12-31T23:59:59.9999Z')).toBe(-1)
  })

  it('reads what Date writes', () => {
    fc.assert(fc.property(anyTime, (time) => parseTime(new Date(time).toISOString()) === time))
  })

  it('refuses every day that the calendar does not have', () => {
    const part = (max: number, width: number) =>
      fc.nat(max).map((value) => String(value).padStart(width, '0'))
    fc.assert(
      fc.property(part(9999, 4), part(19, 2), part(39, 2), (year, month, day) => {
        const text = `${year}-${month}-${day}`
        const date = new Date(`${text}T00:00:00.000Z`)
        // Date rolls 30 February over into March; only a text that comes back unchanged names a day.
        const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
        return Object.is(parseTime(text), exists ? date.getTime() : Number.NaN)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('formatTime', () => {
  it('writes what Date writes', () => {
    fc.assert(fc.property(anyTime, (time) => formatTime(time) === new Date(time).toISOString()))
  })

  it('remembers the right day from one call to the next', () => {
    const near = fc.integer({ min: -2 * DAY, max: 2 * DAY })
    fc.assert(
      fc.property(fc.array(near, { minLength: 2 }), (times) =>
        times.every((time) => formatTime(time) === new Date(time).toISOString()),
      ),
    )
  })
})

describe('toDayNumber and formatDay', () => {
  it('agree with Date on every day from 1600 to 2400', () => {
    let wrong = 0
    for (let time = Date.UTC(1600, 0, 1); time < Date.UTC(2401, 0, 1); time += DAY) {
      const date = new Date(time)
      const day = toDayNumber(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
      if (day !== time / DAY || formatDay(day) !== date.toISOString().slice(0, 10)) wrong++
    }
    expect(wrong).toBe(0)
  })

  it('are inverse far away, too', () => {
    fc.assert(
      fc.property(fc.integer({ min: MIN_TIME / DAY, max: Math.floor(MAX_TIME / DAY) }), (day) => {
        const text = formatDay(day)
        return toDayNumber(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))) === day
      }),
    )
  })
})

describe('the units', () => {
  it('are milliseconds', () => {
    expect([SECOND, MINUTE, HOUR, DAY]).toEqual([1e3, 60e3, 3_600e3, 86_400e3])
  })
})
