import { describe, expect, it } from 'vitest'
import type { Legs, OrderTerms, Pattern } from '#core/contract.ts'
import { parseCash, parsePrice, parseQuantity } from '#core/math.ts'
import { breakout, createKenny, planFor, planOf } from './kenny.ts'

const EXACT = { sizeBuffer: 0 }

describe('terms', () => {
  const each: readonly OrderTerms[] = [
    { type: 'limit', limitPrice: '100.50', timeInForce: 'ioc' },
    { type: 'stop', stopPrice: '101' },
    { type: 'stop_limit', stopPrice: '101', limitPrice: '101.5', timeInForce: 'gtc' },
    { type: 'trailing_stop', stopPrice: '103', trail: '3', group: 'pair' },
    { type: 'market', timeInForce: 'opg' },
    { type: 'limit' },
    { type: 'limit', limitPrice: 'cheap' },
    { type: 'market', limitPrice: '-0' },
  ]
  it.each(each)('go into the order as they are, wrong ones too: %j', (terms) => {
    for (const price of ['100', 'NaN']) {
      expect(planFor({ terms, price }, {}, { entry: 'limit' }).order).toMatchObject(terms)
    }
  })

  it('set nothing but what is theirs', () => {
    const terms = { type: 'market', quantity: '9', side: 'sell', reduceOnly: true } as OrderTerms
    const { order } = planFor({ terms })
    expect([order.quantity, order.side, order.reduceOnly]).toEqual(['98', 'buy', undefined])
  })

  it('hold for an exit as well, whose sizing does not: it sells all', () => {
    const exit: Partial<Pattern> = {
      action: 'exit',
      terms: { type: 'market', timeInForce: 'cls' },
      sizing: { kind: 'quantity', quantity: '1' },
    }
    const { order } = planFor(exit, { positions: { XYZ: parseQuantity('42') } })
    expect(order).toMatchObject({ quantity: '42', timeInForce: 'cls', reduceOnly: true })
  })

  it.each([
    { why: 'a purchase costs its limit at most', direction: 'long', terms: limit('80'), shares: '125' },
    { why: 'also when that is above the market', direction: 'long', terms: limit('125'), shares: '80' },
    {
      why: 'a sale above the market is worth its limit',
      direction: 'short',
      terms: limit('125'),
      shares: '80',
    },
    { why: 'a sale below it fills at the market', direction: 'short', terms: limit('1'), shares: '100' },
    { why: 'a buy stop fills where it triggers', direction: 'long', terms: stop('125'), shares: '80' },
    { why: 'or at once, when it lies below', direction: 'long', terms: stop('1'), shares: '100' },
    { why: 'a sell stop is worth the market at most', direction: 'short', terms: stop('1'), shares: '100' },
    { why: 'no sound limit: the market stands in', direction: 'long', terms: limit('-1'), shares: '100' },
  ] as const)('make the size: $why', ({ direction, terms, shares }) => {
    expect(planFor({ direction, terms, atr: '0' }, {}, EXACT).order.quantity).toBe(shares)
  })

  function limit(limitPrice: string): OrderTerms {
    return { type: 'limit', limitPrice }
  }
  function stop(stopPrice: string): OrderTerms {
    return { type: 'stop', stopPrice }
  }
})

describe('the price of the decision', () => {
  const now = 1_000_000
  const quote = { bid: parsePrice('80'), ask: parsePrice('125'), time: now }
  const sizeWith = (quotes: object, changes: Partial<Pattern> = {}) =>
    planFor({ atr: '0', ...changes }, { now, quotes: { XYZ: { ...quote, ...quotes } } }, EXACT).order.quantity

  it('is the far side of a quote that is no older than 15 s', () => {
    expect(sizeWith({})).toBe('80')
    expect(sizeWith({}, { direction: 'short' })).toBe('125')
    expect(sizeWith({ time: now - 15_000 })).toBe('80')
  })

  it('is the price of the pattern beside an older quote, or one without that side', () => {
    expect(sizeWith({ time: now - 15_001 })).toBe('100')
    expect(sizeWith({ ask: 0 })).toBe('100')
    expect(sizeWith({ ask: Number.NaN })).toBe('100')
  })

  it('is none for a pattern without a price, whatever is quoted', () => {
    const { notes } = planFor({ price: 'NaN' }, { now, quotes: { XYZ: quote } })
    expect(notes).toEqual(['no price is known'])
  })
})

