/**
 * All that the journal knows about one decision: what led to it, what became of it, the nearest order that
 * would have passed, what the market did afterwards. For `GET /v1/decisions/:id` and `ark explain`; reads
 * only.
 */

import type { ArkEvent, Decision, EventOf, Instrument, Order } from '../contract.ts'
import { rejudge, toRuleResults } from '../gate/decision.ts'
import { type OrderChange, toOrderChange } from '../gate/nearest.ts'
import { type ParsedOrder, parseOrder } from '../gate/parse-order.ts'
import { nearestRecorded, obstaclesTo, pricesOf } from '../gate/recorded.ts'
import { isStopType } from '../gate/working.ts'
import { fromBody } from '../journal/body.ts'
import { type RunRow, readCauses, readRuns, readTrace } from '../journal/reader.ts'
import { parsePrice } from '../math.ts'
import type { Database } from '../ports.ts'
import { type Afterwards, createTracker, type Terms, toHindsight, track } from './afterwards.ts'
import { readSights } from './sights.ts'

export type DecisionEvent = EventOf<'decision/approved' | 'decision/denied' | 'decision/held'>

export interface Inquiry {
  readonly rules: ReturnType<typeof toRuleResults>
  /** From the input to the decision, oldest first. */
  readonly causes: readonly ArkEvent[]
  /** What was sent, filled, refused, lapsed and verified of it, oldest first. */
  readonly consequences: readonly ArkEvent[]
  /** What became of the permit; null where none was issued. */
  readonly permit: 'redeemed' | 'lapsed' | 'open' | null
  readonly nearest?: OrderChange
  /** Limits that denied and could not be judged again for it. */
  readonly nearestUnjudged?: readonly string[]
  /** Why no change of terms would have helped. */
  readonly noNearest?: readonly string[]
  readonly afterwards: Afterwards
}

export async function inquire(
  database: Database,
  event: DecisionEvent,
  instrument: Pick<Instrument, 'lot' | 'multiplier'>,
): Promise<Inquiry> {
  const decision = event.payload
  const causes = [...(await readCauses(database, event as ArkEvent))].reverse()
  const consequences = await readConsequences(database, event)
  const runs = await readRuns(database)
  const run = runs.findLast(({ seq }) => seq <= event.seq)
  const until = runs.find(({ seq }) => seq > event.seq)?.seq ?? Number.MAX_SAFE_INTEGER
  const refused = event.type === 'decision/denied'
  const conflicts = refused ? await readConflicts(database, event, run?.seq ?? 1) : []
  return {
    rules: toRuleResults(rejudge(decision.facts)),
    causes,
    consequences,
    permit: decision.allowed ? permitOf(consequences) : null,
    ...(refused ? nearestOf(decision, instrument, conflicts) : {}),
    afterwards: await lookAfter(database, event, causes[0], run, until),
  }
}

function nearestOf(
  decision: Decision,
  instrument: Pick<Instrument, 'lot' | 'multiplier'>,
  conflicts: readonly string[],
): Pick<Inquiry, 'nearest' | 'nearestUnjudged' | 'noNearest'> {
  const answer = nearestRecorded(decision, instrument, conflicts)
  if (!answer.found) return { noNearest: obstaclesTo(decision, instrument, answer.tried) }
  const { change, unjudged } = answer
  return {
    nearest: toOrderChange(change),
    ...(unjudged.length === 0 ? {} : { nearestUnjudged: unjudged }),
  }
}

function permitOf(consequences: readonly ArkEvent[]): Inquiry['permit'] {
  if (consequences.some(({ type }) => type === 'order/submitted')) return 'redeemed'
  return consequences.some(({ type }) => type === 'permit/lapsed') ? 'lapsed' : 'open'
}

/**
 * First and last word on each order of the decision and its legs, what else its trace says of it, and what
 * came between on a market order.
 */
async function readConsequences(database: Database, event: DecisionEvent): Promise<readonly ArkEvent[]> {
  const { decisionId, order } = event.payload
  const found = new Map<number, ArkEvent>()
  for (const each of await readTrace(database, event.traceId))
    if (each.seq > event.seq && concerns(each, decisionId)) found.set(each.seq, each)
  // "/" is the character after ".": a range on the key, where a pattern would read the whole table.
  const rows = await database.query(
    `SELECT j.seq, j.body FROM orders o JOIN journal j ON j.seq IN (o.seq, o.last_seq)
      WHERE o.id = ?1 OR (o.id > ?1 || '.' AND o.id < ?1 || '/')`,
    [decisionId],
  )
  for (const row of rows) found.set(Number(row[0]), fromBody(String(row[1]), Number(row[0])))
  // One that waits for the market is judged again on the traces of other rows; it waits briefly.
  if (order.type === 'market')
    for (const each of await readMeantime(database, decisionId)) found.set(each.seq, each)
  return [...found.values()].sort((a, b) => a.seq - b.seq)
}

