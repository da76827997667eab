/**
 * What each operator compares, and when one value is looser than another: the part of a rule that can be
 * checked without an order.
 */

import { type Field, fieldNames, findField } from './fields.ts'
import type { Operator, RuleValue } from './format.ts'

/** Why the operator cannot be asked of the field with this value, or undefined. */
export function operatorFault(operator: Operator, field: Field, value: RuleValue): string | undefined {
  const kind = KINDS[operator]
  if (
    field.kind !== kind &&
    (field.kind === 'any' ? kind === 'setup' : kind !== 'any' || field.kind === 'setup')
  )
    return `${operator} asks for ${WORDS[kind]}, and the field is ${WORDS[field.kind]}`
  const wanted = WANTS[operator]
  return wanted.takes(value) ? undefined : `${operator} wants ${wanted.what}`
}

const KINDS: Readonly<Record<Operator, Field['kind']>> = {
  gte: 'number',
  lte: 'number',
  between: 'number',
  equals: 'text',
  not_equals: 'text',
  in: 'text',
  not_contains: 'text',
  exists: 'any',
  age_minutes_lte: 'time',
  fields_required: 'setup',
}

const WORDS: Readonly<Record<Field['kind'], string>> = {
  number: 'a number',
  text: 'a text',
  time: 'a time',
  setup: 'the whole setup',
  any: 'any field',
}

interface Want {
  readonly what: string
  takes(value: RuleValue): boolean
}

const aNumber: Want = { what: 'a number', takes: (value) => typeof value === 'number' }
const aScalar: Want = {
  what: 'one text, number, true or false',
  takes: (value) => value !== undefined && typeof value !== 'object',
}
const aList: Want = { what: 'a list', takes: (value) => typeof value === 'object' }

const WANTS: Readonly<Record<Operator, Want>> = {
  gte: aNumber,
  lte: aNumber,
  between: {
    what: 'two numbers, the lower one first',
    takes: (value) => {
      const [low, high, ...more] = numbersOf(value)
      return low !== undefined && high !== undefined && more.length === 0 && low <= high
    },
  },
  equals: aScalar,
  not_equals: aScalar,
  in: aList,
  not_contains: aList,
  exists: { what: 'no value', takes: (value) => value === undefined || value === true },
  age_minutes_lte: {
    what: 'minutes, zero or more',
    takes: (value) => typeof value === 'number' && value >= 0,
  },
  fields_required: {
    what: `a list of fields, each one of ${fieldNames().join(', ')}, metadata.X, scores.X, indicators.X`,
    takes: (value) =>
      typeof value === 'object' &&
      value.every((name) => typeof name === 'string' && name !== 'setup' && findField(name) !== undefined),
  },
}

/** True when some order that `before` denies would pass `after`. Both fit the operator. */
export function loosens(operator: Operator, before: RuleValue, after: RuleValue): boolean {
  switch (operator) {
    case 'gte':
      return !(Number(after) >= Number(before))
    case 'lte':
    case 'age_minutes_lte':
      return !(Number(after) <= Number(before))
    case 'between': {
      const [low = Number.NaN, high = Number.NaN] = numbersOf(before)
      const [newLow = Number.NaN, newHigh = Number.NaN] = numbersOf(after)
      return !(newLow >= low && newHigh <= high)
    }
    case 'in':
      return !wordsOf(after).every((word) => wordsOf(before).includes(word))
    case 'not_contains':
    case 'fields_required':
      return !wordsOf(before).every((word) => wordsOf(after).includes(word))
    case 'equals':
    case 'not_equals':
      return wordsOf(before)[0] !== wordsOf(after)[0]
    case 'exists':
      return false
  }
}

function numbersOf(value: RuleValue): readonly number[] {
  return typeof value === 'object' && value.every((each) => typeof each === 'number') ? value : []
}

/** As texts are compared: lower-case. */
export function wordsOf(value: RuleValue): readonly string[] {
  const list = typeof value === 'object' ? value : value === undefined ? [] : [value]
  return list.map((each) => String(each).toLowerCase())
}
