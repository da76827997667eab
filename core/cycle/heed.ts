/**
 * What people's words and the account's state do to the kernel: pauses, lists, latches, approvals, amended
 * orders, actions that are judged and answered. Called by the kernel for every event that it follows.
 */

import { findOrder } from '../book/fold.ts'
import type { ArkEvent, EventOf } from '../contract.ts'
import { judgeAction } from '../gate/action.ts'
import { judgeAmendment } from '../gate/amend.ts'
import { clearCause, type ModeChange } from '../gate/mode.ts'
import { enter, takePending } from '../gate/registers.ts'
import { changeMode, emit, type Kernel, type Root } from './kernel.ts'
import { splitWaiting } from './waiting.ts'
import { watchTick } from './watch.ts'

export function heed(kernel: Kernel, event: ArkEvent, root: Root): void {
  const { lists } = kernel.context
  switch (event.type) {
    case 'pause/requested':
      if (event.payload.paused) lists.paused[event.payload.key] = true
      else delete lists.paused[event.payload.key]
      return
    case 'restriction/requested':
      return restrict(kernel, event)
    case 'latch/rearmed':
      return rearm(kernel, event, root)
    case 'approval/decided':
      return decide(kernel, event, root)
    case 'order/amend_requested':
      return amend(kernel, event, root)
    case 'action/requested':
      return answer(kernel, event, root)
    case 'account/strained':
      if (event.payload.cause === 'day_loss') kernel.book.state.dayLossLatched = true
      return
    case 'split/applied':
      return splitWaiting(kernel, event.payload)
    case 'clock/ticked':
      return watchTick(kernel, event, root)
    default:
      return
  }
}

/** The same folds for a record that is taken over: what was judged and proposed stands in it already. */
export function heedRecorded(kernel: Kernel, event: ArkEvent): void {
  const { book, context } = kernel
  if (event.type === 'pause/requested') {
    if (event.payload.paused) context.lists.paused[event.payload.key] = true
    else delete context.lists.paused[event.payload.key]
  } else if (event.type === 'restriction/requested') restrict(kernel, event)
  else if (event.type === 'account/strained') {
    if (event.payload.cause === 'day_loss') book.state.dayLossLatched = true
  } else if (event.type === 'latch/rearmed') openLatch(kernel, event.payload.key)
  // Used or refused then, it must not be there to be used again.
  else if (event.type === 'approval/decided') takePending(context.registers, event.payload, context.now)
}

function restrict({ context }: Kernel, { payload }: EventOf<'restriction/requested'>): void {
  const { lists } = context
  lists.restricted ??= {}
  if (payload.restricted) lists.restricted[payload.symbol] = true
  // Loosening takes two; a word that names no second one changes nothing.
  else if (payload.second !== undefined && payload.second !== payload.principal)
    delete lists.restricted[payload.symbol]
}

function rearm(kernel: Kernel, event: EventOf<'latch/rearmed'>, root: Root): void {
  const change = openLatch(kernel, event.payload.key)
  if (change !== undefined) changeMode(kernel, event, root, change)
}

/** A day's loss is re-armed by a person in a live run only, and only when its session is over. */
function openLatch({ book, context }: Kernel, key: string): ModeChange | undefined {
  if (key !== 'day_loss') {
    delete context.flow.latched[key]
    delete context.flow.parents[key]
    return undefined
  }
  if (!context.registers.dayLossOver) return undefined
  context.registers.dayLossOver = false
  book.state.dayLossLatched = false
  return clearCause(context.mode, 'day_loss')
}

/** An approved order is proposed again, by core and in its proposer's name; the approval serves that once. */
function decide(kernel: Kernel, event: EventOf<'approval/decided'>, root: Root): void {
  const { registers, now } = kernel.context
  const pending = takePending(registers, event.payload, now)
  if (pending === undefined || !event.payload.approved) return
  const { decisionId, expires, order, orderHash, principal, reference, strategy } = pending
  enter(registers.approved, orderHash, { reference, expires })
  const payload = {
    planId: `approved-${decisionId}`,
    strategy,
    order,
    intent: pending.intent === 'exit' ? 'exit' : 'enter',
    riskCash: '0',
    notes: [`approved by ${event.payload.principal}`],
    principal,
  } as const
  emit(kernel, event, root, 'core', { type: 'plan/proposed', payload })
  delete registers.approved[`=${orderHash}`]
}

/** The broker acts on the amendment, not on the wish. An agent has a say in the orders of its own strategy. */
function amend(kernel: Kernel, event: EventOf<'order/amend_requested'>, root: Root): void {
  // An agent may put anything in the place of a payload.
  const { principal: asked, reason: _, ...amendment } = { ...event.payload }
  const byAgent = event.hop > 0
  const principal = byAgent ? `agent:${event.source}` : asked
  const found = findOrder(kernel.book, amendment.orderId)
  const isOwn = !byAgent || found?.open.strategy === event.source
  const { entry, open } = (isOwn && found) || {}
  const verdict = judgeAmendment(kernel.gate, entry, open, amendment, kernel.context)
  emit(kernel, event, root, 'hrm', { type: 'action/judged', payload: { ...verdict, principal } })
  if (verdict.allowed) emit(kernel, event, root, 'core', { type: 'order/amended', payload: amendment })
}

function answer(kernel: Kernel, event: EventOf<'action/requested'>, root: Root): void {
  const { principal } = event.payload
  const verdict = judgeAction(kernel.gate, event.payload, principal, kernel.context, kernel.overlay)
  emit(kernel, event, root, 'hrm', { type: 'action/judged', payload: { ...verdict, principal } })
}
