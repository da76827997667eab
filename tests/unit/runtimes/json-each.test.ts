/**
 * The journal's insert hands bodies to the engine as one JSON array and needs each of them back byte for byte. The
 * engine keeps every token as written but drops the spaces between them: canonical bodies have none.
 */

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '#core/ports.ts'
import { openDatabase } from '#runtimes/shared/database.ts'

const INSERT = 'INSERT INTO entry SELECT ?1 + key, value FROM json_each(?2)'

let database: Database

beforeAll(async () => {
  database = await openDatabase(':memory:')
  await database.run('CREATE TABLE entry(seq INTEGER PRIMARY KEY, body TEXT)')
})
afterAll(() => database.close())

async function stored(bodies: readonly string[]): Promise<readonly unknown[]> {
  await database.commit([{ sql: 'DELETE FROM entry' }, { sql: INSERT, args: [7, `[${bodies.join(',')}]`] }])
  const rows = await database.query('SELECT seq, body FROM entry ORDER BY seq')
  expect(rows.map((row) => row[0])).toEqual(bodies.map((_body, index) => 7 + index))
  return rows.map((row) => row[1])
}

describe('json_each insert', () => {
  it.each([
    ['integers beyond 2^53', '{"n":12345678901234567,"m":-98765432109876543210}'],
    ['exponents and fractions as written', '{"a":1e21,"b":1E+21,"c":-0.0,"d":1.50,"e":0.1e-7}'],
    ['escapes as written', String.raw`{"a":"\u007f\u00e9\n\"\\\/\b\ud83d\ude00"}`],
    ['raw delete and non-ASCII', '{"a":"\u007f é 漢字 😀 \u2028"}'],
    ['nesting, empty containers and literals', '{"a":{"b":[{"c":[]},{}],"d":[null,true,false,""]},"":0}'],
    ['keys that repeat', '{"a":1,"a":2}'],
  ])('keeps %s', async (_name, body) => {
    expect(await stored(['{"first":1}', body, '{"last":1}'])).toEqual(['{"first":1}', body, '{"last":1}'])
  })

  it('keeps any JSON objects that JSON.stringify can write', async () => {
    const value = fc.jsonValue({ maxDepth: 4, noUnicodeString: false })
    const body = fc.dictionary(fc.string({ unit: 'grapheme' }), value).map((object) => JSON.stringify(object))
    await fc.assert(
      fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 20 }), async (bodies) => {
        expect(await stored(bodies)).toEqual(bodies)
      }),
    )
  })

  it('drops spaces between tokens, so a body must be canonical', async () => {
    expect(await stored(['{ "a b" : [ 1 , " " ] }'])).toEqual(['{"a b":[1," "]}'])
  })

  it('refuses the whole batch when one body is not JSON', async () => {
    await stored(['{"kept":1}'])
    const insert = { sql: INSERT, args: [100, '[{"a":1},{"b":]'] }
    await expect(database.commit([insert])).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(await database.query('SELECT seq FROM entry')).toEqual([[7]])
  })
})
