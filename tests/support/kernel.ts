/**
 * One kernel with real plugins, loaded by the real loader and journaled as the box would: what a test sees of
 * an event is its body, read back. The market is XYZ, common stock at 100.00 on an account of 100,000, unless
 * a test says otherwise.
 */

import type {
  ArkEvent,
  Bar,
  Draft,
  EventOf,
  EventPayloads,
  EventType,
  Instrument,
  MarketRows,
  Order,
  Plugin,
  Quote,
  RunKind,
} from '#core/contract.ts'
import { createKernel, type Kernel, type KernelOptions, processInput } from '#core/cycle/kernel.ts'
import { installPlugins } from '#core/cycle/loader.ts'
import { createLists } from '#core/gate/lists.ts'
import { sealRoot } from '#core/gate/seal.ts'
import { toBody } from '#core/journal/body.ts'
import { NOTHING } from '#core/math.ts'
import type { HashPort } from '#core/ports.ts'
import { parseTime } from '#core/time.ts'
import { nativeHash } from '#runtimes/shared/hash.ts'
import { AGENTS } from './ark.ts'
import { ONE, VOLUME } from './facts.ts'
import { readSp500 } from './sp500.ts'

export const hash: HashPort = nativeHash

/** A Monday, three quarters of an hour into the session. */
export const NOW = parseTime('2015-01-05T15:15:00Z')

/** Passes every rule that asks about the instrument. */
export const XYZ: Instrument = {
  symbol: 'XYZ',
  kind: 'equity',
  venue: 'XNYS',
  tick: ONE / 100,
  lot: ONE,
  multiplier: 1,
  floatShares: 50_000_000 * ONE,
  adv20: 1_000_000 * VOLUME,
  shortable: true,
}

export interface TestKernel {
  readonly kernel: Kernel
  /** As they were journaled, in seq order; market rows stand in their chunk. */
  readonly events: ArkEvent[]
  readonly bodies: string[]
  rows(rows: MarketRows, source?: string): void
  bar(close: number, changes?: Partial<Bar>): void
  quote(bid: number, ask: number, changes?: Partial<Quote>): void
  /** A person's order, with its decision. */
  request(order: Order): EventOf<'decision/approved'> | EventOf<'decision/denied'>
  input<T extends EventType>(type: T, payload: EventPayloads[T], source?: string, time?: number): void
  of<T extends EventType>(type: T): readonly EventOf<T>[]
}

export interface TestKernelOptions extends Partial<Omit<KernelOptions, 'plugins'>> {
  readonly plugins?: readonly Plugin[]
  readonly settings?: { readonly [name: string]: unknown }
}

const SOURCES = {
  sp500: 'public',
  core: 'public',
  person: 'public',
  intake: 'public',
  file: 'licensed',
  diary: 'private',
} as const

export async function createTestKernel(options: TestKernelOptions = {}): Promise<TestKernel> {
  const { plugins = AGENTS, settings = {}, ...changes } = options
  const kernel = createKernel({
    runId: 'test-1',
    kind: 'backtest' satisfies RunKind,
    seed: 'seed',
    openingCash: 100_000_000_000,
    rulesetDigest: sealRoot(),
    instruments: [XYZ],
    lists: createLists({ sources: SOURCES }),
    hash,
    runSeq: 1,
    market: 'chunks',
    ...changes,
    plugins: await installPlugins(plugins, settings),
  })
  return drive(kernel)
}

