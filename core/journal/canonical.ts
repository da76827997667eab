/**
 * Canonical JSON (RFC 8785): equal values give equal bytes, so a text can be hashed, signed and compared.
 *
 * Called for every journaled event, and wherever something is hashed. What has no exact JSON form is refused
 * with its place (a JSON pointer), never turned into null and never dropped; only an undefined member counts
 * as absent, as everywhere in ARK.
 */

import { ArkError } from '../errors.ts'

/** Levels of nesting. */
export const MAX_DEPTH = 64
/** Characters of a place that a refusal shows; keys come from outside and may be long. */
const MAX_WHERE = 200
/** Insertion sort beats Array.sort on the few keys of an event; on many it would be quadratic. */
const FEW_KEYS = 16
/** All that RFC 8785 escapes; surrogates are in it so that lone ones are looked for. */
const UNSAFE = /["\\\u0000-\u001f\ud800-\udfff]/
/** With the u flag a proper pair is one code point, so only lone halves match. */
const LONE_SURROGATE = /[\ud800-\udfff]/u

/** Order and quoted names for a list of keys. */
interface Shape {
  readonly given: readonly string[]
  readonly sorted: readonly string[]
  /** Quoted, with the colon, in the order of `sorted`. */
  readonly names: readonly string[]
}

/**
 * Shapes that were met, under their first key. Events repeat a few dozen; the bound keeps a sender of random
 * keys from filling memory.
 */
const shapes = new Map<string, Shape[]>()
let shapeCount = 0
const MAX_SHAPES = 512
const MAX_NAME_LENGTH = 64
const EMPTY: Shape = { given: [], sorted: [], names: [] }

/**
 * Keys from the root to the value at hand, one per depth: a path costs one store, and text only when
 * something is refused.
 */
const trail: (string | number)[] = []

/**
 * The canonical text of plain JSON data. Throws ArkError DATA_INVALID for NaN, infinities, bigint, function,
 * symbol, a lone surrogate, undefined at the root or in an array, an object that is neither plain nor an
 * array, and more than 64 levels.
 */
export function canonical(value: unknown): string {
  return write(value, 0)
}

/** The keys of a plain object in the order in which its text has them. */
export function canonicalKeys(value: object): readonly string[] {
  return shapeOf(Object.keys(value), 0).sorted
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return UNSAFE.test(value) ? quoteEscaped(value, depth) : `"${value}"`
    case 'number':
      if (!Number.isFinite(value)) throw refusal(depth, `${value} is not a JSON number.`)
      return String(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      if (depth === MAX_DEPTH) throw refusal(depth, `The value is nested deeper than ${MAX_DEPTH} levels.`)
      return Array.isArray(value) ? writeArray(value, depth) : writeObject(value, depth)
    default:
      throw refusal(depth, `A value of type ${typeof value} has no JSON form.`)
  }
}

function writeArray(values: readonly unknown[], depth: number): string {
  let text = '['
  for (let index = 0; index < values.length; index++) {
    trail[depth] = index
    text += index === 0 ? write(values[index], depth + 1) : `,${write(values[index], depth + 1)}`
  }
  return `${text}]`
}

function writeObject(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    throw refusal(depth, 'Only plain objects have a JSON form.')
  const members = value as Readonly<Record<string, unknown>>
  const { sorted, names } = shapeOf(Object.keys(members), depth)
  let text = ''
  for (let index = 0; index < sorted.length; index++) {
    const key = sorted[index] ?? ''
    const member = members[key]
    if (member === undefined) continue
    trail[depth] = key
    text += (text === '' ? '{' : ',') + names[index] + write(member, depth + 1)
  }
  return text === '' ? '{}' : `${text}}`
}

/** Comparing with a known list is a row of pointer comparisons; sorting and quoting is not. */
function shapeOf(given: readonly string[], depth: number): Shape {
  const first = given[0]
  if (first === undefined) return EMPTY
  const known = shapes.get(first)
  if (known !== undefined) for (const shape of known) if (isSame(shape.given, given)) return shape
  const sorted = sortKeys([...given])
  const shape = { given, sorted, names: sorted.map((key) => quoteName(key, depth)) }
  if (shapeCount < MAX_SHAPES && given.every((key) => key.length <= MAX_NAME_LENGTH)) {
    shapeCount++
    if (known === undefined) shapes.set(first, [shape])
    else known.push(shape)
  }
  return shape
}

function quoteName(key: string, depth: number): string {
  trail[depth] = key
  return `${write(key, depth + 1)}:`
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false
  return true
}

/**
 * In place, by UTF-16 code units, which is how `<` compares strings. One linear pass when they are in order
 * already.
 */
function sortKeys(keys: string[]): readonly string[] {
  if (keys.length > FEW_KEYS) return keys.sort(compareCodeUnits)
  for (let index = 1; index < keys.length; index++) {
    const key = keys[index] ?? ''
    let slot = index
    for (; slot > 0; slot--) {
      const before = keys[slot - 1] ?? ''
      if (before <= key) break
      keys[slot] = before
    }
    if (slot !== index) keys[slot] = key
  }
  return keys
}

function compareCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

/**
 * JSON.stringify escapes a string exactly as RFC 8785 asks, but for lone surrogates, which it would disguise.
 */
function quoteEscaped(text: string, depth: number): string {
  if (LONE_SURROGATE.test(text))
    throw refusal(depth, 'The text holds a lone surrogate, which UTF-8 cannot carry.')
  return JSON.stringify(text)
}

function refusal(depth: number, why: string): ArkError {
  const pointer = trail
    .slice(0, depth)
    .map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
  return new ArkError('DATA_INVALID', pointer.join('').slice(0, MAX_WHERE), why)
}
