/**
 * What a refusal leaves behind: a latch after the sixth parent of a minute, an episode of layering, a
 * proposal that waits for a person. The same for a verdict, a record that is taken over, and a scenario.
 */

import { symbolOf } from '../book/book.ts'
import type { Decision } from '../contract.ts'
import { showsLayering } from '../gate/conduct.ts'
import { type Facts, fromFactText, lacksApproval, showsLoop } from '../gate/decision.ts'
import { latchTriple, noteEpisode } from '../gate/order-flow.ts'
import { queueApproval } from '../gate/registers.ts'
import type { Kernel } from './kernel.ts'

/** `facts` are those of the decision; without them they are read back from its text. */
export function noteRefusal(
  { book, context }: Kernel,
  decision: Decision,
  facts: Facts = fromFactText(decision.facts),
): void {
  const { deniedBy, held, order } = decision
  const { flow, now, registers } = context
  if (showsLoop(facts)) latchTriple(flow, order)
  if (showsLayering(facts)) noteEpisode(flow, order.symbol, order.side === 'buy' ? -1 : 1, now)
  if (!lacksApproval(decision, facts)) return
  queueApproval(registers, decision, symbolOf(book, order.symbol).mark, [...deniedBy, ...held], now)
}
