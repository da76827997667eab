/** The circuit breakers: what trips them, what they do meanwhile, and how they recover. */

import * as v from 'valibot'
import { beforeEach, describe, expect, it } from 'vitest'
import type {
  ArkEvent,
  Bar,
  Draft,
  EventPayloads,
  EventType,
  Fill,
  Plan,
  WorkingOrder,
} from '#core/contract.ts'
import { NOTHING, parseCash, parsePrice, parseQuantity } from '#core/math.ts'
import { DAY, HOUR, MINUTE, parseTime } from '#core/time.ts'
import type { BreakerState } from '#plugins/hrm/breakers.ts'
import hrm from '#plugins/hrm/index.ts'
import { createValues, createWorld, type WorldValues } from '#tests/support/world.ts'
import { type Changes, denied, judge, NOW, orderFacts, ratio } from './orders.ts'

const CONFIG = v.parse(hrm.config, {})
let state: BreakerState
let values: WorldValues

beforeEach(() => {
  state = hrm.agent.initial()
  values = createValues({ now: NOW })
})

/** The state goes through a snapshot before every event. */
function show<T extends EventType>(type: T, payload: EventPayloads[T]): readonly Draft[] {
  state = JSON.parse(JSON.stringify(state)) as BreakerState
  const event = { type, payload, seq: 1, source: 'test', time: values.now, traceId: '', causeSeq: 0, hop: 0 }
  return hrm.agent.reduce(state, event as ArkEvent, CONFIG, createWorld(values))
}

const tick = (): readonly Draft[] => show('clock/ticked', {})
const told = (drafts: readonly Draft[]): string[] =>
  drafts.map(({ type, payload }) => ('breaker' in payload ? `${type} ${payload.breaker}` : type))
const overlay = (changes: Changes = {}): string[] => denied({ now: values.now, ...changes }, {}, state)

function bar(close: number, changes: Partial<Bar> = {}): readonly Draft[] {
  const price = parsePrice(String(close))
  values.now = Math.max(values.now, changes.end ?? values.now)
  values.marks[changes.symbol ?? 'SPY'] = price
  const row: Bar = {
    symbol: 'SPY',
    end: values.now,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 1,
    resolution: '1m',
    ...changes,
  }
  return show('market/bar', row)
}

/** A fill that leaves `position` and has realised `gained`. */
function fill(gained: string, position: string, changes: Partial<Fill> = {}): readonly Draft[] {
  const symbol = changes.symbol ?? 'XYZ'
  values.realised += parseCash(gained)
  values.positions[symbol] = parseQuantity(position)
  return show('order/filled', {
    orderId: 'o',
    role: 'exit',
    symbol,
    side: 'sell',
    quantity: '10',
    price: '100',
    fee: '0',
    remaining: '0',
    liquidity: 'taker',
    reason: '',
    ...changes,
  })
}

describe('CB-001, the day’s loss [REQ_AGENT_04]', () => {
  it('suspends openings for 1,440 minutes at 2 %, and resets', () => {
    values.equity = parseCash('98000.000001')
    expect(tick()).toBe(NOTHING)
    values.equity = parseCash('98000')
    expect(tick()).toEqual([
      {
        type: 'breaker/tripped',
        payload: {
          breaker: 'CB-001',
          action: 'suspend_trading',
          reason: 'the day has lost 2 %',
          until: NOW + 1_440 * MINUTE,
        },
      },
    ])
    expect(overlay()).toEqual(['overlay:CB-001'])
    values.equity = parseCash('101000')
    values.now = NOW + 1_440 * MINUTE - 1
    expect(tick()).toBe(NOTHING)
    expect(overlay()).toEqual(['overlay:CB-001'])
    expect(overlay({ opening: false })).toEqual([])
    values.now++
    expect(overlay()).toEqual([])
    expect(told(tick())).toEqual(['breaker/reset CB-001'])
    expect(tick()).toBe(NOTHING)
  })

  it('sets deposits aside, and trips again while the loss is there', () => {
    values.netDeposits = parseCash('5000')
    values.equity = parseCash('103000')
    expect(told(tick())).toEqual(['breaker/tripped CB-001'])
    values.now += DAY
    expect(told(tick())).toEqual(['breaker/reset CB-001', 'breaker/tripped CB-001'])
  })

  it('denies on the gate’s own word before it has tripped', () => {
    expect(overlay({ lossToday: ratio(0.02) })).toEqual(['overlay:CB-001'])
    expect(overlay({ lossToday: ratio(0.02) - 1 })).toEqual([])
    expect(overlay({ lossToday: Number.NaN })).toEqual(['overlay:CB-001'])
  })
})

