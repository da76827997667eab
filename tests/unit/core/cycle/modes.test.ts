import { describe, expect, it } from 'vitest'
import type { Mode } from '#core/contract.ts'
import { modeOf } from '#core/gate/mode.ts'
import { agentOf, createTestKernel, NOW, orderOf, replacing, type TestKernel } from '#tests/support/kernel.ts'

const EXIT = orderOf({ side: 'sell', quantity: '50', cancelFirst: ['test-1-1.target1'] })

/** One more, below the market: out of reach of the target of what is held. */
const ADD = orderOf({ type: 'limit', limitPrice: '99', quantity: '1' })

function ask(test: TestKernel, mode: Mode): void {
  test.input('mode/requested', { mode, principal: 'anna', reason: `${mode} please` }, 'anna')
}

/** Holds 50 XYZ with a stop at 95 and a target at 110; a limit entry of 1 works at 90. */
async function held(): Promise<TestKernel> {
  const test = await createTestKernel()
  test.bar(100)
  test.request(orderOf())
  test.bar(100)
  const limit = orderOf({ type: 'limit', limitPrice: '90', quantity: '1', stopLoss: { price: '80' } })
  expect(test.request(limit).payload.allowed).toBe(true)
  expect(working(test)).toEqual(['test-1-1.stop', 'test-1-1.target1', 'test-1-2'])
  return test
}

function working(test: TestKernel): readonly string[] {
  return (test.kernel.book.index.get('XYZ')?.open ?? []).map(({ orderId }) => orderId)
}

describe('reducing', () => {
  it('denies openings, lets exits through, and takes entries off the market', async () => {
    const test = await held()
    ask(test, 'reducing')
    expect(working(test)).toEqual(['test-1-1.stop', 'test-1-1.target1'])
    expect(test.request(ADD).payload.deniedBy).toEqual(['emergency_halt_enabled'])
    expect(test.request(EXIT).payload).toMatchObject({ allowed: true, intent: 'exit', mode: 'reducing' })
    test.bar(100)
    expect(test.kernel.book.index.get('XYZ')?.position).toBe(0)
  })
})

describe('halted', () => {
  it('cancels entries and keeps stops, which still fill [SAFE_HALT]', async () => {
    const test = await held()
    ask(test, 'halted')
    expect(working(test)).toEqual(['test-1-1.stop', 'test-1-1.target1'])
    test.bar(94)
    expect(test.of('order/filled').at(-1)?.payload).toMatchObject({ role: 'stop', price: '94' })
    expect(working(test)).toEqual([])
  })

  it('denies an agent’s exit and grants a person’s', async () => {
    const leaver = agentOf({
      name: 'kenny',
      consumes: ['market/bar'],
      emits: ['plan/proposed'],
      reduce: (_, __, ___, world) =>
        world.mode() === 'halted'
          ? [
              {
                type: 'plan/proposed',
                payload: {
                  planId: 'p',
                  strategy: 's',
                  intent: 'exit',
                  riskCash: '0',
                  notes: [],
                  order: EXIT,
                },
              },
            ]
          : [],
    })
    const before = await held()
    const test = await createTestKernel({ plugins: replacing(leaver) })
    test.bar(100)
    Object.assign(test.kernel.book.index.get('XYZ') ?? {}, {
      position: before.kernel.book.index.get('XYZ')?.position,
    })
    ask(test, 'halted')
    test.bar(100)
    expect(test.of('decision/denied').map(({ payload }) => payload.deniedBy)).toEqual([
      ['emergency_halt_enabled'],
    ])
    expect(test.request(EXIT).payload).toMatchObject({ allowed: true, mode: 'halted' })
  })

  it('stays until a person resumes, whatever recovers meanwhile [SAFE_HALT]', async () => {
    const test = await held()
    ask(test, 'halted')
    test.input('lease/lost', { reason: 'sleep' })
    test.input('lease/renewed', {})
    test.input('audit/recovered', {})
    expect(modeOf(test.kernel.context.mode)).toBe('halted')
    ask(test, 'active')
    expect(
      test.of('mode/changed').map(({ payload }) => [payload.was, payload.mode, payload.principal]),
    ).toEqual([
      ['active', 'halted', 'anna'],
      ['halted', 'active', 'anna'],
    ])
    expect(test.request(ADD).payload.allowed).toBe(true)
  })

  it('is not left by a word that is no mode', async () => {
    const test = await held()
    ask(test, 'halted')
    ask(test, 'go' as Mode)
    ask(test, '' as Mode)
    ask(test, undefined as unknown as Mode)
    expect(modeOf(test.kernel.context.mode)).toBe('halted')
  })

  it('resumed while the lease is lost is only reducing', async () => {
    const test = await held()
    ask(test, 'halted')
    test.input('lease/lost', { reason: 'sleep' })
    ask(test, 'active')
    expect(modeOf(test.kernel.context.mode)).toBe('reducing')
  })

  it('is reached by no row, signal or order', async () => {
    const test = await createTestKernel()
    test.bar(100)
    for (const payload of [
      { mode: 'halted' },
      { type: 'mode/requested', mode: 'halted' },
      { symbol: 'halt', direction: 'halted' },
    ])
      test.input('signal/received', payload, 'anna')
    test.request(orderOf({ strategy: 'mode/requested', reason: 'halted' }))
    test.bar(0.01)
    expect(modeOf(test.kernel.context.mode)).toBe('active')
  })
})

