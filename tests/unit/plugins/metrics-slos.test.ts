import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDuration,
  BOUNDS,
  COLUMN,
  createObservations,
  durationsOf,
  quantileOf,
} from '#plugins/metrics/observations.ts'
import { judgeSlos, type Slo } from '#plugins/metrics/slos.ts'
import { addTo, createWindow, sumOf, type Window } from '#plugins/metrics/window.ts'

const MINUTE = 60_000

function sloOf(window: Window, name: string, now: number): Slo {
  const slo = judgeSlos(window, now).find((one) => one.name === name)
  if (slo === undefined) throw new Error(`no SLO is named ${name}`)
  return slo
}

/** So many looks in the slot of `now`, of which `bad` were bad. */
function looks(window: Window, count: number, bad: number, now: number): void {
  addTo(window, COLUMN.looks, count, now)
  addTo(window, COLUMN.looksGood, count - bad, now)
}

describe('an SLO', () => {
  it('without data is unknown, and its budget and burn rates are too [SLO_*] [COMP_SLOS]', () => {
    const slos = judgeSlos(createObservations(), 1_000_000)
    expect(slos.map(({ name, state }) => [name, state])).toEqual([
      ['availability', 'unknown'],
      ['decision_latency_p95', 'unknown'],
      ['hrm_latency_p95', 'unknown'],
      ['ethics_drift', 'unknown'],
      ['false_allows', 'unknown'],
    ])
    for (const slo of slos) {
      expect(slo.current).toBeNull()
      expect(slo.budget.remaining).toBeNull()
      expect(slo.burnRates).toEqual({ '1m': null, '5m': null, '1h': null })
      expect(slo.burning).toBe(false)
    }
  })

  it('is unknown again when its data left the window', () => {
    const window = createObservations()
    looks(window, 300, 0, 0)
    expect(sloOf(window, 'availability', 299_000).state).toBe('met')
    expect(sloOf(window, 'availability', 300_000).state).toBe('unknown')
    expect(sloOf(window, 'availability', 300_000).burnRates).toEqual({ '1m': null, '5m': null, '1h': 0 })
  })
})

describe('availability [SLO_AVAILABILITY]', () => {
  // Budget: 0.5 % of events. Two bad of 400 are exactly it, three are 0.75 %: burn rate 1.5.
  it.each([
    [400, 3, 'violated', 0.9925, 1.5, 0],
    [400, 2, 'met', 0.995, 1, 0],
    [400, 1, 'met', 0.9975, 0.5, 0.5],
    [400, 0, 'met', 1, 0, 1],
  ])('over %i looks of which %i were bad is %s', (count, bad, state, current, burn, remaining) => {
    const window = createObservations()
    looks(window, count, bad, 0)
    const slo = sloOf(window, 'availability', 1_000)
    expect(slo.state).toBe(state)
    expect(slo.current).toBeCloseTo(current, 12)
    expect(slo.burnRates['5m']).toBeCloseTo(burn, 12)
    expect(slo.budget.remaining).toBeCloseTo(remaining, 12)
  })

  it('burns at different rates in its windows [COMP_SLOS] [FIG_RETENTION_1H]', () => {
    const window = createObservations()
    const now = 60 * MINUTE
    looks(window, 9_600, 0, now - 50 * MINUTE)
    looks(window, 300, 3, now - 3 * MINUTE)
    looks(window, 100, 1, now)
    const { burnRates, burning } = sloOf(window, 'availability', now)
    // 1 of 100; 4 of 400; 4 of 10,000, each over 0.005.
    expect(burnRates['1m']).toBeCloseTo(2, 12)
    expect(burnRates['5m']).toBeCloseTo(2, 12)
    expect(burnRates['1h']).toBeCloseTo(0.08, 12)
    expect(burning).toBe(true)
  })

  it('does not burn any more when the last minute was good', () => {
    const window = createObservations()
    looks(window, 100, 50, 0)
    looks(window, 60, 0, 2 * MINUTE)
    const slo = sloOf(window, 'availability', 2 * MINUTE)
    expect(slo.state).toBe('violated')
    expect(slo.burnRates['1m']).toBe(0)
    expect(slo.burning).toBe(false)
  })
})

