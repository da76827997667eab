import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Box, openBox, quoteBtc } from './http-box.ts'

let box: Box
beforeAll(async () => {
  box = await openBox()
  await quoteBtc(box)
})
afterAll(() => box.close())

const reason = 'x'
const LATER = '2999-01-01T00:00:00Z'
/** Halt, resume and drill are left out: a sound body changes the mode, as it should. */
const SOUND: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '/v1/flatten': { reason, symbol: 'BTC' },
  '/v1/pause': { symbol: 'ETH', reason },
  '/v1/unpause': { strategy: 's', reason },
  '/v1/rearm': { strategy: 's', symbol: 'ETH', side: 'buy', reason },
  '/v1/restrict': { symbol: 'ETH', reason },
  '/v1/unrestrict': { symbol: 'ETH', reason },
  '/v1/overrides': { limit: 'order_notional', untilSeconds: 60, reason },
  '/v1/overrides/revoke': { limit: 'order_notional', reason },
  '/v1/approvals/x': { approve: true, reason },
  '/v1/orders/x/cancel': { reason },
  '/v1/orders/x/amend': { stopPrice: '1', reason },
  '/v1/publications': { symbol: 'ETH', side: 'buy', channel: 'blog' },
  '/v1/client-orders': {
    clientOrderId: 'c',
    symbol: 'ETH',
    side: 'buy',
    quantity: '1',
    limitPrice: 1,
    expires: LATER,
  },
  '/v1/client-orders/c/end': { reason },
  '/v1/consents': { subject: 's', scope: 't', expires: LATER },
  '/v1/consents/withdraw': { subject: 's', scope: 't' },
  '/v1/cash': { amount: '1', reason },
  '/v1/splits': { symbol: 'ETH', ratio: '2:1', reason },
  '/v1/actions': { action: 'store_data', subject: 's', scope: 't', sink: 'u', fields: [], payload: { a: 1 } },
}
const NASTY: readonly unknown[] = [
  null,
  '',
  -1,
  0,
  1e308,
  'NaN',
  '1e5',
  '__proto__',
  'constructor',
  '|',
  '=x',
].concat([[], {}, true, 'a'.repeat(5_000), { length: -1 }] as never)
const value = fc.oneof(fc.constantFrom(...NASTY), fc.jsonValue())

/** A sound body with one member replaced, added or taken away. */
const request = fc
  .constantFrom(...Object.keys(SOUND))
  .chain((path) =>
    fc
      .tuple(
        fc.constantFrom(...Object.keys(SOUND[path] ?? {}), 'extra', 'second', 'principal'),
        fc.option(value),
      )
      .map(([name, spoilt]) => ({ path, body: { ...SOUND[path], [name]: spoilt ?? undefined } })),
  )

it('whatever a person sends gets an answer below 500, and no mode, token or plugin changes by it', async () => {
  let [taken, refused] = [0, 0]
  await fc.assert(
    fc.asyncProperty(request, async ({ path, body }) => {
      const as = path.startsWith('/v1/consents') ? 'admin' : 'root'
      const reply = await box.post(path, body, { as })
      expect(reply.status).toBeLessThan(500)
      if (reply.status < 400) taken++
      else {
        refused++
        expect(reply.headers.get('content-type')).toBe('application/problem+json')
      }
    }),
    { numRuns: 2_000 },
  )
  expect(taken).toBeGreaterThan(50)
  expect(refused).toBeGreaterThan(500)
  expect((await box.get('/v1/mode')).body).toMatchObject({ mode: 'active', reasons: [] })
  expect((await box.get('/v1/rules')).body.sealHolds).toBe(true)
  expect(box.fatal).toEqual([])
  await box.ark.settle()
  expect((await box.get('/v1/mode')).body.mode).toBe('active')
}, 120_000)
