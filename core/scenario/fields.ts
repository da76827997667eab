/**
 * The smallest parts of the format: texts, amounts, times, names, fields of a request. schema.ts puts them
 * together.
 */

import * as v from 'valibot'
import { SYMBOL } from '../book/instruments.ts'
import { isArkError } from '../errors.ts'
import { canonical } from '../journal/canonical.ts'
import { parseDecimal } from '../math.ts'
import { parseTime } from '../time.ts'
import { toPlainText } from './amount.ts'

const ENTRIES_MAX = 10_000

export const told = <const Schema extends v.GenericSchema>(schema: Schema, description: string) =>
  v.pipe(schema, v.description(description))
export const text = v.pipe(v.string(), v.maxLength(500, 'wants at most 500 characters'))
export const many = <const Schema extends v.GenericSchema>(schema: Schema) =>
  v.pipe(v.array(schema), v.maxLength(ENTRIES_MAX, `wants at most ${ENTRIES_MAX} entries`))

const AMOUNT = /^-?\d+(\.\d+)?$/
const PLAIN = 'wants a plain decimal such as "12.50", as a text or a number'
export const anyAmount = v.union([v.number(), v.pipe(v.string(), v.regex(AMOUNT, PLAIN))], PLAIN)

/** As decimal text, in a range that the book's integers hold. */
function decimalOf(digits: number, holds: (value: number) => boolean, wants: string, cut = false) {
  return v.pipe(
    anyAmount,
    v.transform((value) => (cut ? cutTo(toPlainText(value), digits) : toPlainText(value))),
    v.regex(AMOUNT, PLAIN),
    v.check((value) => holds(parseDecimal(value, digits)), `wants ${wants}, with at most ${digits} decimals`),
  )
}

export const cash = decimalOf(6, Number.isSafeInteger, 'an amount of money')
export const signed = decimalOf(8, Number.isSafeInteger, 'an amount')
export const positive = decimalOf(8, (value) => value > 0, 'an amount above zero')
export const unsigned = decimalOf(8, (value) => value >= 0, 'an amount of zero or more')
/** Measures, not money: decimals beyond are dropped. */
export const ratio = decimalOf(8, Number.isSafeInteger, 'a ratio', true)
export const volume = decimalOf(4, (value) => value >= 0, 'a volume of zero or more', true)
export const shares = decimalOf(4, (value) => value > 0, 'an amount above zero', true)

function cutTo(text: string, digits: number): string {
  const point = text.indexOf('.')
  return point < 0 ? text : text.slice(0, point + 1 + digits)
}

const TIME = 'wants a time such as "2024-06-12T15:00:00Z"'
export const time = v.pipe(
  v.string(),
  v.metadata({ anyOf: [{ format: 'date-time' }, { format: 'date' }] }),
  v.regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z)?$/, TIME),
  v.check((value) => !Number.isNaN(parseTime(value)), TIME),
  v.transform(parseTime),
)
export const symbol = v.pipe(v.string(), v.regex(SYMBOL, 'wants 1 to 20 of A-Z 0-9 . _ -'))
export const side = v.picklist(['buy', 'sell'])
export const orderType = v.picklist(['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'])
export const timeInForce = v.picklist(['day', 'gtc', 'ioc', 'fok', 'opg', 'cls'])
export const modeName = v.picklist(['active', 'reducing', 'halted'])
export const seconds = v.pipe(anyAmount, v.transform(Number), v.minValue(-86_400), v.maxValue(315_360_000))

/** Whatever JSON can hold, right or wrong, as long as it has one canonical text to be hashed by. */
export const sayable = v.pipe(
  v.looseObject({}),
  v.check((value) => hasText(value), 'holds what has no canonical text'),
)

const fieldClass = v.fallback(v.picklist(['public', 'personal', 'secret']), 'secret')
const SECRET = /pass|token|secret|key|credential/i
/** A list, names alone, or classes by name; a class that nobody knows is secret. */
export const fields = v.union([
  many(v.object({ name: text, class: fieldClass })),
  v.pipe(
    many(text),
    v.transform((names) =>
      names.map((name) => ({ name, class: SECRET.test(name) ? ('secret' as const) : ('personal' as const) })),
    ),
  ),
  v.pipe(
    v.record(v.string(), fieldClass),
    v.transform((given) => Object.entries(given).map(([name, known]) => ({ name, class: known }))),
  ),
])

function hasText(value: unknown): boolean {
  try {
    canonical(value)
    return true
  } catch (error) {
    if (isArkError(error)) return false
    throw error
  }
}
