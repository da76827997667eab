import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { ArkEvent, Bar, Draft, Resolution, Signal } from '#core/contract.ts'
import kyle from '#plugins/kyle/index.ts'

type Agent = ReturnType<typeof createKyle>

function createKyle(config: object = {}) {
  const settings = v.parse(kyle.config, config)
  let state = kyle.agent.initial()
  const show = (type: string, payload: unknown): readonly Draft[] => {
    const event = { type, payload, seq: 1, source: 'test', time: 0, traceId: '', causeSeq: 0, hop: 0 }
    return kyle.agent.reduce(state, event as ArkEvent, settings)
  }
  return {
    show,
    bar: (changes: Partial<Bar>) => show('market/bar', makeBar(changes)),
    signal: (payload: unknown) => show('signal/received', payload),
    restart: () => {
      state = JSON.parse(JSON.stringify(state))
    },
    text: () => JSON.stringify(state),
  }
}

const CENT = 1_000_000
const UNIT = 10_000

function makeBar(changes: Partial<Bar>): Bar {
  const close = changes.close ?? 10_000 * CENT
  const fixed = { symbol: 'XYZ', end: 1, open: close, high: close, low: close, volume: 1_000 * UNIT }
  return { resolution: '1d', ...fixed, close, ...changes }
}

/** Twenty bars of one volume whose closes rise from 98.1 to 100 (`falling`: fall from 101.9); the next is number 21. */
function warm(agent: Agent, { symbol = 'XYZ', resolution = '1d' as Resolution, falling = false } = {}): void {
  for (let end = 1; end <= 20; end++) {
    const away = (20 - end) * 10 * CENT
    const close = 10_000 * CENT + (falling ? away : -away)
    expect(agent.bar({ symbol, resolution, end, close })).toEqual([])
  }
}

function signalOf(drafts: readonly Draft[]): Signal | undefined {
  const [draft] = drafts
  if (draft === undefined) return undefined
  if (draft.type !== 'signal/accepted') throw new Error(`wanted a signal, got ${JSON.stringify(draft)}`)
  return draft.payload
}

/** What the bar after the warm-up makes of a move in per cent and a multiple of the mean volume. */
function next(
  percent: number,
  volumeRatio: number,
  falling = false,
  config: object = {},
): Signal | undefined {
  const agent = createKyle(config)
  warm(agent, { falling })
  const close = Math.round((100 + percent) * 100) * CENT
  return signalOf(agent.bar({ end: 21, close, volume: volumeRatio * 1_000 * UNIT }))
}

