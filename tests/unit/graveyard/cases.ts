/** How the rule tests are written: a table of spoilt orders, each with the exact set of rules in its way. */

import { expect, it } from 'vitest'
import { createOutcome } from '#graveyard/outcome.ts'
import { describeRule, judge, RULES } from '#graveyard/rules.ts'
import { type Change, judged, sound } from '#tests/support/facts.ts'

export interface Expected {
  /** Exact set of denying rules. */
  readonly denied?: readonly string[]
  readonly held?: readonly string[]
  readonly unknown?: readonly string[]
  /** Rules that must not apply, others may. */
  readonly exempt?: readonly string[]
}

export type Case = readonly [title: string, changes: Change | readonly Change[], expected: Expected]

export function cases(table: readonly Case[]): void {
  for (const [title, changes, { denied = [], held = [], unknown = [], exempt = [] }] of table) {
    it(title, () => {
      const facts = sound(...[changes].flat())
      const verdict = judged(facts)
      expect({ denied: verdict.denied, held: verdict.held, unknown: verdict.unknown }).toEqual({
        denied,
        held,
        unknown,
      })
      expect(verdict.exempt).toEqual(expect.arrayContaining([...exempt]))
    })
  }
}

/** A table for one rule: each change denies by this rule alone. */
export function denials(
  rule: string,
  table: readonly (readonly [string, Change | readonly Change[]])[],
): void {
  cases(table.map(([title, changes]) => [`denies: ${title}`, changes, { denied: [rule] }]))
}

/** Each change passes all rules. */
export function approvals(table: readonly (readonly [string, Change | readonly Change[]])[]): void {
  cases(table.map(([title, changes]) => [`passes: ${title}`, changes, {}]))
}

/** What the rule says about this order. */
export function told(name: string, ...changes: readonly Change[]) {
  const out = createOutcome()
  judge(sound(...changes), out)
  const rule = RULES.find((candidate) => candidate.name === name)
  if (rule === undefined) throw new Error(`no rule ${name}`)
  return describeRule(rule, out)
}
