/** Bodies out of a schema: those that fit, and those that are wrong in just one place. */

import fc from 'fast-check'
import { deref, isTime, misfit, type Root, type Schema } from './json-schema.ts'

type Members = Readonly<Record<string, Schema>>

/** Small ones: what matters is each member with each kind of value, not their number. */
const ITEMS_MAX = 3
const TEXT_MAX = 40

export function fitting(root: Root, schema: Schema): fc.Arbitrary<unknown> {
  return build(root, schema).filter((value) => misfit(root, schema, value) === undefined)
}

function build(root: Root, given: Schema): fc.Arbitrary<unknown> {
  const schema = deref(root, given)
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum)
  const forms = [...listIn(schema, 'anyOf'), ...listIn(schema, 'oneOf')].filter(isForm)
  if (forms.length > 0) return fc.oneof(...forms.map((form) => build(root, form)))
  switch (schema.type) {
    case 'object':
      return objectOf(root, schema)
    case 'array':
      return fc.array(build(root, (schema.items ?? {}) as Schema), {
        minLength: Number(schema.minItems ?? 0),
        maxLength: Math.min(ITEMS_MAX, Number(schema.maxItems ?? ITEMS_MAX)),
      })
    case 'string':
      return stringOf(schema)
    case 'integer':
    case 'number':
      return numberOf(schema)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>
  }
}

/** A choice between kinds of values; one between conditions (`required`, `format`) is left to the filter. */
function isForm(schema: Schema): boolean {
  return schema.type !== undefined || schema.$ref !== undefined || schema.enum !== undefined
}

function objectOf(root: Root, schema: Schema): fc.Arbitrary<unknown> {
  const members = Object.entries((schema.properties ?? {}) as Members)
  if (members.length === 0)
    return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), recordOf(root, schema), { maxKeys: ITEMS_MAX })
  const required = (schema.required ?? []) as string[]
  return fc.record(Object.fromEntries(members.map(([name, member]) => [name, build(root, member)])), {
    requiredKeys: required,
    noNullPrototype: true,
  })
}

function recordOf(root: Root, { additionalProperties: members }: Schema): fc.Arbitrary<unknown> {
  return typeof members === 'object' && members !== null ? build(root, members as Schema) : fc.jsonValue()
}

function stringOf(schema: Schema): fc.Arbitrary<unknown> {
  if (isTime(schema))
    return fc
      .integer({ min: Date.UTC(1990), max: Date.UTC(2060) })
      .map((time) => new Date(time).toISOString())
  if (typeof schema.pattern === 'string') {
    // fast-check builds no lookaheads; whoever asked filters by the whole pattern.
    return fc.stringMatching(new RegExp(schema.pattern.replace(/\(\?[=!][^)]*\)/g, '')))
  }
  const least = Number(schema.minLength ?? 0)
  const most = Math.min(TEXT_MAX, Number(schema.maxLength ?? TEXT_MAX))
  return fc.string({ unit: 'grapheme-ascii', minLength: least, maxLength: most }).map(sayable)
}

/** Blanks alone are no reason, and a random text may look like a secret. */
function sayable(value: string): string {
  return value.trim() === '' ? value.replace(/^\s/, 'x') : value
}

function numberOf(schema: Schema): fc.Arbitrary<unknown> {
  const least = Math.ceil(Number(schema.minimum ?? schema.exclusiveMinimum ?? -1_000))
  const most = Math.floor(Number(schema.maximum ?? 1_000))
  const whole = fc.integer({ min: Math.max(least, -1_000_000), max: Math.min(most, 1_000_000) })
  return schema.type === 'integer'
    ? whole
    : fc.oneof(
        whole,
        whole.map((value) => value / 100),
      )
}

/** The sound body with one of its members, or one that it lacks, as the schema would have it. */
export function nearby(root: Root, given: Schema, sound: unknown): fc.Arbitrary<unknown> {
  const schema = formOf(root, given, sound)
  const members = Object.entries((schema.properties ?? {}) as Members)
  return fc
    .constantFrom(...members)
    .chain(([name, member]) => build(root, member).map((value) => ({ ...(sound as object), [name]: value })))
    .filter((value) => misfit(root, given, value) === undefined)
}

