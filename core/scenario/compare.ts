/** What a step was expected to answer against what it answered. Only what was said is compared. */

import type { Json } from '../contract.ts'
import { toPlainText } from './amount.ts'
import type { Answer } from './play.ts'
import type { Expectation } from './schema.ts'

export interface Difference {
  /** Member of `expect`. */
  readonly member: string
  readonly expected: Json
  readonly got: Json
  /** For sets: in the one and not in the other. */
  readonly missing: readonly string[]
  readonly surprising: readonly string[]
}

const SETS = ['deniedBy', 'unknown', 'held', 'limits', 'cancelFirst'] as const
const NONE: readonly string[] = Object.freeze([])

/** Empty when all that was expected came. */
export function compare(expected: Expectation, answer: Answer): readonly Difference[] {
  const differences: Difference[] = []
  for (const member of SETS) {
    const wanted = expected[member]
    if (wanted === undefined) continue
    const got = member === 'limits' ? limitsAsked(wanted, answer.limits) : answer[member]
    const missing = wanted.filter((name) => !got.includes(name))
    const surprising = got.filter((name) => !wanted.includes(name))
    if (missing.length > 0 || surprising.length > 0)
      differences.push({ member, expected: [...wanted], got: [...got], missing, surprising })
  }
  for (const member of ['allowed', 'mode'] as const) {
    const wanted = expected[member]
    if (wanted !== undefined && wanted !== answer[member])
      differences.push({ member, expected: wanted, got: answer[member], missing: NONE, surprising: NONE })
  }
  if (expected.nearest !== undefined && !isNearest(expected.nearest, toJson(answer.nearest))) {
    const given = { member: 'nearest', missing: NONE, surprising: NONE }
    differences.push({ ...given, expected: expected.nearest as Json, got: toJson(answer.nearest) })
  }
  return differences
}

/**
 * The overlay's rules repeat much of what the 26 and the limits say. They are compared where the expectation
 * names one of them, and left out where it speaks of the limits alone.
 */
function limitsAsked(wanted: readonly string[], got: readonly string[]): readonly string[] {
  return wanted.some(isOverlay) ? got : got.filter((limit) => !isOverlay(limit))
}

function isOverlay(limit: string): boolean {
  return limit.startsWith('overlay:')
}

function toJson(nearest: Answer['nearest']): Json {
  return nearest === undefined
    ? null
    : {
        ...nearest,
        targets: nearest.targets?.map((target) => ({ ...target })),
        ...(nearest.stopLoss === undefined ? {} : { stopLoss: { ...nearest.stopLoss } }),
      }
}

/** A bare amount is a quantity; of an object only the members that it names count. */
function isNearest(wanted: unknown, got: Json | undefined): boolean {
  if (wanted === null) return got === undefined || got === null
  if (typeof wanted === 'object') return matches(wanted as Json, got)
  return matches({ quantity: wanted as Json }, got)
}

function matches(wanted: Json | undefined, got: Json | undefined): boolean {
  if (typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted)) {
    if (typeof got !== 'object' || got === null || Array.isArray(got)) return false
    const [asked, given] = [wanted, got] as readonly { readonly [name: string]: Json | undefined }[]
    return Object.keys(asked ?? {}).every((name) => matches(asked?.[name], given?.[name]))
  }
  if (isAmount(wanted) && isAmount(got)) return Number(toPlainText(wanted)) === Number(toPlainText(got))
  return JSON.stringify(wanted) === JSON.stringify(got)
}

function isAmount(value: Json | undefined): value is number | string {
  return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
}
