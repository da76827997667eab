import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Decision, Order } from '#core/contract.ts'
import { explain } from '#core/http/explain.ts'
import { tellChain, tellTerms } from '#runtimes/cli/tell.ts'
import { eventOf } from '#tests/support/host.ts'
import { orderOf } from '#tests/support/kernel.ts'
import { type Box, decideOrder, journaled, ORDER, openBox, quoteBtc, until } from './http-box.ts'

const NOTHING_SAID = {
  rules: [],
  consequences: [],
  permit: null,
  afterwards: { unknown: 'nothing came' },
} as const

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

describe('what became of an approval', () => {
  let box: Box
  beforeEach(async () => {
    box = await openBox()
    await quoteBtc(box)
  })
  afterEach(() => box.close())

  const accountOf = async (order: object) => {
    const { decisionId } = await decideOrder(box, order)
    return { decisionId, read: async () => (await box.get(`/v1/decisions/${decisionId}`)).body }
  }

  /** A quote one millisecond on, at which a market order that waits is judged again and may fill. */
  async function quoteLater(bid: string, ask: string) {
    const before = Date.now()
    await until(
      async () => Date.now(),
      (now) => now > before,
    )
    const quote = { symbol: 'BTC', time: new Date().toISOString(), bid, bidSize: 10, ask, askSize: 10 }
    await box.post('/v1/market-data', { source: 'test', quotes: [quote] }, { as: 'feed' })
  }

  const market = { ...ORDER, type: 'market', limitPrice: undefined }

  it('names the second look that took it back, though that lies in another trace', async () => {
    const { read } = await accountOf(market)
    await quoteLater('94.00', '94.01')
    const { consequences, explanation } = await read()
    const types = consequences.map(({ type }: { type: string }) => type)
    expect(types.slice(-3)).toEqual(['decision/reviewed', 'order/cancel_requested', 'order/cancelled'])
    const [look] = await journaled(box, 'decision/reviewed')
    const by = `denied by ${look.deniedBy.join(', ')}; refused by the limits ${look.limitsDenied.join(', ')}`
    const again = /Judged again at \S+Z on a price of 94\.01: (.*)\.$/.exec(explanation.outcome)
    expect(again?.[1]).toBe(by)
    expect(explanation.because[0]).toMatch(/^The rule require_stop_loss .* denies: /)
    expect(tellChain(consequences.map((each: object) => ({ ...each, time: 0 }))).join()).toContain(
      `hrm judged it again on a price of 94.01: ${by}`,
    )
  })

  it('says that it passed the second look', async () => {
    const { read } = await accountOf({ ...market, quantity: 5 })
    await quoteLater('99.99', '100.00')
    const { consequences, explanation } = await read()
    expect(consequences.map(({ type }: { type: string }) => type)).toContain('order/filled')
    expect(explanation.outcome).toMatch(/ Judged again at \S+Z on a price of 100: it passed\.$/)
    expect(explanation.because).toEqual([])
  })

  it('names the order whose place it takes, or could not take', async () => {
    const resting = { ...ORDER, quantity: 1, limitPrice: 97 }
    const { decisionId } = await accountOf(resting)
    const taking = { ...resting, limitPrice: '97.5', replaces: decisionId }
    const first = (await (await accountOf(taking)).read()).explanation
    expect(first.request).toContain(`, in place of ${decisionId};`)
    expect(first.outcome).toBe('Approved: no rule and no limit stands in the way.')
    const late = (await (await accountOf({ ...taking, limitPrice: '97.6' })).read()).explanation
    expect(late.outcome).toContain(`It could not take the place of ${decisionId}, which was no open `)
  })
})
