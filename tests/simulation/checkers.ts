/**
 * What must hold of every journal, whatever happened: stated over the events as they were read back from disk, without
 * a line of the core that wrote them.
 *
 * Each checker returns one sentence a fault; no fault is an empty list. Amounts are added up as BigInt.
 */

import type { ArkEvent, EventOf, Mode, Order, WorkingOrder } from '#core/contract.ts'

/** Something that was offered to a box, under a mark that stands in its event. */
export interface Offered {
  readonly mark: string
  /** `open` = the process died before it answered, so the input may be there or not. */
  outcome: 'open' | 'acknowledged' | 'refused'
  /** What it was acknowledged with. */
  seq: number
}

/** What a box believes it owns. */
export interface Account {
  /** 1e-6. */
  readonly cash: number
  /** 1e-8, by symbol; flat ones may be absent. */
  readonly positions: Readonly<Record<string, number>>
}

export function checkJournal(
  events: readonly ArkEvent[],
  offered: readonly Offered[],
  account: Account | undefined,
): readonly string[] {
  return [
    ...checkSequence(events),
    ...checkPermits(events),
    ...checkFills(events),
    ...checkModes(events),
    ...checkOffers(events, offered),
    ...(account === undefined ? [] : checkAccount(events, account)),
  ]
}

/** Contiguous from 1, and every cause before its effect. */
export function checkSequence(events: readonly ArkEvent[]): readonly string[] {
  const faults: string[] = []
  for (const [index, { seq, causeSeq }] of events.entries()) {
    if (seq !== index + 1) faults.push(`seq ${seq} stands at place ${index + 1}`)
    if (causeSeq >= seq) faults.push(`seq ${seq} is caused by ${causeSeq}`)
  }
  return faults
}

/** No order works without one approval and one redeemed submission before it; no permit is redeemed twice. */
export function checkPermits(events: readonly ArkEvent[]): readonly string[] {
  const faults: string[] = []
  const approved = new Map<string, Order>()
  const redeemed = new Set<string>()
  const accepted = new Set<string>()
  for (const [index, event] of events.entries()) {
    if (event.type === 'decision/approved') {
      const { decisionId, allowed, order } = event.payload
      if (approved.has(decisionId)) faults.push(`seq ${event.seq}: ${decisionId} was approved twice`)
      if (!allowed) faults.push(`seq ${event.seq}: ${decisionId} was approved and not allowed`)
      approved.set(decisionId, order)
    }
    if (event.type === 'order/submitted' && !isRefused(event, events[index + 1])) {
      const { orderId } = event.payload
      if (!approved.has(orderId)) faults.push(`seq ${event.seq}: ${orderId} left without an approval`)
      if (redeemed.has(orderId)) faults.push(`seq ${event.seq}: the permit of ${orderId} was redeemed twice`)
      redeemed.add(orderId)
    }
    if (event.type === 'permit/lapsed' && redeemed.has(event.payload.orderId))
      faults.push(`seq ${event.seq}: the permit of ${event.payload.orderId} lapsed after it was redeemed`)
    if (event.type === 'order/accepted') {
      const { orderId, parent } = event.payload
      const root = parent ?? orderId
      if (parent === undefined && !isSameOrder(approved.get(root), event.payload))
        faults.push(`seq ${event.seq}: ${orderId} is not the order that was approved`)
      if (!approved.has(root)) faults.push(`seq ${event.seq}: ${orderId} works without an approval`)
      if (!redeemed.has(root)) faults.push(`seq ${event.seq}: ${orderId} works without a redeemed permit`)
      if (parent !== undefined && !accepted.has(parent))
        faults.push(`seq ${event.seq}: ${orderId} works before its parent`)
      accepted.add(orderId)
    }
  }
  return faults
}

function isSameOrder(approved: Order | undefined, works: WorkingOrder): boolean {
  return (
    approved?.symbol === works.symbol && approved.side === works.side && approved.quantity === works.quantity
  )
}

/** Core refuses a submission in the very next event. */
function isRefused(event: ArkEvent, next: ArkEvent | undefined): boolean {
  return next?.type === 'order/rejected' && next.source === 'core' && next.causeSeq === event.seq
}

/** An order fills no more than was accepted, and nothing after it has ended. */
export function checkFills(events: readonly ArkEvent[]): readonly string[] {
  const faults: string[] = []
  const left = new Map<string, bigint>()
  const ended = new Set<string>()
  for (const event of events) {
    if (event.type === 'order/cancelled') ended.add(event.payload.orderId)
    if (event.type === 'order/accepted') {
      const { orderId, quantity } = event.payload
      if (ended.has(orderId)) faults.push(`seq ${event.seq}: ${orderId} works again after its end`)
      left.set(orderId, toInteger(quantity, 8))
    }
    if (event.type === 'order/filled') {
      const { orderId, quantity, remaining } = event.payload
      const rest = (left.get(orderId) ?? 0n) - toInteger(quantity, 8)
      if (ended.has(orderId)) faults.push(`seq ${event.seq}: ${orderId} filled after its end`)
      if (rest < 0n) faults.push(`seq ${event.seq}: ${orderId} filled more than it was for`)
      if (rest !== toInteger(remaining, 8))
        faults.push(`seq ${event.seq}: ${orderId} has ${rest} left, not ${remaining}`)
      left.set(orderId, rest)
      if (rest === 0n) ended.add(orderId)
    }
  }
  return faults
}