describe('a signal from outside is refused [COMP_KYLE]', () => {
  const REFUSED: readonly [string, unknown, string, RegExp][] = [
    ['not an object', 'SPY long', 'SIGNAL_INVALID', /object/],
    ['null', null, 'SIGNAL_INVALID', /object/],
    ['a list', [{ symbol: 'SPY', direction: 'long' }], 'SIGNAL_INVALID', /object/],
    ['nothing in it', {}, 'SYMBOL_INVALID', /^symbol/],
    ['no symbol', { direction: 'long' }, 'SYMBOL_INVALID', /^symbol/],
    ['a symbol that is a number', { symbol: 5, direction: 'long' }, 'SYMBOL_INVALID', /^symbol/],
    ['an empty symbol', { symbol: '  ', direction: 'long' }, 'SYMBOL_INVALID', /^symbol/],
    ['a symbol of 21 characters', { symbol: 'A'.repeat(21), direction: 'long' }, 'SYMBOL_INVALID', /^symbol/],
    ['a symbol of 10,000', { symbol: 'A'.repeat(10_000), direction: 'long' }, 'SYMBOL_INVALID', /^symbol/],
    [
      '10,000 spaces round it',
      { symbol: `${' '.repeat(10_000)}A`, direction: 'long' },
      'SYMBOL_INVALID',
      /^symbol/,
    ],
    ['a symbol with a space', { symbol: 'S PY', direction: 'long' }, 'SYMBOL_INVALID', /^symbol/],
    ['a symbol that begins with a dot', { symbol: '.SPY', direction: 'long' }, 'SYMBOL_INVALID', /^symbol/],
    ['a prototype key', { symbol: '__proto__', direction: 'long' }, 'SYMBOL_INVALID', /^symbol/],
    ['a long s, upper case S', { symbol: 'ſpy', direction: 'long' }, 'SYMBOL_INVALID', /^symbol/],
    ['no direction', { symbol: 'SPY' }, 'DIRECTION_INVALID', /^direction.*long or short/],
    ['another direction', { symbol: 'SPY', direction: 'up' }, 'DIRECTION_INVALID', /^direction/],
    [
      'an inherited direction',
      { symbol: 'SPY', direction: 'constructor' },
      'DIRECTION_INVALID',
      /^direction/,
    ],
    ['the other form’s word', { symbol: 'SPY', direction: 'buy' }, 'DIRECTION_INVALID', /^direction/],
    ['the other form’s field', { symbol: 'SPY', action: 'buy' }, 'DIRECTION_INVALID', /^direction/],
    ['no action', { ticker: 'SPY', direction: 'long' }, 'DIRECTION_INVALID', /^action.*buy or sell/],
    ['a bad ticker', { ticker: '', action: 'buy' }, 'SYMBOL_INVALID', /^ticker/],
    ['a NaN', { symbol: 'SPY', direction: 'long', price: Number.NaN }, 'METADATA_INVALID', /^price/],
    [
      'an infinity within',
      { symbol: 'A', direction: 'long', a: { b: [Infinity] } },
      'METADATA_INVALID',
      /^a\.b/,
    ],
    ['a function', { symbol: 'A', direction: 'long', f: () => 1 }, 'METADATA_INVALID', /^f is not JSON/],
    [
      'metadata that is text',
      { symbol: 'A', direction: 'long', metadata: 'x' },
      'METADATA_INVALID',
      /^metadata/,
    ],
    [
      'too much text',
      { symbol: 'A', direction: 'long', note: 'x'.repeat(40_000) },
      'METADATA_INVALID',
      /too much/,
    ],
    [
      'long keys',
      { symbol: 'A', direction: 'long', ['k'.repeat(40_000)]: 1 },
      'METADATA_INVALID',
      /too much/,
    ],
    [
      'too many values',
      { symbol: 'A', direction: 'long', a: Array(2_000).fill(1) },
      'METADATA_INVALID',
      /too much/,
    ],
  ]
  it.each(REFUSED)('%s', (_name, payload, code, reason) => {
    const [draft, ...rest] = createKyle().signal(payload)
    expect(rest).toEqual([])
    expect(draft).toEqual({
      type: 'signal/refused',
      payload: { code, reason: expect.stringMatching(reason) },
    })
    expect(JSON.stringify(draft).length).toBeLessThan(250)
  })

  it.each([
    ['lists', '[', ']'],
    ['objects', '{"b":', '}'],
  ])('when it nests %s so deeply that a copy would overrun the stack', (_name, open, close) => {
    const nested = `${open.repeat(50_000)}1${close.repeat(50_000)}`
    const reason = expect.stringMatching(/^a.* is nested too deeply\.$/)
    expect(createKyle().signal(JSON.parse(`{"symbol":"A","direction":"long","a":${nested}}`))).toEqual([
      { type: 'signal/refused', payload: { code: 'METADATA_INVALID', reason } },
    ])
  })
})

