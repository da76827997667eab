/**
 * Which setup the facts make, how certain it is, and what stands against each of the others.
 *
 * Called for a signal from outside and for days that make a setup likely. A condition has to hold for ARK's
 * own reading and for every word of the sender: so a sender can spoil a setup and fill a gap, never overrule
 * the market. A fact that nobody knows holds for nothing.
 */

import type { Direction } from '#core/contract.ts'
import {
  asksNumber,
  type Condition,
  type NumberCondition,
  type OwnFacts,
  type WordCondition,
} from './facts.ts'
import { type Metadata, readNumbers, readWords } from './said.ts'
import type { Preference, Setup } from './setup.ts'
import { BASE_CERTAINTY, PREFERRED_CERTAINTY_MAX } from './table.ts'

export interface Evidence {
  readonly own: OwnFacts
  readonly said: Metadata | undefined
}

export type Judgement = 'holds' | 'fails' | 'unknown'

export interface Match {
  readonly setup: Setup
  /** 0 unless every required condition holds. */
  readonly confidence: number
  /** Facts of required conditions that do not hold, and those that nobody knows. */
  readonly failed: readonly string[]
  readonly unknown: readonly string[]
  /** Required conditions that the sender says something about. */
  readonly spoken: number
}

/** Undefined when the setup is none of the direction. */
export function matchSetup(setup: Setup, direction: Direction, evidence: Evidence): Match | undefined {
  if (setup.direction !== 'both' && setup.direction !== direction) return undefined
  const { required, preferred } = (direction === 'short' ? setup.mirror : undefined) ?? setup
  const failed: string[] = []
  const unknown: string[] = []
  let spoken = 0
  for (const condition of required) {
    const judgement = judge(condition, evidence)
    if (isSpokenOf(condition, evidence)) spoken++
    if (judgement === 'fails') failed.push(condition.fact)
    if (judgement === 'unknown') unknown.push(condition.fact)
  }
  const isComplete = failed.length + unknown.length === 0
  const confidence = isComplete ? confidenceOf(setup, preferred, evidence) : 0
  return { setup, confidence, failed, unknown, spoken }
}

/** One division of whole numbers, so that 0.76 is 0.76 on every machine. */
function confidenceOf({ weight }: Setup, preferred: readonly Preference[], evidence: Evidence): number {
  let extra = 0
  for (const { when, adds } of preferred) if (judge(when, evidence) === 'holds') extra += adds
  const certainty = BASE_CERTAINTY + Math.min(PREFERRED_CERTAINTY_MAX, extra)
  return Math.min(1, (certainty * Math.round(100 * weight)) / 10_000)
}

export function judge(condition: Condition, { own, said }: Evidence): Judgement {
  if (asksNumber(condition)) {
    const known = own.numbers[condition.fact]
    return combine(known, readNumbers(said, condition.fact, own), (value) => holdsFor(condition, value))
  }
  const { fact } = condition
  const known = own.words[fact]
  return combine(known, readWords(said, fact), (words) =>
    typeof words === 'string' ? isWord(condition, words) : words.some((word) => isWord(condition, word)),
  )
}

function isSpokenOf(condition: Condition, { own, said }: Evidence): boolean {
  const readings = asksNumber(condition)
    ? readNumbers(said, condition.fact, own)
    : readWords(said, condition.fact)
  return readings.length > 0
}

function combine<Own, Said>(
  own: Own | undefined,
  said: readonly Said[],
  holds: (reading: Own | Said) => boolean,
): Judgement {
  if (own !== undefined && !holds(own)) return 'fails'
  for (const reading of said) if (!holds(reading)) return 'fails'
  return own !== undefined || said.length > 0 ? 'holds' : 'unknown'
}

/** NaN, a number that cannot be read, holds for nothing. */
function holdsFor(condition: NumberCondition, value: number): boolean {
  if ('above' in condition) return value > condition.above
  if ('below' in condition) return value < condition.below
  const [low, high] = condition.within
  return value >= low && value <= high
}

/** Words that deny what they are asked about. */
const NOTHING_SAID = ['', 'none', 'no', 'false']

function isWord(condition: WordCondition, word: string): boolean {
  if ('is' in condition) return word === condition.is
  return 'contains' in condition ? word.includes(condition.contains) : !NOTHING_SAID.includes(word)
}
