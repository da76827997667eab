/** The facts of one order on a book that a test describes: what the gate derives, by name. */

import { type Book, createBook, symbolOf } from '#core/book/book.ts'
import { applyEvent } from '#core/book/fold.ts'
import { markBar } from '#core/book/marks.ts'
import type { Instrument, Order, WorkingOrder } from '#core/contract.ts'
import { deriveFacts, type GateContext, type Proposal } from '#core/gate/facts.ts'
import { createLists } from '#core/gate/lists.ts'
import { createModeState } from '#core/gate/mode.ts'
import { createOrderFlow } from '#core/gate/order-flow.ts'
import { parseOrder } from '#core/gate/parse-order.ts'
import { createRegisters } from '#core/gate/registers.ts'
import { FACT_COUNT, FACT_NAMES, type FactName } from '#graveyard/facts.ts'
import { CASH, ONE } from '#tests/support/facts.ts'
import { eventOf } from '#tests/support/host.ts'
import { barOf, NOW, orderOf, XYZ } from '#tests/support/kernel.ts'

/** What no fact is: a column that holds it was not written. */
export const UNTOUCHED = -77
const BARE: Partial<Order> = { targets: [] }

/** Undefined takes away what a working order has by default. */
export type Leg = { readonly [Name in keyof WorkingOrder]?: WorkingOrder[Name] | undefined }

export interface Scene {
  readonly instrument?: Instrument
  /** In whole units. */
  readonly position?: number
  readonly working?: readonly Leg[]
  readonly price?: number | null
  readonly context?: Partial<GateContext>
  readonly proposal?: Partial<Proposal>
  prepare?(book: Book): void
}

/**
 * The facts of an order, by name, on a book that holds what the scene says. XYZ stands at 100, as a bar of
 * this moment.
 */
export function factsOf(order: Order, scene: Scene = {}): Readonly<Record<FactName, number>> {
  const { instrument = XYZ, price = 100, position = 0, working = [] } = scene
  const book = createBook(100_000 * CASH, [instrument])
  const entry = symbolOf(book, instrument.symbol)
  if (price !== null) markBar(entry, 'sp500', barOf(price))
  if (position !== 0) Object.assign(entry, { position: position * ONE })
  if (position !== 0) book.state.held.push(0)
  for (const [index, each] of working.entries()) {
    const whole = {
      orderId: `w${index + 1}`,
      symbol: instrument.symbol,
      side: 'buy',
      type: 'limit',
      quantity: '10',
      role: 'entry',
      limitPrice: '99',
      strategy: 's',
    } as const
    applyEvent(book, eventOf('order/accepted', { ...whole, ...each } as WorkingOrder))
  }
  scene.prepare?.(book)
  const context: GateContext = {
    book,
    mode: createModeState(),
    flow: createOrderFlow(),
    lists: createLists({ sources: { sp500: 'public', diary: 'private' } }),
    registers: createRegisters(),
    brokerCancels: true,
    rulesetDigest: '',
    runKind: 'backtest',
    now: NOW,
    sealHolds: true,
    ...scene.context,
  }
  const proposal: Proposal = {
    parsed: parseOrder(order),
    proposer: 'agent',
    agent: 'kenny',
    standing: 'real',
    orderHash: '',
    setup: undefined,
    signal: '',
    chain: [],
    rootSource: 'sp500',
    rootIsMarket: true,
    hops: 4,
    ...scene.proposal,
  }
  const facts = new Float64Array(FACT_COUNT).fill(UNTOUCHED)
  deriveFacts(facts, book.index.get(order.symbol) ?? entry, proposal, context)
  return Object.fromEntries(FACT_NAMES.map((name, index) => [name, facts[index]])) as Record<FactName, number>
}

export const sell = (quantity: string, changes: Partial<Order> = {}) =>
  orderOf({ side: 'sell', quantity, ...BARE, ...changes })
export const buy = (quantity: string, changes: Partial<Order> = {}) =>
  orderOf({ quantity, ...BARE, ...changes })
