/**
 * JSON Schema (2020-12) as the HTTP document writes it: bodies out of the Valibot schemas that check them,
 * answers by hand with the few words below.
 */

import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'

export type Schema = { readonly [keyword: string]: unknown }

/**
 * What no JSON Schema can say (a check across members, a time that lies in the past) is left out; the
 * operation says it in words or in `narrow`.
 */
export function fromValibot(schema: GenericSchema): Schema {
  const { $schema: _dialect, ...converted } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    errorMode: 'ignore',
  })
  return converted
}

/** For a body in which just one of these members may stand. */
export function exactlyOneOf(...names: readonly string[]): Schema {
  return { oneOf: names.map((name) => ({ required: [name] })) }
}

export const text: Schema = { type: 'string' }
export const integer: Schema = { type: 'integer' }
export const number: Schema = { type: 'number' }
export const flag: Schema = { type: 'boolean' }
export const anything: Schema = {}
export const names: Schema = listOf(text)

export function choice(...values: readonly string[]): Schema {
  return { type: 'string', enum: values }
}

export function listOf(items: Schema): Schema {
  return { type: 'array', items }
}

export function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] }
}

type Members = { readonly [name: string]: Schema }

/** `optional` ones may be absent. */
export function object(members: Members, optional: Members = {}): Schema {
  return { type: 'object', properties: { ...members, ...optional }, required: Object.keys(members) }
}

export function byName(members: Schema): Schema {
  return { type: 'object', additionalProperties: members }
}

/** A list as all of them are answered. */
export function page(item: Schema, beside: Members = {}): Schema {
  return object({ items: listOf(item), next: { ...orNull(text), description: NEXT }, ...beside })
}

const NEXT = 'Cursor of the following page; null at the end.'

/** A schema of components.ts. */
export function named(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` }
}
