/** defineStrategy: which bars reach a strategy, with which state, and what becomes of its advice. */

import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Bar, Draft, Pattern, Quantity } from '#core/contract.ts'
import { NOTHING } from '#core/math.ts'
import { type Advice, defineStrategy, type StrategyState, type StrategyView } from '#core/strategy.ts'
import { ONE } from '../../support/facts.ts'
import { eventOf } from '../../support/host.ts'
import { barOf, NOW } from '../../support/kernel.ts'
import { createValues, createWorld } from '../../support/world.ts'

interface Seen {
  closes: number[]
}

const PARAMS = v.strictObject({ length: v.optional(v.number(), 3) })
const LONG: Advice = { action: 'enter', direction: 'long' }

function strategyOf(
  onBar: (state: Seen, bar: Bar, view: StrategyView<{ length: number }>) => Advice | undefined,
) {
  const made = defineStrategy<Seen, { length: number }>({
    name: 'probe',
    version: '1.0.0',
    params: PARAMS,
    sizing: ({ length }) => ({ kind: 'risk', fraction: length / 100 }),
    initial: () => ({ closes: [] }),
    onBar,
  })
  const { agent } = made
  if (agent === undefined) throw new Error('no agent')
  const positions: Record<string, Quantity> = {}
  const world = createWorld(createValues({ positions }))
  const show = (state: StrategyState<Seen>, bar: Bar) =>
    agent.reduce(state, eventOf('market/bar', bar), { length: 3 }, world)
  return { plugin: made, positions, world, initial: () => agent.initial({ length: 3 }), show, agent }
}

const remember = strategyOf((state, bar) => void state.closes.push(bar.close / ONE))

function patternOf(drafts: readonly Draft[]): Pattern {
  const [draft] = drafts
  if (draft?.type !== 'pattern/recognised') throw new Error('it says nothing')
  return draft.payload
}

describe('a strategy is shown', () => {
  it('no event but bars', () => {
    const quote = { symbol: 'XYZ', time: NOW, bid: ONE, bidSize: ONE, ask: ONE, askSize: ONE }
    const { agent, world } = remember
    const state = remember.initial()
    expect(agent.reduce(state, eventOf('market/quote', quote), { length: 3 }, world)).toBe(NOTHING)
    expect(state).toEqual({ symbols: {} })
  })

  it('no bar twice, and none that is older', () => {
    const state = remember.initial()
    for (const [close, end] of [
      [100, NOW],
      [101, NOW],
      [102, NOW - 60_000],
      [103, NOW + 60_000],
    ] as const)
      remember.show(state, barOf(close, { end }))
    expect(state.symbols.XYZ?.['1m']?.state.closes).toEqual([100, 103])
  })

  it('each symbol and bar length with a state of its own, whatever the symbol is called', () => {
    const state = remember.initial()
    const bars = ['constructor', 'XYZ', 'ABC', 'constructor', 'XYZ'].map((symbol, index) =>
      barOf(100 + index, { symbol, end: NOW + index * 60_000 }),
    )
    for (const bar of bars) remember.show(state, bar)
    remember.show(state, barOf(200, { resolution: '1h' }))
    expect(JSON.parse(JSON.stringify(state.symbols))).toMatchObject({
      XYZ: { '1m': { state: { closes: [101, 104] } }, '1h': { state: { closes: [200] } } },
      constructor: { '1m': { state: { closes: [100, 103] } } },
      ABC: { '1m': { state: { closes: [102] } } },
    })
  })

  it('in two kernels by turns without mixing them, and after a snapshot in the state restored from it', () => {
    const [one, other] = [remember.initial(), remember.initial()]
    remember.show(one, barOf(100))
    remember.show(other, barOf(50))
    const restored = JSON.parse(JSON.stringify(one)) as StrategyState<Seen>
    remember.show(restored, barOf(101, { end: NOW + 60_000 }))
    remember.show(other, barOf(51, { end: NOW + 60_000 }))
    expect(one.symbols.XYZ?.['1m']?.state.closes).toEqual([100])
    expect(restored.symbols.XYZ?.['1m']?.state.closes).toEqual([100, 101])
    expect(other.symbols.XYZ?.['1m']?.state.closes).toEqual([50, 51])
  })

  it('its parameters, the world, and what is held of the bar’s symbol', () => {
    const seen: unknown[] = []
    const probe = strategyOf((_state, _bar, view) => {
      seen.push([view.params.length, view.position, view.world.position('ABC')])
      return undefined
    })
    probe.positions.ABC = 7 * ONE
    const state = probe.initial()
    probe.show(state, barOf(100, { symbol: 'ABC' }))
    probe.show(state, barOf(100))
    expect(seen).toEqual([
      [3, 7 * ONE, 7 * ONE],
      [3, 0, 7 * ONE],
    ])
  })
})

