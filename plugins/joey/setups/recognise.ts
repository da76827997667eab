/**
 * From facts to a pattern: the most certain setup that can be traded, or what stands against the nearest.
 *
 * Called by Joey for every signal from outside, and for days that make a setup likely. A recognised setup
 * carries its own terms and legs; its evidence holds the facts it stands on and its four scores.
 */

import type { Direction, Draft, Instrument, OrderTerms, Pattern } from '#core/contract.ts'
import { formatPrice } from '#core/math.ts'
import { numberOf, toScoreInput } from './assess.ts'
import type { Days } from './days.ts'
import { deriveFacts } from './derive.ts'
import { asksNumber } from './facts.ts'
import { findLevels, type Levels } from './levels.ts'
import { type Evidence, type Match, matchSetup } from './match.ts'
import { type Metadata, readWords } from './said.ts'
import { scoreSetup } from './scorer.ts'
import type { Setup } from './setup.ts'
import { SETUP_CONFIDENCE_MIN } from './table.ts'

export interface SetupQuestion {
  readonly symbol: string
  readonly direction: Direction
  /**
   * Undefined or empty when ARK has seen no bar of the symbol: without a price of its own nothing is
   * recognised.
   */
  readonly days: Days | undefined
  readonly instrument: Instrument
  /** What a sender says; undefined when nobody does. */
  readonly said: Metadata | undefined
  /** Of which setups it may be one. */
  readonly setups: readonly Setup[]
  readonly minConfidence: number
}

/**
 * Names of what stands against a setup, as evidence: `failed.squeezer.float`,
 * `unknown.squeezer.short_interest`.
 */
export type Doubts = { readonly [name: string]: number }

export interface Recognised {
  readonly draft: Draft
  readonly setup: Setup
  readonly direction: Direction
}

export interface Unrecognised {
  readonly draft: undefined
  readonly doubts: Doubts
}

export function recogniseSetup(question: SetupQuestion): Recognised | Unrecognised {
  const { symbol, direction, days, instrument, said, setups } = question
  const least = Math.max(SETUP_CONFIDENCE_MIN, question.minConfidence)
  const evidence: Evidence = { own: deriveFacts(days, instrument), said }
  const matches: Match[] = []
  for (const setup of setups) {
    const match = matchSetup(setup, direction, evidence)
    if (match !== undefined) matches.push(match)
  }
  matches.sort((a, b) => b.confidence - a.confidence)
  const doubts: { [name: string]: number } = {}
  for (const { setup, confidence } of matches) {
    if (confidence === 0) break
    const why = `failed.${setup.id}`
    if (confidence < least) doubts[`${why}.confidence`] = confidence
    else if (days === undefined || days.seen === 0) doubts[`${why}.price`] = 0
    else if (direction === 'short' && instrument.shortable !== true) doubts[`${why}.shortable`] = 0
    else {
      const levels = findLevels(setup, direction, days, evidence, instrument.tick)
      if (typeof levels !== 'string')
        return {
          setup,
          direction,
          draft: toDraft(symbol, direction, setup, confidence, days, levels, evidence),
        }
      doubts[`${why}.${levels}`] = 0
    }
  }
  return { draft: undefined, doubts: said === undefined ? NO_DOUBTS : tellDoubts(doubts, matches, said) }
}

const NO_DOUBTS: Doubts = {}

/**
 * What stands against the setup that the sender names; beside it, what stands against those that are
 * complete, or else against the one that he speaks of most. Nothing when he speaks of none.
 */
function tellDoubts(complete: Doubts, matches: readonly Match[], said: Metadata): Doubts {
  if (Object.keys(said).length === 0) return NO_DOUBTS
  const names = readWords(said, 'pattern')
  const open = matches.filter(({ confidence }) => confidence === 0)
  let nearest = open.find(({ setup }) => names.includes(setup.id))
  if (nearest === undefined && Object.keys(complete).length === 0)
    for (const match of open)
      if (2 * match.spoken > match.setup.required.length && match.spoken > (nearest?.spoken ?? 0))
        nearest = match
  const doubts: { [name: string]: number } = { ...complete }
  for (const fact of nearest?.failed ?? []) doubts[`failed.${nearest?.setup.id}.${fact}`] = 0
  for (const fact of nearest?.unknown ?? []) doubts[`unknown.${nearest?.setup.id}.${fact}`] = 0
  return doubts
}

/** What Kenny allows a position by himself. */
const POSITION_USUAL = 0.1

function toDraft(
  symbol: string,
  direction: Direction,
  setup: Setup,
  confidence: number,
  days: Days,
  { entry, stop, legs }: Levels,
  evidence: Evidence,
): Draft {
  const { atr } = evidence.own
  const terms: OrderTerms = { type: 'limit', limitPrice: formatPrice(entry), timeInForce: 'day' }
  const payload: Pattern = {
    symbol,
    direction,
    pattern: setup.id,
    confidence,
    price: formatPrice(days.close),
    ...(atr !== undefined && atr >= 0.5 ? { atr: formatPrice(Math.round(atr)) } : {}),
    stopLevel: formatPrice(stop),
    ...(setup.positionMax < POSITION_USUAL
      ? { sizing: { kind: 'fraction', fraction: setup.positionMax } }
      : {}),
    terms,
    legs,
    evidence: tell(symbol, direction, setup, evidence),
  }
  return { type: 'pattern/recognised', payload }
}

function tell(
  symbol: string,
  direction: Direction,
  setup: Setup,
  evidence: Evidence,
): { readonly [name: string]: number } {
  const told: { [name: string]: number } = { expected_holding_hours: setup.holdHoursMax }
  const { required, preferred } = (direction === 'short' ? setup.mirror : undefined) ?? setup
  for (const condition of [...required, ...preferred.map(({ when }) => when)]) {
    const value = asksNumber(condition) ? numberOf(condition.fact, evidence) : undefined
    if (value !== undefined) told[condition.fact] = value
  }
  const scores = scoreSetup(toScoreInput(symbol, direction, evidence), setup.scoring)
  for (const name of SCORES) told[`scores.${name}`] = scores[name]
  return told
}

const SCORES = [
  'technical_score',
  'fundamental_score',
  'catalyst_score',
  'sentiment_score',
  'weighted_total',
  'confidence',
] as const
