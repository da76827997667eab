import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holds } from '#core/http/auth.ts'
import { holds as holdsOfId, ROLES } from '#plugins/id/identities.ts'
import { type Box, ORDER, openBox } from './http-box.ts'

let box: Box
beforeAll(async () => {
  box = await openBox()
})
afterAll(() => box.close())

const WRITES = [
  ['/v1/signals', 'intake'],
  ['/v1/market-data', 'feed'],
  ['/v1/orders', 'operator'],
  ['/v1/halt', 'operator'],
  ['/v1/resume', 'operator'],
  ['/v1/instruments', 'operator'],
  ['/v1/identities', 'admin'],
  ['/v1/identities/viewer/revoke', 'admin'],
] as const

describe.each(WRITES)('POST %s', (path, role) => {
  it('wants a token that is known [REQ_TEST_02]', async () => {
    for (const as of [undefined, 'nonsense', `ark_${'0'.repeat(48)}`, 'constructor', '__proto__']) {
      const reply = await box.post(path, {}, as === undefined ? {} : { as })
      expect(reply).toMatchObject({ status: 401, body: { code: 'TOKEN_MISSING', status: 401 } })
      expect(reply.headers.get('www-authenticate')).toContain('Bearer')
    }
    const basic = await box.post(path, {}, { headers: { authorization: `Basic ${box.tokens.root}` } })
    expect(basic.status).toBe(401)
  })

  it(`wants the role ${role}`, async () => {
    for (const as of ROLES.filter((held) => !holdsOfId([held], role))) {
      const reply = await box.post(path, {}, { as })
      expect(reply).toMatchObject({ status: 403, body: { code: 'ROLE_MISSING', where: role } })
      expect(reply.headers.get('www-authenticate')).toContain('insufficient_scope')
    }
  })
})

describe('roles', () => {
  it('mean the same here as in the plugin that makes identities', () => {
    for (const held of ROLES)
      for (const wanted of ROLES) expect(holds([held], wanted)).toBe(holdsOfId([held], wanted))
    expect(holds(['nobody', '__proto__'], 'viewer')).toBe(false)
    expect(holds([], 'viewer')).toBe(false)
  })

  it('are needed for the list of identities, which no viewer sees', async () => {
    expect((await box.get('/v1/identities')).status).toBe(401)
    expect((await box.get('/v1/identities', { as: 'operator' })).status).toBe(403)
    expect((await box.get('/v1/identities', { as: 'admin' })).status).toBe(200)
  })
})

describe('reads', () => {
  it('refuse a token that is sent and not known', async () => {
    expect((await box.get('/v1/mode', { as: `ark_${'1'.repeat(48)}` })).status).toBe(401)
  })

  it('refuse a loopback port that was reached by another name [SAFE_CORS]', async () => {
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1:8000',
    ]) {
      expect((await box.get('/v1/mode', { host })).status).toBe(401)
      expect((await box.post('/v1/evaluate', ORDER, { host })).status).toBe(401)
      expect((await box.get('/v1/mode', { host, as: 'viewer' })).status).toBe(200)
    }
  })

  it('are open on loopback', async () => {
    for (const host of ['localhost', 'localhost:8000', '127.0.0.1:8000', '[::1]:8000'])
      expect((await box.get('/v1/mode', { host })).status).toBe(200)
    expect((await box.get('/v1/mode', { as: 'intake' })).status).toBe(200)
    expect((await box.post('/v1/evaluate', ORDER)).status).toBe(200)
  })

  it('want a viewer when others can reach the port', async () => {
    const open = await openBox({ deps: { loopbackOnly: false } })
    for (const path of ['/v1/mode', '/v1/events', '/v1/account', '/v1/traces/x', '/v1/aletheia']) {
      expect((await open.get(path)).status).toBe(401)
      expect((await open.get(path, { as: 'intake' })).status).toBe(403)
      expect((await open.get(path, { as: 'viewer' })).status).not.toBe(401)
    }
    expect((await open.post('/v1/evaluate', ORDER)).status).toBe(401)
    expect((await open.post('/v1/evaluate', ORDER, { as: 'viewer' })).status).toBe(200)
    expect((await open.get('/healthz')).status).toBe(200)
    await open.close()
  })
})

describe('a token', () => {
  it('in the path is as good as one in the header, and no better', async () => {
    const signal = { symbol: 'BTC', direction: 'long' }
    expect((await box.post(`/v1/signals/${box.tokens.viewer}`, signal)).status).toBe(403)
    expect((await box.post('/v1/signals/nonsense', signal)).status).toBe(401)
    const wrong = await box.post('/v1/signals/nonsense', signal, { as: 'intake' })
    expect(wrong.status).toBe(401)
    expect((await box.post(`/v1/signals/${box.tokens.intake}`, signal)).status).toBe(202)
  })

  it('stops working with the revocation of its identity [SAFE_ROTATION]', async () => {
    const made = await box.post('/v1/identities', { id: 'brief', roles: ['viewer'] }, { as: 'admin' })
    expect((await box.get('/v1/mode', { as: made.body.token })).status).toBe(200)
    await box.post('/v1/identities/brief/revoke', {}, { as: 'admin' })
    expect((await box.get('/v1/mode', { as: made.body.token })).status).toBe(401)
  })

  it('gets so many requests a second, and the next one when a second has passed [REQ_TEST_02]', async () => {
    let now = 0
    const limited = await openBox({ config: { http: { ratePerToken: 3 } } })
    const { clock } = limited.ark.options.ports
    const real = clock.monotonic
    Object.assign(clock, { monotonic: () => now })
    const ask = () => limited.get('/v1/mode', { as: 'viewer' })
    for (let count = 0; count < 3; count++) expect((await ask()).status).toBe(200)
    const reply = await ask()
    expect(reply).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED', retry: 'safe' } })
    expect(reply.headers.get('retry-after')).toBe('1')
    expect((await limited.get('/v1/mode', { as: 'operator' })).status).toBe(200)
    now = 300
    expect((await ask()).status).toBe(429)
    now = 334
    expect((await ask()).status).toBe(200)
    expect((await ask()).status).toBe(429)
    Object.assign(clock, { monotonic: real })
    await limited.close()
  })

  it('is heard when it halts, however much it has sent before', async () => {
    const limited = await openBox({ config: { http: { ratePerToken: 3 } } })
    const ask = () => limited.get('/v1/mode', { as: 'operator' })
    for (let count = 0; count < 3; count++) await ask()
    expect((await ask()).status).toBe(429)
    const reply = await limited.post('/v1/halt', { reason: 'too loud' }, { as: 'operator' })
    expect(reply).toMatchObject({ status: 200, body: { mode: 'halted' } })
    await limited.close()
  })
})
