import { describe, expect, it } from 'vitest'
import { DAY, formatDay, formatTime, MINUTE, parseTime } from '#core/time.ts'
import type { SymbolQuality } from '#plugins/feed-replay/market.ts'
import { BARS, csv, DAYS, openTexts, type Terms } from './feed-replay-box.ts'

const MONDAY = parseTime('2020-01-06')
/** Sessions of January and February 2020, from the 6th: no holiday but the 20th and 17th. */
const SESSIONS = Array.from({ length: 56 }, (_, n) => MONDAY + n * DAY)
  .filter((time) => ![5, 6].includes(((time - MONDAY) / DAY) % 7))
  .map((time) => formatDay(time / DAY))
  .filter((day) => day !== '2020-01-20' && day !== '2020-02-17')
const flat = (stamp: string, price: string | number, volume = 100, symbol = 'SPY') =>
  `${stamp},${symbol},${price},${price},${price},${price},${volume}`

async function judge(
  rows: readonly string[],
  terms: Terms = {},
  others: { readonly [name: string]: string } = {},
): Promise<{ readonly spy: SymbolQuality | undefined; readonly findings: readonly string[] }> {
  const header = rows[0]?.includes('T') === true ? BARS : DAYS
  const { quality } = await openTexts({ 'a.csv': csv(header, ...rows), ...others }, terms)
  return { spy: quality.symbols.find(({ symbol }) => symbol === 'SPY'), findings: quality.findings }
}
const daily = (prices: readonly (string | number)[]) =>
  prices.map((price, n) => flat(SESSIONS[n] ?? '', price))

describe('rows without a doubt', () => {
  it('have no finding: weekends and holidays are no gaps', async () => {
    const { spy, findings } = await judge(SESSIONS.map((day, n) => flat(day, 100 + (n % 7))))
    expect(findings).toEqual([])
    expect(spy).toMatchObject({
      rows: SESSIONS.length,
      gaps: 0,
      splits: 0,
      outliers: 0,
      zeroVolume: 0,
      outside: 0,
    })
  })
})

describe('rows that there is hardly anything to decide on', () => {
  it('are one row, and many at one price', async () => {
    expect((await judge(daily([10]))).findings).toEqual(['SPY: there is only 1 bar.'])
    expect((await judge(daily(SESSIONS.slice(0, 19).map(() => 10)))).findings).toEqual([])
    expect((await judge(daily(SESSIONS.slice(0, 20).map(() => 10)))).findings).toEqual([
      'SPY: all 20 bars have the one price 10.',
    ])
  })

  it('are prices below the tick, that of a reference file where it names one', async () => {
    expect((await judge(daily(['0.0101', '0.0100']))).findings).toEqual([])
    const rows = daily(['0.0101', '0.0099', '0.0100'])
    expect((await judge(rows)).findings).toEqual([
      expect.stringContaining(
        'SPY: prices go down to 0.0099, below its tick of 0.01: no order can be priced',
      ),
    ])
    const instruments = [{ symbol: 'SPY', kind: 'equity', venue: 'X', tick: '0.0001', lot: '1' }]
    const reference = { 'r.json': JSON.stringify({ instruments }) }
    expect((await judge(rows, { reference: 'r.json' }, reference)).findings).toEqual([])
  })
})

describe('gaps', () => {
  it('of daily bars are sessions, and a long one is a hole', async () => {
    const few = SESSIONS.filter((_, n) => n !== 3 && n !== 10 && n !== 11).map((day, n) =>
      flat(day, 100 + (n % 2)),
    )
    expect(await judge(few)).toMatchObject({
      spy: { gaps: 3 },
      findings: [
        'SPY: 3 sessions are missing, the longest gap is 2 sessions, between 2020-01-17 and 2020-01-23.',
      ],
    })
    const hole = SESSIONS.filter((_, n) => n < 3 || n > 30).map((day) => flat(day, 10))
    const { findings } = await judge(hole)
    expect(findings[0]).toContain(
      '28 sessions are missing, between 2020-01-08 and 2020-02-20; rows before a hole',
    )
  })

  it('of minutes are counted within regular sessions, whatever is traded before and after', async () => {
    const at = (stamp: string, count: number) =>
      Array.from({ length: count }, (_, n) => flat(formatTime(parseTime(stamp) + n * MINUTE), 10))
    const rows = [
      ...at('2020-01-06T20:50:00Z', 10),
      ...at('2020-01-06T22:00:00Z', 2),
      ...at('2020-01-07T14:35:00Z', 5),
      ...at('2020-01-07T14:41:00Z', 1),
    ]
    for (const session of ['regular', 'extended'] as const) {
      const { spy, findings } = await judge(rows, { session })
      expect(spy?.gaps).toBe(6)
      expect(findings[0]).toMatch(/^SPY: 6 bars are missing, the longest gap is 5 bars, between 2020-01-06T2/)
    }
  })

  it('of hours count the half hour of the open as a bar', async () => {
    const hours = ['06T19', '06T20', '07T15', '07T16'].map((hour) => flat(`2020-01-${hour}:00:00Z`, 10))
    expect((await judge(hours)).spy?.gaps).toBe(1)
  })

  it('of crypto know no pause', async () => {
    const instruments = [{ symbol: 'SPY', kind: 'crypto', venue: 'X', tick: '0.01', lot: '1' }]
    const stamps = ['2020-01-04T02:00:00Z', '2020-01-04T02:01:00Z', '2020-01-04T02:04:00Z']
    const rows = stamps.map((stamp) => flat(stamp, 10))
    const reference = { 'r.json': JSON.stringify({ instruments }) }
    expect((await judge(rows, { reference: 'r.json' }, reference)).spy?.gaps).toBe(2)
  })
})

