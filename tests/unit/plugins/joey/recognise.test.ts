/** Setups through Joey himself: prices, gates, whose word counts, and what is left of a setup that is none. */

import { describe, expect, it } from 'vitest'
import type { Direction, Json, Pattern } from '#core/contract.ts'
import { createValues } from '#tests/support/world.ts'
import { createJoey, ONE, patternsOf } from './agent.ts'
import { BLOWOFF, calm, type DayRow, DEAD_CAT, dayBar, WASHED_OUT } from './days.ts'

type Said = { readonly [name: string]: Json }

const SHORTABLE = { instruments: { XYZ: { shortable: true } } }

function createSeeing(rows: readonly DayRow[], values: Parameters<typeof createValues>[0] = SHORTABLE) {
  const agent = createJoey({}, createValues(values))
  const seen = rows.flatMap((row, index) => patternsOf(agent.bar(dayBar(row, index))))
  const send = (direction: Direction, said: Said): Pattern => {
    const [pattern] = patternsOf(agent.signal({ direction, metadata: said }))
    if (pattern === undefined) throw new Error('a signal from outside is always answered')
    return pattern
  }
  return { agent, seen, send }
}

/** One bar of 100 with a range: little is known, so nothing contradicts. */
const ONE_DAY: readonly DayRow[] = [{ close: 100, high: 101, low: 95 }]

const VOLUMES = { volume: 10_000, avgVolume: 1_000 }
const SQUEEZER = {
  float: 5,
  shortInterest: 25,
  priceAction: 'tight_consolidation',
  catalyst: 'trial results',
  ...VOLUMES,
}
const DRIFT = { earningsBeat: true, initialReaction: 8, daysSinceEarnings: 2, guidance: 'raised', ...VOLUMES }
const MISS = {
  earningsBeat: false,
  initialReaction: -8,
  daysSinceEarnings: 2,
  guidance: 'lowered',
  ...VOLUMES,
}
const GAINER = {
  float: 5,
  priceChangePercent: 60,
  catalyst: 'approval',
  patternTime: 'pre_market',
  ...VOLUMES,
}
const SYMPATHY = {
  sectorLeaderGain: 25,
  correlation: 0.8,
  lagPercent: 20,
  leaderPrice: 150,
  float: 5,
  ...VOLUMES,
}
const CAT = {
  priceDeclinePercent: 40,
  bouncePercent: 15,
  volume: 500,
  avgVolume: 1_000,
  indicators: { rsi: 45 },
  catalyst: 'negative',
}
const GAP = {
  gapPercent: 5,
  volume: 500,
  avgVolume: 1_000,
  indicators: { rsi: 75 },
  priceAction: 'failed_breakout',
  catalystStrength: 'weak',
  priorTrend: 'extended',
}
const PARABOLA = {
  gainLast5Days: 60,
  acceleration: 'parabolic',
  indicators: { rsi: 85 },
  priceAction: 'first_rejection',
  ...VOLUMES,
}
const PANIC = {
  declinePercent: 20,
  indicators: { rsi: 25 },
  catalyst: 'overreaction',
  priorTrend: 'uptrend',
  ...VOLUMES,
}
const WASHOUT = {
  declineFromHigh: 50,
  volumeSpike: 9_000,
  avgVolume: 1_000,
  indicators: { rsi: 20 },
  priceAction: 'v_bottom',
  supportLevel: 'major_support',
}

