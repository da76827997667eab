import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isArkError } from '#core/errors.ts'
import { canonical } from '#core/journal/canonical.ts'

const CORPORA = new URL('../../../../../shared/data/corpora/', import.meta.url)
const ABSENT = 'needs ../shared/data beside the checkout'

/** Where canonical refused the value, or the text it made of it. */
function refusedAt(value: unknown): string {
  try {
    return `accepted: ${canonical(value)}`
  } catch (error) {
    if (isArkError(error, 'DATA_INVALID')) return error.where
    throw error
  }
}

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

/**
 * Written for clarity only: whole arrays of code units are compared, and every string goes through
 * JSON.stringify.
 */
function oracle(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oracle).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([left], [right]) => {
    const [a, b] = [codeUnits(left), codeUnits(right)]
    const differs = a.findIndex((unit, index) => unit !== b[index])
    return differs < 0 ? a.length - b.length : (a[differs] ?? 0) - (b[differs] ?? -1)
  })
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${oracle(member)}`).join(',')}}`
}

function codeUnits(text: string): number[] {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (value === null || typeof value !== 'object') return value
  const copy: Record<string, unknown> = Object.create(null)
  for (const [key, member] of Object.entries(value).reverse()) copy[key] = reversed(member)
  return copy
}

describe('canonical refuses, and names the place', () => {
  it.each([
    ['undefined at the root', undefined, ''],
    ['undefined in an array', [1, undefined], '/1'],
    ['a hole in an array', new Array(2), '/0'],
    ['NaN', { a: { b: Number.NaN } }, '/a/b'],
    ['infinity', [Number.POSITIVE_INFINITY], '/0'],
    ['negative infinity', { z: [0, -1 / 0] }, '/z/1'],
    ['bigint', { a: 1n }, '/a'],
    ['function', { a: () => 1 }, '/a'],
    ['symbol', { a: Symbol('s') }, '/a'],
    ['a lone high surrogate', { a: 'x\ud800' }, '/a'],
    ['a lone low surrogate', ['\udc00x'], '/0'],
    ['surrogates in the wrong order', ['\udc00\ud800'], '/0'],
    ['a key with a lone surrogate', { a: { '\ud800': 1 } }, '/a/\ud800'],
    ['a Date', { at: new Date(0) }, '/at'],
    ['a Map', { m: new Map() }, '/m'],
    ['a typed array', { m: new Uint8Array(2) }, '/m'],
    ['an escaped place', { 'a/b': { 'c~d': Number.NaN } }, '/a~1b/c~0d'],
  ])('%s', (_, value, where) => {
    expect(refusedAt(value)).toBe(where)
  })

  it('what is nested deeper than 64 levels', () => {
    expect(refusedAt(nested(64))).toMatch(/^accepted/)
    expect(refusedAt(nested(65))).toMatch(/^(\/0|\/a){64}$/)
  })

  it('a value that contains itself, as nesting without end', () => {
    const value: Record<string, unknown> = {}
    value.self = value
    expect(refusedAt(value)).toMatch(/^(\/self)+/)
  })

  it('at a place that stays short when keys are long', () => {
    expect(refusedAt({ ['k'.repeat(10_000)]: Number.NaN }).length).toBe(200)
  })

  it('at the right place after an earlier refusal', () => {
    expect(refusedAt({ a: { b: { c: 1n } } })).toBe('/a/b/c')
    expect(refusedAt({ d: 1n })).toBe('/d')
  })
})

