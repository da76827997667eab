/**
 * The 26 rules a second time, from their wording and in whole numbers of any size: what oracle.test.ts holds the rules
 * against.
 *
 * Shares no code with them but the names of the columns. A rule is a list of clauses, and the first that holds speaks.
 */

import type { FactName } from '#graveyard/facts.ts'

export type Word = 'allow' | 'deny' | 'held' | 'n/a' | 'unknown'
export type Order = Readonly<Record<FactName, number>>

type Clause = readonly [when: boolean, word: Word]

function first(...clauses: readonly Clause[]): Word {
  return clauses.find(([when]) => when)?.[1] ?? 'allow'
}

const none = Number.POSITIVE_INFINITY
const missing = (value: number) => !Number.isSafeInteger(value)
const notPositive = (value: number) => missing(value) || value <= 0
const noCount = (value: number) => missing(value) || value < 0
const noFlag = (value: number) => value !== 0 && value !== 1
const noSide = (value: number) => value !== 1 && value !== -1
const isExit = ({ opening }: Order) => opening === 0

/** a·b against c·d without rounding; what is no whole number compares with nothing. */
function compare(a: number, b: number, c: number, d: number): number {
  if ([a, b, c, d].some(missing)) return Number.NaN
  const difference = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d)
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}
/** part ÷ whole > n ÷ d. */
const above = (part: number, whole: number, n: number, d: number) => compare(part, d, whole, n) > 0
const below = (part: number, whole: number, n: number, d: number) => compare(part, d, whole, n) < 0
/** A quantity of 1e-8 as a share of a volume of 1e-4. */
const shareAbove = (quantity: number, volume: number, n: number, d: number) =>
  !missing(quantity) &&
  !missing(volume) &&
  BigInt(quantity) * BigInt(d) > BigInt(volume) * 10_000n * BigInt(n)

function manipulation(o: Order): Word {
  const uncounted = [
    o.selfTrades,
    o.layerLevels,
    o.layerQuantity,
    o.endedOpposite300s,
    o.endedUnfilled300s,
    o.layerEpisodes600s,
  ].some(noCount)
  const cancelling = o.endedOpposite300s >= 8 && 10 * o.endedUnfilled300s >= 9 * o.endedOpposite300s
  const stacked = o.layerLevels >= 3 && cancelling
  const closing = o.closingOwn !== none
  const limit = isExit(o) ? 25 : 10
  const watched = !isExit(o)
  const many = watched && o.aggressiveFills300s >= 3
  const dominant = many && shareAbove(o.ownFilled300s, o.marketVolume300s, 1, 4)
  const noMove = missing(o.moveSigned300s) || (o.medianMove300s !== none && noCount(o.medianMove300s))
  const usual = o.medianMove300s === none ? 0 : 3 * o.medianMove300s
  return first(
    [uncounted || o.selfTrades > 0 || noFlag(o.addsLevel), 'deny'],
    [stacked && compare(o.layerQuantity, 1, o.quantity, 2) >= 0 && !notPositive(o.quantity), 'deny'],
    [o.addsLevel === 1 && o.layerEpisodes600s >= 2, 'deny'],
    [closing && (notPositive(o.closingOwn) || notPositive(o.closingVolume)), 'deny'],
    [closing && shareAbove(o.closingOwn, o.closingVolume, limit, 100), 'deny'],
    [watched && (noCount(o.aggressiveFills300s) || noCount(o.ownFilled300s)), 'deny'],
    [dominant && !noCount(o.marketVolume300s) && noMove, 'deny'],
    [
      dominant && !noCount(o.marketVolume300s) && o.moveSigned300s >= 1e6 && o.moveSigned300s >= usual,
      'deny',
    ],
    [many && noCount(o.marketVolume300s), 'unknown'],
    [stacked && notPositive(o.quantity), 'unknown'],
  )
}

function pumpAndDump(o: Order): Word {
  const stock = ![1, 2, 3].includes(o.kind) && o.floatShares !== none
  const total = o.sameSideToday + o.quantity
  const low = stock && !notPositive(o.floatShares) && o.floatShares < 20e6 * 1e8
  const after = Math.abs(o.position + o.side * o.quantity)
  const turnover = notPositive(o.reference)
    ? 0n
    : BigInt(o.reference) * BigInt(missing(o.adv20) ? 0 : o.adv20)
  return first(
    [!(o.publicationAge > 30 * 60_000), 'deny'],
    [isExit(o), 'allow'],
    [notPositive(o.adv20), 'deny'],
    [notPositive(o.quantity), 'unknown'],
    [noCount(o.sameSideToday) || missing(total), 'deny'],
    [shareAbove(total, o.adv20, 1, 100), 'deny'],
    [stock && notPositive(o.floatShares) && notPositive(o.reference), 'unknown'],
    [stock && notPositive(o.floatShares) && turnover < 5_000_000n * 10n ** 12n, 'deny'],
    [low && (noSide(o.side) || missing(o.position)), 'unknown'],
    [low && (missing(after) || above(after, o.floatShares, 5, 1_000)), 'deny'],
  )
}

