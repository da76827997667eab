import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Hindsight } from '#core/http/afterwards.ts'
import { type DecisionEvent, inquire } from '#core/http/inquiry.ts'
import { fromBody } from '#core/journal/body.ts'
import { readDecisions } from '#core/journal/reader.ts'
import { DAY, parseTime } from '#core/time.ts'
import { createTestArk, INDEX } from '#tests/support/ark.ts'
import { chunksOf, sp500 } from '#tests/support/kernel.ts'
import { type Box, ORDER, openBox, quoteBtc, type Reply, until } from './http-box.ts'

let box: Box
let approved: Reply
let tooLarge: Reply
let unprotected: Reply
beforeAll(async () => {
  box = await openBox()
  await quoteBtc(box)
  approved = await box.post('/v1/orders', ORDER, { as: 'root' })
  tooLarge = await box.post('/v1/orders', { ...ORDER, quantity: '150' }, { as: 'root' })
  unprotected = await box.post('/v1/orders', { ...ORDER, quantity: 8, stopLoss: undefined }, { as: 'root' })
  await quoteBtc(box, '99.995')
  await quoteBtc(box, '100.01')
})
afterAll(() => box.close())

async function decisionOf({ body }: Reply) {
  const trace = await until(
    () => box.get(`/v1/traces/${body.traceId}`),
    ({ body }) => body.events.some(({ type }: { type: string }) => type === 'verdict/verified'),
  )
  const decision = trace.body.events.find(({ type }: { type: string }) => type.startsWith('decision/'))
  return (await box.get(`/v1/decisions/${decision.payload.decisionId}`)).body
}

describe('a denied decision', () => {
  it('names the largest order that would have passed', async () => {
    const decision = await decisionOf(tooLarge)
    expect(decision.deniedBy).toEqual(['max_position_size'])
    expect(decision).toMatchObject({ permit: null })
    const { quantity, ...others } = decision.nearest
    expect(others).toEqual({})
    expect(Number(quantity)).toBeGreaterThan(40)
    expect(Number(quantity)).toBeLessThanOrEqual(90)
    expect(decision.explanation.nearest[0]).toContain(`the same with a quantity of ${quantity}.`)
  })

  it('names the widest stop that its target pays for', async () => {
    const { nearest, nearestUnjudged, explanation } = await decisionOf(unprotected)
    expect(nearest).toEqual({ stopLoss: { price: '93.34' } })
    expect(nearestUnjudged.length).toBeGreaterThan(0)
    expect(explanation.nearest.at(-1)).toBe(`Not judged again: ${nearestUnjudged.join(', ')}.`)
    const terms = { ...ORDER, quantity: 8, ...nearest }
    expect((await box.post('/v1/evaluate', terms)).body.allowed).toBe(true)
  })

  it('says why none would have, where no change of terms helps', async () => {
    await box.post('/v1/halt', { reason: 'a drill' }, { as: 'root' })
    const halted = await box.post('/v1/orders', { ...ORDER, quantity: 9 }, { as: 'root' })
    await box.post('/v1/resume', { reason: 'it was one' }, { as: 'root' })
    const decision = await decisionOf(halted)
    expect(decision).not.toHaveProperty('nearest')
    expect(decision.noNearest).toEqual([expect.stringMatching(/^emergency_halt_enabled: /)])
    expect(decision.explanation.nearest.at(-1)).toBe(decision.noNearest[0])
  })

  it('says what the market did then', async () => {
    const { afterwards, explanation } = await decisionOf(tooLarge)
    expect(afterwards).toMatchObject({ stream: 'quotes of test', cut: false, outcome: 'neither so far' })
    expect(afterwards.rows).toBeGreaterThan(0)
    expect(afterwards.after[0]).toMatchObject({ rows: 1, price: '99.9925', percent: '-0.01', r: '0' })
    expect(explanation.afterwards.join()).toContain('neither stop nor target so far')
  })
})