describe('explicit legs', () => {
  const each: readonly Legs[] = [
    { stopLoss: { price: '96.00', trail: '4.0' }, targets: [{ price: '110', portion: '0.50' }] },
    { stopLoss: { price: '96.123456789' } },
    { stopLoss: { price: '101' }, targets: [{ price: '99', portion: '2' }] },
    { stopLoss: { price: 'x' }, targets: [] },
    { targets: [{ price: '-1', portion: '' }] },
    {},
  ]
  it.each(each)('come out as they went in, right or wrong: %j', (legs) => {
    for (const price of ['100', '']) {
      const { order } = planFor(
        { legs, price, stopLevel: '97', targetLevel: '120' },
        {},
        { stopFraction: 0.05 },
      )
      expect(order.stopLoss).toBe(legs.stopLoss)
      expect(order.targets).toBe(legs.targets)
    }
  })

  it('bind the size by their stop, when it is on the losing side', () => {
    const careful = { ...EXACT, riskFraction: 0.001 }
    expect(planFor({ legs: { stopLoss: { price: '90' } } }, {}, careful).order.quantity).toBe('10')
    const wrong = planFor({ legs: { stopLoss: { price: '100' } } }, {}, careful)
    expect(wrong.order.quantity).toBe('100')
    expect(wrong.notes[1]).toBe('no stop: the one given is not on the losing side')
  })
})

describe('the fallback of the stop', () => {
  it('is off unless configured, and comes after level and ATR', () => {
    const on = { stopFraction: 0.05 }
    expect(planFor({ atr: '' }).order).not.toHaveProperty('stopLoss')
    expect(planFor({ atr: '' }, {}, on).order.stopLoss?.price).toBe('95')
    expect(planFor({ atr: '', direction: 'short' }, {}, on).order.stopLoss?.price).toBe('105')
    expect(planFor({}, {}, on).order.stopLoss?.price).toBe('96')
    expect(planFor({ stopLevel: '97' }, {}, on).order.stopLoss?.price).toBe('97')
  })

  it('is rounded away from the entry, and none below one tick', () => {
    const on = { stopFraction: 0.05 }
    expect(planFor({ atr: '', price: '37.11' }, {}, on).order.stopLoss?.price).toBe('35.25')
    expect(planFor({ atr: '', price: '37.11', direction: 'short' }, {}, on).order.stopLoss?.price).toBe(
      '38.97',
    )
    const penny = planFor({ atr: '', price: '0.01' }, {}, on)
    expect(penny.order).not.toHaveProperty('stopLoss')
    expect(penny.notes[1]).toBe('no stop: the fallback puts it below one tick')
  })
})

describe('what a plan tells', () => {
  const stopAt = (price: string, targets?: Legs['targets']): Partial<Pattern> => ({
    legs: { stopLoss: { price }, ...(targets === undefined ? {} : { targets }) },
  })

  it('is its price, stop, size, reward by portions and gain', () => {
    expect(planFor().notes).toEqual([
      'reckoned at 100',
      'stop 4% away, 2 ATR',
      'size bound by the notional cap',
      'reward 2.3 times the risk',
      'gains 901.6 at its targets',
    ])
  })

  it('counts fees both ways into the risk, and out of the gain', () => {
    const box = createKenny({}, {}, () => parseCash('1'))
    const plan = planOf(box.see(breakout({ sizing: { kind: 'quantity', quantity: '10' } })))
    expect(plan.riskCash).toBe('42')
    expect(plan.notes).toContain('gains 88 at its targets')
  })

  it.each([
    ['89.99', 'stop 10.01% away, as given, wide'],
    ['90', 'stop 10% away, as given'],
    ['98', 'stop 2% away, as given'],
    ['98.01', 'stop 1.99% away, as given, tight'],
  ])('a stop at %s: %s', (price, note) => {
    expect(planFor(stopAt(price)).notes).toContain(note)
  })

  it.each([
    ['107.99', 'reward 1.99 times the risk, low'],
    ['108', 'reward 2 times the risk'],
    ['116', 'reward 4 times the risk'],
    ['116.04', 'reward 4.01 times the risk, excellent'],
  ])('a target at %s: %s', (price, note) => {
    expect(planFor(stopAt('96', [{ price, portion: '1' }])).notes).toContain(note)
  })

  it('weighs a target by what it sells: a far one for a tenth promises little', () => {
    const targets = [
      { price: '104', portion: '0.9' },
      { price: '140', portion: '0.1' },
    ]
    expect(planFor(stopAt('96', targets)).notes).toContain('reward 1.9 times the risk, low')
  })

  it.each([
    [0.69, ['low confidence 0.69']],
    [0.7, []],
    [0.85, []],
    [0.86, ['high confidence 0.86']],
    [Number.NaN, []],
  ])('a confidence of %s', (confidence, notes) => {
    expect(planFor({ confidence }).notes.filter((note) => note.includes('confidence'))).toEqual(notes)
  })

  it('is short, and names a quantity that is none', () => {
    for (const quantity of ['many', '-1', '90000000']) {
      const plan = planFor({ price: '90000000', atr: '', sizing: { kind: 'quantity', quantity } })
      expect(plan.riskCash).toBe('0')
      expect(plan.notes).toContain('the quantity is none to reckon with')
    }
    expect(planFor({ confidence: 0.1 }).notes).toHaveLength(6)
  })
})
