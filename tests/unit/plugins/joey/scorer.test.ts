import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ScoreInput, scoreSetup } from '#plugins/joey/setups/scorer.ts'

type Said = Partial<ScoreInput>
type Name = 'technical_score' | 'fundamental_score' | 'catalyst_score' | 'sentiment_score'
type Row = readonly [Name, Said, number]

const LONG: readonly Row[] = [
  ...(
    [
      [39.9, 0.15],
      [40, 0.25],
      [70, 0.25],
      [70.1, 0.15],
      [30, 0.15],
      [80, 0.15],
      [29.9, 0.05],
      [80.1, 0.05],
    ] as const
  ).map(([rsi, score]): Row => ['technical_score', { rsi }, score]),
  ['technical_score', { macd: 2, macdSignal: 1 }, 0.2],
  ['technical_score', { macd: 1, macdSignal: 1 }, 0.08],
  ['technical_score', { macd: 1 }, 0],
  ...(
    [
      [3, 0.25],
      [2.9, 0.18],
      [1.5, 0.18],
      [1.4, 0.12],
      [1, 0.12],
      [0.9, 0.05],
      [0, 0.05],
    ] as const
  ).map(([volumeRatio, score]): Row => ['technical_score', { volumeRatio }, score]),
  ['technical_score', { priceAction: ['Failed_Breakout'] }, 0.15],
  ['technical_score', { priceAction: ['v_bottom'] }, 0.08],
  ['technical_score', { priceAction: [''] }, 0],
  ['technical_score', { priceAction: [] }, 0],
  ['technical_score', { hasLevel: true }, 0.15],
  ...(
    [
      [99, 0.12],
      [100, 0.2],
      [2000, 0.2],
      [2001, 0.12],
      [50, 0.12],
      [10_000, 0.12],
      [49, 0.08],
      [10_001, 0.08],
    ] as const
  ).map(([marketCap, score]): Row => ['fundamental_score', { marketCap }, score]),
  ...(
    [
      [9.9, 0.3],
      [10, 0.22],
      [30, 0.15],
      [100, 0.08],
    ] as const
  ).map(([float, score]): Row => ['fundamental_score', { float }, score]),
  ...(
    [
      [30.1, 0.3],
      [30, 0.2],
      [15, 0.1],
    ] as const
  ).map(([shortInterest, score]): Row => ['fundamental_score', { shortInterest }, score]),
  ...(
    [
      [100.1, 0.2],
      [100, 0.12],
      [50, 0],
    ] as const
  ).map(([costToBorrow, score]): Row => ['fundamental_score', { costToBorrow }, score]),
  ['catalyst_score', { catalyst: 'FDA approval of it' }, 0.4],
  ['catalyst_score', { catalyst: 'contract_win' }, 0.4],
  ['catalyst_score', { catalyst: 'analyst upgrade' }, 0.25],
  ['catalyst_score', { catalyst: 'nobody knows' }, 0.15],
  ['catalyst_score', { catalyst: 'acquisiti' }, 0],
  ['catalyst_score', { catalystStrength: 'strong' }, 0.3],
  ['catalyst_score', { catalystStrength: 'moderate' }, 0.18],
  ['catalyst_score', { catalystStrength: 'weak' }, 0.08],
  ['catalyst_score', { earningsBeat: true, earningsBeatPercent: 20.1 }, 0.3],
  ['catalyst_score', { earningsBeat: true, earningsBeatPercent: 20 }, 0.2],
  ['catalyst_score', { earningsBeat: true, earningsBeatPercent: 10 }, 0.12],
  ['catalyst_score', { earningsBeat: true }, 0.12],
  ['catalyst_score', { earningsBeatPercent: 50 }, 0],
  ['sentiment_score', { sentiment: 'bullish' }, 0.35],
  ['sentiment_score', { sentiment: 'neutral' }, 0.15],
  ['sentiment_score', { sentiment: 'bearish' }, 0.05],
  ['sentiment_score', { socialSentiment: 'bullish' }, 0.25],
  ['sentiment_score', { socialSentiment: 'bearish', retailSentiment: 'bullish' }, 0.25],
  ['sentiment_score', { retailSentiment: 'euphoric' }, 0.1],
  ['sentiment_score', { analystUpgrades: 1 }, 0.25],
  ['sentiment_score', { analystUpgrades: 0, analystDowngrades: 3 }, 0],
  ['sentiment_score', { insiderBuying: true }, 0.15],
]

