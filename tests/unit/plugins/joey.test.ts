import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Pattern, Resolution } from '#core/contract.ts'
import joey from '#plugins/joey/index.ts'
import { createJoey, ONE, patternsOf } from './joey/agent.ts'

interface Row {
  readonly close: number
  readonly high?: number
  readonly low?: number
  readonly volume?: number
}

/** Runs bars given in currency units; the patterns of each bar, by bar number from 1. */
function run(config: object, rows: readonly Row[], agent = createJoey(config)): Map<number, Pattern[]> {
  const seen = new Map<number, Pattern[]>()
  rows.forEach(({ close, high = close, low = close, volume = 100 }, index) => {
    const bar = {
      end: index + 1,
      close: close * ONE,
      high: high * ONE,
      low: low * ONE,
      volume: volume * 10_000,
    }
    const patterns = patternsOf(agent.bar(bar))
    if (patterns.length > 0) seen.set(index + 1, patterns)
  })
  return seen
}

const closes = (...values: number[]): Row[] => values.map((close) => ({ close }))

describe('trend cross [COMP_JOEY]', () => {
  const SMALL = { fastBars: 2, slowBars: 4, atrBars: 2, rsiBars: 2 }
  const UP = closes(10, 10, 10, 10, 9, 12)

  it('is not seen before both averages are known, nor on the side they start on', () => {
    expect(run(SMALL, closes(10, 9, 12)).size).toBe(0)
    expect(run(SMALL, closes(10, 10, 10, 10, 12, 14, 16)).size).toBe(0)
    expect(run(SMALL, closes(10, 10, 10, 10, 10, 10, 10)).size).toBe(0)
  })

  it('upward proposes a long once, with what was seen', () => {
    const seen = run(SMALL, [...UP, ...closes(13, 14)])
    expect([...seen.keys()]).toEqual([6])
    // EMA 2: 10, 9 ⅓, 11 1/9. EMA 4: 10, 9.6, 10.56. ATR: 0.5, 1.75. RSI: gain 1.5, loss 0.25.
    expect(seen.get(6)).toEqual([
      {
        symbol: 'XYZ',
        direction: 'long',
        pattern: 'trend-cross',
        confidence: expect.closeTo(0.5 + (0.1 * 1.44) / 1.75 + (0.2 * (600 / 7 - 50)) / 50, 8),
        price: '12',
        atr: '1.75',
        evidence: {
          fast: expect.closeTo(100 / 9, 8),
          slow: expect.closeTo(10.56, 8),
          atr: expect.closeTo(1.75, 8),
          rsi: expect.closeTo(600 / 7, 8),
        },
      },
    ])
  })

  it('downward closes the long, and opens a short only when shorts are on', () => {
    const down = [...UP, ...closes(8)]
    const exit = { direction: 'long', action: 'exit', pattern: 'trend-cross', price: '8' }
    expect(run(SMALL, down).get(7)).toEqual([expect.objectContaining(exit)])
    const [first, second] = run({ ...SMALL, shorts: true }, down).get(7) ?? []
    expect(first).toMatchObject(exit)
    expect(second).toMatchObject({ direction: 'short', pattern: 'trend-cross', price: '8' })
    expect(second).not.toHaveProperty('action')
  })

  it('upward closes the short before it opens the long when shorts are on', () => {
    const both = run({ ...SMALL, shorts: true }, UP).get(6)
    expect(both?.map(({ direction, action }) => [direction, action])).toEqual([
      ['short', 'exit'],
      ['long', undefined],
    ])
  })

  it('below the least confidence opens nothing but still closes', () => {
    const seen = run({ ...SMALL, minConfidence: 0.95 }, [...UP, ...closes(8)])
    expect([...seen]).toEqual([[7, [expect.objectContaining({ action: 'exit' })]]])
  })

  it('opens nothing while the ATR is unknown, and leaves unknown evidence out', () => {
    const seen = run({ ...SMALL, atrBars: 50, rsiBars: 50 }, [...UP, ...closes(8)])
    expect([...seen.keys()]).toEqual([7])
    const [exit] = seen.get(7) ?? []
    expect(exit).not.toHaveProperty('atr')
    expect(Object.keys(exit?.evidence ?? {})).toEqual(['fast', 'slow'])
    expect(exit?.confidence).toBe(0)
  })
})

