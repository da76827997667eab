import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holds } from '#core/http/auth.ts'
import { AGENTS } from '#tests/support/ark.ts'
import { type Box, decideOrder, decisionIn, journaled, ORDER, openBox, quoteBtc } from './http-box.ts'

let box: Box
beforeAll(async () => {
  box = await openBox()
  await quoteBtc(box)
})
afterAll(() => box.close())

const reason = 'as agreed'
const LATER = '2999-01-01T00:00:00Z'
const ROLES = ['viewer', 'intake', 'feed', 'operator', 'risk-officer', 'admin'] as const

/** Path, roles that may, and a sound body. */
const ACTS: readonly [string, readonly (typeof ROLES)[number][], object][] = [
  ['/v1/halt', ['operator'], { reason, flatten: false }],
  ['/v1/resume', ['operator'], { reason }],
  ['/v1/drill/halt', ['operator'], { reason }],
  ['/v1/flatten', ['operator'], { reason, symbol: 'NONE' }],
  ['/v1/pause', ['operator'], { symbol: 'ZZZ', reason }],
  ['/v1/unpause', ['operator'], { symbol: 'ZZZ', reason }],
  ['/v1/rearm', ['operator'], { strategy: 's', symbol: 'ZZZ', side: 'buy', reason }],
  ['/v1/restrict', ['operator', 'risk-officer'], { symbol: 'ZZZ', reason }],
  ['/v1/unrestrict', ['operator', 'risk-officer'], { symbol: 'ZZZ', reason }],
  ['/v1/overrides', ['operator', 'risk-officer'], { limit: 'x', untilSeconds: 60, reason }],
  ['/v1/overrides/revoke', ['operator', 'risk-officer'], { limit: 'x', reason }],
  ['/v1/approvals/some', ['operator', 'risk-officer'], { approve: true, reason }],
  ['/v1/orders/some/cancel', ['operator'], { reason }],
  ['/v1/orders/some/amend', ['operator'], { stopPrice: '1', reason }],
  ['/v1/publications', ['operator'], { symbol: 'ZZZ', channel: 'blog' }],
  ['/v1/client-orders', ['operator'], { clientOrderId: 'c', symbol: 'ZZZ', side: 'buy', quantity: 1 }],
  ['/v1/client-orders/some/end', ['operator'], { reason }],
  ['/v1/consents', ['admin'], { subject: 's', scope: 't', expires: LATER }],
  ['/v1/consents/withdraw', ['admin'], { subject: 's', scope: 't' }],
  ['/v1/cash', ['operator'], { amount: '1', reason }],
  ['/v1/splits', ['operator'], { symbol: 'ZZZ', ratio: '2:1', reason }],
  ['/v1/dividends', ['operator'], { symbol: 'ZZZ', amount: '0.25', reason }],
  ['/v1/trading-halts', ['operator'], { symbol: 'ZZZ', halted: true, reason }],
]

describe.each(ACTS)('POST %s', (path, roles, body) => {
  it('wants a token, and then the role', async () => {
    expect(await box.post(path, body)).toMatchObject({ status: 401, body: { code: 'TOKEN_MISSING' } })
    for (const as of ROLES.filter((held) => !roles.some((role) => holds([held], role)))) {
      const reply = await box.post(path, body, { as })
      expect(reply).toMatchObject({ status: 403, body: { code: 'ROLE_MISSING', where: roles.join(' or ') } })
    }
  })

  it('wants its fields, all of them and no others, and no secret in them', async () => {
    const as = roles[0] ?? ''
    const names = Object.keys(body).filter((name) => name !== 'flatten' && path !== '/v1/flatten')
    const without = names.map((gone) => Object.entries(body).filter(([name]) => name !== gone))
    const spoilt = [
      ...without.map((entries) => Object.fromEntries(entries)),
      { ...body, extra: 1 },
      ...('reason' in body ? ['', '   ', 7, 'x'.repeat(501)].map((bad) => ({ ...body, reason: bad })) : []),
      ...('reason' in body ? [{ ...body, reason: `it is ${box.tokens.root}` }] : []),
    ]
    for (const bad of [...spoilt, [], '', 'null']) {
      const reply = await box.post(path, bad, { as })
      expect(reply, JSON.stringify(bad)).toMatchObject({ status: 400, body: { code: 'INVALID_BODY' } })
      expect(JSON.stringify(reply.body)).not.toContain(box.tokens.root)
    }
  })

  it('is refused while the first-run replay lasts', async () => {
    const closed = await openBox({
      deps: { intakeOpen: () => ({ code: 'REPLAY_RUNNING', why: 'Not yet.' }) },
    })
    expect((await closed.post(path, body, { as: roles[0] ?? '' })).body.code).toBe('REPLAY_RUNNING')
    await closed.close()
  })
})

