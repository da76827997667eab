import { describe, expect, it } from 'vitest'
import type { Decision, Order } from '#core/contract.ts'
import { explain } from '#core/http/explain.ts'
import { tellChain, tellTerms } from '#runtimes/cli/tell.ts'
import { eventOf } from '#tests/support/host.ts'
import { orderOf } from '#tests/support/kernel.ts'

const NOTHING_SAID = { rules: [], permit: null, afterwards: { unknown: 'nothing came' } } as const

function asked(order: Partial<Order>): string {
  const decision = { principal: 'anna', intent: 'open', limits: [], order: orderOf(order) }
  return explain(decision as unknown as Decision, 'approved', NOTHING_SAID, []).request
}

const TRAILING = { type: 'trailing_stop', stopPrice: '95', trail: '5' } as const

describe('the words for an order', () => {
  it.each<[Partial<Order>, string]>([
    [{}, 'buy 50 XYZ at market, protected at 95, aiming at 110'],
    [TRAILING, 'buy 50 XYZ on a stop at 95 that trails by 5, protected at 95, aiming at 110'],
    [
      { timeInForce: 'opg', stopLoss: { price: '95', trail: '2' } },
      'buy 50 XYZ at market in the opening auction, protected at 95 that trails by 2, aiming at 110',
    ],
    [
      { type: 'limit', limitPrice: '99', timeInForce: 'cls', group: 'pair-1' },
      'buy 50 XYZ at a limit of 99 in the closing auction, protected at 95, aiming at 110, one of the group pair-1',
    ],
    // What nobody knows stands as it was sent: the gate denied it, and people want to see why.
    [
      { timeInForce: 'constructor' as never },
      'buy 50 XYZ at market constructor, protected at 95, aiming at 110',
    ],
  ])('%j', (order, words) => {
    expect(asked(order)).toBe(`anna asked to ${words}; ARK took it as an opening.`)
  })

  it.each<[Parameters<typeof tellTerms>[0], string]>([
    [{}, ''],
    [{ limitPrice: '99', timeInForce: 'day' }, ', limit 99, for the day'],
    [{ stopPrice: '95', trail: '5', group: 'g' }, ', stop 95 trailing by 5, group g'],
    [{ timeInForce: 'opg' }, ', in the opening auction'],
  ])('in short: %j', (terms, words) => {
    expect(tellTerms(terms)).toBe(words)
  })

  it('in a chain of events', () => {
    const order = orderOf({
      ...TRAILING,
      side: 'sell',
      group: 'g',
      targets: [],
      stopLoss: { price: '90', trail: '1' },
    })
    const [line] = tellChain([eventOf('order/requested', { order, principal: 'anna', reason: 'plan' })])
    const words = 'sell 50 XYZ, stop 95 trailing by 5, group g, protected at 90 trailing by 1'
    expect(line).toContain(`anna asked for ${words}: plan`)
  })
})