describe('breakout [COMP_JOEY]', () => {
  const SMALL = { breakoutBars: 3, breakoutStopBars: 2, reversionStopBars: 2, atrBars: 2, rsiBars: 2 }
  const CALM: Row[] = [1, 2, 3].map(() => ({ close: 9.5, high: 10, low: 9 }))
  const OUT = { close: 10.5, high: 10.5, low: 9.75, volume: 150 }

  it.each([
    ['at the highest high', { ...OUT, close: 10 }],
    ['on exactly the volume threshold', { ...OUT, volume: 120 }],
    ['without volume', { ...OUT, volume: 0 }],
    ['by its high alone', { ...OUT, close: 9.75 }],
    ['at the lowest low', { close: 9, high: 9.5, low: 8.5, volume: 150 }],
  ])('is not seen %s', (_name, row) => {
    expect(run(SMALL, [...CALM, row]).size).toBe(0)
  })

  it('is not seen before the channel is known, nor against a volume of zero', () => {
    expect(run(SMALL, [...CALM.slice(1), OUT]).size).toBe(0)
    expect(run(SMALL, [...CALM.map((row) => ({ ...row, volume: 0 })), OUT]).size).toBe(0)
  })

  it('upward proposes a long with the last lows as its stop', () => {
    expect(run(SMALL, [...CALM, OUT]).get(4)).toEqual([
      {
        symbol: 'XYZ',
        direction: 'long',
        pattern: 'breakout',
        confidence: expect.closeTo(0.5 + 0.15 * 0.5 + 0.1 * 0.5, 8),
        price: '10.5',
        atr: '1',
        stopLevel: '9',
        evidence: { level: 10, volumeRatio: 1.5, atr: 1, rsi: 100 },
      },
    ])
  })

  it('downward proposes a short with the last highs as its stop', () => {
    const row = { close: 8.5, high: 9.25, low: 8.5, volume: 150 }
    const mirrored = {
      direction: 'short',
      price: '8.5',
      stopLevel: '10',
      confidence: expect.closeTo(0.625, 8),
    }
    expect(run(SMALL, [...CALM, row]).get(4)).toEqual([expect.objectContaining(mirrored)])
  })

  it('is seen again only after a bar on which it did not hold', () => {
    const up = (close: number, volume: number) => ({ close, high: close, low: close - 1, volume })
    const rows = [...CALM, OUT, up(12, 200), up(13, 50), up(14, 300), up(15, 900)]
    expect([...run({ ...SMALL, restBars: 0 }, rows).keys()]).toEqual([4, 7])
  })

  it('rests in its own direction after an entry, and in that one only', () => {
    const up = (close: number, volume: number) => ({ close, high: close, low: close - 1, volume })
    const rows = [...CALM, OUT, up(12, 50), up(13, 300), up(14, 50), up(15, 300)]
    expect([...run({ ...SMALL, restBars: 4 }, rows).keys()]).toEqual([4, 8])
    expect([...run({ ...SMALL, restBars: 5 }, rows).keys()]).toEqual([4])
  })

  it('turning round at once is a new one', () => {
    const seen = run(SMALL, [...CALM, OUT, { close: 8, high: 10.5, low: 8, volume: 900 }])
    expect([...seen.values()].flat().map(({ direction }) => direction)).toEqual(['long', 'short'])
  })
})