describe('a pause', () => {
  it.each([
    [{ reason }],
    [{ symbol: 'BTC', strategy: 's', reason }],
    [{ symbol: 'btc', reason }],
    [{ agent: 'kennny', reason }],
  ])('of %j is refused', async (body) => {
    expect((await box.post('/v1/pause', body, { as: 'root' })).status).toBe(400)
    expect((await box.get('/v1/pauses')).body.items).toEqual([])
  })

  it('is taken back only where there is one', async () => {
    const reply = await box.post('/v1/unpause', { symbol: 'BTC', reason }, { as: 'root' })
    expect(reply).toMatchObject({ status: 404, body: { code: 'NOT_FOUND', where: 'symbol:BTC' } })
  })

  it.each([
    ['symbol', 'BTC'],
    ['strategy', 'by-hand'],
  ])('of a %s keeps it from opening, over a restart, until it is taken back', async (kind, name) => {
    const paused = await box.post('/v1/pause', { [kind]: name, reason: 'fork' }, { as: 'operator' })
    expect(paused).toMatchObject({ status: 200, body: { key: `${kind}:${name}`, paused: true } })
    expect((await decideOrder(box)).deniedBy).toEqual(['preserve_user_autonomy'])
    await box.restart()
    expect((await box.get('/v1/pauses')).body.items).toEqual([{ key: `${kind}:${name}`, kind, name }])
    expect((await decideOrder(box)).deniedBy).toEqual(['preserve_user_autonomy'])
    await box.post('/v1/unpause', { [kind]: name, reason: 'over' }, { as: 'root' })
    expect((await box.get('/v1/pauses')).body.items).toEqual([])
    expect((await decideOrder(box, { ...ORDER, quantity: 0.5 })).deniedBy).toEqual([])
    expect((await journaled(box, 'pause/requested')).slice(-2)).toEqual([
      { key: `${kind}:${name}`, paused: true, principal: 'operator', reason: 'fork' },
      { key: `${kind}:${name}`, paused: false, principal: 'root', reason: 'over' },
    ])
  })

  it('of an agent stops what it proposes, and nobody else', async () => {
    const signal = async () => {
      const { body } = await box.post('/v1/signals', { symbol: 'BTC', direction: 'long' }, { as: 'intake' })
      return decisionIn(box, body.traceId)
    }
    expect((await signal()).deniedBy).not.toContain('preserve_user_autonomy')
    await box.post('/v1/pause', { agent: 'kenny', reason }, { as: 'root' })
    expect((await signal()).deniedBy).toContain('preserve_user_autonomy')
    expect((await decideOrder(box, { ...ORDER, quantity: 0.4 })).deniedBy).toEqual([])
    await box.post('/v1/unpause', { agent: 'kenny', reason }, { as: 'root' })
    expect((await signal()).deniedBy).not.toContain('preserve_user_autonomy')
  })
})

