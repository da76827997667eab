import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { OrderFacts } from '#core/contract.ts'
import { parseCash, parsePrice, parseQuantity } from '#core/math.ts'
import hrm from '#plugins/hrm/index.ts'

const LIMITS = hrm.overlay.limits.map(({ name }) => name)
type Judged = Record<string, { denies: boolean; observed: number; limit: number }>

/** A buy of 50 at a limit of 100, reference 100, stop 95, on a quote: nothing to object to. */
function orderFacts(changes: Partial<OrderFacts> = {}): OrderFacts {
  return {
    symbol: 'XYZ',
    kind: 'equity',
    side: 'buy',
    type: 'limit',
    opening: true,
    quantity: parseQuantity('50'),
    referencePrice: parsePrice('100'),
    orderPrice: parsePrice('100'),
    entryPrice: parsePrice('100'),
    stopPrice: parsePrice('95'),
    notional: parseCash('5000'),
    equity: parseCash('100000'),
    positionAfter: parseQuantity('50'),
    shortable: false,
    exits60s: 0,
    onBars: false,
    ...changes,
  }
}

function judge(changes: Partial<OrderFacts> = {}, config: object = {}): Judged {
  const judged: Judged = {}
  hrm.overlay.judge(
    orderFacts(changes),
    (index, denies, observed, limit) => {
      judged[LIMITS[index] ?? 'unknown'] = { denies, observed, limit }
    },
    v.parse(hrm.config, config),
  )
  return judged
}

function denied(changes: Partial<OrderFacts> = {}, config: object = {}): string[] {
  return Object.entries(judge(changes, config))
    .filter(([, { denies }]) => denies)
    .map(([name]) => name)
}

describe('the overlay as a whole', () => {
  it('denies what it cannot compute, each limit for its own missing fact', () => {
    expect(denied({ quantity: Number.NaN })).toEqual(['order_size'])
    expect(denied({ notional: Number.NaN })).toEqual(['order_notional', 'trade_risk'])
    expect(denied({ referencePrice: Number.NaN })).toEqual(['price_collar'])
    expect(denied({ orderPrice: Number.NaN })).toEqual(['price_collar'])
    expect(denied({ side: 'sell', positionAfter: Number.NaN, stopPrice: parsePrice('105') })).toEqual([
      'shortable',
    ])
    expect(denied({ stopPrice: Number.NaN })).toEqual(['trade_risk'])
    expect(denied({ equity: Number.NaN })).toEqual(['trade_risk'])
    expect(denied({ entryPrice: Number.NaN })).toEqual(['trade_risk'])
  })

  it('reports a missing fact as a NaN observation, so that the gate calls it unknown', () => {
    expect(judge({ stopPrice: Number.NaN }).trade_risk?.observed).toBeNaN()
    expect(judge({ referencePrice: Number.NaN }).price_collar?.observed).toBeNaN()
  })

  it('reports every limit once, in the declared order, and allows an ordinary order', () => {
    const indices: number[] = []
    hrm.overlay.judge(orderFacts(), (index) => indices.push(index), v.parse(hrm.config, {}))
    expect(indices).toEqual([0, 1, 2, 3, 4, 5])
    expect(LIMITS).toEqual([
      'order_size',
      'order_notional',
      'price_collar',
      'shortable',
      'trade_risk',
      'exit_rate',
    ])
    expect(denied()).toEqual([])
  })
})

describe('order_size', () => {
  it('denies one unit more than 10,000 and allows exactly 10,000', () => {
    expect(denied({ quantity: parseQuantity('10000.00000001') })).toEqual(['order_size'])
    expect(denied({ quantity: parseQuantity('10000') })).toEqual([])
  })

  it('does not concern crypto, whose units have no common size, nor exits', () => {
    expect(denied({ kind: 'crypto', quantity: parseQuantity('50000') })).toEqual([])
    expect(denied({ opening: false, quantity: parseQuantity('50000') })).toEqual([])
  })
})

describe('order_notional', () => {
  it('denies a millionth above 10,000 and allows exactly 10,000', () => {
    expect(denied({ notional: parseCash('10000.000001') })).toEqual(['order_notional'])
    expect(denied({ notional: parseCash('10000') })).toEqual([])
  })

  it('does not concern exits', () => {
    expect(denied({ opening: false, notional: parseCash('50000') })).toEqual([])
  })
})

