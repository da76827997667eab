/** What a bar is spared: the comparisons before the matcher lose nothing, and no signal can upset what comes after. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '#core/contract.ts'
import { createDays, foldDay } from '#plugins/joey/setups/days.ts'
import { recogniseSetup } from '#plugins/joey/setups/recognise.ts'
import { FROM_DAYS_ALONE, SETUPS } from '#plugins/joey/setups/table.ts'
import { watchDays } from '#plugins/joey/setups/watch.ts'
import { createValues, createWorld } from '#tests/support/world.ts'
import { createJoey, patternsOf } from './agent.ts'
import { BLOWOFF, calm, DEAD_CAT, dayBar, HIGH_BOUNCE, WASHED_OUT } from './days.ts'

const VALUES = createValues({ instruments: { XYZ: { shortable: true } } })
const WORLD = createWorld(VALUES)

describe('the comparisons before the matcher', () => {
  it('let through every setup that days alone make', () => {
    const seen = new Set<string>()
    const noise = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 70, maxLength: 70 })
    fc.assert(
      fc.property(fc.constantFrom(DEAD_CAT, HIGH_BOUNCE, BLOWOFF, WASHED_OUT), noise, (rows, shakes) => {
        const days = createDays()
        for (const [index, row] of rows.entries()) {
          const shake = 1 + (shakes[index] ?? 0) / 2_000
          const close = row.close * shake
          const volume = (row.volume ?? 1_000_000) * shake
          const high = Math.max(row.high ?? close, close, row.open ?? close)
          const low = Math.min(row.low ?? close, close, row.open ?? close)
          foldDay(days, dayBar({ ...row, close, high, low, volume: Math.round(volume) }, index))
          const ask = (direction: 'long' | 'short') =>
            recogniseSetup({
              symbol: 'XYZ',
              direction,
              days,
              instrument: WORLD.instrument('XYZ'),
              said: undefined,
              setups: FROM_DAYS_ALONE,
              minConfidence: 0,
            })
          const asked = [ask('long'), ask('short')].filter(({ draft }) => draft !== undefined)
          const watched = watchDays(days, 'XYZ', 0, WORLD)
          expect(watched === undefined ? [] : [watched]).toEqual(asked)
          if (watched !== undefined) seen.add(watched.setup.id)
        }
      }),
      { numRuns: 100, seed: 11 },
    )
    expect([...seen].sort((a, b) => (a < b ? -1 : 1))).toEqual([
      'dead_cat_bounce',
      'parabolic_blowoff',
      'washout_reversal',
    ])
  })
})

describe('a signal with anything in it', () => {
  const names = [
    ...new Set(
      SETUPS.flatMap(({ required, preferred }) => [...required, ...preferred.map(({ when }) => when)]),
    ),
  ].map(({ fact }) => fact)
  const others = [
    'indicators',
    'volume',
    'avgVolume',
    'volume_spike',
    'leader_price',
    'pattern',
    '__proto__',
    'constructor',
  ]
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom('squeezer', 'tight_consolidation', 'v_bottom', 'true', '1e5', '-5', ''),
  )
  const metadata = fc.dictionary(fc.constantFrom<string>(...names, ...others), value)

  it('is answered once, with numbers in its evidence and a price that is the market’s', () => {
    fc.assert(
      fc.property(metadata, fc.constantFrom('long', 'short'), fc.nat(40), (said, direction, count) => {
        const agent = createJoey({}, VALUES)
        for (const [index, row] of calm(count, 50).entries()) agent.bar(dayBar(row, index))
        const before = agent.text()
        const [pattern, ...more] = patternsOf(
          agent.signal({ direction, metadata: said as Record<string, Json> }),
        )
        expect(more).toEqual([])
        expect(pattern?.price).toBe(count === 0 ? '0' : '50')
        for (const each of Object.values(pattern?.evidence ?? {})) expect(Number.isFinite(each)).toBe(true)
        expect(agent.text()).toBe(before)
      }),
      { numRuns: 300, seed: 5 },
    )
  })
})
