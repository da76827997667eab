/**
 * The rules against a second derivation of them, in BigInt and from the wording (oracle.ts), on random orders
 * and actions near the limits.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FACT_NAMES, type FactName, type Facts } from '#graveyard/facts.ts'
import { createOutcome } from '#graveyard/outcome.ts'
import { judge, RULES } from '#graveyard/rules.ts'
import {
  BACKTEST,
  type Change,
  DATA,
  EXIT,
  judged,
  LIVE,
  MODIFICATION,
  ONE,
  OVERRIDE,
  RULE_CHANGE,
  sound,
  VOLUME,
} from '#tests/support/facts.ts'
import { foretell, type Order, type Word } from './oracle.ts'

const LARGEST = Number.MAX_SAFE_INTEGER
const amount = (max: number = LARGEST) => fc.integer({ min: 1, max })
/** A number near share/of of a whole, on either side of it. */
const near = (whole: number, share: number, of: number) =>
  fc.integer({ min: -2, max: 2 }).map((by) => Number((BigInt(whole) * BigInt(share)) / BigInt(of)) + by)

describe('amounts near their limits', () => {
  it('5: worst exposure against a tenth of equity', () => {
    const pair = amount().chain((equity) => fc.tuple(fc.constant(equity), near(equity, 1, 10)))
    fc.assert(
      fc.property(pair, ([equity, exposureAfter]) => {
        fc.pre(exposureAfter >= 0)
        const facts = sound({ equity, exposureAfter, dayStartEquity: equity, grossAfter: 0 })
        const expected = 10n * BigInt(exposureAfter) > BigInt(equity) ? ['max_position_size'] : []
        expect(judged(facts).denied).toEqual(expected)
      }),
    )
  })

  it('6: the day’s loss against a twentieth of its start', () => {
    const triple = amount().chain((start) =>
      fc.tuple(fc.constant(start), near(start, 19, 20), fc.integer({ min: -3, max: 3 })),
    )
    fc.assert(
      fc.property(triple, ([dayStartEquity, equity, netDeposits]) => {
        fc.pre(equity > 0)
        const facts = sound({ dayStartEquity, equity, netDeposits, exposureAfter: 0, grossAfter: 0 })
        const loss = BigInt(dayStartEquity) + BigInt(netDeposits) - BigInt(equity)
        expect(judged(facts).denied).toEqual(20n * loss >= BigInt(dayStartEquity) ? ['max_daily_loss'] : [])
      }),
    )
  })

  it('7: gross exposure against twice the equity', () => {
    const pair = amount(2 ** 51).chain((equity) => fc.tuple(fc.constant(equity), near(equity, 2, 1)))
    fc.assert(
      fc.property(pair, ([equity, grossAfter]) => {
        fc.pre(grossAfter >= 0)
        const facts = sound({ equity, grossAfter, dayStartEquity: equity, exposureAfter: 0 })
        expect(judged(facts).denied).toEqual(BigInt(grossAfter) > 2n * BigInt(equity) ? ['max_leverage'] : [])
      }),
    )
  })

  it('3: the day’s quantity against a hundredth of average volume', () => {
    const triple = amount(90_000_000_000_000).chain((adv20) =>
      fc.tuple(fc.constant(adv20), near(adv20, 100, 1), fc.integer({ min: 0, max: ONE })),
    )
    fc.assert(
      fc.property(triple, ([adv20, total, quantity]) => {
        fc.pre(quantity > 0 && total >= quantity)
        const facts = sound({ adv20, quantity, sameSideToday: total - quantity, stopCover: LARGEST })
        // Share of volume in units: (total ÷ 1e8) ÷ (adv20 ÷ 1e4) > 1/100.
        const over = BigInt(total) * 10_000n * 100n > BigInt(adv20) * 100_000_000n
        expect(judged(facts).denied).toEqual(over ? ['no_pump_and_dump'] : [])
      }),
    )
  })

  it('8: the stop’s distance against 2 ticks, 0.1 % and 20 % of the entry', () => {
    const side = fc.constantFrom(1, -1)
    const place = amount(2 ** 52).chain((entry) =>
      fc.tuple(
        fc.constant(entry),
        fc.oneof(near(entry, 1, 1_000), near(entry, 1, 5), fc.integer({ min: -3, max: 9 })),
        amount(4),
      ),
    )
    fc.assert(
      fc.property(side, place, (direction, [entry, distance, tick]) => {
        const stop = entry - direction * distance
        fc.pre(stop > 0 && Number.isSafeInteger(stop))
        const facts = sound({ side: direction, entry, reference: entry, stop, tick, reward: LARGEST })
        const [far, start] = [BigInt(distance), BigInt(entry)]
        const wrong = far < 2n * BigInt(tick) || 1_000n * far < start || 5n * far > start
        expect(judged(facts).denied.includes('require_stop_loss')).toBe(wrong)
      }),
    )
  })

  it('9: reward against three halves of the risk', () => {
    const pair = amount(2 ** 52).chain((risk) => fc.tuple(fc.constant(risk), near(risk, 3, 2)))
    fc.assert(
      fc.property(pair, ([risk, reward]) => {
        fc.pre(reward >= 0)
        const facts = sound({ entry: LARGEST, stop: LARGEST - risk, reward })
        expect(judged(facts).denied.includes('min_risk_reward')).toBe(2n * BigInt(reward) < 3n * BigInt(risk))
      }),
    )
  })
})

