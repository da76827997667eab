/** Requests made from the document, sent to the box: what it promises is what is answered. */

import fc from 'fast-check'
import { HonoRequest } from 'hono/request'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Document } from '#core/http/openapi/document.ts'
import { type Box, decideOrder, ORDER, quoteBtc, type Reply } from '#tests/unit/core/http-box.ts'
import {
  type Operation,
  openContractBox,
  operationsOf,
  readDocument,
  type Sent,
  send,
  sendProperly,
  undocumented,
} from './contract-box.ts'
import { fitting, formOf, nearby, type Wrong, wrongOnes } from './generate.ts'
import { misfit, type Root, type Schema } from './json-schema.ts'

const RUNS = 25

let box: Box
let document: Document & Root
let operations: readonly Operation[]
beforeAll(async () => {
  box = await openContractBox()
  // The end of a run signs a head, so that there is one to show.
  await box.restart()
  document = await readDocument(box)
  operations = operationsOf(document)
  await quoteBtc(box)
})
afterAll(() => box.close())

const find = (name: string): Operation => {
  const found = operations.find((operation) => operation.name === name)
  if (found === undefined) throw new Error(`There is no ${name}`)
  return found
}
const example = (name: string, sent: Sent = {}): Promise<Reply> => {
  const operation = find(name)
  return sendProperly(box, operation, { body: operation.body?.example, ...sent })
}
const reason = 'as agreed'

/** Asks for an override; the id under which it waits. */
async function askOverride(): Promise<string> {
  const { body } = await example('POST /v1/overrides')
  return body.id
}

/** Buys, and lets a quote fill it: the position has a protective stop. */
async function holdBtc(ask: string): Promise<string> {
  await box.post('/v1/resume', { reason }, { as: 'root' })
  const { decisionId } = await decideOrder(box, { ...ORDER, quantity: 1 })
  await quoteBtc(box, ask)
  return decisionId
}

/** Brings about what an operation wants to find; gives its path parameters. */
const STAGES: Readonly<Record<string, () => Promise<Sent>>> = {
  'POST /v1/controls/{rule}': async () => ({ places: { rule: 'require_stop_loss' } }),
  'GET /v1/decisions/{id}': async () => ({ places: { id: (await decideOrder(box)).decisionId } }),
  'GET /v1/traces/{traceId}': async () => ({
    places: { traceId: (await example('POST /v1/signals')).body.traceId },
  }),
  'POST /v1/overrides/revoke': async () => {
    const id = await askOverride()
    const { status } = await box.post(
      `/v1/approvals/${id}`,
      { approve: true, reason },
      { as: 'risk-officer' },
    )
    expect(status).toBe(200)
    return {}
  },
  'POST /v1/approvals/{id}': async () => ({ as: 'risk-officer', places: { id: await askOverride() } }),
  'POST /v1/orders/{id}/cancel': async () => ({
    places: { id: (await decideOrder(box, { ...ORDER, quantity: 2, limitPrice: '97.00' })).decisionId },
  }),
  'POST /v1/orders/{id}/amend': async () => ({ places: { id: `${await holdBtc('99.995')}.stop` } }),
  'POST /v1/client-orders/{id}/end': async () => ({ places: { id: 'client-1' } }),
  'POST /v1/identities/{id}/rotate': async () => ({ places: { id: 'night-desk' } }),
  'POST /v1/identities/{id}/revoke': async () => ({ places: { id: 'night-desk' } }),
}
/** Nothing has locked itself in this box. */
const REFUSED: Readonly<Record<string, string>> = { 'POST /v1/rearm': 'NOT_FOUND' }

