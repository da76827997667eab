/**
 * What the paper broker remembers: resting orders and brackets by symbol, as plain JSON.
 *
 * A bracket is the protection of one filled entry. Its `open` says how much of that entry is still held;
 * its stop covers exactly that, its targets together never more. Price 0 means "none": no price of an order
 * can be 0.
 */

import type {
  OrderRole,
  OrderType,
  Price,
  Quantity,
  Side,
  TimeInForce,
  WorkingOrder,
} from '#core/contract.ts'
import { formatPrice, formatQuantity } from '#core/math.ts'

export interface BrokerState {
  readonly books: Record<string, Book>
  /**
   * The last ids that were submitted, so that none is worked twice; `ring` says which one is forgotten
   * next.
   */
  readonly ids: Record<string, 1>
  readonly ring: string[]
  next: number
}

export interface Book {
  /** Signed; folded from this broker's own fills, so that it is right in the middle of an event too. */
  position: Quantity
  /** Entries and exits, oldest first. */
  orders: PaperOrder[]
  /** Oldest first. */
  brackets: Bracket[]
}

export interface PaperOrder {
  readonly orderId: string
  readonly symbol: string
  readonly side: Side
  /** A stop_limit that was touched goes on as a limit. */
  type: OrderType
  readonly role: OrderRole
  readonly timeInForce: TimeInForce
  readonly limit: Price
  stop: Price
  readonly strategy: string
  /** The entry that a stop or target protects; empty on entries and exits. */
  readonly parent: string
  /** Left to fill; 0 once it is filled or cancelled. */
  remaining: Quantity
  readonly protection: Protection | null
}

/** What an entry wants attached once it fills. `portion` is an integer of 1e-8. */
export interface Protection {
  readonly stop: Price
  readonly targets: readonly { readonly price: Price; readonly portion: number }[]
}

export interface Bracket {
  readonly parent: string
  /** The closing side. */
  readonly side: Side
  open: Quantity
  stop: PaperOrder | null
  targets: PaperOrder[]
}

const IDS_MAX = 1_024

export function createState(): BrokerState {
  return { books: {}, ids: {}, ring: [], next: 0 }
}

/** Own properties only: a symbol may be called `constructor`. */
export function findBook(state: BrokerState, symbol: string): Book | undefined {
  return Object.hasOwn(state.books, symbol) ? state.books[symbol] : undefined
}

export function openBook(state: BrokerState, symbol: string): Book {
  const known = findBook(state, symbol)
  if (known !== undefined) return known
  const book: Book = { position: 0, orders: [], brackets: [] }
  state.books[symbol] = book
  return book
}

/** Notes an id; false when it was noted before. */
export function rememberId(state: BrokerState, id: string): boolean {
  if (Object.hasOwn(state.ids, id)) return false
  const forgotten = state.ring[state.next]
  if (forgotten !== undefined) delete state.ids[forgotten]
  state.ring[state.next] = id
  state.ids[id] = 1
  state.next = (state.next + 1) % IDS_MAX
  return true
}

/** How much of the position an order of this side would close. */
export function closable(book: Book, side: Side): Quantity {
  return Math.max(0, side === 'sell' ? book.position : -book.position)
}

/** The order as the other parts of ARK see it; its quantity is what is left to fill. */
export function toWorking(order: PaperOrder): WorkingOrder {
  const working: { -readonly [Key in keyof WorkingOrder]: WorkingOrder[Key] } = {
    orderId: order.orderId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    quantity: formatQuantity(order.remaining),
    role: order.role,
    timeInForce: order.timeInForce,
    strategy: order.strategy,
  }
  if (order.limit > 0) working.limitPrice = formatPrice(order.limit)
  // The stop of what has become a limit is spent.
  if (order.stop > 0 && order.type !== 'limit') working.stopPrice = formatPrice(order.stop)
  if (order.parent !== '') {
    working.parent = order.parent
    working.group = order.parent
  }
  return working
}
