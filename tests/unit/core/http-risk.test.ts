import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeSnapshot } from '#core/cycle/snapshot.ts'
import type { Headroom } from '#core/gate/headroom.ts'
import type { Risk } from '#core/http/risk.ts'
import { type Box, ORDER, openBox, quoteBtc } from './http-box.ts'

let box: Box
/** Ten BTC bought at about 100, covered by a stop at 95. */
beforeAll(async () => {
  box = await openBox()
  await quoteBtc(box)
  await box.post('/v1/orders', ORDER, { as: 'root' })
  await quoteBtc(box, '99.995')
})
afterAll(() => box.close())

const read = async (): Promise<Risk> => (await box.get('/v1/risk')).body
const row = ({ limits }: Risk, name: string, of?: string): Headroom | undefined =>
  limits.find((limit) => limit.name === name && (of === undefined || limit.of === of))
const allows = async (side: 'buy' | 'sell', quantity: number): Promise<boolean> => {
  const [stop, target] = side === 'buy' ? ['95', '115'] : ['105', '85']
  const terms = { side, quantity: quantity.toFixed(4), limitPrice: '99.99', stopLoss: { price: stop } }
  const order = { ...ORDER, ...terms, targets: [{ price: target, portion: '1' }] }
  return (await box.post('/v1/evaluate', order)).body.allowed
}

describe('the headroom', () => {
  it('is 503 before there is a run', async () => {
    const idle = await openBox({ idle: true })
    expect(await idle.get('/v1/risk')).toMatchObject({ status: 503, body: { code: 'NOT_RUNNING' } })
    await idle.close()
  })

  it('says what is used of each numbered rule, and what is left', async () => {
    const risk = await read()
    expect(risk).toMatchObject({ runId: 'test-1', runKind: 'paper', mode: 'active', against: [], leftOff: 0 })
    expect(row(risk, 'max_concurrent_trades')).toMatchObject({
      of: 'account',
      used: '1',
      limit: '5',
      left: '4',
    })
    expect(row(risk, 'max_leverage')).toMatchObject({ used: '0.01', limit: '2', left: '1.99', denies: false })
    expect(row(risk, 'max_position_size')).toMatchObject({ of: 'BTC', used: '0.01', left: '0.09' })
    expect(row(risk, 'no_pump_and_dump')).toMatchObject({ of: 'BTC', limit: '0.01' })
    expect(row(risk, 'max_daily_loss')).toMatchObject({ of: 'account', limit: '0.05', denies: false })
    expect(row(risk, 'prevent_infinite_loops', 'account')).toMatchObject({
      used: '1',
      limit: '60',
      left: '59',
    })
    expect(row(risk, 'prevent_infinite_loops', 'by-hand|BTC|buy')).toMatchObject({ used: '1', limit: '5' })
  })

  it('lists each limit beside the rules once', async () => {
    const { limits } = await read()
    const names = limits.filter(({ name }) => name.includes('_')).map(({ name, of }) => `${name} ${of}`)
    expect(new Set(names).size).toBe(names.length)
    for (const name of [
      'order_notional',
      'price_collar',
      'trade_risk',
      'turnover',
      'message_rate',
      'exit_rate',
    ])
      expect(limits.filter((limit) => limit.name === name).length).toBe(1)
    expect(row(await read(), 'shortable')).toMatchObject({ unit: 'flag', left: null, denies: false })
  })

  it('takes a stop that trails for cover, at the trigger where it stands', async () => {
    const other = await openBox()
    await quoteBtc(other)
    const stopLoss = { price: '95', trail: '8' }
    await other.post('/v1/orders', { ...ORDER, stopLoss }, { as: 'root' })
    await quoteBtc(other, '99.995')
    const [position] = ((await other.get('/v1/risk')).body as Risk).positions
    expect(position).toMatchObject({ covered: '10', uncovered: '0', stop: '95' })
    await other.close()
  })

  it('shows the account and what covers each position', async () => {
    const { account, positions } = await read()
    expect(account.leverage).toBe('0.0099')
    expect(Number(account.dayLossLeft)).toBeCloseTo(5_000 - Number(account.dayLoss), 5)
    expect(Number(account.grossLeft)).toBeCloseTo(2 * Number(account.equity) - Number(account.gross), 5)
    expect(positions).toEqual([
      expect.objectContaining({ symbol: 'BTC', quantity: '10', covered: '10', uncovered: '0', stop: '95' }),
    ])
    expect(Number(positions[0]?.stopDistance)).toBeCloseTo(0.0499, 3)
  })

  it('knows the largest order that the gate would allow, and what refuses one lot more', async () => {
    const { capacity } = await read()
    const [btc] = capacity
    expect(btc).toMatchObject({ symbol: 'BTC', sell: { quantity: '10', boundBy: ['shortable'] } })
    const most = Number(btc?.buy.quantity)
    expect(most).toBeGreaterThan(40)
    expect(btc?.buy.boundBy.length).toBeGreaterThan(0)
    expect(await allows('buy', most)).toBe(true)
    expect(await allows('buy', most + 0.0001)).toBe(false)
    expect(await allows('sell', 10)).toBe(true)
    expect(await allows('sell', 10.0001)).toBe(false)
  })

  it('is asked of one symbol, too', async () => {
    const { capacity, positions } = (await box.get('/v1/risk?symbol=ETH')).body
    expect([capacity.length, positions.length]).toEqual([0, 1])
    expect((await box.get('/v1/risk?symbol=BTC')).body.capacity.length).toBe(1)
    expect(await box.get('/v1/risk?symbol=%27')).toMatchObject({ status: 400, body: { code: 'BAD_QUERY' } })
  })

  it('changes nothing', async () => {
    const { cycle } = box.ark
    if (cycle === undefined) throw new Error('no run')
    const before = takeSnapshot(cycle.kernel)
    await read()
    expect(takeSnapshot(cycle.kernel)).toBe(before)
  })

  it('says what stands against every opening once there is something', async () => {
    await box.post('/v1/halt', { reason: 'a drill' }, { as: 'root' })
    const { mode, against, capacity } = await read()
    expect(mode).toBe('halted')
    expect(against).toEqual(expect.arrayContaining(['a drill']))
    expect(against.join()).toContain('emergency_halt_enabled')
    expect(capacity[0]?.buy).toMatchObject({ quantity: '0' })
    expect(capacity[0]?.buy.boundBy).toContain('emergency_halt_enabled')
  })
})
