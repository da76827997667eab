import { describe, expect, it } from 'vitest'
import type { EventPayloads, EventType } from '#core/contract.ts'
import {
  applyRegisters,
  createRegisters,
  enter,
  isApproved,
  lookUp,
  pendingApprovals,
  queueApproval,
  takePending,
} from '#core/gate/registers.ts'
import { eventOf } from '#tests/support/host.ts'
import { createTestKernel, orderOf } from '#tests/support/kernel.ts'

const ONE = 100_000_000

function told<T extends EventType>(type: T, payload: EventPayloads[T], time = 1_000) {
  const registers = createRegisters()
  applyRegisters(registers, eventOf(type, payload, { time }))
  return registers
}

describe('a table', () => {
  it('takes names that every object has, and forgets its oldest entry', () => {
    const table: { [key: string]: number } = {}
    for (const name of ['constructor', '__proto__']) expect(lookUp(table, name)).toBeUndefined()
    enter(table, '__proto__', 1)
    expect(lookUp(table, '__proto__')).toBe(1)
    for (let count = 0; count < 1_000; count++) enter(table, `n${count}`, count)
    expect(lookUp(table, '__proto__')).toBeUndefined()
    expect(lookUp(table, 'n0')).toBe(0)
    enter(table, 'n0', 5)
    enter(table, 'more', 6)
    expect([lookUp(table, 'n0'), lookUp(table, 'n1')]).toEqual([5, undefined])
  })
})

describe('what was told', () => {
  it('is kept by name, and taken back by name', () => {
    const registers = told('client_order/registered', {
      clientOrderId: 'c1',
      symbol: 'XYZ',
      side: 'buy',
      quantity: '5',
      limitPrice: '100',
      principal: 'anna',
    })
    expect(lookUp(registers.clientOrders, 'c1')).toEqual({
      symbol: 'XYZ',
      side: 'buy',
      limit: 100 * ONE,
      expires: 0,
    })
    const ended = { clientOrderId: 'c1', principal: 'anna', reason: 'filled' }
    applyRegisters(registers, eventOf('client_order/ended', ended))
    expect(registers.clientOrders).toEqual({})
  })

  it('counts from the time of its event', () => {
    const registers = told('publication/made', { symbol: 'XYZ', channel: 'blog', principal: 'anna' }, 7_000)
    expect(lookUp(registers.publications, 'XYZ|')).toBe(7_000)
  })

  it('of a drill holds until the next boot', () => {
    const registers = told('drill/passed', { principal: 'anna', reason: 'weekly' })
    expect(registers.drillPassed).toBe(true)
    applyRegisters(registers, eventOf('box/booted', { reason: 'restart' }))
    expect(registers.drillPassed).toBe(false)
  })
})

describe('an approval', async () => {
  const test = await createTestKernel()
  const decision = test.request(orderOf()).payload
  const word = {
    decisionId: decision.decisionId,
    orderHash: decision.orderHash,
    approved: true,
    principal: 'olga',
    reason: 'seen',
  }
  const queued = () => {
    const registers = createRegisters()
    queueApproval(registers, decision, 100 * ONE, ['human_in_loop_critical'], 1_000)
    return registers
  }

  it('is asked for until its quarter of an hour is over', () => {
    const registers = queued()
    expect(pendingApprovals(registers, 901_000)).toHaveLength(1)
    expect(pendingApprovals(registers, 901_001)).toEqual([])
    expect(takePending(registers, word, 901_001)).toBeUndefined()
  })

  it('is taken once, by the hash of the very order', () => {
    const registers = queued()
    expect(takePending(registers, { ...word, orderHash: 'other' }, 2_000)).toBeUndefined()
    expect(takePending(registers, word, 2_000)).toMatchObject({ decisionId: decision.decisionId })
    expect(takePending(registers, word, 2_000)).toBeUndefined()
  })

  it('holds while the market stays within 1 %', () => {
    const registers = createRegisters()
    enter(registers.approved, 'hash', { reference: 100 * ONE, expires: 5_000 })
    expect(isApproved(registers, 'hash', 101 * ONE, 5_000)).toBe(true)
    expect(isApproved(registers, 'hash', 101 * ONE + 1, 5_000)).toBe(false)
    expect(isApproved(registers, 'hash', 99 * ONE - 1, 5_000)).toBe(false)
    expect(isApproved(registers, 'hash', Number.NaN, 5_000)).toBe(false)
    expect(isApproved(registers, 'hash', 100 * ONE, 5_001)).toBe(false)
    expect(isApproved(registers, 'other', 100 * ONE, 1_000)).toBe(false)
  })
})