describe('price_collar', () => {
  const cases: [string, Partial<OrderFacts>, string, string][] = [
    ['a buy limit through the market', {}, '103.00000001', '103'],
    [
      'a sell limit through the market',
      { side: 'sell', positionAfter: 1, stopPrice: parsePrice('105') },
      '96.99999999',
      '97',
    ],
    ['a crypto buy through the market', { kind: 'crypto' }, '102.00000001', '102'],
    ['a buy through the market on bars', { onBars: true }, '105.00000001', '105'],
    ['a buy limit that rests', {}, '74.99999999', '75'],
    ['a buy stop that waits above', { type: 'stop' }, '125.00000001', '125'],
    ['a buy stop below the market, which triggers at once', { type: 'stop' }, '96.99999999', '97'],
    ['an exit through the market', { opening: false, side: 'sell' }, '89.99999999', '90'],
    ['an exit that rests', { opening: false, side: 'sell' }, '110.00000001', '110'],
  ]
  it.each(cases)('bounds %s: denied beyond the collar, allowed on it', (_name, changes, outside, inside) => {
    expect(denied({ ...changes, orderPrice: parsePrice(outside) })).toEqual(['price_collar'])
    expect(denied({ ...changes, orderPrice: parsePrice(inside) })).toEqual([])
  })

  it('does not concern a market order, which has no price of its own', () => {
    const judged = judge({ type: 'market', orderPrice: Number.NaN }).price_collar
    expect(judged).toMatchObject({ denies: false, observed: Number.POSITIVE_INFINITY })
  })

  it('observes the distance as a share of the reference', () => {
    expect(judge({ orderPrice: parsePrice('102') }).price_collar).toMatchObject({
      observed: 2_000_000,
      limit: 3_000_000,
    })
  })
})

describe('shortable', () => {
  const short = { side: 'sell', stopPrice: parsePrice('105') } as const

  it('denies a sale that ends short without the flag', () => {
    expect(denied({ ...short, positionAfter: -1 })).toEqual(['shortable'])
  })

  it('allows it with the flag, and a sale that ends flat without it', () => {
    expect(denied({ ...short, positionAfter: -1, shortable: true })).toEqual([])
    expect(denied({ ...short, positionAfter: 0 })).toEqual([])
  })

  it('does not concern a buy that leaves a short smaller', () => {
    expect(denied({ positionAfter: -1 })).toEqual([])
  })
})

describe('trade_risk', () => {
  it('denies a cent over 2 % of equity and allows exactly 2 %', () => {
    const risk = { notional: parseCash('10000'), equity: parseCash('25000') }
    expect(judge({ ...risk, stopPrice: parsePrice('95') }).trade_risk).toEqual({
      denies: false,
      observed: parseCash('500'),
      limit: parseCash('500'),
    })
    expect(denied({ ...risk, stopPrice: parsePrice('94.9999') })).toEqual(['trade_risk'])
  })

  it('mirrors for a short', () => {
    const risk = {
      side: 'sell',
      shortable: true,
      positionAfter: -1,
      notional: parseCash('10000'),
      equity: parseCash('25000'),
    } as const
    expect(denied({ ...risk, stopPrice: parsePrice('105.0001') })).toEqual(['trade_risk'])
    expect(denied({ ...risk, stopPrice: parsePrice('105') })).toEqual([])
  })

  it('denies a stop on the winning side and a bankrupt account', () => {
    expect(denied({ stopPrice: parsePrice('100') })).toEqual(['trade_risk'])
    expect(denied({ stopPrice: parsePrice('101') })).toEqual(['trade_risk'])
    expect(denied({ equity: 0 })).toEqual(['trade_risk'])
  })

  it('does not concern exits, which have no stop', () => {
    expect(denied({ opening: false, stopPrice: Number.NaN })).toEqual([])
  })
})

describe('the configuration', () => {
  it.each(Object.entries(v.parse(hrm.config, {})))('refuses %s looser than %d, and zero', (key, loosest) => {
    expect(v.safeParse(hrm.config, { [key]: loosest * 1.001 }).success).toBe(false)
    expect(v.safeParse(hrm.config, { [key]: 0 }).success).toBe(false)
    expect(v.safeParse(hrm.config, { [key]: loosest / 2 }).success).toBe(true)
  })

  it('refuses a key that it does not know', () => {
    expect(v.safeParse(hrm.config, { collar: 0.01 }).success).toBe(false)
  })

  it('judges by the tighter value', () => {
    expect(denied({ orderPrice: parsePrice('102') }, { collarAggressive: 0.01 })).toEqual(['price_collar'])
    expect(denied({}, { orderNotionalMax: 4_999 })).toEqual(['order_notional'])
  })
})

describe('exit_rate', () => {
  const exit = (exits60s: number) => judge({ opening: false, side: 'sell', exits60s }).exit_rate

  it('denies the eleventh exit of a symbol in a minute', () => {
    expect(exit(10)).toEqual({ denies: true, observed: 11, limit: 10 })
  })
  it('allows the tenth, and does not concern openings', () => {
    expect(exit(9)).toEqual({ denies: false, observed: 10, limit: 10 })
    expect(judge({ exits60s: 50 }).exit_rate?.denies).toBe(false)
  })
})