describe('mean reversion [COMP_JOEY]', () => {
  const SMALL = { rsiBars: 2, atrBars: 2, longMeanBars: 8, shortMeanBars: 2, reversionStopBars: 2 }
  const wide = (...values: number[]): Row[] =>
    values.map((close) => ({ close, high: close + 1, low: close - 1 }))
  // RSI 2 at the end: gains 3.75, 1.875, 0.9375; losses 4, 4, 2.75. So 31.9, then 25.4. Mean of 8: 23.3125.
  const DIP = wide(10, 10, 10, 40, 36, 30, 26, 24.5)
  const mirror = (rows: readonly Row[]) => wide(...rows.map(({ close }) => 50 - close))

  it('is not seen while RSI is above the extreme, below the long mean, or with that mean unknown', () => {
    expect(run(SMALL, wide(10, 10, 10, 40, 36, 30, 26, 26)).size).toBe(0)
    expect(run(SMALL, wide(30, 30, 30, 40, 36, 30, 26, 24.5)).size).toBe(0)
    expect(run({ ...SMALL, longMeanBars: 9 }, DIP).size).toBe(0)
    expect(run({ ...SMALL, atrBars: 9 }, DIP).size).toBe(0)
  })

  it('proposes a long towards the short mean, stopped at the last lows, once', () => {
    const seen = run(SMALL, [...DIP, ...wide(24.25)])
    expect([...seen.keys()]).toEqual([8])
    const rsi = 93.75 / 3.6875
    expect(seen.get(8)).toEqual([
      {
        symbol: 'XYZ',
        direction: 'long',
        pattern: 'mean-reversion',
        confidence: expect.closeTo(0.55 + 0.02 * (30 - rsi), 8),
        price: '24.5',
        atr: expect.any(String),
        stopLevel: '23.5',
        targetLevel: '25.25',
        evidence: {
          rsi: expect.closeTo(rsi, 8),
          longMean: 23.3125,
          shortMean: 25.25,
          atr: expect.any(Number),
        },
      },
    ])
  })

  it('is not proposed again while it lasts', () => {
    const rows = wide(...Array<number>(7).fill(10), 40, 36, 30, 26, 24.5, 24.25, 24)
    expect([...run({ ...SMALL, longMeanBars: 12 }, rows).keys()]).toEqual([12])
  })

  it('names no stop where the last low is the price itself', () => {
    const rows = DIP.map(({ close }) => ({ close }))
    const [pattern] = run(SMALL, rows).get(8) ?? []
    expect(pattern).toMatchObject({ direction: 'long', price: '24.5' })
    expect(pattern).not.toHaveProperty('stopLevel')
  })

  it('proposes a short likewise', () => {
    const [pattern] = run(SMALL, mirror(DIP)).get(8) ?? []
    expect(pattern).toMatchObject({
      direction: 'short',
      price: '25.5',
      stopLevel: '26.5',
      targetLevel: '24.75',
    })
  })

  it('closes what it proposed when RSI is back over the middle, once', () => {
    expect([...run(SMALL, [...DIP, ...wide(26.9)]).keys()]).toEqual([8])
    const seen = run({ ...SMALL, shortMeanBars: 5 }, [...DIP, ...wide(27, 28)])
    expect([...seen.keys()]).toEqual([8, 9])
    expect(seen.get(9)).toEqual([expect.objectContaining({ direction: 'long', action: 'exit', price: '27' })])
    expect(seen.get(9)?.[0]).not.toHaveProperty('targetLevel')
    expect([...run(SMALL, [...mirror(DIP), ...wide(23.1)]).keys()]).toEqual([8])
    const short = run(SMALL, [...mirror(DIP), ...wide(23)])
    expect(short.get(9)).toEqual([expect.objectContaining({ direction: 'short', action: 'exit' })])
  })

  it('closes before a breakout on the same bar opens', () => {
    const config = { ...SMALL, breakoutBars: 2, breakoutStopBars: 2, restBars: 0 }
    const both = run(config, [...DIP, { close: 28, high: 28, low: 25, volume: 300 }]).get(9)
    expect(both?.map(({ pattern, action }) => [pattern, action])).toEqual([
      ['mean-reversion', 'exit'],
      ['breakout', undefined],
    ])
  })

  it('closes nothing that was not certain enough to be proposed', () => {
    expect(run({ ...SMALL, minConfidence: 0.9 }, [...DIP, ...wide(27, 28)]).size).toBe(0)
  })
})

