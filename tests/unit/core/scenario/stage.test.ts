import { describe, expect, it } from 'vitest'
import { equityOf, symbolOf } from '#core/book/book.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import { modeOf } from '#core/gate/mode.ts'
import { createStage } from '#core/scenario/stage.ts'
import { CASH, ONE } from '#tests/support/facts.ts'
import { buyOf, read, scenarioDeps, scenarioOf } from '#tests/support/scenario.ts'

const deps = await scenarioDeps()
const stage = (changes: object): Kernel => createStage(read(scenarioOf([{ order: buyOf() }], changes)), deps)
const money = (at: string, type: string, amount: string) => ({ at, type, amount })
const TODAY = '2024-06-12T14:00:00Z'
const YESTERDAY = '2024-06-11T14:00:00Z'

describe('the account', () => {
  it.each([
    ['as stated', { equity: '100000' }, [], [100_000, 100_000, 0]],
    ['with a loss that is stated', { equity: '97000', dayStartEquity: '100000' }, [], [97_000, 100_000, 0]],
    [
      'today’s result is not in an equity that is still the day’s first',
      { equity: '100000' },
      [money(TODAY, 'realised', '-3000'), money(TODAY, 'fee', '5')],
      [96_995, 100_000, 0],
    ],
    [
      'an equity that has moved holds it',
      { equity: '97000', dayStartEquity: '100000' },
      [money(TODAY, 'realised', '-3000')],
      [97_000, 100_000, 0],
    ],
    [
      'yesterday’s result is in the equity',
      { equity: '100000' },
      [money(YESTERDAY, 'realised', '-3000')],
      [100_000, 100_000, 0],
    ],
    [
      'a deposit of today is in the equity and compared away',
      { equity: '100000' },
      [money(TODAY, 'deposit', '4000')],
      [100_000, 96_000, 4_000],
    ],
    [
      'after last night’s close it is today',
      { equity: '100000' },
      [money('2024-06-11T20:00:01Z', 'deposit', '4000')],
      [100_000, 96_000, 4_000],
    ],
  ])('%s', (_, account, history, [equity, dayStart, deposits]) => {
    const { book } = stage({
      account,
      history,
      positions: [{ symbol: 'XYZ', quantity: '-90', averagePrice: '50' }],
    })
    expect([equityOf(book), book.state.dayStartEquity, book.state.netDeposits]).toEqual(
      [equity, dayStart, deposits].map((amount) => (amount ?? 0) * CASH),
    )
  })

  it('remembers what it was worth before each result, deposits apart', () => {
    const history = [
      money(YESTERDAY, 'realised', '-2000'),
      money(YESTERDAY, 'deposit', '500'),
      money(TODAY, 'realised', '-1000'),
    ]
    const { book } = stage({ account: { equity: '99000', dayStartEquity: '100000' }, history })
    expect(book.state.equities.map(([, equity, deposited]) => [equity / CASH, deposited / CASH])).toEqual([
      [101_500, 0],
      [99_500, 0],
      [100_000, 500],
      [100_000, 500],
    ])
  })
})

describe('the book', () => {
  it('holds what the scenario holds, bought before today', () => {
    const { book } = stage({
      positions: [
        { symbol: 'XYZ', quantity: '90', averagePrice: '95', stops: [{ quantity: '90', price: '93' }] },
      ],
    })
    const entry = symbolOf(book, 'XYZ')
    expect(entry).toMatchObject({ position: 90 * ONE, cost: 8_550 * CASH, boughtToday: 0, move: -1 })
    expect(entry.open).toMatchObject([{ orderId: 'XYZ.stop1', role: 'stop', side: -1, price: 93 * ONE }])
  })

  it.each([
    ['sell', 'limit', 'exit'],
    ['sell', 'stop', 'stop'],
    ['buy', 'limit', 'entry'],
    ['buy', 'stop', 'entry'],
  ])('takes a working %s %s beside a long for an %s', (side, type, role) => {
    const price = type === 'stop' ? { stopPrice: '97' } : { limitPrice: '97' }
    const working = [{ id: 'w', symbol: 'XYZ', side, type, quantity: '5', ...price }]
    const { book } = stage({ working, positions: [{ symbol: 'XYZ', quantity: '90', stops: [] }] })
    expect(symbolOf(book, 'XYZ').open).toMatchObject([{ orderId: 'w', role }])
  })

  it.each([
    ['90', { side: -1, price: 94.99 * ONE, quantity: 90 * ONE }],
    ['-90', { side: 1, price: 104.98 * ONE, quantity: 90 * ONE }],
  ])('covers a position of %s whose stops nobody mentions, 5 %% from the mark', (quantity, stop) => {
    const { book } = stage({ positions: [{ symbol: 'XYZ', quantity }] })
    expect(symbolOf(book, 'XYZ').open).toMatchObject([{ orderId: 'XYZ.stop1', role: 'stop', ...stop }])
  })

  it('and leaves one alone that has none, or whose stops work', () => {
    const positions = [{ symbol: 'XYZ', quantity: '90' }]
    const stop = { id: 'w', symbol: 'XYZ', side: 'sell', type: 'stop', quantity: '5', stopPrice: '97' }
    expect(symbolOf(stage({ positions: [{ ...positions[0], stops: [] }] }).book, 'XYZ').open).toEqual([])
    expect(symbolOf(stage({ positions, working: [stop] }).book, 'XYZ').open).toMatchObject([{ orderId: 'w' }])
  })

  it('takes a stop beside no position for one that protects', () => {
    const working = [{ id: 'w', symbol: 'XYZ', side: 'sell', type: 'stop', quantity: '5', stopPrice: '97' }]
    expect(symbolOf(stage({ working }).book, 'XYZ').open).toMatchObject([{ orderId: 'w', role: 'stop' }])
  })

  it('forgets what happens after the clock', () => {
    const { context } = stage({
      history: [{ at: '2024-06-12T15:00:01Z', type: 'publication', symbol: 'XYZ' }],
    })
    expect(context.registers.publications).toEqual({})
  })
})

describe('the mode', () => {
  it.each(['active', 'reducing', 'halted'])('is %s as the scenario says, whatever the lease', (mode) => {
    const { context } = stage({ mode, lists: { lease: 'lost', audit: 'lagged' } })
    expect(modeOf(context.mode)).toBe(mode)
    expect(context.mode.causes.lease).toBeDefined()
    expect(context.mode.causes.audit).toBeDefined()
  })
})

describe('sources', () => {
  it.each([
    [{ a: 'public', b: 'diary' }, 'private'],
    [{ a: 'licensed' }, 'licensed'],
    [{ a: 'private', feed: 'public' }, 'public'],
    [{}, undefined],
  ])('%j make feed %s', (sources, expected) => {
    expect(stage({ lists: { sources } }).context.lists.sources.feed).toBe(expected)
  })
})

describe('pauses', () => {
  it.each([
    ['symbol:XYZ', ['symbol:XYZ']],
    ['XYZ', ['agent:XYZ', 'symbol:XYZ', 'strategy:XYZ']],
    [{ strategy: 's', agent: 'kenny' }, ['agent:kenny', 'strategy:s']],
  ])('%j', (pause, keys) => {
    expect(Object.keys(stage({ lists: { paused: [pause] } }).context.lists.paused)).toEqual(keys)
  })
})
