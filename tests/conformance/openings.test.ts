import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ark } from '#core/ark.ts'
import type { Plugin } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { modeOf, modeReasons } from '#core/gate/mode.ts'
import { readEvent } from '#core/journal/reader.ts'
import { NOTHING } from '#core/math.ts'
import broker from '#plugins/broker-paper/index.ts'
import { AGENTS, type TestArkOptions } from '../support/ark.ts'
import { type Box, createBox } from '../support/box.ts'
import { COIN, nextBar, order, trade } from '../support/trading.ts'

let box: Box
beforeEach(() => {
  box = createBox()
})
afterEach(() => box.remove())

const TERMS = { kind: 'paper', name: 'paper', seed: 'test' } as const
const request = (mode: 'halted' | 'active', reason: string) =>
  ({ type: 'mode/requested', payload: { mode, principal: 'person:test', reason } }) as const

async function boot(options: TestArkOptions = {}): Promise<Ark> {
  return (await box.boot({ instruments: [COIN], ...options })).ark
}

function kernelOf({ cycle }: Ark) {
  if (cycle === undefined) throw new ArkError('NOT_RUNNING', 'test', 'No run has begun.')
  return cycle.kernel
}
const modeState = (ark: Ark) => kernelOf(ark).context.mode

describe('a run begins with its own first words', () => {
  it('though a halt waited before it, and that halt survives a restart', async () => {
    const before = await boot()
    await trade(box, before)
    await before.endRun('done', () => '{}')
    const begins = before.beginRun(TERMS)
    const halted = before.control('person', request('halted', 'enough'))
    const run = await begins
    const { seq } = await halted
    const database = await box.open()
    expect(await readEvent(database, run.seq)).toMatchObject({ type: 'run/started', source: 'core' })
    expect(await readEvent(database, run.seq + 1)).toMatchObject({ type: 'box/booted' })
    expect(await readEvent(database, run.seq + 2)).toMatchObject({ type: 'lease/lost' })
    expect(seq).toBeGreaterThan(run.seq + 2)
    await box.kill()
    const ark = await boot()
    expect(await ark.beginRun(TERMS)).toMatchObject({ resumed: true, seq: run.seq })
    expect(modeReasons(modeState(ark))).toContain('enough')
  })
})

describe('a new build', () => {
  it('keeps shut out whom the last one shut out, and Aletheia agrees', async () => {
    const before = await boot()
    await trade(box, before)
    for (const plugin of ['joey', 'hrm'])
      await before.control('watchdog', { type: 'plugin/isolated', payload: { plugin, reason: 'too slow' } })
    await box.kill()
    const ark = await boot({ buildDigest: 'next' })
    await ark.beginRun(TERMS)
    expect(kernelOf(ark).slots.byName.get('joey')?.isolated).toBe('too slow')
    expect(kernelOf(ark).overlay).toBeUndefined()
    await ark.startService('aletheia')
    await ark.offer('person', order('buy', 1))
    await nextBar(box, ark, 101)
    expect(modeState(ark).halted).toBeNull()
    const payload = { plugin: 'joey', principal: 'person:test', reason: 'repaired' }
    await ark.control('person', { type: 'plugin/restored', payload })
    expect(kernelOf(ark).slots.byName.get('joey')?.isolated).toBeNull()
  })

  it('whose broker does not hold what the book holds is halted until a person resumes', async () => {
    const before = await boot()
    await trade(box, before)
    await box.kill()
    const next = { buildDigest: 'next', plugins: AGENTS.map((each) => (each.broker ? idle : each)) }
    const reason = 'broker break: position in COIN is 10 in the book, 0 at the broker'
    const ark = await boot(next)
    const run = await ark.beginRun(TERMS)
    expect(await readEvent(await box.open(), run.seq + 1)).toMatchObject({
      type: 'mode/requested',
      payload: { mode: 'halted', principal: 'core', reason },
    })
    expect(modeState(ark).halted).toBe(reason)
    await box.kill()
    const again = await boot(next)
    expect(await again.beginRun(TERMS)).toMatchObject({ resumed: true })
    expect(modeState(again).halted).toBe(reason)
    await again.control('watchdog', { type: 'lease/renewed', payload: {} })
    expect(modeOf(modeState(again))).toBe('halted')
    await again.control('person', request('active', 'looked at'))
    expect(modeOf(modeState(again))).toBe('active')
  })
})

/** The paper broker of a build in which no bar fills anything. */
const paper = broker as unknown as Plugin & { broker: NonNullable<Plugin['broker']> }
const { simulate } = paper.broker
const idle: Plugin = {
  ...paper,
  broker: {
    simulate: {
      ...simulate,
      reduce: (state, event, config, world) =>
        event.type === 'market/bar' ? NOTHING : simulate.reduce(state, event, config, world),
    },
  },
}
