/**
 * A file's text to its scenarios: one object or a list of them. Whatever does not fit is told with pointer
 * and line, all of it at once.
 */

import * as v from 'valibot'
import { lineOf, placesOf } from './json-places.ts'
import { type Scenario, ScenarioSchema } from './schema.ts'

export interface Misfit {
  /** JSON pointer (RFC 6901) into the file; empty = the whole of it. */
  readonly pointer: string
  /** From 1. */
  readonly line: number
  readonly message: string
}

export type ParsedFile =
  | { readonly scenarios: readonly Scenario[]; readonly misfits?: undefined }
  | { readonly misfits: readonly Misfit[]; readonly scenarios?: undefined }

const FileSchema = v.union([v.array(v.unknown()), v.record(v.string(), v.unknown())])
const SHOWN_MAX = 20

export function parseScenarios(text: string): ParsedFile {
  // Editors put a mark in front that is no part of the text.
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text
  const places = placesOf(plain)
  if (places.fault !== undefined) {
    const { line, pointer } = places.fault
    return {
      misfits: [{ pointer, line, message: plain.trim() === '' ? 'is empty' : 'is not JSON from here on' }],
    }
  }
  const file = v.safeParse(FileSchema, JSON.parse(plain))
  if (!file.success || (Array.isArray(file.output) && file.output.length === 0))
    return { misfits: [{ pointer: '', line: 1, message: 'wants a scenario, or a list of scenarios' }] }
  const list = Array.isArray(file.output) ? file.output : undefined
  const misfits: Misfit[] = []
  const scenarios: Scenario[] = []
  for (const [index, raw] of (list ?? [file.output]).entries()) {
    const base = list === undefined ? '' : `/${index}`
    const result = v.safeParse(ScenarioSchema, raw)
    if (result.success) {
      scenarios.push(result.output)
      const back = backwardsIn(result.output)
      const pointer = `${base}/steps/${back}/at`
      if (back !== undefined)
        misfits.push({
          pointer,
          line: lineOf(places, pointer),
          message: 'is earlier than what comes before it',
        })
    } else
      for (const issue of result.issues) {
        const pointer = base + pointerOf(issue)
        misfits.push({ pointer, line: lineOf(places, pointer), message: messageOf(issue) })
      }
  }
  return misfits.length === 0 ? { scenarios } : { misfits: misfits.slice(0, SHOWN_MAX) }
}

/** The first step whose time lies before the clock, or before an earlier step's. */
function backwardsIn({ clock, steps }: Scenario): number | undefined {
  let latest = clock
  for (const [index, { at }] of steps.entries()) {
    if (at === undefined) continue
    if (at < latest) return index
    latest = at
  }
  return undefined
}

function pointerOf(issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? [])
    .map(({ key }) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
}

function messageOf(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === 'never') return 'is not a member that is known here'
  if (issue.kind === 'schema' && issue.input === undefined) return 'is missing'
  if (!issue.message.startsWith('Invalid ')) return issue.message
  return issue.expected === null ? 'does not fit' : `wants ${issue.expected}`
}