describe('CB-002, positions lost in a row', () => {
  const lose = () => fill('-10', '0')

  it('cuts every limit on size by half at the third', () => {
    expect([told(lose()), told(lose()), told(lose())]).toEqual([[], [], ['breaker/tripped CB-002']])
    const judged = judge({ now: values.now }, {}, state)
    expect(judged.order_size?.limit).toBe(parseQuantity('5000'))
    expect(judged.order_notional?.limit).toBe(parseCash('5000'))
    expect(judged.trade_risk?.limit).toBe(parseCash('1000'))
    expect(judged['overlay:RISK-001']?.limit).toBe(ratio(0.05))
    expect(judged['overlay:short_squeeze_setup.max_position']?.limit).toBe(ratio(0.025))
    expect(judged['overlay:CB-002']).toEqual({ denies: false, observed: ratio(0.5), limit: ratio(1) })
    expect(overlay()).toEqual([])
    expect(overlay({ exposureAfter: parseCash('5001') })).toEqual(['overlay:RISK-001'])
    expect(overlay({ notional: parseCash('5001') })).toEqual(['order_notional'])
  })

  it('recovers with the first that gains', () => {
    for (let count = 0; count < 4; count++) lose()
    expect(told(fill('0.01', '0'))).toEqual(['breaker/reset CB-002'])
    expect(judge({ now: values.now }, {}, state).order_notional?.limit).toBe(parseCash('10000'))
    expect([told(lose()), told(lose())]).toEqual([[], []])
  })

  it('recovers when none was lost for 1,440 minutes', () => {
    for (let count = 0; count < 3; count++) lose()
    values.now += HOUR
    expect(told(lose())).toEqual([])
    values.now += DAY - 1
    expect(told(tick())).toEqual([])
    values.now++
    expect(told(tick())).toEqual(['breaker/reset CB-002'])
    expect(told(lose())).toEqual([])
  })

  it('counts a position once, with its fees, when it is closed', () => {
    lose()
    lose()
    fill('-5', '20')
    fill('-5', '10')
    expect(state.losses).toBe(2)
    expect(told(fill('11', '0'))).toEqual([])
    expect(state.losses).toBe(0)
    fill('0', '10', { side: 'buy', role: 'entry', fee: '1' })
    expect(state.losses).toBe(0)
    fill('1', '0', { fee: '1' })
    expect(state).toMatchObject({ losses: 1, results: {} })
  })

  it('keeps positions of two symbols apart, and a flip closes one', () => {
    fill('0', '10', { symbol: 'ABC', side: 'buy', fee: '2' })
    fill('0', '10', { side: 'buy' })
    expect(state.losses).toBe(0)
    fill('-3', '-10', { side: 'sell' })
    expect(state).toMatchObject({ losses: 1, results: { ABC: parseCash('-2'), XYZ: 0 } })
    fill('1', '0', { symbol: 'ABC' })
    expect(state.losses).toBe(2)
  })

  it('leaves aside what was realised before its run', () => {
    values.realised = parseCash('-50')
    show('run/started', {} as EventPayloads['run/started'])
    fill('1', '0')
    expect(state.losses).toBe(0)
  })
})