describe('the example of each operation [REQ_TEST_02]', () => {
  it('is taken, and answered as documented', async () => {
    // Working orders come first: what is halted, paused or restricted later opens none.
    const inTurn = [...operations].sort((a, b) => Number(isOrders(b)) - Number(isOrders(a)))
    for (const operation of inTurn) {
      const { name } = operation
      const sent = (await STAGES[name]?.()) ?? {}
      const reply = await example(name, sent)
      expect(undocumented(document, operation, reply), name).toBeUndefined()
      if (REFUSED[name] === undefined)
        expect(reply.status, `${name} ${JSON.stringify(reply.body)}`).toBeLessThan(300)
      else expect(reply.body.code, name).toBe(REFUSED[name])
    }
  }, 60_000)

  it('answers lists in pages, from their own cursors on', async () => {
    for (const operation of operations) {
      const names = operation.item.parameters.map(({ name }) => name)
      if (!names.includes('cursor')) continue
      const first = await sendProperly(box, operation, { query: '?limit=1' })
      expect(undocumented(document, operation, first), operation.name).toBeUndefined()
      expect(first.body.items.length).toBeLessThan(2)
      if (first.body.next === null) continue
      const second = await sendProperly(box, operation, { query: `?limit=1&cursor=${first.body.next}` })
      expect(second.status).toBe(200)
      expect(second.body.items).not.toEqual(first.body.items)
    }
  })
})

describe('each media type that an answer may have', () => {
  it('is given to whoever asks for it by Accept', async () => {
    let asked = 0
    for (const { item, method, path } of operations) {
      const types = Object.keys(item.responses['200']?.content ?? {})
      if (method !== 'GET' || types.length < 2 || path.includes('{')) continue
      for (const accept of types) {
        const request = new Request(`http://localhost:8000${path}`, { headers: { accept } })
        const response = await box.http.api.fetch(request)
        expect(response.headers.get('content-type'), `${path} as ${accept}`).toContain(accept)
        // A live feed never ends by itself.
        await response.body?.cancel()
        asked++
      }
    }
    expect(asked).toBeGreaterThan(5)
  })
})

describe('a body that fits the schema', () => {
  it('is understood, and answered as documented, whatever it says', async () => {
    for (const operation of operations) {
      if (operation.body === undefined) continue
      const stage = operation.name === 'POST /v1/controls/{rule}' ? await STAGES[operation.name]?.() : {}
      let understood = 0
      await fc.assert(
        fc.asyncProperty(anyFitting(operation.body), async (body) => {
          const reply = await sendProperly(box, operation, { ...stage, body })
          expect(undocumented(document, operation, reply), operation.name).toBeUndefined()
          expect(reply.status).toBeLessThan(500)
          if (reply.body.code !== 'INVALID_BODY') understood++
        }),
        { numRuns: RUNS },
      )
      expect(understood, operation.name).toBeGreaterThan(0)
    }
    expect(box.fatal).toEqual([])
  }, 120_000)

  it('may carry any query that the document lists, and no other kind', async () => {
    for (const operation of operations) {
      for (const { in: place, name, schema } of operation.item.parameters) {
        if (place !== 'query') continue
        const good = fc.sample(fitting(document, schema as Schema), { numRuns: 5, seed: 1 })
        for (const value of good) {
          const query = `?${name}=${encodeURIComponent(String(value))}`
          const reply = await sendProperly(box, operation, { query })
          expect(undocumented(document, operation, reply), `${operation.name}${query}`).toBeUndefined()
        }
        const bad = ['', '-1', '1.5', 'no such', '99999999999999999999'].filter(
          (each) => schema.type === 'integer' || misfit(document, schema, each) !== undefined,
        )
        for (const value of bad) {
          const reply = await sendProperly(box, operation, { query: `?${name}=${encodeURIComponent(value)}` })
          expect(reply, `${operation.name} ${name}=${value}`).toMatchObject({
            status: 400,
            body: { code: 'BAD_QUERY', where: name },
          })
        }
      }
    }
  })
})

