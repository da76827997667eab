/**
 * Tests and measures over the readings of a field: the closures that a compiled rule is made of.
 *
 * A rule has to hold for every reading; a condition concerns an order as soon as one reading fits. So doubt
 * and a signal's own word can only add a denial.
 */

import type { OrderFacts } from '#core/contract.ts'
import { PRICE_SCALE } from '#core/math.ts'
import { type Field, findField, lookUp, toAge, toNumber, toText } from './fields.ts'
import type { ConditionInput, Operator, RuleValue } from './format.ts'
import { wordsOf } from './operators.ts'

export type Applies = (order: OrderFacts) => boolean
/** In the unit of the rule's limit; NaN = unknown. */
export type Measure = (order: OrderFacts) => number
type Test = (text: string) => boolean

/** Both included; a text or an existence is measured as a flag. */
export interface Band {
  readonly low: number
  readonly high: number
}

export const NUMERIC: readonly Operator[] = ['gte', 'lte', 'between', 'age_minutes_lte']
const LARGE = 1_000_000
const ANY: Test = () => true

export function fieldOf(name: string): Field {
  const field = findField(name)
  if (field === undefined) throw new RangeError(`${name} is no field.`)
  return field
}

/** What only a signal says has no unit: a large bound is counted, so that it still fits into an integer. */
export function unitOf(field: Field, value: RuleValue): Field['unit'] {
  const isFree = field.number === undefined && field.kind !== 'time'
  return isFree && numbersIn(value).some((each) => Math.abs(each) >= LARGE) ? 'count' : field.unit
}

function scaleOf(field: Field, value: RuleValue): number {
  return unitOf(field, value) === 'ratio' ? PRICE_SCALE : 1
}

function numbersIn(value: RuleValue): readonly number[] {
  return (typeof value === 'object' ? value : [value]).map(Number)
}

export function bandOf(name: string, operator: Operator, value: RuleValue): Band {
  const scale = scaleOf(fieldOf(name), value)
  const [first = Number.NaN, second = Number.NaN] = numbersIn(value).map((each) => Math.round(each * scale))
  switch (operator) {
    case 'gte':
      return { low: first, high: Number.POSITIVE_INFINITY }
    case 'lte':
    case 'age_minutes_lte':
      return { low: Number.NEGATIVE_INFINITY, high: first }
    case 'between':
      return { low: first, high: second }
    default:
      return { low: 1, high: 1 }
  }
}

export function measureOf(name: string, operator: Operator, value: RuleValue): Measure {
  const field = fieldOf(name)
  if (NUMERIC.includes(operator))
    return readWorst(field, toReader(field, operator, value), bandOf(name, operator, value))
  if (operator === 'exists') return toFlag(isKnown(field))
  if (operator === 'fields_required') return toFlag(all(wordsOf(value).map((word) => isKnown(fieldOf(word)))))
  return holdsForAll(field, testOf(operator, value))
}

type Reader = (order: OrderFacts, path: Field['said'][number]) => number | undefined

function toReader(field: Field, operator: Operator, value: RuleValue): Reader {
  const scale = scaleOf(field, value)
  const isTime = operator === 'age_minutes_lte'
  return (order, path) => {
    const stated = lookUp(order, path)
    if (stated === undefined) return undefined
    return isTime ? toAge(stated, order.now) : toNumber(stated, scale)
  }
}

/** The first reading outside the band, else the last one. Unknown counts as outside. */
function readWorst({ number, said }: Field, read: Reader, { low, high }: Band): Measure {
  return (order) => {
    let observed = number?.(order)
    if (order.setup?.signal?.metadata === undefined) return observed ?? Number.NaN
    for (const path of said) {
      if (observed !== undefined && !(observed >= low && observed <= high)) return observed
      observed = read(order, path) ?? observed
    }
    return observed ?? Number.NaN
  }
}

function toFlag(test: Applies): Measure {
  return (order) => (test(order) ? 1 : 0)
}

function all(tests: readonly Applies[]): Applies {
  return (order) => {
    for (const test of tests) if (!test(order)) return false
    return true
  }
}

/** True when one of the texts passes. */
function someText({ text, said }: Field, order: OrderFacts, test: Test): boolean {
  const own = text?.(order)
  if (own !== undefined && test(own)) return true
  if (order.setup?.signal?.metadata === undefined) return false
  for (const path of said) {
    const stated = lookUp(order, path)
    if (stated !== undefined && test(toText(stated))) return true
  }
  return false
}

/** Where ARK has a reading of its own, a signal's word does not fill its gap. */
function isKnown(field: Field): Applies {
  const { number, text } = field
  return (order) => {
    if (text !== undefined) return text(order) !== undefined
    const own = number?.(order)
    return own === undefined ? someText(field, order, ANY) : !Number.isNaN(own)
  }
}

/** 1 = every text passes, 0 = one does not, NaN = there is none. */
function holdsForAll(field: Field, test: Test): Measure {
  const fails: Test = (text) => !test(text)
  return (order) => (someText(field, order, fails) ? 0 : someText(field, order, ANY) ? 1 : Number.NaN)
}

function testOf(operator: Operator, value: RuleValue): Test {
  const words = wordsOf(value)
  if (operator === 'not_contains') {
    return (text) => {
      const lower = text.toLowerCase()
      return !words.some((word) => lower.includes(word))
    }
  }
  const isOne: Test = (text) => {
    for (const word of words) if (isSame(text, word)) return true
    return false
  }
  return operator === 'not_equals' ? (text) => !isOne(text) : isOne
}

/** `word` is lower-case. Few texts are as long as a word that they are not. */
function isSame(text: string, word: string): boolean {
  return text.length === word.length && text.toLowerCase() === word
}

/**
 * True when an order is of the pattern: ARK recognised it, the signal says so, or its strategy bears the
 * name.
 */
export function isOfPattern(pattern: string): Applies {
  const field = fieldOf('pattern')
  const wanted = pattern.toLowerCase()
  const isWanted: Test = (text) => isSame(text, wanted)
  return (order) => isSame(order.strategy, wanted) || someText(field, order, isWanted)
}

/** Undefined = every order. */
export function appliesOf(when: readonly ConditionInput[]): Applies | undefined {
  return when.length === 0 ? undefined : all(when.map(toCondition))
}

/** One reading that fits is enough, and so is one that is unknown or none at all. */
function toCondition({ field: name, operator, value }: ConditionInput): Applies {
  const field = fieldOf(name)
  const { number, said, has } = field
  if (operator === 'exists')
    return (order) => (has?.(order) ?? number?.(order) !== undefined) || someText(field, order, ANY)
  if (!NUMERIC.includes(operator)) {
    const test = testOf(operator, value)
    return (order) => someText(field, order, test) || !someText(field, order, ANY)
  }
  const { low, high } = bandOf(name, operator, value)
  const read = toReader(field, operator, value)
  const fits = (observed: number) => !(observed < low || observed > high)
  return (order) => {
    const own = number?.(order)
    if (own !== undefined && fits(own)) return true
    let isThere = own !== undefined
    for (const path of said) {
      const stated = read(order, path)
      if (stated === undefined) continue
      if (fits(stated)) return true
      isThere = true
    }
    return !isThere
  }
}