describe('CB-003, the market’s fall', () => {
  const plans = (drafts: readonly Draft[]): Plan[] =>
    drafts.flatMap((draft) => (draft.type === 'plan/proposed' ? [draft.payload] : []))

  function fall(): readonly Draft[] {
    bar(100, { end: NOW - DAY })
    bar(98, { end: NOW })
    return bar(97, { end: NOW + MINUTE })
  }

  it('closes all longs at once and lets nothing open until the next session', () => {
    values.positions = { XYZ: parseQuantity('30'), ABC: parseQuantity('-5'), DEF: parseQuantity('0.5') }
    const drafts = fall()
    expect(told(drafts)).toEqual(['breaker/tripped CB-003', 'plan/proposed', 'plan/proposed'])
    expect(drafts[0]?.payload).toEqual({
      breaker: 'CB-003',
      action: 'close_all_long_positions',
      reason: 'SPY has fallen 3 % today',
      until: parseTime('2024-06-13') + 1,
    })
    expect(plans(drafts)[0]).toEqual({
      planId: expect.stringMatching(/^circuit-breaker-XYZ-\d+$/),
      strategy: 'circuit-breaker',
      order: {
        symbol: 'XYZ',
        side: 'sell',
        type: 'market',
        quantity: '30',
        strategy: 'circuit-breaker',
        reduceOnly: true,
        reason: 'circuit_breaker',
      },
      intent: 'exit',
      riskCash: '0',
      notes: ['the benchmark has fallen too far'],
    })
    expect(plans(drafts)[1]?.order).toMatchObject({ symbol: 'DEF', quantity: '0.5' })
    expect(overlay()).toEqual(['overlay:CB-003'])
    values.now = parseTime('2024-06-13')
    expect(overlay()).toEqual(['overlay:CB-003'])
    values.now++
    expect(overlay()).toEqual([])
    expect(told(tick())).toEqual(['breaker/reset CB-003'])
  })

  it('cancels entries that are in the way, and leaves protective orders and exits that work', () => {
    const order = (changes: Partial<WorkingOrder>): WorkingOrder => ({
      orderId: 'e',
      symbol: 'XYZ',
      side: 'buy',
      type: 'limit',
      quantity: '4',
      role: 'entry',
      strategy: 's',
      ...changes,
    })
    values.positions = { XYZ: parseQuantity('30') }
    values.working = {
      XYZ: [
        order({}),
        order({ orderId: 's', side: 'sell', role: 'stop', type: 'stop', quantity: '30' }),
        order({ orderId: 'x', side: 'sell', role: 'exit', quantity: '10' }),
      ],
    }
    expect(plans(fall())[0]?.order).toMatchObject({ quantity: '20', cancelFirst: ['e'] })
  })

  it('asks again each minute for what is still held and not being closed', () => {
    values.positions = { XYZ: parseQuantity('30') }
    expect(plans(fall())).toHaveLength(1)
    values.now += MINUTE - 1
    expect(tick()).toBe(NOTHING)
    values.now++
    expect(plans(tick())[0]?.planId).toMatch(/^circuit-breaker-XYZ-\d+$/)
    values.positions = {}
    values.now += MINUTE
    expect(tick()).toBe(NOTHING)
  })

  it('measures a day from the last price of the day before, and its first day from the open', () => {
    expect(told(bar(96.9, { open: parsePrice('100') }))).toEqual(['breaker/tripped CB-003'])
    expect(state.benchmarks.SPY).toMatchObject({ start: parsePrice('100') })
    values.now += DAY
    expect(told(bar(94.1))).toEqual(['breaker/reset CB-003'])
    expect(told(bar(93.9))).toEqual(['breaker/tripped CB-003'])
  })

  it('takes a daily bar for the whole day that it ends', () => {
    const day = (close: number, end: number) => bar(close, { end, resolution: '1d' })
    const close = parseTime('2024-06-12T20:00:00Z')
    expect(told(day(100, close))).toEqual([])
    expect(told(day(96, close + DAY))).toEqual(['breaker/tripped CB-003'])
    expect(overlay()).toEqual(['overlay:CB-003'])
    expect(told(day(95, close + 2 * DAY))).toEqual(['breaker/reset CB-003'])
    expect(overlay()).toEqual([])
  })

  it('believes no single wild print, and a second one near it', () => {
    bar(100)
    expect(told(bar(50))).toEqual([])
    expect(told(bar(100))).toEqual([])
    expect(told(bar(60))).toEqual([])
    expect(told(bar(61))).toEqual(['breaker/tripped CB-003'])
  })

  it('hears trades and quotes too, and only of a benchmark', () => {
    bar(100)
    expect(bar(90, { symbol: 'XYZ' })).toBe(NOTHING)
    const quote = { symbol: 'SPY', time: NOW, bid: 1, bidSize: 1, ask: 1, askSize: 1 }
    values.marks = { SPY: parsePrice('97.1') }
    expect(told(show('market/quote', quote))).toEqual([])
    const trade = { symbol: 'SPY', time: NOW, price: parsePrice('97'), quantity: 1 }
    // Without a mark it is the word of a source that nobody registered.
    expect(told(show('market/trade', trade))).toEqual([])
    values.marks = { SPY: parsePrice('97') }
    expect(told(show('market/trade', trade))).toEqual(['breaker/tripped CB-003'])
  })
})

describe('without a state', () => {
  it('nothing opens, and an exit still leaves', () => {
    const names = hrm.overlay.limits(CONFIG).map(({ name }) => name)
    const denying = (changes: Changes) => {
      const found: (string | undefined)[] = []
      hrm.overlay.judge(
        orderFacts(changes),
        (index, denies) => {
          if (denies) found.push(names[index])
        },
        CONFIG,
        undefined,
      )
      return found
    }
    expect(denying({})).toEqual(['overlay:CB-001', 'overlay:CB-003'])
    expect(denying({ opening: false })).toEqual([])
  })
})
