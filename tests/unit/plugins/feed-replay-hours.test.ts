import { describe, expect, it } from 'vitest'
import type { Bar } from '#core/contract.ts'
import { formatTime, HOUR, parseTime } from '#core/time.ts'
import { BARS, barsOf, csv, openTexts, type Terms } from './feed-replay-box.ts'

/** Bars of so many hours, one behind the other. */
const hours = (start: string, count: number, length = 1, symbol = 'SPY') =>
  Array.from({ length: count }, (_, n) => {
    const stamp = formatTime(parseTime(`${start}:00Z`) + n * length * HOUR)
    return `${stamp},${symbol},10,10,10,10,1`
  })
const showEnd = ({ end }: Bar) => formatTime(end).slice(8, 16)
const endsOf = async (rows: readonly string[], terms: Terms = {}, files = {}) =>
  (await barsOf(await openTexts({ 'a.csv': csv(BARS, ...rows), ...files }, terms))).map(showEnd)

const WINTER = hours('2020-01-02T14:30', 7)
const SUMMER = hours('2020-07-01T13:30', 7)
const HALF = hours('2019-11-29T14:30', 4)

describe('hours that are counted from the open', () => {
  it.each(['regular', 'extended'] as const)('end with the session, as asked for %s', async (session) => {
    expect((await endsOf(WINTER, { session })).slice(-2)).toEqual(['02T20:30', '02T21:00'])
    expect((await endsOf(SUMMER, { session })).slice(-2)).toEqual(['01T19:30', '01T20:00'])
    expect((await endsOf(HALF, { session })).slice(-2)).toEqual(['29T17:30', '29T18:00'])
    expect(await endsOf(hours('2020-01-02T14:30', 2, 4), { session })).toEqual(['02T18:30', '02T21:00'])
  })

  it('and so does what is said of them: nothing is missing, and the last row ends with the close', async () => {
    const next = hours('2020-01-03T14:30', 7)
    const { quality } = await openTexts({ 'a.csv': csv(BARS, ...WINTER, ...next) })
    expect(quality.findings).toEqual([])
    expect(quality.symbols[0]).toMatchObject({
      rows: 14,
      gaps: 0,
      outside: 0,
      last: parseTime('2020-01-03T21:00:00Z'),
    })
  })

  it('keep their own end where a row of the file begins at a close or later, asked for or not', async () => {
    const late = '2020-01-03T21:00:00Z,SPY,10,10,10,10,1'
    const day = { from: '2020-01-02', to: '2020-01-02', resolution: '1h' } as const
    expect((await endsOf([...WINTER, late], day)).at(-1)).toBe('02T21:30')
    expect((await endsOf(WINTER, day)).at(-1)).toBe('02T21:00')
    expect((await endsOf([...HALF, ...hours('2019-11-29T18:30', 1), ...WINTER], day)).at(-1)).toBe('02T21:30')
    // Or before an open, or on a day without session; of another symbol, too, but for what has no session.
    const other = (stamp: string, symbol: string) => [...WINTER, ...hours(stamp, 1, 1, symbol)]
    expect((await endsOf(other('2020-01-03T12:30', 'SPY'), day)).at(-1)).toBe('02T21:30')
    expect((await endsOf(other('2020-01-04T15:30', 'QQQ'), day)).at(-1)).toBe('02T21:30')
    const instruments = [{ symbol: 'BTC', kind: 'crypto', venue: 'X', tick: '0.01', lot: '0.001' }]
    const crypto = { 'r.json': JSON.stringify({ instruments }) }
    const told = { ...day, reference: 'r.json' }
    expect((await endsOf(other('2020-01-04T15:30', 'BTC'), told, crypto)).at(-1)).toBe('02T21:00')
  })

  it('of another file are their own affair', async () => {
    const files = {
      'a.csv': csv(BARS, ...WINTER),
      'b.csv': csv(BARS, ...hours('2020-01-02T14:30', 9, 1, 'QQQ')),
    }
    const bars = await barsOf(await openTexts(files))
    const lastOf = (name: string) => bars.filter(({ symbol }) => symbol === name).map(showEnd)
    expect(lastOf('SPY').at(-1)).toBe('02T21:00')
    expect(lastOf('QQQ').at(-1)).toBe('02T21:30')
  })

  it('come in order of time where they turn out not to be cut', async () => {
    const row = (symbol: string, clock: string) => `2020-01-02T${clock}:00Z,${symbol},10,10,10,10,1`
    const rows = [
      ...[row('SPY', '19:30'), row('SPY', '20:30'), row('QQQ', '19:15'), row('QQQ', '20:15')],
      row('QQQ', '21:15'),
    ]
    const bars = await barsOf(await openTexts({ 'a.csv': csv(BARS, ...rows) }, { resolution: '1h' }))
    expect(bars.map(showEnd)).toEqual(['02T20:15', '02T20:30', '02T21:15', '02T21:30'])
    const crossed = [row('SPY', '20:30'), row('QQQ', '20:15'), row('SPY', '21:30')]
    const terms = { resolution: '1h', session: 'extended' } as const
    expect(await endsOf(crossed, terms)).toEqual(['02T21:15', '02T21:30', '02T22:30'])
  })

  it('that are full ones, from the hour that holds the open on, are what they were', async () => {
    const ends = await endsOf(hours('2020-01-02T14:00', 7))
    expect([ends.at(0), ends.at(-1)]).toEqual(['02T15:00', '02T21:00'])
  })
})
