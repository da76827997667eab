/** The five setups that go with a move. Part of the table in table.ts. */

import type { Setup } from './setup.ts'

export const SQUEEZER: Setup = {
  id: 'squeezer',
  direction: 'long',
  category: 'momentum',
  weight: 0.95,
  required: [
    { fact: 'float', below: 20 },
    { fact: 'short_interest', above: 20 },
    { fact: 'volume_ratio', above: 2 },
    { fact: 'price_action', contains: 'consolidat' },
  ],
  preferred: [
    { when: { fact: 'catalyst', exists: true }, adds: 20 },
    { when: { fact: 'rsi', within: [40, 60] }, adds: 15 },
    { when: { fact: 'cost_to_borrow', above: 100 }, adds: 10 },
  ],
  scoring: { technical: 0.4, fundamental: 0.3, catalyst: 0.2, sentiment: 0.1 },
  entry: 'breakout',
  stop: { kind: 'share', of: 0.05 },
  targets: {
    by: 'move',
    steps: [
      { reach: 0.15, portion: 0.33 },
      { reach: 0.3, portion: 0.33 },
      { reach: 0.5, portion: 0.34 },
    ],
  },
  positionMax: 0.1,
  holdHoursMax: 48,
  warnings: [
    'It moves fast: keep the stop tight.',
    'A rapid move may be halted.',
    'It ends when the volume does: leave then.',
  ],
}

export const SHORT_SQUEEZE: Setup = {
  id: 'short_squeeze_setup',
  direction: 'long',
  category: 'momentum',
  weight: 0.9,
  required: [
    { fact: 'short_interest', above: 30 },
    { fact: 'days_to_cover', above: 3 },
    { fact: 'catalyst', exists: true },
    { fact: 'price_action', is: 'breaking_resistance' },
  ],
  preferred: [
    { when: { fact: 'cost_to_borrow', above: 100 }, adds: 25 },
    { when: { fact: 'float', below: 50 }, adds: 20 },
    { when: { fact: 'retail_sentiment', is: 'bullish' }, adds: 15 },
  ],
  scoring: { technical: 0.35, fundamental: 0.15, catalyst: 0.3, sentiment: 0.2 },
  entry: 'breakout',
  stop: { kind: 'atr', multiple: 2 },
  targets: {
    by: 'move',
    steps: [
      { reach: 0.25, portion: 0.4 },
      { reach: 0.5, portion: 0.35 },
      { reach: 1, portion: 0.25 },
    ],
  },
  // The overlay allows it no more than this; a larger plan would only be denied.
  positionMax: 0.05,
  holdHoursMax: 72,
  warnings: [
    'It moves to extremes: the stop has to be wide.',
    'Once the shorts have covered it may turn violently.',
    'Expect halts and circuit breakers.',
    'Leave when the volume is spent.',
    'After a squeeze of more than 100 % it is too late.',
  ],
}

export const LOW_FLOAT_BIG_GAINER: Setup = {
  id: 'low_float_big_gainer',
  direction: 'long',
  category: 'momentum',
  weight: 0.88,
  required: [
    { fact: 'float', below: 10 },
    { fact: 'price_change_percent', above: 50 },
    { fact: 'catalyst', exists: true },
    { fact: 'volume_ratio', above: 5 },
  ],
  preferred: [
    { when: { fact: 'market_cap', below: 500 }, adds: 15 },
    { when: { fact: 'price', within: [3, 20] }, adds: 10 },
    { when: { fact: 'pattern_time', is: 'pre_market' }, adds: 20 },
  ],
  scoring: { technical: 0.25, fundamental: 0.15, catalyst: 0.45, sentiment: 0.15 },
  entry: 'pullback',
  stop: { kind: 'level', name: 'previous_consolidation', days: 5, most: 0.15 },
  targets: {
    by: 'move',
    steps: [
      { reach: 0.25, portion: 0.5 },
      { reach: 0.5, portion: 0.3 },
      { reach: 1, portion: 0.2 },
    ],
  },
  positionMax: 0.08,
  holdHoursMax: 120,
  warnings: [
    'It may turn within minutes.',
    'A small company sells shares into such a move.',
    'Wait for the pullback; do not pay the extreme.',
    'A rapid move may be halted.',
  ],
}

export const SYMPATHY_PLAY: Setup = {
  id: 'sympathy_play',
  direction: 'long',
  category: 'momentum',
  weight: 0.75,
  required: [
    { fact: 'sector_leader_gain', above: 20 },
    { fact: 'correlation', above: 0.6 },
    { fact: 'lag_percent', within: [0, 50] },
    { fact: 'volume_ratio', above: 1.5 },
  ],
  preferred: [
    { when: { fact: 'price_to_leader', below: 1 }, adds: 20 },
    { when: { fact: 'float', below: 50 }, adds: 15 },
    { when: { fact: 'chart_pattern', is: 'breakout_setup' }, adds: 15 },
  ],
  scoring: { technical: 0.35, fundamental: 0.15, catalyst: 0.3, sentiment: 0.2 },
  entry: 'momentum',
  stop: { kind: 'share', of: 0.08 },
  targets: {
    by: 'move',
    steps: [
      { reach: 0.2, portion: 0.5 },
      { reach: 0.4, portion: 0.35 },
      { reach: 0.6, portion: 0.15 },
    ],
  },
  positionMax: 0.1,
  holdHoursMax: 48,
  warnings: [
    'Leave at once when the leader turns.',
    'It is the weaker company: do not stay long.',
    'On little volume the sympathy is none.',
    'What moved together may part at any time.',
  ],
}

export const POST_EARNINGS_DRIFT: Setup = {
  id: 'post_earnings_drift',
  direction: 'both',
  category: 'momentum',
  weight: 0.85,
  required: [
    { fact: 'earnings_beat', is: 'true' },
    { fact: 'initial_reaction', above: 5 },
    { fact: 'volume_ratio', above: 2 },
    { fact: 'days_since_earnings', within: [1, 5] },
  ],
  preferred: [
    { when: { fact: 'guidance', is: 'raised' }, adds: 25 },
    { when: { fact: 'analyst_upgrades', above: 0 }, adds: 15 },
    { when: { fact: 'price_action', is: 'consolidating_gains' }, adds: 20 },
  ],
  // A drift goes the way of the surprise, so a short wants a miss.
  mirror: {
    required: [
      { fact: 'earnings_beat', is: 'false' },
      { fact: 'initial_reaction', below: -5 },
      { fact: 'volume_ratio', above: 2 },
      { fact: 'days_since_earnings', within: [1, 5] },
    ],
    preferred: [
      { when: { fact: 'guidance', is: 'lowered' }, adds: 25 },
      { when: { fact: 'analyst_downgrades', above: 0 }, adds: 15 },
      { when: { fact: 'price_action', is: 'consolidating_losses' }, adds: 20 },
    ],
  },
  scoring: { technical: 0.25, fundamental: 0.4, catalyst: 0.25, sentiment: 0.1 },
  entry: 'pullback_entry',
  // The reaction is at most five days old.
  stop: { kind: 'level', name: 'earnings_reaction', days: 6, most: 0.1 },
  targets: {
    by: 'move',
    steps: [
      { reach: 0.1, portion: 0.3 },
      { reach: 0.2, portion: 0.4 },
      { reach: 0.3, portion: 0.3 },
    ],
  },
  positionMax: 0.1,
  holdHoursMax: 480,
  warnings: [
    'Leave before the next earnings.',
    'A rotation between sectors may end it.',
    'News about the economy may turn it quickly.',
    'Beyond 20 % of reaction it is too late.',
  ],
}
