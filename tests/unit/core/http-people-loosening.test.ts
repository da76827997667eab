import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Box, decideOrder, journaled, ORDER, openBox, quoteBtc } from './http-box.ts'

let box: Box
beforeEach(async () => {
  box = await openBox()
  await quoteBtc(box)
})
afterEach(() => box.close())

const reason = 'as agreed'
const restrict = (as = 'operator') => box.post('/v1/restrict', { symbol: 'BTC', reason: 'a merger' }, { as })
const unrestrict = (as = 'operator') =>
  box.post('/v1/unrestrict', { symbol: 'BTC', reason: 'public now' }, { as })
const decide = (id: string, approve: boolean, as: string) =>
  box.post(`/v1/approvals/${id}`, { approve, reason: 'checked' }, { as })
const waiting = async () => (await box.get('/v1/approvals')).body.items
const deniedBy = async () => (await decideOrder(box, { ...ORDER, quantity: 0.1 })).deniedBy

describe('the restricted list', () => {
  it('takes a symbol by one person, over a restart', async () => {
    expect(await deniedBy()).toEqual([])
    expect(await restrict('risk-officer')).toMatchObject({ status: 200, body: { restricted: true } })
    expect(await deniedBy()).toEqual(['no_insider_trading'])
    await box.restart()
    expect((await box.get('/v1/restrictions')).body.items).toEqual([{ symbol: 'BTC' }])
    expect(await deniedBy()).toEqual(['no_insider_trading'])
    expect(await journaled(box, 'restriction/requested')).toEqual([
      { symbol: 'BTC', restricted: true, principal: 'risk-officer', reason: 'a merger' },
    ])
  })

  it('keeps a symbol that one person asks for, and one that is not on it cannot be asked for', async () => {
    expect(await unrestrict()).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    await restrict()
    const asked = await unrestrict()
    expect(asked).toMatchObject({
      status: 202,
      body: { kind: 'unrestrict', symbol: 'BTC', principal: 'operator', needs: 'risk-officer' },
    })
    expect(await waiting()).toEqual([asked.body])
    expect(await deniedBy()).toEqual(['no_insider_trading'])
  })

  it('gives a symbol back when a risk officer confirms what another asked for', async () => {
    await restrict()
    const { id } = (await unrestrict()).body
    expect(await decide(id, true, 'operator')).toMatchObject({ status: 409, body: { code: 'SECOND_PERSON' } })
    expect(await decide(id, true, 'root')).toMatchObject({ status: 403, body: { where: 'risk-officer' } })
    expect((await decide(id, true, 'admin')).status).toBe(403)
    expect(await deniedBy()).toEqual(['no_insider_trading'])
    expect(await decide(id, true, 'risk-officer')).toMatchObject({
      status: 200,
      body: { id, approved: true, symbol: 'BTC', restricted: false },
    })
    expect(await deniedBy()).toEqual([])
    expect(await waiting()).toEqual([])
    expect(await decide(id, true, 'risk-officer')).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    const request = { symbol: 'BTC', restricted: false, principal: 'operator', reason: 'public now' }
    expect((await journaled(box, 'restriction/requested')).slice(1)).toEqual([
      request,
      { ...request, second: 'risk-officer' },
    ])
    expect(await journaled(box, 'approval/decided')).toEqual([
      { decisionId: id, orderHash: '', approved: true, principal: 'risk-officer', reason: 'checked' },
    ])
    await box.restart()
    expect(await deniedBy()).toEqual([])
  })

  it('gives it back to a risk officer’s request that an operator confirms', async () => {
    await restrict()
    const { id, needs } = (await unrestrict('risk-officer')).body
    expect(needs).toBe('operator')
    expect((await decide(id, true, 'risk-officer')).body.code).toBe('SECOND_PERSON')
    expect((await decide(id, true, 'operator')).status).toBe(200)
    expect(await deniedBy()).toEqual([])
  })

  it('keeps it when the second person rejects, and when both words come at once only one counts', async () => {
    await restrict()
    const { id } = (await unrestrict()).body
    expect(await decide(id, false, 'risk-officer')).toMatchObject({ status: 200, body: { approved: false } })
    expect((await decide(id, true, 'risk-officer')).status).toBe(409)
    expect(await deniedBy()).toEqual(['no_insider_trading'])
    const again = (await unrestrict()).body.id
    const both = await Promise.all([1, 2].map(() => decide(again, true, 'risk-officer')))
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(
      (await journaled(box, 'restriction/requested')).filter(({ second }: { second?: string }) => second),
    ).toHaveLength(1)
  })

  it('forgets a request after fifteen minutes, and with the process', async () => {
    await restrict()
    const { id } = (await unrestrict()).body
    const { clock } = box.ark.options.ports
    const real = clock.monotonic
    Object.assign(clock, { monotonic: () => real() + 15 * 60_000 + 1 })
    const late = await decide(id, true, 'risk-officer')
    Object.assign(clock, { monotonic: real })
    expect(late).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    const { id: lost } = (await unrestrict()).body
    await box.restart()
    expect(await waiting()).toEqual([])
    expect((await decide(lost, true, 'risk-officer')).status).toBe(404)
    expect(await deniedBy()).toEqual(['no_insider_trading'])
  })

  it('wants both identities in force', async () => {
    await restrict()
    const { id } = (await unrestrict()).body
    await box.post('/v1/identities/operator/revoke', {}, { as: 'admin' })
    expect(await decide(id, true, 'risk-officer')).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    expect(await deniedBy()).toEqual(['no_insider_trading'])
  })

  it('refuses at once where nobody could confirm, and says what to do', async () => {
    await restrict()
    await box.post('/v1/identities/risk-officer/revoke', {}, { as: 'admin' })
    for (const send of [unrestrict('operator'), unrestrict('root')]) {
      const reply = await send
      expect(reply).toMatchObject({ status: 409, body: { code: 'SECOND_PERSON', where: 'risk-officer' } })
      expect(reply.body.detail).toContain('ark identity create --role risk-officer')
      expect(reply.body.remedy).toContain('ark identity create --role risk-officer')
    }
    expect(await waiting()).toEqual([])
    expect(await journaled(box, 'restriction/requested')).toHaveLength(1)
    expect(
      (await box.post('/v1/overrides', { limit: 'order_notional', untilSeconds: 60, reason }, { as: 'root' }))
        .body.code,
    ).toBe('SECOND_PERSON')
  })

  it('holds 64 requests at most', async () => {
    await restrict()
    for (let count = 0; count < 64; count++) expect((await unrestrict()).status).toBe(202)
    expect(await unrestrict()).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    const [first] = await waiting()
    await decide(first.id, false, 'operator')
    expect((await unrestrict()).status).toBe(202)
  })
})

