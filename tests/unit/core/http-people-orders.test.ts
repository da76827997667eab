import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Plugin } from '#core/contract.ts'
import { AGENTS } from '#tests/support/ark.ts'
import { type Box, decideOrder, journaled, ORDER, openBox, quoteBtc } from './http-box.ts'

let box: Box
beforeEach(async () => {
  box = await openBox()
  await quoteBtc(box)
})
afterEach(() => box.close())

const reason = 'as agreed'
const positions = async () => (await box.get('/v1/positions')).body.items
const mode = async () => (await box.get('/v1/mode')).body.mode
/** Fills at the next quote. */
const buy = async () => {
  const decision = await decideOrder(box)
  await quoteBtc(box, '99.995')
  return decision
}
const RESTING = {
  ...ORDER,
  quantity: 1,
  limitPrice: 97,
  stopLoss: { price: 95 },
  targets: [{ price: 110, portion: 1 }],
}
const working = async () => {
  const { body } = await box.get('/v1/account')
  return body.workingOrders
}

describe('flatten', () => {
  const flatten = (body: object = {}) =>
    box.post('/v1/flatten', { reason: 'leaving', ...body }, { as: 'operator' })

  it('does nothing where there is nothing', async () => {
    expect(await flatten()).toMatchObject({ status: 200, body: { cancelled: [], exits: [] } })
    expect(await flatten({ symbol: 'NONE' })).toMatchObject({ body: { cancelled: [], exits: [] } })
  })

  it('cancels what could open and sends one exit for a position, by name and with a reason', async () => {
    await buy()
    expect(await positions()).toMatchObject([{ symbol: 'BTC', quantity: '10' }])
    const { decisionId } = await decideOrder(box, RESTING)
    const { body } = await flatten()
    expect(body.cancelled).toEqual([decisionId])
    expect(body.exits).toMatchObject([
      { symbol: 'BTC', side: 'sell', quantity: '10', allowed: true, deniedBy: [] },
    ])
    await quoteBtc(box, '99.996')
    expect(await positions()).toEqual([])
    // The protective stop went with its position.
    expect(await working()).toBe(0)
    expect(await journaled(box, 'order/requested')).toContainEqual({
      order: expect.objectContaining({
        symbol: 'BTC',
        side: 'sell',
        type: 'market',
        quantity: '10',
        reason: 'flatten',
      }),
      principal: 'operator',
      reason: 'leaving',
    })
    expect(await journaled(box, 'order/cancel_requested')).toEqual([
      { orderId: decisionId, principal: 'operator', reason: 'leaving' },
    ])
  })

  it('leaves other symbols alone when one is named', async () => {
    await buy()
    expect((await flatten({ symbol: 'ETH' })).body.exits).toEqual([])
    expect(await positions()).toHaveLength(1)
    expect((await flatten({ symbol: 'BTC' })).body.exits).toHaveLength(1)
  })

  it('works when halted, and as part of the halt itself', async () => {
    await buy()
    const halted = await box.post('/v1/halt', { reason: 'fire', flatten: true }, { as: 'root' })
    expect(halted).toMatchObject({
      status: 200,
      body: { mode: 'halted', exits: [{ symbol: 'BTC', allowed: true }] },
    })
    await quoteBtc(box, '99.996')
    expect(await positions()).toEqual([])
    expect(await mode()).toBe('halted')
  })
})