describe('latches', () => {
  it('are released only where there are any', async () => {
    const reply = await box.post(
      '/v1/rearm',
      { strategy: 'none', symbol: 'BTC', side: 'buy', reason },
      { as: 'root' },
    )
    expect(reply).toMatchObject({ status: 404, body: { where: 'none|BTC|buy' } })
    expect((await box.post('/v1/rearm', { latch: 'day_loss', reason }, { as: 'root' })).status).toBe(404)
    expect((await box.post('/v1/rearm', { latch: 'luck', reason }, { as: 'root' })).status).toBe(400)
  })

  it('of a repeated execution deny until a person re-arms them', async () => {
    // Without Aletheia: she would take the latch that is set here by hand for a forged one.
    const own = await openBox({ plugins: AGENTS.filter(({ name }) => name !== 'aletheia') })
    await quoteBtc(own)
    const latched = own.ark.cycle?.kernel.context.flow.latched
    if (latched === undefined) throw new Error('The box has no run.')
    latched['by-hand|BTC|buy'] = true
    expect((await own.get('/v1/latches')).body.items).toEqual([
      {
        key: 'by-hand|BTC|buy',
        latch: 'repeated_execution',
        strategy: 'by-hand',
        symbol: 'BTC',
        side: 'buy',
      },
    ])
    expect((await decideOrder(own)).deniedBy).toEqual(['prevent_infinite_loops'])
    const body = { strategy: 'by-hand', symbol: 'BTC', side: 'buy', reason: 'looked' }
    expect(await own.post('/v1/rearm', body, { as: 'root' })).toMatchObject({ status: 200 })
    expect((await own.get('/v1/latches')).body.items).toEqual([])
    expect((await decideOrder(own)).deniedBy).toEqual([])
    expect(await journaled(own, 'latch/rearmed')).toEqual([
      { key: 'by-hand|BTC|buy', principal: 'root', reason: 'looked' },
    ])
    await own.close()
  })

  it('of a day’s loss stay while its session lasts', async () => {
    const own = await openBox({ plugins: AGENTS.filter(({ name }) => name !== 'aletheia') })
    const state = own.ark.cycle?.kernel.book.state
    if (state === undefined) throw new Error('The box has no run.')
    state.dayLossLatched = true
    expect((await own.get('/v1/latches')).body.items).toEqual([{ key: 'day_loss', latch: 'day_loss' }])
    const reply = await own.post('/v1/rearm', { latch: 'day_loss', reason }, { as: 'root' })
    expect(reply).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    expect(await journaled(own, 'latch/rearmed')).toEqual([])
    await own.close()
  })
})

