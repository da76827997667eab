/**
 * Every number the rules compare with, frozen, in the units people read: ratios as ratios, times in
 * milliseconds.
 *
 * A rule's own value stands under its name; what follows are thresholds of single clauses, some of them used
 * by core/gate where it derives a fact. SEAL holds the digest of limitsText(), so a changed number is a
 * changed seal.
 */

export const LIMITS = Object.freeze({
  no_insider_trading: true,
  no_market_manipulation: true,
  no_pump_and_dump: true,
  no_front_running: true,
  max_position_size: 0.1,
  max_daily_loss: 0.05,
  max_leverage: 2,
  require_stop_loss: true,
  min_risk_reward: 1.5,
  max_concurrent_trades: 5,
  require_hrm_approval: true,
  audit_all_actions: true,
  user_override_allowed: true,
  emergency_halt_enabled: true,
  protect_user_data: true,
  require_consent: true,
  anonymize_logs: true,
  encrypt_credentials: true,
  immutable_graveyard: true,
  watchdog_monitoring: true,
  validate_data_sources: true,
  prevent_infinite_loops: true,
  preserve_user_autonomy: true,
  transparent_reasoning: true,
  reversible_actions: true,
  human_in_loop_critical: true,

  // 2: layering, closing price, ignition.
  layerLevels: 3,
  layerMultiple: 2,
  layerEnded: 8,
  layerCancelledShare: 0.9,
  layerWindowMs: 300_000,
  layerEpisodes: 2,
  layerEpisodesMs: 600_000,
  closingWindowMs: 600_000,
  closingShareOpening: 0.1,
  closingShareExit: 0.25,
  closingAverageDivisor: 39,
  ignitionWindowMs: 300_000,
  ignitionFills: 3,
  ignitionShare: 0.25,
  ignitionMove: 0.01,
  ignitionMedianMultiple: 3,

  // 3: quiet time after a publication; share of average volume; common stock with a low or unknown float.
  publicationQuietMs: 1_800_000,
  maxVolumeShare: 0.01,
  averageVolumeSessions: 20,
  minAverageVolumeSessions: 5,
  lowFloatShares: 20_000_000,
  maxFloatShare: 0.005,
  unknownFloatTurnoverUsd: 5_000_000,

  // 8: distance of the stop from the entry.
  minStopTicks: 2,
  minStopDistance: 0.001,
  maxStopDistance: 0.2,
  uncoveredMs: 5_000,

  // 9: a target farther than these multiples of the entry earns nothing.
  maxTargetLong: 2,
  minTargetShort: 0.4,

  // 13: people that an override needs.
  overridePeople: 2,

  // 21: age, future and jumps of the reference price.
  maxReferenceAgeMs: 900_000,
  maxQuoteAgeMs: 15_000,
  maxReferenceAheadMs: 5_000,
  maxMoveDaily: 0.25,
  maxMove: 0.1,

  // 22: hops since the last input; released parents and executions a minute.
  maxHops: 32,
  maxParents60s: 5,
  maxExecutions60s: 60,

  // 26: an order beyond these waits for a person, whose approval lasts this long.
  approvalPositionSize: 0.08,
  approvalLeverage: 1.5,
  approvalLifetimeMs: 900_000,
  approvalDrift: 0.01,
} as const)

/** Canonical JSON (RFC 8785) of the limits: keys in code-unit order, no spaces. */
export function limitsText(): string {
  const entries = Object.entries(LIMITS).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return JSON.stringify(Object.fromEntries(entries))
}
