/**
 * Facts on fair dealing: what the rules 2 to 4 ask about own orders, own fills, publications and clients.
 * Called by facts.ts for every order; costs next to nothing while there is nothing to count.
 */

import { FACT, type Facts, MISSING, NOT_APPLICABLE } from '#graveyard/facts.ts'
import { LIMITS } from '#graveyard/limits.ts'
import type { SymbolBook } from '../book/book.ts'
import { hasSessions } from '../book/instruments.ts'
import { averageDailyVolume } from '../book/marks.ts'
import { sessionCloseOf } from '../book/sessions.ts'
import { medianMove, priceBefore, volumeOf } from '../book/window.ts'
import type { Price, Quantity, TimeMs } from '../contract.ts'
import { compareProducts, mulDiv, PRICE_SCALE } from '../math.ts'
import { DAY } from '../time.ts'
import type { GateContext } from './facts.ts'
import { isProtective, type SymbolFlow, symbolFlow } from './order-flow.ts'
import type { ParsedOrder } from './parse-order.ts'
import { isEmpty, lookUp, type Registers } from './registers.ts'
import { countedQuantity, isExposing, isStopType } from './working.ts'

const MINUTES_OF_CLOSING = LIMITS.closingWindowMs / 60_000
const SHARE_SCALE = 10_000
const LAYER_SHARE = Math.round(LIMITS.layerCancelledShare * SHARE_SCALE)
const MINUTES_OF_IGNITION = LIMITS.ignitionWindowMs / 60_000

export function deriveConduct(
  facts: Facts,
  entry: SymbolBook,
  parsed: ParsedOrder,
  price: Price,
  context: GateContext,
): void {
  const { flow, now, registers } = context
  const lately = symbolFlow(flow, entry.symbol)
  facts[FACT.publicationAge] = publicationAge(registers, entry.symbol, parsed, now)
  facts[FACT.selfTrades] = selfTrades(entry, parsed)
  facts[FACT.clientConflicts] = clientConflicts(context, entry.symbol, parsed, price)
  deriveLayers(facts, entry, parsed, lately, now)
  deriveClosing(facts, entry, parsed, lately, now)
  deriveIgnition(facts, entry, parsed, lately, now)
}

/**
 * Since ARK spoke for the other side, or for none: what it said of the order's own side, the order is not
 * against.
 */
function publicationAge(
  { publications }: Registers,
  symbol: string,
  { side }: ParsedOrder,
  now: TimeMs,
): number {
  let age = NOT_APPLICABLE
  if (isEmpty(publications)) return age
  for (const spoken of [side === 1 ? 'sell' : 'buy', '']) {
    const published = lookUp(publications, `${symbol}|${spoken}`)
    if (published !== undefined) age = Math.min(age, now - published)
  }
  return age
}

/** A market order, and a stop once it is touched, reaches every price; a limit bounds what it can meet. */
function selfTrades(entry: SymbolBook, parsed: ParsedOrder): number {
  const { type } = parsed.order
  const unbounded = Number.isNaN(parsed.price) || type === 'stop' || type === 'trailing_stop'
  let count = 0
  for (const open of entry.open) {
    if (open.side === parsed.side || isStopType(open.type)) continue
    if (parsed.cancelFirst.includes(open.orderId)) continue
    if (unbounded || open.type === 'market' || parsed.side * (parsed.price - open.price) >= 0) count++
  }
  return count
}

/** Client orders of the same side that the price would have filled: they came first, so they go first. */
function clientConflicts(
  { now, registers }: GateContext,
  symbol: string,
  parsed: ParsedOrder,
  price: Price,
): number {
  let count = 0
  for (const key in registers.clientOrders) {
    const client = registers.clientOrders[key]
    if (client === undefined || client.symbol !== symbol) continue
    if ((client.side === 'buy' ? 1 : -1) !== parsed.side) continue
    if (client.expires !== 0 && now > client.expires) continue
    // A price that is not known could be any.
    if (client.limit === 0 || !(parsed.side * (client.limit - price) < 0)) count++
  }
  return count
}

function deriveLayers(
  facts: Facts,
  entry: SymbolBook,
  parsed: ParsedOrder,
  lately: SymbolFlow | undefined,
  now: TimeMs,
): void {
  let levels = 0
  let quantity = 0
  let adds = parsed.order.type === 'limit' && parsed.side * (parsed.price - entry.mark) < 0
  for (let at = 0; at < entry.open.length; at++) {
    const open = entry.open[at]
    if (open === undefined || open.type !== 'limit' || isProtective(open)) continue
    if (open.side === parsed.side) {
      if (open.price === parsed.price) adds = false
      continue
    }
    if (parsed.cancelFirst.includes(open.orderId)) continue
    quantity += open.quantity
    if (isFirstOfLevel(entry, parsed, at)) levels++
  }
  facts[FACT.layerLevels] = levels
  facts[FACT.layerQuantity] = quantity
  facts[FACT.addsLevel] = adds ? 1 : 0
  facts[FACT.endedOpposite300s] = 0
  facts[FACT.endedUnfilled300s] = 0
  facts[FACT.layerEpisodes600s] = 0
  if (lately === undefined) return
  const since = now - LIMITS.layerWindowMs
  let ended = 0
  let unfilled = 0
  for (const end of lately.ended) {
    if (end.side === parsed.side || end.at <= since) continue
    ended++
    if (!end.filled) unfilled++
  }
  let episodes = 0
  for (const { at, side } of lately.episodes)
    if (side === parsed.side && at > now - LIMITS.layerEpisodesMs) episodes++
  facts[FACT.endedOpposite300s] = ended
  facts[FACT.endedUnfilled300s] = unfilled
  facts[FACT.layerEpisodes600s] = episodes
}

