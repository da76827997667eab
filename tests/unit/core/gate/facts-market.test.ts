import { describe, expect, it } from 'vitest'
import { symbolOf } from '#core/book/book.ts'
import { markQuote } from '#core/book/marks.ts'
import type { Proposal } from '#core/gate/facts.ts'
import { createLists } from '#core/gate/lists.ts'
import { ONE, VOLUME } from '#tests/support/facts.ts'
import { NOW, quoteOf, XYZ } from '#tests/support/kernel.ts'
import { buy, factsOf, type Scene, sell } from './scene.ts'

const NA = Number.POSITIVE_INFINITY
const MISSING = Number.NaN

describe('entry and reference', () => {
  const quoted: Scene = { prepare: (book) => markQuote(symbolOf(book, 'XYZ'), 'sp500', quoteOf(99.9, 100.1)) }

  it('of a market order are the adverse touch of a fresh quote, and the mark without one', () => {
    expect(factsOf(buy('1'), quoted)).toMatchObject({
      entry: 100.1 * ONE,
      reference: 100 * ONE,
      referenceIsQuote: 1,
    })
    expect(factsOf(sell('1'), quoted).entry).toBe(99.9 * ONE)
    expect(factsOf(buy('1'))).toMatchObject({ entry: 100 * ONE, referenceIsQuote: 0 })
  })

  it.each([
    ['live', 15_000],
    ['paper', 900_000],
    ['backtest', 900_000],
  ] as const)(
    'meet the touch of a quote in a %s run for %d ms, as rule 21 lets it count',
    (runKind, life) => {
      const entryAfter = (ms: number) =>
        factsOf(buy('1'), { ...quoted, context: { runKind, now: NOW + ms } }).entry
      expect([entryAfter(life), entryAfter(life + 1)]).toEqual([100.1 * ONE, 100 * ONE])
    },
  )

  it('are the order’s own price where it has one, and missing where it should', () => {
    expect(factsOf(buy('1', { type: 'limit', limitPrice: '97' })).entry).toBe(97 * ONE)
    expect(factsOf(buy('1', { type: 'stop', stopPrice: '103' })).entry).toBe(103 * ONE)
    expect(factsOf(buy('1', { type: 'limit' })).entry).toBeNaN()
    expect(factsOf(buy('1', { type: 'iceberg' as never })).entry).toBeNaN()
  })

  it('are missing without a mark', () => {
    expect(factsOf(buy('1'), { price: null })).toMatchObject({
      entry: MISSING,
      reference: MISSING,
      referenceAge: MISSING,
      referenceAhead: MISSING,
      exposureAfter: MISSING,
      move: NA,
    })
  })

  it('age in open-market time for stocks, around the clock for crypto', () => {
    const overnight = { context: { now: NOW + 86_400_000 } }
    expect(factsOf(buy('1'), overnight).referenceAge).toBe(6.5 * 3_600_000)
    expect(factsOf(buy('1'), { ...overnight, instrument: { ...XYZ, kind: 'crypto' } }).referenceAge).toBe(
      86_400_000,
    )
  })

  it('may lie ahead of the clock', () => {
    expect(factsOf(buy('1'), { context: { now: NOW - 6_000 } })).toMatchObject({
      referenceAhead: 6_000,
      referenceAge: 0,
    })
  })
})

describe('liquidity', () => {
  it('counts the day’s quantity of the same side, filled and working, without protective legs', () => {
    const scene: Scene = {
      position: 30,
      working: [
        { quantity: '4' },
        { side: 'sell', quantity: '5', role: 'exit' },
        { side: 'sell', quantity: '30', role: 'stop' },
      ],
      prepare: (book) => Object.assign(symbolOf(book, 'XYZ'), { boughtToday: 30 * ONE, soldToday: 2 * ONE }),
    }
    expect(factsOf(buy('1'), scene).sameSideToday).toBe(34 * ONE)
    expect(factsOf(sell('1'), scene).sameSideToday).toBe(7 * ONE)
  })

  it('knows the float of common stock only', () => {
    expect(factsOf(buy('1'))).toMatchObject({ adv20: 1_000_000 * VOLUME, floatShares: 50_000_000 * ONE })
    const { floatShares: _, ...unknown } = XYZ
    expect(factsOf(buy('1'), { instrument: unknown }).floatShares).toBeNaN()
    for (const kind of ['fund', 'index', 'crypto'] as const)
      expect(factsOf(buy('1'), { instrument: { ...unknown, kind } }).floatShares).toBe(NA)
  })
})

describe('sources and lists', () => {
  it('take the class of the chain’s own beginning, and none for a stranger', () => {
    expect(factsOf(buy('1')).sourceClass).toBe(0)
    expect(factsOf(buy('1'), { proposal: { rootSource: 'diary' } }).sourceClass).toBe(2)
    for (const rootSource of ['', 'nobody', 'constructor', '__proto__'])
      expect(factsOf(buy('1'), { proposal: { rootSource } }).sourceClass).toBeNaN()
  })

  it('say whether the price’s own feed is registered', () => {
    expect(factsOf(buy('1')).sourceRegistered).toBe(1)
    for (const source of ['nobody', 'constructor'])
      expect(
        factsOf(buy('1'), { prepare: (book) => void Object.assign(symbolOf(book, 'XYZ'), { source }) })
          .sourceRegistered,
      ).toBe(0)
  })

  it('tell a list that was never loaded from one that is empty', () => {
    const lists = (restricted: { [symbol: string]: true } | undefined) => ({
      context: { lists: createLists({ restricted }) },
    })
    expect(factsOf(buy('1'), lists(undefined))).toMatchObject({ restrictedListLoaded: 0, restricted: 0 })
    expect(factsOf(buy('1'), lists({}))).toMatchObject({ restrictedListLoaded: 1, restricted: 0 })
    expect(factsOf(buy('1'), lists({ XYZ: true }))).toMatchObject({ restrictedListLoaded: 1, restricted: 1 })
  })

  it.each(['symbol:XYZ', 'strategy:hand', 'agent:kenny'])('hold what a person paused: %s', (key) => {
    const lists = createLists({ paused: { [key]: true as const } })
    expect(factsOf(buy('1'), { context: { lists } }).paused).toBe(1)
    expect(factsOf(buy('1', { strategy: 'other' }), { context: { lists } }).paused).toBe(
      key === 'strategy:hand' ? 0 : 1,
    )
  })
})

describe('the chain of causes', () => {
  const cases: readonly [Partial<Proposal>, number][] = [
    [{}, 1],
    [{ rootIsMarket: false }, 0],
    [{ proposer: 'person', rootIsMarket: false }, 1],
    [{ proposer: 'person', rootIsMarket: false, rootSource: '' }, 0],
    [{ standing: 'question', rootIsMarket: false }, NA],
  ]
  it.each(cases)('of %j is %d', (proposal, expected) => {
    expect(factsOf(buy('1'), { proposal }).causeChain).toBe(expected)
  })
})

describe('the kind of run', () => {
  it('decides what does not apply', () => {
    const kinds = (['backtest', 'paper', 'live'] as const).map((runKind) =>
      factsOf(buy('1'), { context: { runKind } }),
    )
    expect(kinds.map(({ leaseHeld, auditLagged }) => [leaseHeld, auditLagged])).toEqual([
      [NA, NA],
      [1, 0],
      [1, 0],
    ])
    expect(kinds.map(({ haltDrill, approvalNeeded }) => [haltDrill, approvalNeeded])).toEqual([
      [NA, NA],
      [NA, NA],
      [0, 1],
    ])
  })
})
