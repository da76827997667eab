/** A schema in words, for the page: one field a line, what it takes, and what stands below it. */

import type { Schema } from './schema.ts'

export interface Field {
  readonly name: string
  /** Plain text; a name of a shape stands in `shape` instead. */
  readonly takes: string
  readonly shape?: string
  readonly required: boolean
  readonly about: string
  readonly below: readonly Field[]
}

export function fieldsOf(schema: Schema): readonly Field[] {
  const { properties, required = [] } = schema as {
    properties?: { [name: string]: Schema }
    required?: readonly string[]
  }
  return Object.entries(properties ?? {}).map(([name, member]) => ({
    name,
    ...takenBy(member),
    required: required.includes(name),
    about: String(member.description ?? ''),
    below: fieldsOf(innermost(member)),
  }))
}

/** The forms that a body may have: one, unless the schema is a choice between objects. */
export function formsOf(schema: Schema): readonly Schema[] {
  const forms = listIn(schema, 'anyOf')
  return forms.some((form) => form.type === 'object') ? forms : [schema]
}

/** What holds across members. */
export function notesOf(schema: Schema): readonly string[] {
  const one = listIn(schema, 'oneOf').flatMap((each) => namesIn(each, 'required'))
  const tied = listIn(schema, 'allOf').flatMap((each) => {
    const [needed] = namesIn(each.then as Schema, 'required')
    return needed === undefined ? [] : [`\`${needed}\` with ${typesIn(each).join(' and ')}, and only then.`]
  })
  return one.length === 0 ? tied : [`Just one of ${one.map((name) => `\`${name}\``).join(', ')}.`, ...tied]
}

function typesIn(schema: Schema): readonly string[] {
  const { properties } = schema.if as { properties: { type: { enum: readonly string[] } } }
  return properties.type.enum.map((type) => `\`${type}\``)
}

function takenBy(schema: Schema): Pick<Field, 'takes' | 'shape'> {
  const shape = shapeOf(innermost(schema))
  const takes = wordsOf(schema)
  return shape === undefined ? { takes } : { takes: takes.replace(shape, '').trim(), shape }
}

export function wordsOf(schema: Schema): string {
  const shape = shapeOf(schema)
  if (shape !== undefined) return shape
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map((each) => JSON.stringify(each)).join(' ')
  const choices = [...listIn(schema, 'anyOf'), ...listIn(schema, 'oneOf')].filter(isTyped)
  if (choices.length > 0) return [...new Set(choices.map(wordsOf))].join(' or ')
  if (schema.type === 'array') return `list of ${wordsOf((schema.items ?? {}) as Schema)}${rangeOf(schema)}`
  if (schema.type === 'object')
    return schema.properties === undefined ? `by name: ${wordsOf(recordOf(schema))}` : 'object'
  if (schema.format === 'date-time' || listIn(schema, 'anyOf').length > 0) return 'time'
  const word = { string: 'text', boolean: 'true or false', integer: 'whole number', null: 'null' }
  const type = String(schema.type ?? 'anything')
  return `${word[type as keyof typeof word] ?? type}${rangeOf(schema)}`
}

function rangeOf(schema: Schema): string {
  const { exclusiveMinimum, maxItems, maxLength, maximum, minItems, minLength, minimum, pattern } = schema
  const parts = [
    exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`,
    between(minimum, maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum, ''),
    between(minLength, maxLength, ' characters'),
    between(minItems, maxItems, ''),
    typeof pattern === 'string' && pattern.length <= PATTERN_MAX ? `like ${pattern}` : '',
  ].filter((part) => part !== '')
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`
}

/** A longer one tells a reader nothing that its description does not. */
const PATTERN_MAX = 48

function between(least: unknown, most: unknown, unit: string): string {
  if (most === undefined) return least === undefined || least === 0 ? '' : `${least} or more${unit}`
  return least === undefined ? `at most ${most}${unit}` : `${least} to ${most}${unit}`
}

/** Through lists, records and choices to what has members. */
function innermost(schema: Schema): Schema {
  if (schema.type === 'array') return innermost((schema.items ?? {}) as Schema)
  if (schema.type === 'object' && schema.properties === undefined) return recordOf(schema)
  const [choice] = [...listIn(schema, 'anyOf'), ...listIn(schema, 'oneOf')].filter(
    (each) => each.properties !== undefined || each.$ref !== undefined,
  )
  return choice === undefined || schema.properties !== undefined ? schema : innermost(choice)
}

function recordOf({ additionalProperties }: Schema): Schema {
  return typeof additionalProperties === 'object' && additionalProperties !== null
    ? (additionalProperties as Schema)
    : {}
}

function shapeOf({ $ref }: Schema): string | undefined {
  return typeof $ref === 'string' ? $ref.slice($ref.lastIndexOf('/') + 1) : undefined
}

function isTyped(schema: Schema): boolean {
  return [schema.type, schema.$ref, schema.enum, schema.const].some((each) => each !== undefined)
}

function listIn(schema: Schema, keyword: string): readonly Schema[] {
  const list = schema[keyword]
  return Array.isArray(list) ? (list as readonly Schema[]) : []
}

function namesIn(schema: Schema | undefined, keyword: string): readonly string[] {
  const list = schema?.[keyword]
  return Array.isArray(list) ? (list as readonly string[]) : []
}
