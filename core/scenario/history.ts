/**
 * What happened before the clock, in its order: into the registers and windows that the gate reads. Positions
 * and marks are stated as of the clock, so nothing here moves them.
 *
 * stage.ts calls it once. What happened after the clock has not happened.
 */

import { symbolOf } from '../book/book.ts'
import { applyEvent, findOrder } from '../book/fold.ts'
import type { Side } from '../contract.ts'
import type { Kernel } from '../cycle/kernel.ts'
import { noteOrder } from '../gate/order-flow.ts'
import { applyRegisters } from '../gate/registers.ts'
import { formatQuantity, notional, parsePrice, parseQuantity } from '../math.ts'
import { parseRatio } from './amount.ts'
import { toEvent } from './event.ts'
import type { Happening } from './schema.ts'

type Of<Type extends Happening['type']> = Extract<Happening, { readonly type: Type }>

const PRINCIPAL = 'history'

/** `today`: it belongs to the account's day of the clock. */
export function recall(kernel: Kernel, happening: Happening, index: number, today: boolean): void {
  switch (happening.type) {
    case 'publication':
      return recallPublication(kernel, happening)
    case 'client_order':
      return recallClient(kernel, happening, index)
    case 'split':
      return recallSplit(kernel, happening)
    case 'order_ended':
      return recallEnd(kernel, happening, index)
    case 'fill':
      return recallFill(kernel, happening, index, today)
    // Sums of money are the account's: see account.ts.
    default:
      return
  }
}

function recallPublication({ context }: Kernel, { at, channel, side, symbol }: Of<'publication'>): void {
  const payload = { symbol, channel, principal: PRINCIPAL, ...(side === undefined ? {} : { side }) }
  applyRegisters(context.registers, toEvent({ type: 'publication/made', payload }, at))
}

/** One that was filled whole stands in nobody's way any more. */
function recallClient({ context }: Kernel, order: Of<'client_order'>, index: number): void {
  const { at, symbol, side, quantity, filled, expires } = order
  if (filled === true || (typeof filled === 'string' && Number(filled) >= Number(quantity))) return
  const limitPrice = order.limitPrice ?? order.price
  const payload = {
    clientOrderId: order.id ?? `client${index + 1}`,
    symbol,
    side,
    quantity,
    principal: PRINCIPAL,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(expires === undefined ? {} : { expires }),
  }
  applyRegisters(context.registers, toEvent({ type: 'client_order/registered', payload }, at))
}

function recallSplit({ context }: Kernel, { at, ratio, symbol }: Of<'split'>): void {
  const parts = parseRatio(ratio)
  if (parts === undefined) return
  const payload = { symbol, ...parts, principal: PRINCIPAL, reason: 'history' }
  applyRegisters(context.registers, toEvent({ type: 'split/applied', payload }, at))
}

/** Works for no time at all: what counts is how it ended. */
function recallEnd({ book, context }: Kernel, order: Of<'order_ended'>, index: number): void {
  const { at, symbol, side, price, quantity, filled, strategy } = order
  const orderId = `ended${index + 1}`
  const limitPrice = price === undefined ? {} : { limitPrice: price }
  const working = {
    orderId,
    symbol,
    side,
    type: 'limit',
    role: 'entry',
    quantity,
    strategy,
    ...limitPrice,
  } as const
  applyEvent(book, toEvent({ type: 'order/accepted', payload: working }, at))
  const taken = filled === true ? quantity : filled === false ? '0' : filled
  const open = findOrder(book, orderId)?.open
  if (open !== undefined) open.quantity = Math.max(0, open.quantity - parseQuantity(taken))
  const remaining = formatQuantity(open?.quantity ?? 0)
  const ended = toEvent({ type: 'order/cancelled', payload: { orderId, remaining, reason: 'history' } }, at)
  noteOrder(context.flow, book, ended)
  applyEvent(book, ended)
}

function recallFill({ book, context }: Kernel, fill: Of<'fill'>, index: number, today: boolean): void {
  const { aggressive, at, price, quantity, side, symbol } = fill
  const { flow, registers } = context
  const payload = {
    orderId: `filled${index + 1}`,
    role: 'entry',
    symbol,
    side,
    quantity,
    price,
    fee: '0',
    remaining: '0',
    liquidity: aggressive ? 'taker' : 'maker',
    reason: 'history',
  } as const
  noteOrder(flow, book, toEvent({ type: 'order/filled', payload }, at))
  flow.executions.push(at)
  const entry = symbolOf(book, symbol)
  registers.openedVenues[`=${entry.instrument.venue}`] = true
  registers.openedSinceHalt = true
  if (!today) return
  countToday(entry, side, parseQuantity(quantity))
  flow.today.orders++
  flow.today.turnover += notional(parsePrice(price), parseQuantity(quantity), entry.instrument.multiplier)
}

function countToday(entry: ReturnType<typeof symbolOf>, side: Side, quantity: number): void {
  if (side === 'buy') entry.boughtToday += quantity
  else entry.soldToday += quantity
}
