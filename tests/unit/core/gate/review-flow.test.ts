/** The flow of orders as it would be had one of them not been released. */

import { describe, expect, it } from 'vitest'
import { createOrderFlow, type OrderFlow, type Release, recordRelease } from '#core/gate/order-flow.ts'
import { withoutRelease } from '#core/gate/review-flow.ts'

const AT = 1_000_000

function releaseOf(strategy: string): Release {
  return {
    triple: `${strategy}|XYZ|buy`,
    symbol: 'XYZ',
    opening: true,
    notional: 5_000,
    content: [strategy, 'XYZ', 1, 'market', 50, 0, 0, ''],
    signal: 's',
  }
}

function flowOf(...releases: readonly [Release, number][]): OrderFlow {
  const flow = createOrderFlow()
  for (const [release, at] of releases) recordRelease(flow, release, at)
  return flow
}

describe('without a release', () => {
  it('counts are those of the others, and the flow itself stays as it is', () => {
    const [own, other] = [releaseOf('own'), releaseOf('other')]
    const both = flowOf([other, AT], [own, AT])
    const before = structuredClone(both)
    const alone = withoutRelease(both, own, AT, true)
    expect({ ...alone, bucket: undefined }).toEqual({
      ...flowOf([other, AT]),
      bucket: undefined,
      parents: { 'other|XYZ|buy': [AT], 'own|XYZ|buy': [] },
    })
    expect(both).toEqual(before)
  })

  it('of a day that is over, what was released today stays counted', () => {
    const own = releaseOf('own')
    const flow = flowOf([own, AT])
    flow.today = { turnover: 0, orders: 0 }
    recordRelease(flow, releaseOf('other'), AT + 50_000)
    expect(withoutRelease(flow, own, AT, false).today).toEqual({ turnover: 5_000, orders: 1 })
  })
})
