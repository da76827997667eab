import { describe, expect, it } from 'vitest'
import type { Plugin } from '#core/contract.ts'
import { absorbPage, createAbsorber, finishAbsorbing } from '#core/cycle/absorb.ts'
import { findBrokerBreak } from '#core/cycle/broker-break.ts'
import type { Kernel } from '#core/cycle/kernel.ts'
import { takeSnapshot } from '#core/cycle/snapshot.ts'
import type { OrderFlow } from '#core/gate/order-flow.ts'
import broker from '#plugins/broker-paper/index.ts'
import { INDEX } from '#tests/support/ark.ts'
import {
  agentOf,
  chunksOf,
  createTestKernel,
  orderOf,
  replacing,
  sp500,
  type TestKernel,
  type TestKernelOptions,
} from '#tests/support/kernel.ts'

const paper = broker as unknown as Plugin

/** A fresh kernel that took over the whole record, in pages of 100 events. */
async function takeOver(test: TestKernel, options: TestKernelOptions): Promise<Kernel> {
  const { kernel } = await createTestKernel(options)
  const absorber = createAbsorber(kernel)
  for (let at = 0; at < test.events.length; at += 100) {
    const events = test.events.slice(at, at + 100)
    absorbPage(absorber, { first: at + 1, last: at + events.length, events, text: '' })
  }
  finishAbsorbing(absorber)
  return kernel
}

/** What the account lives on: all but the counters of the run. */
function accountOf(kernel: Kernel) {
  const { book, mode, flow, now, slots } = JSON.parse(takeSnapshot(kernel))
  return { book, mode, flow: recent(flow, now), now, slots, admission: kernel.state.admission }
}

/** Without the releases that no longer count: a verdict drops them in passing, and no verdict is passed on a record. */
function recent(flow: OrderFlow, now: number) {
  const counting = (times: readonly number[]) => times.filter((time) => time > now - 60_000)
  const tables = [flow.parents, flow.exits].map((table) =>
    Object.entries(table).filter(([, times]) => counting(times).length > 0),
  )
  return { executions: counting(flow.executions), tables, latched: flow.latched }
}

describe('a record taken over by another build', () => {
  it.each([1, 7, 600])(
    'in chunks of %i rows leaves account, agents and broker as they were',
    async (size) => {
      const options = { instruments: [INDEX] }
      const test = await createTestKernel(options)
      for (const rows of chunksOf(sp500(600), size)) test.rows(rows)
      expect(test.of('order/filled').length).toBeGreaterThan(5)
      const kernel = await takeOver(test, options)
      expect(accountOf(kernel)).toEqual(accountOf(test.kernel))
      expect(findBrokerBreak(kernel)).toBeUndefined()
    },
  )

  it('works no order that core refused', async () => {
    const rogue = agentOf({
      name: 'kenny',
      consumes: ['clock/ticked'],
      emits: ['order/submitted'],
      reduce: () => [
        { type: 'order/submitted', payload: { orderId: 'x', order: orderOf(), intent: 'open' } },
      ],
    })
    const options = { plugins: replacing(rogue) }
    const test = await createTestKernel(options)
    test.bar(100)
    test.input('clock/ticked', {})
    const kernel = await takeOver(test, options)
    expect(kernel.slots.broker?.state).toEqual(test.kernel.slots.broker?.state)
    expect(kernel.context.flow.executions).toEqual([])
  })

  it('works no order that the broker of the time threw at', async () => {
    const simulate = paper.broker?.simulate
    if (simulate === undefined) throw new Error('no broker')
    const throwing: Plugin = {
      ...paper,
      broker: {
        simulate: {
          ...simulate,
          reduce: () => {
            throw new Error('no line')
          },
        },
      },
    }
    const test = await createTestKernel({
      plugins: replacing({ ...throwing, consumes: ['order/submitted'] }),
    })
    test.bar(100)
    test.request(orderOf())
    expect(test.of('order/rejected')).toHaveLength(1)
    const kernel = await takeOver(test, {})
    expect(kernel.book.index.get('XYZ')?.open).toEqual([])
    expect(simulate.view?.(kernel.slots.broker?.state).working).toEqual([])
    expect(kernel.context.flow.executions).toEqual([])
  })

  it('leaves shut out whom the record shut out, until it was restored', async () => {
    const test = await createTestKernel()
    test.bar(100)
    for (const plugin of ['joey', 'hrm', 'kyle'])
      test.input('plugin/isolated', { plugin, reason: 'too slow' }, 'watchdog')
    test.input('plugin/restored', { plugin: 'kyle', principal: 'person:test', reason: 'repaired' }, 'person')
    test.bar(100)
    const kernel = await takeOver(test, {})
    expect(test.kernel.overlay).toBeUndefined()
    expect(kernel.overlay).toBeUndefined()
    expect(kernel.slots.byName.get('joey')?.isolated).toBe('too slow')
    expect(kernel.slots.byName.get('kyle')?.isolated).toBeNull()
    expect(accountOf(kernel)).toEqual(accountOf(test.kernel))
  })

  it('shuts out a plugin that throws on it, and boots reducing', async () => {
    const test = await createTestKernel()
    test.bar(100)
    test.bar(100)
    let calls = 0
    const broken = agentOf({
      name: 'joey',
      consumes: ['market/bar'],
      reduce: () => {
        calls++
        throw new Error('what is this?')
      },
    })
    const kernel = await takeOver(test, { plugins: replacing(broken) })
    expect(calls).toBe(1)
    expect(kernel.slots.byName.get('joey')?.isolated).toBe('threw: what is this?')
    expect(kernel.world.mode()).toBe('reducing')
  })
})
