/** Requests by somebody who means harm, and by programs that are broken: texts, bytes and headers. */

import fc from 'fast-check'
import { nearby } from './generate.ts'
import type { Root, Schema } from './json-schema.ts'

export interface Hostile {
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly headers: Readonly<Record<string, string>>
}

const NASTY: readonly unknown[] = [
  null,
  true,
  '',
  -1,
  0,
  -0,
  1e308,
  -1e308,
  5e-324,
  2 ** 53,
  2 ** 63,
  'NaN',
  'Infinity',
  '1e5',
  '0x10',
  '٣',
  '../../etc/passwd',
  "'; DROP TABLE journal; --",
  '<script>alert(1)</script>',
  '${jndi:ldap://x}',
  '%s%s%n',
  '\u0000',
  '\ud800',
  '\udfff\ud800',
  '\u202e',
  '💥',
  '__proto__',
  'constructor',
  'toString',
  [],
  {},
  [[]],
  { toString: 1 },
  { length: -1 },
  // biome-ignore lint/suspicious/noThenProperty: it is what somebody may send.
  { then: 1 },
  'a'.repeat(5_000),
  ['x'.repeat(70_000)],
]
/** What JSON.stringify would not write. */
const RAW: readonly string[] = [
  '1e999',
  '-1e999',
  '1e-999',
  `1${'0'.repeat(400)}`,
  `0.${'0'.repeat(400)}1`,
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '{"__proto__":{"mode":"halted"}}',
  '{"constructor":{"prototype":{"allowed":true}}}',
  '{"a":1,"a":2}',
  '{"":1}',
  'NaN',
  'undefined',
  "'x'",
  '01',
  '+1',
  '.5',
  '//',
]
const TYPES: readonly string[] = [
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/octet-stream',
  'application/xml',
  '',
]
const DEPTH_MAX = 20_000

const nasty = fc.oneof(fc.constantFrom(...NASTY), fc.jsonValue({ maxDepth: 3 }))

export function hostileRequest(root: Root, schema: Schema, sound: unknown): fc.Arbitrary<Hostile> {
  const text = JSON.stringify(sound)
  const near = nearby(root, schema, sound)
  const texts = fc.oneof(
    { weight: 5, arbitrary: spoilt(sound) },
    { weight: 2, arbitrary: near.map((value) => JSON.stringify(value)) },
    { weight: 3, arbitrary: withRaw(text) },
    { weight: 2, arbitrary: nasty.map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: torn(text) },
    { weight: 1, arbitrary: deep(text) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  )
  const bodies = fc.oneof(
    { weight: 15, arbitrary: texts },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    { weight: 1, arbitrary: texts.map((each) => new TextEncoder().encode(`\ufeff${each}`)) },
  )
  const headers = fc.oneof(
    { weight: 4, arbitrary: fc.constant({ 'content-type': 'application/json' }) },
    { weight: 1, arbitrary: fc.constantFrom(...TYPES).map((type) => ({ 'content-type': type })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('gzip', 'br', 'x').map((each) => ({ 'content-encoding': each })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('00-x-y-z', '\u00e9', '').map((each) => ({ traceparent: each })),
    },
  )
  return fc.record({ body: bodies, headers }) as fc.Arbitrary<Hostile>
}

/** One or two members, at any depth, replaced or added. */
function spoilt(sound: unknown): fc.Arbitrary<string> {
  const places = placesIn(sound)
  const edit = fc.tuple(fc.constantFrom(...places, ['extra'], ['__proto__'], ['constructor']), nasty)
  return fc.array(edit, { minLength: 1, maxLength: 2 }).map((edits) => {
    const body = structuredClone(sound) as Record<string, unknown>
    for (const [steps, value] of edits) put(body, steps, value)
    return JSON.stringify(body)
  })
}

function put(body: Record<string, unknown>, steps: readonly string[], value: unknown): void {
  let holder: Record<string, unknown> = body
  for (const step of steps.slice(0, -1)) {
    const next = holder[step]
    if (typeof next !== 'object' || next === null) return
    holder = next as Record<string, unknown>
  }
  const writable = { enumerable: true, configurable: true, writable: true }
  // As JSON.parse does it: `__proto__` becomes a member, not the prototype.
  Object.defineProperty(holder, steps.at(-1) ?? '', { value, ...writable })
}

function placesIn(value: unknown, before: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => [
    [...before, key],
    ...placesIn(member, [...before, key]),
  ])
}

/** One value of the text is something that no program of ours would write. */
function withRaw(text: string): fc.Arbitrary<string> {
  const values = [...text.matchAll(/:("[^"]*"|\w+)/g)]
  return fc.tuple(fc.constantFrom(...RAW), fc.nat()).map(([raw, at]) => {
    const match = values[at % Math.max(1, values.length)]
    if (match === undefined) return raw
    return `${text.slice(0, match.index)}:${raw}${text.slice(match.index + match[0].length)}`
  })
}

/** Cut off, or with a character too many or too few. */
function torn(text: string): fc.Arbitrary<string> {
  const place = fc.nat({ max: text.length })
  const strange = fc.constantFrom('\u0000', '"', '\\', '{', '}', '[', ',', ':', '\ud800', '\ufeff', ' ', '\n')
  return fc.oneof(
    place.map((at) => text.slice(0, at)),
    fc.tuple(place, strange).map(([at, each]) => text.slice(0, at) + each + text.slice(at)),
    place.map((at) => text.slice(0, at) + text.slice(at + 1)),
    fc.constant(text + text),
  )
}

function deep(text: string): fc.Arbitrary<string> {
  const open = fc.constantFrom('[', '{"a":', `${text.slice(0, -1)},"a":`)
  return fc.tuple(open, fc.integer({ min: 1, max: DEPTH_MAX }), fc.boolean()).map(([each, depth, closed]) => {
    const levels = Math.min(depth, Math.floor(500_000 / each.length))
    const end = each.startsWith('[') ? ']' : '}'
    return closed ? `${each.repeat(levels)}1${end.repeat(levels)}` : each.repeat(levels)
  })
}

/** For a path parameter or a query. */
export const hostileWord: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '%00',
    '%',
    '%E0%A4%A',
    "' OR 1=1 --",
    '*',
    '../..',
    '-1',
    '1e9',
    '9'.repeat(40),
    'x'.repeat(3_000),
    '\ud800',
    '💥',
  ),
  fc.string({ minLength: 1, maxLength: 30 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
)
