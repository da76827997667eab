/**
 * What must hold of all rules together, over random orders: fail closed, exact sets, no rule in another's
 * way.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FACT,
  FACT_COUNT,
  FACT_NAMES,
  type FactName,
  type Facts,
  MISSING,
  NOT_APPLICABLE,
} from '#graveyard/facts.ts'
import { createOutcome, VERDICT } from '#graveyard/outcome.ts'
import { describeRule, judge, RULES } from '#graveyard/rules.ts'
import {
  BACKTEST,
  CASH,
  type Change,
  DATA,
  EXIT,
  judged,
  LIVE,
  MODIFICATION,
  ONE,
  OVERRIDE,
  RULE_CHANGE,
  replace,
  sound,
  VOLUME,
} from '#tests/support/facts.ts'

const LAYERED: Change = {
  layerLevels: 3,
  layerQuantity: 500 * ONE,
  endedOpposite300s: 8,
  endedUnfilled300s: 8,
}
const CLOSING: Change = { closingOwn: 50 * ONE, closingVolume: 600 * VOLUME }
/** All that ignition asks for, but the move. */
const ACTIVE: Change = { aggressiveFills300s: 3, ownFilled300s: 6_000 * ONE, moveSigned300s: ONE / 200 }

/** Ways to break each rule that can deny an opening, each alone. */
const SPOILT: Readonly<Record<string, readonly Change[]>> = {
  no_insider_trading: [{ restricted: 1 }, { restrictedListLoaded: 0 }, { sourceClass: 2 }],
  no_market_manipulation: [
    { selfTrades: 2 },
    LAYERED,
    { addsLevel: 1, layerEpisodes600s: 2 },
    { ...CLOSING, closingVolume: 400 * VOLUME },
    { ...ACTIVE, moveSigned300s: ONE / 50 },
  ],
  no_pump_and_dump: [{ adv20: 100 * VOLUME }, { publicationAge: 9_000 }, { floatShares: 1_000 * ONE }],
  no_front_running: [{ clientConflicts: 1 }],
  max_position_size: [{ exposureAfter: 11_000 * CASH }],
  max_daily_loss: [{ netDeposits: 6_000 * CASH }, { dayLossLatched: 1 }],
  max_leverage: [{ grossAfter: 300_000 * CASH }],
  require_stop_loss: [{ stopCover: ONE }],
  min_risk_reward: [{ reward: ONE }, { targets: 0 }, { portionSum: 2 * ONE }],
  max_concurrent_trades: [{ symbolsAfter: 9 }],
  require_hrm_approval: [{ actionKnown: 0 }],
  audit_all_actions: [{ auditLagged: 1 }],
  emergency_halt_enabled: [{ mode: 1 }, { mode: 2 }],
  immutable_graveyard: [{ sealHolds: 0 }],
  watchdog_monitoring: [{ leaseHeld: 0 }],
  validate_data_sources: [{ referenceAge: 900_001 }, { move: ONE }, { sourceRegistered: 0 }],
  prevent_infinite_loops: [{ hops: 99 }, { tripleLatched: 1 }, { parents60s: 5 }, { executions60s: 60 }],
  preserve_user_autonomy: [{ paused: 1 }],
  transparent_reasoning: [{ causeChain: 0 }],
  reversible_actions: [{ cancellable: 0 }, { closable: 0 }],
}

/**
 * Makes an order worse, column by column: the sign of the step. `equity` and its kind are better when larger.
 */
const WORSE: Readonly<Partial<Record<FactName, 1 | -1>>> = {
  quantity: 1,
  stopCover: -1,
  reward: -1,
  worstTargetGain: -1,
  portionSum: 1,
  exposureAfter: 1,
  grossAfter: 1,
  equity: -1,
  netDeposits: 1,
  dayLossLatched: 1,
  symbolsAfter: 1,
  adv20: -1,
  sameSideToday: 1,
  publicationAge: -1,
  restricted: 1,
  selfTrades: 1,
  clientConflicts: 1,
  auditLagged: 1,
  referenceAge: 1,
  referenceAhead: 1,
  move: 1,
  hops: 1,
  parents60s: 1,
  executions60s: 1,
  tripleLatched: 1,
  paused: 1,
  layerLevels: 1,
  layerQuantity: 1,
  endedUnfilled300s: 1,
  addsLevel: 1,
  layerEpisodes600s: 1,
  closingOwn: 1,
  closingVolume: -1,
  aggressiveFills300s: 1,
  ownFilled300s: 1,
  marketVolume300s: -1,
  moveSigned300s: 1,
  medianMove300s: -1,
}