describe('canonical writes RFC 8785', () => {
  it.each([
    [null, 'null'],
    [true, 'true'],
    [[], '[]'],
    [{}, '{}'],
    [{ a: undefined }, '{}'],
    [{ a: undefined, b: [], c: undefined }, '{"b":[]}'],
    [[{}, [], ''], '[{},[],""]'],
    [{ b: 2, a: 1, C: 3, '': 0 }, '{"":0,"C":3,"a":1,"b":2}'],
    [{ 10: 'x', 9: 'y', '1': 'z' }, '{"1":"z","10":"x","9":"y"}'],
    [{ aa: 1, a: 2, 'a\u0000': 3 }, '{"a":2,"a\\u0000":3,"aa":1}'],
    ['\b\t\n\f\r"\\/', '"\\b\\t\\n\\f\\r\\"\\\\/"'],
    ['\u0000\u001f\u007f', '"\\u0000\\u001f\u007f"'],
    ['\u2028\u2029é€😀', '"\u2028\u2029é€😀"'],
  ])('%j', (value, text) => {
    expect(canonical(value)).toBe(text)
  })

  it('escapes each character alone as JSON.stringify does', () => {
    for (let unit = 0; unit < 0xd800; unit++) {
      const text = String.fromCharCode(unit)
      if (canonical(text) !== JSON.stringify(text)) expect(canonical(text)).toBe(JSON.stringify(text))
    }
  })

  it('orders keys by UTF-16 code units, not by code points', () => {
    expect(canonical({ '\ufb33': 1, '\u{1f600}': 2, '\u00f6': 3 })).toBe('{"ö":3,"😀":2,"\ufb33":1}')
  })

  it('keeps a member named __proto__', () => {
    expect(canonical(JSON.parse('{"b":1,"__proto__":{"a":[]}}'))).toBe('{"__proto__":{"a":[]},"b":1}')
  })

  it('sorts few keys and many keys alike', () => {
    for (const count of [2, 15, 16, 17, 200]) {
      const keys = Array.from(
        { length: count },
        (_, index) => `${'kKé'.charAt(index % 3)}${(index * 7919) % 1009}`,
      )
      const value = Object.fromEntries(keys.map((key, index) => [key, index]))
      expect(canonical(value)).toBe(oracle(value))
    }
  })

  it('does not remember a key wrongly, seen once or again', () => {
    const odd = { 'quote"': 1, plain: 2, '\u0001': 3 }
    expect(canonical(odd)).toBe('{"\\u0001":3,"plain":2,"quote\\"":1}')
    expect(canonical(odd)).toBe('{"\\u0001":3,"plain":2,"quote\\"":1}')
  })

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555555', '333333333.3333333'],
  ])('the double %s', (bits, text) => {
    expect(canonical(new DataView(Uint8Array.from(Buffer.from(bits, 'hex')).buffer).getFloat64(0))).toBe(text)
  })
})

describe('canonical, for any JSON', () => {
  it('agrees with the oracle', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => canonical(value) === oracle(value)))
  })

  it('is a fixpoint', () => {
    const text = fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' }).map(canonical)
    fc.assert(fc.property(text, (once) => canonical(JSON.parse(once)) === once))
  })

  it('does not depend on the order of keys', () => {
    const dictionary = fc.dictionary(fc.string({ unit: 'binary', maxLength: 4 }), fc.jsonValue(), {
      maxKeys: 40,
    })
    fc.assert(fc.property(dictionary, (value) => canonical(reversed(value)) === canonical(value)))
  })
})

describe('canonical, on public corpora', () => {
  it('matches the JCS test data byte for byte', ({ skip }) => {
    if (!existsSync(CORPORA)) skip(ABSENT)
    const read = (path: string) => readFileSync(new URL(`jcs/${path}`, CORPORA), 'utf8')
    const names = readdirSync(new URL('jcs/input/', CORPORA)).map((file) => file.replace('.json', ''))
    expect(names.length).toBeGreaterThan(5)
    for (const name of names) {
      const text = canonical(JSON.parse(read(`input/${name}.json`)))
      expect(text).toBe(read(`output/${name}.json`))
      expect(Buffer.from(text).toString('hex')).toBe(read(`outhex/${name}.txt`).replaceAll(/\s/g, ''))
    }
  })

  it('writes whatever JSONTestSuite says must parse, and it stays the same', ({ skip }) => {
    if (!existsSync(CORPORA)) skip(ABSENT)
    const folder = new URL('json_parsing/', CORPORA)
    const files = readdirSync(folder).filter((file) => file.startsWith('y_'))
    expect(files.length).toBe(95)
    for (const file of files) {
      const value: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
      const text = canonical(value)
      expect(text, file).toBe(oracle(value))
      expect(canonical(JSON.parse(text)), file).toBe(text)
    }
  })

  it('writes or refuses what parsers may differ on, and nothing else', ({ skip }) => {
    if (!existsSync(CORPORA)) skip(ABSENT)
    const folder = new URL('json_parsing/', CORPORA)
    const refused: string[] = []
    for (const file of readdirSync(folder).filter((name) => name.startsWith('i_'))) {
      let value: unknown
      try {
        value = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
      } catch {
        continue
      }
      if (!refusedAt(value).startsWith('accepted')) refused.push(file)
    }
    expect(refused.filter((file) => !/surrogate|huge|overflow|500_nested|very_big/.test(file))).toEqual([])
    expect(refused).toContain('i_structure_500_nested_arrays.json')
  })
})
