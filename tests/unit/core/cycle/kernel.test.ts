import { describe, expect, it } from 'vitest'
import { equityOf } from '#core/book/book.ts'
import type { ArkEvent, Draft } from '#core/contract.ts'
import { processInput } from '#core/cycle/kernel.ts'
import { modeOf } from '#core/gate/mode.ts'
import { AGENTS, INDEX } from '#tests/support/ark.ts'
import {
  agentOf,
  barOf,
  chunksOf,
  createTestKernel,
  NOW,
  orderOf,
  sp500,
  type TestKernel,
  XYZ,
} from '#tests/support/kernel.ts'

const dropped = (reason: string): Draft => ({ type: 'plan/dropped', payload: { reason } })
const refused = (reason: string): Draft => ({ type: 'signal/refused', payload: { code: 'X', reason } })

/** The reasons of what two agents said, in seq order. */
function reasons(test: TestKernel): readonly string[] {
  return test.events.flatMap((event) =>
    event.type === 'signal/refused' || event.type === 'plan/dropped' ? [event.payload.reason] : [],
  )
}

describe('an input that is refused', () => {
  it.each([
    ['a number without a JSON form', { symbol: 'XYZ', size: Number.NaN }],
    ['half a character', { symbol: 'XYZ', text: '\ud800' }],
    ['a function', { symbol: 'XYZ', call: (() => 1) as never }],
  ])('leaves no gap behind: %s', async (_, payload) => {
    const test = await createTestKernel()
    test.bar(100)
    const before = JSON.stringify(test.kernel.state)
    expect(() => test.input('signal/received', payload, 'anna')).toThrow(
      expect.objectContaining({ code: 'DATA_INVALID' }),
    )
    expect(JSON.stringify(test.kernel.state)).toBe(before)
    test.input('signal/received', {}, 'anna')
    expect(test.events.map(({ seq }) => seq)).toEqual(test.events.map((_, index) => index + 1))
  })

  it('leaves nothing of a body whose last row is bad', async () => {
    const test = await createTestKernel()
    const before = JSON.stringify([test.kernel.state, test.kernel.book.state])
    const rows = [barOf(100), barOf(100, { end: 0 })]
    expect(() => test.rows({ kind: 'bars', resolution: '1m', rows })).toThrow('bars/1')
    expect(JSON.stringify([test.kernel.state, test.kernel.book.state])).toBe(before)
    expect(test.events).toEqual([])
  })
})

describe('order', () => {
  it('is depth first: what an event leads to is settled before the next is looked at', async () => {
    const speaker = agentOf({
      name: 'speaker',
      consumes: ['market/bar'],
      emits: ['signal/refused'],
      reduce: () => [refused('a'), refused('b')],
    })
    const answerer = agentOf({
      name: 'answerer',
      consumes: ['signal/refused'],
      emits: ['plan/dropped'],
      reduce: (_, event) => (event.type === 'signal/refused' ? [dropped(`${event.payload.reason}'`)] : []),
    })
    const test = await createTestKernel({ plugins: [speaker, answerer] })
    test.rows({ kind: 'bars', resolution: '1m', rows: [barOf(100), barOf(100, { end: barOf(0).end + 1 })] })
    expect(reasons(test)).toEqual(['a', "a'", 'b', "b'", 'a', "a'", 'b', "b'"])
  })

  it('shows an event to all before it follows what one of them said', async () => {
    const heard: string[] = []
    const plugins = ['first', 'second'].map((name) =>
      agentOf({
        name,
        consumes: ['market/bar', 'plan/dropped'],
        emits: ['plan/dropped'],
        reduce: (_, event) => {
          heard.push(`${name} ${event.type === 'plan/dropped' ? event.payload.reason : event.type}`)
          return event.type === 'market/bar' ? [dropped(`by ${name}`)] : []
        },
      }),
    )
    const test = await createTestKernel({ plugins })
    test.bar(100)
    expect(heard).toEqual([
      'first market/bar',
      'second market/bar',
      'first by first',
      'second by first',
      'first by second',
      'second by second',
    ])
  })

  it('shows a row to the broker, then marks it, then shows it to the agents', async () => {
    const marks: number[] = []
    const spy = agentOf({
      name: 'spy',
      consumes: ['market/bar'],
      reduce: (_, __, ___, world) => {
        marks.push(world.mark('XYZ'), world.position('XYZ'))
        return []
      },
    })
    const test = await createTestKernel({ plugins: [...AGENTS, spy] })
    test.bar(100)
    test.request(orderOf())
    test.bar(102, { open: 101 * XYZ.lot })
    expect(test.of('order/filled').map(({ payload }) => payload.price)).toEqual(['101'])
    expect(marks).toEqual([100 * XYZ.lot, 0, 102 * XYZ.lot, 50 * XYZ.lot])
  })
})

