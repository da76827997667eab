/** The steps that are no order: time, cancels, moved stops, publications, requests. All go in as events. */

import { findOrder } from '../book/fold.ts'
import type { ActionRequest, ActionVerdict, Draft, TimeMs } from '../contract.ts'
import { emit, type Kernel, processInput } from '../cycle/kernel.ts'
import { toRuleResults } from '../gate/decision.ts'
import { formatQuantity } from '../math.ts'
import { toPlainText } from './amount.ts'
import { fromVerdict, type Said, SILENT } from './answer.ts'
import { createRoot, toEvent } from './event.ts'
import type { Step } from './schema.ts'

const PRINCIPAL = 'scenario'

/** A tick, as a box is told the time before it decides. Time never goes back. */
export function advance(kernel: Kernel, at: TimeMs): void {
  const { context } = kernel
  context.now = Math.max(context.now, at)
  send(kernel, { type: 'clock/ticked', payload: {} })
}

/** Never denied: there is nothing to judge. */
export function cancel(kernel: Kernel, orderId: string): Said {
  send(kernel, { type: 'order/cancel_requested', payload: { orderId, principal: PRINCIPAL, reason: 'step' } })
  const found = findOrder(kernel.book, orderId)
  if (found === undefined) return { ...SILENT, refused: `no order ${orderId} works` }
  cancelOrder(kernel, orderId, 'step')
  // What it leaves uncovered is so from now on.
  advance(kernel, kernel.context.now)
  return SILENT
}

/** The broker's word, which a scenario has no broker for. */
export function cancelOrder(kernel: Kernel, orderId: string, reason: string): void {
  const remaining = formatQuantity(findOrder(kernel.book, orderId)?.open.quantity ?? 0)
  tell(kernel, { type: 'order/cancelled', payload: { orderId, remaining, reason } })
}

export function modify(kernel: Kernel, { id, stopPrice }: NonNullable<Step['modify']>): Said {
  const price = typeof stopPrice === 'number' || typeof stopPrice === 'string' ? toPlainText(stopPrice) : ''
  const payload = { orderId: id, stopPrice: price, principal: PRINCIPAL, reason: 'step' }
  const verdict = judged(kernel, { type: 'order/amend_requested', payload })
  const found = findOrder(kernel.book, id)
  if (verdict.allowed && found !== undefined)
    tell(kernel, { type: 'order/accepted', payload: { ...found.open.order, stopPrice: price } })
  return fromVerdict(verdict, toRuleResults(kernel.gate.outcome))
}

export function publish(kernel: Kernel, { channel, side, symbol }: NonNullable<Step['publish']>): Said {
  const payload = { symbol, channel, principal: PRINCIPAL, ...(side === undefined ? {} : { side }) }
  send(kernel, { type: 'publication/made', payload })
  return SILENT
}

export function request(kernel: Kernel, asked: NonNullable<Step['request']>): Said {
  const payload = { ...asked, principal: asked.principal ?? '' } as ActionRequest & { principal: string }
  const verdict = judged(kernel, { type: 'action/requested', payload })
  return fromVerdict(verdict, toRuleResults(kernel.gate.outcome))
}

/** Follows an input that the kernel answers with a verdict. */
function judged(kernel: Kernel, draft: Draft): ActionVerdict {
  let verdict: ActionVerdict | undefined
  const before = kernel.sink
  kernel.sink = (event) => {
    if (event.type === 'action/judged') verdict = event.payload
    before(event)
  }
  send(kernel, draft)
  kernel.sink = before
  if (verdict === undefined) throw new TypeError(`${draft.type} was not judged`)
  return verdict
}

export function send(kernel: Kernel, draft: Draft): void {
  processInput(kernel, { kind: 'event', source: PRINCIPAL, draft, time: kernel.context.now })
}

/** What only ever follows from something. */
export function tell(kernel: Kernel, draft: Draft): void {
  const cause = toEvent({ type: 'clock/ticked', payload: {} }, kernel.context.now)
  emit(kernel, cause, createRoot(), PRINCIPAL, draft)
}