const WORDS: readonly Word[] = ['allow', 'deny', 'held', 'n/a', 'unknown']
const NONE = Number.POSITIVE_INFINITY
const ODD = [Number.NaN, NONE, -Infinity, -1, 0.5, 1e300, LARGEST]

/** Values on either side of each limit, where a sound order may keep the rest. */
const NEAR: Readonly<Partial<Record<FactName, readonly number[]>>> = {
  opening: [0, 1],
  side: [1, -1, 0],
  kind: [0, 1, 3, 4],
  runKind: [0, 1, 2, 3],
  mode: [0, 1, 2],
  proposer: [0, 1, 2],
  hypothetical: [0, 1, 2, 3],
  quantity: [0, 50 * ONE, 50 * ONE + 1],
  entry: [100 * ONE, 0],
  reference: [100 * ONE, 0],
  tick: [ONE / 100, 2.5 * ONE, 3 * ONE],
  stop: [95 * ONE, 99.9 * ONE, 99.9 * ONE + 1, 80 * ONE, 80 * ONE - 1, 105 * ONE],
  stopCover: [50 * ONE, 50 * ONE - 1],
  targets: [0, 1],
  worstTargetGain: [1, 0],
  portionSum: [ONE, ONE + 1, 0],
  reward: [7.5 * ONE, 7.5 * ONE - 1, 0],
  position: [0, 50 * ONE, -50 * ONE],
  worstPosition: [0, 50 * ONE],
  exposureAfter: [10_000e6, 10_000e6 + 1],
  grossAfter: [200_000e6, 200_000e6 + 1],
  equity: [100_000e6, 95_000e6, 95_000e6 + 1, 0],
  netDeposits: [0, 5_000e6, -5_000e6],
  dayLossLatched: [0, 1],
  symbolsAfter: [5, 6],
  adv20: [1_000_000 * VOLUME, 5_000 * VOLUME, 5_000 * VOLUME - 1, 50_000 * VOLUME, 50_000 * VOLUME - 1, 0],
  sameSideToday: [0, 1, 9_950 * ONE],
  floatShares: [10_000 * ONE, 9_999 * ONE, 2e15, 2e15 - 1, NONE, 0],
  publicationAge: [NONE, 1_800_000, 1_800_001],
  restrictedListLoaded: [1, 1, 0],
  restricted: [0, 1],
  sourceClass: [0, 1, 2],
  selfTrades: [0, 0, 1],
  clientConflicts: [0, 1],
  actionKnown: [1, 0],
  auditLagged: [0, 1],
  haltDrill: [0, 1, NONE],
  sealHolds: [1, 0],
  leaseHeld: [0, 1],
  referenceAge: [15_000, 15_001, 900_000, 900_001],
  referenceIsQuote: [0, 1],
  referenceAhead: [5_000, 5_001],
  move: [10e6, 10e6 + 1, 25e6, 25e6 + 1, NONE],
  moveIsDaily: [0, 1],
  moveConfirmed: [0, 1],
  sourceRegistered: [1, 1, 0],
  hops: [32, 33],
  parents60s: [4, 5],
  tripleLatched: [0, 1],
  executions60s: [59, 60],
  paused: [0, 1],
  causeChain: [0, 1],
  reasonGiven: [0, 1],
  cancellable: [0, 1],
  closable: [0, 1],
  approved: [0, 1],
  approvalNeeded: [0, 1],
  layerLevels: [2, 3],
  layerQuantity: [100 * ONE - 1, 100 * ONE],
  endedOpposite300s: [7, 8, 10],
  endedUnfilled300s: [7, 8, 9],
  addsLevel: [0, 1],
  layerEpisodes600s: [1, 2],
  closingOwn: [50 * ONE, 50 * ONE + 1, NONE, 0],
  closingVolume: [500 * VOLUME, 200 * VOLUME, 200 * VOLUME - 1, 0],
  aggressiveFills300s: [2, 3],
  ownFilled300s: [5_000 * ONE, 5_000 * ONE + 1],
  marketVolume300s: [20_000 * VOLUME, 0, Number.NaN],
  moveSigned300s: [1e6, 1e6 - 1, 6e6, 6e6 - 1, -1],
  medianMove300s: [0, 2e6, NONE],
  stopBefore: [95 * ONE, 95 * ONE + 1, 95 * ONE - 1],
  uncoveredAfter: [0, 1],
  overrideSigned: [1, 1, 0],
  overrideReason: [1, 1, 0],
  overrideExpiry: [1, 0, 3_600_000],
  overrideReachable: [1, 1, 0],
  overridePeople: [1, 2],
  fieldsUngranted: [0, 1, NONE],
  consentLive: [0, 1, NONE],
  personalUnredacted: [0, 1, NONE],
  credentials: [0, 1, NONE],
}
/** Columns that a clause reads together. */
const GROUPS: readonly (readonly FactName[])[] = [
  ['restrictedListLoaded', 'restricted', 'sourceClass', 'approved'],
  ['layerLevels', 'layerQuantity', 'endedOpposite300s', 'endedUnfilled300s', 'quantity'],
  ['addsLevel', 'layerEpisodes600s', 'selfTrades'],
  ['closingOwn', 'closingVolume', 'opening'],
  ['aggressiveFills300s', 'ownFilled300s', 'marketVolume300s', 'moveSigned300s', 'medianMove300s'],
  ['adv20', 'sameSideToday', 'publicationAge'],
  ['floatShares', 'adv20', 'kind', 'position', 'side', 'reference'],
  ['exposureAfter', 'worstPosition', 'position', 'equity', 'quantity', 'reference'],
  ['equity', 'netDeposits', 'dayLossLatched', 'grossAfter'],
  ['stop', 'stopCover', 'tick', 'entry', 'side'],
  ['targets', 'portionSum', 'worstTargetGain', 'reward', 'stop'],
  ['actionKnown', 'hypothetical', 'causeChain', 'reasonGiven'],
  ['mode', 'proposer', 'runKind', 'haltDrill', 'auditLagged', 'leaseHeld'],
  ['referenceAge', 'referenceIsQuote', 'runKind'],
  ['referenceAge', 'referenceAhead', 'sourceRegistered'],
  ['move', 'moveIsDaily', 'moveConfirmed'],
  ['hops', 'parents60s', 'tripleLatched', 'executions60s'],
  ['paused', 'cancellable', 'closable', 'approved', 'approvalNeeded', 'clientConflicts', 'symbolsAfter'],
  ['stop', 'stopBefore', 'uncoveredAfter', 'side'],
  ['overrideSigned', 'overrideReason', 'overrideExpiry', 'overrideReachable', 'overridePeople'],
  ['fieldsUngranted', 'consentLive', 'personalUnredacted', 'credentials', 'sealHolds'],
]
const KINDS: readonly Change[] = [{}, LIVE, EXIT, BACKTEST, MODIFICATION, DATA, RULE_CHANGE, OVERRIDE]