describe('seq, cause and trace [COMP_TRACING] [REQ_AGENT_03]', () => {
  const bars = sp500(600)

  async function run(
    size: number,
    plugins = AGENTS,
    market: 'chunks' | 'digest' = 'chunks',
  ): Promise<TestKernel> {
    const test = await createTestKernel({ plugins, market, instruments: [INDEX] })
    for (const rows of chunksOf(bars, size)) test.rows(rows)
    return test
  }

  it('are contiguous, and every event leads back to a row of the chunk that brought it [TASK_7]', async () => {
    const test = await run(100)
    expect(test.of('order/filled').length).toBeGreaterThan(5)
    expect(test.events.map(({ seq }) => seq)).toEqual(test.events.map((_, index) => index + 1))
    for (const event of test.events) {
      let at: ArkEvent = event
      for (let hop = event.hop; hop > 1; hop--) {
        const cause: ArkEvent | undefined = test.events[at.causeSeq - 1]
        if (cause === undefined) throw new Error(`seq ${at.seq} has no cause`)
        expect([cause.hop, cause.traceId, at.causeRow]).toEqual([hop - 1, event.traceId, undefined])
        at = cause
      }
      const source = test.events[at.causeSeq - 1]
      if (event.hop > 0) expect(source?.type).toBe('market/chunk')
      if (event.hop > 0 && source?.type === 'market/chunk')
        expect(source.payload.time[at.causeRow ?? -1]).toBeLessThanOrEqual(event.time)
    }
  })

  it('name the very row: a fill on the open of a bar is caused by that bar', async () => {
    const test = await run(100)
    for (const fill of test.of('order/filled').filter(({ payload }) => payload.reason === 'next open')) {
      const chunk = test.events[fill.causeSeq - 1]
      if (chunk?.type !== 'market/chunk' || chunk.payload.kind !== 'bars') throw new Error('no chunk')
      const open = (chunk.payload.open[fill.causeRow ?? -1] ?? 0) * chunk.payload.unit
      expect(open).toBe(Math.round(Number(fill.payload.price) * 100) * 1_000_000)
    }
  })

  /** Of what follows from rows, without what depends on how they were cut. */
  const gist = (test: TestKernel) =>
    test.events
      .filter(({ hop }) => hop > 0)
      .map(({ type, traceId, time, source, hop }) => [type, traceId, time, source, hop])

  it('give one trace id whatever the size of the batch, for isolations and lapsed permits too', async () => {
    let bars = 0
    const fragile = agentOf({
      name: 'fragile',
      consumes: ['market/bar'],
      reduce: () => {
        if (++bars === 333) throw new Error('tired')
        return []
      },
    })
    const forgetful = agentOf({
      name: 'kenny',
      consumes: ['pattern/recognised', 'decision/approved'],
      emits: ['plan/proposed', 'plan/dropped', 'order/submitted', 'order/throttled'],
      reduce: (_, event) =>
        event.type === 'pattern/recognised'
          ? [
              {
                type: 'plan/proposed',
                payload: {
                  planId: 'p',
                  strategy: 's',
                  intent: 'enter',
                  riskCash: '0',
                  notes: [],
                  order: order(event.payload.price),
                },
              },
            ]
          : [],
    })
    const order = (price: string) => {
      const at = (ratio: number) => ({ price: (Number(price) * ratio).toFixed(2), portion: '1' })
      return orderOf({ symbol: 'SPX', quantity: '1', stopLoss: at(0.9), targets: [at(1.3)] })
    }
    const plugins = [...AGENTS.map((plugin) => (plugin.name === 'kenny' ? forgetful : plugin)), fragile]
    const gists: unknown[] = []
    for (const size of [1, 7, 600]) {
      bars = 0
      const test = await run(size, plugins)
      expect(test.of('plugin/isolated')).toHaveLength(1)
      expect(test.of('permit/lapsed').length).toBeGreaterThan(3)
      const approved = test.of('decision/approved').map(({ traceId }) => traceId)
      expect(test.of('permit/lapsed').map(({ traceId }) => traceId)).toEqual(approved)
      gists.push(gist(test))
    }
    expect(gists[1]).toEqual(gists[0])
    expect(gists[2]).toEqual(gists[0])
  })

  it('do not depend on the batch at all where no chunk is journaled', async () => {
    const [one, many] = [await run(1, AGENTS, 'digest'), await run(600, AGENTS, 'digest')]
    expect(one.bodies.length).toBeGreaterThan(50)
    expect(many.bodies).toEqual(one.bodies)
  })
})

