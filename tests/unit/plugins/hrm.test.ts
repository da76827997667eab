import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { parseCash, parsePrice, parseQuantity } from '#core/math.ts'
import hrm from '#plugins/hrm/index.ts'
import { LIMITS } from '#plugins/hrm/limits.ts'
import { type Changes, denied as deniedBy, judge, orderFacts, ratio } from './hrm/orders.ts'

/** Of the eleven; the overlay's rules on the same facts have tests of their own. */
function denied(...order: Parameters<typeof deniedBy>): string[] {
  return deniedBy(...order).filter((name) => !name.startsWith('overlay:'))
}

describe('the overlay as a whole [COMP_HRM] [REQ_AGENT_04]', () => {
  it('denies what it cannot compute, each limit for its own missing fact', () => {
    expect(denied({ quantity: Number.NaN })).toEqual(['order_size'])
    expect(denied({ notional: Number.NaN })).toEqual(['order_notional', 'trade_risk', 'turnover'])
    expect(denied({ referencePrice: Number.NaN })).toEqual(['price_collar'])
    expect(denied({ orderPrice: Number.NaN })).toEqual(['price_collar'])
    expect(denied({ side: 'sell', positionAfter: Number.NaN, stopPrice: parsePrice('105') })).toEqual([
      'shortable',
    ])
    expect(denied({ stopPrice: Number.NaN })).toEqual(['trade_risk'])
    expect(denied({ equity: Number.NaN })).toEqual(['trade_risk', 'turnover'])
    expect(denied({ entryPrice: Number.NaN })).toEqual(['trade_risk'])
  })

  it('reports a missing fact as a NaN observation, so that the gate calls it unknown', () => {
    expect(judge({ stopPrice: Number.NaN }).trade_risk?.observed).toBeNaN()
    expect(judge({ referencePrice: Number.NaN }).price_collar?.observed).toBeNaN()
  })

  it('reports every limit once, in the declared order, and allows an ordinary order', () => {
    const config = v.parse(hrm.config, {})
    const names = hrm.overlay.limits(config).map(({ name }) => name)
    const indices: number[] = []
    hrm.overlay.judge(orderFacts(), (index) => indices.push(index), config, hrm.agent.initial())
    expect(indices).toEqual(names.map((_, index) => index))
    expect(names.slice(0, LIMITS.length)).toEqual([
      'order_size',
      'order_notional',
      'price_collar',
      'shortable',
      'trade_risk',
      'exit_rate',
      'turnover',
      'message_rate',
      'duplicate',
      'session_hours',
      'rolling_loss',
    ])
    expect(names.length).toBeLessThanOrEqual(64)
    expect(deniedBy()).toEqual([])
  })

  it('asks an exit for its collar and its rate alone', () => {
    const worst = Number.NaN
    const exit = {
      opening: false,
      side: 'sell',
      stopPrice: worst,
      notional: worst,
      equity: worst,
      turnoverToday: worst,
      messagesLeft: 0,
      messages60s: 500,
      duplicateAgeMs: 0,
      inRegularHours: false,
      loss24h: ratio(0.5),
      lossWeek: worst,
      lossToday: ratio(0.5),
      setup: undefined,
    } as const
    expect(deniedBy(exit)).toEqual([])
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
  const cases: [string, Changes, string, string][] = [
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
    ['a trailing stop to buy that waits above', { type: 'trailing_stop' }, '125.00000001', '125'],
    ['an exit through the market', { opening: false, side: 'sell' }, '89.99999999', '90'],
    ['an exit that rests', { opening: false, side: 'sell' }, '110.00000001', '110'],
  ]
  it.each(cases)('bounds %s: denied beyond the collar, allowed on it', (_name, changes, outside, inside) => {
    expect(denied({ ...changes, orderPrice: parsePrice(outside) })).toEqual(['price_collar'])
    expect(denied({ ...changes, orderPrice: parsePrice(inside) })).toEqual([])
  })

  it.each(['stop', 'trailing_stop'] as const)('lets a %s that closes wait as far as it likes', (type) => {
    const exit = { opening: false, side: 'sell', type } as const
    expect(denied({ ...exit, orderPrice: parsePrice('110.00000001') })).toEqual(['price_collar'])
    expect(denied({ ...exit, orderPrice: parsePrice('1') })).toEqual([])
  })

  it('lets an exit go that no reference is left for, but not one without a price', () => {
    const exit = { opening: false, side: 'sell', referencePrice: Number.NaN } as const
    expect(denied(exit)).toEqual([])
    expect(denied({ ...exit, orderPrice: Number.NaN })).toEqual(['price_collar'])
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
    expect(denied({ equity: 0 })).toEqual(['trade_risk', 'turnover'])
  })

  it('does not concern exits, which have no stop', () => {
    expect(denied({ opening: false, stopPrice: Number.NaN })).toEqual([])
  })
})

const NUMBERS = Object.entries(v.parse(hrm.config, {})).filter(([, value]) => typeof value === 'number')

describe('the configuration [REQ_AGENT_04]', () => {
  it.each(NUMBERS)('refuses %s looser than %d, and zero', (key, loosest) => {
    const [looser, tighter] = key === 'duplicateMs' ? [0.5, 2] : [1.001, 0.5]
    expect(v.safeParse(hrm.config, { [key]: Number(loosest) * looser }).success).toBe(false)
    expect(v.safeParse(hrm.config, { [key]: 0 }).success).toBe(false)
    expect(v.safeParse(hrm.config, { [key]: Number(loosest) * tighter }).success).toBe(true)
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

describe('turnover', () => {
  const turnover = (changes: object, settings = {}) => judge(changes, settings).turnover

  it('denies a cent beyond ten times equity in a day, and reports what is nearer its end', () => {
    expect(turnover({ turnoverToday: parseCash('995000.01') })).toMatchObject({
      denies: true,
      limit: ratio(10),
    })
    expect(turnover({ turnoverToday: parseCash('995000') })).toEqual({
      denies: false,
      observed: ratio(10),
      limit: ratio(10),
    })
  })

  it('denies the 501st order of a day', () => {
    expect(turnover({ ordersToday: 500 })).toEqual({ denies: true, observed: ratio(501), limit: ratio(500) })
    expect(turnover({ ordersToday: 499 })).toEqual({ denies: false, observed: ratio(500), limit: ratio(500) })
  })

  it('denies what it cannot compute, and judges by tighter values', () => {
    expect(denied({ turnoverToday: Number.NaN })).toEqual(['turnover'])
    expect(denied({ ordersToday: Number.NaN })).toEqual(['turnover'])
    expect(denied({ ordersToday: 10 }, { ordersPerDay: 10 })).toEqual(['turnover'])
  })
})

describe('message_rate', () => {
  it('denies the 121st message of a minute, and one that the bucket has no room for', () => {
    expect(judge({ messages60s: 120 }).message_rate).toEqual({ denies: true, observed: 121, limit: 120 })
    expect(judge({ messagesLeft: 0.999 }).message_rate).toMatchObject({ denies: true, limit: 20 })
    expect(denied({ messages60s: Number.NaN })).toEqual(['message_rate'])
    expect(denied({ messagesLeft: Number.NaN })).toEqual(['message_rate'])
  })

  it('allows the 120th, and the last of the bucket', () => {
    expect(denied({ messages60s: 119, messagesLeft: 1 })).toEqual([])
    expect(denied({ messagesLeft: 15 }, { messageBurst: 5 })).toEqual(['message_rate'])
  })
})

describe('duplicate', () => {
  it('denies the same order within five seconds, the fifth included', () => {
    expect(denied({ duplicateAgeMs: 5_000 })).toEqual(['duplicate'])
    expect(denied({ duplicateAgeMs: 0 })).toEqual(['duplicate'])
    expect(denied({ duplicateAgeMs: Number.NaN })).toEqual(['duplicate'])
    expect(denied({ duplicateAgeMs: 5_001 })).toEqual([])
    expect(denied({ duplicateAgeMs: 5_001 }, { duplicateMs: 10_000 })).toEqual(['duplicate'])
  })
})

describe('session_hours', () => {
  it('denies an opening that would be executed outside regular hours', () => {
    expect(judge({ inRegularHours: false }).session_hours).toEqual({ denies: true, observed: 0, limit: 1 })
    expect(denied({ inRegularHours: true })).toEqual([])
  })
})

describe('rolling_loss', () => {
  it.each(['loss24h', 'lossWeek'])('denies at 5 %% of %s, and reports the worse of the two', (span) => {
    expect(judge({ [span]: ratio(0.05) }).rolling_loss).toMatchObject({ denies: true, observed: ratio(0.05) })
    expect(judge({ [span]: ratio(0.0499) }).rolling_loss).toMatchObject({
      denies: false,
      observed: ratio(0.0499),
    })
    expect(denied({ [span]: Number.NaN })).toEqual(['rolling_loss'])
  })

  it('judges each span by its own tighter value', () => {
    expect(denied({ loss24h: ratio(0.02) }, { lossWeekMax: 0.02 })).toEqual([])
    expect(denied({ loss24h: ratio(0.02) }, { lossDayMax: 0.02 })).toEqual(['rolling_loss'])
  })
})
