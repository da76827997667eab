import { describe, expect, it } from 'vitest'
import { restoreSnapshot, takeSnapshot } from '#core/cycle/snapshot.ts'
import { issue } from '#core/gate/permit.ts'
import { AGENTS, INDEX } from '#tests/support/ark.ts'
import {
  agentOf,
  chunksOf,
  createTestKernel,
  drive,
  orderOf,
  sp500,
  type TestKernel,
} from '#tests/support/kernel.ts'

const PLUGINS = AGENTS
const OPTIONS = { plugins: PLUGINS, instruments: [INDEX] }

/** A fresh kernel in the state of another, by way of text. */
async function revive(test: TestKernel): Promise<TestKernel> {
  const { kernel } = await createTestKernel(OPTIONS)
  restoreSnapshot(kernel, takeSnapshot(test.kernel))
  return drive(kernel)
}

describe('a snapshot that does not fit', () => {
  it.each([
    ['is cut short', (text: string) => text.slice(0, -1), 'snapshot'],
    ['is of another version', (text: string) => text.replace('"version":2', '"version":1'), 'snapshot'],
    ['is empty', () => '', 'snapshot'],
    ['lacks a plugin', (text: string) => text.replace('"joey":', '"jeoy":'), 'snapshot of joey'],
    [
      'has another state version',
      (text: string) => text.replace('"joey":{"stateVersion":', '"joey":{"stateVersion":9'),
      'snapshot of joey',
    ],
  ])('is refused with its place: it %s', async (_, spoil, where) => {
    const text = takeSnapshot((await createTestKernel(OPTIONS)).kernel)
    const { kernel } = await createTestKernel(OPTIONS)
    expect(() => restoreSnapshot(kernel, spoil(text))).toThrow(
      expect.objectContaining({ code: 'JOURNAL_CORRUPT', where }),
    )
  })

  it('is not taken while a permit is open', async () => {
    const { kernel } = await createTestKernel(OPTIONS)
    const terms = {
      decisionId: 'd',
      orderHash: '',
      order: { symbol: 'XYZ', side: 'buy', type: 'market', quantity: '1' } as const,
      rulesetDigest: '',
      factsDigest: '',
      seq: 1,
    }
    issue(kernel.permits, { ...terms, intent: 'open' }, 0)
    expect(() => takeSnapshot(kernel)).toThrow(expect.objectContaining({ code: 'ASSERTION' }))
  })
})

describe('a run that goes on from a snapshot', () => {
  const bars = sp500(600)
  /** The series in uneven inputs: every one of their boundaries is a place where a box may have been killed. */
  const inputs = [
    ...chunksOf(bars.slice(0, 100), 1),
    ...chunksOf(bars.slice(100, 400), 7),
    ...chunksOf(bars.slice(400), 23),
  ]
  const boundaries = Array.from({ length: 12 }, (_, index) => Math.floor(((index + 1) * inputs.length) / 13))

  it('says the same to the last byte, wherever it was taken [REQ_MEM_01]', async () => {
    const whole = await createTestKernel(OPTIONS)
    const snapshots = new Map<number, { readonly text: string; readonly bodies: number }>()
    for (const [index, rows] of inputs.entries()) {
      if (boundaries.includes(index))
        snapshots.set(index, { text: takeSnapshot(whole.kernel), bodies: whole.bodies.length })
      whole.rows(rows)
    }
    expect(snapshots.size).toBe(12)
    expect(whole.kernel.state.decisions).toBeGreaterThan(10)
    const end = takeSnapshot(whole.kernel)
    for (const [boundary, { text, bodies }] of snapshots) {
      const { kernel } = await createTestKernel(OPTIONS)
      restoreSnapshot(kernel, text)
      const rest = drive(kernel)
      for (const rows of inputs.slice(boundary)) rest.rows(rows)
      expect(rest.bodies).toEqual(whole.bodies.slice(bodies))
      expect(takeSnapshot(kernel)).toBe(end)
    }
  })
})

describe('what a restart must not undo', () => {
  const addOne = orderOf({
    symbol: 'SPX',
    quantity: '1',
    type: 'limit',
    limitPrice: '1400',
    stopLoss: { price: '1300' },
    targets: [{ price: '1700', portion: '1' }],
  })

  async function seen(days: number): Promise<TestKernel> {
    const test = await createTestKernel(OPTIONS)
    for (const rows of chunksOf(sp500(days), days)) test.rows(rows)
    return test
  }

  it('HRM shut out: nothing opens, and nobody asks it', async () => {
    const test = await seen(10)
    test.input('plugin/isolated', { plugin: 'hrm', reason: 'by hand' }, 'watchdog')
    const revived = await revive(test)
    expect(revived.kernel.overlay).toBeUndefined()
    expect(revived.request(addOne).payload).toEqual(test.request(addOne).payload)
    expect(revived.events.at(-1)).toEqual(test.events.at(-1))
  })

  it('an agent shut out, a halt, a person’s reduction', async () => {
    const test = await seen(10)
    test.input('plugin/isolated', { plugin: 'joey', reason: 'by hand' }, 'watchdog')
    test.input('mode/requested', { mode: 'halted', principal: 'anna', reason: 'lunch' }, 'anna')
    const revived = await revive(test)
    expect(revived.kernel.slots.byName.get('joey')?.isolated).toBe('by hand')
    expect(revived.kernel.context.mode).toEqual(test.kernel.context.mode)
    expect(revived.kernel.world.mode()).toBe('halted')
  })

  it('counts of the last minute and what they latched', async () => {
    const test = await seen(10)
    for (let count = 0; count < 7; count++) {
      // The limit on duplicates would speak first.
      test.kernel.context.flow.recent = []
      test.request({ ...addOne, strategy: 'same' })
    }
    expect(test.of('decision/denied').at(-1)?.payload.deniedBy).toEqual(['prevent_infinite_loops'])
    const revived = await revive(test)
    expect(revived.request({ ...addOne, strategy: 'same' }).payload.deniedBy).toEqual([
      'prevent_infinite_loops',
    ])
    expect(revived.request({ ...addOne, strategy: 'other' }).payload.deniedBy).toEqual([])
  })

  it('the frozen instruments', async () => {
    const { kernel } = await revive(await seen(1))
    expect(Object.isFrozen(kernel.world.instrument('SPX'))).toBe(true)
  })
})

it('holds state as plain JSON: what a plugin hides in a Map would be lost', async () => {
  const secretive = agentOf({
    agent: { stateVersion: 1, initial: () => ({ map: new Map([[1, 2]]) }), reduce: () => [] },
  })
  const { kernel } = await createTestKernel({ plugins: [secretive] })
  expect(takeSnapshot(kernel)).toContain('"map":{}')
})
