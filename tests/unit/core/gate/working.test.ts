import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBook, symbolOf } from '#core/book/book.ts'
import { applyEvent } from '#core/book/fold.ts'
import type { Decision, Order, WorkingOrder } from '#core/contract.ts'
import { uncoveredOf } from '#core/gate/action.ts'
import { countedQuantity, isExposing, triggerOf } from '#core/gate/working.ts'
import { CASH, ONE } from '#tests/support/facts.ts'
import { eventOf } from '#tests/support/host.ts'
import { XYZ } from '#tests/support/kernel.ts'
import { buy, factsOf, type Leg, type Scene, sell } from './scene.ts'

const leg = (quantity: string, changes: Leg = {}): Leg => ({
  quantity,
  group: 'g',
  ...changes,
})
const exit = { side: 'sell', role: 'exit' } as const
const entryOf = (group?: string): Partial<Order> => ({
  strategy: 's',
  ...(group === undefined ? {} : { group }),
})

/** Working orders and the order beside them: what the worst position is, in units. */
const EXPOSED: readonly [string, Scene['working'], Order, number][] = [
  ['without a group adds up', [leg('10', { group: undefined }), leg('20')], buy('5'), 35],
  ['counts its largest leg', [leg('10'), leg('30'), leg('20')], buy('5'), 35],
  ['counts one of equal legs', [leg('10'), leg('10'), leg('10')], buy('5'), 15],
  ['counts once beside a smaller order of its own', [leg('10'), leg('30')], buy('5', entryOf('g')), 30],
  ['counts nothing beside a larger order of its own', [leg('10'), leg('3')], buy('40', entryOf('g')), 40],
  ['is none of another name', [leg('10'), leg('30', { group: 'h' })], buy('5', entryOf('i')), 45],
  ['is none of another strategy', [leg('10'), leg('30', { strategy: 't' })], buy('5'), 45],
  ['of another strategy is none of the order', [leg('10')], buy('5', { strategy: 't', group: 'g' }), 15],
  ['takes each side for itself', [leg('10'), leg('30', { side: 'sell' })], buy('5', entryOf('g')), 30],
  ['leaves protective legs out', [leg('10'), leg('500', { role: 'target' })], buy('5'), 15],
  ['of a bracket is no name for others', [leg('10', { parent: 'p' }), leg('30')], buy('5', entryOf('g')), 40],
  ['of one strategy only: a text that means none', [leg('10', { group: '' })], buy('5', entryOf()), 15],
  ['counts whole beside an order without a quantity', [leg('10')], buy('x', entryOf('g')), Number.NaN],
]

describe('an OCO group', () => {
  it.each(EXPOSED)('%s', (_, working = [], order, expected) => {
    expect(factsOf(order, { working }).worstPosition).toBe(expected * ONE)
    expect(factsOf(order, { working: [...working].reverse() }).worstPosition).toBe(expected * ONE)
  })

  it('is worth its largest leg at the dearest trigger of them all, in its symbol and in the account', () => {
    const dear = leg('10', { type: 'trailing_stop', stopPrice: '120', trail: '5', limitPrice: undefined })
    const facts = factsOf(buy('5'), { working: [dear, leg('30')] })
    expect(facts).toMatchObject({ exposureAfter: 4_200 * CASH, grossAfter: 4_200 * CASH })
    const elsewhere = factsOf(buy('5'), {
      prepare: (book) => {
        Object.assign(symbolOf(book, 'ABC'), { mark: 10 * ONE, valued: 10 * ONE })
        for (const quantity of ['10', '30']) {
          const order = { orderId: quantity, symbol: 'ABC', side: 'buy', type: 'limit', quantity } as const
          const terms = { role: 'entry', limitPrice: '9', strategy: 's', group: 'g' } as const
          applyEvent(book, eventOf('order/accepted', { ...order, ...terms }))
        }
      },
    })
    expect(elsewhere.grossAfter).toBe(800 * CASH)
  })

  it('takes its largest leg of the day’s liquidity', () => {
    const working = [leg('10'), leg('30')]
    expect(factsOf(buy('5'), { working }).sameSideToday).toBe(30 * ONE)
    expect(factsOf(buy('5', entryOf('g')), { working }).sameSideToday).toBe(25 * ONE)
    expect(factsOf(buy('50', entryOf('g')), { working }).sameSideToday).toBe(0)
    const straddle = [leg('30'), leg('40', { side: 'sell' })]
    expect(factsOf(buy('5'), { working: straddle }).sameSideToday).toBe(30 * ONE)
    expect(factsOf(sell('5', entryOf('g')), { working: straddle }).sameSideToday).toBe(35 * ONE)
  })

  it('never counts less than any one leg, nor more than all of them, in whatever order they came', () => {
    const legs = fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 50 }).map(String),
        group: fc.constantFrom('g', 'h', undefined),
        strategy: fc.constantFrom('s', 't'),
      }),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(legs, fc.integer({ min: 1, max: 60 }), fc.constantFrom('g', ''), (working, own, name) => {
        const order = buy(String(own), { strategy: 's', ...(name === '' ? {} : { group: name }) })
        const all = [...working, { quantity: String(own), strategy: 's', group: name || undefined }]
        const groups = new Map<string, number>()
        let expected = 0
        for (const { quantity, strategy, group } of all) {
          const key = `${strategy}|${group}`
          if (group === undefined) expected += Number(quantity)
          else groups.set(key, Math.max(groups.get(key) ?? 0, Number(quantity)))
        }
        for (const largest of groups.values()) expected += largest
        const defined = working.map(({ group, ...rest }) => (group === undefined ? rest : { ...rest, group }))
        expect(factsOf(order, { working: defined }).worstPosition).toBe(expected * ONE)
      }),
    )
  })
})