const SHORT: readonly Row[] = [
  ...(
    [
      [29.9, 0.15],
      [30, 0.25],
      [60, 0.25],
      [60.1, 0.15],
      [20, 0.15],
      [70, 0.15],
      [19.9, 0.05],
      [70.1, 0.05],
    ] as const
  ).map(([rsi, score]): Row => ['technical_score', { rsi }, score]),
  ['technical_score', { macd: 1, macdSignal: 2 }, 0.2],
  ['technical_score', { macd: 2, macdSignal: 1 }, 0.08],
  ...(
    [
      [9.9, 0.3],
      [10, 0.18],
      [20, 0.08],
    ] as const
  ).map(([shortInterest, score]): Row => ['fundamental_score', { shortInterest }, score]),
  ['fundamental_score', { costToBorrow: 200 }, 0],
  ['sentiment_score', { sentiment: 'bearish' }, 0.35],
  ['sentiment_score', { sentiment: 'bullish' }, 0.05],
  ['sentiment_score', { analystDowngrades: 1 }, 0.25],
  ['sentiment_score', { insiderBuying: true }, 0],
]

const BEST: ScoreInput = {
  direction: 'long',
  symbol: 'XYZ',
  price: 10,
  volume: 1,
  volumeRatio: 3,
  rsi: 50,
  macd: 1,
  macdSignal: 0,
  hasIndicators: true,
  priceAction: ['breakout'],
  hasLevel: true,
  marketCap: 500,
  float: 5,
  shortInterest: 40,
  costToBorrow: 150,
  catalyst: 'earnings beat by far',
  catalystStrength: 'strong',
  earningsBeat: true,
  earningsBeatPercent: 25,
  sentiment: 'bullish',
  socialSentiment: 'bullish',
  analystUpgrades: 2,
  insiderBuying: true,
}

describe('the scorer', () => {
  it.each(LONG)('long: %s of %j is %d', (name, said, score) => {
    expect(scoreSetup({ direction: 'long', ...said })[name]).toBe(score)
  })

  it.each(SHORT)('short: %s of %j is %d', (name, said, score) => {
    expect(scoreSetup({ direction: 'short', ...said })[name]).toBe(score)
  })

  it('gives nothing for nothing', () => {
    expect(scoreSetup({ direction: 'long' })).toEqual({
      technical_score: 0,
      fundamental_score: 0,
      catalyst_score: 0,
      sentiment_score: 0,
      weighted_total: 0,
      confidence: 0.15,
      grade: 'F',
      factors: { catalyst_presence: 0 },
    })
  })

  it('gives all for all', () => {
    expect(scoreSetup(BEST)).toEqual({
      technical_score: 1,
      fundamental_score: 1,
      catalyst_score: 1,
      sentiment_score: 1,
      weighted_total: 1,
      confidence: 1,
      grade: 'A',
      factors: {
        catalyst_presence: 1,
        rsi_quality: 1,
        volume_strength: 1,
        float_quality: 0.95,
        short_interest_score: 0.8,
        earnings_strength: 1,
        sentiment_alignment: 1,
      },
    })
  })

  it('weighs as it is told', () => {
    const said = {
      direction: 'long',
      rsi: 50,
      float: 5,
      catalystStrength: 'strong',
      sentiment: 'bullish',
    } as const
    expect(scoreSetup(said).weighted_total).toBe(0.29)
    const weights = { technical: 0.1, fundamental: 0.2, catalyst: 0.3, sentiment: 0.4 }
    expect(scoreSetup(said, weights).weighted_total).toBe(0.315)
  })

  it.each([
    [0.8, 'A'],
    [0.79, 'B'],
    [0.7, 'B'],
    [0.69, 'C'],
    [0.6, 'C'],
    [0.59, 'D'],
    [0.5, 'D'],
    [0.49, 'F'],
  ])('calls %d %s', (total, grade) => {
    const weights = { technical: total, fundamental: 0, catalyst: 0, sentiment: 0 }
    expect(scoreSetup(BEST, weights)).toMatchObject({ weighted_total: total, grade })
  })

  const without = (...names: (keyof ScoreInput)[]) =>
    scoreSetup(
      Object.fromEntries(
        Object.entries(BEST).filter(([name]) => !names.includes(name as keyof ScoreInput)),
      ) as never,
    )

  it.each([
    [['price'], 0.85],
    [['symbol', 'volume'], 0.7],
    [['float'], 0.925],
    [['hasIndicators', 'marketCap', 'catalyst'], 0.775],
    [['sentiment', 'shortInterest', 'analystUpgrades'], 0.9],
  ] as const)('is less sure without %j', (names, confidence) => {
    expect(without(...names).confidence).toBe(confidence)
  })

  it('never leaves 0..1, and knowing more never makes it less sure', () => {
    const keys = Object.keys(BEST).filter((name) => name !== 'direction') as (keyof ScoreInput)[]
    fc.assert(
      fc.property(fc.subarray(keys), fc.constantFrom(...keys), (names, more) => {
        const scores = without(...names)
        for (const [name, value] of Object.entries(scores))
          if (typeof value === 'number') expect(value >= 0 && value <= 1, name).toBe(true)
        expect(without(...names.filter((name) => name !== more)).confidence).toBeGreaterThanOrEqual(
          scores.confidence,
        )
      }),
    )
  })
})