describe('an override', () => {
  const ask = (change: object = {}, as = 'operator') =>
    box.post('/v1/overrides', { limit: 'order_notional', untilSeconds: 900, reason, ...change }, { as })
  const big = { ...ORDER, quantity: 101 }

  it.each([
    [{ untilSeconds: 0 }],
    [{ untilSeconds: 86_401 }],
    [{ untilSeconds: 1.5 }],
    [{ untilSeconds: '60' }],
    [{ until: '2999-01-01T00:00:00Z' }],
    [{ untilSeconds: undefined, until: '2999-01-01T00:00:00Z' }],
    [{ untilSeconds: undefined, until: '2020-01-01T00:00:00Z' }],
    [{ untilSeconds: undefined }],
    [{ limit: '' }],
    [{ second: 'risk-officer' }],
  ])('with %j is refused', async (change) => {
    expect(await ask(change)).toMatchObject({ status: 400, body: { code: 'INVALID_BODY' } })
  })

  it.each(['max_position_size', 'user_override_allowed', 'no_such_limit', 'overlay:NOPE-1'])(
    'of %s is denied, with the verdict',
    async (limit) => {
      const reply = await ask({ limit })
      expect(reply).toMatchObject({
        status: 403,
        body: { code: 'DENIED', verdict: { allowed: false, deniedBy: ['user_override_allowed'] } },
      })
      expect(await waiting()).toEqual([])
    },
  )

  it('lifts nothing by one person, and the limit by two, until it is revoked', async () => {
    expect((await decideOrder(box, big)).limitsDenied).toContain('order_notional')
    const asked = await ask()
    expect(asked).toMatchObject({ status: 202, body: { kind: 'override', limit: 'order_notional' } })
    expect((await decideOrder(box, big)).limitsDenied).toContain('order_notional')
    expect((await decide(asked.body.id, true, 'operator')).body.code).toBe('SECOND_PERSON')
    const granted = await decide(asked.body.id, true, 'risk-officer')
    expect(granted).toMatchObject({ status: 200, body: { approved: true, limit: 'order_notional' } })
    const { items } = (await box.get('/v1/overrides')).body
    expect(items).toEqual([{ limit: 'order_notional', until: granted.body.until }])
    expect(await journaled(box, 'override/granted')).toMatchObject([
      { limit: 'order_notional', principal: 'operator', second: 'risk-officer', reason },
    ])
    expect((await decideOrder(box, big)).limitsDenied).not.toContain('order_notional')
    const revoke = () => box.post('/v1/overrides/revoke', { limit: 'order_notional', reason }, { as: 'root' })
    expect((await revoke()).status).toBe(200)
    expect((await revoke()).status).toBe(404)
    expect((await box.get('/v1/overrides')).body.items).toEqual([])
    expect((await decideOrder(box, big)).limitsDenied).toContain('order_notional')
  })
})
