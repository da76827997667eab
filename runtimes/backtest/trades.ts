/**
 * Fills into trades: what each entry came to.
 *
 * A trade is one entry decision; what closes it is matched first in, first out, and the fee of a fill that
 * closes several is shared by quantity. So the results of all trades, what is still open valued at its mark,
 * add up to what the account gained. The recorder of a run calls it, and whoever reads a run's journal again.
 */

import type { ArkEvent, Cash, Fill, Price, Quantity, TimeMs } from '#core/contract.ts'
import { mulDiv, notional, parseCash, parsePrice, parseQuantity, QUANTITY_SCALE } from '#core/math.ts'

export interface Trade {
  /** Of the entry. */
  readonly decisionId: string
  readonly symbol: string
  readonly side: 'long' | 'short'
  /** Units entered, a split carried through. */
  readonly quantity: Quantity
  readonly entryTime: TimeMs
  /** Of its fill; the mean where there are several prices. */
  readonly entryPrice: Price
  /** Of the last exit; null while it is open. */
  readonly exitTime: TimeMs | null
  /** Likewise of its exits; what is still open counts at its last mark. */
  readonly exitPrice: Price
  /** After fees, dividends included. */
  readonly pnl: Cash
  readonly fees: Cash
  readonly strategy: string
  /** Why it was entered, and why left last: what the order said, else its strategy; a leg is its own reason. */
  readonly reason: string
  readonly exitReason: string
  /** Worst and best that the position stood at, before fees: ≤ 0 and ≥ 0. */
  readonly mae: Cash
  readonly mfe: Cash
}

/** One entry that is not closed yet. Amounts grow; a split scales quantities and extremes. */
export interface OpenTrade {
  readonly decisionId: string
  readonly symbol: string
  readonly sign: 1 | -1
  readonly strategy: string
  readonly reason: string
  readonly entryTime: TimeMs
  quantity: Quantity
  open: Quantity
  entryValue: Cash
  exitValue: Cash
  /** The one price of its fills so far; 0 = there are several. */
  entryPrice: Price
  /** Likewise; null = none has closed a part. */
  exitPrice: Price | null
  income: Cash
  fees: Cash
  exitTime: TimeMs | null
  exitReason: string
  high: Price
  low: Price
}

export interface TradeBook {
  /** By symbol, oldest first. */
  readonly open: Map<string, OpenTrade[]>
  /** Strategy of orders on their way, and their reason: the strategy where they say none. */
  readonly asked: Map<string, { readonly strategy: string; readonly reason: string }>
  readonly multiplierOf: (symbol: string) => number
  /** Called with each trade when its last unit is closed. */
  readonly onClosed: (trade: OpenTrade) => void
}

/** What a person asks for names no strategy. */
const MANUAL = 'manual'

export function createTradeBook(
  multiplierOf: TradeBook['multiplierOf'],
  onClosed: TradeBook['onClosed'],
): TradeBook {
  return { open: new Map(), asked: new Map(), multiplierOf, onClosed }
}

/** Folds one event, in seq order; what is no order, fill, split or dividend is left aside. */
export function followTrades(book: TradeBook, event: ArkEvent): void {
  switch (event.type) {
    case 'order/submitted': {
      const { strategy = MANUAL, reason = '' } = event.payload.order
      book.asked.set(event.payload.orderId, { strategy, reason: reason === '' ? strategy : reason })
      return
    }
    case 'order/rejected':
    case 'order/cancelled':
    case 'permit/lapsed':
      book.asked.delete(event.payload.orderId)
      return
    case 'order/filled':
      return fill(book, event.payload, event.time)
    case 'split/applied': {
      const { symbol, numerator, denominator } = event.payload
      return split(book.open.get(symbol) ?? [], numerator, denominator)
    }
    case 'dividend/paid': {
      const { symbol, amount } = event.payload
      const perUnit = parsePrice(amount)
      const multiplier = book.multiplierOf(symbol)
      if (perUnit > 0)
        for (const trade of book.open.get(symbol) ?? [])
          trade.income += trade.sign * notional(perUnit, trade.open, multiplier)
      return
    }
    default:
      return
  }
}

function fill(book: TradeBook, filled: Fill, time: TimeMs): void {
  const { symbol, orderId } = filled
  const sign = filled.side === 'buy' ? 1 : -1
  const price = parsePrice(filled.price)
  const size = parseQuantity(filled.quantity)
  const fee = parseCash(filled.fee)
  const trades = listOf(book, symbol)
  let left = size
  let feeLeft = fee
  while (left > 0) {
    const [oldest] = trades
    if (oldest === undefined || oldest.sign === sign) break
    const part = Math.min(left, oldest.open)
    const share = part === left ? feeLeft : mulDiv(fee, part, size)
    oldest.exitValue += notional(price, part, book.multiplierOf(symbol))
    oldest.exitPrice = onePrice(oldest.exitPrice, price)
    oldest.fees += share
    oldest.open -= part
    oldest.exitTime = time
    oldest.exitReason = book.asked.get(orderId)?.reason ?? filled.reason
    left -= part
    feeLeft -= share
    if (oldest.open > 0) continue
    trades.shift()
    book.onClosed(oldest)
  }
  if (left > 0) enter(book, trades, filled, { sign, price, left, fee: feeLeft, time })
  if (filled.remaining === '0') book.asked.delete(orderId)
}