describe('a signal from outside is accepted [COMP_KYLE]', () => {
  it('in its own form: all else is kept as metadata, its own confidence and kind included', () => {
    const payload = {
      symbol: ' brk.b ',
      direction: 'short',
      price: 5,
      kind: 'breakout',
      confidence: 1,
      hrm_validated: true,
    }
    expect(signalOf(createKyle().signal(payload))).toEqual({
      symbol: 'BRK.B',
      direction: 'short',
      kind: 'external',
      confidence: 0.7,
      metadata: { price: 5, kind: 'breakout', confidence: 1, hrm_validated: true },
    })
  })

  it('in the form of TradingView', () => {
    const time = '2024-06-12T15:00:00Z'
    const buy = signalOf(createKyle().signal({ ticker: 'BTC-USD', action: 'buy', price: '61000.5', time }))
    expect(buy).toMatchObject({ symbol: 'BTC-USD', direction: 'long', metadata: { price: '61000.5', time } })
    expect(signalOf(createKyle().signal({ ticker: 'SPY', action: 'sell' }))?.direction).toBe('short')
  })

  it('with the fields of both forms: the own form counts, the others are kept', () => {
    const payload = { symbol: 'SPY', direction: 'long', ticker: 'QQQ', action: 'sell' }
    const metadata = { ticker: 'QQQ', action: 'sell' }
    expect(signalOf(createKyle().signal(payload))).toMatchObject({
      symbol: 'SPY',
      direction: 'long',
      metadata,
    })
  })

  it('with its metadata laid flat, a field beside it going over its namesake', () => {
    const payload = {
      symbol: 'A',
      direction: 'long',
      price: 2,
      metadata: { price: 1, note: 'n' },
      gone: undefined,
    }
    expect(signalOf(createKyle().signal(payload))?.metadata).toEqual({ price: 2, note: 'n' })
  })

  it('without the keys that reach for a prototype, at any depth', () => {
    const payload = JSON.parse(`{"symbol":"A","direction":"long","__proto__":{"polluted":1},
      "constructor":{"prototype":{"polluted":1}},
      "metadata":{"__proto__":{"polluted":1},"kept":[{"__proto__":{"polluted":1},"x":1}]}}`)
    const metadata = signalOf(createKyle().signal(payload))?.metadata
    expect(JSON.stringify(metadata)).toBe('{"kept":[{"x":1}]}')
    const kept = metadata?.kept as readonly object[]
    for (const object of [{}, metadata, ...kept]) expect(object).not.toHaveProperty('polluted')
  })

  it('at the configured confidence', () => {
    expect(
      signalOf(createKyle({ externalConfidence: 0.6 }).signal({ symbol: 'A', direction: 'long' }))
        ?.confidence,
    ).toBe(0.6)
  })

  it('or refused, whatever JSON it is: one answer, nothing thrown, the input untouched', () => {
    const field = fc.record({ symbol: fc.jsonValue(), direction: fc.jsonValue() }, { requiredKeys: [] })
    const payloads = fc.oneof(
      fc.jsonValue(),
      fc.tuple(field, fc.dictionary(fc.string(), fc.jsonValue())).map(([a, b]) => ({ ...b, ...a })),
    )
    fc.assert(
      fc.property(payloads, (payload) => {
        const before = JSON.stringify(payload)
        const drafts = createKyle().signal(payload)
        expect(drafts).toHaveLength(1)
        expect(kyle.emits).toContain(drafts[0]?.type)
        expect(JSON.stringify(payload)).toBe(before)
      }),
    )
  })
})

