/**
 * The headroom now: what is used of each limit, what each position stands on, and what may still be sent. A
 * question to the gate, so it changes nothing.
 */

import { equityOf, grossOf, marketValueOf, type SymbolBook } from '../book/book.ts'
import type { Kernel } from '../cycle/kernel.ts'
import { uncoveredOf } from '../gate/action.ts'
import { WATCHED } from '../gate/catalogue.ts'
import type { GateContext } from '../gate/facts.ts'
import { createGate, type Gate } from '../gate/gate.ts'
import { concurrentHeadroom, type Headroom, ruleHeadroom } from '../gate/headroom.ts'
import { modeOf, modeReasons } from '../gate/mode.ts'
import { pendingApprovals } from '../gate/registers.ts'
import { isStop, triggerOf } from '../gate/working.ts'
import { formatCash, formatDecimal, formatPrice, formatQuantity, mulDiv, notional } from '../math.ts'
import { formatTime } from '../time.ts'
import type { Guard } from './auth.ts'
import { type Asked, askSymbol, type Capacity } from './capacity.ts'
import { type App, type Door, kernelOf, runOf } from './door.ts'
import { viewAt } from './evaluate.ts'
import { symbolOf } from './pages.ts'

/** Symbols that are asked about at once: two searches each, on the thread that trades. */
const SYMBOLS_MAX = 20
const RATIO = 10_000

export interface Risk {
  readonly runId: string
  readonly runKind: string
  readonly mode: string
  readonly time: string
  readonly asOfSeq: number
  readonly account: AccountRisk
  /** What stands against every opening now; empty when nothing does. */
  readonly against: readonly string[]
  /**
   * Rules as things stand; limits beside them as the smallest sound order would meet them, at the tightest
   * symbol.
   */
  readonly limits: readonly Headroom[]
  readonly positions: readonly PositionRisk[]
  readonly capacity: readonly Capacity[]
  /** Symbols with a price that were not asked about. */
  readonly leftOff: number
  readonly paused: readonly string[]
  readonly restricted: readonly string[]
  /** Triples `strategy|symbol|side`, and `day_loss`, that wait for a person or the next session. */
  readonly latched: readonly string[]
  readonly approvals: readonly { readonly decisionId: string; readonly expires: string }[]
  readonly overrides: readonly { readonly limit: string; readonly until: string }[]
}

/** Cash as decimal texts, shares and leverage as ratios. */
export interface AccountRisk {
  readonly equity: string
  readonly dayStartEquity: string
  readonly dayLoss: string
  /** What may still be lost today before openings end. */
  readonly dayLossLeft: string
  readonly gross: string
  /** What gross exposure may still grow by; working orders are counted in `max_leverage`. */
  readonly grossLeft: string
  readonly leverage: string | null
}

export interface PositionRisk {
  readonly symbol: string
  readonly quantity: string
  readonly mark: string
  readonly value: string
  readonly share: string | null
  /** Quantity that working protective stops close, and what they leave open. */
  readonly covered: string
  readonly uncovered: string
  /** The nearest of them, and its distance from the mark as a share of it. */
  readonly stop: string | null
  readonly stopDistance: string | null
}

export function mountRisk(app: App, door: Door, guard: Guard): void {
  const gate = createGate()
  const { clock } = door.ark.options.ports
  const told = new Map<string, Told>()
  app.get('/v1/risk', guard.read, (c) => {
    const symbol = symbolOf(c)
    const kernel = kernelOf(door)
    const key = `${symbol ?? ''} ${wordsOf(kernel)}`
    const { runId } = runOf(door).terms
    const began = clock.monotonic()
    const known = told.get(key)
    if (known !== undefined && known.runId === runId && began < known.until) return c.json(known.risk)
    const risk = readRisk(gate, kernel, runId, clock.now(), symbol)
    const ended = clock.monotonic()
    if (told.size >= TOLD_MAX) told.clear()
    told.set(key, { runId, risk, until: ended + (ended - began) * REST })
    return c.json(risk)
  })
}

/** What people said and what became of the mode: a change of it is told at once. */
function wordsOf({ context }: Kernel): string {
  const { flow, lists, mode, registers } = context
  const tables = [lists.paused, lists.restricted ?? {}, flow.latched, registers.overrides, registers.pending]
  return [modeOf(mode), ...modeReasons(mode), ...tables.map((table) => Object.keys(table).join())].join('|')
}

/**
 * An answer is given again for as long as it takes to have asked the gate for a twentieth of the time at
 * most.
 */
interface Told {
  readonly runId: string
  readonly risk: Risk
  readonly until: number
}
const REST = 19
const TOLD_MAX = 64

