import { describe, expect, it } from 'vitest'
import type { MarketRows } from '#core/contract.ts'
import { createTracker, type Sight, type Terms, toHindsight, track } from '#core/http/afterwards.ts'
import { sightsOf } from '#core/http/sights.ts'
import { MINUTE } from '#core/time.ts'
import { ONE } from '#tests/support/facts.ts'
import { barOf, NOW, quoteOf } from '#tests/support/kernel.ts'

/** Buys at 100, stop 95, first target 110. */
const LONG: Terms = { side: 1, entry: 100 * ONE, stop: 95 * ONE, target: 110 * ONE, enters: 'at once' }
const SHORT: Terms = { side: -1, entry: 100 * ONE, stop: 105 * ONE, target: 90 * ONE, enters: 'at once' }

/** Open, high, low, close in whole units. */
type Row = readonly [open: number, high: number, low: number, close: number]

function sight([open, high, low, price]: Row, index: number): Sight {
  const [o, h, l, p] = [open, high, low, price].map((value) => Math.round(value * 100) * (ONE / 100))
  return { time: NOW + (index + 1) * MINUTE, open: o ?? 0, high: h ?? 0, low: l ?? 0, price: p ?? 0 }
}

function look(terms: Terms, rows: readonly Row[]) {
  const tracker = createTracker(terms)
  let read = 0
  for (const row of rows.map(sight)) {
    read++
    if (track(tracker, row)) break
  }
  return { ...toHindsight(tracker, '1m bars of test', false), read }
}

const flat = (price: number): Row => [price, price, price, price]

describe('hindsight', () => {
  it.each([
    ['a long', LONG, [flat(98), [97, 99, 94, 96]], '95', '-5'],
    ['a short', SHORT, [flat(102), [104, 106, 101, 103]], '105', '-5'],
    ['a long whose row has both prices', LONG, [flat(100), [100, 111, 94, 110]], '95', '-5'],
    ['a long at its very stop', LONG, [flat(98), [97, 99, 95, 96]], '95', '-5'],
    ['a long over a gap', LONG, [flat(98), [93, 94, 92, 94]], '93', '-7'],
  ] as const)('says that %s was stopped out first', (_name, terms, rows, price, percent) => {
    const seen = look(terms, rows)
    expect(seen).toMatchObject({ outcome: 'stopped out', outcomeAt: '2015-01-05T15:17:00.000Z' })
    expect(seen.worst).toMatchObject({ price, percent })
  })

  it('says when the first target came first, and how far it went against the order before', () => {
    const seen = look(LONG, [[100, 101, 96, 99], flat(104), [105, 112, 104, 111], flat(80)])
    expect(seen.outcome).toBe('reached its first target')
    expect(seen.outcomeAt).toBe('2015-01-05T15:18:00.000Z')
    expect(seen.best).toMatchObject({ price: '110', percent: '10', r: '2' })
    expect(seen.worst).toMatchObject({ price: '96', percent: '-4', r: '-0.8' })
  })

  it('does not enter a resting order before its price is touched, nor let it win in that row', () => {
    const resting: Terms = { ...LONG, enters: 'when it falls there' }
    expect(look(resting, [flat(101), [103, 111, 102, 104]])).toMatchObject({
      outcome: 'never entered',
      best: null,
      worst: null,
    })
    expect(look(resting, [[103, 111, 99, 104]])).toMatchObject({ outcome: 'neither so far' })
    expect(look(resting, [[103, 111, 99, 104], flat(111)])).toMatchObject({
      outcome: 'reached its first target',
    })
    expect(look({ ...LONG, enters: 'when it rises there' }, [flat(99)]).outcome).toBe('never entered')
  })

  it('has the price after 1, 5 and 20 rows, and reads on for them after the outcome', () => {
    const rows = Array.from({ length: 30 }, (_, index) => flat(index === 1 ? 94 : 101))
    const seen = look(LONG, rows)
    expect(seen.after.map(({ rows, percent, r }) => [rows, percent, r])).toEqual([
      [1, '1', '0.2'],
      [5, '1', '0.2'],
      [20, '1', '0.2'],
    ])
    expect(seen).toMatchObject({ read: 20, rows: 20, outcome: 'stopped out' })
    expect(look(LONG, rows.slice(0, 1)).after.length).toBe(1)
  })

  it('reckons without R where there is no stop', () => {
    const bare: Terms = { ...SHORT, stop: Number.NaN, target: Number.NaN }
    const seen = look(bare, [flat(98), flat(104)])
    expect(seen).toMatchObject({ outcome: 'open-ended', outcomeAt: null })
    expect(seen.best).toMatchObject({ percent: '2', r: null })
    expect(seen.worst).toMatchObject({ percent: '-4', r: null })
  })
})

describe('rows for it', () => {
  it('leave out other symbols and what was before, and of a half-seen bar keep its close alone', () => {
    const bars = [
      barOf(90, { end: NOW }),
      barOf(101, { end: NOW + MINUTE / 2, open: 99 * ONE }),
      barOf(102, { end: NOW + MINUTE, open: 99 * ONE }),
      barOf(50, { end: NOW + MINUTE, symbol: 'ABC' }),
    ]
    const rows: MarketRows = { kind: 'bars', resolution: '1m', rows: bars }
    expect(sightsOf(rows, 'XYZ', NOW)).toEqual([
      { time: NOW + MINUTE / 2, open: 101 * ONE, high: 101 * ONE, low: 101 * ONE, price: 101 * ONE },
      { time: NOW + MINUTE, open: 99 * ONE, high: 102 * ONE, low: 99 * ONE, price: 102 * ONE },
    ])
  })

  it('take the middle of a quote, and the price of a trade', () => {
    const quotes = [quoteOf(99, 101, { time: NOW + 1 })]
    expect(sightsOf({ kind: 'quotes', rows: quotes }, 'XYZ', NOW)[0]?.price).toBe(100 * ONE)
    const trades = [{ symbol: 'XYZ', time: NOW + 1, price: 7 * ONE, quantity: ONE }]
    expect(sightsOf({ kind: 'trades', rows: trades }, 'XYZ', NOW)[0]?.price).toBe(7 * ONE)
  })
})
