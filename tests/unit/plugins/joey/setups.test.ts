/**
 * The truth table of the ten setups: what each needs, to the hair, and what each preference adds. The numbers are
 * written out here a second time on purpose.
 */

import { describe, expect, it } from 'vitest'
import type { Direction, Json } from '#core/contract.ts'
import type { OwnFacts } from '#plugins/joey/setups/facts.ts'
import { type Match, matchSetup } from '#plugins/joey/setups/match.ts'
import { findSetup, SETUPS } from '#plugins/joey/setups/table.ts'

/** ARK knows a price and nothing else. */
const PRICE_ALONE: OwnFacts = {
  numbers: { price: 10 },
  words: {},
  averageVolume: undefined,
  open: undefined,
  previousClose: undefined,
  atr: undefined,
}

type Said = { readonly [name: string]: Json }

interface Case {
  readonly direction: Direction
  readonly base: number
  /** Just good enough. */
  readonly facts: Said
  /** Just not good enough, each by itself. */
  readonly misses: readonly Said[]
  /** With what the preference makes of the confidence. */
  readonly preferred: readonly (readonly [Said, number])[]
  readonly all: number
}

const VOLUME = 'avgVolume'

const CASES: Readonly<Record<string, Case>> = {
  squeezer: {
    direction: 'long',
    base: 0.57,
    facts: { float: 19.9, shortInterest: 20.1, volume: 2001, [VOLUME]: 1000, priceAction: 'consolidation' },
    misses: [{ float: 20 }, { shortInterest: 20 }, { volume: 2000 }, { priceAction: 'breakout' }],
    preferred: [
      [{ catalyst: 'x' }, 0.76],
      [{ indicators: { rsi: 40 } }, 0.7125],
      [{ indicators: { rsi: 60 } }, 0.7125],
      [{ indicators: { rsi: 39.9 } }, 0.57],
      [{ indicators: { rsi: 60.1 } }, 0.57],
      [{ costToBorrow: 100.1 }, 0.665],
      [{ costToBorrow: 100 }, 0.57],
    ],
    all: 0.95,
  },
  short_squeeze_setup: {
    direction: 'long',
    base: 0.54,
    facts: { shortInterest: 30.1, daysToCover: 3.1, catalyst: 'news', priceAction: 'breaking_resistance' },
    misses: [{ shortInterest: 30 }, { daysToCover: 3 }, { catalyst: '' }, { priceAction: 'breaking' }],
    preferred: [
      [{ costToBorrow: 101 }, 0.765],
      [{ float: 49.9 }, 0.72],
      [{ float: 50 }, 0.54],
      [{ retailSentiment: 'Bullish' }, 0.675],
      [{ retailSentiment: 'bearish' }, 0.54],
    ],
    all: 0.9,
  },
  low_float_big_gainer: {
    direction: 'long',
    base: 0.528,
    facts: { float: 9.9, priceChangePercent: 50.1, catalyst: 'news', volume: 5001, [VOLUME]: 1000 },
    misses: [{ float: 10 }, { priceChangePercent: 50 }, { catalyst: false }, { volume: 5000 }],
    preferred: [
      [{ marketCap: 499 }, 0.66],
      [{ marketCap: 500 }, 0.528],
      [{ price: 3 }, 0.616],
      [{ price: 20 }, 0.616],
      [{ price: 20.1 }, 0.528],
      [{ patternTime: 'pre-market' }, 0.704],
    ],
    all: 0.88,
  },
  sympathy_play: {
    direction: 'long',
    base: 0.45,
    facts: { sectorLeaderGain: 20.1, correlation: 0.61, lagPercent: 50, volume: 1501, [VOLUME]: 1000 },
    misses: [
      { sectorLeaderGain: 20 },
      { correlation: 0.6 },
      { lagPercent: 50.1 },
      { lagPercent: -0.1 },
      { volume: 1500 },
    ],
    preferred: [
      [{ leaderPrice: 10.1 }, 0.6],
      [{ leaderPrice: 10 }, 0.45],
      [{ leaderPrice: 11, price: 12 }, 0.45],
      [{ float: 49 }, 0.5625],
      [{ chartPattern: 'breakout setup' }, 0.5625],
    ],
    all: 0.75,
  },
  post_earnings_drift: {
    direction: 'long',
    base: 0.51,
    facts: { earningsBeat: true, initialReaction: 5.1, volume: 2001, [VOLUME]: 1000, daysSinceEarnings: 5 },
    misses: [
      { earningsBeat: false },
      { initialReaction: 5 },
      { volume: 2000 },
      { daysSinceEarnings: 0 },
      { daysSinceEarnings: 6 },
    ],
    preferred: [
      [{ guidance: 'raised' }, 0.7225],
      [{ analystUpgrades: 1 }, 0.6375],
      [{ analystUpgrades: 0 }, 0.51],
      [{ priceAction: 'consolidating_gains' }, 0.68],
    ],
    all: 0.85,
  },
  'post_earnings_drift short': {
    direction: 'short',
    base: 0.51,
    facts: { earningsBeat: false, initialReaction: -5.1, volume: 2001, [VOLUME]: 1000, daysSinceEarnings: 1 },
    misses: [{ earningsBeat: true }, { initialReaction: -5 }, { volume: 2000 }, { daysSinceEarnings: 0.9 }],
    preferred: [
      [{ guidance: 'lowered' }, 0.7225],
      [{ analystDowngrades: 1 }, 0.6375],
      [{ priceAction: 'consolidating_losses' }, 0.68],
      [{ guidance: 'raised' }, 0.51],
    ],
    all: 0.85,
  },
  dead_cat_bounce: {
    direction: 'short',
    base: 0.492,
    facts: {
      priceDeclinePercent: 30.1,
      bouncePercent: 10,
      volume: 999,
      [VOLUME]: 1000,
      indicators: { rsi: 49.9 },
    },
    misses: [
      { priceDeclinePercent: 30 },
      { bouncePercent: 9.9 },
      { bouncePercent: 25.1 },
      { volume: 1000 },
      { indicators: { rsi: 50 } },
    ],
    preferred: [
      [{ catalyst: 'negative' }, 0.697],
      [{ shortInterest: 9.9 }, 0.615],
      [{ shortInterest: 10 }, 0.492],
      [{ resistanceTest: 'rejected' }, 0.656],
    ],
    all: 0.82,
  },
  fading_the_gap: {
    direction: 'short',
    base: 0.468,
    facts: {
      gapPercent: 3,
      volume: 999,
      [VOLUME]: 1000,
      priceAction: 'failed_breakout',
      catalystStrength: 'weak',
    },
    misses: [
      { gapPercent: 2.9 },
      { gapPercent: 10.1 },
      { volume: 1000 },
      { priceAction: 'breakout' },
      { catalystStrength: 'strong' },
    ],
    preferred: [
      [{ indicators: { rsi: 70.1 } }, 0.624],
      [{ indicators: { rsi: 70 } }, 0.468],
      [{ resistanceLevel: 'near' }, 0.585],
      [{ priorTrend: 'extended' }, 0.585],
    ],
    all: 0.78,
  },
  parabolic_blowoff: {
    direction: 'short',
    base: 0.498,
    facts: {
      gainLast5Days: 50.1,
      acceleration: 'parabolic',
      volume: 3001,
      [VOLUME]: 1000,
      indicators: { rsi: 80.1 },
    },
    misses: [
      { gainLast5Days: 50 },
      { acceleration: 'steady' },
      { volume: 3000 },
      { indicators: { rsi: 80 } },
    ],
    preferred: [
      [{ socialSentiment: 'euphoric' }, 0.664],
      [{ newsCoverage: 'mainstream' }, 0.6225],
      [{ priceAction: 'first_rejection' }, 0.7055],
    ],
    all: 0.83,
  },
  morning_panic: {
    direction: 'long',
    base: 0.48,
    facts: {
      declinePercent: 5.1,
      volume: 3001,
      [VOLUME]: 1000,
      indicators: { rsi: 29.9 },
      catalyst: 'overreaction',
    },
    misses: [{ declinePercent: 5 }, { volume: 3000 }, { indicators: { rsi: 30 } }, { catalyst: 'lawsuit' }],
    preferred: [
      [{ priorTrend: 'uptrend' }, 0.68],
      [{ supportLevel: 'holding' }, 0.64],
      [{ marketSentiment: 'positive' }, 0.6],
    ],
    all: 0.8,
  },
  washout_reversal: {
    direction: 'long',
    base: 0.522,
    facts: {
      declineFromHigh: 40.1,
      volumeSpike: 5001,
      [VOLUME]: 1000,
      priceAction: 'v_bottom',
      indicators: { rsi: 24.9 },
    },
    misses: [
      { declineFromHigh: 40 },
      { volumeSpike: 5000 },
      { priceAction: 'bottom' },
      { indicators: { rsi: 25 } },
    ],
    preferred: [
      [{ supportLevel: 'major_support' }, 0.7395],
      [{ catalyst: 'positive_shift' }, 0.696],
      [{ insiderBuying: true }, 0.6525],
      [{ insiderBuying: false }, 0.522],
    ],
    all: 0.87,
  },
}

