/**
 * The overlay that ARK brings, in the format that people write their own in (docs/OVERLAY.md).
 *
 * Text in a module, because a bundle and a binary have no file beside them; config.ts reads it with the
 * reader of people's files, so it is held to the same schema. A rule concerns openings only, and only those
 * that every line of its `when` holds for.
 */

export const BUILT_IN_FILE = 'built-in.yaml'

export const BUILT_IN = `
version: 1.0.0
# true: a warning denies as well.
strict_mode: false

# Every rule is judged on every opening. A denial in a stage that halts leaves out the warnings after it.
stages:
  - { name: ethics, order: 1, on_failure: halt }
  - { name: data_quality, order: 2, on_failure: halt }
  - { name: risk, order: 3, on_failure: collect }
  - { name: pattern_quality, order: 4, on_failure: collect }
  - { name: market_conditions, order: 5, on_failure: collect }
  - { name: user_preferences, order: 6, on_failure: collect }
  - { name: circuit_breakers, order: 7, on_failure: halt }

rules:
  # The price bands and the volume are those of shares: an index is no share, and a coin has no common size.
  - id: ETH-001
    stage: ethics
    severity: critical
    when: [{ field: kind, operator: equals, value: equity }]
    field: price
    operator: gte
    value: 1.00
    message: the share costs less than 1.00
  - id: ETH-002
    stage: ethics
    severity: critical
    when: [{ field: catalyst, operator: exists }]
    field: catalyst
    operator: not_contains
    value: [pump, dump, coordinated, manipulation, scheme]
    message: the catalyst speaks of manipulation
  - id: ETH-003
    stage: ethics
    severity: critical
    when: [{ field: metadata.source, operator: exists }]
    field: metadata.source
    operator: not_equals
    value: insider_tip
    message: the signal comes from an insider
  - id: ETH-004
    stage: ethics
    severity: error
    when: [{ field: kind, operator: in, value: [equity, fund] }]
    field: avg_volume
    operator: gte
    value: 100000
    message: too few shares change hands on a usual day

  - id: DATA-001
    stage: data_quality
    severity: error
    field: setup
    operator: fields_required
    value: [symbol, price, direction, volume]
    message: the market has not told enough about the symbol
  - id: DATA-002
    stage: data_quality
    severity: error
    when: [{ field: kind, operator: equals, value: equity }]
    field: price
    operator: between
    value: [0.01, 10000]
    message: the price is not that of a share
  # Only a signal from outside has a time of its own; what ARK recognises follows from a bar at once.
  - id: DATA-003
    stage: data_quality
    severity: warning
    when: [{ field: timestamp, operator: exists }]
    field: timestamp
    operator: age_minutes_lte
    value: 15
    message: the signal is old

  - id: RISK-001
    stage: risk
    severity: error
    field: position_size
    operator: lte
    value: 0.10
    message: the position would be too large a share of equity
  - id: RISK-002
    stage: risk
    severity: error
    field: stop_loss
    operator: exists
    message: there is no stop
  - id: RISK-003
    stage: risk
    severity: warning
    field: risk_reward_ratio
    operator: gte
    value: 2.0
    message: the targets earn less than twice what the stop loses
  - id: RISK-004
    stage: risk
    severity: error
    field: max_loss_percent
    operator: lte
    value: 0.02
    message: the stop would lose too large a share of equity
  - id: RISK-005
    stage: risk
    severity: warning
    when:
      - { field: indicators.atr, operator: exists }
      - { field: indicators.atr, operator: gte, value: 0.05 }
    field: position_size
    operator: lte
    value: 0.05
    message: the position is large for so restless a symbol

  # A person needs no pattern.
  - id: PAT-001
    stage: pattern_quality
    severity: error
    when: [{ field: proposer, operator: equals, value: agent }]
    field: confidence
    operator: gte
    value: 0.65
    message: the pattern is not certain enough
  - id: PAT-002
    stage: pattern_quality
    severity: error
    when: [{ field: proposer, operator: equals, value: agent }]
    field: pattern
    operator: exists
    message: an agent proposes it without a pattern
  # Scores, calendar and volatility index are carried by some signals and by no pattern in bars.
  - id: PAT-003
    stage: pattern_quality
    severity: warning
    when: [{ field: scores.weighted_total, operator: exists }]
    field: scores.weighted_total
    operator: gte
    value: 0.60
    message: the setup scores low as a whole
  - id: PAT-004
    stage: pattern_quality
    severity: warning
    when: [{ field: scores.technical_score, operator: exists }]
    field: scores.technical_score
    operator: gte
    value: 0.50
    message: the setup scores low technically

  - id: MKT-001
    stage: market_conditions
    severity: warning
    enabled: false
    field: metadata.trading_hours
    operator: equals
    value: regular
    message: the market is outside its regular hours
  - id: MKT-002
    stage: market_conditions
    severity: warning
    when: [{ field: metadata.fomc_day, operator: exists }]
    field: metadata.fomc_day
    operator: not_equals
    value: true
    message: the central bank decides today
  - id: MKT-003
    stage: market_conditions
    severity: warning
    when: [{ field: metadata.vix, operator: exists }]
    field: metadata.vix
    operator: lte
    value: 35
    message: the market fears too much

  - id: USER-001
    stage: user_preferences
    severity: error
    field: direction
    operator: in
    value: [long, short, swing]
    message: the direction is none that is traded
  - id: USER-002
    stage: user_preferences
    severity: error
    field: market_type
    operator: in
    value: [equity, crypto]
    message: the market is none that is traded
  - id: USER-003
    stage: user_preferences
    severity: warning
    when: [{ field: metadata.expected_holding_hours, operator: exists }]
    field: metadata.expected_holding_hours
    operator: lte
    value: 120
    message: it would be held too long

# Each line is a rule of its own for orders of that pattern: overlay:short_squeeze_setup.max_position …
pattern_overrides:
  - { pattern: short_squeeze_setup, max_position: 0.05, min_confidence: 0.75 }
  - { pattern: parabolic_blowoff, max_position: 0.08, max_stop: 0.10 }
  - { pattern: washout_reversal, min_confidence: 0.70, min_risk_reward: 3.0 }

circuit_breakers:
  # Whole percent of the equity that the day began with. Recovers after so many minutes.
  - id: CB-001
    field: daily_pnl_percent
    operator: lte
    value: -2.0
    action: suspend_trading
    minutes: 1440
    message: the day has lost too much, so nothing opens for a while
  # Closed positions in a row. Recovers with the first that gains, or when none has lost for so many minutes.
  - id: CB-002
    field: consecutive_losses
    operator: gte
    value: 3
    action: reduce_position_sizes
    factor: 0.5
    minutes: 1440
    message: positions were lost in a row, so sizes are cut
  # Whole percent since the benchmark's day began. Recovers with its next day.
  - id: CB-003
    field: market_drop_percent
    operator: lte
    value: -3.0
    action: close_all_long_positions
    message: the market has fallen too far, so nothing opens until its next session
`