describe('splits that nothing adjusts', () => {
  it.each([
    ['7:1', 645.57, 92.69],
    ['2:1', 100, 51.9],
    ['3:2', 150, 99],
    ['1:10', 1, 10.1],
    ['20:1', 2000, 99],
  ])('%s', async (ratio, before, after) => {
    const { spy, findings } = await judge(daily([before, before, after, after]))
    expect(spy?.splits).toBe(1)
    const step = `from ${before} to ${after} on ${SESSIONS[2]}`
    expect(findings[0]).toBe(`SPY: the step ${step} looks like a split ${ratio} that nothing adjusts.`)
  })

  it.each([
    ['a fall by a fifth', 100, 80],
    ['a fall by 47 %, which was a profit warning', 53.38, 28.06],
    ['a rise by 60 %', 100, 160],
  ])('is not %s', async (_, before, after) => {
    expect((await judge(daily([before, before, after, after]))).spy?.splits).toBe(0)
  })

  it('is told where the first bar of the new price begins with an order of the old one', async () => {
    const [first = '', second = '', third = ''] = SESSIONS
    const turn = `${second},SPY,700,700,99,100,10`
    const { findings, spy } = await judge([flat(first, 700), turn, flat(third, 100)])
    expect(spy?.splits).toBe(1)
    expect(findings[0]).toContain('looks like a split 7:1')
  })

  it('is not a step across a hole', async () => {
    const rows = [...daily([10, 10]), flat(SESSIONS[20] ?? '', 100), flat(SESSIONS[21] ?? '', 100)]
    expect((await judge(rows)).spy?.splits).toBe(0)
  })

  it('is not one that factors or a reference file know', async () => {
    const rows = daily([70, 70, 10, 10])
    const day = SESSIONS[2] ?? ''
    const factors = {
      'f/spy.factor.csv': `${(SESSIONS[1] ?? '').replaceAll('-', '')},1,0.14285714,70\n20501231,1,1,0`,
    }
    for (const prices of ['raw', 'adjusted'] as const)
      expect((await judge(rows, { adjust: 'f', prices }, factors)).spy?.splits).toBe(0)
    const told = (date: string) => ({
      'r.json': JSON.stringify({ splits: [{ symbol: 'SPY', date, numerator: 7, denominator: 1 }] }),
    })
    expect((await judge(rows, { reference: 'r.json' }, told(day))).spy?.splits).toBe(0)
    // Told for the day after, it does not explain the step.
    expect((await judge(rows, { reference: 'r.json' }, told(SESSIONS[3] ?? ''))).spy?.splits).toBe(1)
  })
})

describe('outliers', () => {
  const wave = (n: number) => 100 + (n % 3)
  const rows = SESSIONS.map((day, n) => `${day},SPY,${wave(n)},${wave(n) + 1},${wave(n) - 1},${wave(n)},100`)
  const withRow = (index: number, row: string) =>
    rows.map((old, n) => (n === index ? `${SESSIONS[n]},SPY,${row}` : old))

  it('are highs and lows far beyond both neighbours', async () => {
    for (const [row, price] of [
      ['100,155,99,101,1', '155'],
      ['100,101,45,101,1', '45'],
      ['159,159,99,101,1', '159'],
    ] as const) {
      const { spy, findings } = await judge(withRow(35, row))
      expect([row, spy?.outliers, spy?.splits]).toEqual([row, 1, 0])
      expect(findings[0]).toContain(
        `1 bar reaches far beyond the neighbours, the first at ${SESSIONS[35]}T21:00:00.000Z to ${price}.`,
      )
    }
  })

  it('are neither wide bars nor a move that stays', async () => {
    expect((await judge(withRow(35, '100,108,93,101,1'))).spy?.outliers).toBe(0)
    const moved = rows.map((row, n) => (n < 35 ? row : `${SESSIONS[n]},SPY,160,161,159,160,100`))
    expect((await judge(moved)).spy?.outliers).toBe(0)
  })
})

describe('what else is said', () => {
  it('bars without volume, the worst findings first', async () => {
    const rows = [...daily([20, 20, 10, 10]), flat(SESSIONS[5] ?? '', 10, 0)]
    const { spy, findings } = await judge(rows)
    expect(spy).toMatchObject({ zeroVolume: 1, gaps: 1, splits: 1 })
    expect(findings.map((text) => text.slice(5, 20))).toEqual([
      'the step from 2',
      '1 session is mi',
      '1 bar without v',
    ])
  })
})
