/** How long a setup is held, through Joey: decisions and bars in, exits out. */

import { describe, expect, it } from 'vitest'
import { HOUR } from '#core/time.ts'
import { createValues, type WorldValues } from '#tests/support/world.ts'
import { createJoey, ONE, patternsOf } from './agent.ts'

const START = 1_700_000_000_000
const ORDER = { symbol: 'XYZ', side: 'buy', type: 'limit', quantity: '10', strategy: 'squeezer' }
const DECISION = { principal: 'agent:kenny', intent: 'open', allowed: true, order: ORDER }
const LENGTH = 48 * HOUR

function createHolding(decision: object, values: WorldValues = createValues({ now: START })) {
  const agent = createJoey({}, values)
  const bar = (after: number) => {
    const end = START + after
    return patternsOf(agent.bar({ end, close: 10 * ONE, resolution: '1h' })).filter(
      ({ action }) => action === 'exit',
    )
  }
  bar(0)
  expect(agent.show('decision/approved', { ...DECISION, ...decision })).toEqual([])
  return { agent, values, bar }
}

describe('a setup that was let in', () => {
  it('is closed when its time is over, and again each hour until it is flat', () => {
    const { agent, bar, values } = createHolding({})
    values.positions.XYZ = 10
    expect(bar(LENGTH - 1)).toEqual([])
    agent.restart()
    expect(bar(LENGTH)).toEqual([
      {
        symbol: 'XYZ',
        direction: 'long',
        pattern: 'squeezer',
        confidence: 0.95,
        price: '10',
        action: 'exit',
        evidence: { heldHours: 48 },
      },
    ])
    expect(bar(LENGTH + HOUR - 1)).toEqual([])
    expect(bar(LENGTH + HOUR)).toHaveLength(1)
    values.positions.XYZ = 0
    expect(bar(LENGTH + 2 * HOUR)).toEqual([])
    expect(agent.text()).toContain('"hold":null')
  })

  it('a short likewise, by its own time', () => {
    const order = { ...ORDER, side: 'sell', strategy: 'fading_the_gap' }
    const { bar, values } = createHolding({ order })
    values.positions.XYZ = -10
    expect(bar(8 * HOUR - 1)).toEqual([])
    expect(bar(8 * HOUR)).toEqual([
      expect.objectContaining({ direction: 'short', pattern: 'fading_the_gap' }),
    ])
  })

  it('leaves alone what comes after it: a position that was stopped out ends the time', () => {
    const { agent, bar, values } = createHolding({})
    values.positions.XYZ = 10
    bar(HOUR)
    values.positions.XYZ = 0
    bar(2 * HOUR)
    expect(agent.text()).toContain('"hold":null')
    values.positions.XYZ = 20
    expect(bar(LENGTH)).toEqual([])
  })

  it('that never filled is forgotten at the end of its time', () => {
    const { agent, bar } = createHolding({})
    bar(LENGTH - 1)
    expect(agent.text()).not.toContain('"hold":null')
    expect(bar(LENGTH)).toEqual([])
    expect(agent.text()).toContain('"hold":null')
  })

  it.each([
    ['by a person', { principal: 'person:alice' }],
    ['on another strategy', { order: { ...ORDER, strategy: 'breakout' } }],
    ['without a strategy', { order: { ...ORDER, strategy: undefined } }],
    ['as an exit', { intent: 'exit' }],
    ['and denied', { allowed: false }],
    ['of a symbol that was never seen', { order: { ...ORDER, symbol: '__proto__' } }],
  ])('is not timed when it was asked for %s', (_name, decision) => {
    const { agent } = createHolding(decision)
    expect(agent.text()).toContain('"hold":null')
  })

  it('is not timed where something was held before', () => {
    const { agent } = createHolding({}, createValues({ now: START, positions: { XYZ: 5 } }))
    expect(agent.text()).toContain('"hold":null')
  })

  it.each([
    ['backtest', false],
    ['paper', true],
  ] as const)('and was only observed: a %s', (runKind, isForgotten) => {
    const values = createValues({ now: START, runKind })
    const { agent } = createHolding({ allowed: false, ungoverned: true }, values)
    expect(agent.text().includes('"hold":null')).toBe(isForgotten)
  })
})
