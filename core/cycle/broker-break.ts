/**
 * Broker and book held against each other after an account was taken over: another broker might have filled
 * what the recorded one did not.
 *
 * The book is what was recorded. openRun calls this once, and a break halts the run that begins.
 */

import { formatQuantity } from '../math.ts'
import type { Kernel } from './kernel.ts'

/** The first difference in words; undefined when there is none, or the broker does not tell. */
export function findBrokerBreak({ book, slots }: Kernel): string | undefined {
  const view = slots.broker?.plugin.broker?.simulate.view?.(slots.broker.state)
  if (view === undefined) return undefined
  const recorded = new Map<string, string>()
  for (const { symbol, position, open } of book.state.symbols) {
    if (position !== 0) recorded.set(`position in ${symbol}`, formatQuantity(position))
    for (const { orderId, quantity } of open) recorded.set(`order ${orderId}`, formatQuantity(quantity))
  }
  const told = new Map<string, string>()
  for (const [symbol, position] of view.positions)
    if (position !== 0) told.set(`position in ${symbol}`, formatQuantity(position))
  for (const { orderId, quantity } of view.working) told.set(`order ${orderId}`, quantity)
  for (const name of new Set([...recorded.keys(), ...told.keys()])) {
    const [mine, theirs] = [recorded.get(name) ?? '0', told.get(name) ?? '0']
    if (mine !== theirs) return `broker break: ${name} is ${mine} in the book, ${theirs} at the broker`
  }
  return undefined
}