interface Entry {
  readonly sign: 1 | -1
  readonly price: Price
  readonly left: Quantity
  readonly fee: Cash
  readonly time: TimeMs
}

function enter(book: TradeBook, trades: OpenTrade[], filled: Fill, entry: Entry): void {
  const { symbol } = filled
  const { sign, price, left, fee, time } = entry
  const decisionId = filled.parent ?? filled.orderId
  const value = notional(price, left, book.multiplierOf(symbol))
  const newest = trades.at(-1)
  if (newest?.decisionId === decisionId) {
    newest.quantity += left
    newest.open += left
    newest.entryValue += value
    newest.entryPrice = onePrice(newest.entryPrice, price)
    newest.fees += fee
    return
  }
  const { strategy = MANUAL, reason = MANUAL } = book.asked.get(filled.orderId) ?? {}
  trades.push({
    decisionId,
    symbol,
    sign,
    strategy,
    reason,
    entryTime: time,
    quantity: left,
    open: left,
    entryValue: value,
    exitValue: 0,
    entryPrice: price,
    exitPrice: null,
    income: 0,
    fees: fee,
    exitTime: null,
    exitReason: '',
    high: price,
    low: price,
  })
}

function onePrice(known: Price | null, price: Price): Price {
  return known === null || known === price ? price : 0
}

function listOf(book: TradeBook, symbol: string): OpenTrade[] {
  const known = book.open.get(symbol)
  if (known !== undefined) return known
  const fresh: OpenTrade[] = []
  book.open.set(symbol, fresh)
  return fresh
}

/**
 * What is open adds up to what the account's position becomes: rounded one by one, a unit would be left over.
 */
function split(trades: readonly OpenTrade[], numerator: number, denominator: number): void {
  let before = 0
  let after = 0
  for (const trade of trades) {
    before += trade.sign * trade.open
    const sum = mulDiv(before, numerator, denominator)
    trade.open = trade.sign * (sum - after)
    after = sum
    trade.quantity = mulDiv(trade.quantity, numerator, denominator)
    trade.high = mulDiv(trade.high, denominator, numerator)
    trade.low = mulDiv(trade.low, denominator, numerator)
    trade.entryPrice = mulDiv(trade.entryPrice, denominator, numerator)
    if (trade.exitPrice !== null) trade.exitPrice = mulDiv(trade.exitPrice, denominator, numerator)
  }
}

/** As it is now: what is open is taken as sold at `mark`, without a fee. */
export function toTrade(trade: OpenTrade, mark: Price, multiplier: number): Trade {
  const { decisionId, entryTime, exitReason, fees, open, quantity, reason, sign, strategy, symbol } = trade
  const exitValue = trade.exitValue + notional(mark, open, multiplier)
  const entryPrice = trade.entryPrice || meanPrice(trade.entryValue, quantity, multiplier)
  const exitPrice = open === 0 ? (trade.exitPrice ?? 0) : onePrice(trade.exitPrice, mark)
  const excursion = (price: Price) => {
    const value = notional(Math.abs(price - entryPrice), quantity, multiplier)
    return (price < entryPrice ? -value : value) * sign
  }
  const [worst, best] = sign === 1 ? [trade.low, trade.high] : [trade.high, trade.low]
  return {
    decisionId,
    symbol,
    side: sign === 1 ? 'long' : 'short',
    quantity,
    entryTime,
    entryPrice,
    exitTime: open === 0 ? trade.exitTime : null,
    exitPrice: exitPrice || meanPrice(exitValue, quantity, multiplier),
    pnl: sign * (exitValue - trade.entryValue) - fees + trade.income,
    fees,
    strategy,
    reason,
    exitReason,
    mae: Math.min(0, excursion(worst)),
    mfe: Math.max(0, excursion(best)),
  }
}

/** To 1e-8 of the currency; of an average, so its last digits are no price that anybody paid. */
function meanPrice(value: Cash, quantity: Quantity, multiplier: number): Price {
  if (!(quantity > 0)) return 0
  return Math.round((value / multiplier / quantity) * QUANTITY_SCALE * 100)
}

/** Closed trades that gained or lost after fees: how many, and how much. */
export interface ClosedTrades {
  readonly wins: number
  readonly losses: number
  readonly grossProfit: Cash
  readonly grossLoss: Cash
}

export type TradeResults = { -readonly [key in keyof ClosedTrades]: number }

export function createResults(): TradeResults {
  return { wins: 0, losses: 0, grossProfit: 0, grossLoss: 0 }
}

/** What came out at 0 is neither. */
export function countResult(results: TradeResults, pnl: Cash): void {
  if (pnl > 0) {
    results.wins++
    results.grossProfit += pnl
  } else if (pnl < 0) {
    results.losses++
    results.grossLoss -= pnl
  }
}