/** The same of what is no order. */
const WORSE_ACTION: readonly (readonly [Change, FactName, 1 | -1])[] = [
  [MODIFICATION, 'stop', -1],
  [MODIFICATION, 'stopBefore', 1],
  [MODIFICATION, 'uncoveredAfter', 1],
  [DATA, 'fieldsUngranted', 1],
  [DATA, 'consentLive', -1],
  [DATA, 'personalUnredacted', 1],
  [DATA, 'credentials', 1],
  [OVERRIDE, 'overrideSigned', -1],
  [OVERRIDE, 'overrideReason', -1],
  [OVERRIDE, 'overrideExpiry', -1],
  [OVERRIDE, 'overrideReachable', -1],
  [OVERRIDE, 'overridePeople', -1],
]

/**
 * Columns that a sound live opening passes without: they can only excuse something, belong to a limit or an
 * effect of the gate, to a clause that does not apply to it, or to what is no order.
 */
const SPARE: readonly FactName[] = [
  'approved',
  'reasonGiven',
  'moveIsDaily',
  'moveConfirmed',
  'exits60s',
  'grossActual',
  'closingVolume',
  'marketVolume300s',
  'moveSigned300s',
  'medianMove300s',
  ...FACT_NAMES.slice(FACT.stopBefore, FACT.credentials + 1),
]

/** Where the columns that an opening passes without are needed, and the values that they may well have there. */
const NEEDED: readonly (readonly [string, Change, Readonly<Partial<Record<FactName, readonly number[]>>>])[] =
  [
    ['before the close', CLOSING, { closingOwn: [NOT_APPLICABLE], closingVolume: [] }],
    [
      'among own fills',
      ACTIVE,
      { marketVolume300s: [], moveSigned300s: [-1], medianMove300s: [NOT_APPLICABLE], ownFilled300s: [] },
    ],
    [
      'in a modification',
      MODIFICATION,
      { side: [], stop: [], stopBefore: [], uncoveredAfter: [], action: [], actionKnown: [], sealHolds: [] },
    ],
    [
      'in a data action',
      DATA,
      {
        fieldsUngranted: [NOT_APPLICABLE],
        consentLive: [NOT_APPLICABLE],
        personalUnredacted: [NOT_APPLICABLE],
        credentials: [NOT_APPLICABLE],
        action: [],
        actionKnown: [],
        sealHolds: [],
      },
    ],
    [
      'in an override',
      OVERRIDE,
      {
        overrideSigned: [],
        overrideReason: [],
        overrideExpiry: [],
        overrideReachable: [],
        overridePeople: [],
        action: [],
        actionKnown: [],
        sealHolds: [],
      },
    ],
  ]
const IMPOSSIBLE = [MISSING, NOT_APPLICABLE, -Infinity, -1, -0.5, 0.5, 1e300, -1e300]

const LARGEST = Number.MAX_SAFE_INTEGER
/** Some rules, each broken in one of its ways. */
const spoilers = fc
  .subarray(Object.keys(SPOILT))
  .chain((names) =>
    fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), fc.constantFrom(...waysOf(name))))),
  )
const column = fc.constantFrom(...FACT_NAMES)
const kinds = fc.constantFrom(0, 0, 0, 1, 2, 3, 4, MISSING)
const bases = fc.constantFrom<Change>(
  {},
  {},
  LIVE,
  EXIT,
  CLOSING,
  ACTIVE,
  MODIFICATION,
  DATA,
  RULE_CHANGE,
  OVERRIDE,
)
/** Bit of rule 2. */
const MANIPULATION = 1 << 1
const odd = fc.oneof(
  fc.constantFrom(
    MISSING,
    NOT_APPLICABLE,
    -Infinity,
    -1,
    -0,
    0,
    0.5,
    1,
    2,
    LARGEST,
    LARGEST + 1,
    -LARGEST,
    1e300,
  ),
  fc.double(),
  fc.maxSafeInteger(),
)

function waysOf(name: string): readonly Change[] {
  return SPOILT[name] ?? []
}

function spoil(broken: readonly (readonly [string, Change])[]): Change {
  return Object.assign({}, ...broken.map(([, change]) => change)) as Change
}

function changed(facts: Facts, changes: readonly (readonly [FactName, number])[]): Facts {
  return changes.reduce((vector, [name, value]) => replace(vector, name, value), facts)
}