describe('bars: no signal', () => {
  it('while volume and trend are not known over the whole window', () => {
    const agent = createKyle()
    for (let end = 1; end <= 19; end++) agent.bar({ end })
    expect(agent.bar({ end: 20, close: 11_000 * CENT, volume: 9_000 * UNIT })).toEqual([])
  })

  it.each([
    ['a small move on usual volume', 1, 1, false],
    ['exactly the momentum threshold', 2, 1, false],
    ['exactly the breakout threshold', 3, 1.6, true],
    ['momentum against the trend', 2.5, 1, true],
    ['a fall against the trend', -2.5, 1, false],
    ['a large move against the trend on exactly the breakout volume', 5, 1.5, true],
    ['a large volume that moves nothing', 0, 9, false],
    ['exactly the anomalous volume', 0.5, 2, false],
  ])('%s', (_name, percent, volumeRatio, falling) => {
    expect(next(percent, volumeRatio, falling)).toBeUndefined()
  })

  it('from volumes that are all zero: a ratio against nothing is no ratio', () => {
    const agent = createKyle()
    for (let end = 1; end <= 20; end++) agent.bar({ end, volume: 0, close: (9_000 + end) * CENT })
    expect(agent.bar({ end: 21, volume: 1_000 * UNIT, close: 10_000 * CENT })).toEqual([])
  })

  it.each([
    ['a NaN close', { close: Number.NaN }],
    ['a close of zero', { close: 0 }],
    ['a negative close', { close: -1 }],
    ['a fraction of a unit', { close: 1.5 }],
    ['a close as text', { close: '10500' as unknown as number }],
    ['a missing volume', { volume: undefined as unknown as number }],
    ['a NaN volume', { volume: Number.NaN }],
    ['a negative volume', { volume: -1 }],
    ['an unknown resolution', { resolution: '5x' as Resolution }],
    ['a resolution found on every object', { resolution: 'constructor' as Resolution }],
    ['a symbol found on every object', { symbol: '__proto__' }],
    ['another such symbol', { symbol: 'constructor' }],
    ['a time before the last bar', { end: 19 }],
    ['the time of the last bar', { end: 20 }],
    ['no time', { end: Number.NaN }],
  ])('%s, and nothing is remembered of it', (_name, changes) => {
    const agent = createKyle()
    warm(agent)
    const before = agent.text()
    expect(agent.bar({ end: 21, close: 10_500 * CENT, volume: 9_000 * UNIT, ...changes })).toEqual([])
    expect(agent.text()).toBe(before)
    expect(({} as { symbol?: string }).symbol).toBeUndefined()
  })

  it('from trades and quotes', () => {
    const agent = createKyle()
    const before = agent.text()
    expect(agent.show('market/trade', { symbol: 'XYZ', time: 1, price: 1, quantity: 1 })).toEqual([])
    expect(
      agent.show('market/quote', { symbol: 'XYZ', time: 1, bid: 1, bidSize: 1, ask: 2, askSize: 1 }),
    ).toEqual([])
    expect(agent.text()).toBe(before)
  })

  it('for a symbol beyond the configured number', () => {
    const agent = createKyle({ symbolsMax: 1 })
    warm(agent)
    const before = agent.text()
    warm(agent, { symbol: 'OTHER' })
    expect(agent.text()).toBe(before)
  })
})

