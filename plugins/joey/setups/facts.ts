/**
 * The facts that setups are made of, and who knows them: ARK from its own bars and registry, or the sender of
 * a signal.
 *
 * Percentages are whole percents (30 = 30 %), floats and market values millions; words are lower-case with
 * `_` between their parts.
 */

export type NumberFact =
  | 'analyst_downgrades'
  | 'analyst_upgrades'
  | 'bounce_percent'
  | 'closing_volume_ratio'
  | 'correlation'
  | 'cost_to_borrow'
  | 'days_since_earnings'
  | 'days_to_cover'
  | 'decline_from_high'
  | 'decline_percent'
  | 'float'
  | 'gain_last_5_days'
  | 'gap_percent'
  | 'initial_reaction'
  | 'lag_percent'
  | 'market_cap'
  | 'price'
  | 'price_change_percent'
  | 'price_decline_percent'
  | 'price_to_leader'
  | 'rsi'
  | 'sector_leader_gain'
  | 'short_interest'
  | 'volume_ratio'
  | 'volume_spike_ratio'

export type WordFact =
  | 'acceleration'
  | 'catalyst'
  | 'catalyst_strength'
  | 'chart_pattern'
  | 'earnings_beat'
  | 'guidance'
  | 'insider_buying'
  | 'market_sentiment'
  | 'news_coverage'
  | 'pattern_time'
  | 'price_action'
  | 'prior_trend'
  | 'resistance_level'
  | 'resistance_test'
  | 'retail_sentiment'
  | 'sentiment'
  | 'social_sentiment'
  | 'support_level'

/** What must be true of one fact. `within` includes its ends, `above` and `below` do not. */
export type NumberCondition =
  | { readonly fact: NumberFact; readonly above: number }
  | { readonly fact: NumberFact; readonly below: number }
  | { readonly fact: NumberFact; readonly within: readonly [number, number] }

export type WordCondition =
  | { readonly fact: WordFact; readonly is: string }
  | { readonly fact: WordFact; readonly contains: string }
  | { readonly fact: WordFact; readonly exists: true }

export type Condition = NumberCondition | WordCondition

/**
 * What ARK knows itself. A fact that is absent is unknown; words are all that are true, so an empty list
 * denies.
 */
export interface OwnFacts {
  readonly numbers: { readonly [fact in NumberFact]?: number }
  readonly words: { readonly [fact in WordFact]?: readonly string[] }
  /** Mean volume of a day in units: for a sender who gives a volume and no average. */
  readonly averageVolume: number | undefined
  /** Prices of the days as integers of 1e-8; undefined while there are too few days. */
  readonly open: number | undefined
  readonly previousClose: number | undefined
  readonly atr: number | undefined
}

export function asksNumber(condition: Condition): condition is NumberCondition {
  return 'above' in condition || 'below' in condition || 'within' in condition
}
