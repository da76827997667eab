import { describe, expect, it } from 'vitest'
import {
  advance,
  isLive,
  type OrderStatus,
  type OrderStep,
  TRANSITIONS,
} from '#plugins/broker-paper/status.ts'

const STATUSES = Object.keys(TRANSITIONS) as OrderStatus[]
const STEPS: readonly OrderStep[] = ['accept', 'reject', 'trigger', 'fill_part', 'fill', 'cancel', 'expire']
const ENDED: readonly OrderStatus[] = ['filled', 'cancelled', 'expired', 'rejected']

describe('the life of an order', () => {
  it.each(ENDED)('has nothing after %s', (status) => {
    for (const step of STEPS) {
      const order = { orderId: 'e', status }
      expect(() => advance(order, step), step).toThrow(`An order that is ${status} cannot ${step}.`)
      expect(order.status).toBe(status)
      expect(isLive(order)).toBe(false)
    }
  })

  it.each<[OrderStatus, OrderStep]>([
    ['received', 'fill'],
    ['received', 'cancel'],
    ['working', 'accept'],
    ['working', 'reject'],
    ['triggered', 'trigger'],
    ['partly_filled', 'trigger'],
  ])('does not go from %s by %s', (status, step) => {
    expect(() => advance({ orderId: 'e', status }, step)).toThrow('cannot')
  })

  it('goes from any state that lives to every end, and from each received one into it', () => {
    for (const status of STATUSES) {
      if (!isLive({ orderId: 'e', status })) continue
      for (const [step, end] of [
        ['fill', 'filled'],
        ['cancel', 'cancelled'],
        ['expire', 'expired'],
      ] as const) {
        const order = { orderId: 'e', status }
        advance(order, step)
        expect(order.status).toBe(end)
      }
    }
    const order = { orderId: 'e', status: 'received' as OrderStatus }
    const lived = (['accept', 'trigger', 'fill_part', 'fill_part', 'fill'] as const).map((step) => {
      advance(order, step)
      return order.status
    })
    expect(lived).toEqual(['working', 'triggered', 'partly_filled', 'partly_filled', 'filled'])
  })
})
