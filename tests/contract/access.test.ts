/** Who may, how much, and by which method: for every operation of the document, on a port of its own. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holds } from '#core/http/auth.ts'
import type { Document } from '#core/http/openapi/document.ts'
import type { Box, Reply } from '#tests/unit/core/http-box.ts'
import {
  type Operation,
  openContractBox,
  operationsOf,
  readDocument,
  rolesOf,
  send,
  sendProperly,
  undocumented,
} from './contract-box.ts'
import type { Root } from './json-schema.ts'

const ROLES = ['viewer', 'intake', 'feed', 'operator', 'risk-officer', 'admin'] as const
const STRANGERS = [undefined, 'nonsense', `ark_${'0'.repeat(48)}`, '__proto__', 'constructor']
const MIB = 1024 * 1024

let box: Box
let document: Document & Root
let operations: readonly Operation[]
beforeAll(async () => {
  box = await openContractBox()
  document = await readDocument(box)
  operations = operationsOf(document)
})
afterAll(() => box.close())

const accessOf = ({ item }: Operation) => item['x-ark-role']
const expectProblem = (operation: Operation, reply: Reply, status: number, code: string): void => {
  const about = `${operation.name} ${JSON.stringify(reply.body)}`
  expect(reply, about).toMatchObject({ status, body: { status, code, type: expect.stringMatching(/^urn:/) } })
  expect(reply.headers.get('content-type'), about).toBe('application/problem+json')
  expect(undocumented(document, operation, reply), about).toBeUndefined()
}

describe('without a token that is known', () => {
  it('a write is 401, whatever its body', async () => {
    for (const operation of operations) {
      if (typeof accessOf(operation) === 'string' && accessOf(operation) !== 'known') continue
      for (const as of STRANGERS) {
        const reply = await send(box, operation, { body: '{', ...(as === undefined ? {} : { as }) })
        expectProblem(operation, reply, 401, 'TOKEN_MISSING')
        expect(reply.headers.get('www-authenticate')).toContain('Bearer')
      }
    }
  })

  it('a read is 401 where others can reach the port, and wants a viewer there', async () => {
    const open = await openContractBox({ deps: { loopbackOnly: false } })
    for (const operation of operations) {
      const sent = { body: operation.body?.example }
      if (accessOf(operation) === 'open') expect((await send(open, operation, sent)).status).toBe(200)
      if (accessOf(operation) !== 'read') continue
      expectProblem(operation, await send(open, operation, sent), 401, 'TOKEN_MISSING')
      expectProblem(operation, await send(open, operation, { ...sent, as: 'intake' }), 403, 'ROLE_MISSING')
      const { status } = await send(open, operation, { ...sent, as: 'viewer' })
      expect([200, 404], operation.name).toContain(status)
    }
    await open.close()
  })
})

describe('with a token', () => {
  it('of another role is 403, and of one of the roles is not', async () => {
    for (const operation of operations) {
      const roles = accessOf(operation)
      if (typeof roles === 'string') continue
      for (const as of ROLES) {
        const may = roles.some((role) => holds([as], role as (typeof ROLES)[number]))
        // An empty body gets no further than to be refused, and those without one find nobody.
        const reply = await send(box, operation, { as, body: '' })
        if (!may) expectProblem(operation, reply, 403, 'ROLE_MISSING')
        else expect([200, 400, 404], `${operation.name} as ${as}`).toContain(reply.status)
      }
    }
  })

  it('that has sent too much is 429 with a time to wait', async () => {
    const limited = await openContractBox({ config: { http: { ratePerToken: 1 } } })
    const { clock } = limited.ark.options.ports
    const real = clock.monotonic
    Object.assign(clock, { monotonic: () => 1_000_000 })
    for (const as of ROLES) await limited.get('/v1/mode', { as })
    for (const operation of operations) {
      // A halt is heard all the same.
      if (accessOf(operation) === 'open' || operation.path === '/v1/halt') continue
      const [as = 'viewer'] = rolesOf(operation)
      const reply = await send(limited, operation, { as, body: operation.body?.example })
      expectProblem(operation, reply, 429, 'RATE_LIMITED')
      expect(reply.headers.get('retry-after')).toBe('1')
    }
    Object.assign(clock, { monotonic: real })
    await limited.close()
  })
})

describe('limits [REQ_TEST_02]', () => {
  it('a body over 1 MiB is 413', async () => {
    for (const operation of operations) {
      if (operation.method !== 'POST') continue
      const reply = await sendProperly(box, operation, { body: ' '.repeat(MIB + 1) })
      // Whoever takes no body finds out first that there is nobody of this name, or refuses it.
      if (operation.body !== undefined) expectProblem(operation, reply, 413, 'BODY_TOO_LARGE')
      else expect([404, 413]).toContain(reply.status)
    }
  })

  it('another method is 405, and Allow names those of the document', async () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const taken = Object.keys(methods).map((method) => method.toUpperCase())
      const allow = ['GET', 'HEAD', 'POST'].filter((each) => taken.includes(each === 'HEAD' ? 'GET' : each))
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        if (taken.includes(method)) continue
        const reply = await box.get(path.replace(/[{}]/g, ''), { method })
        expect(reply, `${method} ${path}`).toMatchObject({
          status: 405,
          body: { code: 'METHOD_NOT_ALLOWED' },
        })
        expect(reply.headers.get('allow'), `${method} ${path}`).toBe(allow.join(', '))
      }
    }
  })

  it('HEAD is answered wherever GET is, without a body', async () => {
    for (const operation of operations) {
      if (operation.method !== 'GET' || /\{/.test(operation.path)) continue
      const [as] = rolesOf(operation)
      const reply = await box.get(operation.path, { method: 'HEAD', ...(as === undefined ? {} : { as }) })
      expect(reply.body, operation.name).toBe('')
      expect([200, 404], operation.name).toContain(reply.status)
    }
  })
})
