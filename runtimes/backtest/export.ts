/**
 * A run's trades, equity and decisions as rows. Trades and decisions are read from its journal, so there are
 * all of them, however many the report shows.
 */

import { join } from 'node:path'
import type { ArkEvent, Decision } from '#core/contract.ts'
import { ArkError } from '#core/errors.ts'
import { PAGE, readPage } from '#core/journal/reader.ts'
import { formatCash, formatPrice, formatQuantity } from '#core/math.ts'
import type { Database } from '#core/ports.ts'
import { formatTime } from '#core/time.ts'
import { JOURNAL_FILE } from '../cli/box.ts'
import { openDatabase } from '../shared/database.ts'
import { type KeptRun, readRecord } from './folder.ts'
import { createTradeBook, followTrades, type OpenTrade, toTrade } from './trades.ts'

/** Values by column. Amounts and times are text. */
export type Row = { readonly [column: string]: string | number | null }

export const EXPORTS = ['trades', 'equity', 'decisions'] as const
export type Export = (typeof EXPORTS)[number]

/** In the order in which each row has them. */
export const COLUMNS: { readonly [what in Export]: readonly string[] } = {
  trades: [
    'decision',
    'symbol',
    'side',
    'quantity',
    'entry_time',
    'entry_price',
    'exit_time',
    'exit_price',
    'pnl',
    'fees',
    'strategy',
    'reason',
    'exit_reason',
  ],
  equity: ['time', 'equity', 'drawdown', 'benchmark'],
  decisions: [
    'seq',
    'time',
    'decision',
    'verdict',
    'symbol',
    'side',
    'type',
    'quantity',
    'intent',
    'strategy',
    'denied_by',
  ],
}

export async function* exportRows(run: KeptRun, what: Export): AsyncGenerator<Row> {
  if (what === 'equity') yield* equityRows(run)
  else if (what === 'trades') yield* tradeRows(run)
  else yield* decisionRows(run)
}

function* equityRows(run: KeptRun): Generator<Row> {
  let peak = 0
  for (const { time, equity, benchmark } of readRecord(run)?.curve ?? []) {
    peak = Math.max(peak, equity)
    const drawdown = peak > 0 ? Number((1 - equity / peak).toFixed(8)) : 0
    yield { time: formatTime(time), equity: formatCash(equity), drawdown, benchmark: formatCash(benchmark) }
  }
}

/** Open ones are valued at the marks that the end equity was reckoned with. */
async function* tradeRows(run: KeptRun): AsyncGenerator<Row> {
  const multipliers = new Map(
    run.manifest?.spec.config.instruments.map(({ symbol, multiplier }) => [symbol, multiplier ?? 1]),
  )
  const multiplierOf = (symbol: string) => multipliers.get(symbol) ?? 1
  const closed: OpenTrade[] = []
  const book = createTradeBook(multiplierOf, (trade) => closed.push(trade))
  for await (const event of readEvents(run)) {
    followTrades(book, event)
    for (const trade of closed.splice(0)) yield tradeRow(trade, 0, multiplierOf)
  }
  const { marks } = readRecord(run) ?? {}
  for (const [symbol, trades] of book.open) {
    const mark = marks?.[symbol]
    if (trades.length > 0 && mark === undefined) throw noMark(run, symbol)
    for (const trade of trades) yield tradeRow(trade, mark ?? 0, multiplierOf)
  }
}

function noMark({ id }: KeptRun, symbol: string): ArkError {
  const why = `It ended with an open trade in ${symbol} and its record holds no mark of it; repeat the run.`
  return new ArkError('DATA_INVALID', id, why)
}

function tradeRow(open: OpenTrade, mark: number, multiplierOf: (symbol: string) => number): Row {
  const trade = toTrade(open, mark, multiplierOf(open.symbol))
  return {
    decision: trade.decisionId,
    symbol: trade.symbol,
    side: trade.side,
    quantity: formatQuantity(trade.quantity),
    entry_time: formatTime(trade.entryTime),
    entry_price: formatPrice(trade.entryPrice),
    exit_time: trade.exitTime === null ? null : formatTime(trade.exitTime),
    exit_price: formatPrice(trade.exitPrice),
    pnl: formatCash(trade.pnl),
    fees: formatCash(trade.fees),
    strategy: trade.strategy,
    reason: trade.reason,
    exit_reason: trade.exitReason,
  }
}

async function* decisionRows(run: KeptRun): AsyncGenerator<Row> {
  for await (const event of readEvents(run)) {
    const row = toDecisionRow(event)
    if (row !== undefined) yield row
  }
}

const VERDICTS: Readonly<Partial<Record<ArkEvent['type'], string>>> = {
  'decision/approved': 'approved',
  'decision/denied': 'denied',
  'decision/held': 'held',
  'decision/reviewed': 'reviewed',
}

function toDecisionRow({ type, seq, time, payload }: ArkEvent): Row | undefined {
  const verdict = VERDICTS[type]
  if (verdict === undefined) return undefined
  const { decisionId, order, intent, allowed, deniedBy, unknown, held, limitsDenied } = payload as Decision
  return {
    seq,
    time: formatTime(time),
    decision: decisionId,
    verdict: verdict === 'reviewed' ? `${allowed ? 'approved' : 'denied'} at the open` : verdict,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    quantity: order.quantity,
    intent,
    strategy: order.strategy ?? '',
    denied_by: [...deniedBy, ...unknown, ...held, ...limitsDenied].join(' '),
  }
}

async function* readEvents({ folder }: KeptRun): AsyncGenerator<ArkEvent> {
  const database = await openDatabase(join(folder, JOURNAL_FILE), { readOnly: true })
  try {
    yield* pagesOf(database)
  } finally {
    await database.close()
  }
}

async function* pagesOf(database: Database): AsyncGenerator<ArkEvent> {
  let next = 1
  for (;;) {
    const page = await readPage(database, next, PAGE)
    if (page === undefined || page.events.length === 0) return
    yield* page.events
    next = (page.events.at(-1)?.seq ?? next) + 1
  }
}

/** RFC 4180; a text that a spreadsheet would take for a formula is kept one by a quote in front. */
export function toCsvLine(values: readonly (string | number | null)[]): string {
  return values
    .map((value) => {
      const text = value === null ? '' : String(value)
      const safe = /^[=+@\t\r]|^-(?![\d.]+$)/.test(text) ? `'${text}` : text
      return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
    })
    .join(',')
}