/** Entry limit, stop, targets with portions, share of equity. The close is 100, the day's low 95, its high 101. */
const PLANS: readonly (readonly [string, Direction, Said, number, string, string, string, number])[] = [
  ['squeezer', 'long', SQUEEZER, 0.76, '100.5', '95.48', '115.57 0.33 130.65 0.33 150.75 0.34', 0],
  ['low_float_big_gainer', 'long', GAINER, 0.704, '98', '94.05', '122.5 0.5 147 0.3 196 0.2', 0.08],
  ['sympathy_play', 'long', SYMPATHY, 0.7125, '100.5', '92.46', '120.6 0.5 140.7 0.35 160.8 0.15', 0],
  ['post_earnings_drift', 'long', DRIFT, 0.7225, '98', '94.05', '107.8 0.3 117.6 0.4 127.4 0.3', 0],
  // 102.01, one per cent above the day's high, is on the right side of 102 but no distance: five per cent instead.
  ['post_earnings_drift', 'short', MISS, 0.7225, '102', '107.1', '91.8 0.3 81.6 0.4 71.4 0.3', 0],
  ['dead_cat_bounce', 'short', CAT, 0.697, '100', '107', '85 0.5 70 0.3 50 0.2', 0],
  // A gap of 5 % that ends at 100 began at 95.2380…: half of it is 97.62.
  ['fading_the_gap', 'short', GAP, 0.741, '100', '102.01', '97.62 0.6 96.43 0.25 95.24 0.15', 0],
  ['parabolic_blowoff', 'short', PARABOLA, 0.7055, '100', '110', '80 0.5 60 0.3 40 0.2', 0.08],
  // A fall of 20 % to 100 began at 125: 30 % of it regained is 107.5.
  ['morning_panic', 'long', PANIC, 0.68, '100', '97', '107.5 0.6 112.5 0.3 118.75 0.1', 0],
  ['washout_reversal', 'long', WASHOUT, 0.7395, '100', '94.05', '125 0.4 150 0.35 175 0.25', 0],
]

describe('a setup that is sent', () => {
  it.each(PLANS)('%s %s is priced', (id, direction, said, confidence, limit, stop, targets, fraction) => {
    const pattern = createSeeing(ONE_DAY).send(direction, said)
    const found = pattern.legs?.targets?.map(({ price, portion }) => `${price} ${portion}`).join(' ')
    expect(pattern).toMatchObject({
      pattern: id,
      direction,
      confidence,
      price: '100',
      terms: { type: 'limit', limitPrice: limit, timeInForce: 'day' },
      stopLevel: stop,
      legs: { stopLoss: { price: stop } },
    })
    expect(found).toBe(targets)
    expect(pattern.sizing).toEqual(fraction === 0 ? undefined : { kind: 'fraction', fraction })
  })

  it.each(PLANS)('%s %s has stop and targets on their sides at every price', (id, direction, said) => {
    const side = direction === 'long' ? 1 : -1
    for (const close of [0.37, 1.01, 7.77, 100, 4_321.09]) {
      const rows = [{ close, high: close * 1.2, low: close * 0.8 }]
      const dearer = id === 'sympathy_play' ? { leaderPrice: 9_999 } : {}
      const { legs, pattern, terms } = createSeeing(rows).send(direction, { ...said, ...dearer })
      expect(pattern).toBe(id)
      const entry = Number(terms?.limitPrice)
      const stop = Number(legs?.stopLoss?.price)
      expect((entry - stop) * side).toBeGreaterThan(0)
      expect(Math.abs(entry - stop) / entry).toBeLessThan(0.15001)
      const targets = legs?.targets ?? []
      for (const { price } of targets) expect((Number(price) - entry) * side).toBeGreaterThan(0)
      const portions = targets.map(({ portion }) => Math.round(Number(portion) * 100))
      expect(portions.reduce((sum, each) => sum + each, 0)).toBe(100)
    }
  })

  it('of the squeeze is stopped by the range of a day, and is none while that is unknown', () => {
    const said = {
      shortInterest: 40,
      daysToCover: 5,
      catalyst: 'earnings beat by far',
      priceAction: 'breaking_resistance',
      costToBorrow: 150,
    }
    const early = createSeeing(ONE_DAY).send('long', said)
    expect(early).toMatchObject({
      pattern: 'signal-external',
      evidence: { 'failed.short_squeeze_setup.atr': 0 },
    })
    // Ranges of 2 a day: the ATR is 2, twice that is 4.
    const pattern = createSeeing(calm(15, 100)).send('long', said)
    expect(pattern).toMatchObject({
      pattern: 'short_squeeze_setup',
      confidence: 0.765,
      atr: '2',
      stopLevel: '96.5',
      sizing: { kind: 'fraction', fraction: 0.05 },
    })
  })

  it('shows what it stands on, and its scores by the names that rules ask for', () => {
    expect(createSeeing(ONE_DAY).send('long', SQUEEZER).evidence).toEqual({
      expected_holding_hours: 48,
      float: 5,
      short_interest: 25,
      volume_ratio: 10,
      'scores.technical_score': 0.4,
      'scores.fundamental_score': 0.5,
      'scores.catalyst_score': 0.15,
      'scores.sentiment_score': 0,
      'scores.weighted_total': 0.34,
      // Symbol, price, volume, direction; float and catalyst of four; short interest of three.
      'scores.confidence': 0.783333,
    })
  })

  it('is rounded to the tick, towards the entry', () => {
    const rows = [{ close: 33.33 }]
    const { terms, legs } = createSeeing(rows).send('long', SQUEEZER)
    expect([terms?.limitPrice, legs?.stopLoss?.price, legs?.targets?.[0]?.price]).toEqual([
      '33.49',
      '31.82',
      '38.51',
    ])
    const short = createSeeing(rows).send('short', PARABOLA)
    expect([short.terms?.limitPrice, short.stopLevel, short.legs?.targets?.[0]?.price]).toEqual([
      '33.33',
      '36.66',
      '26.67',
    ])
  })

  it('the most certain of several is the one', () => {
    const both = { ...SQUEEZER, ...GAINER, costToBorrow: 101, indicators: { rsi: 50 } }
    expect(createSeeing(ONE_DAY).send('long', both).pattern).toBe('squeezer')
    expect(createSeeing(ONE_DAY).send('long', { ...both, costToBorrow: 0, shortInterest: 5 }).pattern).toBe(
      'low_float_big_gainer',
    )
  })
})

