/** What a step is answered with, whatever it was. */

import type { ActionVerdict, LimitResult, RuleResult } from '../contract.ts'
import type { OrderChange } from '../gate/nearest.ts'

export interface Said {
  readonly allowed: boolean
  readonly deniedBy: readonly string[]
  readonly unknown: readonly string[]
  readonly held: readonly string[]
  /** Names of the limits beside the rules that refuse. */
  readonly limits: readonly string[]
  /** Own orders that would have to be cancelled first. */
  readonly cancelFirst: readonly string[]
  /** Of a denied order: members of the nearest one that would pass. */
  readonly nearest?: OrderChange
  /** All 26 where rules were asked. */
  readonly rules: readonly RuleResult[]
  readonly limitResults: readonly LimitResult[]
  /** Why a step that no rule judges had no effect. */
  readonly refused?: string
}

/** Of a step that no rule was asked about. */
export const SILENT: Said = Object.freeze({
  allowed: true,
  deniedBy: [],
  unknown: [],
  held: [],
  limits: [],
  cancelFirst: [],
  rules: [],
  limitResults: [],
})

/** `rules` are all 26, of which the verdict names those that refuse. */
export function fromVerdict(verdict: ActionVerdict, rules: readonly RuleResult[]): Said {
  const { allowed, deniedBy, unknown } = verdict
  return { ...SILENT, allowed, deniedBy, unknown, rules }
}