describe('hindsight on a decision', () => {
  it('reads on in the very chunk that the decision came of', async () => {
    const { ark, database } = await createTestArk()
    await ark.beginRun({ kind: 'backtest', name: 'history', seed: 'test' })
    for (const rows of chunksOf(sp500(600), 600)) await ark.offerRows('sp500', rows)
    const [row] = await readDecisions(database, Number.MAX_SAFE_INTEGER, 500)
    if (row === undefined) throw new Error('undecided')
    const event = fromBody(row.body, row.seq) as DecisionEvent
    const { afterwards, causes } = await inquire(database, event, INDEX)
    expect(causes[0]?.type).toBe('market/chunk')
    expect(afterwards).toMatchObject({ stream: '1d bars of sp500', cut: false })
    const [first] = (afterwards as Hindsight).after
    expect(parseTime(first?.time ?? '') - event.time).toBeGreaterThan(0)
    expect(parseTime(first?.time ?? '') - event.time).toBeLessThanOrEqual(5 * DAY)
    await ark.stop()
    await database.close()
  })

  it('says that a resting order was never reached', async () => {
    const terms = { quantity: 7, limitPrice: '96', stopLoss: { price: '90' }, targets: [] }
    const resting = await box.post('/v1/orders', { ...ORDER, ...terms }, { as: 'root' })
    await quoteBtc(box, '100.02')
    expect((await decisionOf(resting)).afterwards).toMatchObject({
      outcome: 'never entered',
      best: null,
      after: [expect.objectContaining({ rows: 1 })],
    })
  })
})

describe('a denial for trading against oneself', () => {
  it('names the own orders that worked in reach at that time, and none that had ended', async () => {
    const selling = { side: 'sell', quantity: 3, limitPrice: '99', stopLoss: undefined, targets: undefined }
    const working = await box.post(
      '/v1/orders',
      { ...ORDER, quantity: 6, limitPrice: '99.50' },
      { as: 'root' },
    )
    const { decisionId } = await decisionOf(working)
    const decision = await decisionOf(await box.post('/v1/orders', { ...ORDER, ...selling }, { as: 'root' }))
    expect(decision.deniedBy).toEqual(['no_market_manipulation'])
    expect(decision.nearest).toEqual({ cancelFirst: [decisionId] })
  })
})

describe('an approved decision', () => {
  it('tells its permit, its orders and their fills, in order', async () => {
    const decision = await decisionOf(approved)
    expect(decision.permit).toBe('redeemed')
    expect(decision).not.toHaveProperty('nearest')
    const types = decision.consequences.map(({ type }: { type: string }) => type)
    expect(types.slice(0, 2)).toEqual(['order/submitted', 'order/accepted'])
    expect(types).toEqual(expect.arrayContaining(['order/filled', 'verdict/verified']))
    const seqs = decision.consequences.map(({ seq }: { seq: number }) => seq)
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
    expect(decision.causes.map(({ type }: { type: string }) => type).at(-1)).toBe('decision/approved')
    expect(decision.explanation.steps.at(-1)).toBe('Its permit was redeemed by its order.')
  })
})

describe('the list of decisions', () => {
  it.each(['rule=nobody', 'symbol=btc', 'symbol=%22', 'rule='])('refuses %s', async (query) => {
    expect(await box.get(`/v1/decisions?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'BAD_QUERY' },
    })
  })

  it('is narrowed down to a rule, a limit or a symbol', async () => {
    const list = async (query: string) => (await box.get(`/v1/decisions?${query}`)).body.items
    const byRule = await list('rule=max_position_size')
    expect(byRule.map(({ deniedBy }: { deniedBy: string[] }) => deniedBy)).toEqual([['max_position_size']])
    const byLimit = await list('rule=order_notional')
    expect(byLimit.length).toBe(1)
    expect(byLimit[0].limitsDenied).toContain('order_notional')
    expect(await list('rule=no_front_running')).toEqual([])
    expect((await list('symbol=BTC')).length).toBe((await list('')).length)
    expect(await list('symbol=ETH')).toEqual([])
    expect((await list('symbol=BTC&rule=require_stop_loss&verdict=denied')).length).toBe(1)
    expect(await list('rule=require_stop_loss&verdict=approved')).toEqual([])
  })
})