describe('an exit beside a group of exits', () => {
  const trailing = { type: 'trailing_stop', stopPrice: '95', trail: '5' } as const
  const cases: readonly [string, Order, Scene, 0 | 1][] = [
    ['of its own closes once', sell('50', entryOf('g')), { working: [leg('50', exit)] }, 0],
    ['of none adds up', sell('50'), { working: [leg('50', exit)] }, 1],
    ['of another adds up', sell('50', entryOf('h')), { working: [leg('50', exit)] }, 1],
    ['of another strategy adds up', sell('50', { group: 'g' }), { working: [leg('50', exit)] }, 1],
    ['takes what the largest leaves', sell('20'), { working: [leg('30', exit), leg('30', exit)] }, 0],
    ['takes no more than that', sell('21'), { working: [leg('30', exit), leg('30', exit)] }, 1],
    ['is an opening when a larger leg opens', sell('10', entryOf('g')), { working: [leg('60', exit)] }, 1],
    ['trails within it', sell('50', { ...entryOf('g'), ...trailing }), { working: [leg('50', exit)] }, 0],
    [
      'trails beside a stop that closes all',
      sell('50', trailing),
      { working: [{ ...exit, role: 'stop', type: 'stop', stopPrice: '90', quantity: '50' }] },
      1,
    ],
    [
      'trails beside such a stop of its own group',
      sell('50', { ...entryOf('g'), ...trailing }),
      { working: [leg('50', { ...exit, role: 'stop', type: 'stop', stopPrice: '90' })] },
      0,
    ],
    [
      'trails beside a bracket that is named like its group',
      sell('50', { ...entryOf('g'), ...trailing }),
      { working: [leg('50', { ...exit, role: 'stop', type: 'stop', stopPrice: '90', parent: 'g' })] },
      1,
    ],
  ]
  it.each(cases)('%s', (_, order, scene, expected) => {
    expect(factsOf(order, { position: 50, ...scene }).opening).toBe(expected)
  })
})

describe('a trailing stop that works', () => {
  const trailing = { type: 'trailing_stop', stopPrice: '95', trail: '5', limitPrice: undefined } as const

  function bookWith(working: readonly Leg[]) {
    const book = createBook(0, [XYZ])
    for (const [index, each] of working.entries()) {
      const whole = {
        orderId: `w${index}`,
        symbol: 'XYZ',
        side: 'sell',
        role: 'exit',
        strategy: 's',
      } as const
      const stop = { ...whole, type: 'stop', quantity: '50', stopPrice: '95', ...each } as WorkingOrder
      applyEvent(book, eventOf('order/accepted', stop))
    }
    return Object.assign(symbolOf(book, 'XYZ'), { position: 50 * ONE })
  }

  it.each<[string, readonly Leg[], number]>([
    ['covers what it closes', [trailing], 0],
    ['covers no more than it closes', [{ ...trailing, quantity: '20' }], 30],
    ['of the other side covers nothing', [{ ...trailing, side: 'buy' }], 50],
    ['covers once with another of its group', [leg('30', trailing), leg('30')], 20],
    ['covers beside another group', [leg('30', trailing), leg('30', { group: 'h' })], 0],
    ['covers whole beside a target of its group', [leg('50', trailing), leg('50', { type: 'limit' })], 0],
  ])('%s', (_, working, expected) => {
    expect(uncoveredOf(bookWith(working))).toBe(expected * ONE)
  })

  it('waits, so it is met by nothing; released it would meet every price', () => {
    expect(factsOf(buy('1'), { working: [{ ...trailing, side: 'sell' }] }).selfTrades).toBe(0)
    const asks = { working: [{ side: 'sell', limitPrice: '101' }] } as const
    expect(factsOf(buy('1', { type: 'trailing_stop', stopPrice: '100', trail: '1' }), asks).selfTrades).toBe(
      1,
    )
  })

  it('stands at its trigger, as a stop limit does', () => {
    const [first, second] = bookWith([trailing, { type: 'stop_limit', limitPrice: '94' }]).open.map(triggerOf)
    expect([first, second]).toEqual([95 * ONE, 95 * ONE])
  })
})

it('is known of an approved order before any broker has heard of it', () => {
  const book = createBook(0, [XYZ])
  const order = buy('7', { ...entryOf('g'), type: 'trailing_stop', stopPrice: '101', trail: '2' })
  const approved = { decisionId: 'd', order: { ...order, timeInForce: 'day' }, intent: 'open', allowed: true }
  applyEvent(book, eventOf('decision/approved', approved as unknown as Decision))
  const [open] = symbolOf(book, 'XYZ').open
  expect(open).toMatchObject({
    acknowledged: false,
    strategy: 's',
    order: { group: 'g', trail: '2', timeInForce: 'day', stopPrice: '101' },
  })
})

it('an order without a group is asked for nothing else', () => {
  const book = createBook(0, [XYZ])
  const plain = { orderId: 'a', symbol: 'XYZ', side: 'buy', type: 'limit', quantity: '7' } as const
  applyEvent(book, eventOf('order/accepted', { ...plain, role: 'entry', limitPrice: '9', strategy: 's' }))
  const entry = symbolOf(book, 'XYZ')
  const [open] = entry.open
  const asked: unknown[] = []
  const counts = (other: Parameters<typeof isExposing>[0]) => {
    asked.push(other)
    return isExposing(other)
  }
  expect(open === undefined ? 0 : countedQuantity(entry, open, counts)).toBe(7 * ONE)
  expect(asked).toEqual([])
})