describe('the registers', () => {
  it('take a publication, after which nothing trades the symbol for a while', async () => {
    const body = { symbol: 'BTC', side: 'sell', channel: 'telegram' }
    expect(await box.post('/v1/publications', body, { as: 'operator' })).toMatchObject({ status: 201 })
    expect((await decideOrder(box)).deniedBy).toContain('no_pump_and_dump')
    expect(await journaled(box, 'publication/made')).toEqual([{ ...body, principal: 'operator' }])
  })

  it('take a client’s order once, which ours may not overtake, and its end', async () => {
    const body = { clientOrderId: 'c-1', symbol: 'BTC', side: 'buy', quantity: 2, limitPrice: 200 }
    expect(await box.post('/v1/client-orders', body, { as: 'root' })).toMatchObject({ status: 201 })
    expect(await box.post('/v1/client-orders', body, { as: 'root' })).toMatchObject({ status: 409 })
    expect((await decideOrder(box)).deniedBy).toContain('no_front_running')
    expect(await box.post('/v1/client-orders/c-1/end', { reason }, { as: 'root' })).toMatchObject({
      status: 200,
    })
    expect((await decideOrder(box)).deniedBy).not.toContain('no_front_running')
    expect((await box.post('/v1/client-orders/c-1/end', { reason }, { as: 'root' })).status).toBe(404)
    expect(await journaled(box, 'client_order/registered')).toEqual([
      { ...body, quantity: '2', limitPrice: '200', principal: 'root' },
    ])
    const over = { ...body, clientOrderId: 'c-2', expires: '2020-01-01T00:00:00Z' }
    expect((await box.post('/v1/client-orders', over, { as: 'root' })).body.pointer).toBe('/expires')
  })

  it('take a consent, and its withdrawal', async () => {
    const body = { subject: 'ann', scope: 'research', expires: LATER }
    const ask = { action: 'collect_data', subject: 'ann', scope: 'research' }
    const deniedBy = async () => (await box.post('/v1/actions', ask, { as: 'viewer' })).body.deniedBy
    expect(await deniedBy()).toEqual(['require_consent'])
    expect(await box.post('/v1/consents', body, { as: 'admin' })).toMatchObject({ status: 201 })
    expect(await deniedBy()).toEqual([])
    const { subject, scope } = body
    await box.post('/v1/consents/withdraw', { subject, scope }, { as: 'admin' })
    expect(await deniedBy()).toEqual(['require_consent'])
    for (const expires of ['2020-01-01T00:00:00Z', '2999-01-01', 'soon', 7])
      expect((await box.post('/v1/consents', { ...body, expires }, { as: 'admin' })).status).toBe(400)
  })

  it('take money in and out, but no more than there is', async () => {
    const cash = async () => Number((await box.get('/v1/account')).body.cash)
    const before = await cash()
    expect((await box.post('/v1/cash', { amount: '-1000000', reason }, { as: 'root' })).status).toBe(409)
    for (const amount of [0, '0', '-0', '1e3', 'NaN', '1.1234567'])
      expect((await box.post('/v1/cash', { amount, reason }, { as: 'root' })).status).toBe(400)
    expect(await box.post('/v1/cash', { amount: '-500.25', reason }, { as: 'root' })).toMatchObject({
      status: 201,
      body: { amount: '-500.25' },
    })
    expect(await cash()).toBe(before - 500.25)
    await box.post('/v1/cash', { amount: 500.25, reason }, { as: 'root' })
    expect(await cash()).toBe(before)
    expect((await box.get('/v1/account')).body.dayPnl).toBe((await box.get('/v1/account')).body.unrealised)
  })
})

describe('an action', () => {
  it('wants a token, of whatever role, and a name', async () => {
    expect((await box.post('/v1/actions', { action: 'change_rules' })).status).toBe(401)
    for (const body of [
      {},
      { action: '' },
      { action: 7 },
      { action: 'x', second: 'ann' },
      { action: 'x', principal: 'y' },
    ])
      expect((await box.post('/v1/actions', body, { as: 'feed' })).status).toBe(400)
    for (const as of ROLES) expect((await box.post('/v1/actions', { action: 'x' }, { as })).status).toBe(200)
  })

  it.each([
    [{ action: 'change_rules' }, ['immutable_graveyard']],
    [{ action: 'modify_graveyard', payload: { max_position_size: 1 } }, ['immutable_graveyard']],
    [{ action: 'fly' }, ['require_hrm_approval']],
  ])('such as %j is denied, and answered', async (body, deniedBy) => {
    const reply = await box.post('/v1/actions', body, { as: 'intake' })
    expect(reply).toMatchObject({ status: 200, body: { allowed: false, deniedBy, principal: 'intake' } })
    expect((await box.get('/v1/rules')).body.sealHolds).toBe(true)
    expect((await box.get('/v1/mode')).body.mode).toBe('active')
  })

  it('with a credential is denied for it, and the journal never sees it', async () => {
    const body = { action: 'write_log', payload: { note: `use ${box.tokens.admin}` } }
    const reply = await box.post('/v1/actions', body, { as: 'viewer' })
    expect(reply.body).toMatchObject({ allowed: false })
    expect(reply.body.deniedBy).toContain('encrypt_credentials')
    expect(JSON.stringify(await journaled(box, 'action/requested'))).not.toContain(box.tokens.admin)
  })
})