export interface Wrong {
  readonly why: string
  readonly body: unknown
  /** JSON pointer to the place. */
  readonly pointer: string
}

const POOL: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e30,
  1e-9,
  '',
  ' ',
  'no such word?',
  'x'.repeat(600),
  '-5',
  '0',
  '1e5',
  '2024-13-45T99:00:00Z',
  [],
  ['x'],
  {},
  { unheardOf: 1 },
]

/** Every member missing, unknown or of another kind or range than the schema has it, one at a time. */
export function wrongOnes(root: Root, schema: Schema, sound: unknown): readonly Wrong[] {
  const form = formOf(root, schema, sound)
  const whole = POOL.filter((value) => misfit(root, schema, value) !== undefined)
  return [
    ...whole.map((body) => ({ why: `the whole is ${name(body)}`, body, pointer: '' })),
    ...wrongBelow(root, form, sound, []).map(({ steps, why, edit }) => ({
      why,
      body: edited(sound, steps, edit),
      pointer: steps.map((step) => `/${step}`).join(''),
    })),
  ]
}

/** Of a choice between objects the one that the sound body has. */
export function formOf(root: Root, given: Schema, sound: unknown): Schema {
  const schema = deref(root, given)
  const fits = (form: Schema) => form.type === 'object' && misfit(root, form, sound) === undefined
  return listIn(schema, 'anyOf').find(fits) ?? schema
}

interface Edit {
  readonly steps: readonly string[]
  readonly why: string
  readonly edit: (holder: Record<string, unknown>, name: string) => void
}

function wrongBelow(root: Root, schema: Schema, sound: unknown, before: readonly string[]): readonly Edit[] {
  if (Array.isArray(sound)) {
    const items = schema.items as Schema | undefined
    const fits = items !== undefined && sound.length > 0
    return fits ? wrongBelow(root, deref(root, items), sound[0], [...before, '0']) : []
  }
  if (typeof sound !== 'object' || sound === null) return []
  const members = Object.entries((schema.properties ?? {}) as Members)
  const unknown: Edit = {
    steps: [...before, 'unheardOf'],
    why: 'unknown',
    edit: (holder, name) => {
      holder[name] = 1
    },
  }
  return [
    ...(schema.additionalProperties === false ? [unknown] : []),
    ...((schema.required ?? []) as string[]).map((each) => ({
      steps: [...before, each],
      why: 'missing',
      edit: (holder: Record<string, unknown>, name: string) => {
        delete holder[name]
      },
    })),
    ...members.flatMap(([each, member]) => [
      ...wrongValues(root, member, [...before, each]),
      ...(Object.hasOwn(sound, each)
        ? wrongBelow(root, formOf(root, member, (sound as never)[each]), (sound as never)[each], [
            ...before,
            each,
          ])
        : []),
    ]),
  ]
}

function wrongValues(root: Root, schema: Schema, steps: readonly string[]): readonly Edit[] {
  const wrong = POOL.filter((value) => misfit(root, schema, value) !== undefined && !isTaken(schema, value))
  return wrong.map((value) => ({
    steps,
    why: `is ${name(value)}`,
    edit: (holder: Record<string, unknown>, at: string) => {
      holder[at] = value
    },
  }))
}

/** To Valibot a list is an object as long as it wants no members. */
function isTaken(schema: Schema, value: unknown): boolean {
  if (!Array.isArray(value)) return false
  const { required = [], type } = schema
  if (type === 'object') return (required as readonly string[]).length === 0
  return listIn(schema, 'anyOf').some((form) => isTaken(form, value))
}

function edited(sound: unknown, steps: readonly string[], edit: Edit['edit']): unknown {
  const body = structuredClone(sound) as Record<string, unknown>
  let holder = body
  for (const step of steps.slice(0, -1)) holder = holder[step] as Record<string, unknown>
  edit(holder, steps.at(-1) ?? '')
  return body
}

function name(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 24 ? `${text.slice(0, 24)}…` : text
}

function listIn(schema: Schema, keyword: string): readonly Schema[] {
  const list = schema[keyword]
  return Array.isArray(list) ? list : []
}