export function drive(kernel: Kernel): TestKernel {
  const bodies: string[] = []
  const events: ArkEvent[] = []
  let clock = NOW
  kernel.sink = (event) => {
    const body = toBody(event)
    bodies.push(body)
    events.push({ ...(JSON.parse(body) as ArkEvent), time: event.time })
  }
  /** A live box is told the time before it is shown a row of that time. */
  const arrive = () => {
    if (kernel.options.kind !== 'backtest') test.input('clock/ticked', {}, 'core', clock)
  }
  const test: TestKernel = {
    kernel,
    events,
    bodies,
    rows: (rows, source = 'sp500') => void processInput(kernel, { kind: 'rows', source, rows }),
    bar: (close, changes = {}) => {
      clock = Math.max(clock, kernel.context.now) + 60_000
      arrive()
      test.rows({
        kind: 'bars',
        resolution: changes.resolution ?? '1m',
        rows: [barOf(close, { end: clock, ...changes })],
      })
    },
    quote: (bid, ask, changes = {}) => {
      clock = Math.max(clock, kernel.context.now) + 1_000
      arrive()
      test.rows({ kind: 'quotes', rows: [quoteOf(bid, ask, { time: clock, ...changes })] })
    },
    request: (order) => {
      test.input('order/requested', { order, principal: 'anna', reason: 'a test' }, 'anna')
      const decided = events.findLast(
        ({ type }) => type === 'decision/approved' || type === 'decision/denied',
      )
      if (decided?.type !== 'decision/approved' && decided?.type !== 'decision/denied')
        throw new Error('undecided')
      return decided
    },
    input: (type, payload, source = 'test', time = kernel.context.now) => {
      processInput(kernel, { kind: 'event', source, draft: { type, payload } as Draft, time })
    },
    of: <T extends EventType>(type: T) => events.filter((event) => event.type === type) as EventOf<T>[],
  }
  return test
}

/** Prices in whole units of the currency; a bar without a range, unless it is given one. */
export function barOf(close: number, changes: Partial<Bar> = {}): Bar {
  const price = Math.round(close * 100) * (ONE / 100)
  return {
    symbol: 'XYZ',
    end: NOW,
    open: price,
    high: Math.max(price, changes.open ?? 0),
    low: Math.min(price, changes.open ?? price),
    close: price,
    volume: 10_000 * VOLUME,
    resolution: '1m',
    ...changes,
  }
}

export function quoteOf(bid: number, ask: number, changes: Partial<Quote> = {}): Quote {
  const toPrice = (value: number) => Math.round(value * 100) * (ONE / 100)
  return {
    symbol: 'XYZ',
    time: NOW,
    bid: toPrice(bid),
    bidSize: 100 * ONE,
    ask: toPrice(ask),
    askSize: 100 * ONE,
    ...changes,
  }
}

/** Buys 50 XYZ at the market, stop 95, one target at 110: allowed when XYZ stands at 100. */
export function orderOf(changes: Partial<Order> = {}): Order {
  return {
    symbol: 'XYZ',
    side: 'buy',
    type: 'market',
    quantity: '50',
    stopLoss: { price: '95' },
    targets: [{ price: '110', portion: '1' }],
    strategy: 'hand',
    ...changes,
  }
}

/** The first `count` days of the series that ARK brings. */
export function sp500(count = Number.POSITIVE_INFINITY): readonly Bar[] {
  return [...readSp500(1_000)].flatMap((batch) => (batch.kind === 'bars' ? batch.rows : [])).slice(0, count)
}

/** Bars as a source offers them: `size` at a time, one resolution. */
export function chunksOf(bars: readonly Bar[], size: number): readonly MarketRows[] {
  const chunks: MarketRows[] = []
  for (let at = 0; at < bars.length; at += size)
    chunks.push({ kind: 'bars', resolution: '1d', rows: bars.slice(at, at + size) })
  return chunks
}

type Reduce = NonNullable<Plugin['agent']>['reduce']

/** An agent for one test; it says nothing unless `reduce` does. */
export function agentOf(changes: Partial<Plugin> & { readonly reduce?: Reduce } = {}): Plugin {
  const { reduce = () => NOTHING, ...others } = changes
  const config: Plugin['config'] = {
    '~standard': { version: 1, vendor: 'test', validate: () => ({ value: {} }) },
  }
  return {
    name: 'rogue',
    version: '1.0.0',
    contract: 1,
    consumes: [],
    emits: [],
    needs: [],
    config,
    agent: { stateVersion: 1, initial: () => ({}), reduce },
    ...others,
  }
}

/** The list with one plugin in the place of its namesake. */
export function replacing(plugin: Plugin, list: readonly Plugin[] = AGENTS): readonly Plugin[] {
  return list.map((other) => (other.name === plugin.name ? plugin : other))
}
