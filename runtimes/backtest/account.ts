/**
 * What a backtest did that no account could: nobody is lent so much, and nobody trades on with less than
 * nothing. Called when a run ends, for its summary and its report.
 */

import type { Kernel } from '#core/cycle/kernel.ts'
import { isWipedOut } from '#core/cycle/watch.ts'
import { WATCHED } from '#core/gate/catalogue.ts'
import { formatTime } from '#core/time.ts'

/** One sentence each, worst first; empty = nothing to say. */
export function accountFindings(kernel: Kernel): readonly string[] {
  return [wipedOut(kernel), borrowed(kernel)].filter((finding) => finding !== undefined)
}

/** Of a run that has ended; undefined when something is left. */
export function wipedOut({ book, context }: Kernel): string | undefined {
  return isWipedOut(book) ? `the account was wiped out on ${dateOf(context.now)}` : undefined
}

function borrowed({ state }: Kernel): string | undefined {
  const { levered } = state.performance
  if (levered === null) return undefined
  const when = `first on ${dateOf(levered.since)}, at most ${levered.most.toFixed(2)} ×`
  return `positions were worth more than ${WATCHED.leverage} × equity, ${when}`
}

function dateOf(time: number): string {
  return formatTime(time).slice(0, 10)
}
