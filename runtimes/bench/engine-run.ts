/**
 * One backtest for the figures: kernel, agents, gate, broker and book over rows that are already there,
 * without journal and without recorder. Called for the engine's own figures and beside every peer.
 */

import { equityOf } from '#core/book/book.ts'
import { checkConfig } from '#core/config.ts'
import type { ArkEvent, MarketRows } from '#core/contract.ts'
import { assert } from '#core/errors.ts'
import { formatCents } from '#core/math.ts'
import type { Market } from '#plugins/feed-replay/market.ts'
import { createEngine, runMarket } from '../backtest/engine.ts'
import { type Planned, planBacktest, SPEC_OPTIONS } from '../backtest/options.ts'
import { parseOptions } from '../cli/options.ts'
import { nativeHash } from '../shared/hash.ts'
import { engineInstruments } from './engine-market.ts'

/**
 * So that ten years of fees do not change what an entry is worth; Kenny's cap of 10,000 dollars does that.
 */
export const ENGINE_CASH = 1_000_000

export type Gate = 'enforce' | 'observe'

export interface EngineRun {
  readonly bars: number
  readonly ms: number
  /** Of all threads of this process: more than `ms` where the collector had a core of its own. */
  readonly cpuMs: number
  readonly events: number
  readonly decisions: number
  readonly approvals: number
  readonly denials: number
  /** Allowed, and taken back by the review at the open that they waited for. */
  readonly withdrawn: number
  readonly orders: number
  readonly fills: number
  /** Fills that closed something. */
  readonly trades: number
  readonly endEquity: string
  readonly digest: string
}

/** What `ark backtest` would make of these words. */
export async function planEngine(file: string, symbols: number, gate: Gate): Promise<Planned> {
  const words = [
    '--data',
    file,
    '--strategy',
    'ema-cross',
    '--fees',
    'lean',
    '--fill',
    'next-open',
    '--gate',
    gate,
  ]
  const options = parseOptions([...words, '--cash', String(ENGINE_CASH)], {
    options: SPEC_OPTIONS,
    words: [0, 1],
  })
  return planBacktest(options, checkConfig({ instruments: engineInstruments(symbols) }, 'bench'))
}

/** Rows that are parsed and lie in memory, or come as they are made. */
export function marketOf(rows: Iterable<MarketRows>, total: number): Market {
  return {
    total,
    quality: { symbols: [], findings: [] },
    digests: {},
    instruments: [],
    async *steps() {
      for (const chunk of rows) yield { kind: 'rows', rows: chunk }
    },
  }
}

/** Fails where nothing was traded: such a run would be fast, and worth nothing. */
export async function runEngine({ spec, plugins }: Planned, market: Market): Promise<EngineRun> {
  const engine = await createEngine(spec, plugins, nativeHash, 'bench-1')
  const cpu = process.cpuUsage()
  const started = performance.now()
  let trades = 0
  const sink = (event: ArkEvent): void => {
    if (event.type === 'order/filled' && event.payload.role !== 'entry') trades++
  }
  await runMarket(engine, market, { sink }, 0)
  const ms = performance.now() - started
  const { user, system } = process.cpuUsage(cpu)
  const { book, state } = engine.kernel
  const { approvals, denials, rows, withdrawn } = state.performance
  assert(book.state.fills > 0, 'bench', 'The strategy traded nothing.')
  return {
    bars: rows,
    ms,
    cpuMs: (user + system) / 1_000,
    events: state.events,
    decisions: state.decisions,
    approvals,
    denials,
    withdrawn,
    orders: book.state.orders,
    fills: book.state.fills,
    trades,
    endEquity: formatCents(equityOf(book)),
    digest: state.decisionDigest,
  }
}

export function barsPerSecond({ bars, ms }: Pick<EngineRun, 'bars' | 'ms'>): number {
  return (bars / ms) * 1_000
}
