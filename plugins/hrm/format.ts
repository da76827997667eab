/**
 * The format of a ruleset file: its schema, and a reader that knows the line of every finding.
 *
 * Called when the configuration is checked. A file may be YAML or JSON, which is YAML too. Nothing of it is
 * repaired or guessed: an unknown key, a wrong type or a key that stands twice is a finding.
 */

import * as v from 'valibot'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'

const CHARACTERS_MAX = 262_144
const ENTRIES_MAX = 64

export const SEVERITIES = ['warning', 'error', 'critical'] as const
export const OPERATORS = [
  'gte',
  'lte',
  'between',
  'equals',
  'not_equals',
  'in',
  'not_contains',
  'exists',
  'age_minutes_lte',
  'fields_required',
] as const

const finite = v.pipe(v.number(), v.finite())
const positive = v.pipe(finite, v.gtValue(0))
const share = v.pipe(positive, v.maxValue(1))
const words = v.pipe(v.string(), v.minLength(1), v.maxLength(200))
const name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'wants letters, digits, - and _'))
const scalar = v.union([words, finite, v.boolean()], 'wants a text, a number, true or false')
const value = v.union(
  [scalar, v.pipe(v.array(scalar), v.minLength(1), v.maxLength(ENTRIES_MAX))],
  'wants a text, a number, true, false, or a list of these',
)
const many = <const Schema extends v.GenericSchema>(schema: Schema) =>
  v.optional(v.pipe(v.array(schema), v.maxLength(ENTRIES_MAX)), [])

const ConditionSchema = v.strictObject({
  field: words,
  operator: v.picklist(OPERATORS),
  value: v.optional(value),
})

/** What is left out of a rule that is there already stays as it is; a rule of one's own is whole. */
const RuleSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[A-Z]{2,12}-\d{3}$/, 'wants an id such as "OWN-001"')),
  stage: v.optional(name),
  severity: v.optional(v.picklist(SEVERITIES)),
  when: v.optional(v.pipe(v.array(ConditionSchema), v.maxLength(8))),
  field: v.optional(words),
  operator: v.optional(v.picklist(OPERATORS)),
  value: v.optional(value),
  message: v.optional(words),
  enabled: v.optional(v.boolean()),
})

/** Shares of equity and of the entry price; 10 % caps every pattern, 0.65 is the least certain one. */
const OverrideSchema = v.strictObject({
  pattern: name,
  max_position: v.optional(v.pipe(positive, v.maxValue(0.1))),
  min_confidence: v.optional(v.pipe(share, v.minValue(0.65))),
  max_stop: v.optional(v.pipe(positive, v.maxValue(0.2))),
  min_risk_reward: v.optional(v.pipe(finite, v.minValue(1.5), v.maxValue(100))),
})

const BreakerSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^CB-\d{3}$/, 'wants the id of a breaker such as "CB-001"')),
  field: v.optional(words),
  operator: v.optional(v.picklist(OPERATORS)),
  value: v.optional(finite),
  action: v.optional(name),
  minutes: v.optional(v.pipe(positive, v.integer(), v.maxValue(525_600))),
  factor: v.optional(v.pipe(positive, v.ltValue(1))),
  message: v.optional(words),
  enabled: v.optional(v.boolean()),
})

const StageSchema = v.strictObject({
  name,
  order: v.optional(v.pipe(v.number(), v.integer())),
  on_failure: v.optional(v.picklist(['halt', 'collect'])),
})

export const RulesetSchema = v.strictObject({
  /** Of the file: people count it up as they like. */
  version: v.union([words, finite], 'wants a version such as "1.0.0"'),
  description: v.optional(v.string()),
  strict_mode: v.optional(v.boolean()),
  stages: many(StageSchema),
  rules: many(RuleSchema),
  pattern_overrides: many(OverrideSchema),
  circuit_breakers: many(BreakerSchema),
})

export type RulesetInput = v.InferOutput<typeof RulesetSchema>
export type RuleInput = RulesetInput['rules'][number]
export type OverrideInput = RulesetInput['pattern_overrides'][number]
export type BreakerInput = RulesetInput['circuit_breakers'][number]
export type ConditionInput = v.InferOutput<typeof ConditionSchema>
export type Operator = (typeof OPERATORS)[number]
export type Severity = (typeof SEVERITIES)[number]
export type RuleValue = v.InferOutput<typeof value> | undefined

type Step = string | number

/** A file that was read, with the means to point at places in it. */
export interface RulesetText {
  readonly input: RulesetInput
  /** "limits.yaml:17: why"; the innermost place that there is. */
  at(path: readonly Step[], why: string): string
  /** As the file writes it: 0.10 stays 0.10. */
  shown(path: readonly Step[]): string
}

/** The file, or what is wrong with it, one line a finding. */
export function readRuleset(file: string, text: string): RulesetText | readonly string[] {
  if (text.length > CHARACTERS_MAX) return [`${file}:1: is longer than ${CHARACTERS_MAX} characters`]
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, logLevel: 'error', stringKeys: true })
  const faults = [...document.errors, ...document.warnings].map(
    ({ message, linePos }) => `${file}:${linePos?.[0].line ?? 1}: ${message.split('\n')[0] ?? ''}`,
  )
  if (faults.length > 0) return faults
  const places = createPlaces(file, text, document, counter)
  let plain: unknown
  try {
    plain = document.toJS({ maxAliasCount: 0 })
  } catch {
    return [places.at([], 'an alias (*name) is not read: a rule stands where it holds')]
  }
  const result = v.safeParse(RulesetSchema, plain)
  if (result.success) return { input: result.output, ...places }
  return result.issues.map(({ message, path = [] }) => {
    const steps = path.map(({ key }) => key as Step)
    return places.at(steps, steps.length === 0 ? message : `${steps.join('.')}: ${message}`)
  })
}

function createPlaces(
  file: string,
  text: string,
  document: Document,
  counter: LineCounter,
): Omit<RulesetText, 'input'> {
  const rangeOf = (path: readonly Step[]) => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true)
    return isNode(node) ? (node.range ?? undefined) : undefined
  }
  return {
    at(path, why) {
      let range = rangeOf(path)
      for (let length = path.length - 1; length >= 0 && range === undefined; length--)
        range = rangeOf(path.slice(0, length))
      return `${file}:${counter.linePos(range?.[0] ?? 0).line}: ${why}`
    },
    shown(path) {
      const [start = 0, end = 0] = rangeOf(path) ?? []
      return text.slice(start, end).trim()
    },
  }
}
