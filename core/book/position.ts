/**
 * A position's arithmetic: what a fill adds to it, what it closes, and what that realises.
 *
 * Called by the book once a fill. It promises that cash + cost − realised changes by nothing but fees.
 */

import type { Cash, Quantity } from '../contract.ts'
import { isRatio, mulDiv, type Ratio } from '../math.ts'
import type { Book, SymbolBook } from './book.ts'
import { splitWindow } from './window.ts'

/**
 * Moves the position by a fill worth `value`; what closes realises its share of the cost, what opens adds to
 * it.
 */
export function movePosition(book: Book, entry: SymbolBook, signed: Quantity, value: Cash): void {
  const before = entry.position
  const after = before + signed
  const closing = before !== 0 && Math.sign(signed) !== Math.sign(before)
  if (!closing) entry.cost += signed > 0 ? value : -value
  else {
    const share = Math.min(Math.abs(signed), Math.abs(before))
    const released = share === Math.abs(before) ? entry.cost : scale(entry.cost, share, Math.abs(before))
    const closedValue = share === Math.abs(signed) ? value : scale(value, share, Math.abs(signed))
    book.state.realised += before > 0 ? closedValue - released : -released - closedValue
    entry.cost -= released
    if (Math.abs(signed) > share) entry.cost = signed > 0 ? value - closedValue : closedValue - value
  }
  entry.position = after
  const index = book.state.symbols.indexOf(entry)
  if (before === 0 && after !== 0) book.state.held.push(index)
  if (before !== 0 && after === 0) book.state.held.splice(book.state.held.indexOf(index), 1)
}

/** Exact enough for a report figure and never for cash: truncates towards zero. */
function scale(amount: Cash, part: Quantity, whole: Quantity): Cash {
  return Number((BigInt(amount) * BigInt(part)) / BigInt(whole))
}

/**
 * One unit becomes `numerator` ÷ `denominator`: the position grows, its marks shrink, its cost stays. Working
 * orders keep their terms; a broker replaces them.
 */
export function splitPosition(entry: SymbolBook, split: Ratio): void {
  if (!isRatio(split)) return
  const { numerator, denominator } = split
  entry.position = mulDiv(entry.position, numerator, denominator)
  entry.mark = mulDiv(entry.mark, denominator, numerator)
  entry.valued = mulDiv(entry.valued, denominator, numerator)
  entry.bid = mulDiv(entry.bid, denominator, numerator)
  entry.ask = mulDiv(entry.ask, denominator, numerator)
  entry.volumes = entry.volumes.map((volume) => mulDiv(volume, numerator, denominator))
  entry.volumeToday = mulDiv(entry.volumeToday, numerator, denominator)
  splitWindow(entry.window, numerator, denominator)
  entry.boughtToday = mulDiv(entry.boughtToday, numerator, denominator)
  entry.soldToday = mulDiv(entry.soldToday, numerator, denominator)
}