describe('a gap', () => {
  const gap = (close: number): readonly DayRow[] => [
    { close: 100 },
    { open: 106, close, high: 107, low: close },
  ]

  it('that ARK saw counts from its open to the close before', () => {
    const targets = createSeeing(gap(105.5)).send('short', { ...GAP, gapPercent: 6 }).legs?.targets
    expect(targets?.map(({ price }) => price)).toEqual(['103', '101.5', '100'])
  })

  it('that is half filled has its first portion on the next target; one that is filled is none', () => {
    const half = createSeeing(gap(102)).send('short', { ...GAP, gapPercent: 6 }).legs?.targets
    expect(half).toEqual([
      { price: '101.5', portion: '0.85' },
      { price: '100', portion: '0.15' },
    ])
    const none = createSeeing(gap(99)).send('short', { ...GAP, gapPercent: 6 })
    expect(none).toMatchObject({ pattern: 'signal-external', evidence: { 'failed.fading_the_gap.gap': 0 } })
  })
})

describe('a setup that is none goes on as a signal, with what stands against it', () => {
  const doubts = ({ pattern, evidence }: Pattern) => {
    expect(pattern).toBe('signal-external')
    return Object.keys(evidence).filter((name) => /^(failed|unknown)\./.test(name))
  }

  it.each([
    ['below the gate', 'long', { ...SQUEEZER, catalyst: '' }, ['failed.squeezer.confidence']],
    ['that the market contradicts', 'long', { ...SQUEEZER, float: 25 }, ['failed.squeezer.float']],
    [
      'that is named and little else',
      'long',
      { pattern: 'sympathy_play', correlation: 0.5, lagPercent: 5 },
      [
        'failed.sympathy_play.correlation',
        'unknown.sympathy_play.sector_leader_gain',
        'unknown.sympathy_play.volume_ratio',
      ],
    ],
    ['of which one fact is there', 'long', { float: 5 }, []],
    ['in the other direction', 'short', SQUEEZER, []],
  ] as const)('one %s', (_name, direction, said, expected) => {
    expect(doubts(createSeeing(ONE_DAY).send(direction, said as Said))).toEqual(expected)
  })

  it('one of a symbol without a bar: no price, no setup', () => {
    const pattern = createSeeing([]).send('long', SQUEEZER)
    expect(doubts(pattern)).toEqual(['failed.squeezer.price'])
    expect(pattern.price).toBe('0')
  })

  it('a short of what may not be sold short', () => {
    const pattern = createSeeing(ONE_DAY, {}).send('short', CAT)
    expect(doubts(pattern)).toEqual(['failed.dead_cat_bounce.shortable'])
  })

  it('nothing is said of a signal that says nothing', () => {
    expect(doubts(createSeeing(DEAD_CAT.slice(0, -1)).send('short', {}))).toEqual([])
  })

  it('a stricter least confidence holds for setups too', () => {
    const agent = createJoey({ minConfidence: 0.8 }, createValues(SHORTABLE))
    agent.bar({ end: 1, close: 100 * ONE })
    expect(agent.signal({ metadata: SQUEEZER })).toEqual([])
    expect(patternsOf(agent.signal({ metadata: { ...SQUEEZER, costToBorrow: 101 } }))[0]?.pattern).toBe(
      'squeezer',
    )
  })
})

