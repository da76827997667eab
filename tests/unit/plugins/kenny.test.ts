import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Decision, EventPayloads, WorkingOrder } from '#core/contract.ts'
import { NOTHING, parseCash, parseDecimal, parsePrice, parseQuantity } from '#core/math.ts'
import kenny from '#plugins/kenny/index.ts'
import { breakout, createKenny, decision, planFor, planOf, reasonOf, UNBUFFERED } from './kenny.ts'

describe('a plan that cannot be made', () => {
  it('is dropped with the reason when less than one lot fits, never rounded up to one', () => {
    expect(createKenny().see(breakout({ price: '10000.01', atr: '100' }))).toEqual([
      {
        type: 'plan/dropped',
        payload: { reason: 'XYZ: the notional cap leaves room for less than one lot' },
      },
    ])
    expect(createKenny({ equity: parseCash('999.99') }).see(breakout())).toEqual([
      {
        type: 'plan/dropped',
        payload: { reason: 'XYZ: the share of equity leaves room for less than one lot' },
      },
    ])
  })

  it('is dropped without equity', () => {
    for (const equity of [0, -1, Number.NaN]) {
      expect(createKenny({ equity }).see(breakout())[0]?.type).toBe('plan/dropped')
    }
  })

  it('is dropped when its direction is neither: what is no long is not therefore a short', () => {
    for (const direction of ['up', '', undefined] as unknown as ('long' | 'short')[]) {
      expect(reasonOf(createKenny().see(breakout({ direction })))).toBe(
        'the direction is neither long nor short',
      )
    }
  })

  it('goes to the gate as one bare lot without a price, so that the sender hears a refusal', () => {
    for (const price of ['0', '-1', 'NaN', '']) {
      const { order } = planOf(createKenny().see(breakout({ price })))
      expect(order).toEqual({
        symbol: 'XYZ',
        side: 'buy',
        type: 'market',
        quantity: '1',
        strategy: 'breakout',
      })
    }
  })

  it('is dropped when the price is so small that a quantity would not be exact, or under a tick for a limit', () => {
    expect(createKenny().see(breakout({ price: '0.00000001' }))[0]?.type).toBe('plan/dropped')
    expect(createKenny({}, { entry: 'limit' }).see(breakout({ price: '0.005' }))[0]?.type).toBe(
      'plan/dropped',
    )
  })

  it('uses no plan number up', () => {
    const box = createKenny()
    box.see(breakout({ price: '80000000' }))
    expect(planOf(box.see(breakout())).planId).toBe('breakout-1')
    expect(planOf(box.see(breakout())).planId).toBe('breakout-2')
  })
})

describe('size [COMP_KENNY]', () => {
  it('is bound by the notional: 10,000 buys exactly 100 at 100, and 99 at one cent more', () => {
    const rich = { equity: parseCash('1000000') }
    expect(planFor({}, rich, UNBUFFERED).order.quantity).toBe('100')
    expect(planFor({ price: '100.01' }, rich, UNBUFFERED).order.quantity).toBe('99')
  })

  it('is bound by the share of equity: 10 % of 50,000 buys 50 at 100, of a millionth less 49', () => {
    expect(planFor({}, { equity: parseCash('50000') }, UNBUFFERED).order.quantity).toBe('50')
    expect(planFor({}, { equity: parseCash('49999.999999') }, UNBUFFERED).order.quantity).toBe('49')
  })

  it('is bound by the risk: 0.1 % of 100,000 over a risk of 4 is 25, over 4.01 it is 24', () => {
    const careful = { ...UNBUFFERED, riskFraction: 0.001 }
    const plan = planFor({}, {}, careful)
    expect(plan.order.quantity).toBe('25')
    expect(plan.riskCash).toBe('100')
    expect(plan.notes).toContain('size bound by the risk at the stop')
    expect(planFor({ stopLevel: '95.99' }, {}, careful).order.quantity).toBe('24')
  })

  it('keeps the buffer below the bound, so that a fill 2 % higher still fits', () => {
    const { quantity } = planFor().order
    expect(quantity).toBe('98')
    expect(98 * 102).toBeLessThanOrEqual(10_000)
  })

  it('is a whole number of lots: fractions only where the instrument has them', () => {
    const instruments = { XYZ: { kind: 'crypto', lot: parseQuantity('0.0001') } } as const
    expect(planFor({ price: '61000', atr: '500' }, { instruments }).order.quantity).toBe('0.1607')
    const hundreds = { XYZ: { lot: parseQuantity('30') } }
    expect(planFor({}, { instruments: hundreds }).order.quantity).toBe('90')
  })

  it('counts the multiplier of the instrument', () => {
    const instruments = { XYZ: { multiplier: 10 } }
    expect(planFor({}, { instruments }, UNBUFFERED).order.quantity).toBe('10')
  })

  it('does not look at positions or working orders: that is the gate’s part', () => {
    const held = { positions: { XYZ: parseQuantity('100000') }, mode: 'halted' } as const
    expect(planFor({}, held)).toEqual(planFor())
  })
})

