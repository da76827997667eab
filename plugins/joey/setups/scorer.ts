/**
 * Four scores of a setup: technical, fundamental, catalyst, sentiment; pure and on plain values.
 *
 * Called for every setup that matched. Points are hundredths, each score is capped at 1, and what is unknown
 * earns nothing: how much was known is the confidence, a figure of its own.
 */

import type { Direction } from '#core/contract.ts'
import type { ScoringWeights } from './setup.ts'

/** Units as in facts.ts; texts as they were written. */
export interface ScoreInput {
  readonly direction: Direction
  readonly symbol?: string
  readonly price?: number | undefined
  readonly volume?: number | undefined
  /** Volume ÷ its mean. */
  readonly volumeRatio?: number | undefined
  readonly rsi?: number | undefined
  readonly macd?: number | undefined
  readonly macdSignal?: number | undefined
  readonly hasIndicators?: boolean
  readonly priceAction?: readonly string[] | undefined
  readonly hasLevel?: boolean
  readonly marketCap?: number | undefined
  readonly float?: number | undefined
  readonly shortInterest?: number | undefined
  readonly costToBorrow?: number | undefined
  readonly catalyst?: string | undefined
  readonly catalystStrength?: string | undefined
  readonly earningsBeat?: boolean | undefined
  readonly earningsBeatPercent?: number | undefined
  readonly sentiment?: string | undefined
  readonly socialSentiment?: string | undefined
  readonly retailSentiment?: string | undefined
  readonly analystUpgrades?: number | undefined
  readonly analystDowngrades?: number | undefined
  readonly insiderBuying?: boolean | undefined
}

/** All 0..1. */
export interface Scores {
  readonly technical_score: number
  readonly fundamental_score: number
  readonly catalyst_score: number
  readonly sentiment_score: number
  readonly weighted_total: number
  /** How much of what the scorer reads was there. */
  readonly confidence: number
  readonly grade: Grade
  readonly factors: { readonly [name: string]: number }
}

export type Grade = 'A' | 'B' | 'C' | 'D' | 'F'

export const DEFAULT_WEIGHTS: ScoringWeights = {
  technical: 0.35,
  fundamental: 0.25,
  catalyst: 0.25,
  sentiment: 0.15,
}

export function scoreSetup(input: ScoreInput, weights: ScoringWeights = DEFAULT_WEIGHTS): Scores {
  const technical = scoreTechnical(input)
  const fundamental = scoreFundamental(input)
  const catalyst = scoreCatalyst(input)
  const sentiment = scoreSentiment(input)
  const total =
    technical * weights.technical +
    fundamental * weights.fundamental +
    catalyst * weights.catalyst +
    sentiment * weights.sentiment
  const weighted = round(total / 100)
  return {
    technical_score: technical / 100,
    fundamental_score: fundamental / 100,
    catalyst_score: catalyst / 100,
    sentiment_score: sentiment / 100,
    weighted_total: weighted,
    confidence: completenessOf(input),
    grade: gradeOf(weighted),
    factors: factorsOf(input),
  }
}

function scoreTechnical(input: ScoreInput): number {
  const { rsi, macd, macdSignal, volumeRatio, priceAction = [], hasLevel, direction } = input
  let points = 0
  if (rsi !== undefined) points += rsiPoints(rsi, direction)
  if (macd !== undefined && macdSignal !== undefined) {
    const aligned = direction === 'long' ? macd > macdSignal : macd < macdSignal
    points += aligned ? 20 : 8
  }
  if (volumeRatio !== undefined)
    points += volumeRatio >= 3 ? 25 : volumeRatio >= 1.5 ? 18 : volumeRatio >= 1 ? 12 : 5
  const strong = priceAction.some((text) => PRICE_ACTIONS.some((word) => text.toLowerCase().includes(word)))
  if (strong) points += 15
  else if (priceAction.some((text) => text !== '')) points += 8
  if (hasLevel === true) points += 15
  return Math.min(100, points)
}

const PRICE_ACTIONS = ['breakout', 'consolidation', 'reversal', 'support']

function rsiPoints(rsi: number, direction: Direction): number {
  const [low, high] = direction === 'long' ? [40, 70] : [30, 60]
  if (rsi >= low && rsi <= high) return 25
  return rsi >= low - 10 && rsi <= high + 10 ? 15 : 5
}

function scoreFundamental({ marketCap, float, shortInterest, costToBorrow, direction }: ScoreInput): number {
  let points = 0
  if (marketCap !== undefined) points += marketCapPoints(marketCap)
  if (float !== undefined) points += float < 10 ? 30 : float < 30 ? 22 : float < 100 ? 15 : 8
  if (shortInterest !== undefined) points += shortInterestPoints(shortInterest, direction)
  if (costToBorrow !== undefined && direction === 'long')
    points += costToBorrow > 100 ? 20 : costToBorrow > 50 ? 12 : 0
  return Math.min(100, points)
}