describe('bars: a signal [COMP_KYLE]', () => {
  it.each([
    ['breakout up', 4, 2, false, 'breakout', 'long', 0.8],
    ['breakout down', -4, 2, false, 'breakout', 'short', 0.8],
    ['breakout just over both thresholds', 3.5, 1.6, true, 'breakout', 'long', 0.67],
    ['breakout, capped', 20, 3, false, 'breakout', 'long', 0.95],
    ['momentum with a rising trend', 2.5, 1, false, 'momentum', 'long', 0.7],
    ['momentum with a falling trend', -2.5, 1, true, 'momentum', 'short', 0.7],
    ['momentum over a weaker breakout', 3.5, 1.6, false, 'momentum', 'long', 0.7],
    ['volume anomaly', 0.5, 2.4, false, 'volume_anomaly', 'long', 0.8],
    ['volume anomaly, capped', -0.5, 6, false, 'volume_anomaly', 'short', 0.95],
    ['volume anomaly over momentum', 2.5, 2.4, false, 'volume_anomaly', 'long', 0.8],
  ])('%s', (_name, percent, volumeRatio, falling, kind, direction, confidence) => {
    const signal = next(percent, volumeRatio, falling)
    expect(signal).toMatchObject({ symbol: 'XYZ', kind, direction })
    expect(signal?.confidence).toBeCloseTo(confidence, 10)
    expect(signal?.metadata).toMatchObject({ bars: 21, resolution: '1d' })
    expect(signal?.metadata?.change).toBeCloseTo(percent / 100, 10)
    expect(signal?.metadata?.volumeRatio).toBeCloseTo(volumeRatio, 10)
  })

  it.each([
    ['1h', 1.25, 1.15],
    ['1m', 0.16, 0.14],
    ['1s', 0.04, 0.02],
  ] as const)('on %s bars at a threshold scaled to their length', (resolution, above, below) => {
    const seen = [above, below].map((percent) => {
      const agent = createKyle()
      warm(agent, { resolution, falling: true })
      const close = Math.round((100 + percent) * 100) * CENT
      return signalOf(agent.bar({ resolution, end: 21, close, volume: 1_600 * UNIT }))?.kind
    })
    expect(seen).toEqual(['breakout', undefined])
  })

  it('again only when the cool-down is over', () => {
    const agent = createKyle({ cooldownBars: 5 })
    warm(agent)
    const signalled: number[] = []
    for (let end = 21; end <= 40; end++) {
      // Each bar moves by 2.5 % with the rising trend: without the pause every one would be momentum.
      const close = Math.round(10_000 * 1.025 ** (end - 20)) * CENT
      if (agent.bar({ end, close }).length > 0) signalled.push(end)
    }
    expect(signalled).toEqual([21, 27, 33, 39])
  })

  it('of each symbol and each bar length on its own', () => {
    const agent = createKyle()
    warm(agent)
    warm(agent, { symbol: 'OTHER' })
    warm(agent, { resolution: '1m' })
    const surge = { end: 21, close: 10_400 * CENT, volume: 2_000 * UNIT }
    expect(agent.bar(surge)).toHaveLength(1)
    expect(agent.bar({ ...surge, symbol: 'OTHER' })).toHaveLength(1)
    expect(agent.bar({ ...surge, resolution: '1m' })).toHaveLength(1)
  })

  it('measured against the window only: older volumes are forgotten', () => {
    const agent = createKyle()
    for (let end = 1; end <= 25; end++) agent.bar({ end, volume: 90_000 * UNIT })
    for (let end = 26; end <= 45; end++) agent.bar({ end })
    const signal = signalOf(agent.bar({ end: 46, close: 10_050 * CENT, volume: 2_400 * UNIT }))
    expect(signal?.metadata?.volumeRatio).toBeCloseTo(2.4, 10)
  })

  it('before 1970 too', () => {
    const agent = createKyle()
    for (let end = -30; end < -10; end++) agent.bar({ end })
    expect(agent.bar({ end: -10, close: 10_400 * CENT, volume: 2_000 * UNIT })).toHaveLength(1)
  })
})

describe('state and configuration', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: -600, max: 600 }), fc.integer({ min: 0, max: 5_000 })), {
    minLength: 60,
    maxLength: 120,
  })

  it('goes on after a snapshot as if there had been none', () => {
    fc.assert(
      fc.property(steps, fc.nat(119), (moves, at) => {
        const straight = createKyle({ cooldownBars: 2, windowBars: 7 })
        const restarted = createKyle({ cooldownBars: 2, windowBars: 7 })
        let close = 10_000
        for (const [index, [move, volume]] of moves.entries()) {
          close = Math.max(100, close + move)
          const bar = { end: index + 1, close: close * CENT, volume: volume * UNIT }
          if (index === at) restarted.restart()
          expect(restarted.bar(bar)).toEqual(straight.bar(bar))
        }
        expect(restarted.text()).toBe(straight.text())
      }),
      { numRuns: 50 },
    )
  })

  it('refuses an unknown field, a wrong type and a bad range', () => {
    for (const config of [
      { window: 20 },
      { windowBars: '20' },
      { windowBars: 1 },
      { scale: { '1d': 0 } },
      { cooldownBars: -1 },
    ]) {
      expect(v.safeParse(kyle.config, config).success).toBe(false)
    }
  })
})
