import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Route } from '#core/contract.ts'
import { AGENTS } from '#tests/support/ark.ts'
import { type Box, openBox, probeWith } from './http-box.ts'

const ROUTES: readonly Route[] = [
  { method: 'GET', pattern: '/probe/:name', metricsPort: true, handle: (_, params) => Response.json(params) },
  { method: 'GET', pattern: '/probe-api', handle: () => Response.json('api') },
  { method: 'GET', pattern: '/probe-role', role: 'operator', handle: () => Response.json('role') },
  {
    method: 'POST',
    pattern: '/probe',
    handle: async (request) => Response.json((await request.text()).length),
  },
  {
    method: 'GET',
    pattern: '/probe-throw',
    handle: () => {
      throw new Error('a secret of the plugin')
    },
  },
  { method: 'GET', pattern: '/v1/mode', handle: () => Response.json('not core’s') },
]

let box: Box
beforeAll(async () => {
  box = await openBox({ plugins: [...AGENTS, probeWith(ROUTES)] })
})
afterAll(() => box.close())

describe('what does not exist', () => {
  it('is a 404 problem without a trace of the token in the path', async () => {
    const reply = await box.get('/v1/nothing')
    expect(reply.status).toBe(404)
    expect(reply.headers.get('content-type')).toBe('application/problem+json')
    expect(reply.body).toMatchObject({
      type: 'urn:ark:problem:not-found',
      title: 'There is no such thing.',
      status: 404,
      code: 'NOT_FOUND',
      where: 'GET /v1/nothing',
      retry: 'no',
    })
    const secret = 'ark_secret'
    for (const reply of [
      await box.get(`/v1/signals/${secret}`),
      await box.post(`/v1/signals/${secret}/x`, {}),
    ])
      expect(JSON.stringify(reply.body)).not.toContain(secret)
  })

  it.each([
    ['DELETE', '/v1/mode', 'GET, HEAD'],
    ['GET', '/v1/signals', 'POST'],
    ['PUT', '/v1/orders', 'GET, HEAD, POST'],
    ['GET', '/probe', 'POST'],
    ['OPTIONS', '/v1/signals', 'POST'],
  ])('%s %s is a 405 that names %s', async (method, path, allow) => {
    const reply = await box.get(path, { method })
    expect(reply.status).toBe(405)
    expect(reply.headers.get('allow')).toBe(allow)
    expect(reply.body.status).toBe(405)
  })

  it('offers nothing to other origins [SAFE_CORS]', async () => {
    const reply = await box.get('/v1/mode', { headers: { origin: 'https://example.com' } })
    expect([...reply.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

describe('health', () => {
  it('names runtime, version, build, mode and the newest seq [HTTP_HEALTHZ]', async () => {
    const { status, body, headers } = await box.get('/healthz')
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'ok', name: 'ark', version: '0.0.0', build: 'test', mode: 'active' })
    expect(body.runtime).toBe(`${box.ark.options.ports.name} ${box.ark.options.ports.version}`)
    expect(body.lastSeq).toBe(box.ark.journal.lastSeq)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('is on the metrics port too, where nothing else of core is [PORT_9090]', async () => {
    expect((await box.get('/healthz', { port: 'metrics' })).status).toBe(200)
    expect((await box.get('/readyz', { port: 'metrics' })).status).toBe(200)
    expect((await box.get('/v1/mode', { port: 'metrics' })).status).toBe(404)
  })

  it('answers HEAD without a body', async () => {
    expect(await box.get('/healthz', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
  })

  it('has an index that names version, mode and the endpoints', async () => {
    const { body } = await box.get('/')
    expect(body).toContain('ARK 0.0.0, active')
    expect(body).toContain('/v1/evaluate')
  })
})

describe('a box that is not ready', () => {
  it('says why with 503, and what needs a run answers 503 before there is one [HTTP_READYZ]', async () => {
    const reasons = ['the replay is running']
    const idle = await openBox({ idle: true, deps: { ready: () => ({ ready: false, reasons }) } })
    expect(await idle.get('/readyz')).toMatchObject({ status: 503, body: { ready: false, reasons } })
    expect(await idle.get('/healthz')).toMatchObject({ status: 200, body: { mode: 'reducing', runId: null } })
    for (const path of ['/v1/mode', '/v1/account', '/v1/positions', '/v1/decisions', '/v1/orders']) {
      const reply = await idle.get(path)
      expect(reply).toMatchObject({ status: 503, body: { code: 'NOT_RUNNING' } })
      expect(reply.headers.get('retry-after')).toBe('1')
    }
    expect((await idle.get('/v1/audit/checkpoint')).status).toBe(404)
    await idle.close()
  })
})

describe('routes of plugins', () => {
  it('are refused to whoever lacks their role', async () => {
    expect((await box.get('/probe-role')).status).toBe(401)
    expect((await box.get('/probe-role', { as: 'viewer' })).status).toBe(403)
    expect(await box.get('/probe-role', { as: 'operator' })).toMatchObject({ status: 200, body: 'role' })
  })

  it('take no body over 1 MiB', async () => {
    expect(await box.post('/probe', 'x'.repeat(1024 * 1024 + 1))).toMatchObject({
      status: 413,
      body: { code: 'BODY_TOO_LARGE' },
    })
    expect(await box.post('/probe', 'x'.repeat(1024 * 1024))).toMatchObject({
      status: 200,
      body: 1024 * 1024,
    })
  })

  it('that throw are a 500 that keeps the particulars to the log', async () => {
    const reply = await box.get('/probe-throw')
    expect(reply).toMatchObject({ status: 500, body: { code: 'ASSERTION' } })
    expect(JSON.stringify(reply.body)).not.toContain('secret')
    expect(box.logged.join('')).toContain('a secret of the plugin')
  })

  it('cannot stand in for a route of core', async () => {
    expect((await box.get('/v1/mode')).body.mode).toBe('active')
  })

  it('are handed their parameters, and are on the metrics port when they ask for it', async () => {
    expect((await box.get('/probe/a%20b')).body).toEqual({ name: 'a b' })
    expect((await box.get('/probe/%E0%A4%A')).body).toEqual({ name: '%E0%A4%A' })
    expect((await box.get('/probe/x', { port: 'metrics' })).body).toEqual({ name: 'x' })
    expect((await box.get('/probe-api')).body).toBe('api')
    expect((await box.get('/probe-api', { port: 'metrics' })).status).toBe(404)
  })

  it('are gone when their service has stopped', async () => {
    await box.ark.stopService('probe')
    expect((await box.get('/probe-api')).status).toBe(404)
  })
})
