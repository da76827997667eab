import { describe, expect, it } from 'vitest'
import type { Bar } from '#core/contract.ts'
import { DAY, HOUR, MINUTE } from '#core/time.ts'
import { createDays, type Days, foldDay } from '#plugins/joey/setups/days.ts'
import { deriveFacts } from '#plugins/joey/setups/derive.ts'
import { createValues, createWorld } from '#tests/support/world.ts'
import { ONE } from './agent.ts'
import { BLOWOFF, calm, type DayRow, DEAD_CAT, dayBar, steps, WASHED_OUT } from './days.ts'

const INSTRUMENT = createWorld(createValues()).instrument('XYZ')

function foldAll(rows: readonly DayRow[], days: Days = createDays()): Days {
  for (const [index, row] of rows.entries()) foldDay(days, dayBar(row, index))
  return days
}

const factsOf = (rows: readonly DayRow[]) => deriveFacts(foldAll(rows), INSTRUMENT)

describe('days', () => {
  /** Six bars of an hour a day, from 14:30 on: an open of the day's, a high and a low in it, a close of it. */
  function hours(row: DayRow, index: number): Bar[] {
    const day = dayBar(row, index)
    const flat = { open: day.open, high: day.open, low: day.open, close: day.open }
    const bar = (hour: number, values: Partial<Bar>): Bar => ({
      ...day,
      ...flat,
      volume: day.volume / 4,
      resolution: '1h',
      end: day.end - (4 - hour) * HOUR,
      ...values,
    })
    return [
      bar(1, {}),
      bar(2, { high: day.high }),
      bar(3, { low: day.low }),
      bar(4, { high: Math.max(day.open, day.close), low: Math.min(day.open, day.close), close: day.close }),
    ]
  }

  it.each([
    ['a bounce', DEAD_CAT],
    ['a blow-off', BLOWOFF],
    ['a washout', WASHED_OUT],
  ])('are the same from bars of an hour as from bars of a day: %s', (_name, rows) => {
    const short = createDays()
    for (const [index, row] of rows.entries()) for (const bar of hours(row, index)) foldDay(short, bar)
    const whole = foldAll(rows)
    const same = whole
    expect(short).toMatchObject({ ...same, feed: '1h', whole: false })
    const { closing_volume_ratio: closing, ...numbers } = deriveFacts(whole, INSTRUMENT).numbers
    expect(deriveFacts(short, INSTRUMENT).numbers).toEqual(numbers)
    expect(closing).toBeGreaterThan(0)
  })

  it('begin at midnight UTC: a bar that ends then belongs to the day before', () => {
    const days = createDays()
    const bar = { ...dayBar({ close: 10 }, 0), resolution: '1m' } as const
    const midnight = 20_000 * DAY
    for (const end of [midnight - MINUTE, midnight]) foldDay(days, { ...bar, end })
    expect(days.seen).toBe(1)
    foldDay(days, { ...bar, end: midnight + MINUTE })
    expect(days.seen).toBe(2)
  })

  it('count one length of bars: the first, until a whole day takes over for good', () => {
    const days = createDays()
    const at = (index: number, resolution: Bar['resolution']) =>
      foldDay(days, dayBar({ close: 10 }, index, resolution))
    expect([at(0, '1m'), at(1, '1h'), at(2, '5m'), at(3, '7d')]).toEqual([true, false, false, false])
    expect(days).toMatchObject({ feed: '1m', seen: 1 })
    expect([at(4, '1d'), at(5, '1m'), at(6, '24h'), at(7, '1d')]).toEqual([true, false, false, true])
    expect(days).toMatchObject({ feed: '1d', whole: true, seen: 2 })
  })

  it('take an open outside the range, or none, for the close', () => {
    const days = createDays()
    for (const [index, open] of [Number.NaN, 99 * ONE, undefined as unknown as number].entries()) {
      foldDay(days, { ...dayBar({ close: 10 }, index), open })
      expect(days.open).toBe(10 * ONE)
    }
  })

  it('keep the extremes of sixty days, and forget what is older', () => {
    const rows = [{ close: 200, high: 300, low: 1 }, ...calm(60, 100)]
    expect(foldAll(rows)).toMatchObject({ top: 300 * ONE, bottom: 1 * ONE })
    expect(foldAll([...rows, ...calm(1, 100)])).toMatchObject({ top: 101 * ONE, bottom: 99 * ONE })
  })
})