describe('a signal from Kyle', () => {
  const warmUp = (agent: ReturnType<typeof createJoey>, bars: number) => {
    for (let end = 1; end <= bars; end++) agent.bar({ end, high: 11 * ONE, low: 9 * ONE })
  }

  it.each([
    ['of an unknown kind', { kind: 'rumour' }],
    ['in no direction', { direction: 'up' as 'long' }],
    ['below the least confidence', { confidence: 0.5 }],
    ['with a confidence that is no number', { confidence: Number.NaN }],
    ['with no confidence', { confidence: undefined as unknown as number }],
  ])('%s becomes nothing', (_name, changes) => {
    const agent = createJoey()
    warmUp(agent, 20)
    expect(agent.signal(changes)).toEqual([])
  })

  it.each(['breakout', 'momentum', 'volume_anomaly'])(
    '%s becomes a pattern once the ATR is known',
    (kind) => {
      const agent = createJoey()
      expect(agent.signal({ kind })).toEqual([])
      warmUp(agent, 13)
      expect(agent.signal({ kind })).toEqual([])
      agent.bar({ end: 14, high: 11 * ONE, low: 9 * ONE })
      expect(patternsOf(agent.signal({ kind, direction: 'short' }))).toEqual([
        {
          symbol: 'XYZ',
          direction: 'short',
          pattern: `signal-${kind}`,
          confidence: 0.7,
          price: '10',
          atr: '2',
          evidence: { signalConfidence: 0.7, atr: 2 },
        },
      ])
    },
  )

  it('from outside is passed on without a price when the symbol was never seen, and is not remembered', () => {
    const agent = createJoey()
    const before = agent.text()
    for (const symbol of ['XYZ', '__proto__', 'constructor', 'A'.repeat(10_000)]) {
      const expected = {
        direction: 'long',
        pattern: 'signal-external',
        confidence: 0.7,
        price: '0',
        evidence: { signalConfidence: 0.7 },
      }
      expect(patternsOf(agent.signal({ symbol }))).toEqual([{ symbol, ...expected }])
    }
    expect(agent.text()).toBe(before)
  })

  it('from outside has the last close before there is an ATR, and no price of its own', () => {
    const agent = createJoey()
    agent.bar({ end: 1, close: 12 * ONE })
    const [pattern] = patternsOf(agent.signal({ metadata: { price: 99, atr: 1, confidence: 1 } }))
    expect(pattern).toMatchObject({ price: '12', confidence: 0.7, evidence: { signalConfidence: 0.7 } })
    expect(pattern).not.toHaveProperty('atr')
  })

  it('is measured on the bar length that moved last', () => {
    const agent = createJoey()
    agent.bar({ end: 1, close: 12 * ONE })
    agent.bar({ end: 2, close: 13 * ONE, resolution: '1m' })
    expect(patternsOf(agent.signal({}))[0]?.price).toBe('13')
    agent.bar({ end: 3, close: 14 * ONE })
    expect(patternsOf(agent.signal({}))[0]?.price).toBe('14')
  })
})

describe('a malformed bar changes nothing', () => {
  it.each([
    ['a NaN close', { close: Number.NaN }],
    ['a close above its high', { close: 11 * ONE, high: 10 * ONE }],
    ['a close below its low', { close: 9 * ONE, low: 10 * ONE }],
    ['a low of zero', { low: 0 }],
    ['an infinite high', { high: Number.POSITIVE_INFINITY }],
    ['a price as text', { close: '1000000000' as unknown as number }],
    ['a missing volume', { volume: undefined as unknown as number }],
    ['a negative volume', { volume: -1 }],
    ['no time', { end: Number.NaN }],
    ['no time on a symbol of its own', { symbol: 'NEW', end: Number.NaN }],
    ['the time of the bar before', { end: 1 }],
    ['an earlier time', { end: 0 }],
    ['a symbol found on every object', { symbol: '__proto__' }],
    ['another such symbol', { symbol: 'toString' }],
  ])('%s', (_name, changes) => {
    const agent = createJoey()
    agent.bar({ end: 1 })
    const before = agent.text()
    expect(agent.bar({ end: 2, ...changes })).toEqual([])
    expect(agent.text()).toBe(before)
    expect(({} as { latest?: string }).latest).toBeUndefined()
  })

  it('a symbol beyond the configured number', () => {
    const agent = createJoey({ symbolsMax: 1 })
    agent.bar({ end: 1 })
    const before = agent.text()
    agent.bar({ end: 1, symbol: 'OTHER' })
    expect(agent.text()).toBe(before)
  })
})