const valueOfColumn = (name: FactName) => fc.constantFrom(...(NEAR[name] ?? [0, 1]))
const drawn = (names: readonly FactName[]) =>
  fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), valueOfColumn(name))))
const oddity = fc.tuple(fc.constantFrom(...FACT_NAMES), fc.constantFrom(...ODD))
const vectors = fc
  .tuple(
    fc.constantFrom(...KINDS),
    fc.constantFrom(...GROUPS).chain(drawn),
    fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(oddity, { maxLength: 3 })),
  )
  .map(([kind, changes, odd]) => sound(kind, Object.fromEntries([...changes, ...odd]) as Change))

function toOrder(facts: Facts): Order {
  return Object.fromEntries(FACT_NAMES.map((name, index) => [name, facts[index]])) as Order
}

function spoken(facts: Facts): Readonly<Record<string, Word | undefined>> {
  const out = createOutcome()
  judge(facts, out)
  return Object.fromEntries(RULES.map((rule) => [rule.name, WORDS[out.verdicts[rule.number - 1] ?? -1]]))
}

function foretold(facts: Facts): Readonly<Record<string, Word>> {
  return Object.fromEntries(RULES.map(({ name }) => [name, foretell(name, toOrder(facts))]))
}

describe('each of the 26 against its wording', () => {
  it('says the same of every order and every other action', () => {
    fc.assert(
      fc.property(vectors, (facts) => {
        expect(spoken(facts)).toEqual(foretold(facts))
      }),
      { numRuns: 4_000 },
    )
  })

  it('by every verdict that the rule has, so that agreeing is no accident', () => {
    const seen = new Set<string>()
    for (const facts of fc.sample(vectors, { numRuns: 6_000, seed: 26 }))
      for (const [name, word] of Object.entries(spoken(facts))) seen.add(`${name} ${word}`)
    for (const { name } of RULES) {
      expect.soft(seen).toContain(`${name} allow`)
      expect.soft(seen).toContain(`${name} deny`)
      if (name !== 'immutable_graveyard') expect.soft(seen).toContain(`${name} n/a`)
    }
    expect(seen).toContain('human_in_loop_critical held')
    const unsure = [...seen].filter((pair) => pair.endsWith('unknown')).map((pair) => pair.split(' ')[0])
    expect(unsure.sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1))).toEqual([
      'human_in_loop_critical',
      'max_daily_loss',
      'max_leverage',
      'max_position_size',
      'min_risk_reward',
      'no_market_manipulation',
      'no_pump_and_dump',
      'require_stop_loss',
    ])
  })
})
