/**
 * The breakers and a file of rules at work in a real kernel: book, gate, planner's exits and paper broker.
 */

import { describe, expect, it } from 'vitest'
import { createTestKernel, orderOf, XYZ } from '#tests/support/kernel.ts'
import { file } from './orders.ts'

const settings = { hrm: { benchmark: ['XYZ'] } }

describe('a benchmark that falls', () => {
  it('has every long closed by a judged exit, and nothing opens afterwards', async () => {
    const test = await createTestKernel({ settings })
    test.bar(100)
    expect(test.request(orderOf()).payload.limitsDenied).toEqual([])
    test.bar(100)
    expect(test.kernel.world.position('XYZ')).toBeGreaterThan(0)
    test.bar(97)
    expect(test.of('breaker/tripped').map(({ payload }) => payload.breaker)).toEqual(['CB-003'])
    expect(test.of('decision/approved').at(-1)?.payload).toMatchObject({
      intent: 'exit',
      order: { symbol: 'XYZ', side: 'sell', quantity: '50', reason: 'circuit_breaker' },
    })
    test.bar(97)
    expect(test.kernel.world.position('XYZ')).toBe(0)
    const { payload } = test.request(
      orderOf({ stopLoss: { price: '93' }, targets: [{ price: '107', portion: '1' }] }),
    )
    expect(payload.limitsDenied).toContain('overlay:CB-003')
    expect(payload.limits.find(({ limit }) => limit === 'overlay:CB-003')).toMatchObject({
      verdict: 'deny',
      observed: '1',
      limitValue: '0',
    })
  })
})

describe('a file of rules', () => {
  it('denies in the gate what it tightens', async () => {
    const tight = file('version: 1\nrules: [{ id: RISK-001, value: 0.04 }]')
    const test = await createTestKernel({ settings: { hrm: tight } })
    test.bar(100)
    const { payload } = test.request(orderOf())
    expect(payload.limitsDenied).toEqual(['overlay:RISK-001'])
    expect(payload.limits[0]).toMatchObject({ observed: '0.05', limitValue: '0.04' })
    expect(test.request(orderOf({ quantity: '40' })).type).toBe('decision/approved')
  })

  it('that loosens stops the load, with file and line', async () => {
    const loose = file('version: 1\nrules:\n  - id: RISK-001\n    value: 0.5')
    await expect(createTestKernel({ settings: { hrm: loose } })).rejects.toThrow(
      'limits.yaml:4: RISK-001 position_size lte 0.5 loosens 0.10',
    )
  })
})

describe('the overlay on what ARK itself knows', () => {
  it('denies a share under one dollar to anybody', async () => {
    const penny = { ...XYZ, symbol: 'PNY' }
    const test = await createTestKernel({ instruments: [XYZ, penny] })
    test.bar(0.5, { symbol: 'PNY' })
    const order = orderOf({
      symbol: 'PNY',
      stopLoss: { price: '0.45' },
      targets: [{ price: '0.65', portion: '1' }],
    })
    expect(test.request(order).payload.limitsDenied).toEqual(['overlay:ETH-001'])
  })
})