/** All that concerns an order between its first and its last word, in whatever trace. */
async function readMeantime(database: Database, id: string): Promise<readonly ArkEvent[]> {
  const rows = await database.query(
    `SELECT j.seq, j.body FROM orders o JOIN journal j ON j.seq BETWEEN o.seq AND o.last_seq
      WHERE o.id = ?1 AND instr(j.body, ?1) > 0`,
    [id],
  )
  return rows.map((row) => fromBody(String(row[1]), Number(row[0]))).filter((each) => concerns(each, id))
}

function concerns({ payload }: ArkEvent, decisionId: string): boolean {
  const { orderId, decisionId: named } = payload as { orderId?: unknown; decisionId?: unknown }
  if (named === decisionId || orderId === decisionId) return true
  return typeof orderId === 'string' && orderId.startsWith(`${decisionId}.`)
}

/** Own orders that worked on the other side, within reach, when the decision was made. */
async function readConflicts(
  database: Database,
  event: DecisionEvent,
  runSeq: number,
): Promise<readonly string[]> {
  const { order } = event.payload
  const rows = await database.query(
    `SELECT o.id, o.seq, j.body FROM orders o JOIN journal j ON j.seq = o.seq
      WHERE o.seq >= ?1 AND o.seq < ?2 AND (o.last_seq > ?2 OR o.status IN ('working', 'submitted', 'partly_filled'))
        AND instr(j.body, ?3) > 0 ORDER BY o.seq LIMIT 500`,
    [runSeq, event.seq, JSON.stringify(order.symbol)],
  )
  const parsed = parseOrder(order)
  return rows
    .filter((row) => meets(parsed, fromBody(String(row[2]), Number(row[1]))))
    .map((row) => String(row[0]))
}

function meets({ order, side, price }: ParsedOrder, { type, payload }: ArkEvent): boolean {
  if (type !== 'order/submitted' && type !== 'order/accepted') return false
  const other: Partial<Order> = type === 'order/submitted' ? (payload.order ?? {}) : payload
  if (other.symbol !== order.symbol || other.side === order.side) return false
  if (isStopType(other.type)) return false
  const unbounded = Number.isNaN(price) || order.type === 'stop' || order.type === 'trailing_stop'
  const reaches = unbounded || other.type === 'market'
  return reaches || side * (price - parsePrice(other.limitPrice ?? '')) >= 0
}

async function lookAfter(
  database: Database,
  event: DecisionEvent,
  root: ArkEvent | undefined,
  run: RunRow | undefined,
  until: number,
): Promise<Afterwards> {
  const { symbol } = event.payload.order
  const terms = termsOf(event.payload)
  if (!(terms.entry > 0)) return { unknown: 'the order had no price to compare with' }
  const tracker = createTracker(terms)
  const { stream, cut } = await readSights(
    database,
    // Later rows of the chunk that the decision stands on come after it as well.
    { symbol, time: event.time, first: root?.type === 'market/chunk' ? root.seq : event.seq, until },
    (sight) => track(tracker, sight),
  )
  if (stream !== undefined) return toHindsight(tracker, stream, cut)
  if (run?.kind === 'backtest' && root?.type !== 'market/chunk')
    return { unknown: 'market data of this run is not journaled' }
  return { unknown: cut ? 'no row of the symbol came soon enough' : 'no row of the symbol has come since' }
}

function termsOf(decision: Decision): Terms {
  const parsed = parseOrder(decision.order)
  const { entry, reference } = pricesOf(decision)
  const { side, order, stop } = parsed
  const targets = parsed.targetPrices.map((price) => side * price)
  const nearest = targets.length === 0 ? Number.NaN : side * Math.min(...targets)
  return { side, entry, stop, target: nearest, enters: entersBy(order, side * (entry - reference)) }
}

/** `through`: how far the price lies beyond the market. A limit there trades at once, a stop there waits. */
function entersBy({ type, side }: Order, through: number): Terms['enters'] {
  const [ahead, behind] =
    side === 'buy'
      ? (['when it rises there', 'when it falls there'] as const)
      : (['when it falls there', 'when it rises there'] as const)
  if (type === 'limit') return through >= 0 ? 'at once' : behind
  return type === 'market' || through <= 0 ? 'at once' : ahead
}
