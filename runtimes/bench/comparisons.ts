/**
 * What the 26 rules compare at order time, as a table that other rule engines can be given: per rule the
 * clauses of which one is enough to deny, per clause the comparisons that must all hold.
 *
 * Thirteen and 15 to 18 judge overrides and data, so 21 rules are left. Peers have no exact products or
 * quotients; `toOperands` makes those beforehand, outside of their time. The overlay is left out altogether,
 * and so is what makes a fact missing: both favour the peers.
 */

import { assert } from '#core/errors.ts'
import type { FACT } from '#graveyard/facts.ts'

export type Comparator = '==' | '!=' | '<' | '<=' | '>' | '>='
/** The right side is a number or the name of another operand. */
export type Comparison = readonly [left: string, comparator: Comparator, right: string | number]
export type Clauses = readonly (readonly Comparison[])[]
export type Operands = Readonly<Record<string, number>>

/** Columns of the gate's facts; a column that moved does not compile. */
const COLUMN = {
  opening: 0,
  side: 1,
  kind: 2,
  mode: 4,
  proposer: 5,
  hypothetical: 6,
  quantity: 7,
  entry: 8,
  tick: 10,
  stop: 11,
  stopCover: 12,
  targets: 13,
  worstTargetGain: 14,
  portionSum: 15,
  reward: 16,
  position: 17,
  exposureAfter: 19,
  grossAfter: 20,
  equity: 21,
  dayStartEquity: 22,
  netDeposits: 23,
  dayLossLatched: 24,
  symbolsAfter: 25,
  adv20: 26,
  sameSideToday: 27,
  floatShares: 28,
  publicationAge: 29,
  restrictedListLoaded: 30,
  restricted: 31,
  sourceClass: 32,
  selfTrades: 33,
  clientConflicts: 34,
  actionKnown: 35,
  auditLagged: 36,
  sealHolds: 38,
  leaseHeld: 39,
  referenceAge: 40,
  referenceIsQuote: 41,
  referenceAhead: 42,
  move: 43,
  moveIsDaily: 44,
  moveConfirmed: 45,
  sourceRegistered: 46,
  hops: 47,
  parents60s: 48,
  tripleLatched: 49,
  executions60s: 50,
  paused: 51,
  causeChain: 52,
  reasonGiven: 53,
  cancellable: 54,
  closable: 55,
  approved: 56,
  approvalNeeded: 57,
  layerLevels: 60,
  layerQuantity: 61,
  endedOpposite300s: 62,
  endedUnfilled300s: 63,
  addsLevel: 64,
  layerEpisodes600s: 65,
  closingOwn: 66,
  closingVolume: 67,
  aggressiveFills300s: 68,
  ownFilled300s: 69,
  marketVolume300s: 70,
  moveSigned300s: 71,
  medianMove300s: 72,
} as const satisfies Partial<typeof FACT>

const OPENS: Comparison = ['opening', '==', 1]
const EXITS: Comparison = ['opening', '==', 0]
const REAL: Comparison = ['hypothetical', '==', 0]
const UNAPPROVED: Comparison = ['approved', '!=', 1]
const STOCK: Comparison = ['kind', '==', 0]

