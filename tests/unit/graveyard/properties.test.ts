/**
 * What must hold of all rules together, over random orders: fail closed, exact sets, no rule in another's
 * way.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FACT_COUNT, FACT_NAMES, type FactName, MISSING, NOT_APPLICABLE } from '#graveyard/facts.ts'
import { createOutcome, VERDICT } from '#graveyard/outcome.ts'
import { describeRule, judge, RULES } from '#graveyard/rules.ts'
import { CASH, type Change, EXIT, judged, LIVE, ONE, replace, sound, VOLUME } from '#tests/support/facts.ts'

/** One way to break each rule that can deny an opening, alone. */
const SPOILT: Readonly<Record<string, Change>> = {
  no_insider_trading: { restricted: 1 },
  no_market_manipulation: { selfTrades: 2 },
  no_pump_and_dump: { adv20: 100 * VOLUME },
  no_front_running: { clientConflicts: 1 },
  max_position_size: { exposureAfter: 11_000 * CASH },
  max_daily_loss: { netDeposits: 6_000 * CASH },
  max_leverage: { grossAfter: 300_000 * CASH },
  require_stop_loss: { stopCover: ONE },
  min_risk_reward: { reward: ONE },
  max_concurrent_trades: { symbolsAfter: 9 },
  require_hrm_approval: { actionKnown: 0 },
  audit_all_actions: { auditLagged: 1 },
  emergency_halt_enabled: { mode: 1 },
  immutable_graveyard: { sealHolds: 0 },
  watchdog_monitoring: { leaseHeld: 0 },
  validate_data_sources: { referenceAge: 60_000 },
  prevent_infinite_loops: { hops: 99 },
  preserve_user_autonomy: { paused: 1 },
  transparent_reasoning: { causeChain: 0 },
  reversible_actions: { cancellable: 0 },
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
}

/**
 * Columns that a sound live opening passes without: they can only excuse something, or belong to a limit of
 * the gate.
 */
const SPARE: readonly FactName[] = ['approved', 'reasonGiven', 'moveIsDaily', 'moveConfirmed', 'exits60s']

const LARGEST = Number.MAX_SAFE_INTEGER
const spoilers = fc.subarray(Object.keys(SPOILT))
const column = fc.constantFrom(...FACT_NAMES)
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

function spoil(names: readonly string[]): Change {
  return Object.assign({}, ...names.map((name) => SPOILT[name])) as Change
}

describe('failing closed', () => {
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

  it('judges any numbers at all without throwing, and its mask and columns agree', () => {
    fc.assert(
      fc.property(fc.array(odd, { minLength: FACT_COUNT, maxLength: FACT_COUNT }), (values) => {
        const out = createOutcome()
        const mask = judge(Float64Array.from(values), out)
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
      fc.property(fc.array(fc.tuple(column, odd), { maxLength: 4 }), (changes) => {
        const { denied, unknown } = judged(
          changes.reduce((facts, [name, value]) => replace(facts, name, value), sound()),
        )
        if (unknown.length > 0) expect(denied).not.toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the set of denying rules', () => {
  it('is exactly the union of what was broken', () => {
    fc.assert(
      fc.property(spoilers, (names) => {
        const { denied, unknown, held } = judged(sound(spoil(names)))
        expect(denied).toEqual(names)
        expect([...unknown, ...held]).toEqual([])
      }),
    )
  })

  it('does not depend on the order in which rules run, and each writes its own row only', () => {
    const order = fc.shuffledSubarray([...RULES], { minLength: 26 })
    const anything = fc.array(fc.tuple(column, odd), { maxLength: 5 })
    fc.assert(
      fc.property(order, spoilers, anything, (rules, names, changes) => {
        const facts = changes.reduce(
          (vector, [name, value]) => replace(vector, name, value),
          sound(spoil(names)),
        )
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
    const base = fc.constantFrom<Change>({}, LIVE, EXIT)
    fc.assert(
      fc.property(base, spoilers, step, (kind, names, [[name, sign], by]) => {
        const facts = sound(kind, spoil(names))
        const before = facts[FACT_NAMES.indexOf(name)] ?? MISSING
        const worse = replace(facts, name, before + sign * by)
        expect(judged(facts).mask & ~judged(worse).mask).toBe(0)
      }),
      { numRuns: 2_000 },
    )
  })
})