describe('failing closed [COMP_GRAVEYARD]', () => {
  const needed = FACT_NAMES.filter((name) => !SPARE.includes(name))

  it.each(needed)('%s missing stops an opening', (name) => {
    // A quote is the stricter case, so a price of unknown kind is judged as one and needs to be old to show it.
    const base = sound(LIVE, name === 'referenceIsQuote' ? { referenceIsQuote: 0, referenceAge: 20_000 } : {})
    // A missing float is excused by a large turnover.
    const thin = name === 'floatShares' ? replace(base, 'adv20', 40_000 * VOLUME) : base
    expect(judged(thin).mask).toBe(0)
    expect(judged(replace(thin, name, MISSING)).mask).not.toBe(0)
  })

  const signed: readonly FactName[] = ['side', 'position', 'netDeposits', 'floatShares', 'referenceIsQuote']
  it.each(needed.filter((name) => !signed.includes(name)))('%s negative stops an opening', (name) => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(-1, -0.5, -LARGEST, -1e300, -Infinity)), (value) => {
        expect(judged(replace(sound(LIVE), name, value)).mask).not.toBe(0)
      }),
    )
  })

  const endless: readonly FactName[] = ['publicationAge', 'floatShares', 'referenceIsQuote']
  it.each(needed.filter((name) => !endless.includes(name)))('%s beyond 2^53 stops an opening', (name) => {
    expect(judged(replace(sound(LIVE), name, 1e300)).mask).not.toBe(0)
    expect(judged(replace(sound(LIVE), name, LARGEST + 1)).mask).not.toBe(0)
  })

  it.each(NEEDED)('no impossible number stands in for a fact %s', (_where, base, columns) => {
    expect(judged(sound(LIVE, base)).mask).toBe(0)
    for (const [name, possible] of Object.entries(columns) as [FactName, readonly number[]][]) {
      for (const value of IMPOSSIBLE.filter((impossible) => !possible.includes(impossible))) {
        expect.soft(judged(replace(sound(LIVE, base), name, value)).mask, `${name} ${value}`).not.toBe(0)
      }
    }
  })

  it('judges any numbers at all without throwing, and its mask and columns agree', () => {
    fc.assert(
      fc.property(fc.array(odd, { minLength: FACT_COUNT, maxLength: FACT_COUNT }), kinds, (values, kind) => {
        const out = createOutcome()
        const mask = judge(replace(Float64Array.from(values), 'action', kind), out)
        const blocking = [VERDICT.deny, VERDICT.held, VERDICT.unknown] as readonly number[]
        const expected = RULES.reduce(
          (sum, rule) =>
            sum + (blocking.includes(out.verdicts[rule.number - 1] ?? -1) ? 2 ** (rule.number - 1) : 0),
          0,
        )
        expect(mask).toBe(expected)
        for (const rule of RULES) {
          const { observed, limit, margin, reason } = describeRule(rule, out)
          for (const text of [observed, limit, margin])
            expect(text ?? '0').toMatch(/^(-?\d+(\.\d*[1-9])?|true|false)$/)
          expect(reason).not.toBe('')
        }
      }),
    )
  })

  it('never calls an order unknown without a rule that denies it', () => {
    fc.assert(
      fc.property(bases, fc.array(fc.tuple(column, odd), { maxLength: 4 }), (base, changes) => {
        const { denied, unknown } = judged(changed(sound(base), changes))
        if (unknown.length > 0) expect(denied).not.toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the set of denying rules', () => {
  it('is exactly the union of what was broken [COMP_GRAVEYARD]', () => {
    fc.assert(
      fc.property(spoilers, (broken) => {
        const { denied, unknown, held } = judged(sound(spoil(broken)))
        expect(denied).toEqual(broken.map(([name]) => name))
        expect([...unknown, ...held]).toEqual([])
      }),
    )
  })

  it('does not depend on the order in which rules run, and each writes its own row only', () => {
    const order = fc.shuffledSubarray([...RULES], { minLength: 26 })
    const anything = fc.array(fc.tuple(column, odd), { maxLength: 5 })
    fc.assert(
      fc.property(order, bases, spoilers, anything, (rules, base, broken, changes) => {
        const facts = changed(sound(base, spoil(broken)), changes)
        const [together, apart] = [createOutcome(), createOutcome()]
        const mask = judge(facts, together)
        expect(rules.reduce((bits, rule) => bits | rule.judge(facts, apart), 0)).toBe(mask)
        expect(apart).toEqual(together)
      }),
    )
  })

  it('never shrinks when one thing gets worse', () => {
    const step = fc.tuple(
      fc.constantFrom(...(Object.entries(WORSE) as [FactName, 1 | -1][])),
      fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 200_000 * CASH })),
    )
    const base = fc.constantFrom<Change>({}, LIVE, EXIT, CLOSING, ACTIVE, {
      ...ACTIVE,
      medianMove300s: ONE / 100,
    })
    fc.assert(
      fc.property(base, spoilers, step, (kind, broken, [[name, sign], by]) => {
        const facts = sound(kind, spoil(broken))
        const worse = replace(facts, name, (facts[FACT[name]] ?? MISSING) + sign * by)
        // Layers weigh less beside a larger order: a larger quantity is worse for every other rule.
        const compared = name === 'quantity' ? ~MANIPULATION : ~0
        expect(judged(facts).mask & ~judged(worse).mask & compared).toBe(0)
      }),
      { numRuns: 3_000 },
    )
  })

  it.each(WORSE_ACTION)('never shrinks when an action gets worse (%#)', (base, name, sign) => {
    const step = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 10 * ONE }))
    fc.assert(
      fc.property(fc.array(fc.tuple(column, odd), { maxLength: 2 }), step, step, (changes, first, then) => {
        const facts = changed(
          sound(base),
          // On the other side what is worse would be better.
          changes.filter(([other]) => other !== name && other !== 'side'),
        )
        const worse = replace(facts, name, (facts[FACT[name]] ?? MISSING) + sign * first)
        const worst = replace(worse, name, (worse[FACT[name]] ?? MISSING) + sign * then)
        expect(judged(facts).mask & ~judged(worse).mask).toBe(0)
        expect(judged(worse).mask & ~judged(worst).mask).toBe(0)
      }),
    )
  })

  it.each(WORSE_ACTION)('is not empty once an action is bad enough (%#)', (base, name, sign) => {
    expect(judged(sound(base)).mask).toBe(0)
    const bad = (sound(base)[FACT[name]] ?? MISSING) + sign * 200 * ONE
    expect(judged(replace(sound(base), name, bad)).mask).not.toBe(0)
  })
})