describe('its advice', () => {
  const say = (advice: unknown) => {
    const probe = strategyOf(() => advice as Advice)
    return probe.show(probe.initial(), barOf(100))
  }

  it.each<[string, unknown, RegExp]>([
    ['an unknown action', { action: 'buy', direction: 'long' }, /action buy, wanted enter, exit or amend/],
    ['an unknown direction', { action: 'enter', direction: 'up' }, /direction up, wanted long or short/],
    ['a promise', Promise.resolve(LONG), /action undefined/],
    ['a text', 'enter', /action undefined/],
    [
      'a field that nobody reads',
      { ...LONG, stopLoss: 90 * ONE },
      /a field stopLoss, wanted none but action,/,
    ],
    ['a stop that is no number', { ...LONG, stop: Number.NaN }, /the stop NaN, wanted a number/],
    ['an endless stop', { ...LONG, stop: Number.NEGATIVE_INFINITY }, /the stop -Infinity/],
    ['a stop that is null', { ...LONG, stop: null }, /the stop null/],
    ['a trail without a stop', { ...LONG, trail: ONE }, /a trail and no stop/],
    ['a trail that is no number', { ...LONG, stop: 90 * ONE, trail: Number.NaN }, /the trail NaN/],
    ['a target without a price', { ...LONG, targets: [{ portion: 1 }] }, /the target undefined/],
    ['a portion above 1', { ...LONG, targets: [{ price: 110 * ONE, portion: 100 }] }, /the portion 100/],
    [
      'more portions than there is',
      { ...LONG, targets: [0.75, 0.5].map((portion) => ({ price: 110 * ONE, portion })) },
      /portions make 1.25, wanted at most 1/,
    ],
    ['too sure', { ...LONG, confidence: 7 }, /the confidence 7, wanted 0 to 1/],
    ['not even unsure', { ...LONG, confidence: Number.NaN }, /the confidence NaN/],
    ['no evidence', { ...LONG, evidence: { atr: Number.NaN } }, /the evidence atr NaN/],
    ['a sizing of no kind', { ...LONG, sizing: { kind: 'martingale' } }, /the sizing kind martingale/],
    [
      'five times the equity',
      { ...LONG, sizing: { kind: 'risk', fraction: 5 } },
      /sizing fraction 5, wanted 0/,
    ],
    ['a loan', { ...LONG, sizing: { kind: 'all-in', share: 1.5 } }, /sizing share 1.5/],
    ['a fraction that is none', { ...LONG, sizing: { kind: 'fraction' } }, /sizing fraction undefined/],
    ['new terms that are none', { action: 'amend', orderId: 'a-1', stop: Number.NaN }, /the stop NaN/],
    ['new terms of no order', { action: 'amend', stop: ONE }, /the orderId undefined/],
    ['new terms with another field', { action: 'amend', orderId: 'a-1', size: 1 }, /a field size/],
  ])('is refused when it is %s', (_, advice, why) => {
    expect(() => say(advice)).toThrow(why)
  })

  it.each<[string, object]>([
    ['a stop at the entry', { stop: 100 * ONE }],
    ['a stop beyond the entry', { stop: 101 * ONE }],
    ['nothing to risk', { sizing: { kind: 'risk', fraction: 0 } }],
    ['ten tenths', { targets: Array.from({ length: 10 }, () => ({ price: 110 * ONE, portion: 0.1 })) }],
  ])('passes with %s: whether that can be traded is for Kenny to say', (_, advice) => {
    expect(patternOf(say({ ...LONG, ...advice })).direction).toBe('long')
  })

  it('is refused for the sizing of the strategy too', () => {
    const probe = strategyOf(() => LONG)
    const reduce = (length: number) =>
      probe.agent.reduce(probe.initial(), eventOf('market/bar', barOf(100)), { length }, probe.world)
    expect(() => reduce(500)).toThrow(/sizing fraction 5/)
    expect(reduce(5)).toHaveLength(1)
  })

  it('may be none: then nothing is said, and nothing allocated', () => {
    expect(say(undefined)).toBe(NOTHING)
  })

  it('is a pattern with the sizing of the strategy, a confidence, and the close as its price', () => {
    expect(patternOf(say(LONG))).toEqual({
      symbol: 'XYZ',
      direction: 'long',
      pattern: 'probe',
      confidence: 0.75,
      price: '100',
      action: 'enter',
      sizing: { kind: 'risk', fraction: 0.03 },
      evidence: {},
    })
  })

  it('has its legs rounded to the tick', () => {
    const legs = patternOf(
      say({
        ...LONG,
        stop: 98.123456 * ONE,
        trail: 2.004 * ONE,
        targets: [
          { price: 103.005 * ONE, portion: 0.5 },
          { price: 104.999 * ONE, portion: 0.25 },
        ],
      }),
    ).legs
    expect(legs).toEqual({
      stopLoss: { price: '98.12', trail: '2' },
      targets: [
        { price: '103.01', portion: '0.5' },
        { price: '105', portion: '0.25' },
      ],
    })
  })

  it('of an exit has neither legs nor sizing', () => {
    const pattern = patternOf(say({ action: 'exit', direction: 'long', stop: 90 * ONE }))
    expect([pattern.legs, pattern.sizing, pattern.action]).toEqual([undefined, undefined, 'exit'])
  })

  it('goes before the strategy’s own sizing, and brings terms and evidence', () => {
    const terms = { type: 'limit', limitPrice: '99.5' }
    const sizing = { kind: 'quantity', quantity: '10' }
    const pattern = patternOf(say({ ...LONG, sizing, terms, confidence: 0.9, evidence: { atr: 1.5 } }))
    expect(pattern).toMatchObject({ sizing, terms, confidence: 0.9, evidence: { atr: 1.5 } })
  })
})