const EACH = Object.entries(CASES)

function match(name: string, direction: Direction, said: Said, own = PRICE_ALONE): Match | undefined {
  const setup = findSetup(name.replace(' short', ''))
  if (setup === undefined) throw new Error(`there is no setup ${name}`)
  return matchSetup(setup, direction, { own, said })
}

/** `short_interest` for `shortInterest`, as the original had it. */
function toSnakeCase(said: Said): Said {
  const text = (name: string) => name.replace(/[A-Z]|\d+(?=D)/g, (part) => `_${part.toLowerCase()}`)
  return Object.fromEntries(Object.entries(said).map(([name, value]) => [text(name), value]))
}

it('there are ten setups, each with its case', () => {
  const names = new Set(EACH.map(([name]) => name.replace(' short', '')))
  expect(SETUPS.map(({ id }) => id).sort((a, b) => (a < b ? -1 : 1))).toEqual(
    [...names].sort((a, b) => (a < b ? -1 : 1)),
  )
})

describe.each(EACH)('%s', (name, { direction, facts, misses, preferred, base, all }) => {
  it.each(misses)('is none with %j', (miss) => {
    const found = match(name, direction, { ...facts, ...miss })
    expect(found).toMatchObject({ confidence: 0, unknown: [] })
    expect(found?.failed).toHaveLength(1)
  })

  const fields = Object.keys(facts)
  it.each(fields)('is none without %s, and says that it is unknown', (field) => {
    const { [field]: _, ...rest } = facts
    expect(match(name, direction, rest)).toMatchObject({ confidence: 0, failed: [] })
    expect(match(name, direction, rest)?.unknown).toHaveLength(1)
  })

  it.each(fields)('is none where %s cannot be read', (field) => {
    const unread = field === 'indicators' ? { rsi: 'high' } : field === 'catalyst' ? '' : '?'
    const found = match(name, direction, { ...facts, [field]: unread })
    expect(found?.failed).toHaveLength(1)
  })

  it('is one at the hair', () => {
    expect(match(name, direction, facts)).toMatchObject({ failed: [], unknown: [] })
  })

  it('is one by the names of the original', () => {
    expect(match(name, direction, toSnakeCase(facts))?.confidence).toBeGreaterThanOrEqual(base)
  })

  it('is none for the other direction', () => {
    const other = match(name, direction === 'long' ? 'short' : 'long', facts)
    expect(other?.confidence ?? 0).toBe(0)
  })

  // A price of 10 by itself pleases the one setup that asks for a price.
  const own = name === 'low_float_big_gainer' ? { ...PRICE_ALONE, numbers: {} } : PRICE_ALONE
  it(`is worth ${base} by what it requires alone`, () => {
    expect(match(name, direction, facts, own)?.confidence).toBe(base)
  })

  it.each(preferred)('with %j is worth %d', (extra, confidence) => {
    expect(match(name, direction, { ...facts, ...extra }, own)?.confidence).toBe(confidence)
  })

  it(`is never worth more than ${all}`, () => {
    const best = new Map<string, Said>()
    for (const [extra, confidence] of preferred)
      if (confidence > base) best.set(Object.keys(extra).join(), extra)
    const everything = Object.assign({}, ...best.values(), facts, mergeIndicators(facts, best)) as Said
    expect(match(name, direction, everything)?.confidence).toBe(all)
  })
})

