/**
 * What is wrong with a configuration, one line a fault: its path, what was there, what was wanted. Secrets
 * are told by their place and never by their text.
 */

import type * as v from 'valibot'
import type { Json } from '../contract.ts'
import { ArkError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { findSecrets, redactText } from '../secrets.ts'

export interface Fault {
  /** Keys and indices joined by dots, or the name of a variable. */
  readonly path: string
  readonly why: string
}

/** An issue of a Standard Schema; Valibot's say more. */
interface Issue {
  readonly message: string
  readonly path?: readonly unknown[] | undefined
}

const WHOLE = '(whole file)'
const SHOWN_CHARS = 60

export function formatFault({ path, why }: Fault): string {
  return `${path}: ${why}`
}

/** CONFIG_INVALID with every fault: one in the same line, several on lines of their own. */
export function toConfigError(faults: readonly Fault[], where: string): ArkError {
  const lines = faults.map(formatFault)
  const [first] = faults
  const only = first === undefined ? '' : first.path === where ? first.why : formatFault(first)
  if (lines.length <= 1) return new ArkError('CONFIG_INVALID', where, only.endsWith('?') ? only : `${only}.`)
  return new ArkError('CONFIG_INVALID', where, `${lines.length} faults:\n  ${lines.join('\n  ')}\n`)
}

/**
 * The faults that a schema found; `prefix` is the path of the checked part, `names` the keys that a table
 * knows.
 */
export function schemaFaults(
  issues: readonly Issue[],
  schema: unknown,
  prefix: readonly string[] = [],
): readonly Fault[] {
  return issues.map((issue) => {
    const steps = (issue.path ?? []).map((step) => String(isStep(step) ? step.key : step))
    return {
      path: [...prefix, ...steps.map(redactText)].join('.') || WHOLE,
      why: wanted(issue, schema, steps),
    }
  })
}

/** Lists where tables belong: a schema of a table takes an empty one, and calls the items of another keys. */
export function listFaults(raw: unknown, schema: unknown, path: readonly string[] = []): readonly Fault[] {
  const { entries, item, value } = unwrap(schema)
  const isTable = entries !== undefined || value !== undefined
  if (typeof raw !== 'object' || raw === null) return []
  if (isTable && Array.isArray(raw))
    return [{ path: path.join('.') || WHOLE, why: 'was a list, wanted an object' }]
  return Object.entries(raw).flatMap(([key, member]) =>
    listFaults(member, entries?.[key] ?? value ?? item, [...path, redactText(key)]),
  )
}

/** A secret in a file is refused wherever it stands, under whatever key. */
export function secretFaults(raw: unknown): readonly Fault[] {
  return findSecrets(raw as Json).map(({ path, kind }) => ({
    path: path === '' ? WHOLE : path,
    why:
      kind === 'too_deep'
        ? 'is nested too deeply'
        : 'holds a secret; secrets come from a variable NAME, or from a file that NAME_FILE names',
  }))
}

function wanted(issue: Issue, schema: unknown, steps: readonly string[]): string {
  if (!isValibot(issue)) return issue.message
  const name = steps.at(-1) ?? ''
  if (issue.expected === 'never') {
    const meant = nearest(name, keysAt(schema, steps.slice(0, -1)))
    return `there is no such key${meant === undefined ? '' : `; did you mean ${meant}?`}`
  }
  if (issue.received === 'undefined') return 'is missing'
  if (issue.path?.at(-1)?.origin === 'key') return `is no name that fits, ${issue.message}`
  const own = !issue.message.startsWith('Invalid ')
  // A check of several keys says which; what "it" was would be the whole table.
  if (own && !issue.message.startsWith('wanted')) return issue.message
  return `was ${cut(redactText(issue.received))}, ${own ? issue.message : `wanted ${wording(issue)}`}`
}

/** Valibot's own words for what it expected, in ours. */
function wording(issue: v.BaseIssue<unknown>): string {
  const { expected, requirement } = issue
  switch (issue.type) {
    case 'min_value':
      return `at least ${String(requirement)}`
    case 'max_value':
      return `at most ${String(requirement)}`
    case 'gt_value':
      return `more than ${String(requirement)}`
    case 'integer':
    case 'safe_integer':
      return 'a whole number'
    case 'min_length':
      return 'something in it'
    case 'picklist':
    case 'union':
    case 'literal':
      return (expected ?? '').replace(/[()]/g, '').replaceAll(' | ', ' or ')
    case 'string':
      return 'a text'
    case 'number':
      return 'a number'
    case 'boolean':
      return 'true or false'
    case 'array':
      return 'a list'
    case 'strict_object':
    case 'record':
      return 'an object'
    default:
      return issue.message
  }
}

/** Names that a schema of ours knows; undefined where any name goes, or where it is somebody else's. */
export function keysOf(schema: unknown): readonly string[] | undefined {
  const { entries } = unwrap(schema)
  return entries === undefined ? undefined : Object.keys(entries)
}

/** The same below `steps`. */
function keysAt(schema: unknown, steps: readonly string[]): readonly string[] {
  let at: unknown = schema
  for (const step of steps) {
    const { entries, item, value } = unwrap(at)
    at = entries?.[step] ?? item ?? value
  }
  return keysOf(at) ?? []
}

interface Shape {
  readonly entries?: { readonly [key: string]: unknown }
  readonly item?: unknown
  readonly value?: unknown
  readonly wrapped?: unknown
}

function unwrap(schema: unknown): Shape {
  let shape = (schema ?? {}) as Shape
  while (shape.wrapped !== undefined) shape = shape.wrapped as Shape
  return shape
}

function cut(text: string): string {
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS)}…`
}

function isStep(step: unknown): step is { readonly key: unknown } {
  return typeof step === 'object' && step !== null && 'key' in step
}

function isValibot(issue: Issue): issue is v.BaseIssue<unknown> {
  return 'expected' in issue && 'received' in issue
}
