/**
 * New terms for a working order, which keeps its id. Called by core before a broker hears of them.
 *
 * Only what lowers the risk is done in place: less of an order, a stop closer to the market, another limit to
 * leave at. Everything else is another order, which `replaces` this one and is judged as such. What rests
 * beyond the market would trade at once, and is judged as an order too.
 */

import { FACT, MISSING } from '#graveyard/facts.ts'
import type { OpenOrder, SymbolBook } from '../book/book.ts'
import { KIND_CODE } from '../book/instruments.ts'
import type { Amendment, Price, Quantity } from '../contract.ts'
import { parsePrice, parseQuantity } from '../math.ts'
import { ACTION, begin, conclude, uncoveredOf, type Verdict } from './action.ts'
import type { GateContext } from './facts.ts'
import type { Gate } from './gate.ts'
import { filledOf } from './order-flow.ts'
import { isStop, isStopType, triggerOf } from './working.ts'

const ANOTHER = 'send an order that replaces it, to be judged as one'

/** `entry` and `open` are undefined where no order of that id works. Refused terms never come to the rules. */
export function judgeAmendment(
  gate: Gate,
  entry: SymbolBook | undefined,
  open: OpenOrder | undefined,
  amendment: Amendment,
  context: GateContext,
): Verdict {
  const { facts } = gate
  begin(facts, context)
  if (entry === undefined || open === undefined)
    return { ...conclude(gate, 'modify', context), reason: 'no order of this id works for whoever asks' }
  const refusal = refusalOf(entry, open, amendment)
  if (refusal !== undefined) return { ...conclude(gate, 'modify', context), reason: refusal }
  const stop = amendment.stopPrice === undefined ? undefined : parsePrice(amendment.stopPrice)
  // What is no stop, or stays where it is, stands for one that has not moved.
  const before = triggerOf(open) || entry.mark
  facts[FACT.action] = ACTION.modification
  facts[FACT.kind] = KIND_CODE[entry.instrument.kind]
  // The side of what a stop protects.
  facts[FACT.side] = -open.side
  facts[FACT.stop] = stop === undefined ? before : restsBeyond(entry, stop, open.side) ? stop : MISSING
  facts[FACT.stopBefore] = before
  facts[FACT.uncoveredAfter] = uncovers(entry, open, amendment)
  return conclude(gate, 'modify', context)
}

function refusalOf(entry: SymbolBook, open: OpenOrder, amendment: Amendment): string | undefined {
  const { limitPrice, quantity, stopPrice, trail } = amendment
  const terms = [limitPrice, quantity, stopPrice, trail]
  if (terms.every((term) => term === undefined)) return 'it names no new term'
  if (terms.some((term) => term !== undefined && typeof term !== 'string')) return 'a term is no amount'
  return (
    (quantity === undefined ? undefined : quantityRefusal(entry, open, parseQuantity(quantity))) ??
    (limitPrice === undefined && stopPrice === undefined && trail === undefined
      ? undefined
      : priceRefusal(entry, open, amendment))
  )
}

function quantityRefusal({ instrument }: SymbolBook, open: OpenOrder, whole: Quantity): string | undefined {
  if (open.order.parent !== undefined) return 'the legs of a bracket are as large as what they close'
  if (!(whole >= 0) || whole % instrument.lot !== 0) return 'the quantity is no multiple of the lot'
  return whole > open.quantity + filledOf(open) ? `a larger quantity raises the risk: ${ANOTHER}` : undefined
}

function priceRefusal(entry: SymbolBook, open: OpenOrder, amendment: Amendment): string | undefined {
  const { limitPrice, stopPrice, trail } = amendment
  const { order, role, type } = open
  if (role === 'entry') return `an entry at another price has another risk: ${ANOTHER}`
  if (stopPrice !== undefined && !isStop(open)) return `a ${type} order has no stop price`
  if (limitPrice !== undefined && order.limitPrice === undefined) return `a ${type} order has no limit price`
  if (trail !== undefined && order.trail === undefined) return `a ${type} order does not trail`
  if (trail !== undefined && !isNarrower(entry, trail, order.trail))
    return 'the stop would trail farther away'
  return limitPrice === undefined ? undefined : limitRefusal(entry, open, parsePrice(limitPrice))
}

function isNarrower({ instrument }: SymbolBook, trail: string, before = '0'): boolean {
  const distance = parsePrice(trail)
  return distance > 0 && distance % instrument.tick === 0 && distance <= parsePrice(before)
}

/** The limit behind a stop may only become easier to reach; any other has to rest. */
function limitRefusal(entry: SymbolBook, open: OpenOrder, limit: Price): string | undefined {
  if (!(limit > 0) || limit % entry.instrument.tick !== 0) return 'the limit is no multiple of the tick'
  if (isStopType(open.type))
    return open.side * (limit - open.price) < 0 ? 'the limit would be harder to reach' : undefined
  return restsBeyond(entry, limit, -open.side) ? undefined : `it would trade at once: ${ANOTHER}`
}

/** On the grid, and above the market (side 1) or below it (−1). */
function restsBeyond({ instrument, mark }: SymbolBook, price: Price, side: number): boolean {
  return price > 0 && price % instrument.tick === 0 && (mark === 0 || side * (price - mark) > 0)
}

/** Quantity of the position that loses its stop by it. */
function uncovers(entry: SymbolBook, open: OpenOrder, { quantity }: Amendment): Quantity {
  if (quantity === undefined || !isStop(open) || open.role === 'entry') return 0
  const [left, before] = [open.quantity, uncoveredOf(entry)]
  open.quantity = Math.max(0, parseQuantity(quantity) - filledOf(open))
  const after = uncoveredOf(entry)
  open.quantity = left
  return after > before ? after : 0
}