describe('who faces which rule [COMP_GRAVEYARD]', () => {
  const EXITS_FACE = [
    'no_insider_trading',
    'no_market_manipulation',
    'no_pump_and_dump',
    'no_front_running',
    'require_hrm_approval',
    'audit_all_actions',
    'immutable_graveyard',
    'transparent_reasoning',
  ]
  const ACTIONS_FACE: Readonly<Record<number, readonly string[]>> = {
    1: ['require_stop_loss'],
    2: ['protect_user_data', 'require_consent', 'anonymize_logs', 'encrypt_credentials'],
    3: [],
    4: ['user_override_allowed'],
  }
  const odds = fc.array(fc.tuple(column, odd), { maxLength: 12 })

  it('an exit is denied only by the rules that exits face, in every mode', () => {
    const settings = fc.record({
      mode: fc.constantFrom(0, 1, 2),
      runKind: fc.constantFrom(0, 1, 2),
      proposer: fc.constantFrom(0, 1),
    })
    // What an exit is defined by: rule 5 refuses one without a quantity.
    const fixed: readonly FactName[] = ['opening', 'action', 'quantity', 'mode', 'runKind', 'proposer']
    fc.assert(
      fc.property(settings, spoilers, odds, (setting, broken, changes) => {
        const spoilt = { ...EXIT, ...spoil(broken), ...setting, opening: 0 }
        const facts = changed(
          sound(spoilt),
          changes.filter(([name]) => !fixed.includes(name)),
        )
        const { denied, held, unknown } = judged(facts)
        const agentWhenHalted = setting.mode === 2 && setting.proposer === 0
        const faced = agentWhenHalted ? [...EXITS_FACE, 'emergency_halt_enabled'] : EXITS_FACE
        expect(faced).toEqual(expect.arrayContaining([...denied]))
        expect(denied.includes('emergency_halt_enabled')).toBe(agentWhenHalted)
        expect([...held, ...unknown]).toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })

  it('an exit passes in every mode and on every run, whatever openings are refused for', () => {
    const openingsOnly = { mode: 1, leaseHeld: 0, auditLagged: 1, dayLossLatched: 1, paused: 1, equity: -1 }
    for (const run of [{}, LIVE, BACKTEST]) {
      expect(judged(sound(EXIT, run, openingsOnly)).mask).toBe(0)
      expect(judged(sound(EXIT, run, openingsOnly, { mode: 2, proposer: 1 })).mask).toBe(0)
    }
  })

  it('what is no order is denied by the two that all face and by its own rules alone', () => {
    const actions = fc.constantFrom(MODIFICATION, DATA, RULE_CHANGE, OVERRIDE)
    fc.assert(
      fc.property(actions, spoilers, odds, (base, broken, changes) => {
        const facts = changed(
          sound(spoil(broken), base),
          changes.filter(([name]) => name !== 'action'),
        )
        const { denied, held, unknown } = judged(facts)
        const faced = [
          'require_hrm_approval',
          'immutable_graveyard',
          ...(ACTIONS_FACE[base.action ?? 0] ?? []),
        ]
        expect(faced).toEqual(expect.arrayContaining([...denied, ...unknown]))
        expect(held).toEqual([])
        expect(denied.includes('immutable_graveyard') || base.action !== 3).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})