describe('latency [SLO_DECISION_LATENCY] [SLO_HRM_LATENCY]', () => {
  it.each([
    ['decision_latency_p95', COLUMN.pass, 0.4],
    ['hrm_latency_p95', COLUMN.verdict, 0.12],
  ])('%s counts a duration at its objective as good and one above it as bad', (name, column, objective) => {
    const window = createObservations()
    for (let index = 0; index < 19; index++) addDuration(window, column, objective, 0)
    addDuration(window, column, objective * 1.001, 0)
    // 1 of 20 is 5 %: exactly the budget.
    expect(sloOf(window, name, 0)).toMatchObject({ state: 'met', burnRates: { '5m': expect.closeTo(1, 12) } })
    expect(sloOf(window, name, 0).current).toBeCloseTo(objective, 12)
    addDuration(window, column, 60, 0)
    // 2 of 21 over 0.05.
    const slo = sloOf(window, name, 0)
    expect(slo.state).toBe('violated')
    expect(slo.burnRates['5m']).toBeCloseTo(2 / 21 / 0.05, 12)
    expect(slo.current).toBeGreaterThan(objective)
  })
})

describe('a budget of none', () => {
  it.each([
    ['ethics_drift', COLUMN.sealLooks, COLUMN.sealDrifts],
    ['false_allows', COLUMN.verified, COLUMN.disagreed],
  ])('%s is violated by one [SLO_ETHICS_DRIFT]', (name, total, bad) => {
    const window = createObservations()
    addTo(window, total, 1_000, 0)
    expect(sloOf(window, name, 0)).toMatchObject({
      state: 'met',
      current: 0,
      budget: { share: 0, remaining: 1 },
    })
    addTo(window, bad, 1, 0)
    expect(sloOf(window, name, 0)).toMatchObject({
      state: 'violated',
      current: 1,
      budget: { share: 0, remaining: 0 },
      burnRates: { '1m': '+Inf', '5m': '+Inf', '1h': '+Inf' },
      burning: true,
    })
  })
})

describe('the window', () => {
  it('holds what a list of all events would hold, whatever the times', () => {
    const SLOT = 5
    const SPAN = 50
    const step = fc.record({ wait: fc.integer({ min: 0, max: 30 }), amount: fc.integer({ min: 0, max: 9 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 10 }), (steps, slots) => {
        const window = createWindow(2, SLOT, SPAN)
        const all: { at: number; amount: number }[] = []
        let now = 0
        for (const { wait, amount } of steps) {
          now += wait
          addTo(window, 1, amount, now)
          all.push({ at: now, amount })
          const first = (Math.floor(now / SLOT) - slots + 1) * SLOT
          const wanted = all.filter((one) => one.at >= first).reduce((sum, one) => sum + one.amount, 0)
          expect(sumOf(window, 1, slots * SLOT, now)).toBe(wanted)
          expect(sumOf(window, 0, SPAN, now)).toBe(0)
        }
      }),
    )
  })
})

describe('durations', () => {
  it('interpolate inside the bucket as histogram_quantile does', () => {
    const window = createObservations()
    expect(durationsOf(window, COLUMN.pass, MINUTE, 0).quantile(0.5)).toBeNull()
    for (const seconds of [0.16, 0.17, 0.18, 0.19]) addDuration(window, COLUMN.pass, seconds, 0)
    const durations = durationsOf(window, COLUMN.pass, MINUTE, 0)
    // Rank 2 of 4 in the bucket from 0.15 to 0.2.
    expect(durations.quantile(0.5)).toBeCloseTo(0.175, 12)
    expect(durations.within(0.15)).toBe(0)
    expect(durations.within(0.2)).toBe(4)
  })

  it('beyond the last bound say the last bound', () => {
    const counts = BOUNDS.map(() => 0)
    expect(quantileOf([...counts, 7], 0.95)).toBe(5)
  })
})