/** Openings are approved in mode active only, and every decision names the mode it was made in. */
export function checkModes(events: readonly ArkEvent[]): readonly string[] {
  const faults: string[] = []
  let mode: Mode = 'active'
  for (const event of events) {
    if (event.type === 'run/started' && event.payload.previousSeq === 0) mode = 'active'
    if (event.type === 'mode/changed') {
      if (event.payload.was !== mode)
        faults.push(`seq ${event.seq}: the mode was ${mode}, not ${event.payload.was}`)
      mode = event.payload.mode
    }
    if (!isDecision(event)) continue
    const { decisionId, intent } = event.payload
    if (event.payload.mode !== mode)
      faults.push(`seq ${event.seq}: ${decisionId} was not decided in mode ${mode}`)
    if (event.type === 'decision/approved' && intent === 'open' && mode !== 'active')
      faults.push(`seq ${event.seq}: ${decisionId} opens in mode ${mode}`)
  }
  return faults
}

function isDecision(
  event: ArkEvent,
): event is EventOf<'decision/approved' | 'decision/denied' | 'decision/held'> {
  return event.type.startsWith('decision/')
}

/** What was acknowledged stands where it was said to; what was refused stands nowhere; nothing stands twice. */
export function checkOffers(events: readonly ArkEvent[], offered: readonly Offered[]): readonly string[] {
  const faults: string[] = []
  const found = new Map<string, number[]>()
  for (const event of events) {
    const mark = markOf(event)
    if (mark !== undefined) found.set(mark, [...(found.get(mark) ?? []), event.seq])
  }
  for (const { mark, outcome, seq } of offered) {
    const places = found.get(mark) ?? []
    if (outcome === 'acknowledged' && !places.includes(seq))
      faults.push(`${mark}: acknowledged as ${seq} and lost`)
    if (outcome === 'refused' && places.length > 0) faults.push(`${mark}: refused, and at seq ${places[0]}`)
    if (places.length > 1) faults.push(`${mark}: at seq ${places.join(' and ')}`)
  }
  return faults
}

/** The name that a test gave to an input; rows go by kind, symbol and first time. */
export function markOf(event: ArkEvent): string | undefined {
  if (event.type === 'signal/received')
    return typeof event.payload.mark === 'string' ? event.payload.mark : undefined
  if (
    event.type === 'order/requested' ||
    event.type === 'order/cancel_requested' ||
    event.type === 'order/amend_requested' ||
    event.type === 'pause/requested' ||
    event.type === 'plugin/restored' ||
    event.type === 'mode/requested'
  )
    return event.payload.reason
  if (event.type !== 'market/chunk') return undefined
  const { kind, symbols, time } = event.payload
  return `${kind} ${symbols[0]} ${time[0]}`
}

/** Positions are the sums of the fills; cash is what was there, less what was paid, plus what was got, less fees. */
export function checkAccount(events: readonly ArkEvent[], account: Account): readonly string[] {
  const faults: string[] = []
  const positions = new Map<string, bigint>()
  let cash = 0n
  for (const event of events) {
    if (event.type === 'run/started' && event.payload.previousSeq === 0) {
      positions.clear()
      cash = toInteger(event.payload.openingCash, 6)
    }
    if (event.type !== 'order/filled') continue
    const { symbol, side, quantity, price, fee } = event.payload
    const signed = toInteger(quantity, 8) * (side === 'buy' ? 1n : -1n)
    positions.set(symbol, (positions.get(symbol) ?? 0n) + signed)
    // Price and quantity are 1e-8, cash is 1e-6; ticks and lots of the simulation leave no rest.
    cash -= (toInteger(price, 8) * signed) / 10_000_000_000n + toInteger(fee, 6)
  }
  if (cash !== BigInt(account.cash))
    faults.push(`cash: the fills give ${cash}, the book says ${account.cash}`)
  for (const symbol of new Set([...positions.keys(), ...Object.keys(account.positions)])) {
    const [filled, held] = [positions.get(symbol) ?? 0n, BigInt(account.positions[symbol] ?? 0)]
    if (filled !== held) faults.push(`${symbol}: the fills give ${filled}, the book says ${held}`)
  }
  return faults
}

/** A plain decimal as an integer of 10^-digits. */
function toInteger(text: string, digits: number): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  const value = BigInt(whole + fraction.padEnd(digits, '0'))
  return text.startsWith('-') ? -value : value
}