function stopLoss(o: Order): Word {
  const distance = o.side * (o.entry - o.stop)
  const unpriced = noSide(o.side) || notPositive(o.entry) || notPositive(o.tick)
  return first(
    [isExit(o), 'n/a'],
    [notPositive(o.stop), 'deny'],
    [notPositive(o.quantity), 'unknown'],
    [notPositive(o.stopCover), 'deny'],
    [unpriced, 'unknown'],
    [o.stopCover < o.quantity || distance < 2 * o.tick, 'deny'],
    [below(distance, o.entry, 1, 1_000) || above(distance, o.entry, 20, 100), 'deny'],
  )
}

/** Of a modification. */
function stopMove(o: Order): Word {
  return first(
    [notPositive(o.stop) || notPositive(o.stopBefore) || o.uncoveredAfter !== 0, 'deny'],
    [noSide(o.side), 'unknown'],
    [o.side === 1 ? o.stop < o.stopBefore : o.stop > o.stopBefore, 'deny'],
  )
}

function riskReward(o: Order): Word {
  const risk = o.side * (o.entry - o.stop)
  return first(
    [isExit(o), 'n/a'],
    [notPositive(o.targets) || notPositive(o.portionSum) || o.portionSum > 1e8, 'deny'],
    [noSide(o.side) || notPositive(o.entry) || notPositive(o.stop), 'unknown'],
    [risk <= 0 || notPositive(o.worstTargetGain) || noCount(o.reward), 'deny'],
    [compare(2, o.reward, 3, risk) < 0, 'deny'],
  )
}

function dataSources(o: Order): Word {
  const lasting = o.referenceIsQuote === 0 || oneOf(o.runKind, 0, 1)
  const oldest = lasting ? 15 * 60_000 : 15_000
  const widest = o.moveIsDaily === 1 ? 25e6 : 10e6
  const moved = o.move !== none
  return first(
    [isExit(o), 'n/a'],
    [[o.reference, o.entry, o.tick].some(notPositive) || o.sourceRegistered !== 1, 'deny'],
    [!(o.referenceAge >= 0 && o.referenceAge <= oldest), 'deny'],
    [!(o.referenceAhead >= 0 && o.referenceAhead <= 5_000), 'deny'],
    [o.aggressiveFills300s >= 3 && noCount(o.marketVolume300s), 'deny'],
    [moved && (noCount(o.move) || (o.move > widest && o.moveConfirmed !== 1)), 'deny'],
  )
}

const oneOf = (value: number, ...known: readonly number[]) => known.includes(value)
const unformed = (o: Order) =>
  noFlag(o.opening) ||
  noSide(o.side) ||
  !oneOf(o.kind, 0, 1, 2, 3) ||
  !oneOf(o.runKind, 0, 1, 2) ||
  noFlag(o.proposer) ||
  !oneOf(o.hypothetical, 0, 1, 2)