export const COMPARISONS: Readonly<Record<string, Clauses>> = {
  no_insider_trading: [
    [['restrictedListLoaded', '!=', 1]],
    [['restricted', '!=', 0], OPENS],
    [['restricted', '!=', 0], UNAPPROVED],
    [['sourceClass', '>', 1]],
  ],
  no_market_manipulation: [
    [['selfTrades', '>', 0]],
    [
      ['layerLevels', '>=', 3],
      ['layerQuantity', '>=', 'layerLimit'],
      ['endedOpposite300s', '>=', 8],
      ['endedUnfilledTenfold', '>=', 'endedNinefold'],
    ],
    [
      ['addsLevel', '==', 1],
      ['layerEpisodes600s', '>=', 2],
    ],
    [OPENS, ['closingOwn', '>', 'closingLimitOpening']],
    [EXITS, ['closingOwn', '>', 'closingLimitExit']],
    [
      OPENS,
      ['aggressiveFills300s', '>=', 3],
      ['ownFilled300s', '>', 'ownFilledLimit'],
      ['moveSigned300s', '>=', 1_000_000],
      ['moveSigned300s', '>=', 'moveLimit'],
    ],
  ],
  no_pump_and_dump: [
    [['publicationAge', '<=', 1_800_000]],
    [OPENS, ['boughtOrSold', '>', 'volumeLimit']],
    [OPENS, STOCK, ['floatShares', '<', 2_000_000_000_000_000], ['positionAfter', '>', 'floatLimit']],
  ],
  no_front_running: [[['clientConflicts', '>', 0]]],
  max_position_size: [
    [['quantity', '<=', 0]],
    [OPENS, ['equity', '>', 0], ['exposureAfter', '>', 'exposureLimit']],
  ],
  max_daily_loss: [
    [OPENS, ['dayLossLatched', '!=', 0]],
    [OPENS, ['loss', '>=', 'lossLimit']],
  ],
  max_leverage: [
    [OPENS, ['equity', '<=', 0]],
    [OPENS, ['grossAfter', '>', 'grossLimit']],
  ],
  require_stop_loss: [
    [OPENS, ['stop', '<=', 0]],
    [OPENS, ['stopCover', '<', 'quantity']],
    [OPENS, ['stopDistance', '<', 'stopTicks']],
    [OPENS, ['stopDistance', '<', 'stopLeast']],
    [OPENS, ['stopDistance', '>', 'stopMost']],
  ],
  min_risk_reward: [
    [OPENS, ['targets', '<=', 0]],
    [OPENS, ['portionSum', '>', 100_000_000]],
    [OPENS, ['stopDistance', '<=', 0]],
    [OPENS, ['worstTargetGain', '<=', 0]],
    [OPENS, ['rewardTwofold', '<', 'riskThreefold']],
  ],
  max_concurrent_trades: [[OPENS, ['symbolsAfter', '>', 5]]],
  require_hrm_approval: [[REAL, ['actionKnown', '!=', 1]]],
  audit_all_actions: [[OPENS, ['auditLagged', '!=', 0]]],
  emergency_halt_enabled: [
    [OPENS, ['mode', '!=', 0]],
    [EXITS, ['mode', '==', 2], ['proposer', '==', 0]],
  ],
  immutable_graveyard: [[['sealHolds', '!=', 1]]],
  watchdog_monitoring: [[OPENS, ['leaseHeld', '!=', 1]]],
  validate_data_sources: [
    [OPENS, ['entry', '<=', 0]],
    [OPENS, ['sourceRegistered', '!=', 1]],
    [OPENS, ['referenceIsQuote', '==', 0], ['referenceAge', '>', 900_000]],
    [OPENS, ['referenceIsQuote', '==', 1], ['referenceAge', '>', 15_000]],
    [OPENS, ['referenceAhead', '>', 5_000]],
    [OPENS, ['moveIsDaily', '==', 1], ['move', '>', 25_000_000], ['moveConfirmed', '!=', 1]],
    [OPENS, ['moveIsDaily', '==', 0], ['move', '>', 10_000_000], ['moveConfirmed', '!=', 1]],
  ],
  prevent_infinite_loops: [
    [OPENS, ['hops', '>', 32]],
    [OPENS, ['tripleLatched', '!=', 0]],
    [OPENS, ['parents60s', '>=', 5]],
    [OPENS, ['executions60s', '>=', 60]],
  ],
  preserve_user_autonomy: [[OPENS, ['paused', '!=', 0]]],
  transparent_reasoning: [
    [REAL, OPENS, ['causeChain', '!=', 1]],
    [REAL, EXITS, ['causeChain', '!=', 1], ['reasonGiven', '!=', 1]],
  ],
  reversible_actions: [
    [OPENS, UNAPPROVED, ['cancellable', '!=', 1]],
    [OPENS, UNAPPROVED, ['closable', '!=', 1]],
  ],
  human_in_loop_critical: [[OPENS, UNAPPROVED, ['approvalNeeded', '==', 1]]],
}

