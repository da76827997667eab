/**
 * A World over plain values: what a test states is what an agent sees. The values stay the test's own and
 * may change between events.
 */

import { sessionCloseOf, sessionOpenOf } from '#core/book/sessions.ts'
import type {
  Cash,
  Instrument,
  Mode,
  Price,
  Quantity,
  RunKind,
  Session,
  TimeMs,
  WorkingOrder,
  World,
} from '#core/contract.ts'
import { DAY } from '#core/time.ts'

export interface WorldValues {
  now: TimeMs
  mode: Mode
  runKind: RunKind
  /** What differs from a common stock with a tick of 0.01 and a lot of 1. */
  instruments: Record<string, Partial<Instrument>>
  marks: Record<string, Price>
  quotes: Record<string, { bid: Price; ask: Price; time: TimeMs }>
  positions: Record<string, Quantity>
  equity: Cash
  cash: Cash
  /** Bound by every other symbol, whichever is asked about. */
  committed: Cash
  working: Record<string, readonly WorkingOrder[]>
  dayStartEquity: Cash
  netDeposits: Cash
  realised: Cash
}

/** 100,000 of cash, nothing held, no price known. */
export function createValues(values: Partial<WorldValues> = {}): WorldValues {
  return {
    now: 0,
    mode: 'active',
    runKind: 'backtest',
    instruments: {},
    marks: {},
    quotes: {},
    positions: {},
    equity: 100_000_000_000,
    cash: 100_000_000_000,
    committed: 0,
    working: {},
    dayStartEquity: 100_000_000_000,
    netDeposits: 0,
    realised: 0,
    ...values,
  }
}

export function createWorld(values: WorldValues): World {
  return {
    now: () => values.now,
    mode: () => values.mode,
    runKind: () => values.runKind,
    instrument: (symbol) => ({
      symbol,
      kind: 'equity',
      venue: 'XNYS',
      tick: 1_000_000,
      lot: 100_000_000,
      multiplier: 1,
      ...values.instruments[symbol],
    }),
    session: (symbol, day) =>
      values.instruments[symbol]?.kind === 'crypto'
        ? { open: day * DAY, close: (day + 1) * DAY }
        : usSession(day),
    mark: (symbol) => values.marks[symbol] ?? Number.NaN,
    quote: (symbol) => values.quotes[symbol],
    position: (symbol) => values.positions[symbol] ?? 0,
    equity: () => values.equity,
    fee: () => 0,
    cash: () => values.cash,
    committed: () => values.committed,
    working: (symbol) => values.working[symbol] ?? [],
    dayStartEquity: () => values.dayStartEquity,
    netDeposits: () => values.netDeposits,
    realised: () => values.realised,
    held: () => Object.keys(values.positions).filter((symbol) => values.positions[symbol] !== 0),
  }
}

/** The calendar's own; undefined outside it. */
function usSession(day: number): Session | undefined {
  const close = sessionCloseOf(day)
  return Number.isFinite(close) ? { open: sessionOpenOf(day), close } : undefined
}