describe('stop and targets', () => {
  it('leaves the stop out when neither a level nor an ATR is known, so that the gate denies honestly', () => {
    const { atr: _, ...pattern } = breakout()
    const plan = planOf(createKenny().see(pattern))
    expect(plan.order).not.toHaveProperty('stopLoss')
    expect(plan.order).not.toHaveProperty('targets')
    expect(plan.order.quantity).toBe('98')
    expect(plan.riskCash).toBe('9800')
  })

  it('ignores a level on the winning side and a wrong ATR', () => {
    expect(planFor({ stopLevel: '100' }).order.stopLoss?.price).toBe('96')
    expect(planFor({ stopLevel: '101' }).order.stopLoss?.price).toBe('96')
    expect(planFor({ atr: '-1' }).order).not.toHaveProperty('stopLoss')
    expect(planFor({ atr: '60' }).order, 'a stop below zero is none').not.toHaveProperty('stopLoss')
    expect(planFor({ targetLevel: '99' }).order.targets).toHaveLength(3)
  })

  it('takes 2 ATR and three multiples of the risk', () => {
    expect(planFor().order).toEqual({
      symbol: 'XYZ',
      side: 'buy',
      type: 'market',
      quantity: '98',
      stopLoss: { price: '96' },
      targets: [
        { price: '106', portion: '0.5' },
        { price: '110', portion: '0.3' },
        { price: '116', portion: '0.2' },
      ],
      strategy: 'breakout',
    })
  })

  it('mirrors for a short', () => {
    const { order } = planFor({ direction: 'short' })
    expect(order.side).toBe('sell')
    expect(order.quantity).toBe('98')
    expect(order.stopLoss?.price).toBe('104')
    expect(order.targets?.map(({ price }) => price)).toEqual(['94', '90', '84'])
  })

  it('takes the levels of the pattern before its own', () => {
    const { order } = planFor({ stopLevel: '97.5', targetLevel: '108' })
    expect(order.stopLoss?.price).toBe('97.5')
    expect(order.targets).toEqual([{ price: '108', portion: '1' }])
  })

  it('rounds the stop away from the entry and the targets towards it, on both sides', () => {
    const long = planFor({ stopLevel: '97.507', targetLevel: '108.009' }).order
    expect([long.stopLoss?.price, long.targets?.[0]?.price]).toEqual(['97.5', '108'])
    const short = planFor({ direction: 'short', stopLevel: '103.001', targetLevel: '92.001' }).order
    expect([short.stopLoss?.price, short.targets?.[0]?.price]).toEqual(['103.01', '92.01'])
  })

  it('leaves every price on the tick for an odd price and ATR', () => {
    for (const direction of ['long', 'short'] as const) {
      const { order } = planFor({ direction, price: '37.1234567', atr: '0.7654321' })
      const prices = [order.stopLoss?.price ?? '', ...(order.targets ?? []).map(({ price }) => price)]
      expect(prices).toHaveLength(4)
      for (const price of prices) expect(parsePrice(price) % 1_000_000, price).toBe(0)
    }
  })

  it('offers the price of the pattern as a limit when it is told so, rounded in our favour', () => {
    const config = { entry: 'limit' }
    expect(planFor({ price: '100.019' }, {}, config).order.limitPrice).toBe('100.01')
    expect(planFor({ price: '100.011', direction: 'short' }, {}, config).order.limitPrice).toBe('100.02')
  })
})

