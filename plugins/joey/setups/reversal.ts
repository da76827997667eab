/** The five setups that go against a move. Part of the table in table.ts. */

import type { Setup } from './setup.ts'

/**
 * The original asked for a volume of "climax", which no volume is. Three times the mean day is where its own
 * scorer calls volume strongest and where its panic begins. More would hardly be met: the days of the move
 * are in the mean.
 */
const CLIMAX_VOLUME = 3

export const DEAD_CAT_BOUNCE: Setup = {
  id: 'dead_cat_bounce',
  direction: 'short',
  category: 'mean_reversion',
  weight: 0.82,
  required: [
    { fact: 'price_decline_percent', above: 30 },
    { fact: 'bounce_percent', within: [10, 25] },
    { fact: 'closing_volume_ratio', below: 1 },
    { fact: 'rsi', below: 50 },
  ],
  preferred: [
    { when: { fact: 'catalyst', is: 'negative' }, adds: 25 },
    { when: { fact: 'short_interest', below: 10 }, adds: 15 },
    { when: { fact: 'resistance_test', is: 'rejected' }, adds: 20 },
  ],
  scoring: { technical: 0.45, fundamental: 0.3, catalyst: 0.15, sentiment: 0.1 },
  entry: 'reversal_short',
  stop: { kind: 'share', of: 0.07 },
  targets: {
    by: 'move',
    steps: [
      { reach: 0.15, portion: 0.5 },
      { reach: 0.3, portion: 0.3 },
      { reach: 0.5, portion: 0.2 },
    ],
  },
  positionMax: 0.1,
  holdHoursMax: 72,
  warnings: [
    'When the volume grows the shorts are squeezed.',
    'Cover at once above the high of the bounce.',
    'Good news ends it.',
    'Broken stocks rally hard: keep the stop tight.',
  ],
}

export const FADING_THE_GAP: Setup = {
  id: 'fading_the_gap',
  direction: 'short',
  category: 'mean_reversion',
  weight: 0.78,
  required: [
    { fact: 'gap_percent', within: [3, 10] },
    { fact: 'closing_volume_ratio', below: 1 },
    { fact: 'price_action', is: 'failed_breakout' },
    { fact: 'catalyst_strength', is: 'weak' },
  ],
  preferred: [
    { when: { fact: 'rsi', above: 70 }, adds: 20 },
    { when: { fact: 'resistance_level', is: 'near' }, adds: 15 },
    { when: { fact: 'prior_trend', is: 'extended' }, adds: 15 },
  ],
  scoring: { technical: 0.5, fundamental: 0.2, catalyst: 0.2, sentiment: 0.1 },
  entry: 'fade',
  // The high of the whole day so far: never below that of its first quarter of an hour.
  stop: { kind: 'level', name: 'day_high', days: 1, most: 0.05 },
  targets: {
    by: 'gap',
    steps: [
      { reach: 0.5, portion: 0.6 },
      { reach: 0.75, portion: 0.25 },
      { reach: 1, portion: 0.15 },
    ],
  },
  positionMax: 0.1,
  holdHoursMax: 8,
  warnings: [
    'Cover at once above the high of the morning.',
    'A gap on very much volume is not to be faded.',
    'Nor is one with a sound reason.',
    'It belongs to the first hour, not to the afternoon.',
  ],
}

export const PARABOLIC_BLOWOFF: Setup = {
  id: 'parabolic_blowoff',
  direction: 'short',
  category: 'momentum_reversal',
  weight: 0.83,
  required: [
    { fact: 'gain_last_5_days', above: 50 },
    { fact: 'acceleration', is: 'parabolic' },
    { fact: 'volume_ratio', above: CLIMAX_VOLUME },
    { fact: 'rsi', above: 80 },
  ],
  preferred: [
    { when: { fact: 'social_sentiment', is: 'euphoric' }, adds: 20 },
    { when: { fact: 'news_coverage', is: 'mainstream' }, adds: 15 },
    { when: { fact: 'price_action', is: 'first_rejection' }, adds: 25 },
  ],
  scoring: { technical: 0.5, fundamental: 0.1, catalyst: 0.15, sentiment: 0.25 },
  entry: 'reversal_short',
  stop: { kind: 'share', of: 0.1 },
  targets: {
    by: 'move',
    steps: [
      { reach: 0.2, portion: 0.5 },
      { reach: 0.4, portion: 0.3 },
      { reach: 0.6, portion: 0.2 },
    ],
  },
  // The overlay allows it no more than this.
  positionMax: 0.08,
  holdHoursMax: 120,
  warnings: [
    'Not before the turn is clear.',
    'It may go on for longer than anybody thinks.',
    'Cover when it makes a new high after the pullback.',
    'Keep the position small.',
    'A crowded short is squeezed.',
  ],
}

export const MORNING_PANIC: Setup = {
  id: 'morning_panic',
  direction: 'long',
  category: 'mean_reversion',
  weight: 0.8,
  required: [
    { fact: 'decline_percent', above: 5 },
    { fact: 'volume_ratio', above: 3 },
    { fact: 'rsi', below: 30 },
    { fact: 'catalyst', is: 'overreaction' },
  ],
  preferred: [
    { when: { fact: 'prior_trend', is: 'uptrend' }, adds: 25 },
    { when: { fact: 'support_level', is: 'holding' }, adds: 20 },
    { when: { fact: 'market_sentiment', is: 'positive' }, adds: 15 },
  ],
  scoring: { technical: 0.45, fundamental: 0.2, catalyst: 0.25, sentiment: 0.1 },
  entry: 'capitulation',
  stop: { kind: 'share', of: 0.03 },
  targets: {
    by: 'decline_percent',
    steps: [
      { reach: 0.3, portion: 0.6 },
      { reach: 0.5, portion: 0.3 },
      { reach: 0.75, portion: 0.1 },
    ],
  },
  positionMax: 0.1,
  holdHoursMax: 6,
  warnings: [
    'Wait for the turn; do not catch what falls.',
    'What has not recovered by noon will not.',
    'Truly bad news is no overreaction.',
    'When the whole market panics it is another case.',
  ],
}

export const WASHOUT: Setup = {
  id: 'washout_reversal',
  direction: 'long',
  category: 'mean_reversion',
  weight: 0.87,
  required: [
    { fact: 'decline_from_high', above: 40 },
    { fact: 'volume_spike_ratio', above: 5 },
    { fact: 'price_action', is: 'v_bottom' },
    { fact: 'rsi', below: 25 },
  ],
  preferred: [
    { when: { fact: 'support_level', is: 'major_support' }, adds: 25 },
    { when: { fact: 'catalyst', is: 'positive_shift' }, adds: 20 },
    { when: { fact: 'insider_buying', is: 'true' }, adds: 15 },
  ],
  scoring: { technical: 0.45, fundamental: 0.25, catalyst: 0.2, sentiment: 0.1 },
  entry: 'capitulation_reversal',
  // Ten per cent at most: the overlay wants three times the risk of it.
  stop: { kind: 'level', name: 'washout_low', days: 3, most: 0.1 },
  targets: {
    by: 'decline_from_high',
    steps: [
      { reach: 0.25, portion: 0.4 },
      { reach: 0.5, portion: 0.35 },
      { reach: 0.75, portion: 0.25 },
    ],
  },
  positionMax: 0.1,
  holdHoursMax: 240,
  warnings: [
    'The low may be tested again.',
    'Make sure that the company is not what broke.',
    'It may be no more than a bounce.',
    'The market has to bear it.',
    'A fall that goes on is no washout.',
  ],
}
