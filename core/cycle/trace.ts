/** Names and numbers of inputs: the trace id that is derived from one, and how many a source has said. */

import type { Kernel } from './kernel.ts'

/**
 * 48 bits of event time, 36 of run and source, 44 of the input's number: unique without a hash of its own, and
 * the index of traces grows at its end instead of everywhere.
 */
export function deriveTrace(kernel: Kernel, source: string, ordinal: number): string {
  const time = kernel.context.now.toString(16).padStart(TIME_DIGITS, '0')
  return time + nameSource(kernel, source) + ordinal.toString(16).padStart(ORDINAL_DIGITS, '0')
}

const TIME_DIGITS = 12
const SOURCE_DIGITS = 9
const ORDINAL_DIGITS = 11

function nameSource({ options, traceNames }: Kernel, source: string): string {
  let name = traceNames.get(source)
  if (name === undefined) {
    name = options.hash.sha256Hex(`${options.seed}|${options.runId}|${source}`).slice(0, SOURCE_DIGITS)
    traceNames.set(source, name)
  }
  return name
}

/** Own keys only: a source may be called `constructor`. */
export function countOf(table: { readonly [key: string]: number }, key: string): number {
  return Object.hasOwn(table, key) ? (table[key] ?? 0) : 0
}