describe('an exit', () => {
  const exit = breakout({ action: 'exit', pattern: 'mean_reversion' })

  it('says nothing when nothing is held in that direction', () => {
    expect(createKenny().see(exit)).toEqual([])
    expect(createKenny({ positions: { XYZ: parseQuantity('-5') } }).see(exit)).toEqual([])
  })

  it('says nothing while another exit closes all of it', () => {
    const working = {
      XYZ: [
        {
          orderId: 'e',
          symbol: 'XYZ',
          side: 'sell',
          type: 'market',
          quantity: '5',
          role: 'exit',
          strategy: 's',
        },
      ],
    } as const
    expect(createKenny({ positions: { XYZ: parseQuantity('5') }, working }).see(exit)).toEqual([])
  })

  it('closes the whole position at the market, long and short', () => {
    const long = planOf(createKenny({ positions: { XYZ: parseQuantity('42.5') } }).see(exit))
    expect(long).toMatchObject({ intent: 'exit', planId: 'mean_reversion-1', riskCash: '0' })
    expect(long.order).toMatchObject({
      side: 'sell',
      type: 'market',
      quantity: '42.5',
      reason: 'mean_reversion',
    })
    const short = planOf(
      createKenny({ positions: { XYZ: parseQuantity('-7') } }).see({ ...exit, direction: 'short' }),
    )
    expect(short.order).toMatchObject({ side: 'buy', quantity: '7' })
    expect(long.order, 'nothing is in its way').not.toHaveProperty('cancelFirst')
  })

  it('clears its own resting orders of the other side out of its way, stops excepted', () => {
    const resting = (orderId: string, changes: Partial<WorkingOrder> = {}): WorkingOrder => ({
      orderId,
      symbol: 'XYZ',
      side: 'buy',
      type: 'limit',
      limitPrice: '90',
      quantity: '1',
      role: 'entry',
      strategy: 's',
      ...changes,
    })
    const working = {
      XYZ: [
        resting('limit'),
        resting('market', { type: 'market' }),
        resting('stop', { type: 'stop', stopPrice: '120' }),
        resting('stop_limit', { type: 'stop_limit', stopPrice: '120' }),
        resting('trailing', { type: 'trailing_stop', stopPrice: '120', trail: '5' }),
        resting('target', { side: 'sell', role: 'target', limitPrice: '130' }),
      ],
    }
    const { order } = planOf(createKenny({ positions: { XYZ: parseQuantity('5') }, working }).see(exit))
    expect(order.cancelFirst).toEqual(['limit', 'market'])
  })
})

describe('execution', () => {
  it('submits a decision once, also after a restart from a snapshot [COMP_KENNY]', () => {
    const box = createKenny()
    const order = decision('d1').order
    expect(box.approve(decision('d1'))).toEqual([
      { type: 'order/submitted', payload: { orderId: 'd1', order, intent: 'open' } },
    ])
    expect(box.approve(decision('d1'))).toEqual([])
    box.restart()
    expect(box.approve(decision('d1'))).toEqual([])
  })

  it('throttles the 61st opening within a minute for good, and lets the next minute through [FIG_KENNY_60]', () => {
    const box = createKenny({ now: 1_000 })
    for (let number = 1; number <= 60; number++) {
      expect(box.approve(decision(`d${number}`))[0]?.type).toBe('order/submitted')
    }
    box.seen.now = 60_999
    box.restart()
    expect(box.approve(decision('d61'))[0]).toMatchObject({
      type: 'order/throttled',
      payload: { orderId: 'd61' },
    })
    box.seen.now = 61_000
    expect(box.approve(decision('d61')), 'a throttled decision has to be proposed anew').toEqual([])
    expect(box.approve(decision('d62'))[0]?.type).toBe('order/submitted')
  })

  it('slides: room comes back one by one as the submissions age', () => {
    const box = createKenny({}, { actionsPerMinute: 2 })
    const at = (now: number, id: string) => {
      box.seen.now = now
      return box.approve(decision(id))[0]?.type
    }
    expect(at(0, 'a')).toBe('order/submitted')
    expect(at(30_000, 'b')).toBe('order/submitted')
    expect(at(59_999, 'c')).toBe('order/throttled')
    expect(at(60_000, 'd')).toBe('order/submitted')
    expect(at(60_001, 'e')).toBe('order/throttled')
    expect(at(90_000, 'f')).toBe('order/submitted')
  })

  it('never holds an exit back, though it counts [FIG_KENNY_60]', () => {
    const box = createKenny({}, { actionsPerMinute: 1 })
    expect(box.approve(decision('a', 'exit'))[0]?.type).toBe('order/submitted')
    expect(box.approve(decision('b'))[0]?.type).toBe('order/throttled')
    expect(box.approve(decision('c', 'exit'))[0]?.type).toBe('order/submitted')
  })

  it('remembers a bounded number of decisions', () => {
    const box = createKenny({}, { actionsPerMinute: 1 })
    for (let number = 0; number < 64; number++) box.approve(decision(`d${number}`, 'exit'))
    expect(box.approve(decision('d0', 'exit')), 'the oldest is still known').toEqual([])
    box.approve(decision('new', 'exit'))
    expect(box.approve(decision('d0', 'exit'))[0]?.type, 'and then makes room').toBe('order/submitted')
    expect(box.approve(decision('d2', 'exit'))).toEqual([])
  })
})

