import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Draft, Instrument, Order, Pattern, Plan } from '#core/contract.ts'
import {
  formatPrice,
  formatQuantity,
  mulDiv,
  mulDivUp,
  notionalUp,
  parsePrice,
  parseQuantity,
} from '#core/math.ts'
import { breakout, createKenny } from './kenny.ts'

const RUNS = 2_000

const prices = fc.oneof(
  fc.integer({ min: 1, max: 20_000 }).map((cents) => cents * 1_000_000),
  fc.integer({ min: 1, max: 1_000_000_000_000 }),
)
const texts = prices.map(formatPrice)
const nonsense = fc.constantFrom('', 'NaN', '-1', '0', 'x')
const legs = fc.record(
  {
    stopLoss: fc.record({ price: fc.oneof(texts, nonsense) }),
    targets: fc.array(fc.record({ price: texts, portion: fc.constantFrom('0.5', '0.3', '1', 'x') }), {
      maxLength: 3,
    }),
  },
  { requiredKeys: [] },
)
const terms = fc.oneof(
  texts.map((limitPrice) => ({ type: 'limit' as const, limitPrice })),
  texts.map((stopPrice) => ({ type: 'stop' as const, stopPrice })),
  fc
    .tuple(texts, texts)
    .map(([stopPrice, limitPrice]) => ({ type: 'stop_limit' as const, stopPrice, limitPrice })),
  fc.constant({ type: 'market' as const }),
)
const shares = fc.oneof(fc.double({ min: 0.001, max: 1, noNaN: true }), fc.constantFrom(0, 1.1, Number.NaN))
const capped = fc.oneof(
  shares.map((fraction) => ({ kind: 'risk' as const, fraction })),
  shares.map((fraction) => ({ kind: 'fraction' as const, fraction })),
)
const patterns: fc.Arbitrary<Pattern> = fc
  .record(
    {
      price: texts,
      direction: fc.constantFrom('long' as const, 'short' as const),
      atr: fc.oneof(texts, nonsense),
      stopLevel: fc.oneof(texts, nonsense),
      targetLevel: fc.oneof(texts, nonsense),
      sizing: capped,
      terms,
      legs,
    },
    { requiredKeys: ['price', 'direction'] },
  )
  .map((changes) => ({ ...breakout(), atr: '', ...changes }))

const instruments: fc.Arbitrary<Partial<Instrument>> = fc.record({
  lot: fc.constantFrom(1, 10_000, 100_000_000, 3_000_000_000),
  tick: fc.constantFrom(1, 1_000_000, 5_000_000),
  multiplier: fc.constantFrom(1, 10, 250),
})
const settings = fc.record({
  maxFraction: fc.constantFrom(0.01, 0.1, 1),
  riskFraction: fc.constantFrom(0.001, 0.02, 1),
  notionalMax: fc.constantFrom(100, 10_000, 1_000_000_000),
  sizeBuffer: fc.constantFrom(0, 0.02),
  entry: fc.constantFrom('market', 'limit'),
})
const quotes = fc.option(fc.record({ bid: prices, ask: prices, time: fc.constantFrom(0, 100_000) }), {
  nil: undefined,
})
const situations = fc.record({
  pattern: patterns,
  instrument: instruments,
  config: settings,
  quote: quotes,
  equity: fc.oneof(
    { weight: 1, arbitrary: fc.integer({ min: -10, max: 10 }) },
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 100_000_000_000_000 }) },
  ),
  cut: fc.constantFrom(1, 0.5, 0.333),
})
type Situation = typeof situations extends fc.Arbitrary<infer Value> ? Value : never

function see({ pattern, instrument, config, quote, equity, cut }: Situation): readonly Draft[] {
  const box = createKenny(
    {
      now: 100_000,
      equity,
      instruments: { XYZ: instrument },
      quotes: quote === undefined ? {} : { XYZ: quote },
    },
    config,
  )
  if (cut < 1) box.cut(cut)
  return box.see(pattern)
}

/** Highest and lowest price of a first fill that the prices known now allow, an exact reading of each order type. */
function fillsOf(order: Order, { pattern, quote }: Situation): { high: bigint; low: bigint } {
  const long = order.side === 'buy'
  const fresh = quote !== undefined && quote.time === 100_000
  const market = fresh ? (long ? quote.ask : quote.bid) : parsePrice(pattern.price)
  const limit = parsePrice(order.limitPrice ?? '')
  const trigger = parsePrice(order.stopPrice ?? '')
  if (limit > 0) return { high: BigInt(long ? limit : Math.max(limit, market)), low: BigInt(limit) }
  const reached = trigger > 0 ? trigger : market
  return { high: BigInt(Math.max(market, long ? reached : 0)), low: BigInt(Math.min(market, reached)) }
}

/** fraction × equity × 1e18, as sizes are reckoned: fractions are integers of 1e-8. */
const shareOf = (equity: number, fraction: number) =>
  BigInt(equity) * BigInt(Math.round(fraction * 1e8)) * 100n

