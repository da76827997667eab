import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Box, ORDER, openBox, quoteBtc } from './http-box.ts'

let box: Box
beforeAll(async () => {
  box = await openBox()
  await quoteBtc(box)
})
afterAll(() => box.close())

const PATHS = [
  '/v1/signals',
  '/v1/market-data',
  '/v1/orders',
  '/v1/evaluate',
  '/v1/instruments',
  '/v1/identities',
] as const
const QUOTE = { symbol: 'BTC', time: '2024-01-01T00:00:00Z', bid: 1, bidSize: 1, ask: 1, askSize: 1 }
/** What each path would take, so that most bodies fail in one place only. */
const SOUND: Readonly<Record<string, object>> = {
  '/v1/signals': { symbol: 'BTC', direction: 'long', price: 1, metadata: { a: 1 } },
  '/v1/market-data': { source: 'hostile', quotes: [QUOTE] },
  '/v1/orders': { ...ORDER, quantity: 100_000 },
  '/v1/evaluate': ORDER,
  '/v1/instruments': { symbol: 'X', kind: 'fund', venue: 'V', tick: 1, lot: 1 },
  '/v1/identities': { id: 'someone', roles: ['viewer'] },
}
const NASTY: readonly unknown[] = [
  null,
  '',
  -1,
  0,
  1e308,
  -1e308,
  5e-324,
  2 ** 53,
  'NaN',
  'Infinity',
  '1e5',
  '0x10',
  '../../etc/passwd',
  "'; DROP TABLE journal; --",
  '<script>',
  '\u0000',
  '\ud800',
  '\udfff\ud800',
  '💥',
  '__proto__',
  'constructor',
  [],
  {},
  [[]],
  { toString: 1 },
  { length: -1 },
  true,
  'a'.repeat(5_000),
  ['x'.repeat(70_000)],
]

const nasty = fc.oneof(fc.constantFrom(...NASTY), fc.anything(), fc.jsonValue())
/** A sound body with one member, at any depth, replaced or added. */
const spoilt = (path: string) =>
  fc
    .tuple(fc.constantFrom(...memberPaths(SOUND[path] ?? {}), ['extra'], ['__proto__']), nasty)
    .map(([steps, value]) => {
      const body = structuredClone(SOUND[path]) as Record<string, unknown>
      let at = body
      for (const step of steps.slice(0, -1)) at = at[step] as Record<string, unknown>
      Object.defineProperty(at, steps.at(-1) ?? '', {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      })
      return toJson(body)
    })

function memberPaths(value: object, before: readonly string[] = []): (readonly string[])[] {
  return Object.entries(value).flatMap(([key, member]) => {
    const path = [...before, key]
    return typeof member === 'object' && member !== null ? [path, ...memberPaths(member, path)] : [path]
  })
}

/** Whatever fast-check makes, as some text. */
function toJson(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? String(member) : member)) ??
      ''
    )
  } catch {
    return String(Object.prototype.toString.call(value))
  }
}

const request = fc
  .constantFrom(...PATHS)
  .chain((path) =>
    fc.oneof(
      { arbitrary: spoilt(path).map((body) => ({ path, body })), weight: 6 },
      { arbitrary: nasty.map((value) => ({ path, body: toJson(value) })), weight: 2 },
      { arbitrary: fc.string({ unit: 'binary', maxLength: 200 }).map((body) => ({ path, body })), weight: 1 },
    ),
  )

const INTAKE: Readonly<Record<string, string>> = { '/v1/signals': 'intake', '/v1/market-data': 'feed' }

describe('whatever is sent [REQ_SEC_02]', () => {
  it('gets an answer below 500, changes no mode, isolates nobody and leaves the journal provable', async () => {
    let [taken, refused] = [0, 0]
    const prototype = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))
    await fc.assert(
      fc.asyncProperty(request, async ({ path, body }) => {
        const reply = await box.post(path, body, { as: INTAKE[path] ?? 'root' })
        expect(reply.status).toBeLessThan(500)
        if (reply.status >= 400) {
          refused++
          expect(reply.headers.get('content-type')).toBe('application/problem+json')
          expect(reply.body).toMatchObject({ status: reply.status, code: expect.stringMatching(/^[A-Z_]+$/) })
        } else taken++
      }),
      { numRuns: 4_000 },
    )
    expect(taken).toBeGreaterThan(100)
    expect(refused).toBeGreaterThan(1_000)
    expect((await box.get('/v1/mode')).body).toMatchObject({ mode: 'active', reasons: [] })
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(prototype)
    const { items } = (await box.get('/v1/plugins')).body
    expect(
      items
        .filter(({ state }: { state: string }) => state !== 'active')
        .map(({ name }: { name: string }) => name),
    ).toEqual([])
    expect(box.fatal).toEqual([])
    await box.ark.settle()
    expect((await box.get('/v1/events?type=mode/changed&limit=500')).body.items.length).toBeLessThan(4)
  }, 120_000)

  it('in a path or a query gets an answer below 500', async () => {
    const part = fc.oneof(
      fc.constantFrom('%00', '%', '%E0%A4%A', '..', '__proto__', 'constructor', "'"),
      fc.webPath(),
      fc.string(),
    )
    const places = fc.constantFrom(
      '/v1/decisions/',
      '/v1/traces/',
      '/v1/events?after=',
      '/v1/events?type=',
      '/v1/orders?cursor=',
      '/v1/',
      '/',
    )
    await fc.assert(
      fc.asyncProperty(places, part, async (place, rest) => {
        const url = `http://localhost${place}${rest.replaceAll('#', '')}`
        const reply = await box.http.api.fetch(new Request(URL.canParse(url) ? url : 'http://localhost/'))
        expect(reply.status).toBeLessThan(500)
        await reply.body?.cancel()
      }),
      { numRuns: 1_000 },
    )
  }, 60_000)

  it('of every size up to the limit and beyond', async () => {
    for (const size of [1, 1_000, 1_000_000, 1_048_576, 1_048_577, 3_000_000]) {
      const reply = await box.post('/v1/evaluate', ' '.repeat(size))
      expect(reply.status).toBe(size > 1_048_576 ? 413 : 400)
    }
  })
})