describe('time', () => {
  it('of a backtest is that of the newest row', async () => {
    const test = await createTestKernel()
    test.bar(100)
    const { end } = barOf(100)
    expect(test.kernel.context.now).toBe(end + 60_000)
    test.input('clock/ticked', {}, 'core', end + 999_000)
    expect(test.kernel.context.now).toBe(end + 60_000)
  })

  it('of a paper run is the last tick, whatever rows or proposers say', async () => {
    const test = await createTestKernel({ kind: 'paper' })
    test.input('clock/ticked', {}, 'core', NOW)
    test.rows({ kind: 'bars', resolution: '1m', rows: [barOf(100, { end: NOW + 5_000 })] })
    expect(test.kernel.context.now).toBe(NOW)
    test.input('clock/ticked', {}, 'core', NOW - 1)
    expect(test.kernel.context.now).toBe(NOW)
    expect(test.of('clock/ticked').map(({ time }) => time)).toEqual([NOW, NOW])
  })
})

describe('a new account day', () => {
  it('begins with the first row after the close, and recovers a latched day’s loss', async () => {
    const ABC = { ...XYZ, symbol: 'ABC' }
    for (const [low, denied] of [
      [50.01, []],
      [50, ['max_daily_loss']],
    ] as const) {
      const test = await createTestKernel({
        instruments: [XYZ, ABC],
        settings: { 'broker-paper': { feeModel: 'none' } },
      })
      test.bar(100)
      test.bar(100, { symbol: 'ABC' })
      test.request(orderOf({ quantity: '100' }))
      test.bar(100)
      test.bar(low)
      expect(equityOf(test.kernel.book)).toBe(90_000_000_000 + low * 100_000_000)
      test.bar(100, { symbol: 'ABC' })
      expect(test.request(orderOf({ symbol: 'ABC', quantity: '1' })).payload.deniedBy).toEqual(denied)
      expect(modeOf(test.kernel.context.mode)).toBe(denied.length === 0 ? 'active' : 'reducing')
      if (denied.length === 0) continue

      // A windfall does not lift the latch within the day.
      test.kernel.book.state.cash += 50_000_000_000
      const again = test.request(orderOf({ symbol: 'ABC', quantity: '1' })).payload
      expect(again.deniedBy).toEqual(['max_daily_loss', 'emergency_halt_enabled'])
      expect(test.of('mode/changed').map(({ payload }) => payload.reason)).toEqual([
        'day_loss: the day has lost 5 % or more',
      ])

      const tomorrow = barOf(0).end + 86_400_000
      test.bar(100, { symbol: 'ABC', end: tomorrow })
      expect(modeOf(test.kernel.context.mode)).toBe('active')
      expect(test.of('mode/changed').at(-1)?.payload).toMatchObject({ mode: 'active', was: 'reducing' })
      expect(test.request(orderOf({ symbol: 'ABC', quantity: '1' })).payload.deniedBy).toEqual([])
    }
  })
})

describe('what the kernel hands out', () => {
  it('is no way to change an instrument', async () => {
    const test = await createTestKernel()
    const given = test.kernel.world.instrument('XYZ')
    expect(() => Object.assign(given, { multiplier: 0 })).toThrow(TypeError)
    processInput(test.kernel, {
      kind: 'event',
      source: 'core',
      draft: { type: 'clock/ticked', payload: {} },
      time: 0,
    })
    expect(test.kernel.world.instrument('XYZ').multiplier).toBe(1)
  })
})