/** Of one symbol only where `symbol` is given; account and positions are whole all the same. */
export function readRisk(gate: Gate, kernel: Kernel, runId: string, now: number, symbol?: string): Risk {
  const { book, context, state } = kernel
  const view = viewAt(kernel, now)
  const wanted = book.state.symbols.filter((entry) => symbol === undefined || entry.symbol === symbol)
  const symbols = byConcern(wanted)
  const shown = symbols.slice(0, SYMBOLS_MAX)
  const asked = shown.map((entry) => askSymbol(gate, kernel, entry, view))
  const held = book.state.symbols.filter(({ position }) => position !== 0)
  const equity = equityOf(book)
  return {
    runId,
    runKind: context.runKind,
    mode: modeOf(context.mode),
    time: formatTime(view.now),
    asOfSeq: state.seq,
    account: readAccount(kernel),
    against: [...new Set([...modeReasons(context.mode), ...commonTo(asked)])],
    limits: [
      concurrentHeadroom(book.state.symbols.filter(isConcurrent).length),
      ...ruleHeadroom(shown, view),
      ...tightest(asked.flatMap(({ limits }) => limits)),
    ],
    positions: held.map((entry) => toPosition(entry, equity)),
    capacity: asked.map(({ capacity }) => capacity),
    leftOff: symbols.length - shown.length,
    ...readStandingOrders(view),
  }
}

/** Held ones first, then worked ones, then those with the newest price. */
function byConcern(symbols: readonly SymbolBook[]): readonly SymbolBook[] {
  const rank = ({ position, open }: SymbolBook): number => (position !== 0 ? 0 : open.length > 0 ? 1 : 2)
  return symbols
    .filter(({ mark }) => mark > 0)
    .sort((a, b) => rank(a) - rank(b) || b.markTime - a.markTime || (a.symbol < b.symbol ? -1 : 1))
}

/** As rule 10 counts them. */
function isConcurrent({ position, instrument, open }: SymbolBook): boolean {
  return Math.abs(position) >= instrument.lot || open.some(({ role }) => role === 'entry')
}

function readAccount({ book }: Kernel): AccountRisk {
  const { dayStartEquity, netDeposits } = book.state
  const equity = equityOf(book)
  const gross = grossOf(book)
  const loss = dayStartEquity + netDeposits - equity
  // Of a very large account more than can be told exactly: then the largest amount there is.
  const grossMax = Math.min(Math.floor(equity * WATCHED.leverage), Number.MAX_SAFE_INTEGER)
  return {
    equity: formatCash(equity),
    dayStartEquity: formatCash(dayStartEquity),
    dayLoss: formatCash(Math.max(0, loss)),
    dayLossLeft: formatCash(Math.max(0, Math.floor(dayStartEquity * WATCHED.dailyLoss) - loss)),
    gross: formatCash(gross),
    grossLeft: formatCash(Math.max(0, grossMax - gross)),
    leverage: shareOf(gross, equity),
  }
}

/** Reasons that refuse the smallest opening of every symbol and side. */
function commonTo(asked: readonly Asked[]): readonly string[] {
  const [first, ...others] = asked.flatMap(({ against }) => against)
  return first === undefined ? [] : first.filter((why) => others.every((list) => list.includes(why)))
}

/** Of each limit the row with the least left; one that cannot be measured gives way to any that can. */
function tightest(rows: readonly Headroom[]): readonly Headroom[] {
  const least = new Map<string, Headroom>()
  for (const row of rows) {
    const known = least.get(row.name)
    if (known === undefined || tightness(row) < tightness(known)) least.set(row.name, row)
  }
  return [...least.values()]
}

/** Share of the limit that is left; a flag has all of it or none. */
function tightness({ used, limit, left, denies }: Headroom): number {
  if (denies) return -1
  if (used === null || limit === null) return Number.POSITIVE_INFINITY
  return left === null ? 1 : Number(left) / Math.max(Number(limit), 1e-8)
}

function toPosition(entry: SymbolBook, equity: number): PositionRisk {
  const { symbol, position, mark, instrument, open } = entry
  const stops = open.filter((order) => isStop(order) && order.side === -Math.sign(position))
  const uncovered = uncoveredOf(entry)
  const [stop] = stops.map(triggerOf).sort((a, b) => Math.abs(mark - a) - Math.abs(mark - b))
  return {
    symbol,
    quantity: formatQuantity(position),
    mark: formatPrice(mark),
    value: formatCash(marketValueOf(entry)),
    share: shareOf(notional(mark, position, instrument.multiplier), equity),
    covered: formatQuantity(Math.abs(position) - uncovered),
    uncovered: formatQuantity(uncovered),
    stop: stop === undefined ? null : formatPrice(stop),
    stopDistance: stop === undefined ? null : shareOf(Math.abs(mark - stop), mark),
  }
}

/** Four decimals, rounded down; null of nothing. */
function shareOf(part: number, whole: number): string | null {
  return whole > 0 ? formatDecimal(mulDiv(part, RATIO, whole), 4) : null
}

/** What people and the box itself have set, and what waits for them. */
function readStandingOrders({
  book,
  flow,
  lists,
  registers,
  now,
}: GateContext): Pick<Risk, 'paused' | 'restricted' | 'latched' | 'approvals' | 'overrides'> {
  return {
    paused: Object.keys(lists.paused),
    restricted: Object.keys(lists.restricted ?? {}),
    latched: [...(book.state.dayLossLatched ? ['day_loss'] : []), ...Object.keys(flow.latched)],
    approvals: pendingApprovals(registers, now).map(({ decisionId, expires }) => ({
      decisionId,
      expires: formatTime(expires),
    })),
    overrides: Object.entries(registers.overrides)
      .filter(([, until]) => until >= now)
      .map(([key, until]) => ({ limit: key.slice(1), until: formatTime(until) })),
  }
}
