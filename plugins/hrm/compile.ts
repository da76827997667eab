/**
 * A ruleset as closures and numbers, made once when the configuration is checked: judging builds no text and
 * no object.
 *
 * Every rule becomes one limit `overlay:ID`: a measure that reads the order, and the band in which it passes.
 */

import type { OperationalLimit } from '#core/contract.ts'
import { assert } from '#core/errors.ts'
import {
  type Applies,
  appliesOf,
  type Band,
  bandOf,
  fieldOf,
  isOfPattern,
  type Measure,
  measureOf,
  NUMERIC,
  unitOf,
} from './readings.ts'
import { type Breaker, OVERRIDE_TERMS, type Rule, type Ruleset } from './tighten.ts'

export interface CompiledRule extends Band {
  /** Undefined = every opening. */
  readonly applies: Applies | undefined
  readonly measure: Measure
  /** True when `high` is a size, which a circuit breaker may cut. */
  readonly isSize: boolean
  /** False for a warning: it is reported and lets pass. */
  readonly denies: boolean
  /** Once it has denied, the warnings after it are left out. */
  readonly halts: boolean
}

export interface CompiledRuleset {
  readonly rules: readonly CompiledRule[]
  readonly suspend: Breaker
  readonly reduce: Breaker
  readonly close: Breaker
  /** Of the rules in their order, and then of the three breakers as above. */
  readonly limits: readonly OperationalLimit[]
}

interface Bound {
  readonly rule: Rule
  readonly applies: Applies | undefined
  readonly halts: boolean
}

export function compile(ruleset: Ruleset): CompiledRuleset {
  const stages = [...ruleset.stages].sort((a, b) => a.order - b.order)
  const bounds = [
    ...stages.flatMap(({ name, halts }) =>
      ruleset.rules.filter(({ stage }) => stage === name).map(toBound(halts)),
    ),
    ...ruleset.overrides.flatMap(toBounds),
  ]
  const breakers = ['suspend_trading', 'reduce_position_sizes', 'close_all_long_positions'].map((action) =>
    ruleset.breakers.find((breaker) => breaker.action === action),
  )
  const [suspend, reduce, close] = breakers
  const isWhole = suspend !== undefined && reduce !== undefined && close !== undefined
  assert(isWhole, 'hrm', 'The built-in ruleset wants its three circuit breakers.')
  return {
    rules: bounds.map((bound) => compileRule(bound, ruleset.strict)),
    suspend,
    reduce,
    close,
    limits: [
      ...bounds.map(toLimit),
      { name: `overlay:${suspend.id}`, unit: 'flag', denies: suspend.message },
      // The share of the sizes that is left: the limits on size deny, not this one.
      { name: `overlay:${reduce.id}`, unit: 'ratio', denies: reduce.message },
      { name: `overlay:${close.id}`, unit: 'flag', denies: close.message },
    ],
  }
}

function toBound(halts: boolean): (rule: Rule) => Bound {
  return (rule) => ({ rule, halts, applies: appliesOf(rule.when) })
}

const OVERRIDES = {
  max_position: ['position_size', 'lte', 'the position would be too large for this pattern'],
  min_confidence: ['confidence', 'gte', 'the pattern is not certain enough for its kind'],
  max_stop: ['stop_distance', 'lte', 'the stop is too far away for this pattern'],
  min_risk_reward: ['risk_reward_ratio', 'gte', 'the targets earn too little for this pattern'],
} as const

/** One rule for each term. */
function toBounds(override: Ruleset['overrides'][number]): readonly Bound[] {
  const isOf = isOfPattern(override.pattern)
  const isOfAgent: Applies = (order) => order.agent !== '' && isOf(order)
  return OVERRIDE_TERMS.flatMap((term) => {
    const value = override[term]
    if (value === undefined) return []
    const [field, operator, message] = OVERRIDES[term]
    const id = `${override.pattern}.${term}`
    const common = { stage: '', severity: 'error', when: [], shown: '', enabled: true } as const
    const rule: Rule = { ...common, id, field, operator, value, message }
    // A person's order has no confidence that could be too small.
    return [{ rule, applies: term === 'min_confidence' ? isOfAgent : isOf, halts: false }]
  })
}

function toLimit({ rule: { id, field, operator, value, message } }: Bound): OperationalLimit {
  const unit = NUMERIC.includes(operator) ? unitOf(fieldOf(field), value) : 'flag'
  return { name: `overlay:${id}`, unit, denies: message }
}

function compileRule({ rule, applies, halts }: Bound, strict: boolean): CompiledRule {
  const { field, operator, value, severity, enabled } = rule
  const { low, high } = bandOf(field, operator, value)
  return {
    applies: enabled ? applies : () => false,
    measure: measureOf(field, operator, value),
    low,
    high,
    isSize: operator === 'lte' && (field === 'position_size' || field === 'max_loss_percent'),
    denies: strict || severity !== 'warning',
    halts,
  }
}