describe('state and configuration', () => {
  const TINY = {
    fastBars: 2,
    slowBars: 5,
    atrBars: 3,
    rsiBars: 2,
    breakoutBars: 4,
    breakoutStopBars: 3,
    reversionStopBars: 2,
    longMeanBars: 9,
    shortMeanBars: 3,
    shorts: true,
  }
  const moves = fc.array(fc.tuple(fc.integer({ min: -60, max: 60 }), fc.nat(500), fc.nat(2)), {
    minLength: 60,
    maxLength: 150,
  })

  it('goes on after a snapshot as if there had been none', () => {
    const kinds = new Set<string>()
    fc.assert(
      fc.property(moves, fc.nat(149), (steps, at) => {
        const straight = createJoey(TINY)
        const restarted = createJoey(TINY)
        let close = 1_000
        for (const [index, [move, volume, choice]] of steps.entries()) {
          close = Math.max(100, close + move)
          const resolution: Resolution = choice === 0 ? '1m' : '1d'
          const edges = { high: (close + 20) * ONE, low: (close - 15) * ONE }
          const bar = { end: index + 1, close: close * ONE, ...edges, volume, resolution }
          if (index === at) restarted.restart()
          const patterns = patternsOf(straight.bar(bar))
          for (const { pattern, direction, action } of patterns)
            kinds.add(`${pattern} ${direction} ${action}`)
          expect(patternsOf(restarted.bar(bar))).toEqual(patterns)
          expect(restarted.signal({})).toEqual(straight.signal({}))
        }
        expect(restarted.text()).toBe(straight.text())
        // What is not finite would be written as null; a hold that is not running is the only one.
        expect(straight.text().replace('"hold":null', '')).not.toContain('null')
      }),
      { numRuns: 60, seed: 7 },
    )
    // Every kind of pattern occurred, so the comparison above had something to compare.
    expect([...kinds].sort((a, b) => (a < b ? -1 : 1))).toEqual([
      'breakout long undefined',
      'breakout short undefined',
      'mean-reversion long exit',
      'mean-reversion long undefined',
      'mean-reversion short exit',
      'mean-reversion short undefined',
      'trend-cross long exit',
      'trend-cross long undefined',
      'trend-cross short exit',
      'trend-cross short undefined',
    ])
  })

  it('two symbols and two bar lengths do not disturb one another', () => {
    const alone = createJoey(TINY)
    const among = createJoey(TINY)
    for (let index = 1; index <= 60; index++) {
      const close = (100 + ((index * 37) % 23)) * ONE
      const bar = { end: index, close, volume: 1_000 + ((index * 53) % 700) }
      among.bar({ ...bar, symbol: 'OTHER', close: 2 * close })
      among.bar({ ...bar, resolution: '1h', close: 3 * close })
      expect(among.bar(bar)).toEqual(alone.bar(bar))
    }
  })

  it.each([
    ['an unknown field', { fast: 20 }],
    ['a wrong type', { fastBars: '20' }],
    ['a fast average as slow as the slow one', { fastBars: 50 }],
    ['a short mean as long as the long one', { shortMeanBars: 200 }],
    ['an oversold level at the overbought one', { oversold: 70 }],
    ['a stop that looks further back than the channel', { breakoutStopBars: 21 }],
    ['a reversion stop that does', { reversionStopBars: 21 }],
  ])('refuses %s', (_name, config) => {
    expect(v.safeParse(joey.config, config).success).toBe(false)
  })
})
