/**
 * The overlay's view of an order: one object, filled anew for each verdict so that the hot path allocates nothing.
 */

import { FACT, type Facts } from '#graveyard/facts.ts'
import type { SymbolBook } from '../book/book.ts'
import type { OrderFacts } from '../contract.ts'
import { notionalUp } from '../math.ts'
import type { ParsedOrder } from './parse-order.ts'

export type MutableOrderFacts = { -readonly [Name in keyof OrderFacts]: OrderFacts[Name] }

const BLANK: MutableOrderFacts = {
  symbol: '',
  kind: 'equity',
  side: 'buy',
  type: 'market',
  opening: true,
  quantity: 0,
  referencePrice: 0,
  orderPrice: 0,
  entryPrice: 0,
  stopPrice: 0,
  notional: 0,
  equity: 0,
  positionAfter: 0,
  shortable: false,
  exits60s: 0,
  onBars: true,
}

export function createOrderFacts(): MutableOrderFacts {
  return { ...BLANK }
}

export function fillOrderFacts(
  view: MutableOrderFacts,
  facts: Facts,
  entry: SymbolBook,
  parsed: ParsedOrder,
): void {
  const entryPrice = column(facts, FACT.entry)
  const valued = Number.isFinite(entryPrice) && Number.isFinite(parsed.quantity)
  view.symbol = entry.symbol
  view.kind = entry.instrument.kind
  view.side = parsed.order.side
  view.type = parsed.order.type
  view.opening = facts[FACT.opening] === 1
  view.quantity = parsed.quantity
  view.referencePrice = column(facts, FACT.reference)
  view.orderPrice = parsed.price
  view.entryPrice = entryPrice
  view.stopPrice = parsed.stop
  view.notional = valued ? notionalUp(entryPrice, parsed.quantity, entry.instrument.multiplier) : Number.NaN
  view.equity = column(facts, FACT.equity)
  view.positionAfter = entry.position + parsed.side * parsed.quantity
  view.shortable = entry.instrument.shortable === true
  view.exits60s = column(facts, FACT.exits60s)
  view.onBars = entry.markIsBar
}

function column(facts: Facts, index: number): number {
  return facts[index] ?? Number.NaN
}