const ORDERS: Readonly<Record<string, (o: Order) => Word>> = {
  no_insider_trading: (o) =>
    first(
      [o.restrictedListLoaded !== 1 || noFlag(o.restricted) || !oneOf(o.sourceClass, 0, 1), 'deny'],
      [o.restricted === 1 && !(isExit(o) && o.approved === 1), 'deny'],
    ),
  no_market_manipulation: manipulation,
  no_pump_and_dump: pumpAndDump,
  no_front_running: (o) => first([o.clientConflicts !== 0, 'deny']),
  max_position_size: (o) =>
    first(
      [notPositive(o.quantity), 'deny'],
      [isExit(o), 'n/a'],
      [missing(o.position) || noCount(o.worstPosition), 'deny'],
      [notPositive(o.equity) || notPositive(o.reference), 'unknown'],
      [noCount(o.exposureAfter) || above(o.exposureAfter, o.equity, 1, 10), 'deny'],
    ),
  max_daily_loss: (o) =>
    first(
      [isExit(o), 'n/a'],
      [o.dayLossLatched !== 0 || notPositive(o.dayStartEquity) || missing(o.netDeposits), 'deny'],
      [notPositive(o.equity), 'unknown'],
      [!dayLossBelow(o), 'deny'],
    ),
  max_leverage: (o) =>
    first(
      [isExit(o), 'n/a'],
      [notPositive(o.equity), 'deny'],
      [notPositive(o.reference) || notPositive(o.quantity), 'unknown'],
      [noCount(o.grossAfter) || above(o.grossAfter, o.equity, 2, 1), 'deny'],
    ),
  require_stop_loss: stopLoss,
  min_risk_reward: riskReward,
  max_concurrent_trades: (o) =>
    first([isExit(o), 'n/a'], [noCount(o.symbolsAfter) || o.symbolsAfter > 5, 'deny']),
  require_hrm_approval: (o) =>
    first([unformed(o), 'deny'], [o.hypothetical === 1, 'n/a'], [o.actionKnown !== 1, 'deny']),
  audit_all_actions: (o) => first([o.runKind === 0, 'n/a'], [!isExit(o) && o.auditLagged !== 0, 'deny']),
  emergency_halt_enabled: (o) =>
    first(
      [isExit(o) && (oneOf(o.mode, 0, 1) || o.proposer === 1), 'n/a'],
      [isExit(o) || o.mode !== 0, 'deny'],
      [!oneOf(o.runKind, 0, 1) && o.haltDrill !== 1, 'deny'],
    ),
  immutable_graveyard: (o) => first([o.sealHolds !== 1, 'deny']),
  watchdog_monitoring: (o) => first([isExit(o) || o.runKind === 0, 'n/a'], [o.leaseHeld !== 1, 'deny']),
  validate_data_sources: dataSources,
  prevent_infinite_loops: (o) =>
    first(
      [isExit(o), 'n/a'],
      [noCount(o.hops) || o.hops > 32 || o.tripleLatched !== 0, 'deny'],
      [noCount(o.parents60s) || o.parents60s >= 5, 'deny'],
      [noCount(o.executions60s) || o.executions60s >= 60, 'deny'],
    ),
  preserve_user_autonomy: (o) => first([isExit(o), 'n/a'], [o.paused !== 0, 'deny']),
  transparent_reasoning: (o) =>
    first(
      [oneOf(o.hypothetical, 1, 2), 'n/a'],
      [o.causeChain !== 1 && !(isExit(o) && o.reasonGiven === 1), 'deny'],
    ),
  reversible_actions: (o) =>
    first([isExit(o), 'n/a'], [o.approved !== 1 && (o.cancellable !== 1 || o.closable !== 1), 'deny']),
  human_in_loop_critical: (o) =>
    first(
      [isExit(o) || oneOf(o.runKind, 0, 1), 'n/a'],
      [o.runKind !== 2, 'unknown'],
      [noFlag(o.approvalNeeded), 'deny'],
      [o.approvalNeeded === 1 && o.approved !== 1, 'held'],
    ),
}

/** Loss ÷ start < 5 %, where the loss is start + deposits − equity. */
function dayLossBelow(o: Order): boolean {
  if ([o.dayStartEquity, o.netDeposits, o.equity].some(missing)) return false
  const loss = BigInt(o.dayStartEquity) + BigInt(o.netDeposits) - BigInt(o.equity)
  return 100n * loss < 5n * BigInt(o.dayStartEquity)
}

const found = (value: number): Word => first([value === none, 'n/a'], [value !== 0, 'deny'])

/** What each rule says of an action that is no order, by kind; of any other it says that it does not apply. */
const ACTIONS: Readonly<Record<number, Readonly<Record<string, (o: Order) => Word>>>> = {
  1: {
    require_stop_loss: stopMove,
    require_hrm_approval: (o) => first([noSide(o.side) || o.actionKnown !== 1, 'deny']),
  },
  2: {
    protect_user_data: (o) => found(o.fieldsUngranted),
    require_consent: (o) => first([o.consentLive === none, 'n/a'], [o.consentLive !== 1, 'deny']),
    anonymize_logs: (o) => found(o.personalUnredacted),
    encrypt_credentials: (o) => found(o.credentials),
  },
  3: { immutable_graveyard: () => 'deny' },
  4: {
    user_override_allowed: (o) =>
      first(
        [o.overrideSigned !== 1 || o.overrideReason !== 1 || notPositive(o.overrideExpiry), 'deny'],
        [o.overrideReachable !== 1 || noCount(o.overridePeople) || o.overridePeople < 2, 'deny'],
      ),
  },
}

/** What the wording says of these facts. */
export function foretell(rule: string, o: Order): Word {
  if (o.action === 0) return ORDERS[rule]?.(o) ?? 'n/a'
  const own = ACTIONS[o.action]?.[rule]
  if (own !== undefined) return own(o)
  if (rule === 'immutable_graveyard') return o.sealHolds === 1 ? 'allow' : 'deny'
  if (rule !== 'require_hrm_approval') return 'n/a'
  return o.action in ACTIONS && o.actionKnown === 1 ? 'allow' : 'deny'
}
