import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Box, decideOrder, journaled, ORDER, openBox, quoteBtc } from './http-box.ts'

const reason = 'as announced'

let box: Box
beforeAll(async () => {
  box = await openBox()
  await quoteBtc(box)
})
afterAll(() => box.close())

const post = (path: string, body: object) => box.post(path, { reason, ...body }, { as: 'root' })
const cash = async () => Number((await box.get('/v1/account')).body.cash)

describe('a dividend', () => {
  it.each([0, '0', '-1', '1e3', 'NaN', '0.000000001', true])('is refused as %j', async (amount) => {
    const reply = await post('/v1/dividends', { symbol: 'BTC', amount })
    expect(reply).toMatchObject({ status: 400, body: { code: 'INVALID_BODY', pointer: '/amount' } })
  })

  it('of a symbol that nobody holds moves nothing', async () => {
    const before = await cash()
    const reply = await post('/v1/dividends', { symbol: 'FLAT', amount: '2.5' })
    expect(reply).toMatchObject({ status: 201, body: { symbol: 'FLAT', amount: '2.5', position: '0' } })
    expect(await cash()).toBe(before)
  })
})

describe('with a position', () => {
  beforeAll(async () => {
    await decideOrder(box, { ...ORDER, quantity: '0.4' })
    await quoteBtc(box, '99.995')
    expect((await box.get('/v1/positions')).body.items).toMatchObject([{ symbol: 'BTC', quantity: '0.4' }])
  })

  it('a dividend is paid for each unit held, under the name of whoever told it', async () => {
    const before = await cash()
    const { status, body } = await post('/v1/dividends', { symbol: 'BTC', amount: 0.25 })
    expect(status).toBe(201)
    expect(body).toMatchObject({ symbol: 'BTC', amount: '0.25', position: '0.4' })
    expect(Number(body.cash)).toBe(before + 0.1)
    expect(await cash()).toBe(before + 0.1)
    expect((await journaled(box, 'dividend/paid')).at(-1)).toEqual({
      symbol: 'BTC',
      amount: '0.25',
      principal: 'root',
      reason,
    })
  })

  it('a dividend that the account could not hold exactly is refused', async () => {
    expect((await post('/v1/cash', { amount: '9007000000' })).status).toBe(201)
    const before = await cash()
    const reply = await post('/v1/dividends', { symbol: 'BTC', amount: '90000000' })
    expect(reply).toMatchObject({ status: 409, body: { code: 'CONFLICT', where: 'amount' } })
    expect(await cash()).toBe(before)
    expect((await post('/v1/cash', { amount: '-9007000000' })).status).toBe(201)
  })

  it.each(['2', '0:1', '1:0', '1:1', '2/1', '2:1:1', '-2:1', 2])(
    'a split is refused as %j',
    async (ratio) => {
      const reply = await post('/v1/splits', { symbol: 'BTC', ratio })
      expect(reply).toMatchObject({ status: 400, body: { code: 'INVALID_BODY', pointer: '/ratio' } })
    },
  )

  it('a split of what nobody holds carries nothing', async () => {
    expect(await post('/v1/splits', { symbol: 'FLAT', ratio: '2:1' })).toMatchObject({
      status: 201,
      body: { symbol: 'FLAT', numerator: 2, position: { before: '0', after: '0' }, orders: [] },
    })
  })

  it('a split carries position, stop and target, and says so', async () => {
    const equity = (await box.get('/v1/account')).body.equity
    const { status, body } = await post('/v1/splits', { symbol: 'BTC', ratio: '2:1' })
    expect(status).toBe(201)
    expect(body.position).toEqual({ before: '0.4', after: '0.8' })
    const [stop, target] = body.orders
    expect(stop).toEqual({
      orderId: stop.orderId,
      role: 'stop',
      before: { quantity: '0.4', stopPrice: '95' },
      after: { quantity: '0.8', stopPrice: '47.5' },
    })
    expect(target).toMatchObject({
      role: 'target',
      before: { quantity: '0.4', limitPrice: '110' },
      after: { quantity: '0.8', limitPrice: '55' },
    })
    expect((await box.get('/v1/account')).body.equity).toBe(equity)
    expect((await box.get('/v1/mode')).body.mode).toBe('active')
  })
})

describe('a trading halt', () => {
  it.each([1, 'true', null])('is refused as %j', async (halted) => {
    const reply = await post('/v1/trading-halts', { symbol: 'BTC', halted })
    expect(reply).toMatchObject({ status: 400, body: { pointer: '/halted' } })
  })

  it.each([true, false])('goes on record: %j', async (halted) => {
    const { status, body } = await post('/v1/trading-halts', { symbol: 'BTC', halted })
    expect({ status, body }).toMatchObject({ status: 201, body: { symbol: 'BTC', halted } })
    const { items } = (await box.get(`/v1/events?after=${body.seq - 1}&limit=1`)).body
    expect(items[0]).toMatchObject({
      type: 'symbol/halted',
      source: 'root',
      payload: { symbol: 'BTC', halted, reason },
    })
  })
})