/** `indicators` of a case and of a preference are one object in a signal. */
function mergeIndicators(facts: Said, best: ReadonlyMap<string, Said>): Said {
  const indicators = best.get('indicators')?.indicators
  return indicators === undefined || facts.indicators !== undefined ? {} : { indicators }
}

describe('whose word counts', () => {
  const { facts } = CASES.squeezer as Case
  const knowing = (numbers: OwnFacts['numbers'], words: OwnFacts['words'] = {}): OwnFacts => ({
    ...PRICE_ALONE,
    numbers,
    words,
  })

  it.each([
    ['a number', knowing({ volume_ratio: 1.9 }), 'volume_ratio'],
    ['a float of the registry', knowing({ float: 21 }), 'float'],
    ['a shape that is not there', knowing({}, { price_action: [] }), 'price_action'],
    ['another shape', knowing({}, { price_action: ['v_bottom'] }), 'price_action'],
  ])('the market over the sender: %s', (_name, own, fact) => {
    expect(match('squeezer', 'long', facts, own)?.failed).toEqual([fact])
  })

  it('the sender can only worsen what the market says', () => {
    const own = knowing({ volume_ratio: 3, float: 5 }, { price_action: ['tight_consolidation', 'v_bottom'] })
    expect(match('squeezer', 'long', { shortInterest: 21 }, own)?.confidence).toBe(0.57)
    expect(match('squeezer', 'long', { shortInterest: 21, float: 25 }, own)?.failed).toEqual(['float'])
    expect(match('squeezer', 'long', { shortInterest: 21, priceAction: 'choppy' }, own)?.failed).toEqual([
      'price_action',
    ])
    const thin = { shortInterest: 21, volume: 1000, avgVolume: 900 }
    expect(match('squeezer', 'long', thin, own)?.failed).toEqual(['volume_ratio'])
  })

  it('a sender who contradicts himself gains nothing', () => {
    expect(match('squeezer', 'long', { ...facts, float_: 30 })?.failed).toEqual(['float'])
    expect(match('squeezer', 'long', { ...facts, short_interest: 5 })?.failed).toEqual(['short_interest'])
    expect(match('squeezer', 'long', { ...facts, avg_volume: 2000 })?.failed).toEqual(['volume_ratio'])
  })

  it('an average of ARK’s own stands in for one that the sender leaves out', () => {
    const { avgVolume: _, ...rest } = facts
    expect(match('squeezer', 'long', rest, { ...PRICE_ALONE, averageVolume: 1000 })?.confidence).toBe(0.57)
    expect(match('squeezer', 'long', rest, { ...PRICE_ALONE, averageVolume: 1001 })?.failed).toEqual([
      'volume_ratio',
    ])
  })

  it('reads floats in shares, decimal texts, and own keys only', () => {
    expect(match('squeezer', 'long', { ...facts, float: 19_900_000 })?.confidence).toBe(0.57)
    expect(match('squeezer', 'long', { ...facts, float: 20_000_000 })?.failed).toEqual(['float'])
    expect(match('squeezer', 'long', { ...facts, float: '19.9' })?.confidence).toBe(0.57)
    expect(match('squeezer', 'long', { ...facts, float: null })?.unknown).toEqual(['float'])
    expect(match('squeezer', 'long', { ...facts, avgVolume: 0 })?.failed).toEqual(['volume_ratio'])
    const low = CASES.low_float_big_gainer as Case
    expect(match('low_float_big_gainer', 'long', { ...low.facts, marketCap: 499_000_000 })?.confidence).toBe(
      0.748,
    )
    expect(match('low_float_big_gainer', 'long', { ...low.facts, marketCap: 501_000_000 })?.confidence).toBe(
      0.616,
    )
  })
})
