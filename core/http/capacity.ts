/**
 * What may still be sent: the largest sound order of each symbol and side at the present price, and each
 * limit beside the rules as the smallest one would meet it. Found by asking the gate itself, so no limit is
 * known here by more than its name.
 */

import { equityOf, type SymbolBook } from '../book/book.ts'
import type { Order, Price, Side } from '../contract.ts'
import type { Kernel } from '../cycle/kernel.ts'
import { toLimits } from '../gate/decision.ts'
import type { GateContext } from '../gate/facts.ts'
import type { Gate } from '../gate/gate.ts'
import type { Headroom } from '../gate/headroom.ts'
import { bisect } from '../gate/nearest.ts'
import { formatDecimal, formatPrice, formatQuantity, mulDiv, parseDecimal } from '../math.ts'
import { ask, obstaclesIn } from './evaluate.ts'

export interface Room {
  /** Largest quantity that would be allowed; "0" when not even one lot would. */
  readonly quantity: string
  /** What refuses one lot more: names of rules and limits. */
  readonly boundBy: readonly string[]
}

export interface Capacity {
  readonly symbol: string
  readonly price: string
  readonly buy: Room
  readonly sell: Room
}

export interface Asked {
  readonly capacity: Capacity
  readonly limits: readonly Headroom[]
  /** What refuses the smallest order that opens, by side, in words; empty for a side that would close. */
  readonly against: readonly (readonly string[])[]
}

/** A sound order has its stop 5 % from the price and one target three times as far. */
const STOP_SHARE = 5
const TARGET_SHARE = 15
/** Multiples of equity: beyond it no order passes. */
const BEYOND = 4
const PRODUCT_PER_CASH = 10_000_000_000
const CASH_DIGITS = 6
const DIGITS = 8

export function askSymbol(gate: Gate, kernel: Kernel, entry: SymbolBook, context: GateContext): Asked {
  const sides = (['buy', 'sell'] as const).map((side) => askSide(gate, kernel, entry, side, context))
  const [buy = BLANK, sell = BLANK] = sides
  return {
    capacity: {
      symbol: entry.symbol,
      price: formatPrice(entry.mark),
      buy: buy.room,
      sell: sell.room,
    },
    limits: sides.flatMap(({ limits }) => limits),
    against: sides.filter(({ opening }) => opening).map(({ obstacles }) => obstacles),
  }
}

interface AskedSide {
  readonly room: Room
  readonly limits: readonly Headroom[]
  readonly opening: boolean
  readonly obstacles: readonly string[]
}

const BLANK: AskedSide = { room: { quantity: '0', boundBy: [] }, limits: [], opening: false, obstacles: [] }

function askSide(gate: Gate, kernel: Kernel, entry: SymbolBook, side: Side, context: GateContext): AskedSide {
  const { lot, multiplier } = entry.instrument
  const passes = (lots: number): boolean =>
    ask(gate, kernel, soundOrder(entry, side, formatQuantity(lots * lot)), context) === 0
  const smallest = passes(1)
  const limits = limitsOf(gate, entry.symbol)
  const { opening } = gate.orderFacts
  const obstacles = obstaclesIn(gate)
  if (!smallest) return { room: { quantity: '0', boundBy: namesIn(obstacles) }, limits, opening, obstacles }
  const worth = mulDiv(
    Math.max(0, equityOf(context.book)) * BEYOND,
    PRODUCT_PER_CASH,
    entry.mark * multiplier,
  )
  const beyond = Math.ceil(Math.min(worth + Math.abs(entry.position), Number.MAX_SAFE_INTEGER / 2) / lot) + 1
  const lots = bisect(1, beyond, passes)
  passes(lots + 1)
  return {
    room: { quantity: formatQuantity(lots * lot), boundBy: namesIn(obstaclesIn(gate)) },
    limits,
    opening,
    obstacles,
  }
}

/** A limit at the present price: it trades at once, and meets no own target beyond it. */
function soundOrder({ symbol, mark, instrument }: SymbolBook, side: Side, quantity: string): Order {
  const { tick } = instrument
  const sign = side === 'buy' ? 1 : -1
  const at = (share: number): Price => Math.round((mark + (mark * sign * share) / 100) / tick) * tick
  return {
    symbol,
    side,
    type: 'limit',
    quantity,
    limitPrice: formatPrice(at(0)),
    stopLoss: { price: formatPrice(at(-STOP_SHARE)) },
    targets: [{ price: formatPrice(at(TARGET_SHARE)), portion: '1' }],
    // An exit names its reason; an opening needs none, and it does no harm.
    reason: 'headroom',
  }
}

function namesIn(obstacles: readonly string[]): readonly string[] {
  return obstacles.map((obstacle) => obstacle.replace(/: .*/s, ''))
}

/** Of the last judgement. What is left counts towards the limit from the side where the order stands. */
function limitsOf(gate: Gate, symbol: string): readonly Headroom[] {
  const units = gate.overlay.named.map(({ unit }) => unit)
  return toLimits(gate.overlay).map(({ limit: name, verdict, observed, limitValue }, index): Headroom => {
    const unit = units[index] ?? 'flag'
    const digits = unit === 'cash' ? CASH_DIGITS : DIGITS
    const distance = Math.abs(parseDecimal(limitValue ?? '', digits) - parseDecimal(observed ?? '', digits))
    const left = formatDecimal(verdict === 'allow' ? distance : -distance, digits)
    const measured = unit !== 'flag' && Number.isSafeInteger(distance)
    const denies = verdict !== 'allow'
    return { name, of: symbol, unit, used: observed, limit: limitValue, left: measured ? left : null, denies }
  })
}