/**
 * Whole numbers, and only those that the table names: what a peer is handed it also has to read. Throws
 * ASSERTION when a fact is missing, which the table has no word for.
 */
export function toOperands(facts: Float64Array): Operands {
  const all = deriveOperands(facts)
  return Object.fromEntries(Object.entries(all).filter(([name]) => NAMED.has(name)))
}

const NAMED: ReadonlySet<string | number> = new Set(Object.values(COMPARISONS).flat(3))

function deriveOperands(facts: Float64Array): Operands {
  /** `absent` stands for what does not apply, such that no clause is moved by it. */
  const at = (name: keyof typeof COLUMN, absent = 0): number => {
    const value = facts[COLUMN[name]] ?? Number.NaN
    assert(!Number.isNaN(value), 'bench', `The fact ${name} is missing, so no peer can be asked.`)
    return Number.isFinite(value) ? value : absent
  }
  const operands: Record<string, number> = {}
  for (const name of Object.keys(COLUMN) as (keyof typeof COLUMN)[])
    operands[name] = at(name, ABSENT[name] ?? 0)
  const stopDistance = at('side') * (at('entry') - at('stop'))
  return {
    ...operands,
    layerLimit: 2 * at('quantity'),
    endedUnfilledTenfold: 10 * at('endedUnfilled300s'),
    endedNinefold: 9 * at('endedOpposite300s'),
    closingOwn: Math.floor(at('closingOwn') / QUANTITY_PER_VOLUME),
    closingLimitOpening: Math.floor(at('closingVolume') / 10),
    closingLimitExit: Math.floor(at('closingVolume') / 4),
    ownFilled300s: Math.floor(at('ownFilled300s') / QUANTITY_PER_VOLUME),
    ownFilledLimit: Math.floor(at('marketVolume300s') / 4),
    moveLimit: 3 * at('medianMove300s'),
    boughtOrSold: at('sameSideToday') + at('quantity'),
    volumeLimit: at('adv20', LARGEST / VOLUME_SHARE) * VOLUME_SHARE,
    positionAfter: Math.abs(at('position') + at('side') * at('quantity')),
    floatLimit: Math.floor(at('floatShares', LARGEST) / 200),
    exposureLimit: Math.floor(at('equity') / 10),
    loss: at('dayStartEquity') - at('equity') + at('netDeposits'),
    lossLimit: Math.ceil(at('dayStartEquity') / 20),
    grossLimit: 2 * at('equity'),
    stopDistance,
    stopTicks: 2 * at('tick'),
    stopLeast: Math.ceil(at('entry') / 1_000),
    stopMost: Math.floor(at('entry') / 5),
    rewardTwofold: 2 * at('reward'),
    riskThreefold: 3 * stopDistance,
  }
}

const LARGEST = Number.MAX_SAFE_INTEGER
const QUANTITY_PER_VOLUME = 10_000
/** A hundredth of a volume of 1e-4, as a quantity of 1e-8. */
const VOLUME_SHARE = QUANTITY_PER_VOLUME / 100
const ABSENT: Partial<Record<keyof typeof COLUMN, number>> = {
  publicationAge: LARGEST,
  floatShares: LARGEST,
  leaseHeld: 1,
  causeChain: 1,
}

/** The table's own answer, sorted: what the gate and every peer must agree with. */
export function deniedByTable(operands: Operands): readonly string[] {
  const value = (side: string | number) => (typeof side === 'number' ? side : (operands[side] ?? Number.NaN))
  const denies = (clauses: Clauses) =>
    clauses.some((clause) =>
      clause.every(([left, comparator, right]) => HOLDS[comparator](value(left), value(right))),
    )
  return Object.keys(COMPARISONS)
    .filter((rule) => denies(COMPARISONS[rule] ?? []))
    .toSorted()
}

const HOLDS: Readonly<Record<Comparator, (left: number, right: number) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
}

export function countComparisons(): number {
  return Object.values(COMPARISONS).reduce((sum, clauses) => sum + clauses.flat().length, 0)
}