describe('the lease of a paper run', () => {
  it('lost denies openings under its own rule; renewed, the mode recovers by itself', async () => {
    const test = await createTestKernel({ kind: 'paper' })
    const tick = () => test.input('clock/ticked', {}, 'core', NOW + 60_000)
    test.bar(100)
    tick()
    expect(test.request(orderOf({ quantity: '1' })).payload.deniedBy).toEqual([])
    test.input('lease/lost', { reason: 'the watchdog is silent' }, 'watchdog')
    expect(test.request(orderOf({ quantity: '1' })).payload.deniedBy).toEqual([
      'emergency_halt_enabled',
      'watchdog_monitoring',
    ])
    test.input('lease/renewed', {}, 'watchdog')
    expect(test.request(orderOf({ quantity: '1' })).payload.deniedBy).toEqual([])
    expect(test.of('mode/changed').map(({ payload }) => payload.mode)).toEqual(['reducing', 'active'])
  })

  it('plays no part in a backtest’s rules, though the mode falls all the same', async () => {
    const test = await createTestKernel()
    test.bar(100)
    test.input('lease/lost', { reason: 'none' })
    expect(test.request(orderOf({ quantity: '1' })).payload.deniedBy).toEqual(['emergency_halt_enabled'])
  })

  it('and the audit lagging likewise', async () => {
    const test = await createTestKernel({ kind: 'paper' })
    test.bar(100)
    test.input('clock/ticked', {}, 'core', NOW + 60_000)
    test.input('audit/lagged', { reason: 'disk' })
    expect(test.request(orderOf({ quantity: '1' })).payload.deniedBy).toEqual([
      'audit_all_actions',
      'emergency_halt_enabled',
    ])
    test.input('audit/recovered', {})
    expect(test.request(orderOf({ quantity: '1' })).payload.deniedBy).toEqual([])
  })
})

it('a stale price is known by the tick of a paper run', async () => {
  const test = await createTestKernel({ kind: 'paper' })
  test.bar(100)
  for (const [after, denied] of [
    [60_000, []],
    [60_000 + 900_000, []],
    [60_000 + 900_001, ['validate_data_sources']],
  ] as const) {
    test.input('clock/ticked', {}, 'core', NOW + after)
    expect(test.request(orderOf({ quantity: '1', strategy: String(after) })).payload.deniedBy).toEqual(denied)
  }
})
