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
  Resolution,
  Side,
  TimeInForce,
  TimeMs,
  WorkingOrder,
} from '#core/contract.ts'
import { formatPrice, formatQuantity } from '#core/math.ts'
import type { OrderStatus } from './status.ts'

export interface BrokerState {
  readonly books: Record<string, Book>
  /**
   * The last ids that were submitted, so that none is worked twice; `next` says which one is forgotten next.
   */
  readonly ids: string[]
  next: number
}

export interface Book {
  readonly symbol: string
  /** Signed; folded from this broker's own fills, so that it is right in the middle of an event too. */
  position: Quantity
  /** The venue has stopped trading: nothing fills until it resumes. */
  halted: boolean
  /** Of the last row that the book was shown; empty when it was no bar. */
  resolution: Resolution | ''
  /** Newest end of a row that the book was shown. */
  seen: TimeMs
  /** Length and end of the last bar, and the end of the one before it where that was as long; else 0. */
  bars: Resolution | ''
  barEnd: TimeMs
  before: TimeMs
  /** Entries and exits, oldest first. */
  orders: PaperOrder[]
  /** Oldest first. */
  brackets: Bracket[]
  /** Rows that stay between `below` and `above` and end before `wake` touch nothing (bounds.ts). */
  below: Price
  above: Price
  wake: TimeMs
}

export interface PaperOrder {
  readonly orderId: string
  readonly symbol: string
  readonly side: Side
  /** A stop_limit that was touched goes on as a limit. */
  type: OrderType
  readonly role: OrderRole
  readonly timeInForce: TimeInForce
  /** Changed by `advance` of status.ts only. */
  status: OrderStatus
  limit: Price
  stop: Price
  /** Distance at which a trailing stop follows the market. */
  trail: Price
  readonly strategy: string
  /** The entry that a stop or target protects; empty on entries and exits. */
  readonly parent: string
  /** Orders of one strategy and group cancel one another; empty = none. */
  readonly group: string
  /** By now, with what an order that it replaced had filled. */
  filled: Quantity
  /** Left to fill; 0 once it has ended. */
  remaining: Quantity
  /** It meets no row that begins earlier; what a bracket has made waits for its `since` instead. */
  arrival: TimeMs
  /** Of `day` and `cls`: the close of its session; 0 until the session has begun. */
  expires: TimeMs
  /** Of `opg`: the first day (number since 1970, UTC) whose opening it may meet. */
  readonly opens: number
  readonly protection: Protection | null
}

/** What an entry wants attached once it fills. */
export interface Protection {
  stop: Price
  /** 0 when the stop stays where it is. */
  trail: Price
  readonly targets: readonly Target[]
}

interface Target {
  price: Price
  /** Share of the quantity, an integer of 1e-8. */
  readonly portion: number
}

export interface Bracket {
  readonly parent: string
  /** It meets no row that begins earlier: what lay before its entry touches neither stop nor target. */
  readonly since: TimeMs
  /** The closing side. */
  readonly side: Side
  open: Quantity
  /** Opened by its entry so far, and how much of that went to each target. */
  opened: Quantity
  readonly allotted: Quantity[]
  stop: PaperOrder | null
  targets: PaperOrder[]
}

/** A permit is good once, so core refuses a repeat already; this guards against one that comes at once. */
const IDS_MAX = 64

export function createState(): BrokerState {
  return { books: {}, ids: [], next: 0 }
}

/** A book knows its symbol, which tells it from what every object has by the name of `constructor`. */
export function findBook(state: BrokerState, symbol: string): Book | undefined {
  const book = state.books[symbol]
  return book !== undefined && book.symbol === symbol ? book : undefined
}

export function openBook(state: BrokerState, symbol: string): Book {
  const known = findBook(state, symbol)
  if (known !== undefined) return known
  const book: Book = {
    symbol,
    position: 0,
    halted: false,
    resolution: '',
    seen: 0,
    bars: '',
    barEnd: 0,
    before: 0,
    orders: [],
    brackets: [],
    below: -1,
    above: Number.MAX_SAFE_INTEGER,
    wake: Number.MAX_SAFE_INTEGER,
  }
  // It would become the prototype instead of a key; no market has such a symbol.
  if (symbol !== '__proto__') state.books[symbol] = book
  return book
}

/** Notes an id; false when it was noted before. */
export function rememberId(state: BrokerState, id: string): boolean {
  if (state.ids.includes(id)) return false
  state.ids[state.next] = id
  state.next = (state.next + 1) % IDS_MAX
  return true
}

/** How much of the position an order of this side would close. */
export function closable(book: Book, side: Side): Quantity {
  return Math.max(0, side === 'sell' ? book.position : -book.position)
}

export function childrenOf(bracket: Bracket): readonly PaperOrder[] {
  return bracket.stop === null ? bracket.targets : [bracket.stop, ...bracket.targets]
}

/**
 * All that work, oldest first: what rests, then the brackets. A list of its own, which fills do not disturb.
 */
export function ordersOf(book: Book): readonly PaperOrder[] {
  return [...book.orders, ...book.brackets.flatMap(childrenOf)]
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
  if (order.filled > 0) working.filled = formatQuantity(order.filled)
  if (order.limit > 0) working.limitPrice = formatPrice(order.limit)
  // The stop of what has become a limit is spent.
  if (order.stop > 0 && order.type !== 'limit') working.stopPrice = formatPrice(order.stop)
  if (order.trail > 0) working.trail = formatPrice(order.trail)
  if (order.parent !== '') {
    working.parent = order.parent
    working.group = order.parent
  } else if (order.group !== '') working.group = order.group
  return working
}
