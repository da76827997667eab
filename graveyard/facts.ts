/**
 * The facts the 26 rules are judged on: one number a column, derived by core/gate, never by a proposer.
 *
 * A column is known (a finite number), missing (NaN) or not applicable (Infinity). Prices and quantities are
 * integers of 1e-8, cash of 1e-6, volumes of 1e-4, times milliseconds, flags 0 or 1. The order of the columns
 * is part of the SEAL.
 */

export const FACT = {
  /** 1 = opens or adds, 0 = exit by the gate's own derivation. */
  opening: 0,
  /** +1 buy, −1 sell; on a modification the side that opened the position. */
  side: 1,
  /** 0 equity (common stock), 1 fund, 2 index, 3 crypto. */
  kind: 2,
  /** 0 backtest, 1 paper, 2 live. */
  runKind: 3,
  /** 0 active, 1 reducing, 2 halted. */
  mode: 4,
  /** 0 agent, 1 person. */
  proposer: 5,
  /**
   * 1 = asked by /v1/evaluate: no permit, no cause chain. 2 = a scenario: judged like a real one, but without
   * a chain.
   */
  hypothetical: 6,
  /** Order quantity q. */
  quantity: 7,
  /** Entry E: the limit, or the adverse touch, or the reference price. */
  entry: 8,
  /** Own reference price; missing when there is no mark. */
  reference: 9,
  tick: 10,
  /** Stop S of the order's own protective stop; missing when there is none. */
  stop: 11,
  /** Quantity covered by reduce-only stops attached to this order. */
  stopCover: 12,
  targets: 13,
  /** Smallest s·(T − E) over the targets. */
  worstTargetGain: 14,
  /** Σ w, integer of 1e-8. */
  portionSum: 15,
  /** Σ w·s·(T − E) in price units, rounded down; targets beyond 2.0·E (long) or under 0.4·E (short) earn 0. */
  reward: 16,
  /** Signed position before the order. */
  position: 17,
  /** max(|pos + Σ working buys|, |pos − Σ working sells|) with this order. */
  worstPosition: 18,
  /** worstPosition × max(mark, limit) × multiplier. */
  exposureAfter: 19,
  /** Σ exposure of all symbols at their worst working case, with this order. */
  grossAfter: 20,
  equity: 21,
  dayStartEquity: 22,
  netDeposits: 23,
  /** 1 = the day's loss limit was reached and the day is not over. */
  dayLossLatched: 24,
  /** Distinct symbols with a position ≥ 1 lot or a working entry, after this order. */
  symbolsAfter: 25,
  /** Mean volume of 20 completed sessions (≥ 5), today excluded, or a signed registry value. */
  adv20: 26,
  /** Quantity of the same side filled today and working, without this order. */
  sameSideToday: 27,
  /** Free float in units; not applicable to funds, indices, crypto. */
  floatShares: 28,
  /**
   * Milliseconds since ARK's own last publication on the symbol that this order goes against (of the other
   * side, or of none); not applicable when there was none, and to stops attached before it.
   */
  publicationAge: 29,
  restrictedListLoaded: 30,
  restricted: 31,
  /** Registered class of the leaf inputs' source: 0 public, 1 licensed, 2 anything else. */
  sourceClass: 32,
  /** Own working non-stop orders on the other side that the worst price reaches and `cancelFirst` does not name. */
  selfTrades: 33,
  /** Registered client orders that this order would run in front of. */
  clientConflicts: 34,
  /** 1 = the action type is one that the gate knows. */
  actionKnown: 35,
  /** 1 = heads lag behind; not applicable in a backtest. */
  auditLagged: 36,
  /** 1 = a halt drill passed since boot; not applicable unless live. */
  haltDrill: 37,
  sealHolds: 38,
  /** 1 = held; not applicable in a backtest. */
  leaseHeld: 39,
  /** Milliseconds of open-market time since the reference. */
  referenceAge: 40,
  /** 1 = a live quote (stale after 15 s), 0 = bar or trade (15 min). */
  referenceIsQuote: 41,
  /** Milliseconds by which the reference lies in the future. */
  referenceAhead: 42,
  /**
   * |last move| of the reference as an integer of 1e-8 (0.25 = 25_000_000). Not applicable on the first
   * observation.
   */
  move: 43,
  /** 1 = the move is between daily bars (25 %), 0 = minute, second or quote (10 %). */
  moveIsDaily: 44,
  /** 1 = a corporate action or a second observation stands behind the move. */
  moveConfirmed: 45,
  sourceRegistered: 46,
  /** Hops since the last external input. */
  hops: 47,
  /** Released parent orders of the same strategy, symbol and side in 60 s, without this one. */
  parents60s: 48,
  tripleLatched: 49,
  /** Executions of all strategies in 60 s, without this one. */
  executions60s: 50,
  /** 1 = agent, symbol or strategy is paused by a person. */
  paused: 51,
  /**
   * 1 = ARK built a chain of causes to a market input, or a person's authenticated request. Not applicable
   * when hypothetical.
   */
  causeChain: 52,
  /** 1 = the order carries a reason code. */
  reasonGiven: 53,
  /** 1 = the broker can cancel it. */
  cancellable: 54,
  /** 1 = the venue allows the closing side. */
  closable: 55,
  /** 1 = an approval bound to this order's hash is in force. */
  approved: 56,
  /** 1 = rule 26 asks for an approval; not applicable unless live. */
  approvalNeeded: 57,
  /** Exits of the symbol in the last 60 s, without this one. */
  exits60s: 58,
  /** 0 order, 1 modification of a working stop, 2 data action, 3 request to change rules, 4 override. */
  action: 59,

  // Rule 2, layering.
  /** Own working non-protective limit prices of the other side that `cancelFirst` does not name. */
  layerLevels: 60,
  /** Their total quantity. */
  layerQuantity: 61,
  /** Own non-protective orders of the other side that ended in the last 300 s. */
  endedOpposite300s: 62,
  /** Those of them that were cancelled with nothing filled. */
  endedUnfilled300s: 63,
  /** 1 = the order would rest at a price where no own order of its side is. */
  addsLevel: 64,
  /** Episodes of layering in 600 s in which the layers stood on the order's own side. */
  layerEpisodes600s: 65,

  // Rule 2, closing price; not applicable outside the last 10 minutes of a session, and to auction, next-open
  // and stop orders.
  /** Own fills in the window, working orders and this one, as a quantity. */
  closingOwn: 66,
  /** The window's market volume or a 39th of the average day's, whichever is more. */
  closingVolume: 67,

  // Rule 2, ignition; own side, 300 s.
  aggressiveFills300s: 68,
  ownFilled300s: 69,
  /** Owned by rule 21, as every volume of the market. */
  marketVolume300s: 70,
  /** s·move as an integer of 1e-8; missing when there is no price that old. */
  moveSigned300s: 71,
  /** Median of the absolute 5-minute moves, integer of 1e-8; not applicable when there are none to speak of. */
  medianMove300s: 72,

  // Rule 8 on a modification; not applicable otherwise.
  /** The stop before the modification; `stop` holds the new one. */
  stopBefore: 73,
  /** Filled quantity that no stop would cover after it. */
  uncoveredAfter: 74,

  // Rule 13 on an override; not applicable otherwise.
  /** 1 = the request is signed by an identity that holds the role. */
  overrideSigned: 75,
  overrideReason: 76,
  /** Milliseconds until it expires; missing when it does not. */
  overrideExpiry: 77,
  /**
   * 1 = what it lifts is an operational limit, the overlay, a pause or a latch; 0 = anything else, the 26 among
   * it.
   */
  overrideReachable: 78,
  /** Distinct people behind it. */
  overridePeople: 79,

  // Rules 15 to 18 on a data action; not applicable otherwise.
  /** Personal or secret fields of the payload that the sink has no grant for. */
  fieldsUngranted: 80,
  /** 1 = a consent for subject and scope is in force; not applicable when no person's data are concerned. */
  consentLive: 81,
  /** Personal fields in the clear in what would be logged; not applicable unless it is a log write. */
  personalUnredacted: 82,
  /** Credentials found in the payload. */
  credentials: 83,

  // Of the account as it stands, without the order.
  /** Σ |position| · mark · multiplier. */
  grossActual: 84,
} as const

export type FactName = keyof typeof FACT

export const FACT_NAMES = Object.freeze(Object.keys(FACT)) as readonly FactName[]
export const FACT_COUNT = FACT_NAMES.length

export const MISSING = Number.NaN
export const NOT_APPLICABLE = Number.POSITIVE_INFINITY

/** Columns in FACT order. */
export type Facts = Float64Array
