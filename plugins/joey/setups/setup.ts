/**
 * The shape of a setup: what must be true, what makes it more certain, and how it is traded. The ten are in
 * table.ts; nothing in a setup is code.
 *
 * Shares are fractions (0.05 = 5 %), portions add up to 1.
 */

import type { Condition } from './facts.ts'

export interface Setup {
  readonly id: string
  /** `both`: as written for a long, and by `mirror` for a short. */
  readonly direction: 'long' | 'short' | 'both'
  readonly category: 'momentum' | 'mean_reversion' | 'momentum_reversal'
  /** What the certainty of a complete setup is multiplied by. */
  readonly weight: number
  readonly required: readonly Condition[]
  readonly preferred: readonly Preference[]
  readonly mirror?: { readonly required: readonly Condition[]; readonly preferred: readonly Preference[] }
  readonly scoring: ScoringWeights
  readonly entry: EntryKind
  readonly stop: StopTerms
  readonly targets: TargetTerms
  /** Share of equity that the position may be worth. */
  readonly positionMax: number
  readonly holdHoursMax: number
  readonly warnings: readonly string[]
}

export interface Preference {
  readonly when: Condition
  /** What it adds to the certainty, in hundredths. */
  readonly adds: number
}

export interface ScoringWeights {
  readonly technical: number
  readonly fundamental: number
  readonly catalyst: number
  readonly sentiment: number
}

export type EntryKind =
  | 'breakout'
  | 'momentum'
  | 'pullback'
  | 'pullback_entry'
  | 'reversal_short'
  | 'fade'
  | 'capitulation'
  | 'capitulation_reversal'

export type StopTerms =
  | { readonly kind: 'share'; readonly of: number }
  /** Of the average true range of a day. */
  | { readonly kind: 'atr'; readonly multiple: number }
  /** Beyond the extreme of the last days, today included; never further than `most` from the entry. */
  | { readonly kind: 'level'; readonly name: string; readonly days: number; readonly most: number }

/** `by` is what the steps are shares of: a move from the entry, the gap, or a fall that is regained. */
export interface TargetTerms {
  readonly by: 'move' | 'gap' | 'decline_percent' | 'decline_from_high'
  readonly steps: readonly { readonly reach: number; readonly portion: number }[]
}

/**
 * Limit of an entry as a share of the price that was seen: above zero pays more to be sure of the move, below
 * zero waits for a better price. A short mirrors it.
 */
export const ENTRY_OFFSETS: Readonly<Record<EntryKind, number>> = {
  breakout: 0.005,
  // The original sent these two and capitulation_reversal to the market at any price: each has the limit of
  // its kind.
  momentum: 0.005,
  pullback_entry: -0.02,
  capitulation_reversal: 0,
  pullback: -0.02,
  reversal_short: 0,
  fade: 0,
  capitulation: 0,
}