/** Orders at one price are one level. */
function isFirstOfLevel(entry: SymbolBook, parsed: ParsedOrder, at: number): boolean {
  const level = entry.open[at]
  for (let before = 0; before < at; before++) {
    const open = entry.open[before]
    if (open === undefined || open.type !== 'limit' || isProtective(open)) continue
    if (parsed.cancelFirst.includes(open.orderId)) continue
    if (open.side === level?.side && open.price === level.price) return false
  }
  return true
}

/** What an episode is: layers on the other side, and a record of taking them away unfilled. */
export function showsLayering(facts: Facts): boolean {
  const [levels = 0, quantity = 0, own = 0] = [
    facts[FACT.layerLevels],
    facts[FACT.layerQuantity],
    facts[FACT.quantity],
  ]
  const [ended = 0, unfilled = 0] = [facts[FACT.endedOpposite300s], facts[FACT.endedUnfilled300s]]
  return (
    levels >= LIMITS.layerLevels &&
    quantity >= LIMITS.layerMultiple * own &&
    ended >= LIMITS.layerEnded &&
    compareProducts(unfilled, SHARE_SCALE, ended, LAYER_SHARE) >= 0
  )
}

/** Stops, auctions and orders that wait for the next open set no closing price. */
function deriveClosing(
  facts: Facts,
  entry: SymbolBook,
  parsed: ParsedOrder,
  lately: SymbolFlow | undefined,
  now: TimeMs,
): void {
  facts[FACT.closingOwn] = NOT_APPLICABLE
  facts[FACT.closingVolume] = NOT_APPLICABLE
  if (isStopType(parsed.order.type) || parsed.auction || !hasSessions(entry.instrument.kind)) return
  const close = sessionCloseOf(Math.floor(now / DAY))
  // At the close itself nothing is executed any more: the order waits for the next open.
  if (!(now >= close - LIMITS.closingWindowMs && now < close)) return
  let own: Quantity = parsed.quantity
  for (const { at, quantity } of lately?.fills ?? [])
    if (at >= close - LIMITS.closingWindowMs) own += quantity
  for (const open of entry.open) if (isExposing(open)) own += countedQuantity(entry, open, isExposing, parsed)
  const average = averageDailyVolume(entry) / LIMITS.closingAverageDivisor
  const seen = volumeOf(entry.window, now, MINUTES_OF_CLOSING)
  const volume = Number.isNaN(average)
    ? seen
    : Math.floor(Number.isNaN(seen) ? average : Math.max(seen, average))
  // What nobody knows must not keep anybody in.
  if (Number.isNaN(volume) && facts[FACT.opening] === 0) return
  facts[FACT.closingOwn] = own
  facts[FACT.closingVolume] = volume
}

function deriveIgnition(
  facts: Facts,
  entry: SymbolBook,
  parsed: ParsedOrder,
  lately: SymbolFlow | undefined,
  now: TimeMs,
): void {
  let aggressive = 0
  let filled = 0
  for (const { at, side, quantity, aggressive: taker } of lately?.fills ?? []) {
    if (side !== parsed.side || at <= now - LIMITS.ignitionWindowMs) continue
    filled += quantity
    if (taker) aggressive++
  }
  facts[FACT.aggressiveFills300s] = aggressive
  facts[FACT.ownFilled300s] = filled
  facts[FACT.marketVolume300s] = NOT_APPLICABLE
  facts[FACT.moveSigned300s] = NOT_APPLICABLE
  facts[FACT.medianMove300s] = NOT_APPLICABLE
  // The market is looked at only where the fills alone do not clear the order.
  if (aggressive < LIMITS.ignitionFills) return
  const before = priceBefore(entry.window, now, MINUTES_OF_IGNITION)
  const median = medianMove(entry.window)
  facts[FACT.marketVolume300s] = volumeOf(entry.window, now, MINUTES_OF_IGNITION)
  facts[FACT.moveSigned300s] =
    before > 0 ? mulDiv(parsed.side * (entry.mark - before), PRICE_SCALE, before) : MISSING
  facts[FACT.medianMove300s] = Number.isNaN(median) ? NOT_APPLICABLE : median
}
