import { describe, expect, it } from 'vitest'
import type { Pattern, Price, Quantity, Sizing } from '#core/contract.ts'
import { mulDivUp, parseCash, parsePrice, parseQuantity } from '#core/math.ts'
import { breakout, createKenny, planFor, planOf, reasonOf, UNBUFFERED } from './kenny.ts'

const LOOSE = { notionalMax: 1_000_000, sizeBuffer: 0 }
const ALL_IN: Sizing = { kind: 'all-in' }

/** 0.005 a share and at least 1, in integers of 1e-6. */
const perShare = (_: string, _price: Price, quantity: Quantity) =>
  Math.max(1_000_000, mulDivUp(quantity, 5_000, 100_000_000))

function dropFor(changes: Partial<Pattern>, values: object = {}, config: object = LOOSE): string {
  return reasonOf(createKenny(values, config).see(breakout(changes)))
}

function quantityFor(changes: Partial<Pattern>, values: object = {}, config: object = LOOSE): string {
  return planFor(changes, values, config).order.quantity
}

describe('sizing that cannot be', () => {
  it('by risk without a stop, on the wrong side of the entry or at it, is dropped', () => {
    const sizing: Sizing = { kind: 'risk', fraction: 0.01 }
    const bare: Partial<Pattern> = { sizing, atr: '0' }
    const reason = 'XYZ: sizing by risk needs a stop on the losing side of the entry'
    expect(dropFor(bare)).toBe(reason)
    for (const price of ['100', '100.01', '0', '-1', 'x', '']) {
      expect(dropFor({ sizing, legs: { stopLoss: { price } } }), price).toBe(reason)
    }
    const short = { sizing, direction: 'short', legs: { stopLoss: { price: '99.99' } } } as const
    expect(dropFor(short)).toBe(reason)
    expect(dropFor({ sizing, legs: {} }), 'explicit legs without a stop get none').toBe(reason)
  })

  it('by a share that is none, or of an unknown kind, is dropped', () => {
    for (const kind of ['risk', 'fraction'] as const) {
      for (const fraction of [0, -0.1, 1.01, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(dropFor({ sizing: { kind, fraction } }), `${kind} ${fraction}`).toBe(
          'XYZ: the fraction of the sizing is not above 0 and at most 1',
        )
      }
    }
    const sizing = { kind: 'everything' } as unknown as Sizing
    expect(dropFor({ sizing })).toBe('XYZ: the sizing is of an unknown kind')
  })

  it.each([0, -1, Number.NaN])('by a share of an equity of %s is dropped', (equity) => {
    for (const sizing of [{ kind: 'fraction', fraction: 0.1 }, ALL_IN] as const) {
      expect(dropFor({ sizing }, { equity })).toBe('XYZ: the equity leaves room for less than one lot')
    }
  })

  it('is less than one lot: dropped, never rounded up to one', () => {
    const equity = parseCash('1000')
    expect(dropFor({ sizing: { kind: 'fraction', fraction: 0.0999 } }, { equity })).toBe(
      'XYZ: the fraction asked for leaves room for less than one lot',
    )
    expect(dropFor({ sizing: { kind: 'risk', fraction: 0.0039 } }, { equity })).toBe(
      'XYZ: the risk asked for leaves room for less than one lot',
    )
    expect(dropFor({ sizing: ALL_IN }, { equity: parseCash('100.25') })).toBe(
      'XYZ: all of the equity leaves room for less than one lot',
    )
    expect(dropFor({ price: '0.00000001', sizing: ALL_IN }, { instruments: { XYZ: { lot: 1 } } })).toBe(
      'XYZ: the price is too small to size an order',
    )
  })
})

describe('a share of equity', () => {
  it.each([
    { fraction: 0.05, price: '100', shares: '50' },
    { fraction: 0.05, price: '100.01', shares: '49' },
    { fraction: 0.1, price: '100', shares: '100' },
    { fraction: 0.11, price: '100', shares: '100' },
    { fraction: 1, price: '100', shares: '100' },
    { fraction: 1, price: '99', shares: '101' },
    { fraction: 1, price: '99.009901', shares: '100' },
  ])('$fraction at $price is $shares: 10 % to the lot, and not one more', ({ fraction, price, shares }) => {
    expect(quantityFor({ price, sizing: { kind: 'fraction', fraction } })).toBe(shares)
  })

  it('stays within the notional cap and within the risk at the stop', () => {
    const sizing: Sizing = { kind: 'fraction', fraction: 0.1 }
    expect(quantityFor({ sizing }, {}, { ...LOOSE, notionalMax: 4_999 })).toBe('49')
    expect(quantityFor({ sizing }, {}, { ...LOOSE, riskFraction: 0.001 })).toBe('25')
  })

  it('keeps the buffer below the caps, and takes none off what asks for less', () => {
    const buffered = { sizeBuffer: 0.02 }
    expect(quantityFor({ sizing: { kind: 'fraction', fraction: 0.1 } }, {}, buffered)).toBe('98')
    expect(quantityFor({ sizing: { kind: 'fraction', fraction: 0.05 } }, {}, buffered)).toBe('50')
  })
})

describe('a share of risk', () => {
  it.each([
    { fraction: 0.001, stop: '96', shares: '25' },
    { fraction: 0.001, stop: '95.99', shares: '24' },
    { fraction: 0.02, stop: '80', shares: '100' },
    { fraction: 0.5, stop: '79.99', shares: '99' },
    { fraction: 0.5, stop: '0.01', shares: '20' },
    { fraction: 0.01, stop: '99.99', shares: '100' },
  ])('$fraction with a stop at $stop is $shares', ({ fraction, stop, shares }) => {
    const legs = { stopLoss: { price: stop } }
    expect(quantityFor({ sizing: { kind: 'risk', fraction }, legs })).toBe(shares)
  })

  it('mirrors for a short, and counts the multiplier', () => {
    const sizing: Sizing = { kind: 'risk', fraction: 0.001 }
    const legs = { stopLoss: { price: '104' } }
    expect(quantityFor({ sizing, legs, direction: 'short' })).toBe('25')
    const instruments = { XYZ: { multiplier: 5 } }
    expect(quantityFor({ sizing, legs, direction: 'short' }, { instruments })).toBe('5')
  })
})

describe('a quantity', () => {
  it.each(['1000000', '7', '10.0', '0.5', '0', '-3', 'many', ''])(
    'of %j goes out to the letter',
    (quantity) => {
      expect(quantityFor({ sizing: { kind: 'quantity', quantity } })).toBe(quantity)
      expect(quantityFor({ sizing: { kind: 'quantity', quantity }, price: 'NaN' })).toBe(quantity)
    },
  )

  it('needs no equity: the rules say what they say', () => {
    expect(quantityFor({ sizing: { kind: 'quantity', quantity: '5' } }, { equity: -1 })).toBe('5')
  })
})

describe('all-in, against Lean: SPY, 100,000 of equity', () => {
  // The results of three runs by Lean; prices are adjusted by the factor of the day, 0.8646266.
  it.each([
    {
      what: 'the ask of the first minute, not its close',
      ask: '144.78172417',
      price: '144.7',
      shares: '688',
    },
    { what: 'the close of an hour', price: '145.01517335', shares: '687' },
    { what: 'the close of a day', price: '144.75578537', shares: '689' },
  ])('at $what is $shares', ({ ask, price, shares }) => {
    const now = 1_381_152_660_000
    const quote = { bid: parsePrice('144.6'), ask: parsePrice(ask ?? '0'), time: now }
    const box = createKenny({ now, quotes: { XYZ: quote } }, {}, perShare)
    const plan = planOf(box.see(breakout({ price, atr: '0', sizing: ALL_IN })))
    expect(plan.order).toEqual({
      symbol: 'XYZ',
      side: 'buy',
      type: 'market',
      quantity: shares,
      strategy: 'breakout',
    })
  })

  it('is within the money to a millionth: cost and fee of the last share included', () => {
    // 10 shares at 100 cost 1,000 and a fee of 1.
    const enough = Math.ceil((parseCash('1001') * 10_000) / 9_975)
    const sizeWith = (equity: number) =>
      planOf(createKenny({ equity }, {}, perShare).see(breakout({ sizing: ALL_IN }))).order.quantity
    expect(sizeWith(enough)).toBe('10')
    expect(sizeWith(enough - 1)).toBe('9')
  })

  it('knows no cap, and fills lots of a fraction', () => {
    expect(quantityFor({ sizing: ALL_IN }, {}, {})).toBe('997')
    const instruments = { XYZ: { kind: 'crypto', lot: parseQuantity('0.00001') } } as const
    expect(quantityFor({ price: '61234.56', sizing: ALL_IN }, { instruments }, {})).toBe('1.62898')
    expect(quantityFor({ sizing: ALL_IN }, { instruments: { XYZ: { multiplier: 10 } } }, {})).toBe('99')
  })

  it.each([
    { committed: '30000', shares: '697' },
    { committed: '99650', shares: '1' },
  ])('buys no more than is left beside other symbols: $committed leaves $shares', ({ committed, shares }) => {
    expect(quantityFor({ sizing: ALL_IN }, { committed: parseCash(committed) })).toBe(shares)
    const most: Sizing = { kind: 'all-in', share: 0.9 }
    expect(quantityFor({ sizing: most }, { committed: parseCash(committed) })).toBe(shares)
  })

  it('is dropped when other symbols leave less than a lot, or owe', () => {
    for (const committed of ['99650.01', '200000'])
      expect(dropFor({ sizing: ALL_IN }, { committed: parseCash(committed) })).toBe(
        'XYZ: the equity beside other symbols leaves room for less than one lot',
      )
  })

  it('takes a share of it, whatever else is left', () => {
    expect(quantityFor({ sizing: { kind: 'all-in', share: 0.5 } })).toBe('498')
    expect(quantityFor({ sizing: { kind: 'all-in', share: 1 / 3 } }, { committed: 60_000_000_000 })).toBe(
      '332',
    )
    for (const share of [0, -1, 1.01, Number.NaN])
      expect(dropFor({ sizing: { kind: 'all-in', share } })).toBe(
        'XYZ: the fraction of the sizing is not above 0 and at most 1',
      )
  })

  it('is not misled by a fee that is a share of the cost', () => {
    const tenth = (_: string, price: Price, quantity: Quantity) =>
      mulDivUp(price / 10, quantity, 10_000_000_000)
    const instruments = { XYZ: { lot: 1 } }
    const box = createKenny({ instruments }, {}, tenth)
    const quantity = parseQuantity(planOf(box.see(breakout({ sizing: ALL_IN }))).order.quantity)
    // 99,750 ÷ 110 to the eighth decimal.
    expect(quantity).toBe(90_681_818_181)
  })
  it('fails closed when the broker’s fee is no number', () => {
    const box = createKenny({}, {}, () => Number.NaN)
    expect(reasonOf(box.see(breakout({ sizing: ALL_IN })))).toContain('less than one lot')
  })
})

describe('a breaker’s cut', () => {
  const cases: readonly { sizing?: Sizing; whole: string; half: string }[] = [
    { whole: '100', half: '50' },
    { sizing: { kind: 'fraction', fraction: 0.051 }, whole: '51', half: '25' },
    { sizing: { kind: 'risk', fraction: 0.001 }, whole: '25', half: '12' },
    { sizing: { kind: 'quantity', quantity: '7' }, whole: '7', half: '3' },
    { sizing: { kind: 'all-in' }, whole: '997', half: '498' },
  ]
  it.each(cases)('halves $sizing and keeps to lots', ({ sizing, whole, half }) => {
    const pattern = breakout(sizing === undefined ? {} : { sizing })
    const box = createKenny({}, LOOSE)
    expect(planOf(box.see(pattern)).order.quantity).toBe(whole)
    box.cut(0.5)
    const plan = planOf(box.see(pattern))
    expect(plan.order.quantity).toBe(half)
    expect(plan.notes.join()).toContain('times 0.5 by a breaker')
  })

  it('leaves nothing of a single lot, and drops it with the reason', () => {
    const box = createKenny({}, LOOSE)
    box.cut(0.5)
    expect(reasonOf(box.see(breakout({ sizing: { kind: 'quantity', quantity: '1' } })))).toBe(
      'XYZ: the breaker’s cut leaves room for less than one lot',
    )
  })

  it('is the smallest of several, outlives a restart, and ends with its breaker', () => {
    const box = createKenny({}, UNBUFFERED)
    box.cut(0.5, 'losses')
    box.cut(0.25, 'drawdown')
    box.restart()
    expect(planOf(box.see(breakout())).order.quantity).toBe('25')
    box.send({ type: 'breaker/reset', payload: { breaker: 'drawdown', reason: 'over' } })
    expect(planOf(box.see(breakout())).order.quantity).toBe('50')
  })

  it('fails closed when its factor is none', () => {
    for (const factor of [Number.NaN, 0, -1]) {
      for (const sizing of [ALL_IN, { kind: 'quantity', quantity: '5' }] as const) {
        const box = createKenny()
        box.cut(factor)
        expect(box.see(breakout({ sizing }))[0]?.type, String(factor)).toBe('plan/dropped')
      }
    }
  })
})
