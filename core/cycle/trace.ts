/** Names and numbers of inputs: the trace id that is derived from one, and how many a source has said. */

import type { Kernel } from './kernel.ts'

/**
 * 48 bits of event time, then 80 of a hash: unique by source and ordinal, and the index of traces grows at
 * its end instead of everywhere.
 */
export function deriveTrace(kernel: Kernel, source: string, ordinal: number): string {
  const { context, options } = kernel
  const unique = options.hash.sha256Hex(`${options.seed}|${options.runId}|${source}|${ordinal}`)
  return context.now.toString(16).padStart(TIME_DIGITS, '0') + unique.slice(0, TRACE_DIGITS - TIME_DIGITS)
}

const TRACE_DIGITS = 32
const TIME_DIGITS = 12

/** Own keys only: a source may be called `constructor`. */
export function countOf(table: { readonly [key: string]: number }, key: string): number {
  return Object.hasOwn(table, key) ? (table[key] ?? 0) : 0
}
