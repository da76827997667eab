/**
 * Facts on how much is at stake: the worst position of the symbol, what it is worth, and the account with it.
 * Called by facts.ts for every order.
 */

import { FACT, type Facts, MISSING } from '#graveyard/facts.ts'
import { type Book, equityOf, grossOf, type OpenOrder, type SymbolBook } from '../book/book.ts'
import type { Cash, Price, Quantity } from '../contract.ts'
import { notionalUp } from '../math.ts'
import type { ParsedOrder } from './parse-order.ts'
import { countedQuantity, isExposing } from './working.ts'

/** Worst case of a symbol: everything on one side fills and nothing on the other, of an OCO group one leg. */
function worstOf(entry: SymbolBook, parsed: ParsedOrder): Quantity {
  const { side, quantity } = parsed
  let buys = side === 1 ? quantity : 0
  let sells = side === -1 ? quantity : 0
  for (const open of entry.open) {
    if (!isExposing(open)) continue
    const size = countedQuantity(entry, open, isExposing, parsed)
    if (open.side === 1) buys += size
    else sells += size
  }
  return Math.max(Math.abs(entry.position + buys), Math.abs(entry.position - sells))
}

export function deriveExposure(
  facts: Facts,
  entry: SymbolBook,
  parsed: ParsedOrder,
  reference: Price,
  book: Book,
): void {
  const worst = worstOf(entry, parsed)
  const price = Number.isNaN(parsed.price) ? reference : Math.max(reference, parsed.price)
  const exposure = worstExposure(entry, price, parsed)
  let gross = exposure
  let symbols = 0
  for (const other of book.state.symbols) {
    if (other.position === 0 && other.open.length === 0) continue
    if (other === entry) continue
    gross += worstExposure(other, Math.max(other.mark, other.valued))
    if (counts(other)) symbols++
  }
  facts[FACT.position] = entry.position
  facts[FACT.worstPosition] = worst
  facts[FACT.exposureAfter] = exposure
  facts[FACT.grossAfter] = gross
  facts[FACT.equity] = equityOf(book)
  facts[FACT.dayStartEquity] = book.state.dayStartEquity
  facts[FACT.netDeposits] = book.state.netDeposits
  facts[FACT.dayLossLatched] = book.state.dayLossLatched ? 1 : 0
  facts[FACT.symbolsAfter] = symbols + 1
  facts[FACT.grossActual] = grossOf(book)
}

/**
 * What that worst case is worth, at the dearer of mark and limit. An entry stop opens at its trigger, so
 * beyond the mark its side counts at that price: of an OCO group any leg's, whichever is the largest.
 */
function worstExposure(entry: SymbolBook, price: Price, parsed?: ParsedOrder): number {
  let buys = parsed?.side === 1 ? parsed.quantity : 0
  let sells = parsed?.side === -1 ? parsed.quantity : 0
  let [buyPrice, sellPrice] = [price, price]
  for (const open of entry.open) {
    if (!isExposing(open)) continue
    const size = countedQuantity(entry, open, isExposing, parsed)
    const trigger = open.role === 'entry' && open.type !== 'limit' ? open.price : 0
    if (open.side === 1) {
      buys += size
      if (trigger > buyPrice) buyPrice = trigger
    } else {
      sells += size
      if (trigger > sellPrice) sellPrice = trigger
    }
  }
  const bought = exposureOf(Math.abs(entry.position + buys), buyPrice, entry)
  const sold = exposureOf(Math.abs(entry.position - sells), sellPrice, entry)
  return Math.max(bought, sold)
}

/**
 * What the other symbols bind of the account. Not the gate's worst case: a market exit that is on its way frees
 * what it closes, so that one position can make room for the next.
 */
export function committedBeside(book: Book, symbol: string): Cash {
  let committed = 0
  for (const entry of book.state.symbols) {
    if (entry.symbol !== symbol && (entry.position !== 0 || entry.open.length > 0))
      committed += commitmentOf(entry)
  }
  return committed
}

function commitmentOf(entry: SymbolBook): Cash {
  let { position } = entry
  let price = Math.max(entry.mark, entry.valued)
  let [buys, sells] = [0, 0]
  for (const open of entry.open) {
    if (open.role === 'exit' && open.type === 'market') position += open.side * open.quantity
    if (open.role !== 'entry') continue
    const size = countedQuantity(entry, open, isEntry)
    if (open.side === 1) buys += size
    else sells += size
    if (open.price > price) price = open.price
  }
  const worst = Math.max(Math.abs(position + buys), Math.abs(position - sells))
  return notionalUp(price, worst, entry.instrument.multiplier)
}

function isEntry({ role }: OpenOrder): boolean {
  return role === 'entry'
}

function exposureOf(quantity: Quantity, price: Price, entry: SymbolBook): number {
  if (Number.isNaN(quantity) || Number.isNaN(price)) return MISSING
  return notionalUp(price, quantity, entry.instrument.multiplier)
}

function counts(entry: SymbolBook): boolean {
  if (Math.abs(entry.position) >= entry.instrument.lot) return true
  for (const open of entry.open) if (open.role === 'entry') return true
  return false
}
