/**
 * What was released lately: the counts that the rules on loops and rates are judged on. Event time only; plain JSON.
 */

import type { TimeMs } from '../contract.ts'

const WINDOW_MS = 60_000
const PARENTS_LATCH = 5

export interface OrderFlow {
  /** Release times of all orders, oldest first. */
  executions: TimeMs[]
  /** Per strategy, symbol and side: release times of openings. */
  parents: { [triple: string]: TimeMs[] }
  /** Per symbol: release times of exits. */
  exits: { [symbol: string]: TimeMs[] }
  /** Triples that released more than they may; until a person re-arms them. */
  latched: { [triple: string]: true }
}

export function createOrderFlow(): OrderFlow {
  return { executions: [], parents: {}, exits: {}, latched: {} }
}

/** `|` cannot occur in a symbol, so the triple is unambiguous; a plain key like __proto__ never occurs. */
export function tripleOf(strategy: string, symbol: string, side: string): string {
  return `${strategy}|${symbol}|${side}`
}

export function recentCount(times: TimeMs[] | undefined, now: TimeMs): number {
  if (times === undefined) return 0
  while (times.length > 0 && (times[0] ?? now) <= now - WINDOW_MS) times.shift()
  return times.length
}

export function recordRelease(
  flow: OrderFlow,
  triple: string,
  symbol: string,
  opening: boolean,
  now: TimeMs,
): void {
  flow.executions.push(now)
  recentCount(flow.executions, now)
  const list = opening ? push(flow.parents, triple, now) : push(flow.exits, `=${symbol}`, now)
  if (opening && list.length > PARENTS_LATCH) flow.latched[triple] = true
}

export function exitsOf(flow: OrderFlow, symbol: string): TimeMs[] | undefined {
  return flow.exits[`=${symbol}`]
}

function push(table: { [key: string]: TimeMs[] }, key: string, now: TimeMs): TimeMs[] {
  const times = table[key]
  if (times === undefined) {
    const fresh = [now]
    table[key] = fresh
    return fresh
  }
  times.push(now)
  recentCount(times, now)
  return times
}
