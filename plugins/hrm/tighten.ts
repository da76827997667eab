/**
 * Rulesets over one another: each file may tighten what is there so far, and nothing else.
 *
 * Called when the configuration is checked. What a file does not name stays as it is, so nothing can be
 * removed; every loosening is a finding with its file and line.
 */

import { findField } from './fields.ts'
import {
  type BreakerInput,
  type ConditionInput,
  type Operator,
  type OverrideInput,
  type RuleInput,
  type RulesetInput,
  type RulesetText,
  type RuleValue,
  SEVERITIES,
  type Severity,
} from './format.ts'
import { loosens, operatorFault } from './operators.ts'

export interface Rule {
  readonly id: string
  readonly stage: string
  severity: Severity
  readonly when: readonly ConditionInput[]
  readonly field: string
  readonly operator: Operator
  value: RuleValue
  /** `value` as its file writes it. */
  shown: string
  message: string
  enabled: boolean
}

export interface Stage {
  readonly name: string
  readonly order: number
  halts: boolean
}

/** The value that trips it; `minutes` and `factor` are 0 where the action knows none. */
export interface Breaker {
  readonly id: string
  readonly field: string
  readonly operator: Operator
  readonly action: string
  value: number
  minutes: number
  factor: number
  message: string
}

export interface Ruleset {
  strict: boolean
  readonly stages: Stage[]
  readonly rules: Rule[]
  readonly overrides: { -readonly [Term in keyof OverrideInput]: OverrideInput[Term] }[]
  readonly breakers: Breaker[]
}

type Step = string | number
/** Notes what is wrong at a place of the file. */
type Find = (path: readonly Step[], why: string) => void

export function createRuleset(): Ruleset {
  return { strict: false, stages: [], rules: [], overrides: [], breakers: [] }
}

/**
 * Tightens the ruleset in place and returns what stands against it: then the ruleset is of no use.
 * `founds` = the file that brings stages and breakers, which no other can add.
 */
export function tighten(ruleset: Ruleset, file: RulesetText, founds: boolean): readonly string[] {
  const findings: string[] = []
  const find: Find = (path, why) => findings.push(file.at(path, why))
  const { input } = file
  if (input.strict_mode === false && ruleset.strict) find(['strict_mode'], 'strict_mode is on and stays on')
  if (input.strict_mode === true) ruleset.strict = true
  for (const [index, stage] of input.stages.entries()) addStage(ruleset, stage, founds, index, find)
  for (const [index, rule] of input.rules.entries())
    addRule(ruleset, rule, file.shown(['rules', index, 'value']), index, find)
  for (const [index, override] of input.pattern_overrides.entries())
    addOverride(ruleset, override, index, find)
  for (const [index, breaker] of input.circuit_breakers.entries())
    addBreaker(ruleset, breaker, founds, index, find)
  return findings
}

function addStage(
  ruleset: Ruleset,
  input: RulesetInput['stages'][number],
  founds: boolean,
  index: number,
  find: Find,
): void {
  const known = ruleset.stages.find(({ name }) => name === input.name)
  if (known === undefined) {
    if (founds)
      ruleset.stages.push({ name: input.name, order: input.order ?? 0, halts: input.on_failure === 'halt' })
    else find(['stages', index, 'name'], `${input.name} is no stage; wanted one of ${stageNames(ruleset)}`)
    return
  }
  if (input.order !== undefined && input.order !== known.order)
    find(['stages', index, 'order'], `stage ${known.name} is number ${known.order} and stays there`)
  if (input.on_failure === 'collect' && known.halts)
    find(['stages', index, 'on_failure'], `stage ${known.name} halts and keeps halting`)
  if (input.on_failure === 'halt') known.halts = true
}

function stageNames(ruleset: Ruleset): string {
  return ruleset.stages.map(({ name }) => name).join(', ')
}

function addRule(ruleset: Ruleset, input: RuleInput, shown: string, index: number, find: Find): void {
  const known = ruleset.rules.find(({ id }) => id === input.id)
  const at = (key: string, why: string) => find(['rules', index, key], why)
  if (known === undefined) ownRule(ruleset, input, shown, at)
  else tightenRule(known, input, shown, at)
}

function ownRule(
  ruleset: Ruleset,
  input: RuleInput,
  shown: string,
  at: (key: string, why: string) => void,
): void {
  const { id, stage, severity, field, operator, message, when = [], value, enabled = true } = input
  if (id.startsWith('CB-')) return at('id', `${id} is the name of a circuit breaker`)
  if (!stage || !severity || !field || !operator || !message)
    return at('id', `${id} is new, so it wants stage, severity, field, operator and message`)
  if (!ruleset.stages.some(({ name }) => name === stage))
    at('stage', `${id}: ${stage} is no stage; wanted one of ${stageNames(ruleset)}`)
  const fault = faultOf(field, operator, value)
  if (fault !== undefined) at(fault.key, `${id}: ${fault.why}`)
  for (const condition of when) {
    const conditionFault =
      condition.operator === 'fields_required'
        ? { why: 'fields_required is no condition' }
        : faultOf(condition.field, condition.operator, condition.value)
    if (conditionFault !== undefined) at('when', `${id}: ${conditionFault.why}`)
  }
  ruleset.rules.push({ id, stage, severity, when, field, operator, value, shown, message, enabled })
}