describe('a working order', () => {
  it('that nobody has cannot be cancelled or amended', async () => {
    for (const [act, body] of [
      ['cancel', { reason }],
      ['amend', { stopPrice: 1, reason }],
    ] as const)
      expect(await box.post(`/v1/orders/nothing/${act}`, body, { as: 'root' })).toMatchObject({
        status: 404,
        body: { code: 'NOT_FOUND' },
      })
  })

  it('is cancelled by a person, once', async () => {
    const { decisionId } = await decideOrder(box, RESTING)
    const cancel = () =>
      box.post(`/v1/orders/${decisionId}/cancel`, { reason: 'no more' }, { as: 'operator' })
    expect(await cancel()).toMatchObject({ status: 200, body: { orderId: decisionId, cancelled: true } })
    expect((await cancel()).status).toBe(404)
    expect(await journaled(box, 'order/cancel_requested')).toEqual([
      { orderId: decisionId, principal: 'operator', reason: 'no more' },
    ])
  })

  it('that is a stop moves towards the market and not away from it', async () => {
    const { decisionId } = await buy()
    const stop = `${decisionId}.stop`
    const amend = (id: string, stopPrice: number) =>
      box.post(`/v1/orders/${id}/amend`, { stopPrice, reason: 'trail' }, { as: 'operator' })
    expect(await amend(stop, 94)).toMatchObject({
      status: 200,
      body: { orderId: stop, amended: false, deniedBy: ['require_stop_loss'] },
    })
    expect(await journaled(box, 'order/amended')).toEqual([])
    expect(await amend(stop, 96)).toMatchObject({ status: 200, body: { amended: true, deniedBy: [] } })
    expect(await journaled(box, 'order/amended')).toEqual([{ orderId: stop, stopPrice: '96' }])
    const { working: open } = (await positions())[0]
    expect(open.find(({ orderId }: { orderId: string }) => orderId === stop).stopPrice).toBe('96')
    expect(await amend(`${decisionId}.target1`, 96)).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT', detail: expect.stringContaining('a limit order has no stop price') },
    })
  })

  it('shrinks, and at another price is another order, which names the one it replaces', async () => {
    const { decisionId } = await decideOrder(box, { ...RESTING, quantity: 2 })
    const amend = (terms: object) =>
      box.post(`/v1/orders/${decisionId}/amend`, { ...terms, reason: 'less' }, { as: 'operator' })
    expect(await amend({})).toMatchObject({ status: 400, body: { code: 'INVALID_BODY' } })
    expect(await amend({ limitPrice: 98 })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('send an order that replaces it') },
    })
    expect(await amend({ quantity: 1 })).toMatchObject({
      status: 200,
      body: { orderId: decisionId, quantity: '1', amended: true },
    })
    const next = await decideOrder(box, { ...RESTING, replaces: decisionId })
    expect((await journaled(box, 'order/cancelled')).at(-1)).toMatchObject({ orderId: decisionId })
    expect((await journaled(box, 'order/accepted')).at(-1)).toMatchObject({ orderId: next.decisionId })
  })
})

describe('the drill [SAFE_HALT]', () => {
  const drill = () => box.post('/v1/drill/halt', { reason: 'monday' }, { as: 'operator' })

  it('halts, sees an opening denied, resumes, and is journaled', async () => {
    const reply = await drill()
    expect(reply).toMatchObject({ status: 200, body: { passed: true, mode: 'active' } })
    expect(reply.body.seq).toBeGreaterThan(0)
    expect((await journaled(box, 'mode/changed')).slice(-2)).toMatchObject([
      { mode: 'halted', principal: 'operator', reason: 'drill: monday' },
      { mode: 'active', principal: 'operator', reason: 'drill over: monday' },
    ])
    expect(await journaled(box, 'drill/passed')).toEqual([{ principal: 'operator', reason: 'monday' }])
    expect(box.ark.cycle?.kernel.context.registers.drillPassed).toBe(true)
    expect((await decideOrder(box)).deniedBy).toEqual([])
  })

  it('of a box that was halted leaves it so, for the reason it had', async () => {
    await box.post('/v1/halt', { reason: 'in earnest' }, { as: 'root' })
    expect((await drill()).body).toMatchObject({ passed: true, mode: 'halted' })
    expect((await box.get('/v1/mode')).body.reasons).toEqual(['in earnest'])
  })

  it('does not resume over a halt that came meanwhile, in whatever order they come', async () => {
    for (let round = 0; round < 10; round++) {
      await box.post('/v1/resume', { reason }, { as: 'root' })
      const drilled = drill()
      for (let turn = 0; turn < round; turn++) await Promise.resolve()
      await Promise.all([drilled, box.post('/v1/halt', { reason: 'in earnest' }, { as: 'root' })])
      expect((await box.get('/v1/mode')).body.reasons).toContain('in earnest')
    }
  })

  it('goes back to reducing where a person had asked for that', async () => {
    const payload = { mode: 'reducing', principal: 'root', reason: 'late' } as const
    await box.ark.control('root', { type: 'mode/requested', payload })
    expect((await drill()).body).toMatchObject({ passed: true, mode: 'reducing' })
    expect((await box.get('/v1/mode')).body.reasons).toEqual(['late'])
  })
})

