/**
 * The stop and targets of a filled entry: made and enlarged as it fills, shrunk as the position does.
 *
 * A child whose quantity changes is announced by a second `order/accepted` of its id. A child that has ended
 * does not come back when its entry fills further.
 */

import type { Price, Quantity } from '#core/contract.ts'
import { floorTo, mulDiv, QUANTITY_SCALE } from '#core/math.ts'
import { announceOrder, cancelOrder } from './end.ts'
import { type Book, type Bracket, closable, type PaperOrder, type Protection } from './state.ts'
import type { Turn } from './turn.ts'

/** Protects `opened` more of an entry. */
export function growBracket(
  book: Book,
  entry: PaperOrder,
  wanted: Protection,
  opened: Quantity,
  turn: Turn,
): Bracket {
  let bracket = book.brackets.find(({ parent }) => parent === entry.orderId)
  if (bracket === undefined) {
    bracket = createBracket(entry, wanted, turn)
    book.brackets.push(bracket)
  }
  const first = bracket.opened === 0
  bracket.open += opened
  bracket.opened += opened
  if (first && wanted.stop > 0) bracket.stop = createStop(entry, bracket, wanted, bracket.open)
  else if (bracket.stop !== null) bracket.stop.remaining = bracket.open
  if (bracket.stop !== null) announceOrder(bracket.stop, turn.out)
  allotTargets(bracket, entry, wanted, turn)
  return bracket
}

function createBracket(entry: PaperOrder, { targets }: Protection, { time }: Turn): Bracket {
  return {
    parent: entry.orderId,
    since: time,
    side: entry.side === 'buy' ? 'sell' : 'buy',
    open: 0,
    opened: 0,
    allotted: targets.map(() => 0),
    stop: null,
    targets: [],
  }
}

/** Targets are whole lots; when the portions add up to 1 the last target takes what rounding left over. */
function allotTargets(bracket: Bracket, entry: PaperOrder, wanted: Protection, turn: Turn): void {
  const { opened } = bracket
  let room = opened
  let portions = 0
  wanted.targets.forEach(({ price, portion }, index) => {
    portions += portion
    const share = floorTo(mulDiv(opened, portion, QUANTITY_SCALE), turn.instrument.lot)
    const allotted = portions === QUANTITY_SCALE ? room : share
    room -= allotted
    const before = bracket.allotted[index] ?? 0
    const more = Math.min(allotted - before, bracket.open - targeted(bracket))
    if (more <= 0) return
    bracket.allotted[index] = before + more
    const id = `${entry.orderId}.target${index + 1}`
    let target = bracket.targets.find(({ orderId }) => orderId === id)
    if (target !== undefined) target.remaining += more
    else if (before === 0) {
      target = createTarget(entry, bracket, id, price, more)
      bracket.targets.push(target)
    }
    if (target !== undefined) announceOrder(target, turn.out)
  })
}

function targeted({ targets }: Bracket): Quantity {
  let sum = 0
  for (const { remaining } of targets) sum += remaining
  return sum
}

function createStop(entry: PaperOrder, bracket: Bracket, wanted: Protection, open: Quantity): PaperOrder {
  const stop = createChild(entry, bracket, `${entry.orderId}.stop`, open)
  const type = wanted.trail > 0 ? 'trailing_stop' : 'stop'
  return Object.assign(stop, { role: 'stop', type, stop: wanted.stop, trail: wanted.trail } as const)
}

function createTarget(entry: PaperOrder, bracket: Bracket, id: string, price: Price, quantity: Quantity) {
  return Object.assign(createChild(entry, bracket, id, quantity), { limit: price })
}

function createChild(entry: PaperOrder, bracket: Bracket, orderId: string, quantity: Quantity): PaperOrder {
  return {
    orderId,
    symbol: entry.symbol,
    side: bracket.side,
    type: 'limit',
    role: 'target',
    timeInForce: 'gtc',
    status: 'working',
    limit: 0,
    stop: 0,
    trail: 0,
    strategy: entry.strategy,
    parent: entry.orderId,
    group: '',
    filled: 0,
    remaining: quantity,
    arrival: 0,
    expires: 0,
    opens: 0,
    protection: null,
  }
}

/**
 * Takes a fill out of the bracket it belongs to, then shrinks what would close more than is held: oldest
 * first.
 */
export function settleBrackets(book: Book, order: PaperOrder, quantity: Quantity, turn: Turn): void {
  if (order.parent !== '') {
    const own = book.brackets.find((bracket) => bracket.parent === order.parent)
    if (own !== undefined) resizeBracket(book, own, own.open - quantity, turn)
  }
  for (const side of ['buy', 'sell'] as const) {
    let excess = -closable(book, side)
    for (const bracket of book.brackets) if (bracket.side === side) excess += bracket.open
    for (const bracket of book.brackets.slice()) {
      if (excess <= 0) break
      if (bracket.side !== side) continue
      const cut = Math.min(excess, bracket.open)
      resizeBracket(book, bracket, bracket.open - cut, turn)
      excess -= cut
    }
  }
  if (book.position !== 0) return
  for (const exit of book.orders.slice())
    if (exit.role !== 'entry') cancelOrder(book, exit, 'the position is closed', turn.out)
}

function resizeBracket(book: Book, bracket: Bracket, open: Quantity, turn: Turn): void {
  bracket.open = open
  if (bracket.stop !== null) resizeOrder(book, bracket.stop, open, turn)
  let room = open
  for (const target of bracket.targets.slice()) {
    const quantity = Math.min(room, target.remaining)
    room -= quantity
    resizeOrder(book, target, quantity, turn)
  }
  if (open > 0) return
  book.brackets = book.brackets.filter((other) => other !== bracket)
  // What is left of an entry whose protection has done its work would open again, beneath its own stop.
  const entry = book.orders.find(({ orderId }) => orderId === bracket.parent)
  if (entry !== undefined) cancelOrder(book, entry, 'the position it opened is closed', turn.out)
}

function resizeOrder(book: Book, order: PaperOrder, quantity: Quantity, turn: Turn): void {
  if (quantity === order.remaining) return
  if (quantity === 0) {
    cancelOrder(book, order, 'the position it protects is closed', turn.out)
    return
  }
  order.remaining = quantity
  announceOrder(order, turn.out)
}