describe('a query parameter', () => {
  it('that a handler looks at is one that the document lists', async () => {
    const looked = vi.spyOn(HonoRequest.prototype, 'query')
    for (const operation of operations) {
      looked.mockClear()
      await sendProperly(box, operation, { body: operation.body?.example })
      const names = new Set(looked.mock.calls.map((words: readonly unknown[]) => String(words[0])))
      const listed = operation.item.parameters.filter((each) => each.in === 'query').map(({ name }) => name)
      for (const name of names) expect(listed, operation.name).toContain(name)
      // What comes to a 404 on the way has not been read to its end.
      if (!/\{/.test(operation.path)) expect([...names].sort(), operation.name).toEqual([...listed].sort())
    }
    looked.mockRestore()
  })
})

describe('a body that is wrong in one place [REQ_TEST_02]', () => {
  it('is refused with a pointer to that place', async () => {
    let sent = 0
    for (const operation of operations) {
      const { body, name } = operation
      if (body === undefined) continue
      const form = formOf(document, body.schema, body.example)
      const places = { rule: 'require_stop_loss' }
      for (const wrong of wrongOnes(document, body.schema, body.example)) {
        const reply = await sendProperly(box, operation, { body: JSON.stringify(wrong.body), places })
        const about = `${name} ${wrong.pointer} ${wrong.why}: ${JSON.stringify(reply.body)}`
        expect(reply.status, about).toBe(400)
        expect(undocumented(document, operation, reply), about).toBeUndefined()
        expect(reply.body.code, about).toBe('INVALID_BODY')
        const named: readonly string[] = reply.body.issues.map(({ pointer }: Wrong) => pointer)
        // Where the body may have one form of several, the whole of it is the place.
        const whole = form !== body.schema || isTied(body.schema, wrong.pointer)
        expect(whole || named.some((each) => isAtOrBelow(each, wrong.pointer)), about).toBe(true)
        sent++
      }
    }
    expect(sent).toBeGreaterThan(1_000)
  }, 120_000)

  it.each(['', '{', 'nul', '{"reason":}', "{'reason':'x'}", '{"reason":"x"} {}', '\u0000'])(
    'because %j is no JSON, is refused as a whole',
    async (body) => {
      for (const operation of operations) {
        if (operation.body === undefined) continue
        const reply = await sendProperly(box, operation, { body, places: { rule: 'require_stop_loss' } })
        expect(reply, operation.name).toMatchObject({
          status: 400,
          body: { code: 'INVALID_BODY', pointer: '' },
        })
        expect(reply.body.detail).toMatch(/is not JSON|is empty/)
      }
    },
  )
})

describe('a name that reaches an object’s prototype', () => {
  it.each(['__proto__', 'constructor', 'prototype'])(
    '%s is refused in every body, at every depth',
    async (name) => {
      for (const operation of operations) {
        if (operation.body === undefined) continue
        const sound = JSON.stringify(operation.body.example).slice(0, -1)
        for (const more of [`"${name}":{"a":1}}`, `"metadata":{"a":[{"${name}":1}]}}`]) {
          const body = `${sound},${more}`
          const reply = await sendProperly(box, operation, { body, places: { rule: 'require_stop_loss' } })
          expect(reply, operation.name).toMatchObject({ status: 400, body: { code: 'INVALID_BODY' } })
        }
      }
    },
  )
})

describe('an id that is nobody’s', () => {
  it('is a 404 that says so', async () => {
    for (const operation of operations) {
      if (!/\{(?!token)\w+\}/.test(operation.path)) continue
      const reply = await sendProperly(box, operation, { body: operation.body?.example })
      expect(reply.status, operation.name).toBe(404)
      expect(undocumented(document, operation, reply), operation.name).toBeUndefined()
      expect(reply.body.code).toMatch(/NOT_FOUND$/)
    }
  })

  it('is a 404 as a run, too, in every list that takes one', async () => {
    for (const operation of operations) {
      if (!operation.item.parameters.some(({ name }) => name === 'run')) continue
      const reply = await send(box, operation, { query: '?run=never' })
      expect(reply).toMatchObject({ status: 404, body: { code: 'NOT_FOUND', where: 'run' } })
    }
  })
})

function anyFitting({ example, schema }: NonNullable<Operation['body']>): fc.Arbitrary<unknown> {
  return fc.oneof(fitting(document, schema), nearby(document, schema, example))
}

function isOrders({ item }: Operation): boolean {
  return item.tags.includes('Orders')
}

function isAtOrBelow(pointer: string, place: string): boolean {
  return pointer === place || pointer.startsWith(`${place}/`)
}

/** One of the members of which just one may stand: without it the whole does not fit. */
function isTied({ oneOf }: Schema, pointer: string): boolean {
  const names = Array.isArray(oneOf) ? oneOf.flatMap(({ required = [] }) => required) : []
  return names.includes(pointer.slice(1))
}
