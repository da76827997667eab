/**
 * What a company or a venue does to a symbol, told by a person: splits, dividends, trading halts. Each stands
 * in the journal under a name, and is answered with what it did to the account.
 */

import type { OpenOrder } from '../../book/book.ts'
import type { WorkingOrder } from '../../contract.ts'
import { ArkError } from '../../errors.ts'
import { formatCash, formatQuantity, notional, parsePrice } from '../../math.ts'
import type { Guard } from '../auth.ts'
import { type App, type Door, kernelOf } from '../door.ts'
import { limitBody } from '../json.ts'
import { createTurnstile } from '../turnstile.ts'
import { readAct, say } from './act.ts'
import { DividendBody, SplitBody, TradingHaltBody } from './bodies.ts'

type Terms = Pick<WorkingOrder, 'quantity' | 'limitPrice' | 'stopPrice' | 'trail'>

/** One working order through a split; `after` is null where the broker ended it. */
interface Carried {
  readonly orderId: string
  readonly role: WorkingOrder['role']
  readonly before: Terms
  readonly after: Terms | null
}

export function mountCorporateActions(app: App, door: Door, guard: Guard): void {
  // Two at once would each take the other's work for their own.
  const inTurn = createTurnstile()
  app.post('/v1/splits', guard.role('operator'), limitBody, async (c) => {
    const { symbol, ratio, reason } = await readAct(door, c, SplitBody)
    return inTurn(async () => {
      const before = readSymbol(door, symbol)
      const payload = { symbol, ...ratio, principal: c.var.principal.id, reason }
      const { seq } = await say(door, c, { type: 'split/applied', payload })
      const after = readSymbol(door, symbol)
      const position = { before: before.position, after: after.position }
      return c.json({ symbol, ...ratio, seq, position, orders: carry(before.orders, after.orders) }, 201)
    })
  })

  app.post('/v1/dividends', guard.role('operator'), limitBody, async (c) => {
    const { symbol, amount, reason } = await readAct(door, c, DividendBody)
    return inTurn(async () => {
      assertPayable(door, symbol, amount)
      const payload = { symbol, amount, principal: c.var.principal.id, reason }
      const { seq } = await say(door, c, { type: 'dividend/paid', payload })
      const { cash } = kernelOf(door).book.state
      const { position } = readSymbol(door, symbol)
      return c.json({ symbol, amount, position, cash: formatCash(cash), seq }, 201)
    })
  })

  app.post('/v1/trading-halts', guard.role('operator'), limitBody, async (c) => {
    const payload = await readAct(door, c, TradingHaltBody)
    const { seq } = await say(door, c, { type: 'symbol/halted', payload })
    return c.json({ symbol: payload.symbol, halted: payload.halted, seq }, 201)
  })
}

/** As decimal texts, so that it stays what it was while the book moves on. */
function readSymbol(door: Door, symbol: string) {
  const entry = kernelOf(door).book.index.get(symbol)
  const orders = (entry?.open ?? []).map((open) => ({ open, terms: termsOf(open) }))
  return { position: formatQuantity(entry?.position ?? 0), orders }
}

function termsOf({ order, quantity }: OpenOrder): Terms {
  const { limitPrice, stopPrice, trail } = order
  return {
    quantity: formatQuantity(quantity),
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(trail === undefined ? {} : { trail }),
  }
}

type Read = ReturnType<typeof readSymbol>['orders']

function carry(before: Read, after: Read): readonly Carried[] {
  return before.map(({ open: { orderId, role }, terms }) => {
    const still = after.find(({ open }) => open.orderId === orderId)
    return { orderId, role, before: terms, after: still?.terms ?? null }
  })
}

/** A sum that the book cannot hold exactly would be booked wrong for ever. */
function assertPayable(door: Door, symbol: string, amount: string): void {
  const { index, state } = kernelOf(door).book
  const { position = 0, instrument } = index.get(symbol) ?? {}
  const paid = notional(parsePrice(amount), position, instrument?.multiplier)
  if (Number.isSafeInteger(state.cash + paid) && Number.isSafeInteger(state.cash - paid)) return
  throw new ArkError('CONFLICT', 'amount', 'The account cannot hold so much.')
}
