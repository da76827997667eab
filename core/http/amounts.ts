/**
 * Amounts in bodies: JSON numbers or decimal texts, taken exactly or not at all.
 *
 * A JSON number stands for its shortest text: 0.1 means "0.1", whatever its bits say. So no amount is ever
 * rounded on its way in.
 */

import * as v from 'valibot'
import { formatDecimal, parseDecimal } from '../math.ts'

/**
 * `above zero` for prices and quantities, `zero or more` for sizes and volumes, `not zero` for what may be
 * taken away as well.
 */
type Range = 'above zero' | 'zero or more' | 'not zero'

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/
const PLAIN = /^\d+\.\d+$/

/**
 * An integer of 10^-digits. With `cut`, decimals beyond are dropped: for measures such as market volume,
 * never for money.
 */
export function amount(digits: number, range: Range, cut = false) {
  return v.pipe(
    v.custom<number | string>(isAmount, 'wants a number or a decimal text such as "12.50"'),
    v.metadata(toJsonSchema(digits, range, cut)),
    v.rawTransform(({ dataset, addIssue, NEVER }): number => {
      const text = toPlainText(dataset.value)
      const value = parseDecimal(cut ? cutTo(text, digits) : text, digits)
      if (isWithin(value, range)) return value
      addIssue({ message: `wants a plain decimal ${range}, with at most ${digits} decimals` })
      return NEVER
    }),
  )
}

/** The same as its shortest decimal text: what an order carries on. */
export function decimal(digits: number, range: Range) {
  return v.pipe(
    amount(digits, range),
    v.transform((value) => formatDecimal(value, digits)),
  )
}

const PATTERNS: Readonly<Record<Range, string>> = {
  'above zero': '(?=.*[1-9])',
  'zero or more': '',
  'not zero': '(?=.*[1-9])-?',
}

/** The same in the words of the HTTP document, which cannot look into a function. */
function toJsonSchema(digits: number, range: Range, cut: boolean) {
  const maximum = Math.floor(Number.MAX_SAFE_INTEGER / Number(`1e${digits}`))
  const wholes = String(maximum).length
  const decimals = cut ? '*' : `{0,${digits - 1}}`
  const pattern = `^${PATTERNS[range]}\\d{1,${wholes}}(\\.\\d\\d${decimals})?$`
  const least = { 'above zero': { exclusiveMinimum: 0 }, 'zero or more': { minimum: 0 }, 'not zero': {} }
  return {
    description: `An amount ${range}, ${cut ? '' : `with at most ${digits} decimals, `}at most ${maximum}.`,
    oneOf: [
      { type: 'string', pattern, maxLength: 32 },
      { type: 'number', ...least[range], maximum },
    ],
  }
}

/** NaN, which is no amount, is within none. */
function isWithin(value: number, range: Range): boolean {
  if (range === 'not zero') return value < 0 || value > 0
  return range === 'above zero' ? value > 0 : value >= 0
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && value.length <= 40)
}

function toPlainText(value: number | string): string {
  const text = String(value)
  return typeof value === 'number' && text.includes('e') ? withoutExponent(text) : text
}

/** "1.5e-7" → "0.00000015". */
function withoutExponent(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? []
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return (
    sign +
    digits.slice(0, point).padEnd(point, '0') +
    (point < digits.length ? `.${digits.slice(point)}` : '')
  )
}

function cutTo(text: string, digits: number): string {
  return PLAIN.test(text) ? text.slice(0, text.indexOf('.') + 1 + digits) : text
}