describe('setups of days alone', () => {
  it.each([
    ['dead_cat_bounce', DEAD_CAT, 'short', 0.656, '73', '78.11'],
    ['parabolic_blowoff', BLOWOFF, 'short', 0.7055, '32.5', '35.75'],
    ['washout_reversal', WASHED_OUT, 'long', 0.7395, '60', '54'],
  ] as const)('%s is seen on its day, once', (id, rows, direction, confidence, price, stopLevel) => {
    const { agent, seen } = createSeeing(rows)
    const found = seen.filter(({ pattern }) => pattern === id)
    expect(found).toEqual([expect.objectContaining({ direction, confidence, price, stopLevel })])
    const last = rows.at(-1) as DayRow
    const again = patternsOf(agent.bar(dayBar(last, rows.length)))
    expect(again.filter(({ pattern }) => pattern === id)).toEqual([])
  })

  const setupsIn = (rows: readonly DayRow[], values?: Parameters<typeof createValues>[0]) =>
    createSeeing(rows, values)
      .seen.map(({ pattern }) => pattern)
      .filter((id) => ['dead_cat_bounce', 'parabolic_blowoff', 'washout_reversal'].includes(id))
  const changed = (rows: readonly DayRow[], last: Partial<DayRow>): readonly DayRow[] => [
    ...rows.slice(0, -1),
    { ...(rows.at(-1) as DayRow), ...last },
  ]

  it.each([
    ['a bounce that the high did not turn away', changed(DEAD_CAT, { close: 75, high: 75.3 })],
    ['a bounce on a usual volume', changed(DEAD_CAT, { volume: 1_100_000 })],
    ['a blow-off without a rejection', changed(BLOWOFF, { close: 36.5 })],
    ['a blow-off on the volume of every day', changed(BLOWOFF, { volume: 2_000_000 })],
    ['a washout without a climax', WASHED_OUT.map((row) => ({ ...row, volume: 1_000_000 }))],
    ['a washout that goes on', changed(WASHED_OUT, { close: 53.5 })],
  ])('%s is none', (_name, rows) => {
    expect(setupsIn(rows)).toEqual([])
  })

  it('shorts are none where nothing may be sold short', () => {
    expect(setupsIn(DEAD_CAT, {})).toEqual([])
    expect(setupsIn(BLOWOFF, {})).toEqual([])
    expect(setupsIn(WASHED_OUT, {})).toEqual(['washout_reversal'])
  })

  it('a split is no fall: the days begin anew', () => {
    const split = { symbol: 'XYZ', numerator: 2, denominator: 1, principal: 'feed', reason: 'test' }
    const at = WASHED_OUT.length - 1
    const { agent } = createSeeing(WASHED_OUT.slice(0, at))
    agent.show('split/applied', { ...split, symbol: 'OTHER' })
    expect(agent.text()).toContain(`"seen":${at}`)
    agent.show('split/applied', split)
    expect(agent.text()).toContain('"seen":0')
    const seen = patternsOf(agent.bar(dayBar(WASHED_OUT[at] as DayRow, at)))
    expect(seen.map(({ pattern }) => pattern)).not.toContain('washout_reversal')
  })

  it('what was said cannot make the market fall further', () => {
    const flat = calm(60, 100)
    const pattern = createSeeing(flat).send('short', CAT)
    expect(pattern).toMatchObject({ pattern: 'signal-external' })
    expect(Object.keys(pattern.evidence)).toContain('failed.dead_cat_bounce.price_decline_percent')
  })
})
