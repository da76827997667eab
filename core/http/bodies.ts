/**
 * The bodies that people and programs send, market data apart: orders, signals, reasons, instruments,
 * identities.
 *
 * An order with an unknown field is refused. A signal may carry anything beside symbol and direction: it is
 * kept and believed by nobody.
 */

import * as v from 'valibot'
import { SYMBOL } from '../book/instruments.ts'
import { InstrumentSchema } from '../config/schema.ts'
import type { Order } from '../contract.ts'
import { isStopType } from '../gate/working.ts'
import { decimal } from './amounts.ts'
import { checkBody } from './json.ts'
import { type Finding, invalidBody } from './problems.ts'

const text = (max: number) =>
  v.pipe(v.string(), v.minLength(1), v.maxLength(max, `wants at most ${max} characters`))
const described = <const Field extends v.GenericSchema>(field: Field, description: string) =>
  v.pipe(field, v.description(description))
const price = decimal(8, 'above zero')

export const symbol = v.pipe(v.string(), v.regex(SYMBOL, 'wants 1 to 20 of A-Z 0-9 . _ -'))
export const strategy = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9 ._:-]{0,63}$/, 'wants 1 to 64 letters, digits, . _ : -'),
)
/** Journaled for whoever asks later, so blanks are none. */
export const ReasonSchema = v.strictObject({
  reason: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, 'wants a reason'),
    v.maxLength(500, 'wants at most 500 characters'),
  ),
})

export const OrderSchema = v.strictObject({
  symbol,
  side: v.picklist(['buy', 'sell']),
  type: v.picklist(['market', 'limit', 'stop', 'stop_limit', 'trailing_stop']),
  quantity: decimal(8, 'above zero'),
  limitPrice: v.exactOptional(price),
  stopPrice: v.exactOptional(price),
  trail: v.exactOptional(described(price, 'Distance that a trailing_stop keeps from the market.')),
  timeInForce: v.exactOptional(
    described(
      v.picklist(['day', 'gtc', 'ioc', 'fok', 'opg', 'cls']),
      'opg and cls trade in the next opening or closing auction only: market and limit orders.',
    ),
  ),
  stopLoss: v.exactOptional(v.strictObject({ price, trail: v.exactOptional(price) })),
  targets: v.exactOptional(
    v.pipe(
      v.array(v.strictObject({ price, portion: decimal(8, 'above zero') })),
      v.maxLength(16, 'wants at most 16 targets'),
    ),
  ),
  strategy: v.exactOptional(strategy),
  group: v.exactOptional(
    described(text(64), 'Of a strategy’s orders of one symbol and group the first to fill ends the rest.'),
  ),
  reduceOnly: v.exactOptional(v.boolean()),
  cancelFirst: v.exactOptional(v.pipe(v.array(text(128)), v.maxLength(64, 'wants at most 64 ids'))),
  replaces: v.exactOptional(
    described(text(128), 'Id of the working order whose place it takes; what that has filled counts.'),
  ),
  reason: v.exactOptional(text(500)),
})

/** Throws INVALID_BODY; so does a term that its order type needs and lacks, or carries and would ignore. */
export function toOrder(body: unknown): Order {
  const order = checkBody(OrderSchema, body)
  const { type } = order
  const limited = type === 'limit' || type === 'stop_limit'
  const findings: Finding[] = [
    ...priceFindings('limitPrice', order.limitPrice, limited, type),
    ...priceFindings('stopPrice', order.stopPrice, isStopType(type), type),
    ...priceFindings('trail', order.trail, type === 'trailing_stop', type),
    ...auctionFindings(order),
  ]
  if (findings.length > 0) throw invalidBody(findings)
  return order
}

function priceFindings(name: string, value: string | undefined, wanted: boolean, type: string): Finding[] {
  if (wanted === (value !== undefined)) return []
  const message = wanted ? `is missing: a ${type} order needs it` : `has no meaning on a ${type} order`
  return [{ pointer: `/${name}`, message }]
}

function auctionFindings({ type, timeInForce }: Order): Finding[] {
  if (!isStopType(type) || (timeInForce !== 'opg' && timeInForce !== 'cls')) return []
  return [{ pointer: '/timeInForce', message: `is for market and limit orders, not for a ${type} order` }]
}

const FIGURE = 'wants a number or a decimal text such as "12.50"'
const PRICE_MAX = 10_000_000
const LOOSE_SYMBOL = /^\s*[A-Za-z0-9][A-Za-z0-9._-]{0,19}\s*$/
const looseSymbol = v.pipe(
  v.string(),
  v.maxLength(64, 'wants at most 64 characters'),
  v.regex(LOOSE_SYMBOL, 'wants 1 to 20 letters, digits, . _ -'),
)
const number = v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?$/, FIGURE))], FIGURE)
const figure = v.exactOptional(number)
const REMARKS = {
  // No reference for anything, but nonsense in one place makes the rest doubtful.
  price: v.exactOptional(
    v.pipe(
      number,
      v.check(
        (value) => Number(value) > 0 && Number(value) <= PRICE_MAX,
        'wants a price above zero, at most 10000000',
      ),
      v.description('Above zero, at most 10000000. No reference for anything.'),
    ),
  ),
  volume: figure,
  avgVolume: figure,
  float: figure,
  marketCap: figure,
  shortInterest: figure,
  daysToCover: figure,
  metadata: v.exactOptional(v.record(v.string(), v.unknown())),
}
export const SignalSchema = v.object({
  symbol: looseSymbol,
  direction: v.picklist(['long', 'short']),
  ...REMARKS,
})
export const AlertSchema = v.object({ ticker: looseSymbol, action: v.picklist(['buy', 'sell']), ...REMARKS })

/**
 * Throws INVALID_BODY. The body goes on as it came: Kyle brings both forms into one. TradingView's has
 * `ticker` and no `symbol`.
 */
export function assertSignal(body: unknown): void {
  const isAlert = typeof body === 'object' && body !== null && 'ticker' in body && !('symbol' in body)
  if (isAlert) checkBody(AlertSchema, body)
  else checkBody(SignalSchema, body)
}

/** The configuration's own schema, with amounts as bodies have them. */
export const InstrumentBody = v.strictObject({
  ...InstrumentSchema.entries,
  tick: price,
  lot: decimal(8, 'above zero'),
  floatShares: v.optional(decimal(8, 'above zero')),
  adv20: v.optional(decimal(4, 'above zero')),
})

/** The same six as the door's `Role`. */
const ROLES = ['viewer', 'intake', 'feed', 'operator', 'risk-officer', 'admin'] as const
export const IdentitySchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'wants 1 to 32 of a-z 0-9 -')),
  roles: v.pipe(v.array(v.picklist(ROLES)), v.minLength(1, 'wants one role or more')),
})