function faultOf(
  name: string,
  operator: Operator,
  value: RuleValue,
): { readonly key: string; readonly why: string } | undefined {
  const field = findField(name)
  if (field === undefined) return { key: 'field', why: `${name} is no field that a rule can ask about` }
  const why = operatorFault(operator, field, value)
  return why === undefined ? undefined : { key: 'value', why: `${name}: ${why}` }
}

function tightenRule(
  rule: Rule,
  input: RuleInput,
  shown: string,
  at: (key: string, why: string) => void,
): void {
  const { id, field, operator } = rule
  for (const key of ['stage', 'field', 'operator'] as const)
    if (input[key] !== undefined && input[key] !== rule[key])
      at(key, `${id} ${key} ${input[key]}: it is ${rule[key]} and stays so`)
  if (input.when !== undefined) at('when', `${id} is there already, and whom it concerns stays as it is`)
  if (input.enabled === false && rule.enabled) at('enabled', `${id} is at work and cannot be disabled`)
  if (input.enabled === true) rule.enabled = true
  if (input.severity !== undefined) {
    if (SEVERITIES.indexOf(input.severity) < SEVERITIES.indexOf(rule.severity))
      at('severity', `${id} severity ${input.severity} loosens ${rule.severity}`)
    else rule.severity = input.severity
  }
  if (input.message !== undefined) rule.message = input.message
  if (input.value === undefined) return
  const fault = faultOf(field, operator, input.value)
  if (fault !== undefined) at('value', `${id} ${fault.why}`)
  else if (loosens(operator, rule.value, input.value))
    at('value', `${id} ${field} ${operator} ${shown} loosens ${rule.shown}`)
  else {
    rule.value = input.value
    rule.shown = shown
  }
}

/** Terms of an override, and which way is tighter. */
const TERMS = {
  max_position: 'lte',
  min_confidence: 'gte',
  max_stop: 'lte',
  min_risk_reward: 'gte',
} as const
export const OVERRIDE_TERMS = ['max_position', 'min_confidence', 'max_stop', 'min_risk_reward'] as const

function addOverride(ruleset: Ruleset, input: OverrideInput, index: number, find: Find): void {
  const { pattern } = input
  const lower = pattern.toLowerCase()
  const known = ruleset.overrides.find((override) => override.pattern.toLowerCase() === lower)
  if (OVERRIDE_TERMS.every((term) => input[term] === undefined))
    find(['pattern_overrides', index], `${pattern} wants one of ${OVERRIDE_TERMS.join(', ')}`)
  if (known === undefined) {
    ruleset.overrides.push({ ...input })
    return
  }
  for (const term of OVERRIDE_TERMS) {
    const before = known[term]
    const after = input[term]
    if (after === undefined) continue
    if (before !== undefined && loosens(TERMS[term], before, after))
      find(['pattern_overrides', index, term], `${pattern} ${term} ${after} loosens ${before}`)
    else known[term] = after
  }
}

function addBreaker(ruleset: Ruleset, input: BreakerInput, founds: boolean, index: number, find: Find): void {
  const { id } = input
  const at = (key: string, why: string) => find(['circuit_breakers', index, key], why)
  const known = ruleset.breakers.find((breaker) => breaker.id === id)
  if (known === undefined) {
    const { field = '', operator = 'lte', action = '', value = Number.NaN, minutes = 0, factor = 0 } = input
    const { message = '' } = input
    if (founds) ruleset.breakers.push({ id, field, operator, action, value, minutes, factor, message })
    else at('id', `${id} is no breaker; wanted one of ${ruleset.breakers.map((each) => each.id).join(', ')}`)
    return
  }
  for (const key of ['field', 'operator', 'action'] as const)
    if (input[key] !== undefined && input[key] !== known[key])
      at(key, `${id} ${key} ${input[key]}: it is ${known[key]} and stays so`)
  if (input.enabled === false) at('enabled', `${id} is at work and cannot be disabled`)
  if (input.message !== undefined) known.message = input.message
  tightenTrigger(known, input.value, at)
  tightenTerm(known, 'minutes', input.minutes, (before, after) => after < before, at)
  tightenTerm(known, 'factor', input.factor, (before, after) => after > before, at)
}

/** A breaker is tighter when it trips sooner: the other way round than a rule, and never at once. */
function tightenTrigger(
  breaker: Breaker,
  after: number | undefined,
  at: (key: string, why: string) => void,
): void {
  if (after === undefined) return
  const { id, field, operator, value } = breaker
  const looser = operator === 'lte' ? after < value : after > value
  if (looser) at('value', `${id} ${field} ${operator} ${after} loosens ${value}`)
  else if (operator === 'lte' ? after >= 0 : !(after >= 1 && Number.isInteger(after)))
    at('value', `${id} wants ${operator === 'lte' ? 'a loss, below 0' : 'a whole number from 1'}`)
  else breaker.value = after
}

function tightenTerm(
  breaker: Breaker,
  key: 'minutes' | 'factor',
  after: number | undefined,
  isLooser: (before: number, after: number) => boolean,
  at: (key: string, why: string) => void,
): void {
  const before = breaker[key]
  if (after === undefined) return
  if (before === 0) at(key, `${breaker.id} knows no ${key}`)
  else if (isLooser(before, after)) at(key, `${breaker.id} ${key} ${after} loosens ${before}`)
  else breaker[key] = after
}