describe('facts of days', () => {
  it('are none without a bar, but for the registry’s', () => {
    const instrument = { ...INSTRUMENT, floatShares: 12_500_000 * 1e8, adv20: 800_000 * 10_000 }
    expect(deriveFacts(undefined, instrument)).toMatchObject({
      numbers: { float: 12.5 },
      words: {},
      averageVolume: 800_000,
    })
    expect(deriveFacts(createDays(), INSTRUMENT)).toMatchObject({ numbers: {}, averageVolume: undefined })
  })

  it.each([
    [1, ['price']],
    [2, ['price', 'price_change_percent', 'decline_percent', 'gap_percent']],
    [6, ['price', 'price_change_percent', 'decline_percent', 'gap_percent', 'gain_last_5_days']],
  ])('of %i days are what these tell', (count, names) => {
    expect(Object.keys(factsOf(calm(count, 10)).numbers)).toEqual(names)
    expect(factsOf(calm(count, 10))).toMatchObject({ words: {}, atr: undefined })
  })

  it('of twenty days before are all but the spike, of twenty-two all', () => {
    const { numbers } = factsOf(calm(21, 10))
    expect(numbers).toMatchObject({
      volume_ratio: 1,
      closing_volume_ratio: 1,
      decline_from_high: expect.any(Number),
    })
    expect(numbers).not.toHaveProperty('volume_spike_ratio')
    expect(factsOf(calm(23, 10)).numbers.volume_spike_ratio).toBe(1)
  })

  it('measure moves against yesterday’s close', () => {
    const { numbers } = factsOf([...calm(3, 100), { open: 106, close: 94, high: 107, low: 93 }])
    expect(numbers).toMatchObject({ price_change_percent: -6, decline_percent: 6, gap_percent: 6 })
  })

  it('find the fall after the high, and the bounce from its low', () => {
    const rows = [...calm(20, 100), { close: 100, high: 120, low: 50 }, { close: 80, low: 60 }, { close: 75 }]
    const { numbers } = factsOf(rows)
    // The low of 50 was made on the day of the high, perhaps before it.
    expect(numbers.price_decline_percent).toBe(50)
    expect(numbers.bounce_percent).toBe(25)
    expect(numbers.decline_from_high).toBe(37.5)
  })

  it('a new high is no fall', () => {
    const { numbers } = factsOf([...calm(20, 100), { close: 119, high: 120, low: 50 }])
    expect(numbers.price_decline_percent).toBeCloseTo(100 / 120, 10)
    expect(numbers.bounce_percent).toBe(0)
  })

  it('say nothing of a thin day before it is over', () => {
    const days = createDays()
    for (let index = 0; index < 22; index++) foldDay(days, dayBar({ close: 10 }, index, '1h'))
    const { numbers } = deriveFacts(days, INSTRUMENT)
    expect(numbers.volume_ratio).toBe(1)
    expect(numbers).not.toHaveProperty('closing_volume_ratio')
  })

  it('measure a spike against the twenty days before three', () => {
    const loud = (volume: number) => ({ close: 10, volume })
    const { numbers } = factsOf([...calm(20, 10), loud(6_000_000), loud(3_000_000), loud(2_000_000)])
    expect(numbers.volume_spike_ratio).toBe(6)
    expect(numbers.volume_ratio).toBeCloseTo(2 / ((18 + 6 + 3) / 20), 10)
  })
})