describe('what the gate did not approve', () => {
  const refused = ['decision/denied', 'decision/held'] as const
  const judged = (changes: object) => ({ ...decision('d1'), allowed: false, ...changes }) as Decision

  it.each(refused)('is never submitted after %s', (type) => {
    const box = createKenny()
    for (const ungoverned of [undefined, false, 'true', 1, null]) {
      expect(box.send({ type, payload: judged({ ungoverned }) }), String(ungoverned)).toBe(NOTHING)
    }
  })

  it.each(refused)('is not submitted after %s outside a backtest, whatever it says', (type) => {
    for (const runKind of ['paper', 'live'] as const) {
      expect(createKenny({ runKind }).send({ type, payload: judged({ ungoverned: true }) })).toBe(NOTHING)
    }
  })

  it.each(refused)('leaves once after %s where the gate only observes', (type) => {
    const box = createKenny()
    const payload = judged({ ungoverned: true })
    expect(box.send({ type, payload })).toEqual([
      { type: 'order/submitted', payload: { orderId: 'd1', order: payload.order, intent: 'open' } },
    ])
    expect(box.send({ type, payload })).toEqual([])
    expect(box.approve(decision('d1')), 'nor when it is approved afterwards').toEqual([])
  })

  it('are held back by no throttle in a run whose first event says that it only observes', () => {
    const left = (ungoverned: boolean, runKind: 'backtest' | 'paper' = 'backtest') => {
      const box = createKenny({ runKind }, { actionsPerMinute: 1 })
      const payload = { runId: 'r', ...(ungoverned ? { ungoverned } : {}) } as EventPayloads['run/started']
      box.send({ type: 'run/started', payload })
      box.restart()
      return ['d1', 'd2', 'd3'].map((id) => box.approve(decision(id))[0]?.type)
    }
    expect(left(true)).toEqual(['order/submitted', 'order/submitted', 'order/submitted'])
    expect(left(false)).toEqual(['order/submitted', 'order/throttled', 'order/throttled'])
    expect(left(true, 'paper')).toEqual(['order/submitted', 'order/throttled', 'order/throttled'])
  })

  it('answers an event that is not his with the shared nothing', () => {
    expect(createKenny().send({ type: 'clock/ticked', payload: {} })).toBe(NOTHING)
  })
})

describe('the configuration', () => {
  it('refuses targets that sell more than there is, unknown keys and bad ranges', () => {
    const targets = [
      { multiple: 1, portion: 0.6 },
      { multiple: 2, portion: 0.5 },
    ]
    for (const bad of [
      { targets },
      { size: 1 },
      { riskFraction: 0 },
      { maxFraction: 2 },
      { stopFraction: 0 },
      { stopFraction: 1 },
      { actionsPerMinute: 0 },
    ]) {
      expect(v.safeParse(kenny.config, bad).success, JSON.stringify(bad)).toBe(false)
    }
  })

  it('has portions by default that add up to exactly 1', () => {
    const portions = planFor().order.targets?.map(({ portion }) => parseDecimal(portion, 8)) ?? []
    expect(portions.reduce((sum, portion) => sum + portion, 0)).toBe(100_000_000)
  })
})