function marketCapPoints(marketCap: number): number {
  if (marketCap >= 100 && marketCap <= 2_000) return 20
  return marketCap >= 50 && marketCap <= 10_000 ? 12 : 8
}

function shortInterestPoints(interest: number, direction: Direction): number {
  if (direction === 'long') return interest > 30 ? 30 : interest > 15 ? 20 : 10
  return interest < 10 ? 30 : interest < 20 ? 18 : 8
}

const STRONG_NEWS = [
  'earnings beat',
  'fda approval',
  'acquisition',
  'merger',
  'breakthrough',
  'partnership',
  'contract win',
]
const MODERATE_NEWS = ['earnings', 'upgrade', 'news', 'announcement', 'guidance']
/** A shorter text names no reason. */
const CATALYST_LENGTH_MIN = 11

function scoreCatalyst({
  catalyst = '',
  catalystStrength,
  earningsBeat,
  earningsBeatPercent,
}: ScoreInput): number {
  let points = 0
  if (catalyst.length >= CATALYST_LENGTH_MIN) {
    const text = catalyst.toLowerCase().replaceAll('_', ' ')
    const names = (words: readonly string[]) => words.some((word) => text.includes(word))
    points += names(STRONG_NEWS) ? 40 : names(MODERATE_NEWS) ? 25 : 15
  }
  if (catalystStrength !== undefined)
    points += catalystStrength === 'strong' ? 30 : catalystStrength === 'moderate' ? 18 : 8
  const beat = earningsBeatPercent ?? 0
  if (earningsBeat === true) points += beat > 20 ? 30 : beat > 10 ? 20 : 12
  return Math.min(100, points)
}

function scoreSentiment(input: ScoreInput): number {
  const { direction, sentiment, socialSentiment, retailSentiment } = input
  const wanted = direction === 'long' ? 'bullish' : 'bearish'
  let points = 0
  if (sentiment !== undefined) points += sentiment === wanted ? 35 : sentiment === 'neutral' ? 15 : 5
  if (socialSentiment !== undefined || retailSentiment !== undefined)
    points += socialSentiment === wanted || retailSentiment === wanted ? 25 : 10
  const moves = direction === 'long' ? input.analystUpgrades : input.analystDowngrades
  if (moves !== undefined && moves > 0) points += 25
  if (input.insiderBuying === true && direction === 'long') points += 15
  return Math.min(100, points)
}

/** What decides counts for 0.60, what describes for 0.30, what colours for 0.10. */
function completenessOf(input: ScoreInput): number {
  const share = (parts: readonly boolean[]) => parts.filter(Boolean).length / parts.length
  const has = (value: unknown) => value !== undefined
  const core = [has(input.symbol), has(input.price), has(input.volume), true]
  const more = [has(input.float), has(input.marketCap), has(input.catalyst), input.hasIndicators === true]
  const rest = [has(input.sentiment), has(input.shortInterest), has(input.analystUpgrades)]
  return round(0.6 * share(core) + 0.3 * share(more) + 0.1 * share(rest))
}

function factorsOf(input: ScoreInput): { readonly [name: string]: number } {
  const factors: { [name: string]: number } = { catalyst_presence: input.catalyst === undefined ? 0 : 1 }
  const add = (name: string, value: number | undefined) => {
    if (value !== undefined && Number.isFinite(value)) factors[name] = round(Math.min(1, Math.max(0, value)))
  }
  const { rsi, volumeRatio, float, shortInterest, earningsBeat, earningsBeatPercent, sentiment } = input
  add('rsi_quality', rsi === undefined ? undefined : rsiPoints(rsi, input.direction) / 25)
  add('volume_strength', volumeRatio === undefined ? undefined : volumeRatio / 3)
  add('float_quality', float === undefined ? undefined : 1 - float / 100)
  add('short_interest_score', shortInterest === undefined ? undefined : shortInterest / 50)
  add('earnings_strength', earningsBeat === true ? (earningsBeatPercent ?? 0) / 20 : undefined)
  const wanted = input.direction === 'long' ? 'bullish' : 'bearish'
  const alignment = sentiment === wanted ? 1 : sentiment === 'neutral' ? 0.5 : 0
  add('sentiment_alignment', sentiment === undefined ? undefined : alignment)
  return factors
}

/** C begins where the overlay stops warning (PAT-003). */
function gradeOf(total: number): Grade {
  return total >= 0.8 ? 'A' : total >= 0.7 ? 'B' : total >= 0.6 ? 'C' : total >= 0.5 ? 'D' : 'F'
}

function round(value: number): number {
  return Math.round(value * 1_000_000) / 1_000_000
}