describe('words of days', () => {
  const words = (...rows: readonly DayRow[]) => factsOf(rows).words
  const action = (...rows: readonly DayRow[]) => words(...rows).price_action
  const wild = (count: number): DayRow[] =>
    Array.from({ length: count }, (_, index) => ({ close: index % 2 === 0 ? 102 : 98, high: 105, low: 95 }))

  it('are none while there are too few days', () => {
    expect(action(...calm(25, 10))).toBeUndefined()
    expect(action(...calm(26, 10))).toBeDefined()
    expect(words(...calm(40, 10)).prior_trend).toBeUndefined()
    expect(words(...calm(41, 10)).prior_trend).toEqual([])
    expect(words(...calm(10, 10)).acceleration).toBeUndefined()
  })

  it('tight_consolidation: five days within half of the range before', () => {
    const narrow = (high: number) => Array.from({ length: 5 }, () => ({ close: 100, high, low: 98 }))
    expect(action(...wild(25), ...narrow(103))).toContain('tight_consolidation')
    expect(action(...wild(25), ...narrow(103.1))).not.toContain('tight_consolidation')
  })

  it('breaking_resistance and failed_breakout: a close above the highs, or only the way there', () => {
    const above = { close: 105.1, high: 106, low: 100 }
    expect(action(...wild(30), above)).toContain('breaking_resistance')
    expect(action(...wild(30), above)).not.toContain('failed_breakout')
    const back = action(...wild(30), { ...above, close: 105 })
    expect(back).toContain('failed_breakout')
    expect(back).not.toContain('breaking_resistance')
    expect(action(...wild(30), { ...above, close: 100, high: 105 })).not.toContain('failed_breakout')
  })

  it('v_bottom: a third of the fall regained, at once', () => {
    const fallen = [...calm(25, 100), ...steps(100, -10, -10, -10)]
    // From 100 to 70: a third of it is 10.
    const turn = (close: number) => action(...fallen, { open: 72, close, high: close, low: 70 })
    expect(turn(80)).toContain('v_bottom')
    expect(turn(79.9)).not.toContain('v_bottom')
    expect(action(...fallen, { close: 72.8, low: 70 })).not.toContain('v_bottom')
    expect(action(...fallen, { close: 74, low: 70 }, ...calm(3, 88))).not.toContain('v_bottom')
  })

  it('first_rejection: the first lower close from the highest high', () => {
    const risen = [...calm(25, 100), ...steps(100, 5, 5)]
    const top = { close: 109, high: 115, low: 108 }
    expect(action(...risen, top)).toContain('first_rejection')
    expect(action(...risen, { ...top, close: 112 })).not.toContain('first_rejection')
    expect(action(...risen, top, { ...top, close: 108.5, high: 110 })).not.toContain('first_rejection')
    expect(action(...calm(5, 130), ...risen, top)).not.toContain('first_rejection')
  })

  it('consolidating gains and losses: a pause in the far half of a move', () => {
    const pause = (close: number) => calm(3, close)
    expect(action(...calm(25, 100), ...steps(100, 10, 10), ...pause(120))).toContain('consolidating_gains')
    expect(action(...calm(25, 100), ...steps(100, 10, 10), ...pause(107))).not.toContain(
      'consolidating_gains',
    )
    expect(action(...calm(25, 100), ...steps(100, -10, -10), ...pause(82))).toContain('consolidating_losses')
  })

  it('parabolic: twice the pace of the five days before', () => {
    const pace = (...percents: number[]) => words(...calm(20, 10), ...steps(10, ...percents)).acceleration
    expect(pace(2, 2, 2, 2, 2, 5, 5, 5, 5, 5)).toEqual(['parabolic'])
    expect(pace(3, 3, 3, 3, 3, 5, 5, 5, 5, 5)).toEqual([])
    expect(pace(-3, -3, -3, -3, -3, -5, -5, -5, -5, -5)).toEqual([])
  })

  it('rejected: near the high of five days, and back in the lower half', () => {
    const test = (high: number, close: number) =>
      words(...calm(30, 100), { close, high, low: 96 }).resistance_test
    expect(test(100, 97)).toEqual(['rejected'])
    expect(test(99.9, 97)).toEqual([])
    expect(test(100, 98)).toEqual([])
  })

  it('support: held today, or met again after weeks', () => {
    const support = (...rows: readonly DayRow[]) =>
      words(...calm(15, 100), ...calm(15, 120), ...rows).support_level
    expect(support({ close: 103, high: 104, low: 100 })).toEqual(['holding', 'major_support'])
    expect(support({ close: 101, high: 104, low: 100 })).toEqual(['major_support'])
    expect(support({ close: 97, high: 104, low: 95 })).toEqual([])
    expect(support({ close: 113, high: 114, low: 110 })).toEqual([])
  })

  it('trend: above a rising mean, and far above it', () => {
    const trend = (...rows: readonly DayRow[]) => words(...rows, { close: 1 }).prior_trend
    expect(trend(...calm(30, 100), ...calm(20, 110))).toEqual([])
    expect(trend(...calm(30, 100), ...calm(10, 110), ...calm(10, 112))).toEqual(['uptrend'])
    expect(trend(...calm(39, 100), { close: 115.8 })).toEqual(['uptrend'])
    expect(trend(...calm(39, 100), { close: 116 })).toEqual(['uptrend', 'extended'])
  })
})
