import { describe, expect, it } from 'vitest'
import {
  createOrderFlow,
  exitsOf,
  type Release,
  recentCount,
  recordRelease,
  tripleOf,
} from '#core/gate/order-flow.ts'

const MINUTE = 60_000
const TRIPLE = tripleOf('s', 'XYZ', 'buy')

function release(changes: Partial<Release> = {}): Release {
  const each = { triple: TRIPLE, symbol: 'XYZ', opening: true, notional: 1_000, content: ['c'], signal: '' }
  return { ...each, ...changes }
}

function releases(count: number, opening = true, symbol = 'XYZ') {
  const flow = createOrderFlow()
  for (let ordinal = 0; ordinal < count; ordinal++) recordRelease(flow, release({ symbol, opening }), ordinal)
  return flow
}

describe('what was released', () => {
  it('counts for a minute, the last millisecond of it excluded', () => {
    const times = [0, 1, 30_000]
    expect(recentCount(times, MINUTE - 1)).toBe(3)
    expect(recentCount(times, MINUTE)).toBe(2)
    expect(recentCount(times, MINUTE + 1)).toBe(1)
    expect(recentCount(undefined, 0)).toBe(0)
  })

  it('is told apart: openings by strategy, symbol and side; exits by symbol; executions all together', () => {
    const flow = releases(2)
    recordRelease(flow, release({ opening: false }), 5)
    recordRelease(flow, release({ triple: tripleOf('s', 'XYZ', 'sell') }), 6)
    expect(flow.parents[TRIPLE]).toEqual([0, 1])
    expect(exitsOf(flow, 'XYZ')).toEqual([5])
    expect(exitsOf(flow, 'ABC')).toBeUndefined()
    expect(flow.executions).toEqual([0, 1, 5, 6])
  })

  it('forgets what is a minute old', () => {
    const flow = createOrderFlow()
    for (let ordinal = 0; ordinal < 20; ordinal++) recordRelease(flow, release(), ordinal * 12_000)
    expect(flow.latched).toEqual({})
    expect(flow.parents[TRIPLE]).toHaveLength(5)
    expect(flow.executions).toHaveLength(5)
  })

  it('survives symbols that every object has', () => {
    const flow = createOrderFlow()
    expect(exitsOf(flow, 'constructor')).toBeUndefined()
    recordRelease(flow, release({ symbol: '__proto__', opening: false }), 1)
    expect(exitsOf(flow, '__proto__')).toEqual([1])
    expect(JSON.parse(JSON.stringify(flow))).toEqual(flow)
  })
})
