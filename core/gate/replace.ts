/**
 * Orders that take the place of another one: judged as if that one were gone already, on what it has not
 * filled.
 *
 * Called wherever an order is judged for good or as a question. An order that names none goes straight
 * through.
 */

import type { OpenOrder } from '../book/book.ts'
import type { GateContext, Proposal } from './facts.ts'
import { type Gate, judgeProposal, type Overlay } from './gate.ts'
import { filledOf } from './order-flow.ts'
import { isStop } from './working.ts'

/** As `judgeProposal`; an order whose place cannot be taken is none that the rules know. */
export function judgeOrder(
  gate: Gate,
  proposal: Proposal,
  context: GateContext,
  overlay: Overlay | undefined,
): number {
  const { parsed } = proposal
  if (parsed.replaces === '') return judgeProposal(gate, proposal, context, overlay)
  const open = context.book.index.get(parsed.symbol)?.open ?? []
  const place = open.findIndex(({ orderId }) => orderId === parsed.replaces)
  const replaced = open[place]
  if (replaced === undefined || !isReplaceable(replaced, proposal))
    return judgeProposal(gate, { ...proposal, parsed: { ...parsed, known: false } }, context, overlay)
  const left = parsed.quantity - filledOf(replaced)
  open.splice(place, 1)
  try {
    const alone = { ...parsed, quantity: left > 0 ? left : Number.NaN }
    return judgeProposal(gate, { ...proposal, parsed: alone }, context, overlay)
  } finally {
    open.splice(place, 0, replaced)
  }
}

/**
 * Protective orders are amended instead: what they protect must not lose sight of them. A pattern may bear any
 * name, so an agent's word counts for orders under its own alone.
 */
function isReplaceable(open: OpenOrder, { agent, chain, parsed, proposer }: Proposal): boolean {
  const { order, role, side, strategy } = open
  if (side !== parsed.side || strategy !== parsed.strategy || order.parent !== undefined) return false
  if (proposer === 'agent' && strategy !== agent && strategy !== chain.at(-1)) return false
  return role === 'entry' || (role === 'exit' && !isStop(open))
}