describe('an order that waits for approval', () => {
  /** Its broker cannot take an order back, so each one that opens needs a person. */
  const plugins = AGENTS.map((plugin): Plugin => {
    return plugin.broker === undefined
      ? plugin
      : { ...plugin, broker: { ...plugin.broker, cannot: ['cancel'] } }
  })
  const decide = (id: string, approve: boolean, as: string) =>
    box.post(`/v1/approvals/${id}`, { approve, reason: 'checked' }, { as })
  beforeEach(async () => {
    await box.close()
    box = await openBox({ plugins })
    await quoteBtc(box)
  })

  it('is listed, and approved by another operator, once', async () => {
    const decision = await decideOrder(box)
    expect(decision).toMatchObject({ allowed: false, deniedBy: ['reversible_actions'] })
    const { decisionId } = decision
    const { items } = (await box.get('/v1/approvals')).body
    expect(items).toMatchObject([
      {
        id: decisionId,
        kind: 'order',
        principal: 'root',
        order: { symbol: 'BTC', quantity: '10' },
        needs: 'operator',
      },
    ])
    expect(await decide(decisionId, true, 'root')).toMatchObject({
      status: 409,
      body: { code: 'SECOND_PERSON' },
    })
    expect(await decide(decisionId, true, 'risk-officer')).toMatchObject({
      status: 403,
      body: { where: 'operator' },
    })
    expect(await decide('nothing', true, 'operator')).toMatchObject({ status: 404 })
    const approved = await decide(decisionId, true, 'operator')
    expect(approved).toMatchObject({
      status: 200,
      body: { kind: 'order', approved: true, allowed: true, deniedBy: [] },
    })
    expect(approved.body.decisionId).not.toBe(decisionId)
    expect((await box.get('/v1/approvals')).body.items).toEqual([])
    expect(await decide(decisionId, true, 'operator')).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT' },
    })
    expect(await decide(approved.body.decisionId, true, 'operator')).toMatchObject({ status: 409 })
    expect(await journaled(box, 'approval/decided')).toEqual([
      { decisionId, orderHash: decision.orderHash, approved: true, principal: 'operator', reason: 'checked' },
    ])
    await quoteBtc(box, '99.995')
    expect(await positions()).toMatchObject([{ symbol: 'BTC', quantity: '10' }])
    expect((await decideOrder(box)).deniedBy).toEqual(['reversible_actions'])
  })

  it('stays out when it is rejected, and waits over a restart', async () => {
    const { decisionId } = await decideOrder(box)
    await box.restart()
    expect((await box.get('/v1/approvals')).body.items).toMatchObject([{ id: decisionId }])
    expect(await decide(decisionId, false, 'operator')).toMatchObject({
      status: 200,
      body: { approved: false },
    })
    expect((await decide(decisionId, true, 'operator')).status).toBe(409)
    await quoteBtc(box, '99.995')
    expect(await positions()).toEqual([])
  })

  it('cannot be approved after a quarter of an hour', async () => {
    const { decisionId } = await decideOrder(box)
    const { clock } = box.ark.options.ports
    const real = clock.now
    Object.assign(clock, { now: () => real() + 15 * 60_000 + 1 })
    const late = await decide(decisionId, true, 'operator')
    expect((await box.get('/v1/approvals')).body.items).toEqual([])
    Object.assign(clock, { now: real })
    expect(late).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
  })
})