function checkCaps(plan: Plan, situation: Situation): void {
  const { instrument, config, equity } = situation
  const { order } = plan
  const quantity = parseQuantity(order.quantity)
  expect(quantity, order.quantity).toBeGreaterThan(0)
  expect(quantity % (instrument.lot ?? 0), 'whole lots').toBe(0)
  expect(formatQuantity(quantity)).toBe(order.quantity)
  const units = BigInt(quantity) * BigInt(instrument.multiplier ?? 0)
  const fills = fillsOf(order, situation)
  // price × quantity is 1e10 times finer than cash.
  const worth = fills.high * units
  expect(worth <= BigInt(config.notionalMax) * 1_000_000n * 10_000_000_000n, 'notional').toBe(true)
  expect(worth <= shareOf(equity, config.maxFraction), 'share of equity').toBe(true)
  const stop = parsePrice(order.stopLoss?.price ?? '')
  const long = order.side === 'buy'
  const entry = long ? fills.high : fills.low
  const risk = (long ? entry - BigInt(stop > 0 ? stop : 0) : BigInt(stop > 0 ? stop : 0) - entry) * units
  if (stop > 0 && risk > 0n) {
    expect(risk <= shareOf(equity, config.riskFraction), 'risk').toBe(true)
    const { sizing } = situation.pattern
    if (sizing?.kind === 'risk') expect(risk <= shareOf(equity, sizing.fraction), 'asked').toBe(true)
  } else {
    expect(situation.pattern.sizing?.kind, 'risk without a stop').not.toBe('risk')
  }
}

describe('whatever pattern comes', () => {
  it('a capped plan keeps every cap after rounding, in whole lots, and explicit legs untouched', () => {
    let plans = 0
    fc.assert(
      fc.property(situations, (situation) => {
        const [draft] = see(situation)
        if (draft?.type === 'plan/dropped') return
        if (draft?.type !== 'plan/proposed') throw new Error('neither a plan nor a reason')
        plans++
        const plan = draft.payload
        checkCaps(plan, situation)
        expect(`${plan.riskCash} ${plan.notes.join(' ')}`).not.toContain('NaN')
        const given = situation.pattern.legs
        if (given === undefined) return
        expect(plan.order.stopLoss).toBe(given.stopLoss)
        expect(plan.order.targets).toBe(given.targets)
      }),
      { numRuns: RUNS },
    )
    expect(plans, 'plans among them').toBeGreaterThan(RUNS / 10)
  })

  it('all-in is the largest number of lots that fits: one more does not', () => {
    const budgets = fc.integer({ min: 1_000_000, max: 10_000_000_000_000 })
    const rates = fc.constantFrom(0, 1, 5_000, 777_777)
    const allIn = { sizing: { kind: 'all-in' }, atr: '' } as const
    fc.assert(
      fc.property(texts, budgets, instruments, rates, (price, equity, instrument, rate) => {
        const lot = instrument.lot ?? 0
        const fee = (_: string, _price: number, quantity: number) =>
          Math.max(1_000_000, mulDivUp(quantity, rate, 100_000_000))
        const box = createKenny({ equity, instruments: { XYZ: instrument } }, {}, fee)
        const [draft] = box.see(breakout({ ...allIn, price }))
        fc.pre(
          !(draft?.type === 'plan/dropped' && draft.payload.reason.endsWith('too small to size an order')),
        )
        const quantity = draft?.type === 'plan/proposed' ? parseQuantity(draft.payload.order.quantity) : 0
        const fits = (units: number) =>
          notionalUp(parsePrice(price), units, instrument.multiplier) + fee('', 0, units) <=
          mulDiv(equity, 9_975, 10_000)
        if (quantity > 0) expect(fits(quantity), `${quantity} fits`).toBe(true)
        expect(fits(quantity + lot), 'one lot more does not').toBe(false)
      }),
      { numRuns: RUNS },
    )
  })

  it('nonsense from a plugin is answered, never thrown at', () => {
    const keys = [
      'price',
      'atr',
      'stopLevel',
      'targetLevel',
      'sizing',
      'terms',
      'legs',
      'confidence',
    ] as const
    const changes = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue())
    const parts = fc.record({ legs: fc.record({ stopLoss: fc.jsonValue(), targets: fc.jsonValue() }) })
    const kinds = fc.constantFrom('risk', 'fraction', 'quantity', 'all-in')
    const sized = fc.record({
      sizing: fc.record({ kind: kinds, fraction: fc.jsonValue(), quantity: fc.jsonValue() }),
    })
    fc.assert(
      fc.property(fc.oneof(changes, parts, sized), (change) => {
        const [draft] = createKenny().see({ ...breakout(), ...change } as unknown as Pattern)
        expect(['plan/proposed', 'plan/dropped']).toContain(draft?.type)
      }),
      { numRuns: RUNS },
    )
  })
})
