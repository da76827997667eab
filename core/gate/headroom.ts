/**
 * How much of each numbered rule is used up as things stand, before any further order. For people who want to
 * know what they may still do; nothing is decided by it.
 *
 * The gate's own facts of an order for nothing are the facts of the account, so no sum is made twice.
 */

import { FACT, FACT_COUNT, type Facts } from '#graveyard/facts.ts'
import { LIMITS } from '#graveyard/limits.ts'
import type { SymbolBook } from '../book/book.ts'
import type { Order, Side } from '../contract.ts'
import { formatDecimal, QUANTITY_SCALE, VOLUME_SCALE } from '../math.ts'
import { deriveFacts, type GateContext } from './facts.ts'
import { recentCount } from './order-flow.ts'
import { parseOrder } from './parse-order.ts'

const TEN_THOUSAND = 10_000

export interface Headroom {
  readonly name: string
  /** `account`, a symbol, or `strategy|symbol|side`. */
  readonly of: string
  readonly unit: 'ratio' | 'count' | 'quantity' | 'cash' | 'flag'
  /** Decimal texts; null where there is nothing to measure. `left` is below zero beyond the limit. */
  readonly used: string | null
  readonly limit: string | null
  readonly left: string | null
  /** True when nothing more is let through. */
  readonly denies: boolean
}

/** Of the account, and of each symbol that is given; a symbol without a price has no row. */
export function ruleHeadroom(symbols: readonly SymbolBook[], context: GateContext): readonly Headroom[] {
  const [first] = symbols
  const account = first === undefined ? undefined : standing(first, 'buy', context)
  return [
    ...(account === undefined ? [] : accountRows(account)),
    ...loopRows(context),
    ...symbols.flatMap((entry) => symbolRows(entry, context)),
  ]
}

function accountRows(facts: Facts): readonly Headroom[] {
  const fact = (name: keyof typeof FACT): number => facts[FACT[name]] ?? Number.NaN
  const start = fact('dayStartEquity')
  const lost = (start + fact('netDeposits') - fact('equity')) / start
  return [
    ratio('max_daily_loss', 'account', Math.max(0, lost), LIMITS.max_daily_loss),
    ratio('max_leverage', 'account', fact('grossAfter') / fact('equity'), LIMITS.max_leverage),
  ]
}

/** Held and worked symbols are counted by whoever lists them: an order for nothing would count as one. */
export function concurrentHeadroom(symbols: number): Headroom {
  return count('max_concurrent_trades', 'account', symbols, LIMITS.max_concurrent_trades)
}

function loopRows({ flow, now }: GateContext): readonly Headroom[] {
  const parents = Object.entries(flow.parents).map(([triple, times]) => {
    return count('prevent_infinite_loops', triple, recentCount(times, now), LIMITS.maxParents60s)
  })
  const executions = recentCount(flow.executions, now)
  return [
    count('prevent_infinite_loops', 'account', executions, LIMITS.maxExecutions60s),
    ...parents.filter(({ used }) => used !== '0'),
  ]
}

function symbolRows(entry: SymbolBook, context: GateContext): readonly Headroom[] {
  if (!(entry.mark > 0)) return []
  const buying = standing(entry, 'buy', context)
  const selling = standing(entry, 'sell', context)
  const fact = (facts: Facts, name: keyof typeof FACT): number => facts[FACT[name]] ?? Number.NaN
  const today = Math.max(fact(buying, 'sameSideToday'), fact(selling, 'sameSideToday'))
  const volume = fact(buying, 'adv20') * (QUANTITY_SCALE / VOLUME_SCALE)
  const share = fact(buying, 'exposureAfter') / fact(buying, 'equity')
  return [
    ratio('max_position_size', entry.symbol, share, LIMITS.max_position_size),
    ratio('no_pump_and_dump', entry.symbol, today / volume, LIMITS.maxVolumeShare),
  ]
}

/** The facts of an order for nothing at the present price. */
function standing(entry: SymbolBook, side: Side, context: GateContext): Facts {
  const order: Order = { symbol: entry.symbol, side, type: 'market', quantity: '1' }
  const facts = new Float64Array(FACT_COUNT)
  const proposal = {
    parsed: { ...parseOrder(order), quantity: 0 },
    proposer: 'person',
    agent: '',
    standing: 'question',
    orderHash: '',
    setup: undefined,
    signal: '',
    rootSource: '',
    rootIsMarket: false,
    hops: 0,
    chain: [],
  } as const
  deriveFacts(facts, entry, proposal, context)
  return facts
}

/**
 * Four decimals, the used share rounded up and so what is left down. A limit that is reached leaves nothing.
 */
function ratio(name: string, of: string, used: number, limit: number): Headroom {
  const [part, whole] = [Math.ceil(used * TEN_THOUSAND), Math.round(limit * TEN_THOUSAND)]
  const known = Number.isSafeInteger(part)
  return {
    name,
    of,
    unit: 'ratio',
    used: known ? formatDecimal(part, 4) : null,
    limit: formatDecimal(whole, 4),
    left: known ? formatDecimal(whole - part, 4) : null,
    denies: !(used < limit),
  }
}

function count(name: string, of: string, used: number, limit: number): Headroom {
  const [part, whole, left] = [String(used), String(limit), String(limit - used)]
  return { name, of, unit: 'count', used: part, limit: whole, left, denies: used >= limit }
}
