import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { symbolOf } from '#core/book/book.ts'
import { type Box, ORDER, openBox, quoteBtc } from './http-box.ts'

let box: Box
beforeAll(async () => {
  box = await openBox()
  await quoteBtc(box)
})
afterAll(() => box.close())

const COIN = {
  symbol: 'ETH',
  kind: 'crypto',
  venue: 'TEST',
  tick: 0.01,
  lot: '0.001',
  multiplier: 1,
  adv20: 1e6,
}
const mode = async () => (await box.get('/v1/mode')).body

describe('halt and resume [REQ_SEC_03] [SAFE_HALT]', () => {
  it.each([[{}], [{ reason: '' }], [{ reason: 7 }], [{ reason: 'x', mode: 'active' }], [[]], ['"x"'], ['']])(
    'refuse %j and change nothing',
    async (body) => {
      for (const path of ['/v1/halt', '/v1/resume']) {
        const reply = await box.post(path, body, { as: 'root' })
        expect(reply).toMatchObject({ status: 400, body: { code: 'INVALID_BODY' } })
      }
      expect((await mode()).mode).toBe('active')
    },
  )

  it('are refused while the replay runs', async () => {
    const closed = await openBox({
      deps: { intakeOpen: () => ({ code: 'REPLAY_RUNNING', why: 'Not yet.' }) },
    })
    for (const path of ['/v1/halt', '/v1/resume'])
      expect((await closed.post(path, { reason: 'x' }, { as: 'root' })).body.code).toBe('REPLAY_RUNNING')
    expect((await closed.get('/v1/mode')).body.mode).toBe('active')
    await closed.close()
  })

  it('are journaled under their principal before they are answered, and keep orders out', async () => {
    const halted = await box.post('/v1/halt', { reason: 'lunch' }, { as: 'root' })
    expect(halted).toMatchObject({ status: 200, body: { mode: 'halted' } })
    expect(halted.body.seq).toBeLessThanOrEqual(box.ark.journal.lastSeq)
    expect(await mode()).toMatchObject({ mode: 'halted', reasons: ['lunch'] })
    const { body } = await box.get('/v1/events?type=mode/changed')
    expect(body.items.at(-1)).toMatchObject({
      payload: { mode: 'halted', was: 'active', principal: 'root', reason: 'lunch' },
    })
    expect((await box.post('/v1/evaluate', ORDER)).body.deniedBy).toEqual(['emergency_halt_enabled'])
    const again = await box.post('/v1/halt', { reason: 'still lunch' }, { as: 'operator' })
    expect(again.body.mode).toBe('halted')
    const resumed = await box.post('/v1/resume', { reason: 'back' }, { as: 'root' })
    expect(resumed).toMatchObject({ status: 200, body: { mode: 'active' } })
    expect((await box.post('/v1/evaluate', ORDER)).body.deniedBy).toEqual([])
  })
})

describe('an instrument', () => {
  it.each([
    ['/symbol', { symbol: 'eth' }],
    ['/tick', { tick: 0 }],
    ['/tick', { tick: '-1' }],
    ['/lot', { lot: 'one' }],
    ['/kind', { kind: 'bond' }],
    ['/multiplier', { multiplier: 0.5 }],
    ['/colour', { colour: 'red' }],
    ['/floatShares', { floatShares: 1e300 }],
  ])('is refused at %s', async (pointer, change) => {
    const reply = await box.post('/v1/instruments', { ...COIN, ...change }, { as: 'root' })
    expect(reply).toMatchObject({ status: 400, body: { code: 'INVALID_BODY', pointer } })
  })

  it('is refused while the symbol has a position', async () => {
    const book = box.ark.cycle?.kernel.book
    if (book === undefined) throw new Error('The box has no run.')
    symbolOf(book, 'HELD').position = 1
    const reply = await box.post('/v1/instruments', { ...COIN, symbol: 'HELD' }, { as: 'root' })
    symbolOf(book, 'HELD').position = 0
    expect(reply).toMatchObject({ status: 409, body: { code: 'CONFLICT', where: 'HELD' } })
  })

  it('is in the registry when it is answered', async () => {
    const reply = await box.post('/v1/instruments', COIN, { as: 'root' })
    expect(reply).toMatchObject({ status: 201, body: { symbol: 'ETH' } })
    expect(box.ark.cycle?.kernel.book.index.get('ETH')?.instrument).toEqual({
      symbol: 'ETH',
      kind: 'crypto',
      venue: 'TEST',
      tick: 1_000_000,
      lot: 100_000,
      multiplier: 1,
      adv20: 10_000_000_000,
    })
  })
})

describe('an identity', () => {
  const create = (body: unknown) => box.post('/v1/identities', body, { as: 'root' })

  it.each([
    ['/id', { id: 'Ann', roles: ['viewer'] }],
    ['/id', { id: 'kyle', roles: ['viewer'] }],
    ['/id', { id: 'core', roles: ['viewer'] }],
    ['/id', { id: 'constructor', roles: ['viewer'] }],
    ['/roles', { id: 'ann', roles: [] }],
    ['/roles/0', { id: 'ann', roles: ['king'] }],
    ['/token', { id: 'ann', roles: ['viewer'], token: 'mine' }],
  ])('is refused at %s', async (pointer, body) => {
    expect(await create(body)).toMatchObject({ status: 400, body: { code: 'INVALID_BODY', pointer } })
  })

  it('is made with a token that is shown once and journaled as its digest only [REQ_SEC_03]', async () => {
    const reply = await create({ id: 'ann', roles: ['viewer', 'viewer', 'intake'] })
    expect(reply).toMatchObject({ status: 201, body: { id: 'ann', roles: ['viewer', 'intake'] } })
    const { token } = reply.body
    expect(token).toMatch(/^ark_[0-9a-f]{48}$/)
    const { body } = await box.get('/v1/events?type=identity/created&limit=500')
    expect(body.items.at(-1).payload).toEqual({
      id: 'ann',
      roles: ['viewer', 'intake'],
      tokenHash: box.ark.options.ports.hash.sha256Hex(token),
      by: 'root',
    })
    const listed = await box.get('/v1/identities', { as: 'root' })
    expect(listed.body.items).toContainEqual({ id: 'ann', roles: ['viewer', 'intake'], revoked: false })
    expect(JSON.stringify([body, listed.body])).not.toContain(token)
  })

  it('is not replaced by a namesake, but may be made anew once revoked', async () => {
    expect(await create({ id: 'ben', roles: ['viewer'] })).toMatchObject({ status: 201 })
    expect(await create({ id: 'ben', roles: ['admin'] })).toMatchObject({ status: 409 })
    const both = await Promise.all([1, 2].map(() => create({ id: 'cleo', roles: ['viewer'] })))
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
    expect((await box.post('/v1/identities/ben/revoke', {}, { as: 'root' })).body).toMatchObject({
      id: 'ben',
    })
    expect((await box.post('/v1/identities/ben/revoke', {}, { as: 'root' })).status).toBe(404)
    expect(await create({ id: 'ben', roles: ['viewer'] })).toMatchObject({ status: 201 })
  })

  it('that nobody has cannot be revoked', async () => {
    expect(await box.post('/v1/identities/nobody/revoke', {}, { as: 'root' })).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    })
  })

  it('stays when it is the last admin, however many are revoked at once', async () => {
    const both = await Promise.all(
      ['admin', 'root'].map((id) => box.post(`/v1/identities/${id}/revoke`, {}, { as: 'root' })),
    )
    expect(both.map(({ status }) => status)).toEqual([200, 409])
    expect((await box.get('/v1/identities', { as: 'root' })).status).toBe(200)
  })
})
